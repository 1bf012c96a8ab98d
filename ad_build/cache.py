"""Where ad-build keeps things between runs, and how files get there whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ad_build.errors import UsageError


def cache_dir() -> Path:
    """The user's cache folder for ad-build (XDG base directory specification), not yet created."""
    override = os.environ.get("AD_BUILD_CACHE")
    if override:
        return Path(override)
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache") / "ad-build"


def make_dir(path: Path) -> Path:
    """Create a folder and its parents; raises :class:`UsageError` (``cannot-write``) with the reason."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("cannot-write", f"cannot create the folder {path}", note=str(error)) from error
    return path


def write_atomically(path: Path, data: bytes, *, executable: bool = False) -> None:
    """Write a file so that readers see the old content or the new, never a part, also after Ctrl-C.

    Raises :class:`UsageError` (``cannot-write``).
    """
    make_dir(path.parent)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError("cannot-write", f"cannot write {path}", note=str(error)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, (0o777 if executable else 0o666) & ~umask)
        os.replace(name, path)
    except BaseException as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        if isinstance(error, OSError):
            raise UsageError("cannot-write", f"cannot write {path}", note=str(error)) from error
        raise


def write_script(path: Path, before: Iterable[str], after: Iterable[str] = ()) -> Path:
    """Write a shell script that calls a program, with its own arguments between ``before`` and ``after``.

    A script that is there already stays as it is.  Returns the path.  Raises :class:`UsageError` (``cannot-write``).
    """
    words = " ".join([*map(shlex.quote, before), '"$@"', *map(shlex.quote, after)])
    text = f"#!/bin/sh\nexec {words}\n".encode()
    if not path.is_file() or path.read_bytes() != text:
        write_atomically(path, text, executable=True)
    return path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive advisory lock on ``path`` (created where missing), so that two builds take turns."""
    make_dir(path.parent)
    try:
        file = path.open("w")
    except OSError as error:
        raise UsageError("cannot-write", f"cannot write {path}", note=str(error)) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
