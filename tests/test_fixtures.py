"""The fixtures, built and run as a user does: each program checks its own gradients and exits with 0 if all agree.

They compare with finite differences, closed forms, hand-written adjoints and forward against reverse mode.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, AdBuild, run_make

C_PROJECTS = ("gmm", "heat", "pendulum", "neural")
SMALL = tuple(sorted(p.stem for p in (ROOT / "fixtures/c/small").iterdir() if p.suffix in (".c", ".cpp")))
CARGO = ("cargo", "--spec", "autodiff.toml")


def passed(done: subprocess.CompletedProcess[str]) -> None:
    """The program was built, ran, and found every one of its checks right."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize("name", C_PROJECTS)
def test_c_project_that_asks_in_its_source(name: str, fixtures: Path) -> None:
    passed(run_make(fixtures / "c" / name, "check"))


@pytest.mark.parametrize("name", C_PROJECTS)
def test_c_project_that_asks_in_a_spec(name: str, fixtures: Path) -> None:
    passed(run_make(fixtures / "c" / name, "check-spec"))


@pytest.mark.parametrize("name", SMALL)
def test_small_c_program(name: str, fixtures: Path) -> None:
    folder = fixtures / "c/small"
    built = run_make(folder, name)
    assert built.returncode == 0, built.stdout + built.stderr
    done = subprocess.run([str(folder / name)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize(("level", "linker"), [("-O2", "lld"), ("-O0", "bfd")])
def test_functions_from_outside(level: str, linker: str, fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "c/outside"
    assert ad_build("clang", "-c", level, "curves.c", cwd=folder).returncode == 0
    words = ("clang++", "--spec", "autodiff.toml", level, f"-fuse-ld={linker}", "-I..", "model.cpp", "main.cpp")
    built = ad_build(*words, "curves.o", "-o", "main", cwd=folder)
    assert built.returncode == 0, built.stderr
    passed(subprocess.run([folder / "main"], capture_output=True, text=True, check=False))
    lambdas = subprocess.run([folder / "main", "--lambda"], capture_output=True, text=True, check=False)
    assert lambdas.returncode == -6
    assert "cannot be told from another one (a C++ lambda" in lambdas.stderr


# neural needs what that old Enzyme asserts on: run-time activity across a call.
@pytest.mark.parametrize("name", ["gmm", "heat", "pendulum"])
def test_c_project_with_the_plugin_engine(name: str, fixtures: Path, plugin_file: Path) -> None:
    folder = fixtures / "c" / name
    assert run_make(folder, "clean").returncode == 0
    passed(run_make(folder, "check", AD_BUILD_ENGINE=f"plugin:{plugin_file}"))
    assert run_make(folder, "clean").returncode == 0


CRATES = {"gmm": (), "heat": (), "pendulum": (), "features": (), "sixty": (), "neural": ("-p", "train")}


@pytest.mark.parametrize(("name", "words"), CRATES.items(), ids=CRATES)
def test_rust_crate(name: str, words: tuple[str, ...], fixtures: Path, ad_build: AdBuild) -> None:
    passed(ad_build(*CARGO, "run", "--release", *words, cwd=fixtures / "rust" / name))


def test_rust_crate_in_the_dev_profile(fixtures: Path, ad_build: AdBuild) -> None:
    passed(ad_build(*CARGO, "run", cwd=fixtures / "rust/features"))


def test_rust_tests_and_examples(fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "rust/gmm"
    tests = ad_build(*CARGO, "test", "--release", cwd=folder)
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "reverse_agrees_with_finite_differences ... ok" in tests.stdout
    fit = ad_build(*CARGO, "run", "--release", "--example", "fit", cwd=folder)
    assert fit.returncode == 0, fit.stdout + fit.stderr


def test_rust_benches(fixtures: Path, ad_build: AdBuild) -> None:
    done = ad_build(*CARGO, "bench", "--bench", "scaling", cwd=fixtures / "rust/gmm")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["gmm", "heat"])
def test_rust_crate_with_the_plugin_engine(name: str, fixtures: Path, plugin_file: Path, ad_build: AdBuild) -> None:
    passed(ad_build(*CARGO, "run", "--release", cwd=fixtures / "rust" / name, AD_BUILD_ENGINE=f"plugin:{plugin_file}"))


@pytest.mark.parametrize("name", ["gmm", "features"])
def test_rust_crate_with_debians_compiler(name: str, fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "rust" / name
    passed(ad_build(*CARGO, "run", "--release", cwd=folder, PATH="/usr/bin:/bin", CARGO_TARGET_DIR="target-debian"))


@pytest.mark.slow
def test_rust_crate_on_a_std_of_its_own(fixtures: Path, ad_build: AdBuild) -> None:
    words = ("cargo", "--spec", "autodiff.toml", "--build-std", "run", "--release")
    passed(ad_build(*words, cwd=fixtures / "rust/sixty", PATH="/usr/bin:/bin", CARGO_TARGET_DIR="target-std"))


@pytest.mark.parametrize("lto", ["thin", "fat"])
def test_rust_crate_under_lto(lto: str, fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "rust/pendulum"
    passed(ad_build(*CARGO, "run", "--release", cwd=folder, CARGO_PROFILE_RELEASE_LTO=lto))


def test_a_build_without_changes_makes_nothing_anew(fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "rust/heat"
    words = (*CARGO, "--timings", "build", "--release")
    assert ad_build(*words, cwd=folder).returncode == 0
    archives = {path: path.stat().st_mtime_ns for path in folder.glob("target/ad-build/archives/*")}
    again = ad_build(*words, cwd=folder)
    assert again.returncode == 0
    assert archives == {path: path.stat().st_mtime_ns for path in folder.glob("target/ad-build/archives/*")}
    assert "engine" not in [line.split()[0] for line in again.stderr.splitlines() if line.strip()]
