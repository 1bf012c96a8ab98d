"""Turns the differentiated module into a static archive that exports exactly the derivatives."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ad_build import ar, llvm
from ad_build.cache import write_atomically
from ad_build.errors import LinkError


def emit_archive_object(ir: str, exports: Iterable[str], renamed: Iterable[tuple[str, str]]) -> bytes:
    """Machine code in which only ``exports`` are global and runtime functions have their real names again."""
    module = llvm.parse_ir(ir)
    for plain, real in renamed:
        function = llvm.find_function(module, plain)
        if function is not None:
            function.name = real
    llvm.internalize(module, frozenset(exports))
    llvm.drop_dead_globals(module)
    stray = [value.name for value in llvm.definitions(module) if value.linkage == llvm.EXTERNAL_LINKAGE]
    unexpected = sorted(set(stray) - set(exports))
    if unexpected:
        raise LinkError(
            "exports", f"the archive would export {', '.join(unexpected)}", note="this is a bug of ad-build"
        )
    return llvm.emit_object(module)


def write_static_archive(path: Path, obj: bytes, exports: Iterable[str]) -> None:
    """Write a one-member archive with its symbol table, atomically.

    Nothing is written where the file holds the same already, so that make and cargo see no change.
    """
    data = ar.write_archive([(f"{path.stem}.o", obj)], {name: 0 for name in exports})
    if not (path.is_file() and path.read_bytes() == data):
        write_atomically(path, data)
