"""Finds a clang whose bitcode the engine can read."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ad_build.errors import ToolError
from ad_build.process import Runner

OVERRIDE = "AD_BUILD_CLANG"
_OLDEST = 14  # Debian 12's own; older bitcode can be read too, but nobody tested it
_NEWEST = 30  # where to stop looking for one that is too new, to say so
_VERSION = re.compile(r"clang version (\d+)((?:\.\d+)*)")
_WHEEL_MARK = "karellen"
_HINT = "pip install 'ad-build[clang]', or set AD_BUILD_CLANG"
# Folders of LLVM packages outside PATH: Debian, Fedora, Homebrew.
_PLACES = (
    "/usr/lib/llvm-{major}/bin/clang",
    "/usr/lib64/llvm{major}/bin/clang",
    "/opt/homebrew/opt/llvm@{major}/bin/clang",
    "/usr/local/opt/llvm@{major}/bin/clang",
    "/home/linuxbrew/.linuxbrew/opt/llvm@{major}/bin/clang",
)
# A header of libstdc++, below the root: most distributions, Gentoo and Alpine.
_LIBSTDCXX = ("usr/include/c++/*/vector", "usr/lib/gcc/*/*/include/g++-v*/vector")


@dataclass(frozen=True, kw_only=True, slots=True)
class Clang:
    """A compiler driver, ``clang`` or ``clang++``.

    ``version`` is its own version (``22.1.8``), ``defaults`` are arguments that every command starts with, so that
    a clang that is not of this system makes programs for this system.
    """

    path: Path
    version: str
    llvm_major: int
    defaults: tuple[str, ...] = ()

    def command(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """The command line for these arguments."""
        if arguments and arguments[0] in ("-cc1", "-cc1as"):  # must stand first
            return (str(self.path), *arguments)
        return (str(self.path), *self.defaults, *arguments)


def find_clang(runner: Runner, *, cxx: bool = False, max_llvm: int) -> Clang:
    """The newest clang that is not newer than LLVM ``max_llvm``; for ``cxx`` its C++ driver.

    Looks at AD_BUILD_CLANG (a path or a name, which then must do), beside this Python, at clang-N, then clang on PATH.
    Raises :class:`ToolError`: ``clang-missing``, ``clang-too-new``, or ``clang-unusable`` for an AD_BUILD_CLANG that
    is no clang.
    """
    override = os.environ.get(OVERRIDE)
    if override:
        return _overridden(override, runner, cxx=cxx, max_llvm=max_llvm)
    too_new: list[str] = []
    for path in _candidates(max_llvm):
        answer = _ask(path, runner)
        if answer is None:
            continue
        version, major, banner = answer
        if major <= max_llvm:
            return _driver(path, version, major, banner, cxx=cxx)
        too_new.append(f"{path} is clang {version}")
    if not too_new:
        too_new = [str(path) for major in range(max_llvm + 1, _NEWEST) for path in _named(major)]
    if too_new:
        raise _too_new(too_new, max_llvm)
    raise ToolError("clang-missing", "no clang was found", hint=_HINT)


def _overridden(name: str, runner: Runner, *, cxx: bool, max_llvm: int) -> Clang:
    found = shutil.which(os.path.expanduser(name))
    if found is None:
        raise ToolError("clang-missing", f"{OVERRIDE} names {name}, which cannot be run", hint=_HINT)
    path = Path(found)
    answer = _ask(path, runner)
    if answer is None:
        raise ToolError(
            "clang-unusable", f"{OVERRIDE} names {name}, which is no clang", note=f"`{path} --version` does not say so"
        )
    version, major, banner = answer
    if major > max_llvm:
        raise _too_new([f"{path} is clang {version}"], max_llvm)
    return _driver(path, version, major, banner, cxx=cxx)


def _too_new(found: Sequence[str], max_llvm: int) -> ToolError:
    return ToolError(
        "clang-too-new",
        f"every clang found is newer than the engine's LLVM {max_llvm}",
        note="\n".join((*found, "bitcode can be read by the same or a newer LLVM only")),
        hint=_HINT,
    )


def _candidates(max_llvm: int) -> Iterator[Path]:
    """Every clang that may do, the best first, each once."""
    seen: set[Path] = set()
    for path in _places(max_llvm):
        if path not in seen:
            seen.add(path)
            yield path


def _places(max_llvm: int) -> Iterator[Path]:
    beside = Path(sys.executable).parent / "clang"
    if os.access(beside, os.X_OK):
        yield beside
    for major in range(max_llvm, _OLDEST - 1, -1):
        yield from _named(major)
    plain = shutil.which("clang")
    if plain:
        yield Path(plain)


def _named(major: int) -> Iterator[Path]:
    on_path = shutil.which(f"clang-{major}")
    if on_path:
        yield Path(on_path)
    for pattern in _PLACES:
        path = Path(pattern.format(major=major))
        if os.access(path, os.X_OK):
            yield path


def _ask(path: Path, runner: Runner) -> tuple[str, int, str] | None:
    """Version, major version and first line of what the program says; None where it is no clang."""
    try:
        done = runner.run((path, "--version"))
    except ToolError:
        return None
    match = _VERSION.search(done.stdout)
    if done.returncode or match is None:
        return None
    return match.group(1) + match.group(2), int(match.group(1)), done.stdout.partition("\n")[0]


def _driver(path: Path, version: str, major: int, banner: str, *, cxx: bool) -> Clang:
    defaults: tuple[str, ...] = _wheel_defaults(path) if _WHEEL_MARK in banner.lower() else ()
    if cxx and "clang++" not in path.name:
        sibling = path.with_name(path.name.replace("clang", "clang++", 1))
        if os.access(sibling, os.X_OK):
            path = sibling
        else:
            defaults = ("--driver-mode=g++", *defaults)
    elif not cxx and "clang++" in path.name:
        defaults = ("--driver-mode=gcc", *defaults)
    return Clang(path=path, version=version, llvm_major=major, defaults=defaults)


def _wheel_defaults(path: Path) -> tuple[str, ...]:
    """Make the clang of the PyPI wheel build programs that run here.

    By itself it takes its own libc++ and libunwind, which the loader does not find: use the system's C++ library,
    or where there is none tell programs where the wheel's is.  Options of the user that stand later win.
    """
    if any(next(Path("/").glob(pattern), None) for pattern in _LIBSTDCXX):
        own: tuple[str, ...] = ("-stdlib=libstdc++", "--unwindlib=libgcc")
    else:
        folders = sorted(path.resolve().parent.parent.glob("lib/*/libc++.so"))
        own = tuple(f"-Wl,-rpath,{folder.parent}" for folder in folders[:1])
    return ("--start-no-unused-arguments", *own, "--end-no-unused-arguments") if own else ()
