"""The report on the machine's tools."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ad_build.cargo.toolchain import RustToolchain, find_rust
from ad_build.doctor import ClangLike, RustLike, examine, render
from ad_build.errors import ToolError
from ad_build.process import Runner

RUNNER = Runner(log=lambda line: None)


@dataclass(frozen=True)
class SomeClang:
    path: Path = Path("/some/clang")
    version: str = "22.1.8"
    llvm_major: int = 22


def some_clang(runner: Runner, newest: int) -> ClangLike:
    assert newest == 22
    return SomeClang()


def no_clang(runner: Runner, newest: int) -> ClangLike:
    raise ToolError("clang-missing", f"there is no clang of LLVM {newest} or older", hint="pip install ad-build[clang]")


def no_rust(runner: Runner) -> RustLike:
    raise ToolError("cargo-missing", "cargo was not found", hint="install Rust with rustup")


def this_rust(runner: Runner) -> RustToolchain:
    return find_rust(runner, Path.cwd())


def test_everything_is_there() -> None:
    report = examine(RUNNER, find_clang=some_clang, find_rust=this_rust)
    tools = {tool.name: tool for tool in report.tools}
    assert report.ok
    assert report.rust_ok
    assert report.clang_ok
    assert tools["python"].path == sys.executable
    assert tools["llvmlite"].llvm is not None
    assert tools["rustc"].llvm is not None
    for name in ("llvmlite", "pyelftools", "cc", "engine catalyst", "clang", "cargo", "rustc", "std bitcode"):
        assert tools[name].usable, tools[name]
    text = render(report)
    assert "ad-build cargo: ready" in text
    assert all(tool.name in text for tool in report.tools)


def test_what_is_missing_has_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AD_BUILD_CACHE", str(tmp_path))
    report = examine(RUNNER, find_clang=no_clang, find_rust=no_rust)
    assert not report.ok
    shown = json.loads(report.to_json())
    assert shown["ok"] is False
    assert shown["front_ends"] == {"cargo": False, "clang": False}
    tools = {tool["name"]: tool for tool in shown["tools"]}
    assert tools["clang"]["status"] == "missing"
    assert tools["clang"]["fix"] == "pip install ad-build[clang]"
    assert tools["cargo"]["status"] == "missing"
    assert tools["engine catalyst"]["status"] == "later"
    text = render(report)
    assert "fix: install Rust with rustup" in text
    assert "ad-build clang: cannot run" in text


def test_one_front_end_is_enough() -> None:
    report = examine(RUNNER, find_clang=some_clang, find_rust=no_rust)
    assert report.ok
    assert report.clang_ok
    assert not report.rust_ok


def test_a_rustc_that_is_newer_than_the_engine() -> None:
    @dataclass(frozen=True)
    class Newer:
        cargo: Path
        rustc: Path
        version: tuple[int, int, int]
        llvm_version: tuple[int, int]
        libdir: Path

    def find(runner: Runner) -> RustLike:
        real = find_rust(runner, Path.cwd())
        return Newer(cargo=real.cargo, rustc=real.rustc, version=(1, 99, 0), llvm_version=(99, 0), libdir=real.libdir)

    report = examine(RUNNER, find_clang=no_clang, find_rust=find)
    rustc = next(tool for tool in report.tools if tool.name == "rustc")
    assert rustc.status == "too-new"
    assert "99.0 is newer than the engine's 22" in (rustc.detail or "")
    assert not report.ok
