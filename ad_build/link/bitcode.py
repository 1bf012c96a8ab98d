"""Finds LLVM bitcode: raw files, objects that carry it in a section, members of archives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ad_build import ar, elf
from ad_build.errors import LinkError

_RAW = b"BC\xc0\xde"
_WRAPPED = b"\xde\xc0\x17\x0b"
_ARCHIVE = b"!<arch>\n"
_ELF = b"\x7fELF"
# Where bitcode stands: ours; rustc's and clang -fembed-bitcode's; clang -ffat-lto-objects'.
_SECTIONS = (elf.BITCODE_SECTION, ".llvmbc", ".llvm.lto")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bitcode:
    """One module's bitcode and where it came from (``libfoo.a(bar.o)``), for messages."""

    data: bytes
    origin: str
    path: Path


def bitcode_of_object(data: bytes, origin: str, path: Path) -> tuple[Bitcode, ...]:
    """The modules in an object file or a raw bitcode file; empty where it has none.

    A relocatable link (``ld -r``) concatenates the sections of its inputs, so that there can be several.
    """
    if data.startswith((_RAW, _WRAPPED)):
        return (Bitcode(data=bytes(data), origin=origin, path=path),)
    if not data.startswith(_ELF):
        return ()
    for name in _SECTIONS:
        content = elf.read_section(data, name)
        if content:
            parts = tuple(_split(bytes(content)))
            return tuple(Bitcode(data=part, origin=origin, path=path) for part in parts)
    return ()


def _split(content: bytes) -> Iterator[bytes]:
    """Cut concatenated raw modules apart: a magic at a multiple of four bytes starts the next."""
    if not content.startswith(_RAW):
        yield content
        return
    start, at = 0, content.find(_RAW, 4)
    while at >= 0:
        if at % 4 == 0 and _looks_like_start(content, at):
            yield content[start:at]
            start = at
        at = content.find(_RAW, at + 4)
    yield content[start:]


def _looks_like_start(content: bytes, at: int) -> bool:
    # ENTER_SUBBLOCK with abbreviation width 2: the identification block (13) or the module block (8).
    word = content[at + 4 : at + 6]
    return len(word) == 2 and word[0] & 3 == 1 and (int.from_bytes(word, "little") >> 2) & 0xFF in (13, 8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """An archive whose members are read when a symbol of theirs is needed."""

    path: Path
    symbols: dict[str, int]
    members: dict[int, tuple[str, bytes]]

    def member(self, offset: int) -> tuple[Bitcode, ...]:
        """The modules of the member at an offset of the archive."""
        name, data = self.members[offset]
        return bitcode_of_object(data, f"{self.path.name}({name})", self.path)


def open_library(path: Path) -> Library:
    """Read an archive's index; raises :class:`LinkError` (``bad-archive``) where it is none."""
    members = {member.offset: (member.name, bytes(member.data)) for member in ar.read_archive(path)}
    return Library(path=path, symbols=dict(ar.read_symbols(path)), members=members)


def read_object(path: Path) -> tuple[Bitcode, ...]:
    """The modules of an object or bitcode file; raises :class:`LinkError` (``unreadable``)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LinkError("unreadable", f"cannot read {path}", note=str(error)) from error
    if data.startswith(_ARCHIVE):
        library = open_library(path)
        return tuple(module for offset in library.members for module in library.member(offset))
    return bitcode_of_object(data, str(path), path)
