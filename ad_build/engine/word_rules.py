"""Copy functions for words of several kinds, with derivative rules, as LLVM IR.

Each copies from its second argument to its first.  Beside the primal, the shadow:

=========  ==================================================  ==========================================
kind       forward sweep (and forward mode copies it always)   reverse sweep
=========  ==================================================  ==========================================
float      starts at zero                                      is added to the source's, then zeroed
pointer    is copied                                           stays
integer    is copied                                           is zeroed where it could pass for a float
word       as a float or a pointer, by its bits                the same
constant   the same, out of inactive memory                    the same
=========  ==================================================  ==========================================

A word is taken for a pointer or an integer when as a float it would be subnormal: addresses of programs and all but
huge integers are below 2^48, and so no normal number's bits.  A subnormal float other than zero is taken for inactive.
Where a shadow is the primal itself, the engine means that the memory is inactive: then it is left alone.  The tape
says so to the reverse sweep, in which the engine hands over primal pointers only where it thinks them needed.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import split_arguments
from ad_build.errors import EngineError

_FLOAT_WIDTH = {"double": 8, "float": 4}
_INTEGERS = {"i1": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8}


def _call(name: str, destination: str, source: str) -> str:
    return f"call void @ad_build.copy.{name}(ptr {destination}, ptr {source})"


def typed_name(kind: str) -> str | None:
    """Which copy an LLVM scalar type needs; None where there is none."""
    if kind in _FLOAT_WIDTH:
        return f"float{_FLOAT_WIDTH[kind]}"
    return "pointer8" if kind == "ptr" else f"integer{_INTEGERS[kind]}" if kind in _INTEGERS else None


def _hint(kind: str) -> str:
    """Tells the engine what local memory holds, as the copies do not."""
    if kind in _INTEGERS:
        what = ", ".join(f"[-1,{byte}]:Integer" for byte in range(_INTEGERS[kind])) + ", [-1,16]:Float@double"
    else:
        what = f"[-1,0]:{'Pointer' if kind == 'ptr' else f'Float@{kind}'}"
    return f'"enzyme_type"="{{[-1]:Pointer, {what}}}"'


def read_typed(kind: str, local: str, source: str) -> str:
    """Copy to local memory of an LLVM scalar type."""
    return _call(f"{typed_name(kind)}", f"{_hint(kind)} {local}", source)


def write_typed(kind: str, destination: str, local: str) -> str:
    """Copy from local memory of an LLVM scalar type."""
    return _call(f"{typed_name(kind)}", destination, f"{_hint(kind)} {local}")


def copy_word(size: int, destination: str, source: str) -> str:
    """A copy of 1, 2, 4 or 8 bytes of an unknown kind; floats of 4 and 8 bytes are recognised."""
    return _call(f"word{size}" if size >= 4 else f"integer{size}", destination, source)


def copy_constant(kind: str, destination: str, local: str) -> str:
    """Copy from local memory of an LLVM integer type a constant that may also be a float."""
    size = _INTEGERS[kind]
    return _call(f"constant{size}" if size >= 4 else f"integer{size}", destination, f"{_hint(kind)} {local}")


def copy_words(size: int, destination: str, source: str, count: str) -> str:
    """A copy of as many bytes as the integer in memory at ``count`` says, of unknown kinds, 4 or 8 bytes at a time."""
    return f"call void @ad_build.copy.words{size}(ptr {destination}, ptr {source}, ptr {count})"


def set_zeros(destination: str, count: str) -> str:
    """Sets as many bytes as the integer in memory at ``count`` says: zeros, of whatever kind."""
    return f"call void @ad_build.copy.zeros(ptr {destination}, ptr {count})"


_ATTRIBUTES = "nofree nosync nounwind willreturn"
# What the copies' bodies do says nothing about types.
_RULED = '"enzyme_notypeanalysis"'

_COPY = """
define internal void @ad_build.copy.{name}(ptr %d, ptr %s) noinline memory(argmem: readwrite) {attributes} {ruled} {{
  call void @ad_build.raw{size}(ptr %d, ptr %s)
  ret void
}}
define internal void @ad_build.tangent.{name}(ptr %d, ptr %dd, ptr %s, ptr %ds) {attributes} {{
  %w = load i{bits}, ptr %s, align 1
  store i{bits} %w, ptr %d, align 1
  %t = load i{bits}, ptr %ds, align 1
  %constant = icmp eq ptr %s, %ds
{tangent}
  %inactive = icmp eq ptr %d, %dd
  %to = select i1 %inactive, ptr %d, ptr %dd
  %moved = select i1 %kept, i{bits} %t, i{bits} 0
  %what = select i1 %inactive, i{bits} %w, i{bits} %moved
  store i{bits} %what, ptr %to, align 1
  ret void
}}
define internal ptr @ad_build.augmented.{name}(ptr %d, ptr %dd, ptr %s, ptr %ds) {attributes} {{
  %w = load i{bits}, ptr %s, align 1
  %t = load i{bits}, ptr %ds, align 1
  store i{bits} %w, ptr %d, align 1
  %inactive = icmp eq ptr %d, %dd
{kept}
  br i1 %inactive, label %done, label %shadow
shadow:
  store i{bits} %start, ptr %dd, align 1
  br label %done
done:
  %constant = icmp eq ptr %s, %ds
  %other = or i1 %inactive, %other.kind
  %bit = zext i1 %other to i64
  %bit2 = select i1 %constant, i64 2, i64 0
  %flags = or i64 %bit, %bit2
  %tape = inttoptr i64 %flags to ptr
  ret ptr %tape
}}
define internal void @ad_build.reverse.{name}(ptr %d, ptr %dd, ptr %s, ptr %ds, ptr %tape) {attributes} {{
  %flags = ptrtoint ptr %tape to i64
  %bit = and i64 %flags, 1
  %inactive = icmp ne i64 %bit, 0
  br i1 %inactive, label %done, label %active
active:
{reverse}
done:
  ret void
}}
@__enzyme_register_gradient_ad_build.{name} = internal global [3 x ptr] [ptr @ad_build.copy.{name}, ptr @ad_build.augmented.{name}, ptr @ad_build.reverse.{name}]
@__enzyme_register_derivative_ad_build.{name} = internal global [2 x ptr] [ptr @ad_build.copy.{name}, ptr @ad_build.tangent.{name}]
"""

# The bits of -0.0 are also a discriminant of enums that rustc hides in a length: such a shadow is kept.
_FLOAT_START = """
  %niche = icmp eq i{bits} %t, {sign}
  %start = select i1 %niche, i{bits} %t, i{bits} 0
  %other.kind = icmp ne i1 false, false"""
# Taken away before it is added: source and destination may be the same place.
_ADD = """
  %old = load i{bits}, ptr %dd, align 1
  %hidden = icmp eq i{bits} %old, {sign}
  %new = select i1 %hidden, i{bits} %old, i{bits} 0
  %a = load {float}, ptr %dd, align 1
  store i{bits} %new, ptr %dd, align 1
  %bit2 = and i64 %flags, 2
  %constant = icmp ne i64 %bit2, 0
  br i1 %constant, label %done, label %add
add:
  %b = load {float}, ptr %ds, align 1
  %sum = fadd {float} %a, %b
  store {float} %sum, ptr %ds, align 1
  br label %done"""
# What a float that lay here before finds in place of its adjoint must be nothing next to it.  Small numbers stay:
# they may be the discriminant of the user's shadow.
_CLEAR = """
  %old = load i{bits}, ptr %dd, align 1
  %small = icmp ult i{bits} %old, {small}
  %new = select i1 %small, i{bits} %old, i{bits} 0
  store i{bits} %new, ptr %dd, align 1
  br label %done"""
_LEAVE = "  br label %done"
# The shadow of inactive memory is the memory itself, and its floats are no tangents.
_ANY_TANGENT = "  %kept = icmp eq i1 false, false"
_FLOAT_TANGENT = """
  %niche = icmp eq i{bits} %t, {sign}
  %active = xor i1 %constant, true
  %kept = or i1 %active, %niche"""
_TANGENT_BY_BITS = """
  %active = xor i1 {constant}, true
  %kept = or i1 %active, %keep"""
_SAME = """
  %start = add i{bits} %t, 0
  %other.kind = icmp ne i1 false, false"""
# From the smallest number that is not zero to the largest subnormal, either sign.
_KEEP = """
  %magnitude = and i{bits} %w, {mask}
  %less = sub i{bits} %magnitude, 1
  %subnormal = icmp ult i{bits} %less, {largest}
  %niche = icmp eq i{bits} %t, {sign}
  %keep = or i1 %subnormal, %niche"""
_BY_BITS = """
  %start = select i1 %keep, i{bits} %t, i{bits} 0
  %other.kind = icmp ne i1 %subnormal, false"""


def _rules() -> str:
    parts = []
    for size in (1, 2, 4, 8):
        reverse = _CLEAR if size >= 4 else _LEAVE
        parts.append(_one(f"integer{size}", size, tangent=_ANY_TANGENT, kept=_SAME, reverse=reverse))
    parts.append(_one("pointer8", 8, tangent=_ANY_TANGENT, kept=_SAME, reverse=_LEAVE))
    for size in (4, 8):
        parts.append(_one(f"float{size}", size, tangent=_FLOAT_TANGENT, kept=_FLOAT_START, reverse=_ADD))
        for name, constant in (("word", "%constant"), ("constant", "true")):
            tangent = _KEEP + _TANGENT_BY_BITS.replace("{constant}", constant)
            parts.append(_one(f"{name}{size}", size, tangent=tangent, kept=_KEEP + _BY_BITS, reverse=_ADD))
    raw = "".join(
        f'declare void @ad_build.raw{size}(ptr, ptr) memory(argmem: readwrite) {_ATTRIBUTES} "enzyme_inactive"\n'
        for size in (1, 2, 4, 8)
    )
    return "\n" + raw + "".join(parts)


def _numbers(size: int) -> dict[str, object]:
    bits = 8 * size
    fraction = {4: 23, 8: 52}.get(size, 1)
    return {
        "bits": bits,
        "word": f"i{bits}",
        "size": size,
        "small": {4: 1 << 20, 8: 1 << 52}.get(size, 0),
        "sign": -(1 << (bits - 1)),
        "mask": (1 << (bits - 1)) - 1,
        "largest": (1 << fraction) - 1,
        "float": {4: "float", 8: "double"}.get(size, ""),
        "attributes": _ATTRIBUTES,
        "ruled": _RULED,
    }


def _one(name: str, size: int, *, tangent: str, kept: str, reverse: str) -> str:
    numbers = _numbers(size)
    parts = {"tangent": tangent, "kept": kept, "reverse": reverse}
    return _COPY.format(name=name, **{part: text.format(**numbers) for part, text in parts.items()}, **numbers)


_FOR_WORDS = """
declare ptr @malloc(i64)
declare void @free(ptr)
declare void @ad_build.raws(ptr, ptr, ptr) memory(argmem: readwrite) {attributes} "enzyme_inactive"
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
"""
_WORDS = """
define internal void @ad_build.copy.{name}(ptr %d, ptr %s, ptr %c) noinline memory(argmem: readwrite) {attributes} {ruled} {{
  call void @ad_build.raws(ptr %d, ptr %s, ptr %c)
  ret void
}}
define internal void @ad_build.tangent.{name}(ptr %d, ptr %dd, ptr %s, ptr %ds, ptr %c, ptr %dc) {attributes} {{
  %n = load i64, ptr %c
  call void @llvm.memmove.p0.p0.i64(ptr %d, ptr %s, i64 %n, i1 false)
  %inactive = icmp eq ptr %d, %dd
  br i1 %inactive, label %done, label %shadow
shadow:
  call void @llvm.memmove.p0.p0.i64(ptr %dd, ptr %ds, i64 %n, i1 false)
  %constant = icmp eq ptr %s, %ds
  %words = lshr i64 %n, {shift}
  %bound = select i1 %constant, i64 %words, i64 0
  br label %head
head:
  %i = phi i64 [ 0, %shadow ], [ %next, %word ]
  %more = icmp ult i64 %i, %bound
  br i1 %more, label %word, label %done
word:
  %pdd = getelementptr {word}, ptr %dd, i64 %i
  %t = load {word}, ptr %pdd, align 1
  %magnitude = and {word} %t, {mask}
  %less = sub {word} %magnitude, 1
  %subnormal = icmp ult {word} %less, {largest}
  %niche = icmp eq {word} %t, {sign}
  %keep = or i1 %subnormal, %niche
  %tangent = select i1 %keep, {word} %t, {word} 0
  store {word} %tangent, ptr %pdd, align 1
  %next = add i64 %i, 1
  br label %head
done:
  ret void
}}
define internal ptr @ad_build.augmented.{name}(ptr %d, ptr %dd, ptr %s, ptr %ds, ptr %c, ptr %dc) {attributes} {{
entry:
  %n = load i64, ptr %c
  %words = lshr i64 %n, {shift}
  %bytes = add i64 %words, 24
  %tape = call ptr @malloc(i64 %bytes)
  %inactive = icmp eq ptr %d, %dd
  %bound = select i1 %inactive, i64 0, i64 %words
  store i64 %bound, ptr %tape
  %constant = icmp eq ptr %s, %ds
  %bit = zext i1 %constant to i64
  %place = getelementptr i8, ptr %tape, i64 8
  store i64 %bit, ptr %place
  %flags = getelementptr i8, ptr %tape, i64 16
  br i1 %inactive, label %plain, label %moved
moved:
  call void @llvm.memmove.p0.p0.i64(ptr %dd, ptr %ds, i64 %n, i1 false)
  br label %plain
plain:
  call void @llvm.memmove.p0.p0.i64(ptr %d, ptr %s, i64 %n, i1 false)
  br label %head
head:
  %i = phi i64 [ 0, %plain ], [ %next, %step ]
  %more = icmp ult i64 %i, %words
  br i1 %more, label %word, label %done
word:
  %pd = getelementptr {word}, ptr %d, i64 %i
  %pdd = getelementptr {word}, ptr %dd, i64 %i
  %w = load {word}, ptr %pd, align 1
  %t = load {word}, ptr %pdd, align 1
  %magnitude = and {word} %w, {mask}
  %less = sub {word} %magnitude, 1
  %subnormal = icmp ult {word} %less, {largest}
  %flag = zext i1 %subnormal to i8
  %pf = getelementptr i8, ptr %flags, i64 %i
  store i8 %flag, ptr %pf
  %niche = icmp eq {word} %t, {sign}
  %some = or i1 %subnormal, %niche
  %keep = or i1 %some, %inactive
  %start = select i1 %keep, {word} %t, {word} 0
  store {word} %start, ptr %pdd, align 1
  br label %step
step:
  %next = add i64 %i, 1
  br label %head
done:
  ret ptr %tape
}}
define internal void @ad_build.reverse.{name}(ptr %d, ptr %dd, ptr %s, ptr %ds, ptr %c, ptr %dc, ptr %tape) {attributes} {{
entry:
  %bound = load i64, ptr %tape
  %place = getelementptr i8, ptr %tape, i64 8
  %bit = load i64, ptr %place
  %constant = icmp ne i64 %bit, 0
  %flags = getelementptr i8, ptr %tape, i64 16
  ; Moves that overlap are undone in the order in which each element is read before it is written.
  %below = icmp ult ptr %dd, %ds
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %next, %step ]
  %more = icmp ult i64 %i, %bound
  %next = add i64 %i, 1
  br i1 %more, label %word, label %done
word:
  %left = sub i64 %bound, %next
  %k = select i1 %below, i64 %left, i64 %i
  %pf = getelementptr i8, ptr %flags, i64 %k
  %flag = load i8, ptr %pf
  %float = icmp eq i8 %flag, 0
  br i1 %float, label %take, label %step
take:
  %pdd = getelementptr {word}, ptr %dd, i64 %k
  %a = load {float}, ptr %pdd, align 1
  %old = load {word}, ptr %pdd, align 1
  %hidden = icmp eq {word} %old, {sign}
  %new = select i1 %hidden, {word} %old, {word} 0
  store {word} %new, ptr %pdd, align 1
  br i1 %constant, label %step, label %add
add:
  %pds = getelementptr {word}, ptr %ds, i64 %k
  %b = load {float}, ptr %pds, align 1
  %sum = fadd {float} %a, %b
  store {float} %sum, ptr %pds, align 1
  br label %step
step:
  br label %head
done:
  call void @free(ptr %tape)
  ret void
}}
@__enzyme_register_gradient_ad_build.{name} = internal global [3 x ptr] [ptr @ad_build.copy.{name}, ptr @ad_build.augmented.{name}, ptr @ad_build.reverse.{name}]
@__enzyme_register_derivative_ad_build.{name} = internal global [2 x ptr] [ptr @ad_build.copy.{name}, ptr @ad_build.tangent.{name}]
"""

# The shadow of a zero is zero, and so is the adjoint of what a zero replaced.
_ZEROS = """
declare void @ad_build.rawzeros(ptr, ptr) memory(argmem: readwrite) {attributes} "enzyme_inactive"
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define internal void @ad_build.copy.zeros(ptr %d, ptr %c) noinline memory(argmem: readwrite) {attributes} {ruled} {{
  call void @ad_build.rawzeros(ptr %d, ptr %c)
  ret void
}}
define internal void @ad_build.tangent.zeros(ptr %d, ptr %dd, ptr %c, ptr %dc) {attributes} {{
  %n = load i64, ptr %c
  call void @llvm.memset.p0.i64(ptr %d, i8 0, i64 %n, i1 false)
  call void @llvm.memset.p0.i64(ptr %dd, i8 0, i64 %n, i1 false)
  ret void
}}
define internal ptr @ad_build.augmented.zeros(ptr %d, ptr %dd, ptr %c, ptr %dc) {attributes} {{
  %n = load i64, ptr %c
  call void @llvm.memset.p0.i64(ptr %d, i8 0, i64 %n, i1 false)
  call void @llvm.memset.p0.i64(ptr %dd, i8 0, i64 %n, i1 false)
  %inactive = icmp eq ptr %d, %dd
  %active = select i1 %inactive, i64 0, i64 %n
  %tape = inttoptr i64 %active to ptr
  ret ptr %tape
}}
define internal void @ad_build.reverse.zeros(ptr %d, ptr %dd, ptr %c, ptr %dc, ptr %tape) {attributes} {{
  %n = ptrtoint ptr %tape to i64
  call void @llvm.memset.p0.i64(ptr %dd, i8 0, i64 %n, i1 false)
  ret void
}}
@__enzyme_register_gradient_ad_build.zeros = internal global [3 x ptr] [ptr @ad_build.copy.zeros, ptr @ad_build.augmented.zeros, ptr @ad_build.reverse.zeros]
@__enzyme_register_derivative_ad_build.zeros = internal global [2 x ptr] [ptr @ad_build.copy.zeros, ptr @ad_build.tangent.zeros]
"""

RULES = (
    _ZEROS.format(attributes=_ATTRIBUTES, ruled=_RULED)
    + _rules()
    + _FOR_WORDS.format(attributes=_ATTRIBUTES)
    + "".join(_WORDS.format(name=f"words{size}", shift=size.bit_length() - 1, **_numbers(size)) for size in (4, 8))
)


def rules_for(ir: str) -> str:
    """The copies and their rules, as text to append to a module."""
    lines = [line for line in RULES.split("\n") if not (line.startswith("declare ") and _declares(ir, line))]
    return "\n".join(lines) + "\n"


def _declares(ir: str, line: str) -> bool:
    name = line[line.index("@") : line.index("(")]
    return re.search(rf"^(?:declare|define) [^\n]*{re.escape(name)}\(", ir, re.MULTILINE) is not None


_DEFINITION = """define internal void @ad_build.raw{size}(ptr %d, ptr %s) alwaysinline {{
  %w = load i{bits}, ptr %s, align 1
  store i{bits} %w, ptr %d, align 1
  ret void
}}
"""


_CALL = re.compile(r"\bcall [^\n]*?@ad_build\.(augmented|reverse)\.\w+\(([^\n]*)")


def check_shadows(ir: str) -> None:
    """The rules were given every shadow that they need.

    The engine hands over undefined pointers where it believes a shadow unneeded; then the derivative would be wrong.
    Raises :class:`EngineError` (``mixed-word``).
    """
    for _, text in _CALL.findall(ir):
        shadows = split_arguments(text)[1:4:2]
        if any(shadow.endswith((" undef", " poison")) for shadow in shadows):
            raise EngineError("mixed-word", "the engine left a shadow out where floats and pointers share memory")


_DEFINITION_OF_WORDS = """define internal void @ad_build.raws(ptr %d, ptr %s, ptr %c) alwaysinline {
  %n = load i64, ptr %c
  call void @llvm.memmove.p0.p0.i64(ptr %d, ptr %s, i64 %n, i1 false)
  ret void
}
"""


_DEFINITION_OF_ZEROS = """define internal void @ad_build.rawzeros(ptr %d, ptr %c) alwaysinline {
  %n = load i64, ptr %c
  call void @llvm.memset.p0.i64(ptr %d, i8 0, i64 %n, i1 false)
  ret void
}
"""


def define_copies(ir: str) -> str:
    """Give the copies their bodies, once the engine is through."""
    lines = []
    for line in ir.split("\n"):
        if line.startswith("declare void @ad_build.rawzeros("):
            lines.append(_DEFINITION_OF_ZEROS)
            if "\ndeclare void @llvm.memset.p0.i64(" not in ir:
                lines.append("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)")
        elif line.startswith("declare void @ad_build.raws("):
            lines.append(_DEFINITION_OF_WORDS)
            if "\ndeclare void @llvm.memmove.p0.p0.i64(" not in ir:
                lines.append("declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)")
        elif line.startswith("declare void @ad_build.raw"):
            size = int(line[len("declare void @ad_build.raw")])
            lines.append(_DEFINITION.format(size=size, bits=8 * size))
        else:
            lines.append(line)
    return "\n".join(lines)
