"""Reads and adds sections of relocatable ELF64 little-endian objects, with ``struct`` alone.

Standard libraries have hundreds of members, so this reads one header table and nothing else.
Source of the layouts: System V ABI, chapter 4, and gABI's "extended section numbering".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ad_build.errors import LinkError

# Where an object carries its bitcode.  Not ``.llvmbc``: there the LLVM plugin of GNU ``ar``, ``nm`` and ``ld`` takes
# the object for bitcode alone, and an older LLVM's plugin then fails on it.
BITCODE_SECTION = ".ad_build.bc"

Buffer = bytes | memoryview

_MAGIC = b"\x7fELF"
_MACHINE_AT = 18
_CLASS64, _LITTLE = 2, 1
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_HEADER_SIZE = 64
_SHOFF_AT, _SHENTSIZE_AT = 40, 58  # e_shoff (8 bytes); e_shentsize, e_shnum, e_shstrndx (2 bytes each)
_LORESERVE, _XINDEX = 0xFF00, 0xFFFF

SHT_PROGBITS, SHT_SYMTAB, SHT_RELA, SHT_NOBITS = 1, 2, 4, 8
SHF_WRITE, SHF_ALLOC, SHF_INFO_LINK, SHF_GROUP = 0x1, 0x2, 0x40, 0x200
# Garbage collection leaves such a section alone, also where nothing but the names of its ends is used.
SHF_GNU_RETAIN = 0x20_0000
SHF_EXCLUDE = 0x8000_0000
_STB_LOCAL, _SHN_UNDEF = 0, 0
_STT_FUNC = 2
_RELA = struct.Struct("<QQq")
# By e_machine: the relocation that stores a symbol's 64-bit address (R_X86_64_64, R_AARCH64_ABS64).
_ABSOLUTE = {62: 1, 183: 257}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Section:
    """One section header; the field names are the standard's, without ``sh_``."""

    name: int
    type: int
    flags: int = 0
    addr: int = 0
    offset: int = 0
    size: int = 0
    link: int = 0
    info: int = 0
    addralign: int = 1
    entsize: int = 0

    def pack(self) -> bytes:
        return _SECTION.pack(
            self.name, self.type, self.flags, self.addr, self.offset,
            self.size, self.link, self.info, self.addralign, self.entsize,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """The section headers of an object, and which of them holds the section names."""

    offset: int
    sections: tuple[_Section, ...]
    names: int


def _bad(reason: str) -> LinkError:
    return LinkError("bad-object", "malformed object file", note=reason)


def is_elf64(obj: Buffer) -> bool:
    """Whether ``obj`` starts like an ELF64 little-endian file."""
    return bytes(obj[:6]) == _MAGIC + bytes((_CLASS64, _LITTLE))


def _content(obj: Buffer, section: _Section) -> Buffer:
    if section.type == SHT_NOBITS:
        return b""
    if section.offset + section.size > len(obj):
        raise _bad("a section lies beyond the end of the file")
    return obj[section.offset : section.offset + section.size]


def _header(obj: Buffer, at: int) -> _Section:
    name, kind, flags, addr, offset, size, link, info, align, entsize = _SECTION.unpack_from(obj, at)
    return _Section(
        name=name, type=kind, flags=flags, addr=addr, offset=offset,
        size=size, link=link, info=info, addralign=align, entsize=entsize,
    )  # fmt: skip


def _read_table(obj: Buffer) -> _Table | None:
    """The section headers; None where the file has none."""
    if not is_elf64(obj):
        raise _bad("not an ELF64 little-endian file")
    if len(obj) < _HEADER_SIZE:
        raise _bad("the file ends within the ELF header")
    (offset,) = struct.unpack_from("<Q", obj, _SHOFF_AT)
    entry, count, names = struct.unpack_from("<HHH", obj, _SHENTSIZE_AT)
    if offset == 0:
        return None
    if entry != _SECTION.size:
        raise _bad(f"section headers of {entry} bytes")
    if offset + entry > len(obj):
        raise _bad("the section headers lie beyond the end of the file")
    first = _header(obj, offset)
    count = count or first.size
    names = first.link if names == _XINDEX else names
    if offset + count * entry > len(obj):
        raise _bad("the section headers lie beyond the end of the file")
    if names >= count:
        raise _bad("the section of section names does not exist")
    return _Table(offset=offset, sections=tuple(_header(obj, offset + i * entry) for i in range(count)), names=names)


def _names_match(strings: Buffer, at: int, name: bytes) -> bool:
    return bytes(strings[at : at + len(name) + 1]) == name + b"\0"


def read_section(obj: Buffer, name: str) -> Buffer | None:
    """The content of the first section called ``name`` (a slice of ``obj``), or None where there is none.

    Raises :class:`LinkError` (``bad-object``) for a malformed file.
    """
    table = _read_table(obj)
    if table is None:
        return None
    strings, wanted = _content(obj, table.sections[table.names]), name.encode()
    for section in table.sections[1:]:
        if _names_match(strings, section.name, wanted):
            return _content(obj, section)
    return None


def add_section(obj: bytes, name: str, data: bytes, *, flags_exclude: bool = True) -> bytes:
    """A copy of the object with one more section of type SHT_PROGBITS that is not loaded.

    ``flags_exclude`` marks it SHF_EXCLUDE, so that the linker leaves it out of programs.  No index of an
    existing section or symbol changes.  Raises :class:`LinkError` (``bad-object``) for a malformed file.
    """
    flags = SHF_EXCLUDE if flags_exclude else 0
    return _add_sections(obj, [(name, data, _Section(name=0, type=SHT_PROGBITS, flags=flags, addralign=4))])


def _add_sections(obj: bytes, added: Sequence[tuple[str, bytes, _Section]]) -> bytes:
    """A copy of the object with more sections: names, contents, and headers but for name, offset and size."""
    table = _read_table(obj)
    if table is None:
        raise _bad("the file has no section headers")
    sections = list(table.sections)
    # Compilers put the header table last: then the new one takes its place.
    ends = table.offset + len(sections) * _SECTION.size == len(obj)
    out = bytearray(obj[: table.offset] if ends else obj)
    names = bytes(_content(obj, sections[table.names]))
    for name, data, section in added:
        start = _append(out, data, section.addralign)
        sections.append(replace(section, name=len(names), offset=start, size=len(data)))
        names += name.encode() + b"\0"
    sections[table.names] = replace(sections[table.names], offset=_append(out, names, 1), size=len(names))
    count = len(sections)
    if count >= _LORESERVE:
        sections[0] = replace(sections[0], size=count)
    start = _append(out, b"".join(section.pack() for section in sections), 8)
    struct.pack_into("<Q", out, _SHOFF_AT, start)
    struct.pack_into("<H", out, _SHENTSIZE_AT + 2, 0 if count >= _LORESERVE else count)
    return bytes(out)


def _append(out: bytearray, data: bytes, align: int) -> int:
    """Append ``data`` at a multiple of ``align``; returns its offset."""
    out.extend(bytes(-len(out) % align))
    start = len(out)
    out.extend(data)
    return start


def read_functions(obj: Buffer) -> Iterator[tuple[int, str]]:
    """The functions that an object defines, local ones too: index in the symbol table and name.

    Not those in groups, of which the linker may take another object's copy.  Raises :class:`LinkError` (``bad-object``)
    for a malformed file.
    """
    sections = _sections(obj)
    grouped = {number for number, section in enumerate(sections) if section.flags & SHF_GROUP}
    for index, symbol in enumerate(_symbols(obj, sections)):
        if symbol.info & 0xF == _STT_FUNC and symbol.section != _SHN_UNDEF and symbol.section not in grouped:
            yield index, symbol.name


def add_addresses(obj: bytes, section: str, addresses: Sequence[tuple[int, int]]) -> bytes:
    """A copy of the object with one more section of pairs: the address of a symbol, and a number; 8 bytes each.

    ``addresses`` are indices of the symbol table with their numbers (signed).  Raises :class:`LinkError`
    (``bad-object``) for a malformed file or a machine whose relocations are not known.
    """
    table = _read_table(obj)
    (machine,) = struct.unpack_from("<H", obj, _MACHINE_AT)
    kind = _ABSOLUTE.get(machine)
    symtab = next((i for i, s in enumerate(table.sections if table else ()) if s.type == SHT_SYMTAB), None)
    if table is None or symtab is None or kind is None:
        raise _bad(f"no symbols, or machine {machine}, whose relocations ad-build does not know")
    place = len(table.sections)
    data = b"".join(struct.pack("<Qq", 0, number) for _, number in addresses)
    relocations = b"".join(_RELA.pack(16 * i, symbol << 32 | kind, 0) for i, (symbol, _) in enumerate(addresses))
    # Written to by the dynamic linker where the program can be loaded anywhere.
    flags = SHF_ALLOC | SHF_WRITE | SHF_GNU_RETAIN
    return _add_sections(
        obj,
        [
            (section, data, _Section(name=0, type=SHT_PROGBITS, flags=flags, addralign=8)),
            (
                f".rela{section}",
                relocations,
                _Section(
                    name=0, type=SHT_RELA, flags=SHF_INFO_LINK, link=symtab, info=place, addralign=8, entsize=_RELA.size
                ),
            ),
        ],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Symbols:
    """The global and weak symbols of a relocatable object: those it defines and those it needs."""

    defined: frozenset[str]
    undefined: frozenset[str]


def read_symbols(obj: Buffer) -> Symbols:
    """Read the symbol table.  Raises :class:`LinkError` (``bad-object``) for a malformed file."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for symbol in _symbols(obj, _sections(obj)):
        if symbol.info >> 4 != _STB_LOCAL:
            found[symbol.section != _SHN_UNDEF].add(symbol.name)
    return Symbols(defined=frozenset(found[True]), undefined=frozenset(found[False]))


def index_symbols(members: Iterable[Buffer]) -> dict[str, int]:
    """Each symbol that objects among the members of an archive define, with the position of the first that does."""
    index: dict[str, int] = {}
    for position, data in enumerate(members):
        for symbol in sorted(read_symbols(data).defined) if is_elf64(data) else ():
            index.setdefault(symbol, position)
    return index


@dataclass(frozen=True, slots=True)
class _Symbol:
    """An entry of the symbol table: binding and type, its section, and where in ``strings`` its name is.

    Most entries are passed over: the name is read when it is asked for.
    """

    info: int
    section: int
    at: int
    strings: bytes

    @property
    def name(self) -> str:
        end = self.strings.find(b"\0", self.at)
        return self.strings[self.at : end if end >= 0 else None].decode(errors="replace")


def _sections(obj: Buffer) -> tuple[_Section, ...]:
    table = _read_table(obj)
    return table.sections if table else ()


def _symbols(obj: Buffer, sections: Sequence[_Section]) -> Iterator[_Symbol]:
    for symtab in sections:
        if symtab.type != SHT_SYMTAB:
            continue
        if symtab.link >= len(sections):
            raise _bad("a symbol table without names")
        content, strings = _content(obj, symtab), bytes(_content(obj, sections[symtab.link]))
        for at, info, _, index, _, _ in _SYMBOL.iter_unpack(content[: len(content) // _SYMBOL.size * _SYMBOL.size]):
            yield _Symbol(info, index, at, strings)
