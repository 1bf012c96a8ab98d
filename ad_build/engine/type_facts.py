"""Facts that the engine needs where memory has several types: what functions return, and what vtables are.

Without strict aliasing a float that is loaded has no type of its own, and a ``phi`` of such loads that is but returned
has none either: the engine refuses it.  And it makes derivatives of all functions in a vtable that an active pointer
leads to, also of those that nobody calls (``Error::type_id``).  Calls through vtables are dispatched by the primal's
pointer (:mod:`dispatch`), and no shadow of the table is needed.
"""

from __future__ import annotations

import re

from ad_build.engine.instructions import split_commas
from ad_build.engine.pointers import GLOBAL, LOCAL, function_spans

_HEADER = re.compile(r"^define [^@\n]*\b(double|float) @")
_RETURN = re.compile(rf"^  ret (?:double|float) ({LOCAL})", re.MULTILINE)
_CHOICE = re.compile(rf"^  ({LOCAL}) = (?:phi|select) (?!.*!enzyme_type).*$", re.MULTILINE)
_METADATA = re.compile(r"^!(\d+) = ", re.MULTILINE)
_CONSTANT = re.compile(
    rf"^({GLOBAL} = (?:[a-z_]+ )*constant <{{ [^\n]*?}}>) <{{ ([^\n]*) }}>(, [^\n]*)?$", re.MULTILINE
)
_BYTES = re.compile(r'^\[(16|24) x i8\] c"((?:[^"\\]|\\[0-9A-F]{2})*)"$')
_ESCAPE = re.compile(r"\\([0-9A-F]{2})|(.)", re.DOTALL)
_INDIRECT = re.compile(
    rf"^  (?:{LOCAL} = )?(?:tail |musttail |notail )?(?:call|invoke) [^@\n]*?{LOCAL}\((?!.*enzyme_inactive)"
)
_LARGEST = 1 << 48


def name_returned_floats(ir: str) -> str:
    """The module with the type on each float that is chosen and returned."""
    free = _free_node(ir)
    kinds: dict[str, int] = {}
    parts, at = [], 0
    for start, end in function_spans(ir):
        text = ir[start:end]
        header = _HEADER.match(text.lstrip("\n"))
        returned = set(_RETURN.findall(text)) if header else set()
        if header and returned:
            node = kinds.setdefault(header.group(1), free + 2 * len(kinds))
            typed = _CHOICE.sub(
                lambda match: f"{match[0]}, !enzyme_type !{node}" if match[1] in returned else match[0],  # noqa: B023
                text,
            )
            parts += [ir[at:start], typed]
            at = end
    lines = [
        f'!{node} = !{{!"Unknown", i32 -1, !{node + 1}}}\n!{node + 1} = !{{!"Float@{kind}"}}\n'
        for kind, node in kinds.items()
    ]
    return "".join([*parts, ir[at:], "\n", *lines]) if parts else ir


def vtables_need_no_shadows(ir: str) -> str:
    """The module with Rust's vtables inactive, if every call through a pointer in it is dispatched."""
    if any(_INDIRECT.match(line) for line in ir.split("\n")):
        return ir
    node = _free_node(ir)
    out = _CONSTANT.sub(
        lambda match: f"{match[0]}, !enzyme_inactive !{node}" if _is_vtable(match[2]) else match[0],
        ir,
    )
    return f"{out}\n!{node} = !{{}}\n" if out != ir else ir


def _free_node(ir: str) -> int:
    return max((int(number) for number in _METADATA.findall(ir)), default=-1) + 1


def _is_vtable(initialiser: str) -> bool:
    """Whether these are a destructor or none, a size, an alignment, and functions."""
    parts = split_commas(initialiser)
    drop = 0 if parts[0].startswith("ptr @") else 8
    header = _BYTES.match(parts[0] if drop else parts[1] if len(parts) > 1 else "")
    functions = parts[1:] if drop else parts[2:]
    if header is None or not functions or not all(part.startswith("ptr @") for part in functions):
        return False
    data = bytes(int(code, 16) if code else ord(char) for code, char in _ESCAPE.findall(header.group(2)))
    if len(data) != drop + 16 or any(data[:drop]):
        return False
    size, align = (int.from_bytes(data[at : at + 8], "little") for at in (drop, drop + 8))
    return size < _LARGEST and 0 < align < _LARGEST and align & (align - 1) == 0 and size % align == 0
