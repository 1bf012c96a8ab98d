"""Link lines with the real clang and linkers.  The derivative of x*x is written by hand here: no engine runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ad_build import ar, llvm
from ad_build.clang.command_line import parse_clang
from ad_build.clang.compile import compile_objects
from ad_build.clang.link import (
    Collected,
    collect,
    final_link,
    find_library,
    has_requests,
    link_as_written,
    plan_link,
    whole_program,
)
from ad_build.clang.toolchain import Clang, find_clang
from ad_build.link.bitcode import open_library, read_object
from ad_build.link.fat import link_fat_module
from ad_build.model import EmittedIr, Mode, Request
from ad_build.process import Runner

_FILES = {
    "main.c": """#include <stdio.h>
double derivative(double); double plain(void);
int main(void) { printf("%g %g\\n", derivative(3), plain()); return 0; }""",
    "square.c": "double square(double x) { return x * x; }",
    "request.c": """double square(double); double __enzyme_autodiff(void *, double);
double derivative(double x) { return __enzyme_autodiff((void *)square, x); }""",
    "plain.c": "double square(double); double plain(void) { return square(0.5); }",
    "done.c": "double derivative(double x) { return 2 * x; }",
}


@pytest.fixture(scope="module")
def clang() -> Clang:
    return find_clang(Runner(), max_llvm=22)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in _FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "work").mkdir()
    return tmp_path


def _plain(clang: Clang, line: str) -> None:
    subprocess.run(clang.command(line.split()), check=True)


def _with_bitcode(clang: Clang, line: str) -> None:
    assert compile_objects(clang, parse_clang(line.split()), Runner()) == 0


def _collect(clang: Clang, line: str) -> Collected:
    return collect(parse_clang(line.split()), clang, Runner(), Path("work"))


def _merge(collected: Collected) -> tuple[Path, frozenset[Path]]:
    """What the stage after this one does: one object from all bitcode, here with libraries taken in whole."""
    modules = [bitcode for path in collected.emitted.objects for bitcode in read_object(path)]
    for path in collected.emitted.libraries:
        library = open_library(path)
        modules += [bitcode for offset in library.members for bitcode in library.member(offset)]
    module = llvm.parse_bitcode(modules[0].data, "first")
    for bitcode in modules[1:]:
        llvm.link_in(module, llvm.parse_bitcode(bitcode.data, bitcode.origin), bitcode.origin)
    text = re.sub(r"^declare .*@__enzyme_autodiff\(.*$", "", str(module), flags=re.MULTILINE)
    text += "define internal double @__enzyme_autodiff(ptr %f, double %x) { %y = fmul double %x, 2.0 ret double %y }\n"
    merged = Path("work/merged.o")
    merged.write_bytes(llvm.emit_object(llvm.parse_ir(text)))
    return merged, frozenset(bitcode.path for bitcode in modules)


def _link_merged(clang: Clang, line: str) -> str:
    invocation = parse_clang(line.split())
    collected = collect(invocation, clang, Runner(), Path("work"))
    assert has_requests(collected)
    merged, consumed = _merge(collected)
    assert final_link(invocation, collected, clang, Runner(), Path("work"), merged=merged, consumed=consumed) == 0
    return subprocess.run(["./prog"], check=True, capture_output=True, text=True).stdout


def test_what_is_collected(clang: Clang, here: Path) -> None:
    _with_bitcode(clang, "-c square.c request.c")
    _plain(clang, "-c plain.c")
    _plain(clang, "-shared -fPIC plain.c -o libshared.so")
    subprocess.run("ar rcs libsquare.a square.o && ar rcs libplain.a plain.o", shell=True, check=True)
    collected = _collect(clang, "main.c request.o plain.o libplain.a -L. -lsquare -lshared -lm nowhere.o -o prog")
    main, request = collected.emitted.objects
    assert (main.parent.name, request) == ("work", Path("request.o"))
    assert collected.emitted.libraries == (Path("libsquare.a"),)
    assert has_requests(collected)
    everything = whole_program(parse_clang(["plain.o"]), collected)
    assert everything.defined_elsewhere == {"plain"}
    assert everything.needed_elsewhere == {"main", "square"}
    assert everything.objects == collected.emitted.objects


@pytest.mark.parametrize(
    "name", ["autodiff", "fwddiff", "augmentfwd", "reverse", "batch", "virtualreverse", "autodiff_energy"]
)
def test_every_entry_point_is_a_request(clang: Clang, here: Path, name: str) -> None:
    (here / "r.c").write_text(f"double __enzyme_{name}(void *, ...); double f(double x) {{ return x; }}\n"
                              f"double g(void) {{ return __enzyme_{name}((void *)f, 1.0); }}")  # fmt: skip
    assert has_requests(_collect(clang, "r.c"))


def test_mangled_names_are_requests_and_unused_declarations_are_none(clang: Clang, here: Path) -> None:
    (here / "r.cpp").write_text(
        "template <class R, class... A> R __enzyme_autodiff(void *, A...);\n"
        "double f(double x); double g() { return __enzyme_autodiff<double>((void *)f, 1.0); }"
    )
    assert has_requests(_collect(clang, "r.cpp"))
    (here / "n.c").write_text("double __enzyme_autodiff(void *, ...); /* __enzyme_autodiff */ int main(void) {}")
    assert not has_requests(_collect(clang, "n.c"))


def test_libraries_as_the_linker_finds_them(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for file in (one / "liba.so", one / "liba.a", two / "liba.a", two / "libb.a"):
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert find_library("a", [one, two], static=False) is None
    assert find_library("a", [one, two], static=True) == one / "liba.a"
    assert find_library("b", [one, two], static=False) == two / "libb.a"
    assert find_library(":libb.a", [one, two], static=False) == two / "libb.a"
    assert find_library("m", [one, two], static=False) is None


def test_without_a_request_the_program_is_clangs(clang: Clang, here: Path) -> None:
    line = "-O2 main.c plain.c square.c done.c -o prog"
    invocation = parse_clang(line.split())
    collected = collect(invocation, clang, Runner(), here / "work")
    assert not has_requests(collected)
    assert final_link(invocation, collected, clang, Runner(), here / "work") == 0
    ours = (here / "prog").read_bytes()
    _plain(clang, line)
    assert (here / "prog").read_bytes() == ours


@pytest.mark.parametrize("linker", ["lld", "bfd"])
@pytest.mark.parametrize(
    "line",
    [
        "main.c square.c request.c plain.c",
        "main.o plain.o request.o square.o",
        "plain-only.o main.o request.o square.o",  # code without bitcode that calls merged code
        "main.o plain-only.o libboth.a",
        "main.o libplain-only.a libboth.a",
        "libboth.a main.o plain.o",
        "plain-only.o libboth.a main.o",  # an archive before the object that it is merged with
        "main.o -Wl,--start-group -lplain -lboth -Wl,--end-group -L.",
        "main.o plain-only.o -Wl,--whole-archive libboth.a -Wl,--no-whole-archive",
        "main.o -Wl,--whole-archive libmixed.a -Wl,--no-whole-archive libboth.a",
        "-x c main.c -x none plain-only.o -xc request.c square.c",
        "main.o plain-only.o libthin.a",
    ],
)
def test_merged_objects_and_archives_on_one_line(clang: Clang, here: Path, line: str, linker: str) -> None:
    _with_bitcode(clang, "-c main.c square.c request.c plain.c")
    _plain(clang, "-c plain.c -o plain-only.o")
    for name, members in {
        "both": "square.o request.o", "plain": "plain.o", "plain-only": "plain-only.o",
        "mixed": "plain-only.o",
    }.items():  # fmt: skip
        subprocess.run(["ar", "rcs", f"lib{name}.a", *members.split()], check=True)
    subprocess.run(["ar", "rcsT", "libthin.a", "square.o", "request.o"], check=True)
    assert _link_merged(clang, f"-O1 -Wall -Werror -fuse-ld={linker} {line} -lm -o prog") == "6 0.25\n"


def test_whole_archives_keep_their_members_without_bitcode(clang: Clang, here: Path) -> None:
    _with_bitcode(clang, "-c main.c square.c request.c")
    _plain(clang, "-c plain.c")
    subprocess.run(["llvm-ar", "rcs", "libmixed.a", "square.o", "plain.o", "request.o"], check=True)
    line = "main.o -Wl,--whole-archive libmixed.a -Wl,--no-whole-archive -o prog"
    assert _link_merged(clang, line) == "6 0.25\n"
    assert [member.name for member in ar.read_archive(here / "work/left-libmixed.a")] == ["1-plain.o"]


@pytest.mark.parametrize("asked", ["f", "f g"])
def test_members_that_are_needed_twice(clang: Clang, here: Path, asked: str) -> None:
    """The fat module takes of a member what is needed, and the rest when a later member turns out to need it."""
    (here / "f.c").write_text("double a(double), h(double); double f(double x) { return a(x) + h(x); }")
    (here / "x.c").write_text(
        "double a(double x) { return x * x; } double b(double x) { return x * x * x; } double g(double x) { return x; }"
    )
    (here / "y.c").write_text("double b(double); double h(double x) { return 2 * b(x); }")
    _with_bitcode(clang, "-c f.c x.c y.c")
    subprocess.run("ar rcs libx.a x.o && ar rcs liby.a y.o", shell=True, check=True)
    emitted = EmittedIr(objects=(Path("f.o"),), libraries=(Path("libx.a"), Path("liby.a")))
    requests = [Request(function=name, name=f"d_{name}", mode=Mode.REVERSE) for name in asked.split()]
    module = llvm.parse_ir(link_fat_module(emitted, requests).ir)
    assert not llvm.undefined(module)
    assert {value.name for value in llvm.definitions(module)} >= {"a", "b", "h", *asked.split()}


def test_archive_of_derivatives_is_found_by_objects_and_archives(clang: Clang, here: Path) -> None:
    _with_bitcode(clang, "-c main.c square.c plain.c done.c")
    (here / "user.c").write_text("double derivative(double); double used(void) { return derivative(1); }")
    _plain(clang, "-c user.c")
    subprocess.run("ar rcs libuser.a user.o && ar rcs libad.a done.o", shell=True, check=True)
    (here / "main.c").write_text('#include <stdio.h>\ndouble used(void);\nint main(void) { printf("%g\\n", used()); }')
    for linker in ("bfd", "lld"):
        for line in ("main.c libuser.a -lm", "main.c -L. -luser -lm", "-x c main.c -x none libuser.a square.o"):
            invocation = parse_clang([f"-fuse-ld={linker}", *line.split(), "-o", "prog"])
            collected = collect(invocation, clang, Runner(), here / "work")
            assert final_link(invocation, collected, clang, Runner(), here / "work", extra=(here / "libad.a",)) == 0
            assert subprocess.run(["./prog"], check=True, capture_output=True, text=True).stdout == "2\n"


def test_dependency_files_when_sources_are_merged(clang: Clang, here: Path) -> None:
    line = "-MD main.c square.c request.c plain.c -o prog"
    _plain(clang, "-MD main.c square.c done.c plain.c -o prog")
    expected = (here / "prog.d").read_text()
    (here / "prog.d").unlink()
    assert _link_merged(clang, line) == "6 0.25\n"
    assert (here / "prog.d").read_text() == expected


def test_the_linkers_dependency_file_names_nothing_of_ours(clang: Clang, here: Path) -> None:
    _with_bitcode(clang, "-c main.c square.c request.c plain.c")
    objects = "main.o square.o request.o plain.o"
    assert _link_merged(clang, f"-Wl,--dependency-file=link.d {objects} -o prog") == "6 0.25\n"
    named = [line.strip(" \\:") for line in (here / "link.d").read_text().splitlines() if line.strip(" \\:")]
    assert "main.o" in named
    assert not [name for name in named if name.startswith("work")]
    assert all(Path(name).exists() for name in named)


@pytest.mark.parametrize("linker", ["lld", "bfd"])
def test_names_with_spaces_in_the_linkers_dependency_file(clang: Clang, here: Path, linker: str) -> None:
    work = here / "work $1"
    work.mkdir()
    _with_bitcode(clang, "-c main.c square.c request.c plain.c")
    (here / "main.o").rename("my main.o")
    objects = ["my main.o", "square.o", "request.o", "plain.o"]
    words = [f"-fuse-ld={linker}", "-Wl,--dependency-file=link.d", *objects, "-o", "prog"]
    invocation = parse_clang(words)
    collected = collect(invocation, clang, Runner(), work)
    merged, consumed = _merge(collected)
    merged = merged.rename(work / "merged.o")
    assert final_link(invocation, collected, clang, Runner(), work, merged=merged, consumed=consumed) == 0
    text = (here / "link.d").read_text()
    assert "merged.o" not in text and "my\\ main.o" in text


def test_files_after_two_dashes(clang: Clang, here: Path) -> None:
    (here / "square.c").rename(here / "-square.c")
    assert _link_merged(clang, "-o prog -- main.c -square.c request.c plain.c") == "6 0.25\n"


def test_shared_library(clang: Clang, here: Path) -> None:
    invocation = parse_clang(["-fPIC", "-shared", "square.c", "request.c", "-o", "libboth.so"])
    collected = collect(invocation, clang, Runner(), here / "work")
    assert "main" not in whole_program(invocation, collected).needed_elsewhere
    merged, consumed = _merge(collected)
    assert final_link(invocation, collected, clang, Runner(), here / "work", merged=merged, consumed=consumed) == 0
    _plain(clang, "main.c plain.c -L. -lboth -Wl,-rpath,. -o prog")
    assert subprocess.run(["./prog"], check=True, capture_output=True, text=True).stdout == "6 0.25\n"


def test_a_source_with_an_error_is_clangs_business(clang: Clang, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "bad.c").write_text("int main(void) { return missing; }")
    invocation = parse_clang(["bad.c", "square.c", "-o", "prog"])
    collected = collect(invocation, clang, Runner(), here / "work")
    assert [one.source.name for one in collected.failed] == ["bad.c"]
    assert "missing" in collected.failed[0].error
    assert capfd.readouterr().err == ""
    assert link_as_written(invocation, clang, Runner()) == 1
    assert "missing" in capfd.readouterr().err


def test_too_many_words_go_into_a_response_file(clang: Clang, here: Path) -> None:
    (here / 'it\'s a "file".c').write_text(_FILES["square.c"])
    _plain(clang, "-c main.c plain.c done.c")
    padding = [f"-DPADDING_{number}={'x' * 90}" for number in range(1200)]
    words = [*padding, "main.o", "plain.o", 'it\'s a "file".c', "-o", "prog", '-DQUOTED="a\\b"']
    invocation = parse_clang(words)
    collected = collect(invocation, clang, Runner(), here / "work")
    subprocess.run(["ar", "rcs", "libad.a", "done.o"], check=True)
    assert final_link(invocation, collected, clang, Runner(), here / "work", extra=(here / "libad.a",)) == 0
    assert (here / "work/link.rsp").is_file()
    assert subprocess.run(["./prog"], check=True, capture_output=True, text=True).stdout == "6 0.25\n"


def test_place_of_the_merged_object_and_the_archive(clang: Clang, here: Path) -> None:
    _plain(clang, "-c plain.c")
    subprocess.run(["ar", "rcs", "libplain.a", "plain.o"], check=True)
    invocation = parse_clang(["-O2", "plain.o", "main.c", "-L.", "-lplain", "-lm", "-o", "prog"])
    collected = collect(invocation, clang, Runner(), here / "work")
    source = collected.emitted.objects[0]
    words = plan_link(invocation, collected, here / "work", merged=Path("m.o"), consumed={source}, extra=())
    assert words[:-1] == tuple(["-O2", "m.o", "plain.o", "-L.", "-lplain", "-lm", "-o", "prog"])
    words = plan_link(invocation, collected, here / "work", merged=None, consumed=(), extra=(Path("ad.a"),))
    assert words == tuple(["-O2", "plain.o", "main.c", "ad.a", "-L.", "-lplain", "ad.a", "-lm", "-o", "prog"])


def test_bitcode_of_rust_is_machine_code_to_us(clang: Clang, here: Path) -> None:
    (here / "r.ll").write_text('@x = global i32 1\n!llvm.ident = !{!0}\n!0 = !{!"rustc version 1.95.0 (abc)"}\n')
    _with_bitcode(clang, "-c r.ll")
    collected = _collect(clang, "r.o")
    assert collected.emitted.objects == ()
    assert collected.placed[0].bitcode is False


@pytest.mark.parametrize("probe", ["-v", "-dumpversion", "-dumpmachine", "-print-search-dirs", "--version", "-### a.c"])
def test_probes_are_clangs(clang: Clang, here: Path, probe: str, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "a.c").touch()
    assert link_as_written(parse_clang(probe.split()), clang, Runner()) == 0
    ours = capfd.readouterr()
    done = subprocess.run([str(clang.path), *clang.defaults, *probe.split()], capture_output=True, text=True)
    assert ours.out == done.stdout
    assert ours.err.splitlines()[:2] == done.stderr.splitlines()[:2]
