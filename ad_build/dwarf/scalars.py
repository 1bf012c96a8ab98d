"""Base types: what an encoding, a size and a name mean (DWARF 5, table 7.11)."""

from __future__ import annotations

from ad_build.dwarf.types import Base, Opaque, Struct, Type
from ad_build.dwarf.units import Die, number, text

# DW_ATE_…: encoding, signed.
_ENCODINGS = {
    0x02: ("bool", False),
    0x03: ("complex", True),
    0x04: ("float", True),
    0x05: ("int", True),
    0x06: ("char", True),
    0x07: ("int", False),
    0x08: ("char", False),
    0x09: ("float", True),  # imaginary numbers are floats
    0x0D: ("int", True),  # fixed point: integers to the machine
    0x0E: ("int", False),
    0x10: ("char", False),
    0x11: ("char", False),
    0x12: ("char", False),
    0x80: ("complex int", True),  # clang's DW_ATE_lo_user
}
_UNREAD = {
    0x01: "an address in an unknown address space",
    0x0A: "packed decimals are not read",
    0x0B: "numbers as strings are not read",
    0x0C: "edited strings are not read",
    0x0F: "decimal floating point is not read",
}
_FORMATS = {2: "f16", 4: "f32", 8: "f64"}
_BFLOAT = frozenset({"__bf16", "bf16", "_BFloat16", "std::bfloat16_t", "__nv_bfloat16"})
_QUAD = frozenset({"f128", "_Float128", "__float128", "__ieee128"})
_EXTENDED = frozenset({"long double", "_Float64x", "__float80"})
# What pyelftools calls the machines whose long double has the x87's 80 bits.
_X86 = frozenset({"x64", "x86"})
_USED = {"x87": 10}


def read_base(die: Die, machine: str) -> Type:
    """A base type; ``machine`` is pyelftools' word for the target."""
    name, size = text(die, "DW_AT_name"), number(die, "DW_AT_byte_size")
    if name in ("()", "!") and size == 0:
        return Struct(name=name, size=0)
    code = number(die, "DW_AT_encoding", -1)
    if code not in _ENCODINGS:
        return Opaque(name=name or "?", size=size, reason=_UNREAD.get(code, f"encoding {code} is not read"))
    encoding, signed = _ENCODINGS[code]
    if not 0 < size <= 1 << 16:
        return Opaque(name=name or "?", reason=f"a number of {size} bytes")
    form = ""
    if encoding in ("float", "complex"):
        form = _format(name.removeprefix("_Complex ").removeprefix("complex "), _part(size, encoding), machine)
        if not form:
            return Opaque(name=name or "?", size=size, reason=f"a floating-point format of {size} bytes is not read")
    used = _USED.get(form, 0) if encoding == "float" else 0
    return Base(name=name, size=size, encoding=encoding, format=form, used=used or size, signed=signed)


def _part(size: int, encoding: str) -> int:
    return size // 2 if encoding == "complex" else size


def _format(name: str, size: int, machine: str) -> str:
    """How a float of that name and size is kept; empty where it cannot be told."""
    if size == 2 and name in _BFLOAT:
        return "bf16"
    if size in _FORMATS:
        return _FORMATS[size]
    if size == 16 and (name in _QUAD or (name in _EXTENDED and machine not in _X86)):
        return "f128"
    if size in (10, 12, 16) and machine in _X86 and name in (*_EXTENDED, "complex", ""):
        return "x87"
    return ""
