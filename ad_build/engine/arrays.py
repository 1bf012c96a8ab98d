"""Tells the engine what arrays and counters hold, by how they are used.

Type analysis learns nothing about ``p`` from an access to ``p[i]`` where it cannot tell what ``i`` may be: the length
of a ``Vec``, say, at which ``push`` writes.  The copy into a larger buffer has no type then.  Here ``p`` gets the
floats of such an element by a call that does nothing.  That an array begins with an element of the kind that lies
further on is very likely, but nobody promises it: this is for modules that the engine refuses else.

So is a word in memory to which a small number is added: it counts.  Type analysis leaves the type of such a sum open.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import LOCAL, function_spans

_LOAD = re.compile(rf"^  ({LOCAL}) = load (i8|i16|i32), ptr [^\n]*")
_STEP = re.compile(rf"^  {LOCAL} = (?:add|sub) (?:nuw |nsw )*(i8|i16|i32) ({LOCAL}), (-?\d+)(?=[,\n]|$)")
_METADATA = re.compile(r"^!(\d+) = ", re.MULTILINE)
_LARGEST_STEP = 4096
_MARK = "ad_build.elements"
_INDEXED = re.compile(
    rf"^  ({LOCAL}) = getelementptr (?:inbounds |nuw |nusw )*(.+?), ptr ({LOCAL}), i64 {LOCAL}(?=[,\n]|$)"
)
_LABEL = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[-a-zA-Z$._0-9]+):')
_PLACE = re.compile(r", !dbg !\d+")


def type_arrays(ir: str) -> str:
    """The module with the kinds of elements named."""
    free = max((int(number) for number in _METADATA.findall(ir)), default=-1) + 1
    parts, at = [], 0
    for start, end in function_spans(ir):
        lines = ir[start:end].split("\n")
        if any([_type_elements(lines), _type_counters(lines, free)]):
            parts += [ir[at:start], "\n".join(lines)]
            at = end
    if not parts:
        return ir
    declared = f'declare void @{_MARK}(ptr) nofree nosync nounwind memory(argmem: read) "enzyme_inactive"\n'
    integer = f'!{free} = !{{!"Unknown", i32 -1, !{free + 1}}}\n!{free + 1} = !{{!"Integer"}}\n'
    return f"{''.join([*parts, ir[at:]])}\n{declared}{integer}"


_COUNTER = re.compile(rf"^  ({LOCAL}) = load i64, ptr ({LOCAL}), align \d+[^\n]*")
_COUNTED = re.compile(rf"^  ({LOCAL}) = (?:add|sub) (?:nuw |nsw )*i64 ({LOCAL}), -?1(?=[,\n]|$)")
_STORED = re.compile(rf"^  store i64 ({LOCAL}), ptr ({LOCAL}),")


def type_counts(ir: str) -> str:
    """The module in which words of 64 bits that are counted up or down by one in memory are integers."""
    free = max((int(number) for number in _METADATA.findall(ir)), default=-1) + 1
    parts, at = [], 0
    for start, end in function_spans(ir):
        lines = ir[start:end].split("\n")
        loads: dict[str, tuple[int, str]] = {}
        steps: dict[str, str] = {}
        found = set()
        for number, line in enumerate(lines):
            if match := _COUNTER.match(line):
                loads[match.group(1)] = (number, match.group(2))
            elif (match := _COUNTED.match(line)) and match.group(2) in loads:
                steps[match.group(1)] = match.group(2)
            elif (match := _STORED.match(line)) and match.group(1) in steps:
                load, place = loads[steps[match.group(1)]]
                if place == match.group(2):
                    found.add(load)
        for number in found:
            lines[number] += f", !enzyme_type !{free}"
        if found:
            parts += [ir[at:start], "\n".join(lines)]
            at = end
    if not parts:
        return ir
    return (
        f'{"".join([*parts, ir[at:]])}\n!{free} = !{{!"Unknown", i32 -1, !{free + 1}}}\n!{free + 1} = !{{!"Integer"}}\n'
    )


def forget_arrays(ir: str) -> str:
    """After the engine: nothing is left of it."""
    return _DECLARED.sub(f"define internal void @{_MARK}(ptr %p) alwaysinline {{\n  ret void\n}}", ir)


_DECLARED = re.compile(rf"^declare [^\n]*@{re.escape(_MARK)}\([^\n]*", re.MULTILINE)


def _type_elements(lines: list[str]) -> bool:
    indexed = [(number, match) for number, line in enumerate(lines) if (match := _INDEXED.match(line))]
    entry = next((number for number, line in enumerate(lines) if line.endswith("{")), None)
    if not indexed or entry is None:
        return False
    if _LABEL.match(lines[entry + 1]):  # it may have a name
        entry += 1
    for number, match in indexed:
        element, kind, base = match.groups()
        if kind == "i8":  # text, mostly
            continue
        place = _PLACE.search(lines[number])
        at = place.group() if place else ""
        slot = f'{element[:-1]}.slot"' if element.endswith('"') else f"%ad_build.slot.{element[1:]}"
        lines[entry] += f"\n  {slot} = alloca ptr, align 8"
        for pointer in (element, base):
            lines[number] += f"\n  store ptr {pointer}, ptr {slot}, align 8{at}\n  call void @{_MARK}(ptr {slot}){at}"
    return True


def _type_counters(lines: list[str], integer: int) -> bool:
    loads: dict[str, int] = {}
    counters = set()
    for number, line in enumerate(lines):
        if load := _LOAD.match(line):
            loads[load.group(1)] = number
        elif (step := _STEP.match(line)) and abs(int(step.group(3))) <= _LARGEST_STEP and step.group(2) in loads:
            counters.add(loads[step.group(2)])
    for number in counters:
        lines[number] += f", !enzyme_type !{integer}"
    return bool(counters)
