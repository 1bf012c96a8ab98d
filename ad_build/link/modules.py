"""The modules of a program one by one, as text, before anything is linked or pruned."""

from __future__ import annotations

from collections.abc import Iterator

from ad_build import llvm
from ad_build.link.bitcode import Bitcode, open_library, read_object
from ad_build.model import EmittedIr


def module_texts(emitted: EmittedIr, holding: bytes = b"") -> Iterator[str]:
    """The IR of the program's own modules, then of its libraries' but the language's own.

    ``holding``: only of those whose bitcode has these bytes, names of types among them.
    """
    for bitcode in _modules(emitted):
        if holding in bitcode.data:
            yield str(llvm.parse_bitcode(bitcode.data, bitcode.origin))


def _modules(emitted: EmittedIr) -> Iterator[Bitcode]:
    for path in emitted.objects:
        yield from read_object(path)
    for path in emitted.libraries:
        library = open_library(path)
        for offset in library.members:
            yield from library.member(offset)
