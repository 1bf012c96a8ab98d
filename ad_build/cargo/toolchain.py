"""Finds cargo and rustc and asks them what they are."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from ad_build.errors import ToolError
from ad_build.process import Runner

# The oldest rustc whose bitcode, mangled allocator symbols and messages ad-build was written for.
OLDEST_RUSTC = (1, 85, 0)

_INSTALL = "install Rust with rustup, or on Debian: apt-get install rustc-web cargo-web"


@dataclass(frozen=True, kw_only=True, slots=True)
class RustToolchain:
    """A cargo and its rustc.

    ``host`` is the target triple it runs on; ``version`` and ``llvm_version`` are numbers to compare;
    ``channel`` is the ``+name`` that was asked for.
    """

    cargo: Path
    rustc: Path
    version: tuple[int, int, int]
    host: str
    llvm_version: tuple[int, int]
    sysroot: Path
    channel: str | None = None

    @property
    def libdir(self) -> Path:
        """Where the host's standard library is."""
        return self.target_libdir(self.host)

    def target_libdir(self, target: str) -> Path:
        """Where the standard library for ``target`` is."""
        return self.sysroot / "lib" / "rustlib" / target / "lib"

    @property
    def lld(self) -> Path | None:
        """The folder with the ``ld.lld`` that comes with the toolchain, for ``-B``; None where there is none."""
        folder = self.sysroot / "lib" / "rustlib" / self.host / "bin" / "gcc-ld"
        real = folder.parent / "rust-lld"
        return folder if (folder / "ld.lld").exists() and real.exists() else None


def find_rust(runner: Runner, cwd: Path, *, channel: str | None = None, rustc: str | None = None) -> RustToolchain:
    """The toolchain that cargo uses in ``cwd`` (rustup reads its toolchain file there).

    ``channel`` is a rustup toolchain given as ``+channel``; ``rustc`` is the compiler of cargo's configuration.
    Raises :class:`ToolError`: ``cargo-missing``, ``rustc-missing``, ``toolchain-missing``, ``rustc-too-old``.
    """
    cargo = _which(os.environ.get("CARGO") or "cargo", "cargo-missing")
    compiler = _which(rustc or os.environ.get("RUSTC") or "rustc", "rustc-missing")
    plus = (f"+{channel}",) if channel else ()
    answer = _ask(runner, cwd, compiler, (*plus, "-vV"))
    facts = dict(line.split(": ", 1) for line in answer.splitlines() if ": " in line)
    version = _numbers(facts.get("release", ""))
    if len(version) < 3 or "host" not in facts:
        raise ToolError("rustc-missing", f"{compiler} does not answer like rustc", note=answer.strip()[:400])
    if version < OLDEST_RUSTC:
        raise ToolError(
            "rustc-too-old",
            f"{compiler} is rustc {facts['release']}",
            note=f"ad-build needs rustc {'.'.join(map(str, OLDEST_RUSTC))} or newer",
            hint="rustup update stable",
        )
    llvm = _numbers(facts.get("LLVM version", ""))
    if len(llvm) < 2:
        raise ToolError("rustc-missing", f"{compiler} is not built on LLVM", note="other backends have no LLVM IR")
    return RustToolchain(
        cargo=cargo,
        rustc=compiler,
        version=(version[0], version[1], version[2]),
        host=facts["host"],
        llvm_version=(llvm[0], llvm[1]),
        sysroot=Path(_ask(runner, cwd, compiler, (*plus, "--print", "sysroot")).strip()),
        channel=channel,
    )


def _which(name: str, code: str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise ToolError(code, f"{name} was not found", hint=_INSTALL)
    return Path(found)


def _ask(runner: Runner, cwd: Path, compiler: Path, words: tuple[str, ...]) -> str:
    done = runner.run((compiler, *words), cwd=cwd, env={"RUST_BACKTRACE": "0"})  # rustup's own is no help
    if done.returncode != 0:
        raise ToolError(
            "toolchain-missing",
            f"`{compiler.name} {' '.join(words)}` failed",
            note=done.stderr.strip() or None,
            hint="`rustup toolchain list` shows what is installed",
        )
    return done.stdout


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])
