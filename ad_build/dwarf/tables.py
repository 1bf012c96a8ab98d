"""The hash tables of Rust that a function may change through a parameter: behind ``&mut`` or ``*mut``, or in a cell."""

from __future__ import annotations

from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.types import Array, Base, Enumeration, FunctionPointer, Opaque, Pointer, Struct
from ad_build.model import ANY_TABLE, HashTable

_TABLE = "RawTable<"
_CELL = "UnsafeCell<"
_MAX_DEPTH = 24


def changeable_tables(table: TypeTable, offset: int | None) -> tuple[HashTable, ...]:
    """The tables that a parameter of the type at ``offset`` leads to, one of each type.

    Generic arguments count as reached: what a ``Vec`` owns is behind a pointer to bytes.
    """
    found: set[HashTable] = set()
    seen: set[tuple[int | None, bool, bool]] = set()
    pending = [(offset, False, False)]
    while pending:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        at, frozen, changeable = one
        kind = table.get(at)
        if isinstance(kind, Pointer | Struct):
            if kind.name.startswith(("&mut ", "*mut ")):
                changeable = changeable or kind.name.startswith("*") or not frozen
            elif kind.name.startswith("&"):
                frozen, changeable = True, False
        if isinstance(kind, FunctionPointer):
            continue
        if isinstance(kind, Pointer):
            pending.append((kind.target, frozen, changeable))
        elif isinstance(kind, Array):
            pending.append((kind.element, frozen, changeable))
        elif isinstance(kind, Struct):
            if changeable and kind.name.startswith(_TABLE) and len(kind.members) > 1:
                plain = all(_is_plain(table, entry) for _, entry in kind.parameters[:1])
                found.add(HashTable(name=f"hashbrown::raw::{kind.name}", plain=plain))
            changeable = changeable or kind.name.startswith(_CELL)
            if changeable and any(member.name == "vtable" for member in kind.members):
                found.add(ANY_TABLE)
            parts = [member.type for member in (*kind.members, *kind.variants) if member.name != "vtable"]
            pending += [(part, frozen, changeable) for part in (*parts, *(target for _, target in kind.parameters))]
        elif isinstance(kind, Opaque) and changeable:
            found.add(ANY_TABLE)
    return tuple(sorted(found, key=lambda one: one.name))


def _is_plain(table: TypeTable, offset: int | None, depth: int = _MAX_DEPTH) -> bool:
    """Whether values of a type are numbers alone, without pointers and variants."""
    kind = table.get(offset)
    if isinstance(kind, Array):
        return depth > 0 and _is_plain(table, kind.element, depth - 1)
    if isinstance(kind, Struct):
        parts = not (kind.variants or kind.enum or kind.union) and depth > 0
        return parts and all(_is_plain(table, member.type, depth - 1) for member in kind.members)
    return isinstance(kind, Base | Enumeration)
