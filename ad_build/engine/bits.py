"""Floats whose bits are compared.

``x.to_bits() < 6`` (approx's ``ulps_eq``) tells type analysis that the bits, and so ``x``, are a small integer.

``f64::total_cmp`` loads, moves and stores floats as integers: ``v.sort_by(f64::total_cmp)`` never says that its
elements are floats, type analysis takes them for integers, and their adjoint is lost.  The bits that are compared,
``v ^ ((v >> 63) as u64 >> 1)``, say so (the order of IEEE 754-2019, section 5.10).  What is compared so is loaded,
moved and stored as a float here.  Both are compared through a call that type analysis does not see through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ad_build.engine.pointers import LOCAL, rewrite_functions

_FLOATS = {"i64": "double", "i32": "float"}
_SIGN = re.compile(rf"^  ({LOCAL}) = ashr (i64|i32) ({LOCAL}), (?:63|31)(?=[,\n]|$)")
_HALF = re.compile(rf"^  ({LOCAL}) = lshr (?:i64|i32) ({LOCAL}), 1(?=[,\n]|$)")
_FLIP = re.compile(rf"^  {LOCAL} = xor (?:i64|i32) ({LOCAL}), ({LOCAL})(?=[,\n]|$)")
_DEFINITION = re.compile(rf"^  ({LOCAL}) = (?:tail )?(\w+)")
_NAME = re.compile(LOCAL)
_INCOMING = re.compile(r"\[ ([^\[\]]*?), [^\[\]]*? \]")
_DECLARED = re.compile(r"^declare [^\n]*@ad_build\.bits\.(double|float)\([^\n]*", re.MULTILINE)
_BITS = re.compile(rf"^  ({LOCAL}) = bitcast (double|float) ({LOCAL}) to (?:i64|i32)(?=[,\n]|$)", re.MULTILINE)
_SMALL = re.compile(
    rf"^  ({LOCAL}) = (icmp (?:samesign )?\w+) (i64|i32) ({LOCAL}), ([1-9]\d*)(?=[,\n]|$)", re.MULTILINE
)
_NOTHING = ("0", "poison", "undef")


def hide_compared_bits(ir: str) -> str:
    """Rewrite every function of a module that compares floats by their bits."""
    if " = ashr i" not in ir and not _BITS.search(ir):
        return ir
    text = rewrite_functions(ir, lambda function: _compare_with_small(_rewrite(function)))
    for integer, kind in _FLOATS.items():
        if f"@ad_build.bits.{kind}(" in text:
            text += (
                f'\ndeclare "enzyme_type"="{{[-1]:Integer}}" {integer} @ad_build.bits.{kind}({kind})'
                ' nofree nosync nounwind willreturn memory(none) "enzyme_inactive"\n'
            )
    return text


def restore_bits(ir: str) -> str:
    """After the engine: the bits of a float are a bitcast again."""
    integers = {kind: integer for integer, kind in _FLOATS.items()}

    def body(match: re.Match[str]) -> str:
        kind = match.group(1)
        integer = integers[kind]
        return (
            f"define internal {integer} @ad_build.bits.{kind}({kind} %v) alwaysinline {{\n"
            f"  %bits = bitcast {kind} %v to {integer}\n  ret {integer} %bits\n}}"
        )

    return _DECLARED.sub(body, ir)


def _compare_with_small(text: str) -> str:
    sources = {bits: (kind, value) for bits, kind, value in _BITS.findall(text)}
    if not sources:
        return text

    def looked_at(match: re.Match[str]) -> str:
        name, head, integer, bits, rest = match.groups()
        if bits not in sources:
            return match.group()
        kind, value = sources[bits]
        own = f"%ad_build.small.{match.start()}"
        look = f"  {own} = call {integer} @ad_build.bits.{kind}({kind} {value})"
        return f"{look}\n  {name} = {head} {integer} {own}, {rest}"

    return _SMALL.sub(looked_at, text)


@dataclass(slots=True)
class _Code:
    """The lines of a function, where each value is defined, and which lines mention it.

    ``compared`` are the lines of comparisons that look at a value.
    """

    lines: list[str]
    defined: dict[str, int] = field(default_factory=dict)
    used: dict[str, list[int]] = field(default_factory=dict)
    compared: dict[str, list[int]] = field(default_factory=dict)


def _rewrite(text: str) -> str:
    if " = ashr i" not in text:
        return text
    code = _read(text)
    done: set[str] = set()
    for value in code.compared:
        if value in done:
            continue
        kind = "i64" if " i64 " in code.lines[code.compared[value][0]] else "i32"
        web = _web(code, value, kind)
        if web:
            done |= web
            _to_floats(code, web, kind)
    return "\n".join(code.lines) if done else text


def _read(text: str) -> _Code:
    code = _Code(text.split("\n"))
    signs: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(code.lines):
        definition = _DEFINITION.match(line)
        own = definition.group(1) if definition else ""
        if own:
            code.defined[own] = number
        for name in set(_NAME.findall(line.split(", !dbg", 1)[0])) - {own}:
            code.used.setdefault(name, []).append(number)
        if sign := _SIGN.match(line):
            signs[sign.group(1)] = (sign.group(3), number)
    for line in code.lines:
        half = _HALF.match(line)
        if half is None or half.group(2) not in signs:
            continue
        value, number = signs[half.group(2)]
        for reader in code.used.get(half.group(1), ()):
            flip = _FLIP.match(code.lines[reader])
            if flip and set(flip.groups()) == {half.group(1), value}:
                code.compared.setdefault(value, []).extend((number, reader))
    return code


def _web(code: _Code, value: str, kind: str) -> set[str]:
    """The loads, phis, selects and freezes that hand a compared value on; empty where it is used otherwise."""
    web: set[str] = set()
    pending = [value]
    while pending:
        name = pending.pop()
        if name in web:
            continue
        sources = _sources(code, name, kind)
        if sources is None:
            return set()
        web.add(name)
        pending += sources
        for reader in code.used.get(name, ()):
            line = code.lines[reader]
            if reader in code.compared.get(name, ()) or line.startswith("    #dbg_"):
                continue
            if re.match(rf"  store (?:volatile )?{kind} {re.escape(name)},", line):
                continue
            definition = _DEFINITION.match(line)
            if definition is None or definition.group(2) not in ("phi", "select", "freeze"):
                return set()
            pending.append(definition.group(1))
    return web


def _sources(code: _Code, name: str, kind: str) -> list[str] | None:
    """What a value of a web is made of; None where it cannot be part of one."""
    if name not in code.defined:
        return None
    line = code.lines[code.defined[name]]
    match = _DEFINITION.match(line)
    opcode = match.group(2) if match else ""
    if opcode == "load":
        return [] if re.match(rf"  \S+ = load (?:volatile )?{kind}, ptr ", line) else None
    if opcode not in ("phi", "select", "freeze") or f" {kind} " not in line:
        return None
    values = list(_operands(line, opcode, kind))
    return [value for value in values if value not in _NOTHING] if all(map(_is_value, values)) else None


def _is_value(operand: str) -> bool:
    return operand.startswith("%") or operand in _NOTHING


def _operands(line: str, opcode: str, kind: str) -> Iterator[str]:
    if opcode == "phi":
        yield from _INCOMING.findall(line)
    else:
        yield from re.findall(rf"\b{kind} ([^,\s]+)", line)


def _to_floats(code: _Code, web: set[str], kind: str) -> None:
    real = _FLOATS[kind]
    word = re.compile(rf"\b{kind}\b")
    for name in web:
        number = code.defined[name]
        line = word.sub(real, code.lines[number])
        line = line.replace(f"{real} 0,", f"{real} 0.0,").replace("[ 0,", "[ 0.0,")
        code.lines[number] = re.sub(r", !range !\d+", "", line)
        for reader in code.used.get(name, ()):
            if code.lines[reader].startswith(("  store ", "    #dbg_")):
                code.lines[reader] = word.sub(real, code.lines[reader], count=1)
        for count, reader in enumerate(sorted(code.compared.get(name, ()))):
            bits = f"%ad_build.bits.{number}.{count}"
            looked = re.sub(re.escape(name) + r"(?![-a-zA-Z$._0-9])", bits, code.lines[reader])
            code.lines[reader] = f"  {bits} = call {kind} @ad_build.bits.{real}({real} {name})\n{looked}"
