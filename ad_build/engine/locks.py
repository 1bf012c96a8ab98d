"""Locks of Rust's standard library inside a differentiated function: their words are no data.

The engine knows no ``cmpxchg``, and takes a lock word that lies in the memory of the data it guards for active.  In
std's own code for locks (told by debug info, or by the symbol) atomic changes become calls that take no part in
differentiation.  Everywhere else they stay, since an integer that is changed atomically may hold a float's bits.
"""

from __future__ import annotations

import re

from ad_build.engine.instructions import split_commas, split_type
from ad_build.engine.irdebug import ModuleText, symbols

_CHANGE = re.compile(r"^  (?:(\S+) = )?(cmpxchg|atomicrmw) (?:weak )?(?:volatile )?(.*)$")
_PREFIX = "ad_build.lock."
_SOURCES = re.compile(r"library/std/src/(?:sys/sync|sync|sys/pal/\w+/(?:futex|sync))\b")
_SYMBOL = re.compile(r"3std(?:3sys)?4sync")
_TYPE = re.compile(r"^i(?:8|16|32|64)$")


def take_locks_out(ir: str) -> str:
    """The module whose std locks are changed by calls that the engine leaves alone."""
    if " cmpxchg " not in ir and " atomicrmw " not in ir:
        return ir
    module = ModuleText(ir)
    helpers: dict[str, str] = {}
    out: list[str] = []
    owner = ""
    for line in ir.splitlines():
        if line.startswith("define "):
            owner = next(symbols(line), "")
        match = _CHANGE.match(line)
        if match and _is_lock(module, owner, line):
            line = _call(match, helpers) or line
        out.append(line)
    return "\n".join([*out, *helpers.values()]) + "\n" if helpers else ir


def _is_lock(module: ModuleText, owner: str, line: str) -> bool:
    file = next((place.file for place in module.frames(line) if "library/core/" not in place.file), "")
    return bool(_SOURCES.search(file) if file else _SYMBOL.search(owner))


def _call(match: re.Match[str], helpers: dict[str, str]) -> str | None:
    """The call in place of an instruction; None for a kind that locks do not use."""
    result, opcode, rest = match.groups()
    operation, _, rest = rest.partition(" ") if opcode == "atomicrmw" else ("cmpxchg", "", rest)
    parts = split_commas(rest)
    address = parts[0].removeprefix("ptr ")
    values = [split_type(part) for part in parts[1:]]
    count = 2 if operation == "cmpxchg" else 1
    kind = values[0][0]
    if not _TYPE.match(kind):
        return None
    given = [value.split(" ", 1)[0] for _, value in values[:count]]
    location = "".join(f", {part}" for part in parts if part.startswith("!dbg "))
    name = f"{_PREFIX}{operation}.{kind}"
    returned = f"{{ {kind}, i1 }}" if operation == "cmpxchg" else kind
    helpers.setdefault(name, _helper(name, operation, kind, returned))
    arguments = ", ".join([f"ptr {address}", *(f"{kind} {value}" for value in given)])
    return f"  {f'{result} = ' if result else ''}call {returned} @{name}({arguments}){location}"


def _helper(name: str, operation: str, kind: str, returned: str) -> str:
    """A function of its own for one operation, in the strictest order."""
    size = int(kind[1:]) // 8
    if operation == "cmpxchg":
        parameters, body = f"ptr %p, {kind} %a, {kind} %b", f"cmpxchg ptr %p, {kind} %a, {kind} %b seq_cst seq_cst"
    else:
        parameters, body = f"ptr %p, {kind} %a", f"atomicrmw {operation} ptr %p, {kind} %a seq_cst"
    return (
        f'define internal {returned} @{name}({parameters}) noinline nofree nounwind "enzyme_inactive" '
        f'"enzyme_no_escaping_allocation" {{\n  %r = {body}, align {size}\n  ret {returned} %r\n}}'
    )
