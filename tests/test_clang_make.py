"""``ad-build clang`` as CC of a Makefile and of configure-like probes, without any request for a derivative."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ad_build import elf
from ad_build.clang.toolchain import find_clang
from ad_build.process import Runner

_CC = [sys.executable, "-m", "ad_build", "clang"]
_ROOT = Path(__file__).parent.parent
_MAKEFILE = """
CFLAGS = -O2 -Wall -Werror -MMD -MP -Iinclude
OBJECTS = main.o one.o two.o three.o
prog: $(OBJECTS) libfour.a
\t$(CC) $(LDFLAGS) -o $@ $(OBJECTS) -L. -lfour -lm
libfour.a: lib/four.o
\t$(AR) rcs $@ $^
lib/%.o: lib/%.c
\t$(CC) $(CFLAGS) -c -o $@ $<
-include $(OBJECTS:.o=.d)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {
        "Makefile": _MAKEFILE,
        "include/all.h": "int one(void); int two(void); int three(void); int four(void);\n",
        "main.c": '#include "all.h"\n#include <stdio.h>\nint main(void) '
        '{ printf("%d\\n", one() + two() + three() + four()); return 0; }\n',
        **{f"{name}.c": f'#include "all.h"\nint {name}(void) {{ return 1; }}\n' for name in ("one", "two", "three")},
        "lib/four.c": '#include "all.h"\nint four(void) { return 4; }\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{_ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    return tmp_path


def _make(compiler: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "-j2", f"CC={compiler}"], capture_output=True, text=True)


def test_a_project_builds_in_parallel_and_is_then_up_to_date(project: Path) -> None:
    compiler = " ".join(_CC)
    done = _make(compiler)
    assert (done.returncode, done.stderr) == (0, "")
    assert subprocess.run(["./prog"], capture_output=True, text=True).stdout == "7\n"
    ours = (project / "prog").read_bytes()
    for name in ("main.o", "one.o", "two.o", "three.o", "lib/four.o"):
        assert elf.read_section((project / name).read_bytes(), elf.BITCODE_SECTION), name
    assert "include/all.h" in (project / "one.d").read_text()
    assert "up to date" in _make(compiler).stdout
    subprocess.run("rm -f *.o *.d *.a lib/*.o prog", shell=True, check=True)
    clang = find_clang(Runner(), max_llvm=22)
    assert _make(" ".join(clang.command(()))).returncode == 0
    assert (project / "prog").read_bytes() == ours


def test_an_error_stops_make_with_clangs_message(project: Path) -> None:
    (project / "two.c").write_text("int two(void) { return nothing; }\n")
    done = _make(" ".join(_CC))
    assert done.returncode == 2
    assert "two.c:1:" in done.stderr and "nothing" in done.stderr
    assert not (project / "two.o").exists()


@pytest.mark.parametrize("arguments", ["--version", "-dumpmachine", "-E -dM -x c /dev/null", "-print-prog-name=ld"])
def test_probes_say_what_clang_says(project: Path, arguments: str) -> None:
    clang = find_clang(Runner(), max_llvm=22)
    ours = subprocess.run([*_CC, *arguments.split()], capture_output=True, text=True)
    plain = subprocess.run(clang.command(arguments.split()), capture_output=True, text=True)
    assert (ours.returncode, ours.stdout, ours.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_compile_and_link_probes(project: Path) -> None:
    (project / "conftest.c").write_text("#include <math.h>\nint main(void) { return sqrt(4) == 2 ? 0 : 1; }\n")
    assert subprocess.run([*_CC, "-O2", "conftest.c", "-lm"]).returncode == 0
    assert subprocess.run(["./a.out"]).returncode == 0
    (project / "conftest.c").write_text("int missing(void); int main(void) { return missing(); }\n")
    done = subprocess.run([*_CC, "conftest.c", "-o", "conftest"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("undefined") == 1
    assert not (project / "conftest").exists()


def test_source_from_standard_input(project: Path) -> None:
    done = subprocess.run([*_CC, "-x", "c", "-", "-o", "prog"], input=b"int main(void) { return 3; }")
    assert done.returncode == 0
    assert subprocess.run(["./prog"]).returncode == 3
