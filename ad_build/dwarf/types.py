"""Source types, read lazily from DWARF 4 and 5 (https://dwarfstd.org, sections 5.1 to 5.10).

Types refer to one another by their offset in ``.debug_info``, so that cycles cost nothing: a :class:`TypeTable`
reads a type when somebody asks for it.  The standard's ``DW_…`` names stay in this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Die = Any  # pyelftools ships no type information


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """A scalar; ``encoding`` is float, complex, int, bool or char; ``size`` in bytes."""

    name: str
    size: int
    encoding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A pointer or reference; ``target`` is the offset of what it points to, None for ``void``."""

    name: str
    size: int
    target: int | None
    constant_target: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member of an aggregate at a byte offset; ``bits`` is set for bit-fields."""

    name: str
    offset: int
    type: int | None
    bits: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Struct:
    """A struct, class, union or Rust enum.

    ``variants`` are the payloads of an enum, ``discriminant`` where the tag is stored (None where a niche of the
    payload tells).  ``parameters`` are the generic type parameters by name.
    """

    name: str
    size: int
    members: tuple[Member, ...] = ()
    union: bool = False
    variants: tuple[Member, ...] = ()
    discriminant: Member | None = None
    parameters: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Array:
    """An array; ``count`` is None where its length is not known (flexible and variable arrays)."""

    name: str
    element: int | None
    count: int | None
    vector: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Enumeration:
    """A C enum or a Rust enum without payload."""

    name: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Opaque:
    """What has no layout: functions, ``void``, declarations without definition, types unknown to us."""

    name: str
    size: int = 0


Type = Base | Pointer | Struct | Array | Enumeration | Opaque

# DW_ATE_… (DWARF 5, table 7.11) and what they mean here.
_ENCODINGS = {
    0x01: "int",
    0x02: "bool",
    0x03: "complex",
    0x04: "float",
    0x05: "int",
    0x06: "char",
    0x07: "int",
    0x08: "char",
    0x10: "char",
    0x11: "char",
    0x12: "char",
}
_QUALIFIERS = {
    "DW_TAG_const_type": "const",
    "DW_TAG_volatile_type": "volatile",
    "DW_TAG_restrict_type": "restrict",
    "DW_TAG_atomic_type": "_Atomic",
}
_POINTERS = ("DW_TAG_pointer_type", "DW_TAG_reference_type", "DW_TAG_rvalue_reference_type")
_AGGREGATES = ("DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type")
_POINTER_MARK = {"DW_TAG_pointer_type": "*", "DW_TAG_reference_type": "&", "DW_TAG_rvalue_reference_type": "&&"}


def text(die: Die, attribute: str) -> str:
    """A string attribute, or ``""``."""
    value = die.attributes.get(attribute)
    return value.value.decode(errors="replace") if value is not None and isinstance(value.value, bytes) else ""


def number(die: Die, attribute: str, default: int = 0) -> int:
    """A constant attribute, or a default where it is missing or an expression."""
    value = die.attributes.get(attribute)
    return value.value if value is not None and isinstance(value.value, int) else default


def reference(die: Die, attribute: str = "DW_AT_type") -> int | None:
    """The offset of the entry an attribute refers to, or None."""
    if attribute not in die.attributes:
        return None
    return int(die.get_DIE_from_attribute(attribute).offset)


class TypeTable:
    """The types of one program, read when they are asked for and kept."""

    def __init__(self, dwarf: Any) -> None:
        self._dwarf = dwarf
        self._types: dict[int, Type] = {}
        self._names: dict[int, str] = {}

    def die(self, offset: int) -> Die:
        """The debugging information entry at an offset."""
        return self._dwarf.get_DIE_from_refaddr(offset)

    def get(self, offset: int | None) -> Type:
        """The type at an offset, behind typedefs and qualifiers; None is ``void``."""
        if offset is None:
            return Opaque(name="void")
        known = self._types.get(offset)
        if known is None:
            known = self._types[offset] = self._read(self.die(offset))
        return known

    def size(self, offset: int | None) -> int:
        """Size in bytes; 0 for what has none."""
        kind = self.get(offset)
        if isinstance(kind, Array):
            return self.size(kind.element) * (kind.count or 0)
        return kind.size

    def _read(self, die: Die) -> Type:
        tag = die.tag
        name = text(die, "DW_AT_name")
        size = number(die, "DW_AT_byte_size")
        if tag == "DW_TAG_typedef" or tag in _QUALIFIERS:
            return self.get(reference(die))
        if tag == "DW_TAG_base_type":
            encoding = _ENCODINGS.get(number(die, "DW_AT_encoding"), "int")
            if name == "()":
                return Struct(name="()", size=0)
            return Base(name=name, size=size, encoding=encoding)
        if tag in _POINTERS:
            target = reference(die)
            constant = target is not None and self._is_constant(target)
            return Pointer(name=name, size=size or 8, target=target, constant_target=constant)
        if tag in _AGGREGATES:
            return self._aggregate(die, name, size)
        if tag == "DW_TAG_array_type":
            return self._array(die, name)
        if tag == "DW_TAG_enumeration_type":
            return Enumeration(name=name, size=size)
        if tag == "DW_TAG_ptr_to_member_type":
            return Opaque(name=name or "pointer to member", size=8)
        return Opaque(name=name or "?", size=size)

    def _is_constant(self, offset: int) -> bool:
        die = self.die(offset)
        while die.tag in _QUALIFIERS or die.tag == "DW_TAG_typedef":
            if die.tag == "DW_TAG_const_type":
                return True
            following = reference(die)
            if following is None:
                return False
            die = self.die(following)
        return False

    def _aggregate(self, die: Die, name: str, size: int) -> Type:
        if number(die, "DW_AT_declaration"):
            return Opaque(name=name)
        members: list[Member] = []
        variants: list[Member] = []
        parameters: list[tuple[str, int]] = []
        discriminant = None
        for child in die.iter_children():
            if child.tag in ("DW_TAG_member", "DW_TAG_inheritance"):
                if not child.attributes.get("DW_AT_external") and "DW_AT_declaration" not in child.attributes:
                    members.append(_member(child))
            elif child.tag == "DW_TAG_variant_part":
                discriminant, variants = self._variants(child)
            elif child.tag == "DW_TAG_template_type_param":
                offset = reference(child)
                if offset is not None:
                    parameters.append((text(child, "DW_AT_name"), offset))
        return Struct(
            name=name,
            size=size,
            members=tuple(members),
            union=die.tag == "DW_TAG_union_type",
            variants=tuple(variants),
            discriminant=discriminant,
            parameters=tuple(parameters),
        )

    def _variants(self, part: Die) -> tuple[Member | None, list[Member]]:
        discriminant: Member | None = None
        variants: list[Member] = []
        tag = reference(part, "DW_AT_discr")
        if tag is not None:
            discriminant = _member(self.die(tag))
        for child in part.iter_children():
            if child.tag == "DW_TAG_variant":
                variants += [_member(member) for member in child.iter_children() if member.tag == "DW_TAG_member"]
        return discriminant, variants

    def _array(self, die: Die, name: str) -> Type:
        count: int | None = 1
        for child in die.iter_children():
            if child.tag != "DW_TAG_subrange_type":
                continue
            if "DW_AT_count" in child.attributes:
                length = number(child, "DW_AT_count", -1)
            elif "DW_AT_upper_bound" in child.attributes:
                length = number(child, "DW_AT_upper_bound", -2) + 1
            else:
                length = -1
            count = None if count is None or length < 0 else count * length
        return Array(name=name, element=reference(die), count=count, vector="DW_AT_GNU_vector" in die.attributes)

    # --- names as a user writes them ---------------------------------------------------------------------------

    def c_name(self, offset: int | None) -> str:
        """A C or C++ spelling: ``const double *``, ``struct params *``, ``double (*)(double)``."""
        if offset is None:
            return "void"
        if offset not in self._names:
            self._names[offset] = self._spell_c(self.die(offset))
        return self._names[offset]

    def _spell_c(self, die: Die) -> str:
        tag, name = die.tag, text(die, "DW_AT_name")
        if tag in _QUALIFIERS:
            inner = self.c_name(reference(die))
            word = _QUALIFIERS[tag]
            if word == "restrict":
                return inner  # a promise about the definition; a declaration is compatible without it
            return f"{inner} {word}" if inner.endswith("*") else f"{word} {inner}"
        if tag in _POINTERS:
            target = reference(die)
            if target is not None and self.die(target).tag == "DW_TAG_subroutine_type":
                return self._spell_function_pointer(self.die(target))
            inner = self.c_name(target)
            return f"{inner}{'' if inner.endswith('*') else ' '}{_POINTER_MARK[tag]}"
        if tag in _AGGREGATES and name:
            word = {"DW_TAG_structure_type": "struct ", "DW_TAG_union_type": "union "}.get(tag, "")
            return f"{word}{self._qualified(die)}"
        if tag == "DW_TAG_enumeration_type" and name:
            return f"enum {self._qualified(die)}"
        return name or "?"

    def _spell_function_pointer(self, die: Die) -> str:
        parameters = [self.c_name(reference(c)) for c in die.iter_children() if c.tag == "DW_TAG_formal_parameter"]
        return f"{self.c_name(reference(die))} (*)({', '.join(parameters) or 'void'})"

    def rust_name(self, offset: int | None) -> str:
        """A Rust spelling with full paths: ``&[f64]``, ``my_crate::Params``, ``()``."""
        if offset is None:
            return "()"
        die = self.die(offset)
        if die.tag == "DW_TAG_array_type":
            kind = self.get(offset)
            assert isinstance(kind, Array)
            return f"[{self.rust_name(kind.element)}; {kind.count}]"
        name = text(die, "DW_AT_name")
        if die.tag in (*_AGGREGATES, "DW_TAG_enumeration_type") and not name.startswith(("&", "(", "*", "[")):
            return self._qualified(die)
        return name or "?"

    def _qualified(self, die: Die) -> str:
        """The name with its namespaces."""
        names = [text(die, "DW_AT_name")]
        parent = die.get_parent()
        while parent is not None and parent.tag in ("DW_TAG_namespace", *_AGGREGATES):
            names.append(text(parent, "DW_AT_name"))
            parent = parent.get_parent()
        return "::".join(reversed([name for name in names if name]))


def _member(die: Die) -> Member:
    return Member(
        name=text(die, "DW_AT_name"),
        offset=number(die, "DW_AT_data_member_location"),
        type=reference(die),
        bits="DW_AT_bit_size" in die.attributes,
    )
