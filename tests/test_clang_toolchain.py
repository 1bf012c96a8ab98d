"""Finding clang: the real one, and scripts that only say which version they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ad_build.clang.toolchain import find_clang
from ad_build.errors import ToolError
from ad_build.process import Runner


def _pretend(folder: Path, name: str, version: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho 'Debian clang version {version} (1)'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only programs are in the returned folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "python"))
    monkeypatch.setattr("ad_build.clang.toolchain._PLACES", (str(tmp_path / "llvm-{major}" / "clang"),))
    monkeypatch.delenv("AD_BUILD_CLANG", raising=False)
    return folder


def test_the_real_one_compiles(tmp_path: Path) -> None:
    clang = find_clang(Runner(), max_llvm=22)
    assert 14 <= clang.llvm_major <= 22
    assert clang.version.startswith(f"{clang.llvm_major}.")
    source = tmp_path / "a.c"
    source.write_text('#include <math.h>\n#include <stdio.h>\nint main(int c, char **v) { printf("%g", sin(c)); }')
    program = str(tmp_path / "a")
    assert Runner().run(clang.command((str(source), "-lm", "-o", program))).returncode == 0
    assert Runner().run((program,)).stdout == "0.841471"


def test_the_real_cxx_driver_makes_programs_that_run(tmp_path: Path) -> None:
    clang = find_clang(Runner(), cxx=True, max_llvm=22)
    source = tmp_path / "a.cpp"
    source.write_text(
        "#include <iostream>\n#include <stdexcept>\n#include <vector>\n"
        "int main() { try { std::vector<int>(2).at(3); } catch (std::out_of_range const&) { std::cout << 7; } }"
    )
    program = str(tmp_path / "a")
    done = Runner().run(clang.command((str(source), "-Werror", "-o", program)))
    assert (done.returncode, done.stderr) == (0, "")
    assert Runner().run((program,)).stdout == "7"


def test_the_newest_that_the_engine_reads(bare: Path) -> None:
    for major in (14, 16, 19):
        _pretend(bare, f"clang-{major}", f"{major}.0.6")
    found = find_clang(Runner(), max_llvm=18)
    assert (found.path, found.version, found.llvm_major) == (bare / "clang-16", "16.0.6", 16)


def test_one_question_is_enough(bare: Path) -> None:
    _pretend(bare, "clang-16", "16.0.6")
    _pretend(bare, "clang", "16.0.6")
    lines: list[str] = []
    find_clang(Runner(verbose=True, log=lines.append), max_llvm=22)
    assert len(lines) == 1


def test_beside_python_comes_first_and_a_broken_one_is_passed_over(bare: Path) -> None:
    beside = Path(sys.executable).parent
    _pretend(bare, "clang-16", "16.0.6")
    wheel = _pretend(beside, "clang", "15.0.0")
    assert find_clang(Runner(), max_llvm=22).path == wheel
    wheel.write_text("#!/bin/sh\nexit 127\n")
    assert find_clang(Runner(), max_llvm=22).llvm_major == 16


def test_outside_path(bare: Path, tmp_path: Path) -> None:
    path = _pretend(tmp_path / "llvm-17", "clang", "17.0.1")
    assert find_clang(Runner(), max_llvm=22).path == path


def test_cxx_driver_beside_it_or_by_mode(bare: Path) -> None:
    _pretend(bare, "clang-16", "16.0.6")
    assert find_clang(Runner(), cxx=True, max_llvm=22).defaults == ("--driver-mode=g++",)
    _pretend(bare, "clang++-16", "16.0.6")
    found = find_clang(Runner(), cxx=True, max_llvm=22)
    assert (found.path.name, found.defaults) == ("clang++-16", ())


def test_none(bare: Path) -> None:
    with pytest.raises(ToolError) as caught:
        find_clang(Runner(), max_llvm=22)
    assert caught.value.code == "clang-missing"
    assert "pip install" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["clang", "clang-19"])
def test_only_too_new_ones(bare: Path, name: str) -> None:
    path = _pretend(bare, name, "19.1.0")
    with pytest.raises(ToolError) as caught:
        find_clang(Runner(), max_llvm=18)
    assert caught.value.code == "clang-too-new"
    assert str(path) in (caught.value.note or "")


@pytest.mark.parametrize(
    ("version", "code"), [("19.1.0", "clang-too-new"), ("nonsense", "clang-unusable"), (None, "clang-missing")]
)
def test_an_override_must_do(bare: Path, monkeypatch: pytest.MonkeyPatch, version: str | None, code: str) -> None:
    _pretend(bare, "clang-16", "16.0.6")
    if version:
        _pretend(bare, "mine", version)
    monkeypatch.setenv("AD_BUILD_CLANG", "mine")
    with pytest.raises(ToolError) as caught:
        find_clang(Runner(), max_llvm=18)
    assert caught.value.code == code


def test_override_by_name_or_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _pretend(bare, "mine", "18.1.0")
    for value in ("mine", str(path)):
        monkeypatch.setenv("AD_BUILD_CLANG", value)
        assert find_clang(Runner(), max_llvm=18).path == path


def test_first_level_compiler_calls_have_no_defaults() -> None:
    clang = find_clang(Runner(), max_llvm=22)
    assert clang.command(("-cc1", "-version")) == (str(clang.path), "-cc1", "-version")
