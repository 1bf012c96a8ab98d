"""Looks at every tool that ad-build needs and says what is missing and how to get it."""

from __future__ import annotations

import json
import mmap
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from ad_build.engine.find import EngineInfo, list_engines
from ad_build.errors import AdBuildError
from ad_build.process import Runner, fixed_addresses

OLDEST_PYTHON = (3, 10)
_ALWAYS = "everything"
_RUST = "ad-build cargo"
_CLANG = "ad-build clang"
_BITCODE_SECTION = b".llvmbc"


class ClangLike(Protocol):
    """What a search for clang finds."""

    @property
    def path(self) -> Path: ...
    @property
    def llvm_major(self) -> int: ...


class RustLike(Protocol):
    """What a search for a Rust toolchain finds."""

    @property
    def cargo(self) -> Path: ...
    @property
    def rustc(self) -> Path: ...
    @property
    def version(self) -> tuple[int, int, int]: ...
    @property
    def llvm_version(self) -> tuple[int, int]: ...
    @property
    def libdir(self) -> Path: ...


FindClang = Callable[[Runner, int], ClangLike]
FindRust = Callable[[Runner], RustLike]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """One tool: ``status`` is ``ok``, ``later`` (comes by itself on first use), ``missing``, ``too-old``,
    ``too-new``, ``damaged``, ``unusable`` or ``no``; ``fix`` is what to type, ``detail`` the reason."""

    name: str
    status: str
    needed_for: str
    path: str | None = None
    version: str | None = None
    llvm: str | None = None
    detail: str | None = None
    fix: str | None = None

    @property
    def usable(self) -> bool:
        """Whether the tool can do its part."""
        return self.status in ("ok", "later")


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Every tool; ``ok`` is whether at least one of the front ends can do its whole job."""

    tools: tuple[Tool, ...]
    rust_ok: bool
    clang_ok: bool

    @property
    def ok(self) -> bool:
        """Whether the main job can run, for Rust or for C."""
        return self.rust_ok or self.clang_ok

    def to_json(self) -> str:
        """The report as a JSON object."""
        front_ends = {"cargo": self.rust_ok, "clang": self.clang_ok}
        return json.dumps(
            {"ok": self.ok, "front_ends": front_ends, "tools": [asdict(tool) for tool in self.tools]}, indent=2
        )


def examine(runner: Runner, *, find_clang: FindClang | None = None, find_rust: FindRust | None = None) -> Report:
    """Look for every tool; raises nothing for a missing one.

    ``find_clang`` gets the newest LLVM major version that the engine reads; both default to what the front ends use.
    """
    engines = list_engines(runner)
    newest = max((info.llvm_version[0] for info in engines if info.llvm_version), default=0)
    base = (_python(), _llvmlite(), _package("pyelftools"), _compiler_driver(runner))
    engine_tools = tuple(_engine(info) for info in engines)
    clang = _clang(runner, newest, find_clang or _default_find_clang)
    rust = _rust(runner, newest, find_rust or _default_find_rust)
    shared_ok = all(tool.usable for tool in base) and any(tool.usable for tool in engine_tools)
    return Report(
        tools=(*base, *engine_tools, clang, *rust, _reproducible()),
        rust_ok=shared_ok and all(tool.usable for tool in rust),
        clang_ok=shared_ok and clang.usable,
    )


def render(report: Report) -> str:
    """The report as a table, then what to do."""
    marks = {"ok": "ok", "later": "on first use", "no": "no"}
    rows = [
        (tool.name, marks.get(tool.status, tool.status.upper()), tool.version or "", tool.llvm or "", tool.path or "")
        for tool in report.tools
    ]
    table = [("tool", "status", "version", "LLVM", "path"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    lines = ["  ".join((*(row[i].ljust(widths[i]) for i in range(4)), row[4])) for row in table]
    for tool in report.tools:
        if not tool.usable and (tool.detail or tool.fix):
            lines += ["", f"{tool.name}: {tool.detail or tool.status} (needed for {tool.needed_for})"]
            lines += [f"  fix: {tool.fix}"] if tool.fix else []
    lines.append("")
    for name, good in ((_RUST, report.rust_ok), (_CLANG, report.clang_ok)):
        lines.append(f"{name}: {'ready' if good else 'cannot run'}")
    return "\n".join(line.rstrip() for line in lines)


def _python() -> Tool:
    good = sys.version_info >= OLDEST_PYTHON
    return Tool(
        name="python",
        status="ok" if good else "too-old",
        needed_for=_ALWAYS,
        path=sys.executable,
        version=platform.python_version(),
        fix=None if good else f"install Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer",
    )


def _package(name: str, *, llvm: str | None = None) -> Tool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution(name)
    except PackageNotFoundError:
        return Tool(name=name, status="missing", needed_for=_ALWAYS, fix=f"{sys.executable} -m pip install {name}")
    place = str(found.locate_file(""))
    return Tool(name=name, status="ok", needed_for=_ALWAYS, path=place, version=found.version, llvm=llvm)


def _llvmlite() -> Tool:
    try:
        import llvmlite.binding as binding

        numbers = binding.llvm_version_info
    except (ImportError, OSError) as error:  # OSError: its shared library does not load
        fix = f'{sys.executable} -m pip install "llvmlite>=0.50"'
        return Tool(name="llvmlite", status="missing", needed_for=_ALWAYS, detail=str(error)[:300], fix=fix)
    return _package("llvmlite", llvm=".".join(str(number) for number in numbers))


def _compiler_driver(runner: Runner) -> Tool:
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        fix = "Debian, Ubuntu: apt-get install gcc libc6-dev; macOS: xcode-select --install"
        return Tool(name="cc", status="missing", needed_for="linking", fix=fix)
    first = runner.run((found, "--version")).stdout.split("\n", 1)[0]
    return Tool(name="cc", status="ok", needed_for="linking", path=found, version=first.rsplit(" ", 1)[-1] or None)


def _engine(info: EngineInfo) -> Tool:
    status, detail = {"ready": "ok", "not installed": "later"}.get(info.status, info.status), info.detail or None
    if info.choice == "catalyst" and status == "ok" and info.path is not None:
        from ad_build.engine.download import verify_catalyst

        try:
            verify_catalyst(info.path)
        except AdBuildError as error:
            status, detail = "damaged", f"{error.message}: {error.note}"
    if status == "later" and not _has_pip():
        status, detail = "missing", "it is fetched with pip on first use, and there is no pip"
    fixes = {
        "damaged": "ad-build engine install --force",
        "later": "ad-build engine install",
        "missing": f"{sys.executable} -m ensurepip --upgrade",
    }
    version = None
    if info.choice == "catalyst":
        from ad_build.engine.download import CATALYST_VERSION

        version = CATALYST_VERSION
    return Tool(
        name=f"engine {info.name}",
        status=status,
        needed_for=_ALWAYS,
        path=str(info.path) if info.path else None,
        version=version,
        llvm=info.llvm,
        detail=detail,
        fix=fixes.get(status),
    )


def _has_pip() -> bool:
    from importlib.util import find_spec

    return find_spec("pip") is not None or any(shutil.which(name) for name in ("pip3", "pip", "uvx"))


def _clang(runner: Runner, newest: int, find: FindClang) -> Tool:
    try:
        found = find(runner, newest)
    except AdBuildError as error:
        fix = error.hint or f"{sys.executable} -m pip install ad-build[clang]"
        status = "missing" if "missing" in error.code or "unavailable" in error.code else "unusable"
        return Tool(name="clang", status=status, needed_for=_CLANG, detail=error.message, fix=fix)
    version = getattr(found, "version", None)
    text = ".".join(map(str, version)) if isinstance(version, tuple) else version
    return Tool(
        name="clang", status="ok", needed_for=_CLANG, path=str(found.path), version=text, llvm=str(found.llvm_major)
    )


def _rust(runner: Runner, newest: int, find: FindRust) -> tuple[Tool, ...]:
    try:
        found = find(runner)
    except AdBuildError as error:
        name = "cargo" if error.code.startswith("cargo") else "rustc"
        status = "too-old" if error.code.endswith("too-old") else "missing"
        return (Tool(name=name, status=status, needed_for=_RUST, detail=error.message, fix=error.hint),)
    version, llvm = ".".join(map(str, found.version)), ".".join(map(str, found.llvm_version))
    too_new = found.llvm_version[0] > newest > 0
    rustc = Tool(
        name="rustc",
        status="too-new" if too_new else "ok",
        needed_for=_RUST,
        path=str(found.rustc),
        version=version,
        llvm=llvm,
        detail=f"its LLVM {llvm} is newer than the engine's {newest}" if too_new else None,
        fix="rustup toolchain install 1.95, then rustup override set 1.95" if too_new else None,
    )
    cargo_version = runner.run((found.cargo, "--version")).stdout.split()
    cargo = Tool(
        name="cargo",
        status="ok",
        needed_for=_RUST,
        path=str(found.cargo),
        version=cargo_version[1] if len(cargo_version) > 1 else None,
    )
    return (cargo, rustc, _standard_library(found.libdir))


def _standard_library(folder: Path) -> Tool:
    """Whether the installed rlibs carry bitcode, as those of the official distribution do."""
    name, libraries = "std bitcode", sorted(folder.glob("libcore-*.rlib"))
    for library in libraries:
        with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(_BITCODE_SECTION) >= 0:
                return Tool(name=name, status="ok", needed_for=_RUST, path=str(folder))
    return Tool(
        name=name,
        status="missing",
        needed_for=_RUST,
        path=str(folder),
        detail="the standard library has no bitcode" if libraries else "there is no standard library",
        fix="install Rust with rustup; with a distribution's Rust and its sources: ad-build cargo --build-std",
    )


def _reproducible() -> Tool:
    with fixed_addresses() as fixed:
        detail = "address-space randomisation cannot be turned off here: derivatives are right, archives may differ"
        return Tool(
            name="fixed addresses",
            status="ok" if fixed else "no",
            needed_for="archives that are the same byte by byte",
            detail=None if fixed else detail,
            fix=None if fixed or sys.platform != "linux" else "docker run --security-opt seccomp=unconfined",
        )


def _default_find_clang(runner: Runner, newest: int) -> ClangLike:
    from ad_build.clang.toolchain import find_clang

    found: ClangLike = find_clang(runner, max_llvm=newest)
    return found


def _default_find_rust(runner: Runner) -> RustLike:
    from ad_build.cargo.toolchain import find_rust

    return find_rust(runner, Path.cwd())
