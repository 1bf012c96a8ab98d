"""The standard library: which files belong to it, and building it from source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ad_build.cargo.shim import STD_MARK
from ad_build.cargo.toolchain import RustToolchain
from ad_build.errors import ToolError


def split_std(libraries: Iterable[Path], libdir: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Part the rlibs of a link line into the program's own and the standard library's, each in link order.

    Those of std lie in the toolchain's ``libdir``, or were built with ``--build-std`` (the wrapper marks them).
    """
    own: list[Path] = []
    std: list[Path] = []
    for path in libraries:
        built = path.with_suffix(STD_MARK).exists()
        (std if built or path.parent == libdir else own).append(path)
    return tuple(own), tuple(std)


def carries_bitcode(library: Path) -> bool:
    """Whether an rlib's members have ``.llvmbc`` sections (a cheap look for the section's name)."""
    return b".llvmbc\0" in library.read_bytes()


def require_bitcode(std_libraries: Iterable[Path]) -> None:
    """Make sure that the installed std can be linked into the fat module.

    Raises :class:`ToolError` (``std-without-bitcode``).
    """
    core = next((path for path in std_libraries if path.name.startswith("libcore-")), None)
    if core is not None and not carries_bitcode(core):
        raise ToolError(
            "std-without-bitcode",
            f"{core} carries no LLVM bitcode",
            hint="use rustup's toolchain, or ad-build cargo --build-std",
        )


def std_sources(toolchain: RustToolchain) -> Path:
    """The folder ``library`` of std's sources; raises :class:`ToolError` (``std-sources-missing``)."""
    root = toolchain.sysroot / "lib" / "rustlib" / "src" / "rust"
    library = root / "library"
    if not (library / "Cargo.lock").is_file() and not (root / "Cargo.lock").is_file():
        raise ToolError(
            "std-sources-missing",
            "--build-std needs the sources of the standard library",
            note=f"there are none in {library}",
            hint="rustup component add rust-src, or on Debian: apt-get install rust-web-src",
        )
    return library


def build_std_words(toolchain: RustToolchain, manifest_folder: Path) -> tuple[str, ...]:
    """cargo's options for building std.

    Where the sources bring their dependencies along (Debian's do) and the project has none from a registry,
    those are used, so that no network is needed.
    """
    library = std_sources(toolchain)
    words = ["-Zbuild-std"]
    vendor = next((path for path in (library / "vendor", library.parent / "vendor") if path.is_dir()), None)
    if vendor is not None and not _uses_registry(manifest_folder):
        words += [
            "--config", 'source.crates-io.replace-with="ad-build-std"',
            "--config", f'source.ad-build-std.directory="{vendor}"',
        ]  # fmt: skip
    return tuple(words)


def _uses_registry(folder: Path) -> bool:
    for parent in (folder, *folder.parents):
        lock = parent / "Cargo.lock"
        if lock.is_file():
            return '"registry+' in lock.read_text(encoding="utf-8", errors="replace")
    return False
