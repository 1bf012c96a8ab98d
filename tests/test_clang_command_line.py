"""Reading clang's command lines: pure, no process starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ad_build.clang.command_line import Action, Kind, parse_clang, split_own_options
from ad_build.clang.compile import bitcode_command, object_files
from ad_build.clang.toolchain import Clang
from ad_build.errors import UsageError
from ad_build.response_files import split_words

_CLANG = Clang(path=Path("clang"), version="22.1.8", llvm_major=22)


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("-c a.c", Action.COMPILE),
        ("-c a.c b.cpp -O2", Action.COMPILE),
        ("a.c", Action.LINK),
        ("a.o -shared -o liba.so", Action.LINK),
        ("a.o -lm -static", Action.LINK),
        ("-MD -MF a.d -c a.c", Action.COMPILE),
        ("--compile a.c", Action.COMPILE),
        ("-v -c a.c", Action.COMPILE),
        ("-S a.c", Action.PASS_THROUGH),
        ("-E a.c", Action.PASS_THROUGH),
        ("-M a.c", Action.PASS_THROUGH),
        ("-MM -c a.c", Action.PASS_THROUGH),
        ("-fsyntax-only a.c", Action.PASS_THROUGH),
        ("-### -c a.c", Action.PASS_THROUGH),
        ("-c -emit-llvm a.c", Action.PASS_THROUGH),
        ("-c -Xclang -ast-dump a.c", Action.PASS_THROUGH),
        ("--version", Action.PASS_THROUGH),
        ("-v", Action.PASS_THROUGH),
        ("-dumpversion", Action.PASS_THROUGH),
        ("-print-search-dirs", Action.PASS_THROUGH),
        ("-print-file-name=libc.so", Action.PASS_THROUGH),
        ("", Action.PASS_THROUGH),
        ("-c start.s", Action.PASS_THROUGH),
        ("-c start.S", Action.PASS_THROUGH),
        ("-c -x c -", Action.PASS_THROUGH),
        ("-x c-header a.h", Action.PASS_THROUGH),
        ("a.h", Action.PASS_THROUGH),
        ("-c a.m", Action.PASS_THROUGH),
        ("-c -x cuda a.c", Action.PASS_THROUGH),
        ("-r a.o b.o -o c.o", Action.PASS_THROUGH),
        ("-Wl,-r a.o b.o -o c.o", Action.PASS_THROUGH),
        ("-arch arm64 -arch x86_64 -c a.c", Action.PASS_THROUGH),
        ("-cc1 -emit-obj a.c", Action.PASS_THROUGH),
        ("a.o -o -S", Action.LINK),  # an output called -S
        ("-D -E -c a.c", Action.COMPILE),
        ("-Xlinker -E a.o", Action.LINK),
        ("-include a.h -c b.c", Action.COMPILE),
    ],
)
def test_action(line: str, action: Action) -> None:
    assert parse_clang(line.split()).action is action


def test_inputs_in_order_with_their_places() -> None:
    line = "-O2 a.c -Lx -l m b.o -Wl,--whole-archive w.a -lw -Wl,--no-whole-archive -Wl,-Bstatic -ls -o out t.S"
    invocation = parse_clang(line.split())
    shown = [
        (one.kind, one.name, line.split()[one.index : one.index + one.width], one.whole, one.static)
        for one in invocation.inputs
    ]
    assert shown == [
        (Kind.SOURCE, "a.c", ["a.c"], False, False),
        (Kind.LIBRARY, "m", ["-l", "m"], False, False),
        (Kind.FILE, "b.o", ["b.o"], False, False),
        (Kind.FILE, "w.a", ["w.a"], True, False),
        (Kind.LIBRARY, "w", ["-lw"], True, False),
        (Kind.LIBRARY, "s", ["-ls"], False, True),
        (Kind.ASSEMBLY, "t.S", ["t.S"], False, True),
    ]
    assert invocation.output == "out"
    assert invocation.library_dirs == (Path("x"),)


def test_x_holds_until_the_next() -> None:
    invocation = parse_clang(["-x", "c", "one", "-xc++", "two", "-x", "none", "three.c", "four"])
    assert [(one.language, one.x, one.kind) for one in invocation.inputs] == [
        ("c", "c", Kind.SOURCE),
        ("c++", "c++", Kind.SOURCE),
        ("c", None, Kind.SOURCE),
        ("", None, Kind.FILE),
    ]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("-O2 -DX=1 -D Y -I inc -Iother -std=c11 -c a.c -o a.o", "-O2 -DX=1 -D Y -I inc -Iother -std=c11"),
        ("-MD -MP -MF a.d -MT a.o -MQa -c a.c", ""),
        ("-Wp,-MD,a.d -Wp,-DX -c a.c", "-Wp,-DX"),
        ("-Xclang -foo -mllvm -bar -c a.c", "-Xclang -foo -mllvm -bar"),
        ("-g0 -gline-tables-only -gdwarf-4 -gsplit-dwarf -c a.c", "-gdwarf-4"),
        ("-flto=thin -flto -fsanitize=address -fsanitize-recover=all -c a.c", ""),
        ("--coverage -fprofile-instr-generate -fcoverage-mapping -fcoverage-prefix-map=a=b -c a.c",
         "-fcoverage-prefix-map=a=b"),
        ("-save-temps=obj -ftime-trace -c a.c", ""),
        ("a.c -Lx -L y -lz -l w -Wl,-O1 -Xlinker -z -z now -T script -u main -pthread", "-pthread"),
        ("-include a.h -isystem b -iquotec -target x86_64-linux-gnu -march=native -c a.c",
         "-include a.h -isystem b -iquotec -target x86_64-linux-gnu -march=native"),
    ],
)  # fmt: skip
def test_what_bitcode_emission_keeps(line: str, kept: str) -> None:
    assert parse_clang(line.split()).flags == tuple(kept.split())


@pytest.mark.parametrize(
    ("line", "level", "number"),
    [("", "0", 0), ("-O", "", 1), ("-O2 -O0", "0", 0), ("-Ofast", "fast", 3), ("-Os", "s", 2), ("-O3 -ObjC", "3", 3)],
)
def test_level(line: str, level: str, number: int) -> None:
    invocation = parse_clang([*line.split(), "a.c"])
    assert (invocation.level, invocation.engine_level) == (level, number)


def test_facts() -> None:
    facts = parse_clang(["-g", "-MMD", "-MF", "x.d", "-flto=thin", "a.c"])
    assert (facts.debug_info, facts.writes_dependencies, facts.dependency_file, facts.lto) == (True, True, "x.d", True)
    facts = parse_clang(["-g", "-g0", "-flto", "-fno-lto", "a.c"])
    assert (facts.debug_info, facts.writes_dependencies, facts.dependency_file, facts.lto) == (False,) * 2 + (
        None,
        False,
    )


def test_bitcode_command_at_each_level() -> None:
    at_zero = parse_clang(["-c", "a.c"])
    command = bitcode_command(_CLANG, at_zero, at_zero.sources[0], Path("a.bc"))
    assert "-O2" in command and "-U__OPTIMIZE__" in command and command[-1] == "a.c"
    at_three = parse_clang(["-c", "-O3", "-fmath-errno", "-x", "c", "a.foo"])
    command = bitcode_command(_CLANG, at_three, at_three.sources[0], Path("a.bc"))
    assert "-O2" not in command and "-fno-math-errno" not in command and command[-3:] == ("-x", "c", "a.foo")


@pytest.mark.parametrize(
    ("line", "objects"),
    [
        ("-c dir/a.b.c", ["a.b.o"]),
        ("-c a.c b.cpp", ["a.o", "b.o"]),
        ("-c -x c noext", ["noext.o"]),
        ("-c a.c -obuild/x.o", ["build/x.o"]),
    ],
)
def test_object_names(line: str, objects: list[str]) -> None:
    assert [str(path) for _, path in object_files(parse_clang(line.split()))] == objects


def test_own_options_anywhere() -> None:
    line = "--spec s.toml -c a.c --engine=catalyst --emit-archive lib.a --emit-header=d.h --timings --verbose-ad -O2"
    own, rest = split_own_options(line.split())
    assert (own.spec, own.archive, own.header) == (Path("s.toml"), Path("lib.a"), Path("d.h"))
    assert (own.engine, own.timings, own.verbose) == ("catalyst", True, True)
    assert rest == ("-c", "a.c", "-O2")


def test_an_argument_of_clang_is_none_of_ours() -> None:
    own, rest = split_own_options(["-Xlinker", "--timings", "a.o"])
    assert not own.timings
    assert rest == ("-Xlinker", "--timings", "a.o")


def test_own_option_without_value() -> None:
    with pytest.raises(UsageError) as caught:
        split_own_options(["a.c", "--spec"])
    assert caught.value.code == "missing-value"


def test_response_files_are_looked_into_and_kept(tmp_path: Path) -> None:
    (tmp_path / "inner").write_text("-lm")
    (tmp_path / "args").write_text("-c 'a b.c'\n-DX=\\\"y\\\" @inner")
    invocation = parse_clang(["-O2", "@args", "@missing"], tmp_path)
    assert invocation.argv == ("-O2", "@args", "@missing")
    assert invocation.words == ("-O2", "-c", "a b.c", '-DX="y"', "-lm", "@missing")
    assert invocation.action is Action.COMPILE


def test_a_response_file_that_names_itself(tmp_path: Path) -> None:
    (tmp_path / "args").write_text("a.c @args")
    assert parse_clang(["@args"], tmp_path).words[-1] == "@args"


@pytest.mark.parametrize(
    ("text", "words"),
    [("a  b\n\tc", ["a", "b", "c"]), ("'a b'\"c d\"", ["a bc d"]), ("a\\ b", ["a b"]), ('""', [""]), ("", []),
     ("'a\\'b'", ["a'b"])],
)  # fmt: skip
def test_split_words(text: str, words: list[str]) -> None:
    assert list(split_words(text)) == words


def test_after_two_dashes_everything_is_a_file() -> None:
    invocation = parse_clang(["-c", "--", "-strange.c", "b.c"])
    assert invocation.words == ("-c", "./-strange.c", "b.c")
    assert [(one.name, one.index) for one in invocation.inputs] == [("./-strange.c", 1), ("b.c", 2)]
    assert [str(path) for _, path in object_files(invocation)] == ["-strange.o", "b.o"]
    assert bitcode_command(_CLANG, invocation, invocation.sources[0], Path("x"))[-1] == "./-strange.c"


@pytest.mark.parametrize(
    ("line", "files", "whole"),
    [
        ("a.o -Wl,libb.a c.o", ["a.o", "libb.a", "c.o"], []),
        ("a.o -Wl,--start-group,libb.a,libc.a,--end-group", ["a.o", "libb.a", "libc.a"], []),
        ("a.o -Xlinker libb.a -Wl,-Bstatic,-lc", ["a.o", "libb.a", "c"], []),
        ("-x c a.c -Wl,libb.a", ["a.c", "libb.a"], []),
        ("a.o -Wl,-Map,map.a -Wl,-soname,x.a", ["a.o"], []),
        ("-Wl,--whole-archive a.a -Wl,--no-whole-archive b.a", ["a.a", "b.a"], ["a.a"]),
        ("-Wl,--push-state,--whole-archive a.a -Wl,--pop-state b.a", ["a.a", "b.a"], ["a.a"]),
        ("-Xlinker --push-state -Xlinker --whole-archive a.a -Xlinker --pop-state b.a", ["a.a", "b.a"], ["a.a"]),
        ("-Wl,--pop-state b.a", ["b.a"], []),
    ],
)
def test_words_for_the_linker(line: str, files: list[str], whole: list[str]) -> None:
    invocation = parse_clang(line.split())
    assert [one.name for one in invocation.inputs] == files
    assert [one.name for one in invocation.inputs if one.whole] == whole


def test_checks_and_counters() -> None:
    invocation = parse_clang(["-g", "-fsanitize=address,undefined", "-fno-sanitize=null", "--coverage", "a.c"])
    assert invocation.instrumentation == ("-fsanitize=address,undefined", "--coverage")


@pytest.mark.parametrize(
    "line",
    ["-Wl,--dependency-file=l.d a.o", "-Wl,-z,now,--dependency-file,l.d a.o", "-Xlinker --dependency-file=l.d a.o",
     "-Xlinker --dependency-file -Xlinker l.d a.o"],
)  # fmt: skip
def test_where_the_linker_notes_what_it_read(line: str) -> None:
    assert parse_clang(line.split()).linked_from_file == "l.d"
