"""Adds the companion crate to a package's manifest, and leaves every other byte of it alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ad_build.cache import write_atomically
from ad_build.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

COMPANION = "ad-build"
_TABLE = re.compile(r"^[ \t]*\[[ \t]*dependencies[ \t]*\][^\n]*(?:\n|\Z)", re.MULTILINE)


def crate_dir() -> Path:
    """Where the companion crate lies that was shipped with this package."""
    return Path(__file__).resolve().parent / "companion" / COMPANION


def manifest_of(words: Sequence[str], directory: Path) -> Path:
    """The manifest that the words after ``cargo init`` name; raises :class:`UsageError`."""
    path = directory / "Cargo.toml"
    queue = list(words)
    while queue:
        name, equals, value = queue.pop(0).partition("=")
        if name != "--manifest-path" or not (equals or queue):
            raise UsageError(
                "bad-option", f"`ad-build cargo init` takes --manifest-path PATH and nothing else, not {name}"
            )
        path = directory / (value if equals else queue.pop(0))
    if not path.is_file():
        raise UsageError(
            "no-manifest", f"there is no {path}", hint="`cargo init` makes a package; then run `ad-build cargo init`"
        )
    return path


def add_companion(path: Path, crate: Path) -> None:
    """Add the dependency on the companion crate to a manifest.

    Raises :class:`UsageError` (``bad-manifest``, ``no-package``, ``already-there``, ``unusual-manifest``).
    """
    try:
        text = path.read_bytes().decode()
        before = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError("bad-manifest", f"{path} cannot be read", note=str(error)) from error
    line = f"{COMPANION} = {{ path = {_string(str(crate))} }}"
    if "package" not in before:
        raise UsageError("no-package", f"{path} has no package of its own", hint="name a member: --manifest-path PATH")
    if any(_names(name, value) for name, value in before.get("dependencies", {}).items()):
        raise UsageError("already-there", f"{path} depends on `{COMPANION}` already")
    changed = with_dependency(text, line)
    expected = {**before, "dependencies": {**before.get("dependencies", {}), COMPANION: {"path": str(crate)}}}
    try:
        right = tomllib.loads(changed) == expected
    except ValueError:
        right = False
    if not right:
        raise UsageError("unusual-manifest", f"{path} has its dependencies in an unusual form", hint=f"add {line}")
    write_atomically(path, changed.encode())


def with_dependency(text: str, line: str) -> str:
    """A manifest's text with one more line in its table of dependencies, which is made where there is none."""
    ending = "\r\n" if "\r\n" in text else "\n"
    table = _TABLE.search(text)
    if table is None:
        gap = "" if not text or text.endswith("\n") else ending
        return f"{text}{gap}{ending}[dependencies]{ending}{line}{ending}"
    gap = "" if table[0].endswith("\n") else ending
    return f"{text[: table.end()]}{gap}{line}{ending}{text[table.end() :]}"


def _names(name: str, value: Any) -> bool:
    return name == COMPANION or (isinstance(value, dict) and value.get("package") == COMPANION)


def _string(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
