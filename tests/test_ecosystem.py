"""Crates from crates.io, used as they are inside differentiated functions: each program checks its own gradients."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import AdBuild

MEMBERS = ("argmin", "glam", "libm", "num-complex", "statrs")
# Many runs of the engine, each of several seconds: their functions need what is tried after the ordinary way.
LARGE = ("nalgebra", "ndarray", "ode_solvers", "serde_json")


def passed(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert "check " in done.stdout
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize("name", [*MEMBERS, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)])
def test_crate(name: str, fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "rust/ecosystem"
    passed(ad_build("cargo", "--spec", f"{name}/autodiff.toml", "run", "--release", "-p", f"with-{name}", cwd=folder))
