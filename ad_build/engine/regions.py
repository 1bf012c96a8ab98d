"""What each memory slot and each integer register of a module may hold: floats, integers, pointers.

A flow analysis over the text of the module.  Pointers are brought together by unification (Steensgaard, POPL 1996)
with byte offsets inside a region; kinds of content then flow along loads, stores, copies, phis and calls.  It need
not be exact: what it decides is which accesses :mod:`words` rewrites, and every rewriting keeps the meaning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import gcd

from ad_build.engine.instructions import FLOATS, Layout, read_gep, split_commas, split_type, value_of
from ad_build.engine.pointers import GLOBAL, LOCAL, function_spans, split_arguments

# Kinds of content.
INTEGER, POINTER = "integer", "pointer"

_DEFINE = re.compile(rf"({GLOBAL})\(")
_RESULT = re.compile(rf"^({LOCAL}) = (.*)$")
_CALL = re.compile(rf"^(?:(?:tail|musttail|notail) )?(?:call|invoke) (.*?)({GLOBAL}|{LOCAL})\(")
_INCOMING = re.compile(r"\[ ([^\[\]]*?), (%[^\[\]]*?) \]")
_COPY = re.compile(r"@llvm\.mem(?:cpy|move)\.")
# Stands for what a function returns; no register has such a name.
_RETURNED = "%<returned>"
_CAST = re.compile(r"^(\w+)(?: (?:nuw|nsw|nneg|disjoint|exact|samesign))* (.+) to (.+)$")
_INACTIVE = re.compile(r'^attributes (#\d+) = \{ .*"enzyme_inactive"', re.MULTILINE)
_GROUP = re.compile(r" (#\d+)\b")


@dataclass(slots=True)
class Body:
    """A function: its name, parameters as (type, name), result type, and lines of text."""

    name: str
    parameters: list[tuple[str, str]]
    result: str
    start: int
    end: int
    lines: list[str]


def read_bodies(ir: str) -> Iterator[Body]:
    """Every function with a body."""
    for start, end in function_spans(ir):
        text = ir[start:end].lstrip("\n")
        head = text[: text.index("\n")]
        match = _DEFINE.search(head)
        assert match is not None, head
        parameters = []
        for word in split_arguments(head[match.end() :]):
            kind, rest = split_type(word)
            parameters.append((kind, value_of(rest)))
        yield Body(match.group(1), parameters, _result_type(head[: match.start()]), start, end, text.split("\n"))


_RESULT_WORDS = re.compile(
    r"^(?:define|internal|private|linkonce_odr|linkonce|weak_odr|weak|external|hidden|protected|dso_local|fastcc|"
    r"coldcc|ccc|tailcc|preserve_mostcc|noalias|noundef|nonnull|zeroext|signext|inreg|unnamed_addr|"
    r'"[^"]*"="[^"]*"|'
    r"align \d+|dereferenceable(?:_or_null)?\(\d+\)|range\([^)]*\)|captures\([^)]*\)|nofpclass\([^)]*\)) "
)


def _result_type(text: str) -> str:
    text += " "
    while (match := _RESULT_WORDS.match(text)) is not None:
        text = text[match.end() :]
    return split_type(text)[0]


_ATOMIC = re.compile(
    r"^((?:load|store) )atomic (.*?)(?: syncscope\(\S+\))? (?:unordered|monotonic|acquire|release|seq_cst)(?=,|$)"
)


def instruction(line: str) -> tuple[str, str]:
    """Result (or ``""``) and the instruction of a line, without what does not compute; ``""`` for other lines.

    Atomic loads and stores read like ordinary ones.
    """
    if not line.startswith("  ") or line.startswith("    "):
        return "", ""
    text = line.strip()
    result = ""
    match = _RESULT.match(text)
    if match:
        result, text = match.groups()
    return result, _ATOMIC.sub(r"\1\2", text)


@dataclass(slots=True)
class _Region:
    parent: int
    delta: int = 0
    period: int = 0
    cells: dict[int, tuple[int, int]] = field(default_factory=dict)  # offset -> (content, size)


class Contents:
    """The analysis of one module.

    ``kinds`` of a content are what it may hold.  Contents are numbered; :meth:`cell` and :meth:`word` give the
    number of a memory slot and of an integer register.
    """

    def __init__(self, ir: str) -> None:
        self.layout = Layout.of(ir)
        # What takes no part in differentiation may do with words as it likes.
        inactive = set(_INACTIVE.findall(ir))
        self.bodies = [body for body in read_bodies(ir) if inactive.isdisjoint(_GROUP.findall(body.lines[0]))]
        self._by_name = {body.name: body for body in self.bodies}
        self._regions: list[_Region] = []
        self._pointers: dict[tuple[str, str], tuple[int, int]] = {}
        self._words: dict[tuple[str, str], int] = {}
        self.kinds: list[set[str]] = []
        self._pointee: list[tuple[int, int] | None] = []
        self._parent: list[int] = []
        self._flows: dict[int, set[int]] = defaultdict(set)
        self._copies: list[tuple[tuple[int, int], tuple[int, int], int | None]] = []
        self._pending: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._multiples: dict[tuple[str, str], int] = {}
        self._addresses: dict[tuple[str, str], str] = {}
        self._differences: dict[tuple[str, str], tuple[str, str]] = {}
        for body in self.bodies:
            self._read(body)
        self._settle()
        self.mixed = self._find_mixed()

    # --- regions ---------------------------------------------------------------------------------------------------

    def _region(self) -> int:
        self._regions.append(_Region(len(self._regions)))
        return len(self._regions) - 1

    def _find(self, pointer: tuple[int, int]) -> tuple[int, int]:
        index, offset = pointer
        region = self._regions[index]
        while region.parent != index:
            offset += region.delta
            index = region.parent
            region = self._regions[index]
        if region.period:
            offset %= region.period
        return index, offset

    def _unify(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        self._pending.append((one, other))
        while self._pending:
            first, second = (self._find(pointer) for pointer in self._pending.pop())
            (a, at), (b, bt) = first, second
            if a == b:
                if at != bt:
                    self._set_period(a, abs(at - bt))
                continue
            kept, gone = self._regions[a], self._regions[b]
            gone.parent, gone.delta = a, at - bt
            cells, gone.cells = gone.cells, {}
            if gone.period:
                self._set_period(a, gone.period)
            for offset, cell in cells.items():
                self._put(kept, offset + gone.delta, cell)

    def _set_period(self, index: int, stride: int) -> None:
        region = self._regions[index]
        period = gcd(region.period, stride)
        # Slots are taken to repeat at least every word: smaller strides come from byte arithmetic.
        period = max(period, 8)
        if period == region.period:
            return
        region.period = period
        cells, region.cells = region.cells, {}
        for offset, cell in cells.items():
            self._put(region, offset, cell)

    def _put(self, region: _Region, offset: int, cell: tuple[int, int]) -> None:
        if region.period:
            offset %= region.period
        known = region.cells.get(offset)
        if known is None:
            region.cells[offset] = cell
            return
        self._same(known[0], cell[0])
        region.cells[offset] = (known[0], max(known[1], cell[1]))

    # --- contents --------------------------------------------------------------------------------------------------

    def _content(self) -> int:
        self._parent.append(len(self._parent))
        self.kinds.append(set())
        self._pointee.append(None)
        return len(self._parent) - 1

    def find(self, content: int) -> int:
        """The number that stands for a content."""
        while self._parent[content] != content:
            self._parent[content] = content = self._parent[self._parent[content]]
        return content

    def _same(self, one: int, other: int) -> None:
        one, other = self.find(one), self.find(other)
        if one == other:
            return
        self._parent[other] = one
        self.kinds[one] |= self.kinds[other]
        self._flows[one] |= self._flows.pop(other, set())
        theirs = self._pointee[other]
        mine = self._pointee[one]
        if mine is None:
            self._pointee[one] = theirs
        elif theirs is not None:
            self._pending.append((mine, theirs))

    def _target(self, content: int) -> tuple[int, int]:
        content = self.find(content)
        found = self._pointee[content]
        if found is None:
            found = self._pointee[content] = (self._region(), 0)
        return found

    def _flow(self, source: int, destination: int) -> None:
        """Content moves; what pointers in it point to is the same on both sides."""
        self._flows[self.find(source)].add(destination)
        a, b = self._pointee[self.find(source)], self._pointee[self.find(destination)]
        if a is None and b is None:
            return
        self._unify(self._target(source), self._target(destination))

    # --- values ----------------------------------------------------------------------------------------------------

    def pointer(self, function: str, value: str) -> tuple[int, int] | None:
        """Where a pointer points: region and offset; None for null and the like."""
        if value.startswith("%"):
            key = (function, value)
        elif value.startswith("@"):
            key = ("", value)
        elif value.startswith("getelementptr"):
            source, base, indices = read_gep(value)
            found = self.pointer(function, base)
            if found is None:
                return None
            return found[0], found[1] + self.layout.offset(source, indices)[0]
        else:
            return None
        if key not in self._pointers:
            self._pointers[key] = (self._region(), 0)
        return self._pointers[key]

    def word(self, function: str, value: str) -> int | None:
        """The content of an integer register; None for constants."""
        if not value.startswith("%"):
            return None
        key = (function, value)
        if key not in self._words:
            self._words[key] = self._content()
        return self._words[key]

    def cell(self, pointer: tuple[int, int], size: int) -> int:
        """The content of a memory slot."""
        index, offset = self._find(pointer)
        region = self._regions[index]
        known = region.cells.get(offset)
        if known is None:
            region.cells[offset] = known = (self._content(), size)
        elif known[1] < size:
            region.cells[offset] = known = (known[0], size)
        return known[0]

    def span(self, pointer: tuple[int, int], size: int | None) -> list[tuple[int, int, int]]:
        """The slots from a pointer on, up to ``size`` bytes: (distance from it, content, size)."""
        index, offset = self._find(pointer)
        region = self._regions[index]
        if region.period and (size is None or size >= region.period):
            return [((at - offset) % region.period, *cell) for at, cell in region.cells.items()]
        limit = 1 << 62 if size is None else size
        found = []
        for at, cell in region.cells.items():
            distance = (at - offset) % region.period if region.period else at - offset
            if 0 <= distance < limit:
                found.append((distance, *cell))
        return found

    # --- reading ---------------------------------------------------------------------------------------------------

    def _read(self, body: Body) -> None:
        for kind, name in body.parameters:
            if kind == "ptr":
                self.pointer(body.name, name)
        for line in body.lines[1:]:
            result, text = instruction(line)
            if text:
                self._instruction(body, result, text)

    def _instruction(self, body: Body, result: str, text: str) -> None:
        name = body.name
        opcode = text.split(" ", 1)[0]
        if opcode == "load":
            self._load(name, result, text)
        elif opcode == "store":
            self._store(name, text)
        elif opcode == "getelementptr":
            self._gep(name, result, text)
        elif opcode in ("phi", "select", "freeze"):
            self._merge(name, result, text, opcode)
        elif opcode in ("bitcast", "inttoptr", "ptrtoint"):
            self._cast(name, result, text)
        elif opcode in ("tail", "call", "invoke", "musttail", "notail"):
            self._call(name, result, text)
        elif opcode == "ret":
            kind, rest = split_type(text[4:].split(", !", 1)[0])
            self._move(name, kind, value_of(rest), (name, _RETURNED), kind)
        elif opcode in ("extractvalue", "insertvalue"):
            self._aggregate(name, result, text, opcode)
        elif opcode != "br":
            self._arithmetic(name, result, text, opcode)

    def _load(self, name: str, result: str, text: str) -> None:
        parts = split_commas(text)
        kind = split_type(parts[0].removeprefix("load ").removeprefix("volatile "))[0]
        address = self.pointer(name, value_of(split_type(parts[1])[1]))
        if address is None:
            return
        for offset, scalar in self.layout.leaves(kind):
            cell = self.cell((address[0], address[1] + offset), self.layout.size(scalar))
            if scalar in FLOATS:
                self.kinds[self.find(cell)].add(scalar)
            elif kind == "ptr":
                self.kinds[self.find(cell)].add(POINTER)
                target = self.pointer(name, result)
                assert target is not None
                self._unify(self._target(cell), target)
            elif kind == scalar:
                self._flow(cell, self._word(name, result))

    def _store(self, name: str, text: str) -> None:
        parts = split_commas(text)
        kind, rest = split_type(parts[0].removeprefix("store ").removeprefix("volatile "))
        value = value_of(rest)
        address = self.pointer(name, value_of(split_type(parts[1])[1]))
        if address is None or value in ("undef", "poison"):
            return
        for offset, scalar in self.layout.leaves(kind):
            cell = self.cell((address[0], address[1] + offset), self.layout.size(scalar))
            if scalar in FLOATS:
                if value != "zeroinitializer":
                    self.kinds[self.find(cell)].add(scalar)
            elif kind == "ptr":
                self._store_pointer(name, value, cell)
            elif kind == scalar:
                self._store_integer(name, value, cell)

    def _store_pointer(self, name: str, value: str, cell: int) -> None:
        if value == "null":
            return
        self.kinds[self.find(cell)].add(POINTER)
        target = self.pointer(name, value)
        if target is not None:
            self._unify(self._target(cell), target)

    def _store_integer(self, name: str, value: str, cell: int) -> None:
        source = self.word(name, value)
        if source is not None:
            self._flow(source, cell)
        elif value != "0":
            self.kinds[self.find(cell)].add(INTEGER)

    def _word(self, name: str, value: str) -> int:
        word = self.word(name, value)
        assert word is not None
        return word

    def _gep(self, name: str, result: str, text: str) -> None:
        source, base, indices = read_gep(text)
        found = self.pointer(name, base)
        mine = self.pointer(name, result)
        if found is None or mine is None:
            return
        constant, variable = self.layout.offset(source, indices)
        if variable and self._leads_to(name, found, variable, mine):
            return
        self._unify(mine, (found[0], found[1] + constant))
        for stride, value in variable:
            self._set_period(self._find(found)[0], stride * self._multiples.get((name, value), 1) or 8)
        for kind, value in indices:
            word = self.word(name, value) if kind.startswith("i") else None
            if word is not None:
                self.kinds[self.find(word)].add(INTEGER)

    def _leads_to(
        self, name: str, base: tuple[int, int], variable: list[tuple[int, str]], result: tuple[int, int]
    ) -> bool:
        """Whether a pointer comes from ``base`` by its distance to another: then it is that other one."""
        stride, value = variable[0]
        ends = self._differences.get((name, value))
        if stride != 1 or len(variable) > 1 or ends is None:
            return False
        to, origin = (self.pointer(name, end) for end in ends)
        if to is None or origin is None or self._find(origin) != self._find(base):
            return False
        self._unify(result, to)
        return True

    def _merge(self, name: str, result: str, text: str, opcode: str) -> None:
        if opcode == "phi":
            kind, rest = split_type(re.sub(r"^phi (?:(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc) )*", "", text))
            values = [value.strip() for value, _ in _INCOMING.findall(rest)]
        else:
            parts = split_commas(text)
            parts = [part for part in parts if not part.startswith("!")]
            operands = parts[1:] if opcode == "select" else [parts[0].removeprefix("freeze ")]
            kind = split_type(operands[0])[0]
            values = [value_of(split_type(operand)[1]) for operand in operands]
        for value in values:
            self._move(name, kind, value, (name, result), kind)

    def _move(self, name: str, kind: str, value: str, destination: tuple[str, str], to_kind: str) -> None:
        """A value goes from one register to another, within a function or between two."""
        if kind.startswith("i") and value.lstrip("-").isdigit() and value != "0":
            self.kinds[self.find(self._word(*destination))].add(INTEGER)
        if kind != to_kind or not value.startswith(("%", "@", "getelementptr")):
            return
        if kind == "ptr":
            source, target = self.pointer(name, value), self.pointer(*destination)
            if source is not None and target is not None:
                self._unify(source, target)
        elif kind.startswith("i"):
            self._flow(self._word(name, value), self._word(*destination))
        elif kind.startswith("{"):
            for index, (_, scalar) in enumerate(self.layout.leaves(kind)):
                self._move(name, scalar, f"{value}.{index}", (destination[0], f"{destination[1]}.{index}"), scalar)

    def _aggregate(self, name: str, result: str, text: str, opcode: str) -> None:
        parts = [part for part in split_commas(text.removeprefix(opcode + " ")) if not part.startswith("!")]
        kind, rest = split_type(parts[0])
        whole = value_of(rest)
        index = parts[-1]
        if not index.isdigit() or len(parts) > (2 if opcode == "extractvalue" else 3) or not kind.startswith("{"):
            return
        leaves = self.layout.leaves(kind)
        if opcode == "extractvalue":
            scalar = leaves[int(index)][1]
            self._move(name, scalar, f"{whole}.{index}", (name, result), scalar)
            return
        part_kind, part = split_type(parts[1])
        self._move(name, part_kind, value_of(part), (name, f"{result}.{index}"), part_kind)
        for other, (_, scalar) in enumerate(leaves):
            if str(other) != index and whole.startswith("%"):
                self._move(name, scalar, f"{whole}.{other}", (name, f"{result}.{other}"), scalar)

    def _cast(self, name: str, result: str, text: str) -> None:
        match = _CAST.match(split_commas(text)[0])
        if match is None:
            return
        opcode, operand, to = match.groups()
        kind, rest = split_type(operand)
        value = value_of(rest)
        to = to.split(" ")[0] if not to.startswith(("<", "{", "[")) else to
        if opcode == "bitcast" and kind.startswith("i") and to in FLOATS:
            word = self.word(name, value)
            if word is not None:
                self.kinds[self.find(word)].add(to)
        elif opcode == "bitcast" and kind in FLOATS and to.startswith("i"):
            self.kinds[self.find(self._word(name, result))].add(kind)
        elif opcode == "inttoptr":
            word, target = self.word(name, value), self.pointer(name, result)
            if word is not None and target is not None:
                self.kinds[self.find(word)].add(POINTER)
                self._unify(self._target(word), target)
        elif opcode == "ptrtoint":
            word, target = self._word(name, result), self.pointer(name, value)
            self._addresses[name, result] = value
            self.kinds[self.find(word)].add(POINTER)
            if target is not None:
                self._unify(self._target(word), target)

    def _call(self, name: str, result: str, text: str) -> None:
        match = _CALL.match(text)
        if match is None:
            return
        callee = match.group(2)
        arguments = [split_type(word) for word in split_arguments(text[match.end() :])]
        if _COPY.search(callee):
            self._copy(name, arguments)
            return
        body = self._by_name.get(callee)
        if body is None:
            for kind, rest in arguments:
                word = self.word(name, value_of(rest)) if kind.startswith("i") else None
                if word is not None:
                    self.kinds[self.find(word)].add(INTEGER)
            return
        for (kind, rest), (formal_kind, formal) in zip(arguments, body.parameters, strict=False):
            self._move(name, kind, value_of(rest), (callee, formal), formal_kind)
        if result:
            self._move(callee, body.result, _RETURNED, (name, result), body.result)

    def _copy(self, name: str, arguments: list[tuple[str, str]]) -> None:
        destination, source = (self.pointer(name, value_of(rest)) for _, rest in arguments[:2])
        size = value_of(arguments[2][1])
        if destination is not None and source is not None:
            self._copies.append((destination, source, int(size) if size.isdigit() else None))
        word = self.word(name, size)
        if word is not None:
            self.kinds[self.find(word)].add(INTEGER)

    def _arithmetic(self, name: str, result: str, text: str, opcode: str) -> None:
        parts = split_commas(text)
        if opcode in ("shl", "mul") and result:
            factor = parts[1].split(" ")[0]
            if factor.isdigit():
                multiple = 1 << int(factor) if opcode == "shl" else int(factor)
                operand = value_of(parts[0])
                self._multiples[name, result] = multiple * self._multiples.get((name, operand), 1)
        if opcode == "sub" and result:
            ends = [self._addresses.get((name, value_of(part))) for part in parts[:2]]
            if ends[0] is not None and ends[1] is not None:
                self._differences[name, result] = ends[0], ends[1]
        if opcode == "icmp":
            return  # a comparison says nothing: niches are compared, whatever they are part of
        for part in parts:
            for value in re.findall(LOCAL, part):
                word = self._words.get((name, value))
                if word is not None:
                    self.kinds[self.find(word)].add(INTEGER)
        if result:
            kind = split_type(re.sub(r"^\w+ (?:(?:nuw|nsw|exact|disjoint|nneg|samesign) )*", "", parts[0]))[0]
            if kind.startswith("i") and opcode not in ("landingpad", "extractelement"):
                self.kinds[self.find(self._word(name, result))].add(INTEGER)

    # --- the fixed point -------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Let regions and kinds flow until nothing changes."""
        for _ in range(50):
            before = self._size()
            for destination, source, size in self._copies:
                for here, there in ((source, destination), (destination, source)):
                    for distance, content, width in self.span(here, size):
                        other = self.cell((there[0], there[1] + distance), width)
                        if here is source:
                            self._flow(content, other)
                        else:
                            self._flow(other, content)
                if size is None:
                    self._unify(destination, source)
            for source_content, destinations in list(self._flows.items()):
                for content in list(destinations):
                    self._flow(source_content, content)
                    self.kinds[self.find(content)] |= self.kinds[self.find(source_content)]
            if self._size() == before:
                return

    def _size(self) -> tuple[int, int, int, int]:
        roots = [index for index in range(len(self._parent)) if self._parent[index] == index]
        regions = sum(region.parent == index for index, region in enumerate(self._regions))
        return len(roots), regions, sum(len(self.kinds[root]) for root in roots), len(self._parent)

    def _find_mixed(self) -> set[int]:
        """The contents that hold more than one kind, or overlap one of another kind."""
        mixed = {root for root in range(len(self._parent)) if self.find(root) == root and len(self.kinds[root]) > 1}
        for index, region in enumerate(self._regions):
            if region.parent != index:
                continue
            bytes_: dict[int, set[int]] = defaultdict(set)
            for offset, (content, size) in region.cells.items():
                for at in range(offset, offset + size):
                    bytes_[at % region.period if region.period else at].add(self.find(content))
            for contents in bytes_.values():
                if len(contents) > 1 and len(set().union(*(self.kinds[one] for one in contents))) > 1:
                    mixed |= contents
        return mixed
