"""Which LLVM parameters carry which source parameter.

Compilers lower a parameter to none, one or two LLVM parameters by the rules of their ABI (System V AMD64 section
3.2.3 as clang lowers it; rustc's unspecified Rust ABI as 1.85 to 1.96 have it).  All lowerings that a type may have
are listed, and the assignment that uses up the LLVM parameter list exactly is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.types import Array, Base, Enumeration, FunctionPointer, MemberPointer, Opaque, Pointer, Struct
from ad_build.model import Language

_FLOAT_TYPES = {
    "f16": "half",
    "bf16": "bfloat",
    "f32": "float",
    "f64": "double",
    "x87": "x86_fp80",
    "f128": "fp128",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lowering:
    """LLVM types of one source parameter; ``packed``: floats inside an integer; ``indirect``: a hidden pointer."""

    types: tuple[str, ...]
    packed: bool = False
    indirect: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Leaf:
    """A scalar at an offset inside a type."""

    offset: int
    size: int
    type: str

    @property
    def is_float(self) -> bool:
        return not self.type.startswith("i") and self.type != "ptr"


def assign(
    table: TypeTable, types: Sequence[int | None], llvm_types: Sequence[str], language: Language
) -> list[tuple[Lowering, tuple[int, ...]]] | None:
    """For each source parameter its lowering and LLVM indices; None where no assignment fits."""

    def search(number: int, at: int) -> list[tuple[Lowering, tuple[int, ...]]] | None:
        if number == len(types):
            return [] if at == len(llvm_types) else None
        for lowering in _lowerings(table, types[number], language):
            end = at + len(lowering.types)
            if tuple(llvm_types[at:end]) == lowering.types:
                rest = search(number + 1, end)
                if rest is not None:
                    return [(lowering, tuple(range(at, end))), *rest]
        return None

    return search(0, 0)


def _lowerings(table: TypeTable, offset: int | None, language: Language) -> Iterator[Lowering]:
    """Every way in which a parameter of the type may be passed, the likeliest first."""
    kind = table.get(offset)
    size = table.size(offset)
    scalar = _scalar(kind)
    if scalar:
        yield from (Lowering(types=(word,)) for word in scalar)
        if language is Language.RUST and isinstance(kind, FunctionPointer):
            yield Lowering(types=())  # a function item looks like a pointer to it, and has no size
        return
    leaves = list(_leaves(table, offset, 0))
    floats = any(leaf.is_float for leaf in leaves)
    if size == 0:
        yield Lowering(types=())
        return
    if language is Language.RUST:
        yield from _rust(leaves, size, floats)
        yield from _sysv(leaves, size, floats)
    else:
        yield from _sysv(leaves, size, floats)
        yield from _aapcs(leaves, size)
    yield Lowering(types=("ptr",), indirect=True)


def _scalar(kind: object) -> tuple[str, ...]:
    if isinstance(kind, Pointer):
        return ("ptr",)
    if isinstance(kind, Enumeration):
        # rustc passes an enum of two variants as the bool that it is.
        return ("i8", "i1") if kind.size == 1 else (f"i{8 * kind.size}",)
    if isinstance(kind, MemberPointer) and not kind.function:
        return (f"i{8 * kind.size}",)
    if isinstance(kind, Base) and not kind.encoding.startswith("complex"):
        if kind.encoding == "float":
            return (_FLOAT_TYPES[kind.format],)
        integer = f"i{8 * kind.size}"
        return ("i1", "i8") if kind.encoding == "bool" else (integer,)
    return ()


def _leaves(table: TypeTable, offset: int | None, at: int, limit: int = 64) -> Iterator[_Leaf]:
    """The scalars of a type in memory order; of an enum with payload the tag and the scalars of every variant."""
    kind = table.get(offset)
    if (isinstance(kind, Base) and kind.encoding.startswith("complex")) or (
        isinstance(kind, MemberPointer) and kind.function
    ):
        half = kind.size // 2
        word = _FLOAT_TYPES[kind.format] if isinstance(kind, Base) and kind.format else f"i{8 * half}"
        yield _Leaf(offset=at, size=half, type=word)
        yield _Leaf(offset=at + half, size=half, type=word)
    elif scalar := _scalar(kind):
        word = "i8" if scalar[0] == "i1" else scalar[0]
        yield _Leaf(offset=at, size=table.size(offset), type=word)
    elif isinstance(kind, Array):
        size = table.size(kind.element)
        for index in range(min(kind.count or 0, limit)):
            yield from _leaves(table, kind.element, at + index * size)
    elif isinstance(kind, Struct):
        members = [*kind.members, *kind.variants]
        if kind.discriminant is not None:
            members.append(kind.discriminant)
        for member in sorted(members, key=lambda one: one.offset):
            yield from _leaves(table, member.type, at + member.offset)
    elif isinstance(kind, Opaque) and kind.size:
        yield _Leaf(offset=at, size=kind.size, type=f"i{8 * kind.size}")


def _rust(leaves: Sequence[_Leaf], size: int, floats: bool) -> Iterator[Lowering]:
    """rustc: one scalar, a pair of scalars, an integer of up to two words, or a pointer."""
    by_offset: dict[int, list[_Leaf]] = {}
    for leaf in leaves:
        by_offset.setdefault(leaf.offset, []).append(leaf)
    if len(by_offset) == 1:
        for leaf in leaves:
            yield Lowering(types=(leaf.type,))
        if size == 1:
            yield Lowering(types=("i1",))
    if len(by_offset) == 2:
        first, second = (by_offset[offset] for offset in sorted(by_offset))
        for a in first:
            for b in second:
                # A tag is as wide as its slot, and a bool is a single bit.
                for word in dict.fromkeys((a.type, "i1", "i8", "i32", "i64")):
                    yield Lowering(types=(word, b.type))
                    if b.type == "i8":
                        yield Lowering(types=(word, "i1"))
    if size <= 16:
        yield Lowering(types=(f"i{8 * size}",), packed=floats)


def _sysv(leaves: Sequence[_Leaf], size: int, floats: bool) -> Iterator[Lowering]:
    """System V AMD64: each word of up to two is a float class or an integer; larger ones lie in memory."""
    if size > 16 or not leaves:
        return
    words: list[tuple[str, ...]] = []
    packed = False
    for start in range(0, size, 8):
        inside = [leaf for leaf in leaves if start <= leaf.offset < start + 8]
        width = min(8, size - start)
        if not inside:
            continue
        if all(leaf.is_float for leaf in inside):
            if len(inside) == 1:
                words.append((inside[0].type,))
            else:
                words.append(("<2 x float>", "double"))
        elif len(inside) == 1 and inside[0].type == "ptr":
            words.append(("ptr", "i64"))
        else:
            packed = packed or any(leaf.is_float for leaf in inside)
            last = max(leaf.offset + leaf.size for leaf in inside) - start
            words.append(tuple(dict.fromkeys((f"i{8 * width}", f"i{8 * last}", "i64", "i32"))))
    choices: list[tuple[str, ...]] = [()]
    for options in words:
        choices = [(*chosen, option) for chosen in choices for option in options]
    yield from (Lowering(types=chosen, packed=packed) for chosen in choices)
    yield Lowering(types=(f"i{8 * size}",), packed=floats)


def _aapcs(leaves: Sequence[_Leaf], size: int) -> Iterator[Lowering]:
    """AAPCS64: up to four floats of one type as an array, else one or two integer registers."""
    kinds = {leaf.type for leaf in leaves}
    if len(kinds) == 1 and leaves[0].is_float and len(leaves) <= 4:
        yield Lowering(types=(f"[{len(leaves)} x {leaves[0].type}]",))
    elif size <= 16:
        packed = any(leaf.is_float for leaf in leaves)
        yield Lowering(types=("i64",) if size <= 8 else ("[2 x i64]",), packed=packed)
