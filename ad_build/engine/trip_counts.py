"""Gives loops that count down by a variable step an explicit trip count.

``while len >= d { …; len -= d }``, Rust's ``chunks_exact(d)``, is a loop whose trip count the engine works out wrongly
where ``d`` is a 64-bit variable: its caches get size zero, and the gradient is zero or the heap is corrupted.  Such a
loop runs ``len / d`` times, and with a counter of its own the engine gets that right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ad_build.engine.pointers import LOCAL, block_name, function_spans

_PHI = re.compile(rf"^  ({LOCAL}) = phi (i\d+) \[ ([^,\]]+), ({LOCAL}) \], \[ ([^,\]]+), ({LOCAL}) \]")
_SUB = re.compile(rf"^  ({LOCAL}) = sub (?:nuw |nsw )*(i\d+) ({LOCAL}), ({LOCAL})")
_COMPARE = re.compile(rf"^  ({LOCAL}) = icmp (?:samesign )?(ugt|sgt|ult|slt) (i\d+) ({LOCAL}), ({LOCAL})")
_BRANCH = re.compile(rf"^  br i1 ({LOCAL}), label ({LOCAL}), label ({LOCAL})")
_DEFINED = re.compile(rf"^  ({LOCAL}) = ")
_TARGET = re.compile(rf"label ({LOCAL})")


@dataclass(frozen=True, slots=True)
class _Loop:
    """A loop that counts ``phi`` down by ``step``: line numbers of what changes, and the names involved."""

    header_line: int
    compare_line: int
    entry_end: int
    kind: str
    signed: bool
    start: str
    step: str
    entry: str
    latch: str
    condition: str


def count_down_loops(ir: str) -> str:
    """Rewrite every such loop of a module."""
    parts, at = [], 0
    for start, end in function_spans(ir):
        text = ir[start:end]
        if " = sub " in text:
            parts += [ir[at:start], _rewrite(text)]
            at = end
    return "".join([*parts, ir[at:]])


def _rewrite(text: str) -> str:
    lines = text.split("\n")
    blocks = _blocks(lines)
    for number, loop in enumerate(_loops(lines, blocks)):
        name = f"%ad_build.trips.{number}"
        divide = "sdiv" if loop.signed else "udiv"
        lines[loop.compare_line] = (
            f"  {name}.next = add nuw {loop.kind} {name}.done, 1\n"
            f"  {loop.condition} = icmp uge {loop.kind} {name}.next, {name}.all"
        )
        lines[loop.header_line] = (
            f"  {name}.done = phi {loop.kind} [ 0, {loop.entry} ], [ {name}.next, {loop.latch} ]\n"
            + lines[loop.header_line]
        )
        lines[loop.entry_end] = (
            f"  {name}.all = {divide} {loop.kind} {loop.start}, {loop.step}\n" + lines[loop.entry_end]
        )
    return "\n".join(lines)


def _blocks(lines: list[str]) -> dict[str, range]:
    """The lines of each block, by label; the first one's label is implied and listed as ``""``."""
    starts: list[tuple[str, int]] = []
    for number, line in enumerate(lines):
        label = block_name(line)
        if line.startswith("define "):
            starts.append(("", number + 1))
        elif label:
            starts.append((label, number + 1))
    ends = [start - 1 for _, start in starts[1:]] + [len(lines)]
    return {name: range(start, end) for (name, start), end in zip(starts, ends, strict=True)}


def _loops(lines: list[str], blocks: dict[str, range]) -> list[_Loop]:
    predecessors: dict[str, set[str]] = {name: set() for name in blocks}
    for name, span in blocks.items():
        for number in span:
            for target in _TARGET.findall(lines[number]) if "label %" in lines[number] else ():
                predecessors.setdefault(target, set()).add(name)
    found = []
    for header, span in blocks.items():
        for number in span:
            phi = _PHI.match(lines[number])
            if phi is None:
                continue
            for start, entry, following, latch in (phi.groups()[2:6], (*phi.groups()[4:6], *phi.groups()[2:4])):
                loop = _match(lines, blocks, predecessors, header, phi, (start, entry, following, latch))
                if loop is not None:
                    found.append(loop)
    return found


def _match(
    lines: list[str],
    blocks: dict[str, range],
    predecessors: dict[str, set[str]],
    header: str,
    phi: re.Match[str],
    incoming: tuple[str, str, str, str],
) -> _Loop | None:
    """The loop of a header's phi, if it is one that counts down by a variable that does not change in it."""
    start, entry, following, latch = incoming
    variable, kind = phi.group(1), phi.group(2)
    if latch not in blocks:
        return None
    body = _body(predecessors, header, latch)
    entry_block = entry if entry in blocks else ""
    if entry_block in body:
        return None
    inside = [number for name in body for number in blocks[name]]
    step = None
    for number in inside:
        subtraction = _SUB.match(lines[number])
        if subtraction and subtraction.group(1) == following and subtraction.group(3) == variable:
            step = subtraction.group(4)
    branch = next((b for n in blocks[latch] if (b := _BRANCH.match(lines[n]))), None)
    if step is None or branch is None or branch.group(3) != header:
        return None
    if any((d := _DEFINED.match(lines[number])) and d.group(1) == step for number in inside):
        return None
    for number in blocks[latch]:
        compare = _COMPARE.match(lines[number])
        if compare is None or compare.group(1) != branch.group(1):
            continue
        operator, left, right = compare.group(2), compare.group(4), compare.group(5)
        below = (operator[1:] == "lt" and (left, right) == (following, step)) or (
            operator[1:] == "gt" and (left, right) == (step, following)
        )
        if not below or sum(branch.group(1) in _words(lines[n]) for n in inside) > 2:
            return None
        return _Loop(
            header_line=blocks[header].start,
            compare_line=number,
            entry_end=_terminator(lines, blocks[entry_block]),
            kind=kind,
            signed=operator[0] == "s",
            start=start,
            step=step,
            entry=entry,
            latch=latch,
            condition=branch.group(1),
        )
    return None


def _words(line: str) -> set[str]:
    return set(re.findall(LOCAL, line))


def _body(predecessors: dict[str, set[str]], header: str, latch: str) -> set[str]:
    """The natural loop of a back edge: what reaches the latch without passing the header."""
    body = {header}
    pending = [latch]
    while pending:
        block = pending.pop()
        if block not in body:
            body.add(block)
            pending += predecessors.get(block, ())
    return body


def _terminator(lines: list[str], span: range) -> int:
    """The line of a block's last instruction; terminators of several lines (switch, invoke) start at two spaces."""
    last = span.start
    for number in span:
        line = lines[number]
        if line.startswith("  ") and not line.startswith(("    ", "  ]")):
            last = number
    return last
