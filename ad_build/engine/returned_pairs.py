"""Lets functions of the module return two floats as two floats, where their convention packs them in one integer.

Rust returns ``[f32; 2]`` as ``i64`` and ``[f64; 2]`` as ``i128``, put together and taken apart by shifts, which the
engine cannot follow.
"""

from __future__ import annotations

import re

from ad_build.engine.packing import HALVES, definitions_of, halves_of, without_unused
from ad_build.engine.pointers import GLOBAL, LOCAL, function_spans

_FLOATS = {"i32": "float", "i64": "double"}
_DEFINE = re.compile(rf"^define internal ([^@\n]*)\b(i64|i128) ({GLOBAL})\(", re.MULTILINE)
_CALL = re.compile(rf"^  ({LOCAL}) = ((?:(?:tail|notail) )?(?:call|invoke) [^@\n]*)\b(i64|i128) ({GLOBAL})\(")
_RETURN = re.compile(rf"^  ret (i64|i128) ({LOCAL}|-?\d+)")
_BITCAST = re.compile(rf"^  ({LOCAL}) = bitcast (float|double) ({LOCAL}) to i(?:32|64)")
_SHIFT = re.compile(rf"^  ({LOCAL}) = lshr (?:(?:exact) )?(i64|i128) ({LOCAL}), (\d+)")
_TRUNC = re.compile(rf"^  ({LOCAL}) = trunc (?:(?:nuw|nsw) )*(i64|i128) ({LOCAL}) to (i\d+)")
_WORDS = re.compile(r"\b(?:noundef|zeroext|signext|range\([^)]*\)) ")
_ANY_LOCAL = re.compile(LOCAL)
_DEBUG = re.compile(r", !dbg !\d+")
_RECORD = "    #dbg_"

Function = tuple[int, int, list[str]]  # where it stands in the module, and its lines


def return_pairs(ir: str) -> str:
    """The module with such functions, and all their calls, rewritten."""
    candidates = {name: kind for _, kind, name in _DEFINE.findall(ir)}
    if not candidates or "bitcast" not in ir:
        return ir
    functions: list[Function] = [(start, end, ir[start:end].split("\n")) for start, end in function_spans(ir)]
    pairs = {name: kind for name, kind in candidates.items() if _mentions(ir, name) == _sites(functions, name)}
    for _, _, lines in functions:
        own = _own(lines)
        if own in pairs and not _is_pair(lines, pairs[own]):
            del pairs[own]
        for name in _called_otherwise(lines, pairs):
            del pairs[name]
    if not pairs:
        return ir
    parts, at = [], 0
    for start, end, lines in functions:
        text = "\n".join(lines)
        if any(name in text for name in pairs):
            parts += [ir[at:start], _rewrite(lines, pairs)]
            at = end
    return "".join([*parts, ir[at:]])


def _mentions(ir: str, name: str) -> int:
    return len(re.findall(rf"{re.escape(name)}(?![-a-zA-Z$._0-9])", ir))


def _sites(functions: list[Function], name: str) -> int:
    """How often a function is defined or called by its name."""
    found = 0
    for _, _, lines in functions:
        for line in lines:
            call = _CALL.match(line) if name in line else None
            found += _own([line]) == name or (call is not None and call.group(4) == name)
    return found


def _own(lines: list[str]) -> str:
    """The name of the function that may return a pair; empty where it does not."""
    head = next((match for match in map(_DEFINE.match, lines) if match), None)
    return head.group(3) if head else ""


def _casts(lines: list[str]) -> dict[str, str]:
    return {match[1]: match[3] for match in map(_BITCAST.match, lines) if match}


def _returned(lines: list[str], kind: str) -> list[tuple[str, str] | None]:
    definitions = definitions_of(lines)
    return [halves_of(definitions, match[2], kind) for match in map(_RETURN.match, lines) if match]


def _is_pair(lines: list[str], kind: str) -> bool:
    """Whether all that a function returns is put together from halves, each of which is a float or a constant."""
    casts = _casts(lines)
    found = _returned(lines, kind)
    return bool(found) and all(
        pair is not None
        and any(half in casts for half in pair)
        and all(half in casts or half.lstrip("-").isdigit() for half in pair)
        for pair in found
    )


def _called_otherwise(lines: list[str], pairs: dict[str, str]) -> set[str]:
    """Those of the functions of whose result more is used here than its two halves."""
    results: dict[str, str] = {}
    uppers: dict[str, str] = {}
    for line in lines:
        call, shift = _CALL.match(line), _SHIFT.match(line)
        if call and call.group(4) in pairs:
            results[call.group(1)] = call.group(4)
        elif shift and shift.group(3) in results and int(shift.group(4)) == HALVES[shift.group(2)][1]:
            uppers[shift.group(1)] = results[shift.group(3)]
    wrong = set()
    for line in lines:
        if line.startswith(_RECORD):
            continue
        call, shift, trunc = _CALL.match(line), _SHIFT.match(line), _TRUNC.match(line)
        half = trunc is not None and trunc.group(4) == HALVES[trunc.group(2)][0]
        for name in _ANY_LOCAL.findall(line):
            allowed = (call and call.group(1) == name) or (shift and shift.group(1) in uppers) or half
            if not allowed:
                wrong |= {known[name] for known in (results, uppers) if name in known}
    return wrong


def _rewrite(lines: list[str], pairs: dict[str, str]) -> str:
    own = _own(lines)
    definitions, casts = definitions_of(lines), _casts(lines)
    results: dict[str, str] = {}
    uppers: dict[str, str] = {}
    out: list[str] = []
    dead: list[str] = []
    for number, line in enumerate(lines):
        debug = "".join(_DEBUG.findall(line))
        head, call, given = _DEFINE.match(line), _CALL.match(line), _RETURN.match(line)
        shift, trunc = _SHIFT.match(line), _TRUNC.match(line)
        if line.startswith(_RECORD) and any(name in results or name in uppers for name in _ANY_LOCAL.findall(line)):
            continue
        if head and head.group(3) == own and own in pairs:
            before = f"define internal {_WORDS.sub('', head.group(1))}"
            out.append(f"{before}{_pair(pairs[own])} {own}({line[head.end() :]}")
        elif call and call.group(4) in pairs:
            kind = pairs[call.group(4)]
            results[call.group(1)] = kind
            before = f"  {call.group(1)} = {_WORDS.sub('', call.group(2))}"
            out.append(f"{before}{_pair(kind)} {call.group(4)}({line[call.end() :]}")
        elif given and own in pairs:
            kind = pairs[own]
            pair = halves_of(definitions, given.group(2), kind)
            assert pair is not None
            name = f"%ad_build.pair.{number}"
            element = _FLOATS[HALVES[kind][0]]
            values = [casts.get(half) or f"bitcast (i{HALVES[kind][1]} {half} to {element})" for half in pair]
            out += [
                f"  {name}.0 = insertvalue {_pair(kind)} poison, {element} {values[0]}, 0{debug}",
                f"  {name}.1 = insertvalue {_pair(kind)} {name}.0, {element} {values[1]}, 1{debug}",
                f"  ret {_pair(kind)} {name}.1{debug}",
            ]
            dead += _parts(definitions, given.group(2))
        elif shift and shift.group(3) in results:
            uppers[shift.group(1)] = results[shift.group(3)]
            kind = _pair(results[shift.group(3)])
            out.append(f"  {shift.group(1)} = extractvalue {kind} {shift.group(3)}, 1{debug}")
        elif trunc and trunc.group(3) in uppers:
            element = _FLOATS[trunc.group(4)]
            out.append(f"  {trunc.group(1)} = bitcast {element} {trunc.group(3)} to {trunc.group(4)}{debug}")
        elif trunc and trunc.group(3) in results:
            element, lower = _FLOATS[trunc.group(4)], f"%ad_build.lower.{number}"
            out += [
                f"  {lower} = extractvalue {_pair(results[trunc.group(3)])} {trunc.group(3)}, 0{debug}",
                f"  {trunc.group(1)} = bitcast {element} {lower} to {trunc.group(4)}{debug}",
            ]
        else:
            out.append(line)
    text = "\n".join(out)
    for name in dead:
        text = without_unused(text, name)
    return text


def _pair(kind: str) -> str:
    element = _FLOATS[HALVES[kind][0]]
    return f"{{ {element}, {element} }}"


def _parts(definitions: dict[str, tuple[str, str, str, str]], word: str) -> list[str]:
    """The registers that put a word together, from the last to the first."""
    if word not in definitions:
        return []
    _, _, first, second = definitions[word]
    return [word, *_parts(definitions, first), *_parts(definitions, second)]
