"""The entries of ``.debug_info`` and ``.debug_types``, indexed unit by unit when somebody asks.

pyelftools finds children by ``DW_AT_sibling``, by recursion and by search, which damaged input turns into endless
loops: here a unit is read once, from front to back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from elftools.common.exceptions import DWARFError

from ad_build.errors import UsageError

Die = Any  # pyelftools ships no type information

# Entries of .debug_types (DWARF 4) have offsets of their own: ours start here.
_TYPES = 1 << 56
# No unit that a compiler wrote is deeper: C++ nests namespaces, classes and blocks.
_MAX_DEPTH = 500
_UNIT_REFERENCES = frozenset(
    ("DW_FORM_ref1", "DW_FORM_ref2", "DW_FORM_ref4", "DW_FORM_ref8", "DW_FORM_ref_udata", "DW_FORM_ref")
)


def text(die: Die, attribute: str) -> str:
    """A string attribute, or ``""``."""
    value = die.attributes.get(attribute)
    return value.value.decode(errors="replace") if value is not None and isinstance(value.value, bytes) else ""


def number(die: Die, attribute: str, default: int = 0) -> int:
    """A constant attribute, or a default where it is missing or an expression."""
    value = die.attributes.get(attribute)
    if value is None or not isinstance(value.value, int) or value.form == "DW_FORM_exprloc":
        return default
    return int(value.value)


def flag(die: Die, attribute: str) -> bool:
    """Whether an attribute is there and not false."""
    value = die.attributes.get(attribute)
    return value is not None and bool(value.value)


class _Unit:
    """One unit with the places of its entries; ``bias`` leads from its own offsets to ours."""

    def __init__(self, unit: Any, bias: int) -> None:
        self.unit = unit
        self.bias = bias
        self.start = bias + unit.cu_offset
        self.end = self.start + unit["unit_length"] + unit.structs.initial_length_field_size()
        self._children: dict[int, list[Die]] = {}
        self._parents: dict[int, Die | None] = {}
        self._dies: dict[int, Die] = {}

    def _index(self) -> None:
        above: list[Die] = []
        for die in self.unit.iter_DIEs():
            if die.is_null():
                if above:
                    above.pop()
                continue
            parent = above[-1] if above else None
            self._dies[die.offset] = die
            self._parents[die.offset] = parent
            if parent is not None:
                self._children[parent.offset].append(die)
            elif len(self._dies) > 1:
                raise DWARFError("a unit with two roots")
            if die.has_children:
                if len(above) >= _MAX_DEPTH:
                    raise DWARFError("entries are nested too deeply")
                self._children[die.offset] = []
                above.append(die)

    def die(self, offset: int) -> Die:
        if not self._dies:
            self._index()
        found = self._dies.get(offset - self.bias)
        if found is None:
            raise DWARFError(f"there is no entry at {offset:#x}")
        return found

    def children(self, die: Die) -> Sequence[Die]:
        if not self._dies:
            self._index()
        return self._children.get(die.offset, ())

    def parent(self, die: Die) -> Die | None:
        if not self._dies:
            self._index()
        return self._parents.get(die.offset)


class Units:
    """The units of one program."""

    def __init__(self, dwarf: Any) -> None:
        self._units = [_Unit(unit, 0) for unit in dwarf.iter_CUs()]
        self._units += [_Unit(unit, _TYPES) for unit in dwarf.iter_TUs()]
        self._starts = [unit.start for unit in self._units]
        self._signatures: dict[int, int] | None = None
        self.machine: str = dwarf.config.machine_arch
        if self._units and not dwarf.config.little_endian:
            raise UsageError("bad-debug-info", "debug info of big-endian machines cannot be read")

    def compile_units(self) -> Iterator[Die]:
        """The top entries of the units that may hold functions."""
        for unit in self._units:
            if not unit.bias and "type_offset" not in unit.unit.header:
                yield unit.unit.get_top_DIE()

    def unit(self, die: Die) -> Die:
        """The top entry of the unit an entry is in."""
        return die.cu.get_top_DIE()

    def _of(self, offset: int) -> _Unit:
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self._units[index].end:
            raise DWARFError(f"there is no unit at {offset:#x}")
        return self._units[index]

    def die(self, offset: int) -> Die:
        """The entry at an offset."""
        return self._of(offset).die(offset)

    def children(self, die: Die) -> Sequence[Die]:
        """The entries directly below one."""
        return self._of(self.offset(die)).children(die)

    def parent(self, die: Die) -> Die | None:
        """The entry directly above one."""
        return self._of(self.offset(die)).parent(die)

    @staticmethod
    def offset(die: Die) -> int:
        """The offset by which others know an entry."""
        return int(die.offset) + (_TYPES if "signature" in die.cu.header else 0)

    def reference(self, die: Die, attribute: str = "DW_AT_type") -> int | None:
        """The offset of the entry an attribute refers to, or None where there is no such attribute."""
        value = die.attributes.get(attribute)
        if value is None:
            return None
        if value.form in _UNIT_REFERENCES:
            return self.offset(die) - int(die.offset) + int(die.cu.cu_offset) + int(value.raw_value)
        if value.form == "DW_FORM_ref_addr":
            return int(value.raw_value)
        if value.form == "DW_FORM_ref_sig8":
            return self._by_signature(int(value.raw_value))
        raise DWARFError(f"{attribute} is in {value.form}")

    def follow(self, die: Die, attribute: str = "DW_AT_type") -> Die | None:
        """The entry an attribute refers to, or None."""
        offset = self.reference(die, attribute)
        return None if offset is None else self.die(offset)

    def _by_signature(self, signature: int) -> int:
        if self._signatures is None:
            self._signatures = {}
            for one in self._units:
                header = one.unit.header
                name = "signature" if one.bias else "type_signature"
                if name in header:
                    self._signatures[header[name]] = one.start + header["type_offset"]
        found = self._signatures.get(signature)
        if found is None:
            raise DWARFError(f"there is no type unit {signature:016x}")
        return found


def split_unit(top: Die) -> str | None:
    """The file in which the rest of a skeleton unit lies, or None for a complete unit."""
    return text(top, "DW_AT_dwo_name") or text(top, "DW_AT_GNU_dwo_name") or None


def split_error(function: str, top: Die) -> UsageError:
    """What to tell of a function whose unit keeps its debug info in another file."""
    rust = number(top, "DW_AT_language") == 0x1C
    return UsageError(
        "split-debug-info",
        f"the debug info of {function} lies in another file",
        note=f"the unit {text(top, 'DW_AT_name') or '?'} refers to {split_unit(top)}",
        hint="compile it with -Csplit-debuginfo=off" if rust else "compile it without -gsplit-dwarf",
    )
