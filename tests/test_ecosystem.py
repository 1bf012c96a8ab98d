"""Crates from crates.io, used as they are inside differentiated functions: each program checks its own gradients."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import AdBuild

MEMBERS = (
    "argmin",
    "glam",
    "libm",
    "nalgebra",
    "ndarray",
    "num-complex",
    "ode_solvers",
    "serde_json",
    "statrs",
)


def passed(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert "check " in done.stdout
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize("name", MEMBERS)
def test_crate(name: str, fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / "rust/ecosystem"
    passed(ad_build("cargo", "--spec", f"{name}/autodiff.toml", "run", "--release", "-p", f"with-{name}", cwd=folder))
