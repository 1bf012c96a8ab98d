"""What ad-build must know of cargo's configuration files; cargo itself reads the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ad_build.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class CargoConfig:
    """The settings that decide how ad-build calls cargo; environment variables are already applied.

    ``targets`` is ``build.target``; ``rustc``, ``rustc_wrapper`` and ``workspace_wrapper`` are None where unset;
    ``rustdocflags`` are the user's flags for documentation tests.
    """

    targets: tuple[str, ...] = ()
    rustc: str | None = None
    rustc_wrapper: str | None = None
    workspace_wrapper: str | None = None
    rustdocflags: tuple[str, ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()


def read_config(cwd: Path, overrides: Iterable[str] = ()) -> CargoConfig:
    """Read the configuration that cargo would use in ``cwd``; ``overrides`` are the values of ``--config``.

    Raises :class:`UsageError` (``bad-cargo-config``) for a file that is not TOML.
    """
    layers = [_override(cwd, text) for text in reversed(tuple(overrides))]
    layers += [layer for path in _files(cwd) for layer in _with_includes(path)]
    environ = os.environ
    build_target = environ.get("CARGO_BUILD_TARGET")
    flags = _encoded(environ, "RUSTDOCFLAGS")
    return CargoConfig(
        targets=(build_target,) if build_target else _words(_first(layers, "build", "target"), split=False),
        rustc=environ.get("RUSTC") or environ.get("CARGO_BUILD_RUSTC") or _program(layers, "rustc"),
        rustc_wrapper=_wrapper(layers, "rustc-wrapper"),
        workspace_wrapper=_wrapper(layers, "rustc-workspace-wrapper"),
        rustdocflags=flags if flags is not None else _words(_first(layers, "build", "rustdocflags")),
        aliases=tuple(
            {
                name: _words(value)
                for layer in reversed(layers)
                for name, value in dict(layer.get("alias") or {}).items()
            }.items()
        ),
    )


def _wrapper(layers: list[dict[str, Any]], key: str) -> str | None:
    variable = key.upper().replace("-", "_")
    first, second = os.environ.get(variable), os.environ.get(f"CARGO_BUILD_{variable}")
    # An empty RUSTC_WRAPPER switches the configured one off.
    if first is not None or second is not None:
        return (first if first is not None else second) or None
    return _program(layers, key)


def _encoded(environ: os._Environ[str], name: str) -> tuple[str, ...] | None:
    encoded = environ.get(f"CARGO_ENCODED_{name}")
    if encoded is not None:
        return tuple(encoded.split("\x1f")) if encoded else ()
    plain = environ.get(name)
    return tuple(plain.split()) if plain is not None else None


def _program(layers: list[dict[str, Any]], key: str) -> str | None:
    """A program in ``[build]``: with a slash it is relative to the folder that holds ``.cargo``."""
    for layer in layers:
        value = (layer.get("build") or {}).get(key)
        if isinstance(value, str):
            return str(layer["<root>"] / value) if "/" in value else value
    return None


def _first(layers: list[dict[str, Any]], table: str, key: str) -> object:
    for layer in layers:
        values = layer.get(table)
        if isinstance(values, dict) and key in values:
            return values[key]
    return None


def _words(value: object, *, split: bool = True) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split()) if split else (value,)
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def _files(cwd: Path) -> Iterator[Path]:
    """The configuration files, nearest first, then the one in cargo's home."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    seen = set()
    for folder in [*(parent / ".cargo" for parent in (cwd, *cwd.parents)), home]:
        for name in ("config", "config.toml"):  # cargo prefers the one without extension
            path = folder / name
            if path not in seen and path.is_file():
                seen.add(path)
                yield path
                break


def _load(path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with path.open("rb") as file:
            layer: dict[str, Any] = tomllib.load(file)
    except OSError as error:
        raise UsageError("bad-cargo-config", f"cannot read {path}", note=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError("bad-cargo-config", f"{path} is not valid TOML", note=str(error)) from error
    layer["<root>"] = path.parent.parent
    return layer


def _with_includes(path: Path) -> Iterator[dict[str, Any]]:
    """A file, then what it includes, the last include first: that is the order in which they win."""
    layer = _load(path)
    yield layer
    include = layer.get("include")
    for entry in reversed([include] if isinstance(include, str) else include or []):
        name = entry.get("path", "") if isinstance(entry, dict) else str(entry)
        if (path.parent / name).is_file():
            yield from _with_includes(path.parent / name)


def _override(cwd: Path, text: str) -> dict[str, Any]:
    """``--config KEY=VALUE`` or ``--config FILE``."""
    if (cwd / text).is_file():
        return _load(cwd / text)
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return {**tomllib.loads(text), "<root>": cwd}
    except tomllib.TOMLDecodeError:
        return {}  # cargo will say what is wrong with it
