"""Compiling with the real clang: objects that carry bitcode and otherwise are what clang alone makes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ad_build import elf, llvm
from ad_build.clang.command_line import parse_clang
from ad_build.clang.compile import compile_objects
from ad_build.clang.toolchain import Clang, find_clang
from ad_build.process import Runner

_SOURCE = """
#include "scale.h"
#include <math.h>
double energy(const double *x, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += SCALE * sin(x[i]);
  return sum;
}
"""


@pytest.fixture(scope="module")
def clang() -> Clang:
    return find_clang(Runner(), max_llvm=22)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scale.h").write_text("#define SCALE 2.0\n")
    (tmp_path / "energy.c").write_text(_SOURCE)
    (tmp_path / "plain").mkdir()
    return tmp_path


def _compile(clang: Clang, line: str, log: list[str] | None = None) -> int:
    runner = Runner(log=log.append if log is not None else print)
    return compile_objects(clang, parse_clang(line.split()), runner)


def _ir(path: Path) -> str:
    content = elf.read_section(path.read_bytes(), elf.BITCODE_SECTION)
    assert content is not None
    return str(llvm.parse_bitcode(bytes(content), str(path)))


def _sections(path: Path) -> dict[str, bytes]:
    from elftools.elf.elffile import ELFFile

    with path.open("rb") as file:
        return {
            section.name: section.data()
            for section in ELFFile(file).iter_sections()
            if section.name not in (elf.BITCODE_SECTION, ".strtab", ".shstrtab")
        }


@pytest.mark.parametrize("flags", ["", "-O2", "-O3 -march=native", "-Os -fPIC", "-O1 -g", "-O2 -fsanitize=undefined"])
def test_the_object_is_clangs_and_carries_unoptimized_bitcode(clang: Clang, here: Path, flags: str) -> None:
    assert _compile(clang, f"{flags} -c energy.c") == 0
    subprocess.run(clang.command((*flags.split(), "-c", "energy.c", "-o", "plain/energy.o")), check=True)
    assert _sections(here / "energy.o") == _sections(here / "plain/energy.o")
    ir = _ir(here / "energy.o")
    assert "optnone" not in ir
    assert "alloca double" in ir  # not optimized
    assert 'DILocalVariable(name: "x"' in ir and "emissionKind: FullDebug" in ir
    assert "__ubsan" not in ir


@pytest.mark.parametrize("flags", ["-g0", "-O2 -gline-tables-only", "-O0", "-flto -fno-lto", "-Werror -Wall -Wextra"])
def test_bitcode_has_types_whatever_the_flags(clang: Clang, here: Path, flags: str) -> None:
    assert _compile(clang, f"{flags} -c energy.c") == 0
    assert "emissionKind: FullDebug" in _ir(here / "energy.o")


def test_macros_are_those_of_the_users_level(clang: Clang, here: Path) -> None:
    (here / "m.c").write_text(
        "#ifdef __OPTIMIZE__\nint fast(void) { return 1; }\n#else\nint slow(void) { return 1; }\n#endif\n"
        "#ifdef __NO_INLINE__\nint calls(void) { return 1; }\n#endif\n"
    )
    assert _compile(clang, "-c m.c") == 0
    assert "@slow" in _ir(here / "m.o") and "@calls" in _ir(here / "m.o")
    assert _compile(clang, "-O1 -c m.c") == 0
    assert "@fast" in _ir(here / "m.o") and "@calls" not in _ir(here / "m.o")


def test_math_errno_only_where_nobody_looks(clang: Clang, here: Path) -> None:
    (here / "quiet.c").write_text("#include <math.h>\ndouble f(double x) { return sqrt(x); }")
    (here / "looks.c").write_text("#include <errno.h>\n#include <math.h>\nint f(double x) { sqrt(x); return errno; }")
    assert _compile(clang, "-O2 -c quiet.c looks.c") == 0
    assert "llvm.sqrt" in _ir(here / "quiet.o")
    assert "call double @sqrt" in _ir(here / "looks.o")
    assert _compile(clang, "-O2 -fmath-errno -c quiet.c") == 0
    assert "call double @sqrt" in _ir(here / "quiet.o")


def test_several_sources_of_several_languages(clang: Clang, here: Path) -> None:
    (here / "two.cpp").write_text('extern "C" int two() { return 2; }')
    (here / "three.s").write_text(".globl three\nthree: ret\n")
    (here / "four").write_text("int four(void) { return 4; }")
    assert _compile(clang, "-c energy.c two.cpp three.s -x c four") == 0
    for name in ("energy", "two", "four"):
        assert f"@{name}" in _ir(here / f"{name}.o")
    assert elf.read_section((here / "three.o").read_bytes(), elf.BITCODE_SECTION) is None


def test_dependency_files_are_clangs(clang: Clang, here: Path) -> None:
    assert _compile(clang, "-MD -MP -c energy.c -o out.o") == 0
    ours = (here / "out.d").read_text()
    (here / "out.d").unlink()
    subprocess.run(clang.command(["-MD", "-MP", "-c", "energy.c", "-o", "out.o"]), check=True)
    assert ours == (here / "out.d").read_text()
    assert "scale.h" in ours
    assert _compile(clang, "-MMD -MF deps/x.d -MT target -c energy.c".replace("deps/", "")) == 0
    assert (here / "x.d").read_text().startswith("target: energy.c scale.h")
    assert sorted(path.name for path in here.iterdir()) == [
        "energy.c", "energy.o", "out.d", "out.o", "plain", "scale.h", "x.d",
    ]  # fmt: skip


def test_response_file(clang: Clang, here: Path) -> None:
    (here / "args").write_text("-O2 \"-c\"\nenergy.c -o 'with blank.o'")
    assert _compile(clang, "@args") == 0
    assert "@energy" in _ir(here / "with blank.o")


def test_errors_and_warnings_are_shown_once_with_clangs_status(
    clang: Clang, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (here / "bad.c").write_text("int f(void) { return missing; }")
    assert _compile(clang, "-c bad.c") == 1
    assert capfd.readouterr().err.count("missing") == 2  # the message, and the line it shows
    assert not (here / "bad.o").exists()
    (here / "warn.c").write_text("int f(void) { int unused; return 1; }")
    assert _compile(clang, "-Wall -c warn.c") == 0
    assert capfd.readouterr().err.count("[-Wunused-variable]") == 1
    assert _compile(clang, "-Wall -Werror -c warn.c -o w2.o") == 1
    assert not (here / "w2.o").exists()
    assert _compile(clang, "-c nowhere.c") == 1
    assert "no such file" in capfd.readouterr().err


def test_where_only_the_bitcode_fails_there_is_a_warning(clang: Clang, here: Path) -> None:
    (here / "odd.c").write_text('_Static_assert(!MARK, "marked");\nint f(void) { return 1; }')
    log: list[str] = []
    # Stands for whatever makes the two compilations differ: the bitcode is emitted without sanitizers.
    line = "-DMARK=__has_feature(undefined_behavior_sanitizer)==0 -fsanitize=undefined -c odd.c"
    assert _compile(clang, line, log) == 0
    assert len(log) == 1 and log[0].startswith("warning[no-bitcode]: odd.c") and "marked" in log[0]
    assert elf.read_section((here / "odd.o").read_bytes(), elf.BITCODE_SECTION) is None


def test_outputs_that_are_no_files(clang: Clang, here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _compile(clang, "-c energy.c -o /dev/null") == 0
    assert _compile(clang, "-c energy.c -o -") == 0
    assert capfdbinary.readouterr().out.startswith(b"\x7fELF")
    assert sorted(path.name for path in here.iterdir()) == ["energy.c", "plain", "scale.h"]


def test_lto_objects_are_left_alone(clang: Clang, here: Path) -> None:
    assert _compile(clang, "-O2 -flto -c energy.c") == 0
    assert (here / "energy.o").read_bytes().startswith(b"BC\xc0\xde")


def test_other_targets_stay_plain(clang: Clang, here: Path) -> None:
    (here / "t.c").write_text("int f(void) { return 1; }")
    log: list[str] = []
    assert _compile(clang, "--target=i686-linux-gnu -c t.c", log) == 0
    assert (here / "t.o").read_bytes().startswith(b"\x7fELF\x01")
    assert "ELF64" in log[0]


def test_saved_temporaries_are_those_of_the_users_command(clang: Clang, here: Path) -> None:
    assert _compile(clang, "-save-temps -O2 -c energy.c") == 0
    ours = (here / "energy.bc").read_bytes()
    subprocess.run(clang.command(["-save-temps", "-O2", "-c", "energy.c"]), check=True)
    assert ours == (here / "energy.bc").read_bytes()


@pytest.mark.parametrize("tool", ["ar", "llvm-ar"])
def test_binutils_do_not_mind(clang: Clang, here: Path, tool: str) -> None:
    assert _compile(clang, "-O2 -c energy.c") == 0
    done = subprocess.run([tool, "rcs", "lib.a", "energy.o"], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    done = subprocess.run(["nm", "-s", "lib.a"], check=True, capture_output=True, text=True)
    assert "T energy" in done.stdout and done.stderr == ""
    subprocess.run([shutil.which("strip") or "strip", "-g", "energy.o"], check=True)
    assert "@energy" in _ir(here / "energy.o")


def test_an_interrupted_embedding_leaves_no_object(clang: Clang, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ad_build.clang.compile.write_atomically", interrupt)
    with pytest.raises(KeyboardInterrupt):
        _compile(clang, "-c energy.c")
    assert not (here / "energy.o").exists()
