"""Text that Rust's formatting writes to memory which also holds floats, in forward mode.

Formatting takes no part in differentiation, and what it writes has no tangent.  Yet the ``String`` itself, where it is
part of an enum or a struct with floats, has a shadow: without a word about it, that would keep whatever lay there, such
as the tangent of a float that the enum held before, and dropping the ``String`` would free that as an address.  So the
shadow is formatted too, and owns text of its own, like the shadows that callers hand in.

The engine does not apply rules to several columns at once: in batches the shadows of what is formatted are cleared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ad_build.engine.instructions import split_type, value_of
from ad_build.engine.pointers import GLOBAL, LOCAL, rewrite_functions, split_arguments

# What writes to a `String`: as its result, or as its first parameter.
_WRITERS = re.compile(r"3fmt6format12format_inner$|6String\w*3fmt5Write\w*?(?:9write_str|10write_char|9write_fmt)")
# The same through a vtable, which has to be that of `String`.
_THROUGH_VTABLE = re.compile(r"4core3fmt5write$")
_VTABLE = re.compile(rf"^({GLOBAL}) = [^\n]*@\w*6String\w*3fmt5Write\w*9write_str", re.MULTILINE)
_CALL = re.compile(rf"^  (?:{LOCAL} = )?(?:(?:tail |musttail |notail )?call|invoke) ([^@\n]*)({GLOBAL})\(")
_INACTIVE = re.compile(r'^attributes (#\d+) = \{ .*"enzyme_inactive"', re.MULTILINE)
_GROUP = re.compile(r" (#\d+)\b")
_PLACE = re.compile(r", !dbg !\d+")
_PASSED = frozenset(("i1", "i8", "i16", "i32", "i64"))
_CLEARED = re.compile(
    rf"^  (?:call|invoke) void @\w*3fmt6format12format_inner\(ptr [^\n%@]*?sret[^\n%@]*?({LOCAL}),[^\n]*$", re.MULTILINE
)
_PREFIX = "ad_build.text"
_TAKES_NO_PART = 'nofree "enzyme_inactive" "enzyme_no_escaping_allocation"'


def format_shadows(ir: str) -> str:
    """Format the shadow of every text that is formatted, in a module that asks for forward mode."""
    if "@__enzyme_fwddiff" not in ir or "3fmt" not in ir:
        return ir
    if "enzyme_width" in ir:
        return _CLEARED.sub(_clear, ir)
    inactive = set(_INACTIVE.findall(ir))
    vtables = set(_VTABLE.findall(ir))
    helpers: dict[str, str] = {}

    def rewrite(text: str) -> str:
        head = text.lstrip("\n").split("\n", 1)[0]
        if not inactive.isdisjoint(_GROUP.findall(head)) or "enzyme_inactive" in head or "3fmt" not in text:
            return text
        lines: list[str] = []
        for line in text.split("\n"):
            lines += [*_before(line, vtables, helpers, len(lines)), line]
        return "\n".join(lines)

    rewritten = rewrite_functions(ir, rewrite)
    if not helpers:
        return ir
    words = f"nofree nosync nounwind willreturn memory(none) {_TAKES_NO_PART}"
    hidden = f'declare "enzyme_type"="{{[-1]:Integer}}" i64 @{_PREFIX}.address(ptr) {words}'
    return "\n".join([rewritten, hidden, *helpers.values(), ""])


def _clear(match: re.Match[str]) -> str:
    """Stores before a call that writes a ``String``, which clear its shadows.

    They name its parts in the order in which rustc has them: in another, types would conflict.
    """
    name = f"%{_PREFIX}.{match.start()}"
    return (
        f"  {name}.at = getelementptr i8, ptr {match[1]}, i64 8\n"
        f"  {name}.length = getelementptr i8, ptr {match[1]}, i64 16\n"
        f"  store i64 0, ptr {match[1]}, align 8\n"
        f"  store ptr null, ptr {name}.at, align 8\n"
        f"  store i64 0, ptr {name}.length, align 8\n{match[0]}"
    )


def _before(line: str, vtables: set[str], helpers: dict[str, str], number: int) -> Iterator[str]:
    """What formats the shadow, to stand before a line."""
    match = _CALL.match(line)
    if match is None:
        return
    returned, callee = match.groups()
    arguments = [split_type(argument) for argument in split_arguments(line[match.end() :])]
    values = [value_of(rest) for _, rest in arguments]
    if _THROUGH_VTABLE.search(callee.strip('"')):
        if len(values) < 2 or values[1] not in vtables:
            return
    elif not _WRITERS.search(callee.strip('"')):
        return
    if arguments[0][0] != "ptr" or not all(kind == "ptr" or kind in _PASSED for kind, _ in arguments[1:]):
        return
    place = _PLACE.search(line)
    location = place.group() if place else ""
    given = [f"ptr {values[0]}"]
    for at, ((kind, _), value) in enumerate(zip(arguments[1:], values[1:], strict=True)):
        if kind == "ptr":
            name = f"%{_PREFIX}.{number}.{at}"
            yield f"  {name} = call i64 @{_PREFIX}.address(ptr {value}){location}"
            given.append(f"i64 {name}")
        else:
            given.append(f"{kind} {value}")
    formals = [
        f"{kind} {rest[: len(rest) - len(value)]}%a{at}"
        for at, ((kind, rest), value) in enumerate(zip(arguments, values, strict=True))
    ]
    call = f"call {returned}{callee}({', '.join(formals)})"
    if call not in helpers:
        helpers[call] = _helper(len(helpers), call, [kind for kind, _ in arguments])
    yield f"  call void @{_PREFIX}.{list(helpers).index(call)}({', '.join(given)}){location}"


def _helper(number: int, call: str, kinds: list[str]) -> str:
    """A function that does nothing, and whose rule formats the shadow.

    The addresses are numbers: the engine wants all or none of a rule's pointers to have a shadow, and hands over
    undefined numbers in their shadows' places.
    """
    given = [("i64" if kind == "ptr" else kind, at) for at, kind in enumerate(kinds[1:], 1)]
    others = [f"{kind} %b{at}" for kind, at in given]
    ruled = [f"{kind} %{letter}{at}" for kind, at in given for letter in "bc"]
    name = f"{_PREFIX}.{number}"
    addresses = [
        f"  %a{at} = " + (f"inttoptr i64 %b{at} to ptr" if kind == "ptr" else f"add {kind} %b{at}, 0")
        for at, kind in enumerate(kinds[1:], 1)
    ]
    body = "\n".join(
        (
            "  %inactive = icmp eq ptr %p, %a0",
            "  br i1 %inactive, label %done, label %shadow",
            "shadow:",
            *addresses,
            f"  {'%r = ' if not call.startswith('call void') else ''}{call}",
            "  br label %done",
            "done:",
            "  ret void",
        )
    )
    words = 'noinline nofree nosync nounwind willreturn "enzyme_notypeanalysis"'
    return f"""
declare void @{name}.nothing(ptr) nosync nounwind willreturn memory(argmem: readwrite) {_TAKES_NO_PART}
define internal void @{name}({", ".join(["ptr %p", *others])}) {words} {{
  call void @{name}.nothing(ptr %p)
  ret void
}}
define internal void @{name}.tangent({", ".join(["ptr %p", "ptr %a0", *ruled])}) noinline {{
{body}
}}
@__enzyme_register_derivative_{name} = internal global [2 x ptr] [ptr @{name}, ptr @{name}.tangent]
"""


_NOTHING = re.compile(rf"^declare [^\n]*@({re.escape(_PREFIX)}\.\d+\.nothing)\([^\n]*", re.MULTILINE)
_ADDRESS = re.compile(rf"^declare [^\n]*@{re.escape(_PREFIX)}\.address\([^\n]*", re.MULTILINE)


def forget_texts(ir: str) -> str:
    """After the engine: what stands in for nothing does nothing."""
    ir = _NOTHING.sub(
        lambda match: f"define internal void @{match.group(1)}(ptr %p) alwaysinline {{\n  ret void\n}}", ir
    )
    return _ADDRESS.sub(
        f"define internal i64 @{_PREFIX}.address(ptr %p) alwaysinline {{\n"
        "  %address = ptrtoint ptr %p to i64\n  ret i64 %address\n}",
        ir,
    )
