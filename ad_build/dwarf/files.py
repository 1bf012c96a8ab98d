"""Names of source files, from the header of a unit's line table (DWARF 5, section 6.2.4).

pyelftools reads all of such a header, and of a damaged one as many entries as it says that there are.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from elftools.common.exceptions import DWARFError

from ad_build.dwarf.units import Die, number

_PATH, _DIRECTORY = 1, 2  # DW_LNCT_…
_STRING, _STRP, _LINE_STRP, _UDATA, _BLOCK = 0x08, 0x0E, 0x1F, 0x0F, 0x09  # DW_FORM_…
_FIXED = {0x0B: 1, 0x05: 2, 0x06: 4, 0x07: 8, 0x1E: 16}  # DW_FORM_data1 … data16
_MAX_FORMATS = 16


def source_file(unit: Die, index: int) -> str:
    """The file of that number in the line table of a unit, with its folder below the compilation's; "" without one."""
    dwarf = unit.dwarfinfo
    at = number(unit, "DW_AT_stmt_list", -1)
    if dwarf.debug_line_sec is None or at < 0 or index < 0:
        return ""
    return _Table(dwarf, at).file(index)


class _Table:
    """One header, read from front to back."""

    def __init__(self, dwarf: Any, at: int) -> None:
        self._dwarf = dwarf
        self._data: bytes = dwarf.debug_line_sec.stream.getvalue()
        self._at = at
        self._word = 4
        if self._fixed(4) == 0xFFFFFFFF:
            self._word = 8
            self._fixed(8)
        self._version = self._fixed(2)
        if self._version >= 5:
            self._fixed(2)  # sizes of addresses and segment selectors
        self._fixed(self._word)  # length of the header
        self._fixed(5 if self._version >= 4 else 4)
        self._skip(self._fixed(1) - 1)  # lengths of the opcodes

    def file(self, index: int) -> str:
        if self._version >= 5:
            folders = self._entries(None)
            files = self._entries(index)
            current = 0
        else:
            folders = [(folder, 0) for folder in iter(self._string, "")]
            files = []
            while len(files) < index and (name := self._string()):
                files.append((name, self._leb()))
                self._leb()
                self._leb()
            index, current = index - 1, -1
        if not 0 <= index < len(files):
            return ""
        name, directory = files[index]
        # 0 is the folder of the compilation.  Since DWARF 5 it stands in the table too.
        if 0 < directory < len(folders) - current:
            return str(PurePosixPath(folders[directory + current][0]) / name)
        return name

    def _entries(self, last: int | None) -> list[tuple[str, int]]:
        """A list of DWARF 5 (name, folder), up to the one of that number."""
        formats = [(self._leb(), self._leb()) for _ in range(min(self._fixed(1), _MAX_FORMATS))]
        count = self._leb()
        if not formats and count:
            raise DWARFError("files without names")
        found = []
        for _ in range(count if last is None else min(count, last + 1)):
            name, folder = "", 0
            for content, form in formats:
                value = self._value(form)
                if content == _PATH and isinstance(value, str):
                    name = value
                elif content == _DIRECTORY and isinstance(value, int):
                    folder = value
            found.append((name, folder))
        return found

    def _value(self, form: int) -> str | int:
        if form == _STRING:
            return self._string()
        if form in (_STRP, _LINE_STRP):
            at = self._fixed(self._word)
            section = self._dwarf.debug_line_str_sec if form == _LINE_STRP else self._dwarf.debug_str_sec
            if section is None:
                raise DWARFError("a file name without its section")
            return _text(section.stream.getvalue(), at)[0]
        if form == _UDATA:
            return self._leb()
        if form == _BLOCK:
            self._skip(self._leb())
            return 0
        if form in _FIXED:
            return self._fixed(_FIXED[form])
        raise DWARFError(f"a file name in form {form:#x}")

    def _skip(self, count: int) -> None:
        if count < 0 or self._at + count > len(self._data):
            raise DWARFError("a line table ends within its header")
        self._at += count

    def _fixed(self, size: int) -> int:
        start = self._at
        self._skip(size)
        return int.from_bytes(self._data[start : self._at], "little")

    def _leb(self) -> int:
        found = shift = 0
        while True:
            byte = self._fixed(1)
            found |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return found
            if shift > 70:
                raise DWARFError("a number of more than 64 bits")

    def _string(self) -> str:
        found, self._at = _text(self._data, self._at)
        return found


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at)
    if not 0 <= at <= len(data) or end < 0:
        raise DWARFError("a file name without an end")
    return data[at:end].decode(errors="replace"), end + 1
