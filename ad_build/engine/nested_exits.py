"""Keeps values that leave two loops at once from being recomputed in the reverse sweep.

What a loop leaves behind (the ``k`` of ``for (k = 0; x[k] > 0; k++);``) the engine recomputes from the number of rounds
that it recorded.  Where that loop ran in another, which has been left as well (``goto``, ``return`` from within two
loops), it looks for the record at a stale round of the outer one: derivatives are taken of other elements, or other
ways through the program are undone (fixtures/c/small/nestedexits.c).  Such values go through memory of their own once
they are out, and the conditions that tell the ways apart where they are computed: what was loaded is recorded.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from ad_build.engine.control_flow import dominators, natural_loops, number_blocks
from ad_build.engine.instructions import FLOATS, split_commas, split_type
from ad_build.engine.pointers import LOCAL, block_name, rewrite_functions

_KEPT = "ad_build.kept."
_DEFINED = re.compile(rf"^  ({LOCAL}) = (.*)$")
_LOCALS = re.compile(LOCAL)
_FLAGS = re.compile(r"^(?:nuw|nsw|nneg|exact|disjoint|samesign|fast|nnan|ninf|nsz|arcp|contract|afn|reassoc) ")
_RESULT = re.compile(
    r"^(?:(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc|noundef|nonnull|signext|zeroext|fastcc|range\([^)]*\)) )+"
)
_CASTS = ("zext", "sext", "trunc", "bitcast", "inttoptr", "ptrtoint", "fpext", "fptrunc", "sitofp", "uitofp", "fptosi")
_PLAIN = ("add", "sub", "mul", "shl", "lshr", "ashr", "and", "or", "xor", "udiv", "sdiv", "urem", "srem")
_ARITHMETIC = (*_PLAIN, "fadd", "fsub", "fmul", "fdiv", "frem", "fneg", "freeze")
_VOLATILE = re.compile(rf'^(  [^\n]*?\b(?:load|store)) volatile ([^\n]*, ptr %"?{re.escape(_KEPT)}\d+\b)', re.MULTILINE)
# Lines between the phis of a block and where instructions may be put.
_NO_PLACE = re.compile(r"^    |.* = landingpad ")
# The engine frees shadows where it sees what was allocated; behind memory it would not.
_FREES = re.compile(r"@(?:free|__rust_dealloc|_Zd[la]Pv\w*)\(")
_CONDITION = re.compile(rf"^  (?:br i1|switch i\d+) ({LOCAL}), label ")


def keep_left_values(ir: str) -> str:
    """Rewrite every function in which values leave two loops at once."""
    return rewrite_functions(ir, _rewrite)


def forget_kept_values(ir: str) -> str:
    """Once the engine is through, nothing about that memory is special."""
    return _VOLATILE.sub(r"\1 \2", ir) if _KEPT in ir else ir


def _rewrite(text: str) -> str:
    if text.count(" = phi ") <= 1:
        return text
    numbers, successors, entry = number_blocks(text)
    loops = natural_loops(successors, entry)
    around = {
        header: min(outer, key=len)
        for header, body in loops.items()
        if (outer := [other for other in loops.values() if other > body])
    }
    if not around:
        return text
    function = _Function(text.split("\n"), numbers, successors, entry, loops, around)
    return function.rewrite() or text


@dataclass(slots=True)
class _Kept:
    """A value of a type that goes through memory and has another name from there on."""

    name: str
    kind: str
    slot: str

    @property
    def new(self) -> str:
        return f"{self.slot}.value"

    def __str__(self) -> str:
        return (
            f"  store volatile {self.kind} {self.name}, ptr {self.slot}, align 8\n"
            f"  {self.new} = load volatile {self.kind}, ptr {self.slot}, align 8\n"
        )


@dataclass(slots=True)
class _Function:
    """One function; blocks are numbered, loops named by their headers, ``around`` is the loop that another is in."""

    lines: list[str]
    numbers: dict[str, int]
    successors: list[list[int]]
    entry: int
    loops: dict[int, set[int]]
    around: dict[int, set[int]]
    blocks: dict[int, range] = field(default_factory=dict)
    counted: dict[str, frozenset[int]] = field(default_factory=dict)
    slots: list[str] = field(default_factory=list)
    kept: dict[int, list[_Kept]] = field(default_factory=dict)

    def rewrite(self) -> str | None:
        """The text with all such values kept; None where there is none."""
        self._find_blocks()
        definitions, types = self._definitions()
        self._count(definitions)
        conditions = self._conditions()
        for block, span in self.blocks.items():
            self._keep_in(block, span, types)
        for block in sorted(conditions):
            self._keep_condition(block, types)
        if not self.kept:
            return None
        lines = ["".join(map(str, self.kept.get(number, ()))) + line for number, line in enumerate(self.lines)]
        first = self.blocks[self.entry].start
        return "\n".join([*lines[:first], *self.slots, *lines[first:]])

    def _find_blocks(self) -> None:
        block, first = 0, 1
        for number, line in enumerate(self.lines):
            label = block_name(line)
            if label:
                self.blocks[block] = range(first, number)
                block, first = self.numbers[label], number + 1
            elif line.startswith("define "):
                first = number + 1
        self.blocks[block] = range(first, len(self.lines) - 1)

    def _definitions(self) -> tuple[dict[str, tuple[int, str]], dict[str, str]]:
        """The block and the text of every value that might be recomputed, and its type."""
        found, types = {}, {}
        for block, span in self.blocks.items():
            for number in span:
                match = _DEFINED.match(self.lines[number])
                kind = _type_of(match.group(2)) if match else None
                if match and kind:
                    found[match.group(1)] = (block, match.group(2))
                    types[match.group(1)] = kind
        return found, types

    # --- from the rounds of which loops a value can be recomputed -----------------------------------------------------

    def _count(self, definitions: dict[str, tuple[int, str]]) -> None:
        users: dict[str, list[str]] = {}
        for name, (_, text) in definitions.items():
            for operand in set(_LOCALS.findall(text)):
                users.setdefault(operand, []).append(name)
        pending = deque(definitions)
        while pending:
            name = pending.popleft()
            block, text = definitions[name]
            old = self.counted.get(name, frozenset())
            now = old | self._counted_by(name, block, text)
            if now != old:
                self.counted[name] = now
                pending += users.get(name, ())

    def _counted_by(self, name: str, block: int, text: str) -> frozenset[int]:
        if text.startswith("phi "):
            kind = split_type(text[4:])[0]
            if block in self.loops:
                return frozenset() if kind in FLOATS else frozenset((block,))
            operands = set(_LOCALS.findall(text))
            return frozenset().union(*(self.counted.get(one, frozenset()) for one in operands if one != name))
        rounds: set[int] = set()
        for operand in set(_LOCALS.findall(text)):
            counted = self.counted.get(operand, frozenset())
            if not self._lost(counted, block):
                rounds |= counted
        return frozenset(rounds)

    def _lost(self, counted: frozenset[int], block: int) -> bool:
        """Whether one of the loops has been left together with one around it."""
        return any(block not in self.around[header] for header in counted if header in self.around)

    # --- values -------------------------------------------------------------------------------------------------------

    def _keep_in(self, block: int, span: range, types: dict[str, str]) -> None:
        """Replace what is used in a block, or merged there, and comes out of two loops."""
        first = span.start
        while " = phi " in self.lines[first] or _NO_PLACE.match(self.lines[first]):
            first += 1
        for number in range(span.start, first):
            match = _DEFINED.match(self.lines[number])
            if match and self._lost(self.counted.get(match.group(1), frozenset()), block):
                # Nothing that merges lies on a way out before the rest of the block.
                self._replace(self._keep(first, match.group(1), types), range(len(self.lines)))
        for number in range(first, span.stop):
            if self.lines[number].lstrip().startswith("#dbg_") or _FREES.search(self.lines[number]):
                continue
            for name in dict.fromkeys(_LOCALS.findall(self.lines[number].split(" = ", 1)[-1])):
                if self._lost(self.counted.get(name, frozenset()), block):
                    self._replace(self._keep(first, name, types), range(first, span.stop))

    def _keep(self, number: int, name: str, types: dict[str, str]) -> _Kept:
        """Have a value kept before a line."""
        kept = _Kept(name, types[name], f"%{_KEPT}{len(self.slots)}")
        self.slots.append(f"  {kept.slot} = alloca {kept.kind}, align 8")
        self.kept.setdefault(number, []).append(kept)
        return kept

    def _replace(self, kept: _Kept, lines: range) -> None:
        names = {kept.name: kept.new}
        for number in lines:
            line = self.lines[number]
            if kept.name in line and not line.lstrip().startswith("#dbg_"):
                match = _DEFINED.match(line)
                head = line[: match.start(2)] if match else ""
                self.lines[number] = head + _renamed(line[len(head) :], names)
            for other in self.kept.get(number, ()):
                if other is not kept:
                    other.name = names.get(other.name, other.name)

    # --- conditions ---------------------------------------------------------------------------------------------------

    def _conditions(self) -> set[int]:
        """The blocks on whose conditions it depends which way led to a place outside of two loops around them."""
        tested: dict[int, frozenset[int]] = {}
        for block in self.blocks:
            match = self._condition(block)
            counted = self.counted.get(match.group(1), frozenset()) if match else frozenset()
            if not counted.isdisjoint(self.around):
                tested[block] = counted
        if not tested:
            return set()
        dominator = dominators(self.successors, self.entry)
        before: dict[int, list[int]] = {block: [] for block in dominator}
        for block in dominator:
            for following in self.successors[block]:
                before[following].append(block)
        found: set[int] = set()
        for place, incoming in before.items():
            ways = [block for block in incoming if block not in self.loops.get(place, ())]
            if len(ways) < 2 or not any(self._lost(counted, place) for counted in tested.values()):
                continue
            reached = self._reached(place, ways, before, dominator)
            for block, counted in tested.items():
                if block not in found and self._lost(counted, place):
                    sets = [reached.get((block, following), set()) for following in self.successors[block]]
                    if any(one - other and other - one for one in sets for other in sets):
                        found.add(block)
        return found

    def _condition(self, block: int) -> re.Match[str] | None:
        for number in reversed(self.blocks[block]):
            match = _CONDITION.match(self.lines[number])
            if match:
                return match
        return None

    def _reached(
        self, place: int, ways: list[int], before: dict[int, list[int]], dominator: dict[int, int]
    ) -> dict[tuple[int, int], set[int]]:
        """For each edge, through which of the blocks before a place one gets there without another round."""
        target, above = place, {place}
        while dominator[place] not in above:
            place = dominator[place]
            above.add(place)
        innermost = {
            block: min(
                (h for h, body in self.loops.items() if block in body), key=lambda h: len(self.loops[h]), default=-1
            )
            for block in before
        }
        found: dict[tuple[int, int], set[int]] = {}
        pending = [(way, target, way) for way in ways]
        while pending:
            block, following, way = pending.pop()
            ends = found.setdefault((block, following), set())
            if way in ends:
                continue
            ends.add(way)
            if block in above:
                continue
            for one in before[block]:
                if not (block in self.loops and innermost[one] == block):
                    pending.append((one, block, way))
        return found

    def _keep_condition(self, block: int, types: dict[str, str]) -> None:
        """Let the branch at a block's end look at a condition that went through memory."""
        for number in self.blocks[block]:
            match = _CONDITION.match(self.lines[number])
            if match and match.group(1) in types:
                kept = self._keep(number, match.group(1), types)
                self._replace(kept, range(number, number + 1))


def _renamed(text: str, names: dict[str, str]) -> str:
    return _LOCALS.sub(lambda match: names.get(match.group(), match.group()), text)


def _type_of(text: str) -> str | None:
    """The type of what an instruction gives, where the engine might recompute it."""
    opcode, _, rest = text.partition(" ")
    while (match := _FLAGS.match(rest)) is not None:
        rest = rest[match.end() :]
    if opcode in _CASTS:
        return split_type(split_commas(rest)[0].rsplit(" to ", 1)[-1])[0]
    if opcode in (*_ARITHMETIC, "phi"):
        return split_type(rest)[0]
    if opcode == "load":
        return None if rest.startswith("atomic ") else split_commas(rest.removeprefix("volatile "))[0]
    if opcode == "getelementptr":
        return None if any(part.startswith("<") for part in split_commas(rest)[1:]) else "ptr"
    if opcode in ("icmp", "fcmp"):
        kind = split_type(rest.split(" ", 1)[1])[0]
        return f"{kind.split(' x ')[0]} x i1>" if kind.startswith("<") else "i1"
    if opcode == "select":
        return split_type(split_commas(rest)[1])[0]
    if opcode in ("tail", "call") and "@llvm." in text:
        kind = split_type(_RESULT.sub("", rest.removeprefix("call ")))[0]
        return kind if kind in FLOATS or re.fullmatch(r"i\d+", kind) else None
    return None
