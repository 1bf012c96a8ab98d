"""The tags of the enums in a value that hold floats: what a shadow must have in common with its primal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.trees import TreeBuilder
from ad_build.dwarf.types import Array, Struct
from ad_build.model import Tag, TagRange

_MAX_TAGS = 100
_MAX_ELEMENTS = 32
_MAX_DEPTH = 16
_SIZES = (1, 2, 4, 8, 16)


def read_tags(table: TypeTable, builder: TreeBuilder, offset: int | None) -> tuple[Tag, ...]:
    """Every tag in a value of a type; what lies behind pointers is not looked at."""
    return tuple(islice(_tags(table, builder, offset, 0, (), _MAX_DEPTH), _MAX_TAGS))


def _tags(
    table: TypeTable, builder: TreeBuilder, offset: int | None, at: int, within: tuple[TagRange, ...], depth: int
) -> Iterator[Tag]:
    kind = table.get(offset)
    if not depth or not isinstance(kind, Struct | Array) or not builder.reaches_float(offset):
        return
    if isinstance(kind, Array):
        size = table.size(kind.element)
        for index in range(min(kind.count or 0, _MAX_ELEMENTS)):
            yield from _tags(table, builder, kind.element, at + index * size, within, depth - 1)
        return
    if kind.union:
        return
    for member in kind.members:
        if not member.bits:
            yield from _tags(table, builder, member.type, at + member.offset, within, depth - 1)
    tag = kind.discriminant
    size = 0 if tag is None else table.size(tag.type)
    told = tuple(one.values for one in kind.variants if one.values)
    if tag is None or size not in _SIZES:
        for one in kind.variants if len(kind.variants) == 1 else ():
            yield from _tags(table, builder, one.type, at + one.offset, within, depth - 1)
        return
    place = at + tag.offset
    if len(kind.variants) > 1:
        yield Tag(offset=place, size=size, variants=told, within=within)
    everything = tuple(one for values in told for one in values)
    for variant in kind.variants:
        here = TagRange(offset=place, size=size, values=variant.values or everything, outside=not variant.values)
        yield from _tags(table, builder, variant.type, at + variant.offset, (*within, here), depth - 1)
