"""What is special about Rust's runtime in the fat module: the allocator, panics, growth of collections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ad_build import ir_text, llvm
from ad_build.link.bitcode import Library

# Enzyme knows Rust's allocator by these names; rustc mangles them with a hash of its version.
_ALLOCATOR = ("__rust_alloc", "__rust_alloc_zeroed", "__rust_dealloc", "__rust_realloc")
_NO_SHIM = "__rust_no_alloc_shim_is_unstable_v2"
_RUSTC = "___rustc"
# Of a function's first line: what a declaration does not have, and what it has behind its parameters.
_PARAMETER_NAME = re.compile(r" %[\w.]+(?=[,)])")
_FOR_CALLERS = re.compile(r" #\d+")

# Entry points of std that never return (panics) or whose effects are not differentiable (printing, asking the system
# for random numbers, the backtrace that every error of the crate anyhow takes): they are in the final binary anyway, so
# they stay declarations and take formatting, backtraces, unwinding and system calls with them.
_STAY_DECLARED = (
    "9panicking",
    "begin_panic",
    "rust_panic",
    "handle_error",
    "handle_alloc_error",
    "alloc_error",
    "capacity_overflow",
    "unwrap_failed",
    "expect_failed",
    "slice_index_fail",
    "slice_error_fail",
    "_fail",
    "index_len_fail",
    "rust_eh_personality",
    "4core3fmt5write",
    "3fmt6format12format_inner",
    "hashmap_random_keys",
    "9Backtrace7capture",
    "9Backtrace13force_capture",
)
# Printing: `_print`, `stdout`, the streams' methods; the streams are variables of std.
_STREAMS = re.compile(r"^_RNv(?:X\w*?|M\w*?)?NtNtCs\w+?_3std2io5stdio")
# Printing a backtrace resolves symbols, behind locks of std; errors do so wherever they can be printed.
_PRINTED_BACKTRACE = re.compile(r"^_RNvX\w*9backtrace\w*9BacktraceNtNt\w*4core3fmt(?:5Debug|7Display)3fmt$")

# The primitives by which a Vec grows return a Result whose one slot is a pointer or an integer, on which type
# analysis fails; inlined, scalar replacement takes the Result away.  How hashbrown's tables grow is written once for
# all types, of which only the functions around it know.
_GROWTH = (
    "7raw_vec",
    "alloc5alloc6Global",
    "alloc..alloc..Global",
    "13RawTableInner12resize_inner",
    "13RawTableInner15rehash_in_place",
    "13RawTableInner20reserve_rehash_inner",
)

# A realloc the engine can differentiate: allocate, copy, free.
_REALLOC = """
declare ptr @__rust_alloc(i64, i64)
declare void @__rust_dealloc(ptr, i64, i64)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare i64 @llvm.umin.i64(i64, i64)
define ptr @__rust_realloc(ptr %old, i64 %old_size, i64 %align, i64 %size) alwaysinline {
  %new = call ptr @__rust_alloc(i64 %size, i64 %align)
  %kept = call i64 @llvm.umin.i64(i64 %old_size, i64 %size)
  %failed = icmp eq ptr %new, null
  br i1 %failed, label %done, label %copy
copy:
  call void @llvm.memcpy.p0.p0.i64(ptr %new, ptr %old, i64 %kept, i1 false)
  call void @__rust_dealloc(ptr %old, i64 %old_size, i64 %align)
  br label %done
done:
  ret ptr %new
}
"""
# Text and random bits carry no derivative.  Formatting stores function pointers beside the values, whose derivatives
# the engine would make else.
_INACTIVE = re.compile(
    r"19hashmap_random_keys$|4core3fmt5write$|3fmt6format12format_inner$|"
    r"3fmt\d+(?:Display|Debug|LowerExp|UpperExp|LowerHex|UpperHex|Binary|Octal|Pointer)\w*?3fmt(?!\d)|"
    r"3fmt5Write\w*?(?:9write_str|10write_char|9write_fmt)|"
    rf"{_STREAMS.pattern}|"
    r"9Backtrace(?:7capture|13force_capture)$"
)
# Hashing: from a key to a number, and the random numbers that it starts from.  And what cleans a table's control bytes.
_HASHING = re.compile(
    r"11BuildHasher8hash_one|^_R(?:NC)?INvNtCs[a-zA-Z0-9]+_9hashbrown3map(?:11make_hasher|9make_hash)|E(?:4with|8try_with)NCNvM\w*?4hash6random\w*?11RandomState3new0|"
    r"9hashbrown3raw\w*?13RawTableInner23prepare_rehash_in_place"
)
# What a lock does when it has to wait or to wake somebody: std's own code, which touches the lock's word alone.
_WAITING = re.compile(
    r"3sys4sync\w*(?:14lock_contended|14read_contended|15write_contended|22wake_writer_or_readers|4wake)$|"
    r"3sys3pal4unix5futex1\d"
)
_NO_SHIM_BODY = f"define void @{_NO_SHIM}() alwaysinline {{\n  ret void\n}}\n"


def is_allocator_shim(module: llvm.ModuleRef) -> bool:
    """Whether this is the small module in which rustc binds the allocator of a binary: the final link has its own."""
    defined = [function.name for function in module.functions if not function.is_declaration]
    return bool(defined) and all(_RUSTC in name for name in defined) and any(map(_is_allocator, defined))


def leave_allocator_elsewhere(module: llvm.ModuleRef) -> llvm.ModuleRef:
    """The module without what ``#[global_allocator]`` defined in it: that is the final link's too."""
    defined = [f.name for f in module.functions if not f.is_declaration and _is_allocator(f.name)]
    if not defined:
        return module
    text = str(module)
    for name in defined:
        start, end = ir_text.body_span(text, name)
        head, tail = ir_text.split_after_parameters(text[start : text.index("\n", start)])
        head = _PARAMETER_NAME.sub("", head.replace("define ", "declare ", 1).replace(" hidden ", " ", 1))
        text = f"{text[:start]}{head}{''.join(_FOR_CALLERS.findall(tail))}\n{text[end:]}"
    return llvm.parse_ir(text)


def _is_allocator(symbol: str) -> bool:
    return _RUSTC in symbol and symbol.endswith(tuple(f"_{plain}" for plain in (*_ALLOCATOR, _NO_SHIM)))


def stays_declared(symbol: str) -> bool:
    """Whether a symbol of std is left to the final link even where its bitcode is at hand."""
    named = any(part in symbol for part in _STAY_DECLARED) or _RUSTC in symbol
    return named or any(pattern.search(symbol) for pattern in (_STREAMS, _PRINTED_BACKTRACE))


def pull_std(program: llvm.ModuleRef, libraries: Sequence[Library]) -> None:
    """Link in the functions of the standard library that the program reaches, panic entry points left out."""
    looked_up: set[str] = set()
    while True:
        names = [n for n in llvm.undefined(program) if n not in looked_up and not stays_declared(n)]
        looked_up.update(names)
        # A member comes again where more of it is needed than the last time.
        members = {
            (library.path.name, library.symbols[name], index)
            for name in names
            for index, library in enumerate(libraries)
            if name in library.symbols
        }
        if not members:
            return
        for _, offset, index in sorted(members):
            for bitcode in libraries[index].member(offset):
                module = llvm.parse_bitcode(bitcode.data, bitcode.origin)
                llvm.make_lazy(module)
                llvm.leave_variables_elsewhere(module)
                _hide_panics(program, module)
                llvm.link_in(program, module, bitcode.origin)
        _reveal_panics(program)


_STUB = ".ad_build.declared"


def _hide_panics(program: llvm.ModuleRef, module: llvm.ModuleRef) -> None:
    """Before linking ``module``: give ``program`` a stand-in for each panic entry point that it would bring."""
    stubs = []
    for function in module.functions:
        if function.is_declaration or not stays_declared(function.name):
            continue
        known = llvm.find_function(program, function.name)
        if known is not None and not known.is_declaration:
            continue
        stubs.append(llvm.forwarding_stub(function, function.name + _STUB))
    if stubs:
        llvm.link_in(program, llvm.parse_ir("\n".join(stubs)), "panic stubs")


def _reveal_panics(program: llvm.ModuleRef) -> None:
    """After linking: the stand-ins call the real entry points, which stay declarations."""
    for function in list(program.functions):
        if function.is_declaration and function.name.endswith(_STUB):
            real = function.name[: -len(_STUB)]
            stub = llvm.find_function(program, real)
            if stub is not None:
                stub.name = real + ".stub"
                stub.linkage = llvm.INTERNAL
            function.name = real


def present_allocator(program: llvm.ModuleRef) -> tuple[tuple[str, str], ...]:
    """Give the allocator's functions the plain names that the engine knows.

    Returns pairs (plain name, name in the final link) by which the archive maps them back.
    """
    renamed = []
    for function in list(program.functions):
        for plain in (*_ALLOCATOR, _NO_SHIM):
            if function.is_declaration and function.name != plain and function.name.endswith(f"_{plain}"):
                renamed.append((plain, function.name))
                function.name = plain
    known = dict(renamed)
    if "__rust_realloc" in known:
        llvm.link_in(program, llvm.parse_ir(_REALLOC), "realloc")
    if _NO_SHIM in known:
        llvm.link_in(program, llvm.parse_ir(_NO_SHIM_BODY), "allocator marker")
    if renamed:
        # Passes and the body of realloc bring in siblings that the program itself does not call.
        plain, mangled = next(iter(known.items()))
        renamed += [(other, _sibling(mangled, plain, other)) for other in _ALLOCATOR if other not in known]
    return tuple(renamed)


def _sibling(mangled: str, plain: str, other: str) -> str:
    """The mangled name of another allocator function: ``…14___rust_realloc`` -> ``…12___rust_alloc``."""
    prefix = mangled[: -len(f"{len(plain)}_{plain}")]
    return f"{prefix}{len(other)}_{other}"


def name_variants(ir: str, renamed: Sequence[tuple[str, str]]) -> str:
    """Let ``"alloc-variant-zeroed"`` attributes, from which LLVM makes calls, use the plain names too."""
    for plain, mangled in renamed:
        ir = ir.replace(f'"alloc-variant-zeroed"="{mangled}"', f'"alloc-variant-zeroed"="{plain}"')
    return ir


def mark_inactive(ir: str, program: llvm.ModuleRef) -> str:
    """Take the functions that make text or random numbers, and those by which locks wait, out of differentiation."""
    names = [function.name for function in program.functions if function.name.startswith("_R")]
    found = [name for name in names if _INACTIVE.search(name) or _WAITING.search(name)]
    hashing = [name for name in names if _HASHING.search(name)]
    ir = ir_text.give_integers(ir, hashing)
    return ir_text.edit_function_attributes(ir, found, ir_text.inactive)


def inline_growth(ir: str, program: llvm.ModuleRef) -> str:
    """Mark the primitives of ``RawVec`` for inlining, in the text of ``program``."""
    growth = [f.name for f in program.functions if not f.is_declaration and any(part in f.name for part in _GROWTH)]
    return ir_text.edit_function_attributes(ir, growth, ir_text.always_inline)
