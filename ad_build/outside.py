"""The table that tells the derivatives of an archive where the program has its functions.

What a derivative gets from outside, a ``&dyn Fn`` or a function pointer, leads to functions of the program.  An archive
cannot refer to all of them: rustc's symbols are local and differ from build to build, C's ``static`` functions and
C++'s lambdas are local too.  So the last link adds a section to copies of the program's objects, with the address and
the number of each of these functions, 8 bytes each; linkers define symbols for the start and the end of a section with
such a name.

As a program this stands in the place of the linker, which ``AD_BUILD_REAL_LINKER`` names; ``AD_BUILD_OUTSIDE`` is the
file that says which functions are looked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ad_build import ar, elf
from ad_build.cache import write_atomically
from ad_build.demangle import rust_identity
from ad_build.errors import AdBuildError
from ad_build.model import Outside
from ad_build.response_files import expand_response_files, write_words

SECTION = "ad_build_outside"
# What runs this module as a linker.
COMMAND = (sys.executable, "-I", "-m", "ad_build.outside")
_IDENTIFIER = re.compile(r"::[a-z](\w+)#")
_ARCHIVES = (".rlib", ".a")
# Rust's own libraries: their functions are not looked for.
_STD_FOLDER = f"{os.sep}rustlib{os.sep}"


def leave(wanted: Outside, path: Path) -> None:
    """Write down for the linker what to look for."""
    text = json.dumps(asdict(wanted)).encode()
    if not (path.is_file() and path.read_bytes() == text):
        write_atomically(path, text)


def number_of(identity: str) -> int:
    """The number that stands for a function in the table."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "little", signed=True)


def main(words: Sequence[str]) -> int:
    """Link with the table; returns the linker's exit status."""
    wanted = Outside(**json.loads(Path(os.environ["AD_BUILD_OUTSIDE"]).read_bytes()))
    with tempfile.TemporaryDirectory(prefix="ad-build-") as folder:
        try:
            line = add_table([*expand_response_files(words, Path())], wanted, Path(folder))
        except AdBuildError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        # A response file: the line may be too long for a command.
        response = Path(folder) / "line"
        response.write_bytes(write_words(line))
        return subprocess.call([os.environ["AD_BUILD_REAL_LINKER"], f"@{response}"])


@dataclass(frozen=True, slots=True)
class _Found:
    """A function that an object defines: index of its symbol, identity, and what else tells it from others."""

    index: int
    identity: str
    rest: str


def add_table(line: Sequence[str], wanted: Outside, folder: Path) -> list[str]:
    """The words of a link line, with copies in ``folder`` of the files that define ``wanted`` functions.

    A function of which there are several of the same identity is left out: nothing tells them apart.
    """
    words = list(line)
    files = {
        index: _members(Path(word))
        for index, word in enumerate(words)
        if word.endswith((".o", *_ARCHIVES)) and _STD_FOLDER not in word and words[index - 1] != "-o"
    }
    find = _rust_functions if wanted.rust else _c_functions
    found = {
        (index, number): [*find(data, wanted, f"{index} {number}")]
        for index, members in files.items()
        for number, (_, data) in enumerate(members)
        if elf.is_elf64(data)
    }
    rests: dict[str, set[str]] = {}
    for function in (function for functions in found.values() for function in functions):
        rests.setdefault(function.identity, set()).add(function.rest)
    for index, members in files.items():
        changed = False
        for number, (name, data) in enumerate(members):
            functions = [one for one in found.get((index, number), ()) if len(rests[one.identity]) == 1]
            if functions:
                addresses = [(one.index, number_of(one.identity)) for one in functions]
                members[number] = name, elf.add_addresses(data, SECTION, addresses)
                changed = True
        if changed:
            words[index] = str(_write(folder / f"{index}-{Path(words[index]).name}", members))
    return words


def _members(path: Path) -> list[tuple[str, bytes]]:
    if path.suffix in _ARCHIVES and ar.is_archive(path):
        return [(member.name, bytes(member.data)) for member in ar.read_archive(path)]
    return [(path.name, path.read_bytes())]


def _rust_functions(obj: bytes, wanted: Outside, _: str) -> Iterable[_Found]:
    """Copies of a function in several objects are one, functions of crates that differ in their hash are not."""
    identities = frozenset(wanted.functions)
    hints = frozenset(map(_hint, identities))
    for index, symbol in elf.read_functions(obj):
        if not any(hint in symbol for hint in hints):
            continue
        identity = rust_identity(symbol)
        if identity is not None and identity[0] in identities:
            yield _Found(index, *identity)


def _c_functions(obj: bytes, wanted: Outside, place: str) -> Iterable[_Found]:
    symbols = frozenset(wanted.functions)
    for index, symbol in elf.read_functions(obj):
        if symbol in symbols:
            yield _Found(index, symbol, place)


def _hint(identity: str) -> str:
    """What a symbol of this identity holds: to look for text is quicker than to read each symbol."""
    names = _IDENTIFIER.findall(identity)
    # Other letters are encoded.
    return names[-1] if names and names[-1].isascii() else ""


def _write(path: Path, members: Sequence[tuple[str, bytes]]) -> Path:
    if path.suffix not in _ARCHIVES:
        path.write_bytes(members[0][1])
        return path
    path.write_bytes(ar.write_archive(members, elf.index_symbols(data for _, data in members)))
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
