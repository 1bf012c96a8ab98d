"""The companion crate: its own tests, what its expansions look like to rustc and the linker, and that it is shipped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMPANION = ROOT / "ad_build/cargo/companion"
DATA = Path(__file__).parent / "data/companion"
EDITIONS = ("2015", "2018", "2021", "2024")
SYMBOL = re.compile(
    r"^(?P<path>[^ ]+)::(?P<name>\w+): ad-build derives this function; build with 'ad-build cargo' in place of 'cargo' "
    r"\[ad-build 1 (?P<mode>reverse|forward) width=(?P<width>\d+) args=(?P<args>[\w,*]*) ret=(?P<ret>\w+) "
    r"id=(?P<id>[0-9a-f]{16})\]$"
)


@dataclass(frozen=True)
class Companion:
    """The crate in a copy of its own, and a target directory that all tests share."""

    folder: Path
    target: Path

    def cargo(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run("cargo", *words, cwd=self.folder, CARGO_TARGET_DIR=str(self.target), **environment)

    def rustc(self, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        libraries = self.target / "debug/deps"
        return run(
            "rustc", "-L", libraries, "--extern", f"ad_build={self.target}/debug/libad_build.rlib", *words, cwd=cwd
        )


def run(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, words)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


@pytest.fixture(scope="module")
def companion(tmp_path_factory: pytest.TempPathFactory) -> Companion:
    folder = tmp_path_factory.mktemp("companion")
    shutil.copytree(COMPANION, folder / "crate", ignore=shutil.ignore_patterns("target"))
    made = Companion(folder=folder / "crate", target=folder / "target")
    built = made.cargo("build", "--quiet", "-p", "ad-build")
    assert built.returncode == 0, built.stderr
    assert not built.stderr
    return made


def test_own_tests(companion: Companion) -> None:
    """Signatures against std::autodiff, shadows, and the crate's documentation."""
    done = companion.cargo("test", "--quiet", "--workspace", "--lib", "--test", "shadow")
    assert done.returncode == 0, done.stdout + done.stderr
    done = companion.cargo("test", "--quiet", "--doc", "-p", "ad-build")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_refused(companion: Companion) -> None:
    """Messages and places, by trybuild."""
    done = companion.cargo("test", "--quiet", "-p", "ad-build", "--test", "refused")
    assert done.returncode == 0, done.stdout + done.stderr


def test_recorded_signatures() -> None:
    """What is recorded of std::autodiff is what this rustc says."""
    done = run(sys.executable, ROOT / "tools/record_std_autodiff.py", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("edition", EDITIONS)
def test_expansions_are_free_of_warnings(companion: Companion, tmp_path: Path, edition: str) -> None:
    source = companion.folder / "ad-build/examples/accepted.rs"
    options = ("--edition", edition, "--crate-type", "lib", "--emit=metadata", "-o", tmp_path / "accepted.rmeta")
    done = companion.rustc(*options, source, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_clippy(companion: Companion) -> None:
    """On the crate itself, and on expansions in a crate that denies nearly everything."""
    if shutil.which("cargo-clippy") is None:
        pytest.skip("this toolchain has no clippy")
    done = companion.cargo("clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings")
    assert (done.returncode, done.stderr) == (0, "")


def symbols(text: str) -> Iterator[str]:
    """The raw derivatives that an object's or IR's text names, each once."""
    yield from dict.fromkeys(re.findall(r"[^\s\"`]+: ad-build derives [^\]]*\]", text))


@pytest.fixture(scope="module")
def names(companion: Companion, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of each request in `requests.rs`: the derivative's name, and its symbol."""
    folder = tmp_path_factory.mktemp("names")
    done = companion.rustc("--edition=2021", "--emit=obj", "-o", "requests.o", DATA / "requests.rs", cwd=folder)
    assert done.returncode == 0, done.stderr
    listed = run("nm", "-u", "requests.o", cwd=folder)
    found = {}
    for symbol in symbols(listed.stdout):
        match = SYMBOL.match(symbol)
        assert match, symbol
        assert match["name"] not in found
        found[match["name"]] = symbol
    return found


def test_symbols_tell_the_request(names: dict[str, str]) -> None:
    told = {}
    for name, symbol in names.items():
        match = SYMBOL.match(symbol)
        assert match
        told[name] = f"{match['path']} {match['mode']} {match['width']} {match['args']} {match['ret']}"
    assert told == {
        "d_pick": "requests reverse 1 Duplicated,Const Active",
        "d_pick_only": "requests reverse 1 DuplicatedOnly,Const ActiveOnly",
        "f_pick": "requests forward 1 Dual,Const DualOnly",
        "f_pick_vector": "requests forward 2 Dualv,Const Dual",
        "d_mix": "requests reverse 1 Active,Duplicated*,Active Active",
        "f_mix": "requests forward 2 Dual,Dual,Const Dual",
        "d_twist": "requests reverse 1 Duplicated*,Duplicated None",
        "d_twist_wide": "requests reverse 2 Const,Duplicated None",
        "f_twist": "requests forward 1 Dual,Dual None",
        "f_twist_only": "requests forward 2 Dual,DualOnly None",
        "d_consume": "requests reverse 1 Const,Active Active",
        "d_fill": "requests reverse 1 Duplicated,Duplicated,Const None",
        "d_dot": "requests reverse 1 Duplicated,Duplicated Active",
        "d_sum": "requests reverse 1 Duplicated,Duplicated,Duplicated Active",
        "d_energy": "requests::Pair reverse 1 Duplicated,Active Active",
    }
    assert len({symbol[-17:] for symbol in names.values()}) == len(names)


@pytest.mark.parametrize("level", ["0", "3"])
@pytest.mark.parametrize("mangling", ["legacy", "v0"])
def test_the_shim_is_a_constant_operand(companion: Companion, tmp_path: Path, level: str, mangling: str) -> None:
    options = (
        "--emit=llvm-ir",
        f"-Copt-level={level}",
        "-Cno-prepopulate-passes",
        "-Cdebuginfo=2",
        "-o",
        "requests.ll",
    )
    if mangling == "v0":
        options += ("-Csymbol-mangling-version=v0",)
    done = companion.rustc("--edition=2021", *options, DATA / "requests.rs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    calls = [
        line
        for line in (tmp_path / "requests.ll").read_text().splitlines()
        if re.search(r"(call|invoke) .*: ad-build", line)
    ]
    assert len(calls) == 15
    for line in calls:
        assert re.search(r"\]\"\(ptr (noundef )?@\w*__ad_build_primal", line), line


@pytest.mark.parametrize("level", ["0", "3"])
def test_raw_derivatives_by_hand(companion: Companion, names: dict[str, str], tmp_path: Path, level: str) -> None:
    """Everything that goes between a derivative and its raw derivative arrives."""
    source = re.sub(r"RAW\((\w+)\)", lambda match: names[match[1]], (DATA / "raw.rs").read_text())
    (tmp_path / "raw.rs").write_text(source)
    done = run("rustc", "--edition=2021", "-Copt-level=3", "-Cpanic=abort", "--emit=obj", "raw.rs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    options = ("--edition=2021", f"-Copt-level={level}", "-Clink-arg=raw.o", "-o", "requests")
    done = companion.rustc(*options, DATA / "requests.rs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = run("./requests", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "all right\n"), done.stderr


def package(folder: Path, companion: Companion, options: str = "") -> None:
    """A package that calls a derivative, and has its own name for the crate."""
    (folder / "Cargo.toml").write_text(
        f"""
[package]
name = "plain"
version = "0.1.0"
edition = "2021"
[dependencies]
ad = {{ package = "ad-build", {options}path = "{companion.folder}/ad-build" }}
[workspace]
"""
    )
    (folder / "src").mkdir()
    (folder / "src/main.rs").write_text(
        """
mod model {
    #[derive(Clone, ad::Perturb, ad::Shadow)]
    pub struct Chain(pub Vec<f64>);
    #[ad::autodiff_reverse(d_energy, Duplicated, Active)]
    pub fn energy(chain: &Chain) -> f64 {
        chain.0[0] * chain.0[0]
    }
}
fn main() {
    let chain = model::Chain(vec![2.0]);
    let mut gradient = ad::zero_shadow(&chain);
    let value = model::d_energy(&chain, &mut gradient, 1.0);
    println!("{value} {}", gradient.0[0]);
}
"""
    )


@pytest.mark.parametrize("linker", ["bfd", "lld"])
def test_what_plain_cargo_says(companion: Companion, tmp_path: Path, linker: str) -> None:
    """A build without ad-build ends with a sentence that says what to do."""
    package(tmp_path, companion)
    environment = {"RUSTFLAGS": f"-Clink-arg=-fuse-ld={linker}", "CARGO_TARGET_DIR": str(companion.target)}
    done = run("cargo", "check", "--quiet", cwd=tmp_path, **environment)
    if "cannot find 'ld'" in done.stderr:  # Debian's compiler; rustup's brings an lld of its own
        pytest.skip(f"this toolchain has no {linker}")
    assert (done.returncode, done.stderr) == (0, "")
    done = run("cargo", "build", cwd=tmp_path, **environment)
    if linker not in done.stderr:
        pytest.skip(f"this toolchain has no {linker}")
    assert done.returncode != 0
    expected = (
        "plain::model::d_energy: ad-build derives this function; build with 'ad-build cargo' in place of 'cargo' ["
    )
    assert re.search(r"undefined (symbol: |reference to `)" + re.escape(expected), done.stderr), done.stderr


def test_what_only_the_compiler_sees(companion: Companion, tmp_path: Path) -> None:
    """Where an attribute cannot know better, rustc's own message stands at the right place."""
    done = companion.rustc("--edition=2021", "--emit=metadata", DATA / "methods.rs", cwd=tmp_path)
    assert done.returncode != 0
    found = re.findall(r"^error\[(E\d+)\]: (.*)\n +--> .*methods.rs:(\d+)", done.stderr, re.MULTILINE)
    lines = (DATA / "methods.rs").read_text().splitlines()
    assert {(code, lines[int(line) - 1].strip()) for code, _, line in found} == {
        ("E0425", "pub fn parabola(x: f64) -> f64 {"),
        ("E0277", "#[autodiff_reverse(d_unsized, Duplicated, Active)]"),
        ("E0407", "#[autodiff_reverse(d_energy, Duplicated, Active)]"),
        ("E0599", "#[autodiff_reverse(d_energy, Duplicated, Active)]"),
        ("E0401", "pub fn value(&self, x: &T) -> f64 {"),
    }
    assert "cannot find function `parabola` in this scope" in done.stderr
    assert "method `d_energy` is not a member of trait `Energy`" in done.stderr


def test_debug_info_of_shims(companion: Companion, tmp_path: Path) -> None:
    """The shim's parameters have the primal's names and their own types."""
    options = ("--emit=llvm-ir", "-Cno-prepopulate-passes", "-Cdebuginfo=2", "-o", "requests.ll")
    done = companion.rustc("--edition=2021", *options, DATA / "requests.rs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "requests.ll").read_text()
    shims = dict(re.findall(r'^(!\d+) = distinct !DISubprogram\(name: "(__ad_build_primal\w*)"', text, re.MULTILINE))
    assert len(shims) == 15
    parameters = re.findall(r'!DILocalVariable\(name: "(\w+)", arg: (\d+), scope: (!\d+),.*?type: (!\d+)', text)
    types = dict(
        re.findall(
            r'^(!\d+) = .*?(?:DICompositeType|DIDerivedType|DIBasicType)\(.*?name: "([^"]*)"', text, re.MULTILINE
        )
    )
    found = {
        tuple(f"{name}: {types.get(kind)}" for name, _, scope, kind in parameters if scope == shim) for shim in shims
    }
    assert ("x: &[f64]", "n: usize") in found
    assert ("x: f64", "a: *const [f64; 2]", "y: f32") in found
    assert ("pair: *const requests::Pair", "__ad_build_result: *mut requests::Pair") in found
    assert ("self: &requests::Pair", "all: &[requests::Pair]", "last: &mut requests::Pair") in found
    assert ("this: &requests::Pair", "scale: f64") in found


def test_fallback(companion: Companion, tmp_path: Path) -> None:
    """Central differences where ad-build is not at work; cargo builds again when that changes."""
    done = companion.cargo("test", "--quiet", "-p", "ad-build", "--features", "fallback", "--test", "fallback")
    assert done.returncode == 0, done.stdout + done.stderr
    package(tmp_path, companion, 'features = ["fallback"], ')
    options = {"cwd": tmp_path, "CARGO_TARGET_DIR": str(companion.target)}
    for _ in range(2):
        done = run("cargo", "run", "--quiet", **options)
        assert (done.returncode, done.stderr) == (0, "")
        value, gradient = map(float, done.stdout.split())
        assert value == 4.0
        assert abs(gradient - 4.0) < 1e-8
        done = run("cargo", "build", **options, AD_BUILD_PASS="link")
        assert done.returncode != 0
        assert "ad-build derives this function" in done.stderr


MSRV_PACKAGES = (
    *(f"{name}=1.85.0+dfsg3-1~deb12u3" for name in ("rustc-web", "cargo-web", "libstd-rust-web-dev")),
    *("libstd-rust-web-1.85", "libllvm19", "libpcre3"),
)


@pytest.mark.slow
def test_oldest_rustc(tmp_path: Path) -> None:
    """The crate's `rust-version` is true: Debian 12 has that compiler as packages, which are only unpacked here."""
    declared = re.search(r'rust-version = "(.*)"', (COMPANION / "Cargo.toml").read_text())
    assert declared and declared[1] == "1.85"
    if shutil.which("apt-get") is None or run("apt-get", "download", *MSRV_PACKAGES, cwd=tmp_path).returncode != 0:
        pytest.skip("no Debian 12 packages here")
    for package in tmp_path.glob("*.deb"):
        run("dpkg", "-x", package, "root", cwd=tmp_path)
    root = tmp_path / "root"
    environment = {
        "PATH": f"{root}/usr/bin:/usr/bin:/bin",
        "LD_LIBRARY_PATH": f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu",
        "CARGO_TARGET_DIR": str(tmp_path / "target"),
        "RUSTUP_TOOLCHAIN": "",
    }
    shutil.copytree(COMPANION, tmp_path / "crate", ignore=shutil.ignore_patterns("target"))
    done = run("rustc", "--version", cwd=tmp_path, **environment)
    assert done.stdout.startswith("rustc 1.85.0"), done.stderr
    for words in (
        ("test", "--workspace", "--lib", "--test", "shadow"),
        ("test", "--doc"),
        ("test", "-p", "ad-build", "--test", "fallback", "--features", "fallback"),
        ("check", "-p", "ad-build", "--example", "accepted"),
    ):
        done = run("cargo", *words, "--quiet", cwd=tmp_path / "crate", **environment)
        assert done.returncode == 0, done.stdout + done.stderr


def test_shipped(tmp_path: Path) -> None:
    """A wheel holds both crates, without their tests; cargo can use them from there."""
    source = tmp_path / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".git", "target", "build", "*.egg-info", ".venv", "fixtures")
    )
    done = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, source, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
        shipped = {name.removeprefix("ad_build/cargo/companion/") for name in wheel.namelist() if "/companion/" in name}
    kept = {
        str(path.relative_to(COMPANION))
        for path in COMPANION.rglob("*")
        if path.is_file() and path.suffix in (".toml", ".rs", ".md") and "tests" not in path.parts
    }
    assert kept <= shipped
    assert not any(name.startswith(("ad-build/tests", "ad-build-macros/tests")) for name in shipped)
    (tmp_path / "site/user/src").mkdir(parents=True)
    (tmp_path / "site/user/src/lib.rs").write_text("pub use ad_build::zero_shadow;\n")
    (tmp_path / "site/user/Cargo.toml").write_text(
        '[package]\nname = "user"\nedition = "2021"\n'
        '[dependencies]\nad-build = { path = "../ad_build/cargo/companion/ad-build" }\n'
    )
    done = run("cargo", "check", "--quiet", cwd=tmp_path / "site/user")
    assert (done.returncode, done.stderr) == (0, "")
