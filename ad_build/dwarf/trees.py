"""Source types to type trees in Enzyme's notation: for each byte behind each pointer a float, an integer or a pointer.

``{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Integer}``: an index is a byte offset, ``-1`` every offset.  A tree only
says what is certain; where the members of a union or the variants of an enum disagree it says nothing.  While trees are
put together, bytes that hold something of which nothing is known are marked: whatever overlaps them is in dispute.
"""

from __future__ import annotations

from collections.abc import Iterator

from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.types import Array, Base, Enumeration, Member, MemberPointer, Pointer, Struct

Tree = dict[tuple[int, ...], str]

# The engine's own limits (--enzyme-max-type-offset, --enzyme-max-type-depth).
MAX_OFFSET = 500
MAX_DEPTH = 6
_MAX_ENTRIES = 1500

# Some content about which nothing may be said: disputed, or of a type that the engine has no word for.
_UNKNOWN = "?"
_WIDTHS = {"Float@double": 8, "Float@float": 4, "Float@half": 2, "Float@fp80": 10, "Pointer": 8}

_FLOATS = {"f16": "Float@half", "f32": "Float@float", "f64": "Float@double", "x87": "Float@fp80"}


def is_unknown(word: str) -> bool:
    """Whether an entry stands for a byte of which nothing may be said."""
    return word == _UNKNOWN


def concrete_float(base: Base) -> str | None:
    """The engine's word for a floating-point type, None where it has none that is certain."""
    return _FLOATS.get(base.format)


class TreeBuilder:
    """Builds trees of one program's types.

    A pointer to a scalar may be one into an array of them, for which its tree speaks; ``exact`` ones point to one
    value, as those inside of functions do to the first member of a struct.
    """

    def __init__(self, table: TypeTable, *, exact: bool = False) -> None:
        self._table = table
        self._exact = exact

    def value(self, offset: int | None) -> Tree:
        """The tree of a scalar that travels in a register."""
        kind = self._table.get(offset)
        if isinstance(kind, Pointer):
            return _certain({(-1,): "Pointer", **_behind((-1,), self._behind_pointer(kind, 1))})
        if isinstance(kind, Base) and kind.encoding == "float":
            word = concrete_float(kind)
            return {(-1,): word} if word else {}
        if isinstance(kind, Base | Enumeration) and not (isinstance(kind, Base) and kind.encoding == "complex"):
            return {(-1,): "Integer"}
        if isinstance(kind, MemberPointer) and not kind.function:
            return {(-1,): "Integer"}
        return {}

    def pointer_to(self, offset: int | None, *, many: bool = False) -> Tree:
        """The tree of a pointer to the type at an offset; ``many`` where it points to a slice of them."""
        return _certain({(-1,): "Pointer", **_behind((-1,), self._pointee(offset, 1, many=many))})

    def reaches_float(self, offset: int | None) -> bool:
        """Whether a value of the type holds a float, or one can be reached through its pointers.

        What a generic type is about counts, also where it keeps it behind pointers to bytes (``HashMap<K, f64>``).
        """
        pending, seen = [offset], set()
        while pending:
            one = pending.pop()
            if one is None or one in seen:
                continue
            seen.add(one)
            kind = self._table.get(one)
            if isinstance(kind, Base) and kind.encoding in ("float", "complex"):
                return True
            if isinstance(kind, Pointer):
                pending.append(kind.target)
            elif isinstance(kind, Array):
                pending.append(kind.element)
            elif isinstance(kind, Struct):
                pending += [member.type for member in (*kind.members, *kind.variants, *kind.virtual_bases)]
                pending += [parameter for _, parameter in kind.parameters]
        return False

    def _behind_pointer(self, pointer: Pointer, depth: int) -> Tree:
        """What a pointer points to, if its type can be believed: bytes are what any memory is addressed by.

        hashbrown keeps its elements before the address of such bytes, C programs whatever they like behind it.
        """
        raw = pointer.mark == "*" and not pointer.name.startswith("&")
        return {} if raw and self._is_byte(pointer.target) else self._pointee(pointer.target, depth)

    def _pointee(self, offset: int | None, depth: int, *, many: bool = False) -> Tree:
        """The memory behind a pointer, from offset 0; a scalar is said for every offset (an array of them)."""
        if depth >= MAX_DEPTH:
            return {}
        kind = self._table.get(offset)
        size = self._table.size(offset)
        one = self._memory(offset, 0, depth, None)
        if many and self._unsized(offset):
            many = False  # one header, and behind it the elements
        words = set(one.values())
        leaves = {path for path in one if len(path) == 1}
        scalar = isinstance(kind, Base | Enumeration | Pointer) and not (
            isinstance(kind, Base) and kind.encoding == "complex"
        )
        if (scalar and (many or not self._exact)) or (
            many and len(words) == 1 and leaves == set(one) and self._dense(one, size)
        ):
            return {(-1, *path[1:]): word for path, word in one.items() if path[0] == 0}
        if many and size:
            return {
                (start + path[0], *path[1:]): word
                for start in range(0, MAX_OFFSET, size)
                for path, word in one.items()
                if start + path[0] < MAX_OFFSET
            }
        return one

    @staticmethod
    def _dense(tree: Tree, size: int) -> bool:
        """Whether equal words cover all of an element, so that they may be said for every offset."""
        return sum(_width(word) for word in tree.values()) == size

    def _unsized(self, offset: int | None) -> bool:
        """Whether the type is a struct that ends in a slice."""
        kind = self._table.get(offset)
        if isinstance(kind, Array):
            return kind.count is None
        if not isinstance(kind, Struct) or not kind.members:
            return False
        return self._is_tail(kind, kind.members[-1]) or self._unsized(kind.members[-1].type)

    def _is_tail(self, kind: Struct, member: Member) -> bool:
        """Whether a member is the slice that an unsized struct of Rust ends in: its type is that of an element."""
        size = self._table.size(member.type)
        return not kind.union and not member.base and 0 < kind.size == member.offset and size > 0

    def memory(self, offset: int | None) -> Tree:
        """The bytes of a value of the type, from offset 0."""
        return _certain(self.marked(offset))

    def marked(self, offset: int | None) -> Tree:
        """The same, with the bytes of which nothing may be said (:func:`is_unknown`)."""
        return self._memory(offset, 0, 0, None)

    def targets(self, offset: int | None, at: int = 0, erased: int | None = None) -> Iterator[tuple[int, int]]:
        """The pointers in a value by their offsets, with the size of what each points to (of one element of many)."""
        kind = self._table.get(offset)
        if at >= MAX_OFFSET:
            return
        if isinstance(kind, Pointer):
            byte = erased is not None and self._is_byte(kind.target)
            yield at, self._table.size(erased if byte else kind.target)
        elif isinstance(kind, Struct) and not kind.union:
            erased = self._element(kind, erased)
            for member in kind.members:
                if not member.bits:
                    yield from self.targets(member.type, at + member.offset, erased)

    @staticmethod
    def _element(kind: Struct, erased: int | None) -> int | None:
        """What pointers to bytes inside of a struct really point to."""
        # Since 1.84 RawVec<T> keeps its buffer as a pointer to u8.
        return dict(kind.parameters).get("T", erased) if kind.name.startswith(("RawVec<", "VecDeque<")) else erased

    def _memory(self, offset: int | None, at: int, depth: int, erased: int | None) -> Tree:
        """The bytes of a type that lies at ``at``; ``erased`` is what a type-erased ``u8`` pointer really points to."""
        if at >= MAX_OFFSET:
            return {}
        kind = self._table.get(offset)
        if isinstance(kind, Base):
            return _base(kind, at)
        if isinstance(kind, Enumeration):
            return {(at + index,): "Integer" for index in range(min(kind.size, MAX_OFFSET))}
        if isinstance(kind, MemberPointer):
            # Of a function: its address or its place in the vtable, then an integer.
            start = kind.size // 2 if kind.function else 0
            integers: Tree = {(at + index,): "Integer" for index in range(start, min(kind.size, MAX_OFFSET))}
            return {**_unknown(at, start), **integers}
        if isinstance(kind, Pointer):
            target, many = kind.target, False
            if erased is not None and self._is_byte(target):
                target, many = erased, True
            if depth + 1 >= MAX_DEPTH:
                return {(at,): "Pointer"}
            behind = self._pointee(target, depth + 1, many=True) if many else self._behind_pointer(kind, depth + 1)
            return {(at,): "Pointer", **_behind((at,), behind)}
        if isinstance(kind, Array):
            return self._repeated(kind.element, kind.count, at, depth, erased)
        if isinstance(kind, Struct):
            return self._struct(kind, at, depth, erased)
        return _unknown(at, kind.size)

    def _is_byte(self, offset: int | None) -> bool:
        kind = self._table.get(offset)
        return isinstance(kind, Base) and kind.size == 1 and kind.encoding != "float"

    def _repeated(self, element: int | None, count: int | None, at: int, depth: int, erased: int | None) -> Tree:
        size = self._table.size(element)
        if not size:
            return {}
        # What follows the header of an unsized struct goes on for as long as trees do.
        count = (MAX_OFFSET - at) // size + 1 if count is None else count
        one = self._memory(element, 0, depth, erased)
        found: Tree = {}
        for index in range(count):
            start = at + index * size
            if start >= MAX_OFFSET or len(found) > _MAX_ENTRIES:
                break
            found.update({(start + path[0], *path[1:]): word for path, word in one.items()})
        return found

    def _struct(self, kind: Struct, at: int, depth: int, erased: int | None) -> Tree:
        erased = self._element(kind, erased)
        slices = {member.name for member in kind.members} >= {"data_ptr", "length"}
        trees = []
        for member in kind.members:
            if member.bits:
                trees.append(_bit_field(member, at))
            elif member.name.startswith("_vptr"):
                trees.append({(at + member.offset,): "Pointer"})  # vtables hold offsets too, before their address
            elif slices and member.name == "data_ptr":
                trees.append(self._slice_data(member.type, at + member.offset, depth))
            elif self._is_tail(kind, member):
                trees.append(self._repeated(member.type, None, at + member.offset, depth, erased))
            else:
                trees.append(self._memory(member.type, at + member.offset, depth, erased))
        if kind.union or any(member.bits for member in kind.members):
            found = _agreement(trees)
        else:
            found = {path: word for tree in trees for path, word in tree.items()}
        if kind.variants:
            payloads = [self._memory(variant.type, at + variant.offset, depth, erased) for variant in kind.variants]
            if kind.discriminant is not None:
                tag = self._memory(kind.discriminant.type, at + kind.discriminant.offset, depth, None)
                # A niche: the tag lies inside a payload, whose type the payload knows better.
                taken = {byte for payload in payloads for byte in _covered(payload)}
                found.update({path: word for path, word in tag.items() if not taken & set(_span(path, word))})
            found.update(_agreement(payloads))
        if kind.unknown or kind.virtual_bases:
            covered = _covered(found)
            found.update(
                {(at + byte,): _UNKNOWN for byte in range(min(kind.size, MAX_OFFSET)) if at + byte not in covered}
            )
        return found if len(found) <= _MAX_ENTRIES else _unknown(at, kind.size)

    def _slice_data(self, pointer: int | None, at: int, depth: int) -> Tree:
        kind = self._table.get(pointer)
        if not isinstance(kind, Pointer) or depth + 1 >= MAX_DEPTH:
            return {(at,): "Pointer"}
        return {(at,): "Pointer", **_behind((at,), self._pointee(kind.target, depth + 1, many=True))}


def _width(word: str) -> int:
    return _WIDTHS.get(word, 1)


def _span(path: tuple[int, ...], word: str) -> range:
    """The bytes an entry speaks of."""
    return range(path[-1], path[-1] + _width(word))


def _covered(tree: Tree) -> set[int]:
    """The bytes of a value of which its tree speaks."""
    return {byte for path, word in tree.items() if len(path) == 1 for byte in _span(path, word)}


def _unknown(at: int, size: int) -> Tree:
    return {(at + index,): _UNKNOWN for index in range(min(size, MAX_OFFSET))}


def _certain(tree: Tree) -> Tree:
    """A tree without its marks."""
    return {path: word for path, word in tree.items() if word != _UNKNOWN}


def _bit_field(member: Member, at: int) -> Tree:
    first = member.bit_offset // 8
    return {(at + byte,): "Integer" for byte in range(first, (member.bit_offset + member.bit_size + 7) // 8)}


def _base(kind: Base, at: int) -> Tree:
    if kind.encoding == "float":
        word = concrete_float(kind)
        return {(at,): word} if word else _unknown(at, kind.size)
    if kind.encoding == "complex":
        word = concrete_float(kind)
        return {(at,): word, (at + kind.size // 2,): word} if word else _unknown(at, kind.size)
    return {(at + index,): "Integer" for index in range(min(kind.size, MAX_OFFSET))}


def _behind(prefix: tuple[int, ...], tree: Tree) -> Tree:
    return {(*prefix, *path): word for path, word in tree.items() if len(prefix) + len(path) <= MAX_DEPTH}


def _agreement(trees: list[Tree]) -> Tree:
    """What overlapping layouts can say together: paths at which no two of them differ, and marks where they do.

    A float of eight bytes overlaps an integer in any of them, so spans are compared and not only their starts.  A
    layout that says nothing of a byte has padding there, and does not object.
    """
    claims: dict[tuple[int, ...], dict[int, set[str]]] = {}
    for tree in trees:
        for path, word in tree.items():
            spans = claims.setdefault(path[:-1], {})
            for byte in _span(path, word):
                spans.setdefault(byte, set()).add(word)
    found: Tree = {}
    disputed: Tree = {}
    for tree in trees:
        for path, word in tree.items():
            spans = claims[path[:-1]]
            if word != _UNKNOWN and all(spans[byte] == {word} for byte in _span(path, word)):
                found[path] = word
            else:
                disputed.update({(*path[:-1], byte): _UNKNOWN for byte in _span(path, word)})
    # Below a disputed slot nothing is known either.
    roots = set(disputed)
    kept = {
        path: word for path, word in found.items() if not any(path[:depth] in roots for depth in range(1, len(path)))
    }
    return {**disputed, **kept}


def render(tree: Tree) -> str:
    """Enzyme's notation, in order of the indices; ``""`` for an empty tree."""
    if not tree:
        return ""
    parts = (f"[{','.join(map(str, path))}]:{word}" for path, word in sorted(tree.items()))
    return "{" + ", ".join(parts) + "}"
