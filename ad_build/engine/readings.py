"""Reads words of several kinds where it is known what they hold, and as that.

A union goes through a register as an integer, which is taken for a ``double`` in one branch, for a ``float`` in another
and for a number in a third.  A register has one type for the engine; a slot of memory may have several without strict
aliasing.  So each branch loads what it uses from where the word was loaded, unless that may have been written since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ad_build.engine.pointers import LOCAL, block_name, read_function, rewrite_functions

_LOAD = re.compile(rf"^  ({LOCAL}) = load i64, ptr ({LOCAL}|@[^,]+), align \d+")
_DEFINED = re.compile(rf"^  ({LOCAL}) = ")
_NAMES = re.compile(LOCAL)
_TO_DOUBLE = re.compile(rf"^  {LOCAL} = bitcast i64 {LOCAL} to double")
_TO_HALF = re.compile(rf"^  {LOCAL} = trunc (?:nuw |nsw )*i64 {LOCAL} to i32")
_TO_FLOAT = re.compile(rf"^  {LOCAL} = bitcast i32 {LOCAL} to float")
_UPPER = re.compile(rf"^  {LOCAL} = lshr (?:exact )?i64 {LOCAL}, 32")
# What hands a word on as it is.
_CALL = r"(?:\S+ = )?(?:tail |musttail |notail )?(?:call|invoke) "
_MOVES = re.compile(rf"^  (?:{_CALL}|store |ret |\S+ = (?:phi|select|insert\w+|freeze) )")
_WRITES = re.compile(rf"^  (?:{_CALL}|store |\S+ = (?:cmpxchg|atomicrmw) |fence )")
_PURE = re.compile(r"@llvm\.(?:fmuladd|fma|sqrt|fabs|sin|cos|exp|log|pow|minnum|maxnum|copysign|s?u?max|s?u?min|abs)\.")


def read_where_used(ir: str) -> str:
    """Rewrite every function in which a loaded word is used as a float and as something else."""
    return rewrite_functions(ir, _rewrite)


def _rewrite(text: str) -> str:
    if " = load i64, " in text and (" to double" in text or " to float" in text):
        return _Function(text).rewrite()
    return text


@dataclass(slots=True)
class _Reading:
    """A line that takes a word of ``kind``, ``offset`` bytes into the word that was loaded."""

    line: int
    kind: str
    offset: int


@dataclass(slots=True)
class _Function:
    """One function: its lines, the block of each, and on which lines a value is used."""

    text: str
    lines: list[str] = field(default_factory=list)
    block_of: list[str] = field(default_factory=list)
    edges: dict[str, list[str]] = field(default_factory=dict)
    uses: dict[str, list[int]] = field(default_factory=dict)
    count: int = 0

    def rewrite(self) -> str:
        self.lines = self.text.split("\n")
        self.edges = read_function(self.text).edges
        block = "entry"
        for number, line in enumerate(self.lines):
            block = block_name(line) or block
            self.block_of.append(block)
            if not line.lstrip().startswith("#dbg_"):
                defined = _DEFINED.match(line)
                for name in set(_NAMES.findall(line[defined.end() :] if defined else line)):
                    self.uses.setdefault(name, []).append(number)
        for number in range(len(self.lines)):
            match = _LOAD.match(self.lines[number])
            if match:
                self._separate(number, match.group(1), match.group(2))
        return "\n".join(self.lines)

    def _separate(self, number: int, word: str, address: str) -> None:
        found = self._readings(word)
        if found is None:
            return
        readings, between = found
        kinds = {(one.kind, one.offset) for one in readings}
        if len(kinds) < 2 or kinds <= {("i64", 0)} or any(self._written(number, one.line) for one in readings):
            return
        for one in readings:
            place = f"%ad_build.reading.{self.count}"
            self.count += 1
            line = self.lines[one.line]
            if one.kind == "i64":
                line = _renamed(line, word, place)
            else:
                defined = _DEFINED.match(line)
                assert defined is not None
                line = f"{defined.group()}bitcast {one.kind} {place} to {one.kind}"
            self.lines[one.line] = (
                f"  {place}.at = getelementptr inbounds i8, ptr {address}, i64 {one.offset}\n"
                f"  {place} = load {one.kind}, ptr {place}.at, align 1\n{line}"
            )
        # Values without names are counted, so that a definition stays.
        for unused in (number, *between):
            defined = _DEFINED.match(self.lines[unused])
            assert defined is not None
            self.lines[unused] = f"{defined.group()}freeze i1 false"
            for record, line in enumerate(self.lines):
                if line.lstrip().startswith("#dbg_") and defined.group(1) in _NAMES.findall(line):
                    self.lines[record] = ""

    def _readings(self, word: str) -> tuple[list[_Reading], list[int]] | None:
        """Every use of a word, and the lines on the way to it; None where it is handed on or used twice in a line."""
        found: list[_Reading] = []
        between: list[int] = []
        for number in self.uses.get(word, ()):
            line = self.lines[number]
            if "\n" in line or _MOVES.match(line):
                return None
            if _TO_DOUBLE.match(line):
                found.append(_Reading(number, "double", 0))
                continue
            halves = [(number, 0)] if _TO_HALF.match(line) else []
            if _UPPER.match(line):
                halves = [(user, 4) for user in self._users(number)]
            floats = [one for half, offset in halves for one in self._floats(half, offset)]
            if floats and all(self._floats(*half) for half in halves):
                found += floats
                between += {number, *(half for half, _ in halves)}
            else:
                found.append(_Reading(number, "i64", 0))
        return found, between

    def _floats(self, number: int, offset: int) -> list[_Reading]:
        """The floats that a lower half is taken for; none where it is used as anything else."""
        users = self._users(number) if _TO_HALF.match(self.lines[number]) else []
        floats = [_Reading(user, "float", offset) for user in users if _TO_FLOAT.match(self.lines[user])]
        return floats if len(floats) == len(users) else []

    def _users(self, number: int) -> list[int]:
        defined = _DEFINED.match(self.lines[number])
        return self.uses.get(defined.group(1), []) if defined else []

    def _written(self, start: int, end: int) -> bool:
        """Whether memory may be written between two lines, the first of which dominates the second."""
        first, last = self.block_of[start], self.block_of[end]
        if first == last and start < end:
            return self._writes(range(start + 1, end))
        after = self._reached(first, first)
        between = {block for block in after if block == last or last in self._reached(block, first)}
        if last not in self._reached(last, first):
            between.discard(last)  # no loop around the second that the first stands before
        numbers = [
            number
            for number, block in enumerate(self.block_of)
            if block in between or (block == first and number > start) or (block == last and number < end)
        ]
        return self._writes(numbers)

    def _reached(self, start: str, without: str) -> set[str]:
        """The blocks behind one, on ways that do not lead through another."""
        seen: set[str] = set()
        pending = [*self.edges[start]]
        while pending:
            block = pending.pop()
            if block not in seen and block != without:
                seen.add(block)
                pending += self.edges[block]
        return seen

    def _writes(self, numbers: Iterable[int]) -> bool:
        lines = (line for number in numbers for line in self.lines[number].split("\n"))
        return any(_WRITES.match(line) and not _PURE.search(line) for line in lines)


def _renamed(line: str, old: str, new: str) -> str:
    return _NAMES.sub(lambda found: new if found[0] == old else found[0], line)
