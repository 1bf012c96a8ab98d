"""Which engine is chosen, and what `ad-build engine list` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ad_build.engine.find import find_engine, list_engines, plugin_places
from ad_build.errors import AdBuildError
from ad_build.process import Runner

RUNNER = Runner(log=lambda line: None)


@pytest.mark.parametrize(
    ("choice", "code", "status"),
    [
        ("nonsense", "bad-engine", 2),
        ("plugin", "bad-engine", 2),
        ("plugin:/nowhere/LLVMEnzyme-22.so", "engine-unavailable", 3),
        ("catalyst:/nowhere/catalyst", "engine-unavailable", 3),
        ("catalyst:/bin/sh", "engine-unusable", 3),
        ("plugin:/bin/sh", "engine-unusable", 3),
    ],
)
def test_a_wrong_choice(choice: str, code: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AdBuildError) as caught:
        find_engine(choice, RUNNER)
    assert (caught.value.code, caught.value.exit_code) == (code, status)
    monkeypatch.setenv("AD_BUILD_ENGINE", choice)
    with pytest.raises(AdBuildError) as caught:
        find_engine(None, RUNNER)
    assert caught.value.code == code


def test_plugins_are_found_where_package_managers_put_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = {
        "SPACK_ROOT": "opt/spack/linux-zen2/enzyme-0.0.238-abc/lib/LLVMEnzyme-21.so",
        "RUSTUP_HOME": "toolchains/nightly/lib/rustlib/x86_64-unknown-linux-gnu/lib/libEnzyme-23.so",
        "CONDA_PREFIX": "lib/LLVMEnzyme-20.so",
        "HOME": ".nix-profile/lib/ClangEnzyme-19.so",
    }
    for variable, name in places.items():
        file = tmp_path / variable / name
        file.parent.mkdir(parents=True)
        file.touch()
        monkeypatch.setenv(variable, str(tmp_path / variable))
    found = [path.name for path in plugin_places() if path.is_relative_to(tmp_path)]
    assert found == ["libEnzyme-23.so", "LLVMEnzyme-21.so", "LLVMEnzyme-20.so", "ClangEnzyme-19.so"]


def test_the_list_shows_what_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AD_BUILD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    (tmp_path / "LLVMEnzyme-15.so").write_bytes(b"no ELF file")
    first, *rest = list_engines(RUNNER)
    assert (first.name, first.status, first.llvm) == ("catalyst", "not installed", "22.0")
    broken = next(info for info in rest if info.path == tmp_path / "LLVMEnzyme-15.so")
    assert (broken.name, broken.status) == ("plugin", "unusable")
