"""Structs, classes, unions and Rust enums (DWARF 5, section 5.7)."""

from __future__ import annotations

from collections.abc import Iterator

from ad_build.dwarf.types import Member, Opaque, Struct, Type, Variant
from ad_build.dwarf.units import Die, Units, flag, number, text

_PLUS_UCONST = 0x23  # DW_OP_plus_uconst: DWARF 2's way to write a constant offset
_LABEL, _RANGE = 0, 1  # DW_DSC_…
_SIGNED = frozenset({0x05, 0x06, 0x0D})  # DW_ATE_… of signed integers
_FORM_BITS = {"DW_FORM_data1": 8, "DW_FORM_data2": 16, "DW_FORM_data4": 32, "DW_FORM_data8": 64}
_MAX_SIZE = 1 << 48


def read_aggregate(units: Units, die: Die) -> Type:
    """A struct, class, union or enum with payload; :class:`Opaque` where it is only declared."""
    name, size = text(die, "DW_AT_name"), number(die, "DW_AT_byte_size", -1)
    if flag(die, "DW_AT_declaration"):
        return Opaque(name=name or "?", reason="declared here and defined elsewhere")
    if not 0 <= size < _MAX_SIZE:
        return Opaque(name=name or "?", reason="its size is not a constant")
    return _Reader(units, die, name, size).read()


class _Reader:
    """Reads one aggregate."""

    def __init__(self, units: Units, die: Die, name: str, size: int) -> None:
        self.units = units
        self.die = die
        self.name = name
        self.size = size
        self.members: list[Member] = []
        self.virtual: list[Member] = []
        self.variants: list[Variant] = []
        self.parameters: list[tuple[str, int]] = []
        self.unknown: list[str] = []
        self.discriminant: Member | None = None
        self.parts = 0

    def read(self) -> Struct:
        for child in self.units.children(self.die):
            if child.tag in ("DW_TAG_member", "DW_TAG_inheritance"):
                # Static members are external in DWARF 4, and variables in DWARF 5.
                if not flag(child, "DW_AT_external") and not flag(child, "DW_AT_declaration"):
                    self._member(child)
            elif child.tag == "DW_TAG_variant_part":
                self._variant_part(child)
            elif child.tag == "DW_TAG_template_type_param":
                self._parameter(child, text(child, "DW_AT_name"))
            elif child.tag == "DW_TAG_GNU_template_parameter_pack":
                for one in self.units.children(child):
                    self._parameter(one, text(child, "DW_AT_name"))
        if self.parts > 1:
            self.unknown.append("it has several variant parts")
            self.variants, self.discriminant = [], None
        return Struct(
            name=self.name,
            size=self.size,
            members=tuple(self.members),
            union=self.die.tag == "DW_TAG_union_type",
            enum=self.parts == 1,
            variants=tuple(self.variants),
            discriminant=self.discriminant,
            parameters=tuple(self.parameters),
            virtual_bases=tuple(self.virtual),
            containing=self.units.reference(self.die, "DW_AT_containing_type"),
            alignment=number(self.die, "DW_AT_alignment"),
            unknown=tuple(self.unknown),
        )

    def _parameter(self, die: Die, name: str) -> None:
        target = self.units.reference(die) if die.tag == "DW_TAG_template_type_param" else None
        if target is not None:
            self.parameters.append((name, target))

    def _member(self, die: Die) -> None:
        base = die.tag == "DW_TAG_inheritance"
        name = text(die, "DW_AT_name")
        if base and number(die, "DW_AT_virtuality"):
            self.virtual.append(Member(name=name, offset=-1, type=self.units.reference(die), base=True))
            self.unknown.append("where its virtual base lies is known at run time only")
            return
        found = self._at(die, base=base)
        if found is None:
            self.unknown.append(f"where {name or 'a member'} lies is not a constant")
        else:
            self.members.append(found)

    def _at(self, die: Die, *, base: bool = False) -> Member | None:
        """The member with its place; None where that is not a constant within the aggregate."""
        name, target = text(die, "DW_AT_name"), self.units.reference(die)
        if "DW_AT_bit_size" in die.attributes:
            place, width = self._bits(die), number(die, "DW_AT_bit_size", -1)
            if place is None or not 0 <= width <= 8 * self.size or not 0 <= place <= 8 * self.size:
                return None
            return Member(name=name, offset=place // 8, type=target, bits=True, bit_offset=place, bit_size=width)
        place = _location(die)
        if place is None or not 0 <= place <= self.size:
            return None
        return Member(name=name, offset=place, type=target, base=base)

    def _bits(self, die: Die) -> int | None:
        """Where a bit-field begins, in bits from the start of the aggregate, on a little-endian machine."""
        if "DW_AT_data_bit_offset" in die.attributes:
            return number(die, "DW_AT_data_bit_offset", -1)
        place = _location(die)
        if place is None:
            return None
        if "DW_AT_bit_offset" not in die.attributes:
            return 8 * place
        # DWARF 2 to 4: counted from the most significant bit of a storage unit of DW_AT_byte_size bytes.  GCC writes
        # negative numbers where a field reaches beyond its unit.
        storage = number(die, "DW_AT_byte_size", 0)
        target = self.units.follow(die)
        if not storage and target is not None:
            storage = number(target, "DW_AT_byte_size", 0)
        return 8 * (place + storage) - _signed(die, "DW_AT_bit_offset") - number(die, "DW_AT_bit_size")

    def _variant_part(self, part: Die) -> None:
        self.parts += 1
        width, signed = 64, False
        tag = self.units.follow(part, "DW_AT_discr")
        if tag is not None:
            self.discriminant = self._at(tag)
            if self.discriminant is None:
                self.unknown.append("where its tag lies is not a constant")
            target = self.units.follow(tag)
            if target is not None:
                width = 8 * min(number(target, "DW_AT_byte_size", 8), 16)
                signed = number(target, "DW_AT_encoding") in _SIGNED
        for variant in self.units.children(part):
            if variant.tag != "DW_TAG_variant":
                continue
            values = tuple(_values(variant, width, signed))
            for child in self.units.children(variant):
                if child.tag == "DW_TAG_member":
                    self._variant(child, values)

    def _variant(self, die: Die, values: tuple[tuple[int, int], ...]) -> None:
        found = self._at(die)
        if found is None or found.bits:
            self.unknown.append(f"where {text(die, 'DW_AT_name') or 'a variant'} lies is not a constant")
        else:
            self.variants.append(Variant(name=found.name, offset=found.offset, type=found.type, values=values))


def _location(die: Die) -> int | None:
    """DW_AT_data_member_location where it is a constant; 0 where it is left out, as in unions."""
    value = die.attributes.get("DW_AT_data_member_location")
    if value is None:
        return 0
    if isinstance(value.value, int) and value.form != "DW_FORM_sec_offset":
        return int(value.value)
    if isinstance(value.value, list) and value.value[:1] == [_PLUS_UCONST]:
        return _uleb(iter(value.value[1:]))
    return None


def _signed(die: Die, attribute: str) -> int:
    value = die.attributes[attribute]
    bits = _FORM_BITS.get(value.form)
    found = number(die, attribute)
    return found - (1 << bits) if bits and found >> (bits - 1) else found


def _values(variant: Die, width: int, signed: bool) -> Iterator[tuple[int, int]]:
    """The tags of a variant as ranges of unsigned numbers; none for the default variant."""
    mask = (1 << width) - 1
    value = variant.attributes.get("DW_AT_discr_value")
    if value is not None and isinstance(value.value, int):
        # LLVM takes the shortest form, from which a tag of a signed type is to be extended.
        found = _signed(variant, "DW_AT_discr_value") if signed else int(value.value)
        yield (found & mask, found & mask)
    elif value is not None and isinstance(value.value, list):  # 128 bits, as bytes
        found = int.from_bytes(bytes(value.value[:16]), "little") & mask
        yield (found, found)
    block = variant.attributes.get("DW_AT_discr_list")
    if block is None or not isinstance(block.value, list):
        return
    rest = iter(block.value)
    read = _sleb if signed else _uleb
    for kind in rest:
        low = read(rest)
        high = read(rest) if kind == _RANGE else low
        if kind not in (_LABEL, _RANGE):
            return
        yield (low & mask, high & mask)


def _uleb(data: Iterator[int]) -> int:
    """A number in LEB128, taken off the front."""
    return _leb(data)[0]


def _sleb(data: Iterator[int]) -> int:
    found, width = _leb(data)
    return found - (1 << width) if found >> (width - 1) else found


def _leb(data: Iterator[int]) -> tuple[int, int]:
    """The number without its sign, and its width in bits."""
    found = width = 0
    for byte in data:
        found |= (byte & 0x7F) << width
        width += 7
        if not byte & 0x80:
            return found, width
        if width > 140:
            break
    raise ValueError("a number ends beyond its block")
