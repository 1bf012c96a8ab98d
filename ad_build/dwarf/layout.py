"""How a value of a source type lies in memory, as rows to print, and which of its bytes a type tree does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ad_build.dwarf.table import TypeTable, unknown
from ad_build.dwarf.trees import MAX_DEPTH, MAX_OFFSET, Tree, TreeBuilder, is_unknown
from ad_build.dwarf.types import Array, Base, FunctionPointer, Member, Opaque, Pointer, Struct, Variant

_MAX_NESTING = 8
_MAX_ROWS = 400
_MAX_CLAIMS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One part of a value; ``offset`` is from the start of the outermost type.

    ``kind`` is member, base, variant, tag, element or padding.  ``bits`` are the first bit and the number of bits of a
    bit-field.  ``tags`` are the values of the tag that mean a variant, as inclusive ranges; none: every other value.
    A tag that is a niche has the ``name`` of the variant in whose payload it lies.
    """

    kind: str
    offset: int
    size: int
    name: str
    type: str
    bits: tuple[int, int] | None = None
    tags: tuple[tuple[int, int], ...] = ()
    count: int | None = None
    members: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Bytes of which the tree says nothing: ``behind`` are the offsets of the pointers that lead there."""

    offset: int
    size: int
    behind: tuple[int, ...]
    reason: str


class LayoutReader:
    """Reads the layouts of one program's types."""

    def __init__(self, table: TypeTable, *, rust: bool) -> None:
        self._table = table
        self._builder = TreeBuilder(table)
        self._rust = rust
        self._left = _MAX_ROWS

    def spell(self, offset: int | None) -> str:
        """The type as a user writes it."""
        spelled = self._table.rust_name(offset) if self._rust else self._table.c_name(offset)
        kind = self._table.get(offset)
        if spelled == "?" and isinstance(kind, Pointer) and kind.target is not None:
            return f"*{self.spell(kind.target)}"  # rustc names no pointers to elements
        return spelled

    def rows(self, offset: int | None) -> tuple[Row, ...]:
        """The parts of a type in order of their offsets; empty for a scalar."""
        self._left = _MAX_ROWS
        return self._rows(offset, 0, 0)

    def _rows(self, offset: int | None, at: int, depth: int) -> tuple[Row, ...]:
        kind = self._table.get(offset)
        if depth >= _MAX_NESTING or self._left <= 0:
            return ()
        if isinstance(kind, Array):
            inside = self._rows(kind.element, at, depth + 1)
            if not inside:
                return ()
            size = self._table.size(kind.element)
            return (self._row("element", at, size, "", kind.element, count=kind.count, members=inside),)
        if not isinstance(kind, Struct):
            return ()
        found = [self._member(one, at, depth) for one in (*kind.members, *kind.virtual_bases) if one.offset >= 0]
        if kind.discriminant is not None:
            tag = kind.discriminant
            keeper = next((one for one in kind.variants if self._holds(one, tag.offset)), None)
            name = "" if keeper is None else keeper.name
            found.append(self._row("tag", at + tag.offset, self._table.size(tag.type), name, tag.type))
        found += [self._variant(one, at, depth) for one in kind.variants]
        found += [] if kind.union or kind.enum else _padding(found, at, kind.size)
        order = {"tag": -1, "variant": 1}
        if kind.enum:
            return tuple(sorted(found, key=lambda row: order.get(row.kind, 0)))
        return tuple(sorted(found, key=lambda row: (row.offset, row.bits or (0, 0))))

    def _holds(self, variant: Variant, byte: int) -> bool:
        """Whether a byte belongs to the payload of a variant."""
        inside = byte - variant.offset
        return 0 <= inside < self._table.size(variant.type) and any(
            True for _ in self._claims(variant.type, inside, "")
        )

    def _row(
        self,
        kind: str,
        offset: int,
        size: int,
        name: str,
        of: int | None,
        *,
        bits: tuple[int, int] | None = None,
        tags: tuple[tuple[int, int], ...] = (),
        count: int | None = None,
        members: tuple[Row, ...] = (),
    ) -> Row:
        self._left -= 1
        return Row(
            kind=kind,
            offset=offset,
            size=size,
            name=name,
            type=self.spell(of),
            bits=bits,
            tags=tags,
            count=count,
            members=members,
        )

    def _member(self, member: Member, at: int, depth: int) -> Row:
        bits = (member.bit_offset, member.bit_size) if member.bits else None
        inside = () if bits else self._rows(member.type, at + member.offset, depth + 1)
        size = self._table.size(member.type)
        kind = "base" if member.base else "member"
        return self._row(kind, at + member.offset, size, member.name, member.type, bits=bits, members=inside)

    def _variant(self, variant: Variant, at: int, depth: int) -> Row:
        start = at + variant.offset
        inside = tuple(row for row in self._rows(variant.type, start, depth + 1) if row.kind != "padding")
        size = self._table.size(variant.type)
        return self._row("variant", start, size, variant.name, variant.type, tags=variant.values, members=inside)

    def trees(self, offset: int | None) -> tuple[Tree, Tree]:
        """The tree of a value in memory, and that of a pointer to it."""
        return self._builder.memory(offset), self._builder.pointer_to(offset)

    # --- what is not known ----------------------------------------------------------------------------------------

    def unknown(self, offset: int | None) -> tuple[Unknown, ...]:
        """What the tree of a value leaves out, and why."""
        tree = self._builder.marked(offset)
        size = self._table.size(offset)
        found: list[Unknown] = []
        reasons = unknown(self._table, offset)
        marked: dict[tuple[int, ...], list[int]] = {}
        for path, word in tree.items():
            if is_unknown(word):
                marked.setdefault(path[:-1], []).append(path[-1])
        for behind, bytes_ in sorted(marked.items()):
            for start, length in _runs(bytes_):
                found.append(
                    Unknown(
                        offset=start, size=length, behind=behind, reason=self._reason(offset, start, behind, reasons)
                    )
                )
        told = {one.offset for one in found if not one.behind}
        found += [
            Unknown(offset=at, size=0, behind=(), reason=reason)
            for at, reason in reasons
            if at not in told and not reason.endswith("is a bit-field")
        ]
        found += self._dead_ends(offset, tree)
        if size > MAX_OFFSET:
            reason = f"the engine follows the first {MAX_OFFSET} bytes alone"
            found.append(Unknown(offset=MAX_OFFSET, size=size - MAX_OFFSET, behind=(), reason=reason))
        if any(len(path) >= MAX_DEPTH - 1 for path in tree):
            reason = f"the engine follows {MAX_DEPTH} pointers at most; what lies behind more is left out"
            found.append(Unknown(offset=0, size=0, behind=(), reason=reason))
        return tuple(found)

    def _reason(
        self, offset: int | None, byte: int, behind: tuple[int, ...], reasons: tuple[tuple[int, str], ...]
    ) -> str:
        for at, reason in reasons if not behind else ():
            if at == byte:
                return reason
        claims = list(dict.fromkeys(self._claims(offset, byte, ""))) if not behind else []
        if len(claims) > 1:
            more = ", ..." if len(claims) > _MAX_CLAIMS else ""
            return f"what overlaps here disagrees: {', '.join(claims[:_MAX_CLAIMS])}{more}"
        if claims:
            return f"Enzyme's notation has no word for {claims[0]}"
        return "what overlaps here disagrees, or has no word in Enzyme's notation"

    def _claims(self, offset: int | None, byte: int, name: str) -> Iterator[str]:
        """The scalars that cover a byte, with the names that lead to them."""
        kind = self._table.get(offset)
        if isinstance(kind, Struct):
            tag = () if kind.discriminant is None else (kind.discriminant,)
            for one in (*tag, *kind.members, *kind.variants):
                inside = byte - one.offset
                if 0 <= inside < self._table.size(one.type):
                    label = "the tag" if one in tag else one.name
                    yield from self._claims(one.type, inside, f"{name}.{label}" if name and label else name or label)
        elif isinstance(kind, Array):
            size = self._table.size(kind.element)
            if size:
                yield from self._claims(kind.element, byte % size, name)
        else:
            yield f"{name}: {self.spell(offset)}" if name else self.spell(offset)

    def _dead_ends(self, offset: int | None, tree: Tree) -> Iterator[Unknown]:
        """Pointers of the value itself about whose target the tree says nothing."""
        kind = self._table.get(offset)
        pointers = [(0, offset)] if isinstance(kind, Pointer) else list(dict.fromkeys(self._pointers(offset, 0)))
        leads = {path[0] for path in tree if len(path) > 1}
        for at, one in pointers:
            pointer = self._table.get(one)
            if at in leads or tree.get((at,)) != "Pointer" or not isinstance(pointer, Pointer):
                continue
            target = self._table.get(pointer.target)
            if isinstance(pointer, FunctionPointer):
                reason = "it points to code"
            elif pointer.target is None:
                reason = "what a void pointer leads to is not known"
            elif isinstance(target, Opaque):
                reason = f"what it points to is not known: {target.reason or target.name}"
            elif isinstance(target, Base) and target.size == 1:
                reason = "bytes are what any memory is addressed by"
            elif not self._table.size(pointer.target):
                reason = "what it points to has no size of its own"
            else:
                continue
            yield Unknown(offset=0, size=0, behind=(at,), reason=reason)

    def _pointers(self, offset: int | None, at: int, depth: int = 0) -> Iterator[tuple[int, int | None]]:
        kind = self._table.get(offset)
        if isinstance(kind, Pointer):
            yield at, offset
        elif isinstance(kind, Struct) and depth < _MAX_NESTING:
            for one in (*kind.members, *kind.variants):
                if not one.bits:
                    yield from self._pointers(one.type, at + one.offset, depth + 1)


def _padding(rows: list[Row], start: int, size: int) -> list[Row]:
    """What lies between the members, and behind the last."""
    covered: set[int] = set()
    for row in rows:
        if row.bits is not None:
            first = start + row.bits[0] // 8
            covered |= set(range(first, start + -(-sum(row.bits) // 8)))
        elif row.size <= 1 << 16:
            covered |= set(range(row.offset, row.offset + row.size))
        else:
            return []
    if size > 1 << 16:
        return []
    gaps = [byte for byte in range(start, start + size) if byte not in covered]
    return [
        Row(kind="padding", offset=first, size=length, name="", type="")
        for first, length in _runs(gaps)
        if rows  # a type without members has nothing to pad
    ]


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers, as (first, how many)."""
    first = last = None
    for one in sorted(set(numbers)):
        if last is not None and first is not None and one == last + 1:
            last = one
            continue
        if first is not None and last is not None:
            yield first, last - first + 1
        first = last = one
    if first is not None and last is not None:
        yield first, last - first + 1
