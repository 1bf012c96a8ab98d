"""Reads and writes ``ar`` archives: GNU's variant, and BSD's long names for reading.

Source of the format: the System V ABI's chapter on archives and binutils' notes on its extensions.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ad_build.errors import LinkError

_MAGIC = b"!<arch>\n"
_THIN_MAGIC = b"!<thin>\n"
_HEADER_SIZE = 60
_END = b"`\n"
# Entries that are not files: the two symbol tables (32 and 64 bits), the long names, BSD's symbol tables.
_SYMBOLS, _SYMBOLS64, _LONG_NAMES = "/", "/SYM64/", "//"
_SPECIAL = (_SYMBOLS, _SYMBOLS64, _LONG_NAMES)
_BSD_SYMBOLS = "__.SYMDEF"
_SHORT_NAME = 15  # bytes that fit before the closing slash


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file of an archive; ``offset`` is where its header starts in the archive, as symbol tables say it."""

    name: str
    data: memoryview
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """An entry as it stands in the archive; ``data`` is empty for a member of a thin archive, ``size`` is not."""

    raw_name: str
    data: memoryview
    size: int
    offset: int


def is_archive(path: Path) -> bool:
    """Whether the file starts like an archive, thin ones included; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) in (_MAGIC, _THIN_MAGIC)
    except OSError:
        return False


def read_archive(path: Path) -> tuple[Member, ...]:
    """The members in order, symbol tables left out.

    Raises :class:`LinkError`: ``unreadable``, ``bad-archive``, or ``thin-archive`` where a thin archive's member
    file is gone.
    """
    content, thin = _read(path)
    long_names = b""
    members = []
    for entry in _entries(content, path, thin):
        if entry.raw_name == _LONG_NAMES:
            long_names = bytes(entry.data)
        elif entry.raw_name not in _SPECIAL:
            name, data = _name_and_data(entry, long_names, path)
            if name.startswith(_BSD_SYMBOLS):
                continue
            if thin:
                data = _thin_member(path, name)
            members.append(Member(name=name, data=data, offset=entry.offset))
    return tuple(members)


def read_symbols(path: Path) -> Mapping[str, int]:
    """The archive's index: symbol to the offset of the (first) member that defines it; empty where it has none.

    Raises :class:`LinkError` as :func:`read_archive` does.
    """
    content, thin = _read(path)
    for entry in _entries(content, path, thin):
        if entry.raw_name == _SYMBOLS:
            return _index(entry.data, 4, path)
        if entry.raw_name == _SYMBOLS64:
            return _index(entry.data, 8, path)
        break  # it is always the first entry
    return {}


def write_archive(members: Iterable[tuple[str, bytes]], symbols: Mapping[str, int]) -> bytes:
    """A GNU archive; ``symbols`` maps each symbol to the position (0, 1, …) of the member that defines it.

    The same input gives the same bytes: times and owners are zero.  Raises :class:`LinkError` (``bad-archive``)
    for a symbol without a member or a name that the format cannot hold.
    """
    files = tuple(members)
    for name, _ in files:
        if not name or "/" in name or "\n" in name:
            raise LinkError("bad-archive", f"{name!r} cannot be the name of an archive member")
    for symbol, position in symbols.items():
        if not 0 <= position < len(files):
            raise LinkError("bad-archive", f"{symbol} is said to be in member {position} of {len(files)}")
    long_names, fields = _name_fields([name for name, _ in files])
    body = [_entry(b"//", long_names, plain=True)] if long_names else []
    chunks = [_entry(field, data) for field, (_, data) in zip(fields, files, strict=True)]
    for size in (4, 8):
        index = _write_index(symbols, chunks, sum(map(len, body)), size)
        if index is not None:
            break
    return b"".join((_MAGIC, *([index] if index else []), *body, *chunks))


def _read(path: Path) -> tuple[memoryview, bool]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LinkError("unreadable", f"cannot read {path}", note=str(error)) from error
    if content.startswith(_THIN_MAGIC):
        return memoryview(content), True
    if not content.startswith(_MAGIC):
        raise LinkError("bad-archive", f"{path} is not an archive")
    return memoryview(content), False


def _bad(path: Path, offset: int, reason: str) -> LinkError:
    return LinkError("bad-archive", f"malformed archive {path}", note=f"{reason} at offset {offset}")


def _entries(content: memoryview, path: Path, thin: bool) -> Iterable[_Entry]:
    at = len(_MAGIC)
    while at < len(content):
        header = bytes(content[at : at + _HEADER_SIZE])
        if len(header) < _HEADER_SIZE or header[58:] != _END:
            raise _bad(path, at, "no member header")
        digits = header[48:58].strip()
        if not digits.isdigit():
            raise _bad(path, at, "a size that is not a number")
        size, start = int(digits), at + _HEADER_SIZE
        name = header[:16].decode(errors="replace").rstrip(" ")
        stored = 0 if thin and name not in _SPECIAL else size
        if start + stored > len(content):
            raise _bad(path, at, "a member that ends beyond the file")
        yield _Entry(raw_name=name, data=content[start : start + stored], size=size, offset=at)
        at = start + stored + (stored & 1)


def _name_and_data(entry: _Entry, long_names: bytes, path: Path) -> tuple[str, memoryview]:
    raw = entry.raw_name
    if raw.startswith("#1/") and raw[3:].isdigit():  # BSD: the name stands before the content
        length = int(raw[3:])
        if length > len(entry.data):
            raise _bad(path, entry.offset, "a name longer than its member")
        return bytes(entry.data[:length]).rstrip(b"\0").decode(errors="replace"), entry.data[length:]
    digits = raw[1:].rstrip("/ ")  # GNU ar closes even these with a slash in thin archives
    if raw.startswith("/") and digits.isdigit():
        start = int(digits)
        end = long_names.find(b"\n", start)
        if start >= len(long_names) or end < 0:
            raise _bad(path, entry.offset, "a long name that does not exist")
        return long_names[start:end].removesuffix(b"/").decode(errors="replace"), entry.data
    return raw.removesuffix("/"), entry.data


def _thin_member(path: Path, name: str) -> memoryview:
    file = path.parent / name
    try:
        return memoryview(file.read_bytes())
    except OSError as error:
        raise LinkError(
            "thin-archive",
            f"{path} is a thin archive whose member {name} cannot be read",
            note=str(error),
            hint="rebuild the archive, or make it with `ar` without the modifier T",
        ) from error


def _index(data: memoryview, size: int, path: Path) -> dict[str, int]:
    count = int.from_bytes(data[:size], "big")
    start = size * (count + 1)
    if len(data) < start:
        raise _bad(path, len(_MAGIC), "a symbol table that is cut off")
    offsets = struct.unpack_from(f">{count}{'I' if size == 4 else 'Q'}", data, size)
    names = bytes(data[start:]).split(b"\0", count)[:count]
    if len(names) < count:
        raise _bad(path, len(_MAGIC), "a symbol table that is cut off")
    symbols: dict[str, int] = {}
    for name, offset in zip(names, offsets, strict=True):
        symbols.setdefault(name.decode(errors="replace"), offset)
    return symbols


def _name_fields(names: Sequence[str]) -> tuple[bytes, list[bytes]]:
    table, fields = bytearray(), []
    for name in names:
        encoded = name.encode()
        if len(encoded) <= _SHORT_NAME:
            fields.append(encoded + b"/")
        else:
            fields.append(b"/%d" % len(table))
            table += encoded + b"/\n"
    return bytes(table), fields


def _entry(name: bytes, data: bytes, *, plain: bool = False) -> bytes:
    # GNU ar leaves time, owner, group and mode of the table of long names empty.
    rest = b" " * 32 if plain else b"%-12d%-6d%-6d%-8s" % (0, 0, 0, b"644")
    return b"%-16s%s%-10d%s%s%s" % (name, rest, len(data), _END, data, b"\n" if len(data) & 1 else b"")


def _write_index(symbols: Mapping[str, int], chunks: Sequence[bytes], before: int, size: int) -> bytes | None:
    """The symbol table with offsets of ``size`` bytes; empty without symbols, None where the offsets do not fit."""
    if not symbols:
        return b""
    strings = b"".join(name.encode() + b"\0" for name in symbols)
    length = size * (len(symbols) + 1) + len(strings)
    strings += bytes(-length % 8)  # so that everything after it is aligned
    length += -length % 8
    at, starts = len(_MAGIC) + _HEADER_SIZE + length + before, []
    for chunk in chunks:
        starts.append(at)
        at += len(chunk)
    if starts and starts[-1] >= 1 << (8 * size):
        return None
    numbers = [len(symbols), *(starts[position] for position in symbols.values())]
    packed = struct.pack(f">{len(numbers)}{'I' if size == 4 else 'Q'}", *numbers)
    name = _SYMBOLS if size == 4 else _SYMBOLS64
    return _entry(name.encode(), packed + strings)
