"""Pass 2's linker where derivatives call functions of the program: adds the table of :mod:`ad_build.outside`.

Run as a program, in the place of the linker that rustc would call, which ``AD_BUILD_REAL_LINKER`` names.  The objects
that rustc and cargo keep stay as they are: the linker gets copies.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ad_build import ar, elf
from ad_build.cargo.shim import ONE_VALUE, expand
from ad_build.demangle import rust_identity
from ad_build.errors import AdBuildError
from ad_build.outside import OUTSIDE_SECTION, number_outside

_IDENTIFIER = re.compile(r"::[a-z](\w+)#")
_STD_FOLDER = f"{os.sep}rustlib{os.sep}"


@dataclass(frozen=True, slots=True)
class _Found:
    """A function that an object defines: index of its symbol, identity, and the symbol's own crates."""

    index: int
    identity: str
    crates: str


def main(words: Sequence[str]) -> int:
    """Link with the table of the artifact that the environment names; returns the linker's exit status."""
    with open(os.environ["AD_BUILD_LINK_TABLE"], encoding="utf-8") as file:
        wanted = frozenset(json.load(file)[os.environ["AD_BUILD_ARTIFACT"]]["outside"])
    with tempfile.TemporaryDirectory(prefix="ad-build-") as folder:
        try:
            line = add_table(expand(list(words)), wanted, Path(folder))
        except AdBuildError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        # A response file: the line may be too long for a command.
        response = Path(folder) / "line"
        response.write_text("\n".join(map(_escaped, line)), encoding="utf-8")
        return subprocess.call([os.environ["AD_BUILD_REAL_LINKER"], f"@{response}"])


def _escaped(word: str) -> str:
    return re.sub(r"""([\\"'\s])""", r"\\\1", word) or '""'


def add_table(line: Sequence[str], wanted: frozenset[str], folder: Path) -> list[str]:
    """The words of a link line, with copies in ``folder`` of the files that define ``wanted`` functions.

    A function of which different crates have one of the same identity is left out: nothing tells them apart.
    """
    words = list(line)
    files = {
        index: _members(Path(word))
        for index, word in enumerate(words)
        if word.endswith((".o", ".rlib")) and _STD_FOLDER not in word and words[index - 1] not in ONE_VALUE
    }
    hints = frozenset(map(_hint, wanted))
    found = {
        (index, number): [*_wanted_functions(data, wanted, hints)]
        for index, members in files.items()
        for number, (_, data) in enumerate(members)
        if elf.is_elf64(data)
    }
    crates: dict[str, set[str]] = {}
    for function in (function for functions in found.values() for function in functions):
        crates.setdefault(function.identity, set()).add(function.crates)
    for index, members in files.items():
        changed = False
        for number, (name, data) in enumerate(members):
            functions = [one for one in found.get((index, number), ()) if len(crates[one.identity]) == 1]
            if functions:
                addresses = [(one.index, number_outside(one.identity)) for one in functions]
                members[number] = name, elf.add_addresses(bytes(data), OUTSIDE_SECTION, addresses)
                changed = True
        if changed:
            words[index] = str(_write(folder / f"{index}-{Path(words[index]).name}", members))
    return words


def _hint(identity: str) -> str:
    """What a symbol of this identity holds: to look for text is quicker than to read each symbol."""
    names = _IDENTIFIER.findall(identity)
    # Other letters are encoded.
    return names[-1] if names and names[-1].isascii() else ""


def _members(path: Path) -> list[tuple[str, bytes]]:
    if path.suffix == ".rlib":
        return [(member.name, bytes(member.data)) for member in ar.read_archive(path)]
    return [(path.name, path.read_bytes())]


def _wanted_functions(data: bytes, wanted: frozenset[str], hints: Iterable[str]) -> Iterable[_Found]:
    for index, symbol in elf.read_functions(data):
        if not any(hint in symbol for hint in hints):
            continue
        identity = rust_identity(symbol)
        if identity is not None and identity[0] in wanted:
            yield _Found(index, *identity)


def _write(path: Path, members: Sequence[tuple[str, bytes]]) -> Path:
    if path.suffix != ".rlib":
        path.write_bytes(members[0][1])
        return path
    symbols: dict[str, int] = {}
    for position, (_, data) in enumerate(members):
        for symbol in sorted(elf.read_symbols(data).defined) if elf.is_elf64(data) else ():
            symbols.setdefault(symbol, position)
    path.write_bytes(ar.write_archive(members, symbols))
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
