"""Keeps pointers and integers apart that share a slot in the variants of an enum.

``enum Iter { Slice { end: *const f64, .. }, Counted { index: usize, .. } }`` on the stack becomes, by scalar
replacement, one ``phi i64`` of ``ptrtoint end`` in one predecessor and of the index in the other, with ``inttoptr``
where the first variant is read.  A value has one type in Enzyme's analysis, and the function is refused
("Illegal updateAnalysis").  Here such a phi becomes two: one of pointers, for its readers as a pointer, and one of
integers, into which an address comes through a call that type analysis does not see through.

Nothing is done where an integer reader's result may become a pointer again: it would have lost its shadow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ad_build.engine.pointers import LOCAL, function_spans

_ADDRESS = "ad_build.address"
_NODE = re.compile(rf"^  ({LOCAL}) = (phi|select|freeze) ")
_INCOMING = re.compile(r"\[ ([^\[\]]*?), ([^\[\]]*?) \]")
_SELECT = re.compile(r"^  \S+ = select (i1 [^,]+), i64 ([^,]+), i64 ([^,]+)")
_FREEZE = re.compile(r"^  \S+ = freeze i64 ([^,\s]+)")
_TO_INTEGER = re.compile(rf"^  ({LOCAL}) = ptrtoint ptr ([^,]+) to i64")
_TO_POINTER = re.compile(rf"^  ({LOCAL}) = inttoptr i64 ({LOCAL}) to ptr")
_DEFINITION = re.compile(rf"^  ({LOCAL}) = (?:tail |musttail |notail )?(\w+)")
_NAME = re.compile(LOCAL)
_LOAD = re.compile(rf"^  ({LOCAL}) = load i64, ptr ([^,]+), align \d+")
_ADD = re.compile(rf"^  {LOCAL} = (?:add|sub)(?: nuw| nsw)* i64 ([^,]+), ([^,\s]+)")
_INTRINSIC = re.compile(r"= (?:tail )?call [^@]*@llvm\.(?!ptrmask)")
# What gives a number, whatever its operands are.
_NUMBERS = frozenset(
    ("mul", "udiv", "sdiv", "urem", "srem", "zext", "sext", "extractvalue", "fptoui", "fptosi", "lshr", "ashr", "shl")
)
# What gives an address again, or a number, if one of its operands is an address.
_CARRIERS = frozenset(("add", "sub", "and", "or", "phi", "select", "freeze"))
# Where an address may end: it is compared, counted with or used as an index.
_ENDS = frozenset(("icmp", "getelementptr", "trunc")) | _NUMBERS


@dataclass(slots=True)
class _Code:
    """The lines of a function, where each value is defined, and which lines mention it."""

    lines: list[str]
    defined: dict[str, int] = field(default_factory=dict)
    used: dict[str, list[int]] = field(default_factory=dict)
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)


def separate_variants(ir: str) -> str:
    """Rewrite every function of a module in which a phi mixes addresses with other integers."""
    parts = []
    at = 0
    for start, end in function_spans(ir):
        parts += [ir[at:start], _rewrite(ir[start:end])]
        at = end
    rewritten = "".join([*parts, ir[at:]])
    if f"@{_ADDRESS}(" not in rewritten:
        return ir
    return (
        f'{rewritten}\ndeclare "enzyme_type"="{{[-1]:Integer}}" i64 @{_ADDRESS}(ptr)'
        ' nofree nosync nounwind willreturn memory(none) "enzyme_inactive"\n'
    )


def restore_addresses(ir: str) -> str:
    """After the engine: an address is ``ptrtoint`` again."""
    return _DECLARED.sub(
        f"define internal i64 @{_ADDRESS}(ptr %p) alwaysinline {{\n  %a = ptrtoint ptr %p to i64\n  ret i64 %a\n}}", ir
    )


_DECLARED = re.compile(rf"^declare [^\n]*@{re.escape(_ADDRESS)}\([^\n]*", re.MULTILINE)


def _rewrite(text: str) -> str:
    if " = ptrtoint ptr " not in text or " = inttoptr i64 " not in text:
        return text
    code = _read(text)
    webs = [web for web in _webs(code) if _mixes(code, web)]
    addresses = frozenset(code.addresses).union(*webs)
    chosen = [web for web in webs if not _hides_pointers(code, web) and not _leaks(code, web, addresses)]
    for web in chosen:
        _split(code, web)
    return "\n".join(code.lines) if chosen else text


def _read(text: str) -> _Code:
    code = _Code(lines=text.split("\n"))
    for number, line in enumerate(code.lines):
        definition = _DEFINITION.match(line)
        own = definition.group(1) if definition else ""
        if own:
            code.defined[own] = number
        for name in set(_NAME.findall(line.split(", !dbg", 1)[0])) - {own}:
            code.used.setdefault(name, []).append(number)
        node = _NODE.match(line)
        if node:
            sources = _node_sources(line, node.group(2))
            if sources:
                code.sources[own] = sources
        elif match := _TO_INTEGER.match(line):
            code.addresses[own] = match.group(2)
    return code


def _node_sources(line: str, kind: str) -> tuple[str, ...]:
    if kind == "phi":
        return tuple(value for value, _ in _INCOMING.findall(line)) if " = phi i64 " in line else ()
    match = _SELECT.match(line) if kind == "select" else _FREEZE.match(line)
    if match is None:
        return ()
    return (match.group(2), match.group(3)) if kind == "select" else (match.group(1),)


def _webs(code: _Code) -> Iterable[frozenset[str]]:
    """Phis, selects and freezes of 64-bit integers that hand values to one another."""
    neighbours: dict[str, set[str]] = {name: set() for name in code.sources}
    for name, sources in code.sources.items():
        for source in sources:
            if source in neighbours:
                neighbours[name].add(source)
                neighbours[source].add(name)
    seen: set[str] = set()
    for name in neighbours:
        if name in seen:
            continue
        web, pending = {name}, [name]
        while pending:
            for other in neighbours[pending.pop()] - web:
                web.add(other)
                pending.append(other)
        seen |= web
        yield frozenset(web)


def _sources(code: _Code, web: frozenset[str]) -> set[str]:
    """What flows into a web from outside."""
    return {source for name in web for source in code.sources[name]} - web


def _mixes(code: _Code, web: frozenset[str]) -> bool:
    """Whether a web holds an address and something else too."""
    sources = _sources(code, web)
    return any(source in code.addresses for source in sources) and any(s not in code.addresses for s in sources)


def _kind(line: str) -> str:
    """The instruction of a line that defines a value."""
    match = _DEFINITION.match(line)
    return match.group(2) if match else ""


def _moved(code: _Code, source: str, web: frozenset[str]) -> tuple[str, str] | None:
    """The address and the number that a source of a web adds up, if it is such a sum."""
    match = _ADD.match(code.lines[code.defined[source]].split("\n")[0])
    if match is None or _kind(code.lines[code.defined[source]]) != "add":
        return None
    first, second = match.groups()
    bases = [name for name in (first, second) if name in web or name in code.addresses]
    return (bases[0], second if bases[0] == first else first) if len(bases) == 1 else None


def _hides_pointers(code: _Code, web: frozenset[str]) -> bool:
    """Whether a web gets a value of which nobody can tell whether it is an address."""
    for source in _sources(code, web):
        if source in code.addresses or not source.startswith("%"):
            continue
        if source not in code.defined:  # a parameter
            return True
        line = code.lines[code.defined[source]]
        number = _kind(line) in _NUMBERS or _INTRINSIC.search(line) or (_kind(line) in ("add", "sub"))
        if not (number or _LOAD.match(line)):
            return True
    return False


def _leaks(code: _Code, web: frozenset[str], addresses: frozenset[str]) -> bool:
    """Whether an address that is read as an integer may become a pointer again, or leave the function."""
    seen = set(web)
    pending = list(web)
    while pending:
        name = pending.pop()
        for number in code.used.get(name, ()):
            line = code.lines[number]
            if line.startswith(("    #dbg_", "  br ", "  switch ")):
                continue
            definition = _DEFINITION.match(line)
            if definition is None:
                return True
            result, kind = definition.groups()
            if result in web or kind in _ENDS or (name in web and _TO_POINTER.match(line)):
                continue
            if kind == "sub" and _subtracts(line, addresses | seen):
                continue
            if kind not in _CARRIERS and not _INTRINSIC.search(line):
                return True
            if result not in seen:
                seen.add(result)
                pending.append(result)
    return False


def _subtracts(line: str, addresses: frozenset[str]) -> bool:
    """Whether an address is taken from something: what is left is a number."""
    match = _ADD.match(line)
    return match is not None and match.group(2) in addresses


def _split(code: _Code, web: frozenset[str]) -> None:
    for name in web:
        number = code.defined[name]
        line = code.lines[number]
        code.lines[number] = f"{_of_pointers(code, line, web)}\n{_of_integers(code, line, web)}"
        for reader in code.used.get(name, ()):
            match = _TO_POINTER.match(code.lines[reader])
            if match:
                rest = code.lines[reader][match.end() :]
                code.lines[reader] = f"  {match.group(1)} = getelementptr i8, ptr {_pointer(name)}, i64 0{rest}"
    for source in _sources(code, web):
        if source in code.addresses:
            call = f"  {_suffixed(source, 'address')} = call i64 @{_ADDRESS}(ptr {code.addresses[source]})"
            code.lines[code.defined[source]] += f"\n{call}"
        elif source.startswith("%"):
            number = code.defined[source]
            load = _LOAD.match(code.lines[number])
            if load:  # the payload of an enum in memory
                code.lines[number] += f"\n  {_pointer(source)} = load ptr, ptr {load.group(2)}, align 8"
            elif moved := _moved(code, source, web):
                base = code.addresses.get(moved[0]) or _pointer(moved[0])
                code.lines[number] += f"\n  {_pointer(source)} = getelementptr i8, ptr {base}, i64 {moved[1]}"


def _suffixed(name: str, suffix: str) -> str:
    return f'{name[:-1]}.{suffix}"' if name.endswith('"') else f"%ad_build.{suffix}.{name[1:]}"


def _pointer(name: str) -> str:
    return _suffixed(name, "pointer")


def _of_pointers(code: _Code, line: str, web: frozenset[str]) -> str:
    """A node of a web for the readers of pointers."""

    def value(source: str) -> str:
        if source in web:
            return _pointer(source)
        if source in code.addresses:
            return code.addresses[source]
        if source.startswith("%"):
            known = _LOAD.match(code.lines[code.defined[source]].split("\n")[0]) or _moved(code, source, web)
            return _pointer(source) if known else "null"
        return "null" if source in ("0", "poison", "undef") else f"inttoptr (i64 {source} to ptr)"

    name = _DEFINITION.match(line)
    assert name is not None
    own = _pointer(name.group(1))
    if " = phi " in line:
        incoming = ", ".join(f"[ {value(source)}, {block} ]" for source, block in _INCOMING.findall(line))
        return f"  {own} = phi ptr {incoming}"
    select = _SELECT.match(line)
    if select:
        return f"  {own} = select {select.group(1)}, ptr {value(select.group(2))}, ptr {value(select.group(3))}"
    freeze = _FREEZE.match(line)
    assert freeze is not None
    return f"  {own} = freeze ptr {value(freeze.group(1))}"


def _of_integers(code: _Code, line: str, web: frozenset[str]) -> str:
    """The node itself, which takes addresses as numbers."""
    head, rest = line.split(" = ", 1)
    sources = [name for name in _NAME.findall(rest) if name in code.addresses and name not in web]
    for source in set(sources):
        rest = re.sub(rf"{re.escape(source)}(?![-a-zA-Z$._0-9])", lambda _, s=source: _suffixed(s, "address"), rest)  # type: ignore[misc]
    return f"{head} = {rest}"
