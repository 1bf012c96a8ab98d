"""The model of source types: what DWARF 4 and 5 say of them (https://dwarfstd.org, chapter 5).

Types refer to one another by an offset that :class:`ad_build.dwarf.table.TypeTable` turns into a type when somebody
asks, so that cycles cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """A scalar of ``size`` bytes; ``encoding`` is float, complex, int, bool, char or complex int.

    ``format`` is how a float, or each half of a complex number, is kept: f16, bf16, f32, f64, x87 or f128.  ``used``
    are the bytes that carry the value: ten of an x87 ``long double``'s 16.
    """

    name: str
    size: int
    encoding: str
    format: str = ""
    used: int = 0
    signed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A pointer or reference; ``target`` is the offset of what it points to, None for ``void``.

    ``mark`` is how C++ spells it: ``*``, ``&`` or ``&&``.
    """

    name: str
    size: int
    target: int | None
    constant_target: bool = False
    mark: str = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionPointer(Pointer):
    """A pointer to code: nothing behind it is data."""

    result: int | None = None
    parameters: tuple[int | None, ...] = ()
    variadic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberPointer:
    """A C++ pointer to member, as the Itanium ABI has it.

    Of a data member the offset, an integer; of a function a pair: its address, or one more than its place in the
    vtable, and the adjustment of ``this``, an integer.
    """

    name: str
    size: int
    target: int | None
    container: int | None
    function: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member of an aggregate at a byte offset.

    ``bits`` is set for bit-fields: those begin ``bit_offset`` bits into the aggregate (counted from the least
    significant bit of its first byte) and are ``bit_size`` wide.  ``base`` is set for base classes.
    """

    name: str
    offset: int
    type: int | None
    bits: bool = False
    bit_offset: int = 0
    bit_size: int = 0
    base: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant(Member):
    """A variant of an enum with its payload, which lies at ``offset`` and has ``type``.

    ``values`` are the tags that mean it, as inclusive ranges of the tag's bits read as an unsigned number; without
    any it is the default, which every tag that no other variant claims means, or the only one.
    """

    values: tuple[tuple[int, int], ...] = ()

    @property
    def default(self) -> bool:
        return not self.values


@dataclass(frozen=True, kw_only=True, slots=True)
class Struct:
    """A struct, class, union or Rust enum.

    ``variants`` are the payloads of an enum (``enum`` is set, also where it has none), ``discriminant`` where the tag
    is stored: inside a payload where the enum uses a niche, None where there is but one variant.  ``parameters`` are
    the generic type parameters by name.  ``virtual_bases`` have no fixed place: their offset is -1.  ``containing`` is
    the class that holds the vtable pointer or, of a Rust vtable, the type that implements the trait.  ``unknown`` says
    what of it could not be read, and why.
    """

    name: str
    size: int
    members: tuple[Member, ...] = ()
    union: bool = False
    enum: bool = False
    variants: tuple[Variant, ...] = ()
    discriminant: Member | None = None
    parameters: tuple[tuple[str, int], ...] = ()
    virtual_bases: tuple[Member, ...] = ()
    containing: int | None = None
    alignment: int = 0
    unknown: tuple[str, ...] = ()

    def variant(self, tag: int) -> Variant | None:
        """The variant that a tag, read as an unsigned number, means."""
        for one in self.variants:
            if any(low <= tag <= high for low, high in one.values):
                return one
        return next((one for one in self.variants if one.default), None)

    @property
    def vtable(self) -> bool:
        """Whether this is the type of a Rust vtable."""
        return self.name.endswith("::{vtable_type}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Array:
    """An array of ``count`` elements, the product of its ``dimensions``.

    Both are None where the length is not known (flexible and variable arrays).  ``size`` is set where it is not that
    of the elements together, as in vectors with padding.
    """

    name: str
    element: int | None
    count: int | None
    vector: bool = False
    dimensions: tuple[int | None, ...] = ()
    size: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Enumeration:
    """A C or C++ enum, or a Rust enum without payload, with its first enumerators; ``base`` is its integer type."""

    name: str
    size: int
    base: int | None = None
    enumerators: tuple[tuple[str, int], ...] = ()
    scoped: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Opaque:
    """What has no layout that is known; ``reason`` says why."""

    name: str
    size: int = 0
    reason: str = ""


Type = Base | Pointer | MemberPointer | Struct | Array | Enumeration | Opaque
