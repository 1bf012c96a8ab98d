"""Pure tests of the cargo command line, configuration and the shim's decisions: no process starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ad_build.cargo import shim
from ad_build.cargo.command_line import cargo_words, emit_words, parse_cargo, split_own_options
from ad_build.cargo.config import read_config
from ad_build.cargo.std import build_std_words
from ad_build.cargo.toolchain import RustToolchain
from ad_build.errors import ToolError, UsageError

CWD = Path("/nowhere")


@pytest.fixture(autouse=True)
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a unit test started a process")

    monkeypatch.setattr("subprocess.Popen", refuse)
    for name in (
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "CARGO_ENCODED_RUSTDOCFLAGS",
        "CARGO_BUILD_TARGET",
        "RUSTC",
        "RUSTC_WRAPPER",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("line", "emitted"),
    [
        ("build --release", "build --release"),
        ("b", "build"),
        ("run --release -- --steps 3", "build --release"),
        ("run --release input.txt --steps 3", "build --release"),
        ("r --example ex", "build --example ex"),
        ("test --no-run energy -- --nocapture", "test --no-run energy"),
        ("test --doc", "test --no-run --lib"),
        ("bench --bench speed", "bench --no-run --bench speed"),
        ("rustc --bin app -- -Ctarget-cpu=native", "rustc --bin app … -- -Ctarget-cpu=native"),
        ("+nightly --offline build --target-dir x --message-format=json", "+nightly --offline build"),
        ("build --target wasm --timings=html -j 3", "build -j 3"),
        ("bindings -p phys", "build -p phys"),
        ("nextest run -p phys --cargo-profile=fast -j 3 -P ci energy", "test --no-run -p phys --profile=fast"),
        ("nextest list --release --build-jobs 2 -E test(energy)", "test --no-run --release --jobs 2"),
    ],
)
def test_pass_1_selects_the_same_artifacts(line: str, emitted: str) -> None:
    words = emit_words(parse_cargo(line.split(), CWD), targets=["T"], target_dir=Path("D"), extra=[])
    added = "--target T --target-dir D --message-format=json-render-diagnostics"
    front, _, back = emitted.partition(" … ")
    assert " ".join(words) == f"{front} {added} {back}".strip()


@pytest.mark.parametrize(
    "line", ["+1.95 --config a=1 run -p x --bin y -- a -- b", "test name -- --nocapture", "clippy --fix", "-V"]
)
def test_pass_2_is_the_users_command(line: str) -> None:
    assert " ".join(cargo_words(parse_cargo(line.split(), CWD))) == line


@pytest.mark.parametrize(
    ("line", "profile"),
    [
        ("build", "dev"),
        ("run -r", "release"),
        ("test", "test"),
        ("bench", "bench"),
        ("build --profile=fast", "fast"),
        ("nextest run", "test"),
        ("nextest run -P ci --cargo-profile fast", "fast"),
    ],
)
def test_profile(line: str, profile: str) -> None:
    assert parse_cargo(line.split(), CWD).profile == profile


def test_only_linking_subcommands_are_differentiated() -> None:
    assert all(
        parse_cargo(word.split(), CWD).links
        for word in ("build", "r", "t", "bench", "rustc", "bindings", "nextest run")
    )
    assert not any(
        parse_cargo(word.split(), CWD).links
        for word in ("nextest show-config version", "check", "clippy", "fmt", "doc", "tree", "metadata")
    )


def test_own_options_stand_before_the_subcommand() -> None:
    own, rest = split_own_options(["--spec", "s.toml", "--timings", "--color", "always", "run", "--timings"])
    assert (str(own.spec), own.timings, rest) == ("s.toml", True, ("--color", "always", "run", "--timings"))
    own, rest = split_own_options(["--emit-archive=lib.a", "--build-std", "build"])
    assert (own.archive_only, str(own.archive), own.build_std, rest) == (True, "lib.a", True, ("build",))


@pytest.mark.parametrize("line", ["--spec", "--emit object build", "--timings=x build"])
def test_bad_own_options(line: str) -> None:
    with pytest.raises(UsageError, match=line.split()[0].split("=")[0]):
        split_own_options(line.split())


def test_no_subcommand() -> None:
    with pytest.raises(UsageError) as caught:
        parse_cargo([], CWD)
    assert caught.value.code == "no-subcommand"


def test_aliases_expand_once() -> None:
    aliases = {"rr": ("run", "--release"), "loop": ("loop",)}
    assert cargo_words(parse_cargo(["rr", "x"], CWD, aliases)) == ("run", "--release", "x")
    assert parse_cargo(["loop"], CWD, aliases).subcommand == "loop"


def test_configuration_nearest_file_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    inner = tmp_path / "a" / "b"
    for folder, text in (
        (tmp_path / "a" / ".cargo", '[build]\ntarget = "outer"\nrustc-wrapper = "tools/w"\n[alias]\nrr = "run -r"\n'),
        (inner / ".cargo", 'include = "more.toml"\n[build]\ntarget = ["inner"]\n'),
    ):
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(text)
    (inner / ".cargo" / "more.toml").write_text('[build]\nrustdocflags = "-Dwarnings -v"\ntarget = "included"\n')
    config = read_config(inner)
    assert config.targets == ("inner",)
    assert config.rustdocflags == ("-Dwarnings", "-v")
    assert config.rustc_wrapper == str(tmp_path / "a" / "tools" / "w")
    assert config.aliases == (("rr", ("run", "-r")),)
    assert read_config(inner, ['build.target="cli"']).targets == ("cli",)
    monkeypatch.setenv("RUSTC_WRAPPER", "")
    assert read_config(inner).rustc_wrapper is None


def test_configuration_that_is_not_toml(tmp_path: Path) -> None:
    (tmp_path / ".cargo").mkdir()
    (tmp_path / ".cargo" / "config.toml").write_text("[build\n")
    with pytest.raises(UsageError) as caught:
        read_config(tmp_path)
    assert caught.value.code == "bad-cargo-config"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], ["-Copt-level=2", "-Cdebug-assertions=on", "-Coverflow-checks=on"]),
        (["-C", "debug-assertions=off"], ["-Copt-level=2", "-Cdebug-assertions=off", "-Coverflow-checks=off"]),
        (["-Copt-level=1"], ["-Copt-level=2", "-Cdebug-assertions=off", "-Coverflow-checks=off"]),
        (
            ["-C", "overflow-checks=on", "-C", "opt-level=1"],
            ["-Copt-level=2", "-Cdebug-assertions=off", "-Coverflow-checks=on"],
        ),
        (["-C", "opt-level=3"], []),
        (["-C", "opt-level=s"], []),
    ],
)
def test_low_levels_are_raised_but_keep_their_checks(args: list[str], expected: list[str]) -> None:
    flags = shim.emitting_flags([*args, "--cap-lints=warn"], "L")
    assert [word for word in flags if "opt-level" in word or "assertions" in word or "checks" in word] == expected
    assert "--cap-lints" not in flags


def test_dead_code_of_a_registrys_crates_stays_out() -> None:
    assert "-Clink-dead-code" in shim.emitting_flags([], "L")
    assert "-Clink-dead-code" not in shim.emitting_flags(["--cap-lints", "allow"], "L")


def test_linker_manifest(tmp_path: Path) -> None:
    (tmp_path / "a b.o").write_bytes(b"BC\xc0\xde bitcode")
    (tmp_path / "symbols.o").write_bytes(b"\x7fELF")
    (tmp_path / "line").write_text(
        f'"{tmp_path}/a b.o" -l foo -L {tmp_path} x.rlib -Bdynamic -lm\n--ad-build-lto=fat y.rlib'
    )
    assert shim.run_linker(["-m64", f"{tmp_path}/symbols.o", f"@{tmp_path}/line", "-o", f"{tmp_path}/out"]) == 0
    manifest = json.loads((tmp_path / "out").read_text())
    (tmp_path / "a b.o").unlink()
    assert [Path(name).read_bytes()[:2] for name in manifest["objects"]] == [b"BC"]
    assert [Path(name).name for name in manifest["libraries"]] == ["x.rlib", "y.rlib"]
    assert manifest["native"] == ["-lfoo", f"-L{tmp_path}", "-lm"]
    assert manifest["lto"] == "fat"


def test_units_are_recognised() -> None:
    command = [
        "rustc",
        "--crate-name",
        "app",
        "/x/src/main.rs",
        "--emit=dep-info,link",
        "-C",
        "extra-filename=-12",
        "--out-dir",
        "/t",
    ]
    assert shim.option(command, "--emit") == "dep-info,link"
    assert shim.output_stem(command) == "/t/app-12"
    assert shim.source_of(["rustc", "-", "--crate-name", "___"]) is None


def toolchain(sysroot: Path) -> RustToolchain:
    return RustToolchain(
        cargo=Path("cargo"), rustc=Path("rustc"), version=(1, 96, 0), host="h", llvm_version=(22, 1), sysroot=sysroot
    )


def test_std_sources(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        build_std_words(toolchain(tmp_path), tmp_path)
    assert caught.value.code == "std-sources-missing" and "rust-src" in (caught.value.hint or "")
    library = tmp_path / "lib/rustlib/src/rust/library"
    library.mkdir(parents=True)
    (library / "Cargo.lock").touch()
    assert build_std_words(toolchain(tmp_path), tmp_path) == ("-Zbuild-std",)
    (library / "vendor").mkdir()
    assert any("replace-with" in word for word in build_std_words(toolchain(tmp_path), tmp_path))
    (tmp_path / "Cargo.lock").write_text('source = "registry+somewhere"')
    assert build_std_words(toolchain(tmp_path), tmp_path) == ("-Zbuild-std",)
