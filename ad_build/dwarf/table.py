"""Reads types from DWARF 4 and 5 when they are asked for (https://dwarfstd.org, sections 5.1 to 5.17)."""

from __future__ import annotations

from typing import Any

from elftools.common.exceptions import DWARFError

from ad_build.dwarf.aggregates import read_aggregate
from ad_build.dwarf.names import AGGREGATES, POINTERS, QUALIFIERS, Names, dimension
from ad_build.dwarf.scalars import read_base
from ad_build.dwarf.types import (
    Array,
    Enumeration,
    FunctionPointer,
    MemberPointer,
    Opaque,
    Pointer,
    Struct,
    Type,
)
from ad_build.dwarf.units import Die, Units, flag, number, text

# How far typedefs and qualifiers are followed, and arrays of arrays are multiplied: cycles end here.
_MAX_CHAIN = 100
_MAX_ENUMERATORS = 1000
_MAX_REASONS = 1000
_MAX_NESTING = 100
# How often types may be asked for while one function is read: damaged input can nest them exponentially.
_MAX_WORK = 1_000_000
_TRANSPARENT = (*QUALIFIERS, "DW_TAG_typedef", "DW_TAG_template_alias")
# DW_LANG_… of Fortran: arrays start at 1, may be strided, and are described at run time.
_FORTRAN = frozenset({0x07, 0x08, 0x0E, 0x22, 0x23})
# pyelftools knows two names for each, and gives the second.
_STRIDES = ("DW_AT_byte_stride", "DW_AT_stride", "DW_AT_bit_stride", "DW_AT_stride_size")
_RUN_TIME = ("DW_AT_data_location", "DW_AT_allocated", "DW_AT_associated", "DW_AT_rank")
# What has a layout that the standard leaves to the run time, or that no compiler of C, C++ or Rust writes.
_UNREAD = {
    "DW_TAG_subroutine_type": "a function, not data",
    "DW_TAG_coarray_type": "coarrays are not read",
    "DW_TAG_dynamic_type": "its layout is known at run time only",
    "DW_TAG_file_type": "files are not read",
    "DW_TAG_set_type": "sets are not read",
    "DW_TAG_string_type": "Fortran's strings are not read",
    "DW_TAG_interface_type": "interfaces are not read",
    "DW_TAG_shared_type": "shared types are not read",
    "DW_TAG_generic_subrange": "its layout is known at run time only",
}


class TypeTable:
    """The types of one program, read when they are asked for and kept."""

    def __init__(self, dwarf: Any) -> None:
        self.units = Units(dwarf)
        self._names = Names(self.units)
        self._types: dict[int, Type] = {}
        self._inhabited: dict[int | None, bool] = {}
        self._work = 0

    def start_function(self) -> None:
        """Allow as much work again as one function may take."""
        self._work = 0

    def get(self, offset: int | None) -> Type:
        """The type at an offset, behind typedefs and qualifiers; None is ``void``."""
        if offset is None:
            return Opaque(name="void")
        self._work += 1
        if self._work > _MAX_WORK:
            raise DWARFError("types that are too large to be read")
        known = self._types.get(offset)
        if known is None:
            known = self._types[offset] = self._read(offset)
        return known

    def size(self, offset: int | None) -> int:
        """Size in bytes; 0 for what has none."""
        factor = 1
        for _ in range(_MAX_CHAIN):
            kind = self.get(offset)
            if not isinstance(kind, Array):
                return factor * kind.size
            if kind.size is not None:
                return factor * kind.size
            factor *= kind.count or 0
            offset = kind.element
            if not factor:
                return 0
        return 0

    def inhabited(self, offset: int | None, depth: int = _MAX_NESTING) -> bool:
        """Whether a value of the type can exist: enums without variants, and what holds one, have none."""
        known = self._inhabited.get(offset)
        if known is not None:
            return known
        kind = self.get(offset)
        found = True
        if isinstance(kind, Struct) and depth:
            self._inhabited[offset] = True  # a damaged type may hold itself
            if kind.enum:
                found = any(self.inhabited(one.type, depth - 1) for one in kind.variants)
            elif not kind.union:
                found = kind.name != "!" and all(self.inhabited(one.type, depth - 1) for one in kind.members)
        elif isinstance(kind, Array) and kind.count and depth:
            found = self.inhabited(kind.element, depth - 1)
        self._inhabited[offset] = found
        return found

    def c_name(self, offset: int | None) -> str:
        """A C or C++ spelling: ``const double *``, ``struct params *``, ``double (*)(double)``."""
        return self._names.c(offset)

    def rust_name(self, offset: int | None) -> str:
        """A Rust spelling with full paths: ``&[f64]``, ``my_crate::Params``, ``()``."""
        return self._names.rust(offset)

    def _read(self, offset: int) -> Type:
        die = self.units.die(offset)
        atomic = False
        for _ in range(_MAX_CHAIN):
            # A type that stands in a type unit is declared here, with the signature that names it.
            elsewhere = "DW_AT_signature" in die.attributes
            if die.tag not in _TRANSPARENT and not elsewhere:
                break
            atomic = atomic or die.tag == "DW_TAG_atomic_type"
            target = self.units.reference(die, "DW_AT_signature" if elsewhere else "DW_AT_type")
            if target is None:
                return Opaque(name="void")
            die = self.units.die(target)
        else:
            return Opaque(name=text(die, "DW_AT_name") or "?", reason="a typedef of itself")
        found = self._read_plain(die)
        if atomic and isinstance(found, Struct) and found.size & (found.size - 1):
            # C may make an atomic struct larger, to a power of two, and DWARF does not say so.
            return Opaque(name=found.name, reason="an atomic type that may have padding")
        return found

    def _read_plain(self, die: Die) -> Type:
        tag = die.tag
        name = text(die, "DW_AT_name")
        size = number(die, "DW_AT_byte_size")
        if tag == "DW_TAG_base_type":
            return read_base(die, self.units.machine)
        if tag in POINTERS:
            return self._pointer(die, name, size or int(die.cu["address_size"]))
        if tag in AGGREGATES:
            return read_aggregate(self.units, die)
        if tag == "DW_TAG_array_type":
            return self._array(die, name)
        if tag == "DW_TAG_enumeration_type":
            return self._enumeration(die, name, size)
        if tag == "DW_TAG_ptr_to_member_type":
            return self._member_pointer(die, name, size, int(die.cu["address_size"]))
        if tag == "DW_TAG_unspecified_type" and name in ("decltype(nullptr)", "nullptr_t"):
            return Pointer(name=name, size=int(die.cu["address_size"]), target=None)
        if tag == "DW_TAG_subrange_type" and not size:
            target = self.units.reference(die)
            base = None if target is None else self.units.die(target)
            if base is not None and base.tag == "DW_TAG_base_type":
                return read_base(base, self.units.machine)
        reason = _UNREAD.get(str(tag), f"{str(tag).removeprefix('DW_TAG_').replace('_', ' ')} is not read")
        return Opaque(name=name or "?", size=size, reason=reason)

    def _pointer(self, die: Die, name: str, size: int) -> Type:
        target = self.units.reference(die)
        constant = False
        pointee = None if target is None else self.units.die(target)
        for _ in range(_MAX_CHAIN):
            if pointee is None or pointee.tag not in _TRANSPARENT:
                break
            constant = constant or pointee.tag in ("DW_TAG_const_type", "DW_TAG_immutable_type")
            pointee = self.units.follow(pointee)
        mark = POINTERS[die.tag]
        if pointee is None or pointee.tag != "DW_TAG_subroutine_type":
            return Pointer(name=name, size=size, target=target, constant_target=constant, mark=mark)
        children = self.units.children(pointee)
        return FunctionPointer(
            name=name,
            size=size,
            target=target,
            constant_target=constant,
            mark=mark,
            result=self.units.reference(pointee),
            parameters=tuple(self.units.reference(c) for c in children if c.tag == "DW_TAG_formal_parameter"),
            variadic=any(c.tag == "DW_TAG_unspecified_parameters" for c in children),
        )

    def _member_pointer(self, die: Die, name: str, size: int, word: int) -> Type:
        target = self.units.reference(die)
        pointee = None if target is None else self.units.die(target)
        for _ in range(_MAX_CHAIN):
            if pointee is None or pointee.tag not in _TRANSPARENT:
                break
            pointee = self.units.follow(pointee)
        function = pointee is not None and pointee.tag == "DW_TAG_subroutine_type"
        return MemberPointer(
            name=name or self.c_name(self.units.offset(die)),
            size=size or (2 * word if function else word),
            target=target,
            container=self.units.reference(die, "DW_AT_containing_type"),
            function=function,
        )

    def _enumeration(self, die: Die, name: str, size: int) -> Type:
        base = self.units.reference(die)
        if flag(die, "DW_AT_declaration"):
            return Opaque(name=name or "?", size=size, reason="declared here and defined elsewhere")
        found = [child for child in self.units.children(die) if child.tag == "DW_TAG_enumerator"]
        return Enumeration(
            name=name,
            size=size or self.size(base),
            base=base,
            enumerators=tuple(
                (text(one, "DW_AT_name"), number(one, "DW_AT_const_value")) for one in found[:_MAX_ENUMERATORS]
            ),
            scoped=flag(die, "DW_AT_enum_class"),
        )

    def _array(self, die: Die, name: str) -> Type:
        element = self.units.reference(die)
        vector = flag(die, "DW_AT_GNU_vector")
        spelled = name or self.c_name(self.units.offset(die))
        if any(attribute in die.attributes for attribute in _RUN_TIME):
            return Opaque(name=spelled, reason="its layout is known at run time only")
        if number(self.units.unit(die), "DW_AT_language") in _FORTRAN:
            return Opaque(name=spelled, reason="Fortran's arrays are not read")
        ranges = [child for child in self.units.children(die) if str(child.tag).startswith("DW_TAG_")]
        if any(one.tag not in ("DW_TAG_subrange_type", "DW_TAG_enumeration_type") for one in ranges):
            return Opaque(name=spelled, reason="its layout is known at run time only")
        if any(stride in one.attributes for one in (die, *ranges) for stride in _STRIDES):
            return Opaque(name=spelled, reason="strided arrays are not read")
        dimensions = tuple(dimension(one) for one in ranges)
        count: int | None = 1
        for length in dimensions:
            count = None if count is None or length is None else count * length
        size = number(die, "DW_AT_byte_size", -1)
        kind = self.get(element) if vector else None
        if vector and kind is not None and getattr(kind, "encoding", "") == "bool":
            return Opaque(name=spelled, size=max(size, 0), reason="vectors of bits are not read")
        return Array(
            name=name,
            element=element,
            count=count,
            vector=vector,
            dimensions=dimensions,
            size=size if size >= 0 else None,
        )


def unknown(table: TypeTable, offset: int | None) -> tuple[tuple[int, str], ...]:
    """Byte offsets within a type of which nothing is known, with the reasons; pointers are not followed."""
    return _unknown(table, offset, {}, _MAX_NESTING)


_Reasons = tuple[tuple[int, str], ...]


def _unknown(table: TypeTable, offset: int | None, known: dict[int | None, _Reasons], depth: int) -> _Reasons:
    if offset in known:
        return known[offset]
    kind = table.get(offset)
    found: list[tuple[int, str]] = []
    if isinstance(kind, Opaque) and kind.reason:
        found.append((0, kind.reason))
    elif isinstance(kind, Array) and kind.count is None:
        found.append((0, "an array of unknown length"))
    elif isinstance(kind, Array) and depth:
        found += _unknown(table, kind.element, known, depth - 1)
    elif isinstance(kind, Struct) and depth:
        found += [(0, reason) for reason in kind.unknown]
        for one in (*kind.members, *kind.variants):
            if one.bits:
                found.append((one.offset, f"{one.name or 'a member'} is a bit-field"))
            else:
                found += [(one.offset + at, reason) for at, reason in _unknown(table, one.type, known, depth - 1)]
    known[offset] = tuple(dict.fromkeys(found[:_MAX_REASONS]))
    return known[offset]
