"""Whether zeroed memory is a shadow for a value of a type: it is where no pointer and no tag has to be right."""

from __future__ import annotations

from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.types import Array, Base, Enumeration, MemberPointer, Opaque, Pointer, Struct

_MAX_DEPTH = 24


def why_not_zero(table: TypeTable, offset: int | None, path: str = "", depth: int = 0) -> str:
    """Why zeroed memory is no shadow for the type at an offset, ``""`` where it is one.

    ``path`` names the part of the value that is looked at, for the message.
    """
    kind = table.get(offset)
    part = f"{path}: " if path else ""
    if isinstance(kind, Pointer | MemberPointer) or (
        isinstance(kind, Struct) and kind.name.startswith(("&", "alloc::boxed::Box<"))
    ):
        return f"{part}{table.rust_name(offset)} is a pointer, and its shadow would have to point to another one"
    if isinstance(kind, Array):
        return why_not_zero(table, kind.element, f"{path}[..]", depth + 1) if kind.count else ""
    if isinstance(kind, Enumeration):
        values = [value for _, value in kind.enumerators]
        return "" if not values or 0 in values else f"{part}{table.rust_name(offset)} has no variant of value 0"
    if isinstance(kind, Opaque):
        return f"{part}debug info does not tell what is in {table.rust_name(offset)}" if kind.size else ""
    if isinstance(kind, Base):
        return ""
    if kind.variants:
        return f"{part}{table.rust_name(offset)} is an enum, and its shadow would have to be of the same variant"
    if kind.name.startswith("NonZero<"):
        return f"{part}{table.rust_name(offset)} cannot be zero"
    if depth > _MAX_DEPTH:
        return f"{part}{table.rust_name(offset)} is nested too deeply"
    for member in kind.members:
        inner = member.name.strip("_") if member.name.startswith("__") else member.name
        problem = why_not_zero(table, member.type, f"{path}.{inner}" if path else inner, depth + 1)
        if problem:
            return problem
    return ""


def pointer_in(table: TypeTable, offset: int | None, path: str = "", depth: int = 0) -> str:
    """The pointer that a value of the type at an offset holds, with the way to it, ``""`` where there is none."""
    kind = table.get(offset)
    if isinstance(kind, Pointer | MemberPointer):
        return f"{path}: {table.rust_name(offset)}" if path else table.rust_name(offset)
    if isinstance(kind, Array):
        return pointer_in(table, kind.element, f"{path}[..]", depth + 1) if kind.count else ""
    if not isinstance(kind, Struct) or depth > _MAX_DEPTH:
        return ""
    parts = (
        pointer_in(table, member.type, f"{path}.{member.name}" if path else member.name, depth + 1)
        for member in (*kind.members, *kind.variants)
    )
    return next(filter(None, parts), "")
