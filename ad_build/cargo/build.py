"""Pass 2: the user's own cargo command, with the archives as linker arguments of the artifacts that need them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ad_build.cache import write_atomically, write_script
from ad_build.cargo.command_line import cargo_words
from ad_build.cargo.emit import EmittedProgram
from ad_build.cargo.session import CargoSession, wrapper_environment, write_shims
from ad_build.cargo.std import build_std_words
from ad_build.model import Outside
from ad_build.process import Runner


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramArchive:
    """The archive of a program, and the functions that it calls in the program."""

    path: Path
    outside: Outside = field(default_factory=Outside)


def archive_path(session: CargoSession, program: EmittedProgram) -> Path:
    """Where the archive of a program belongs.

    cargo relinks when this file becomes newer, so write it only when its content changes (:func:`store_archive`).
    """
    digest = hashlib.sha256(f"{program.key}|{session.invocation.profile}|{session.targets[0]}".encode()).hexdigest()
    return session.work_dir / "archives" / f"lib{program.name}-{program.kind}-{digest[:16]}.a"


def store_archive(path: Path, content: bytes) -> bool:
    """Put an archive in its place, atomically, unless it is there already; returns whether it changed."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    write_atomically(path, content)
    return True


def link_arguments(session: CargoSession, program: EmittedProgram, archive: ProgramArchive) -> tuple[str, ...]:
    """What rustc is given in addition for one artifact.

    GNU ld reads libraries once, from left to right, and the archive stands behind them all: those that it may
    need (std's panic entry points, libm) are named again.
    """
    linker = [str(archive.path)]
    if "linux" in session.targets[0]:
        native = [word for word in program.native_libs if word.startswith("-l")]
        linker += [*map(str, program.emitted.std_libraries), "-Wl,--as-needed", *native]
        if session.build_std:
            # Pass 2 builds its own std, under the same names but elsewhere: it is on the line already.
            linker = [str(archive.path), "-Wl,--as-needed", *native]
    words = [f"-Clink-arg={word}" for word in linker]
    lld = session.toolchain.lld
    if program.lto in ("thin", "fat") and lld is not None:
        # rustc's own LTO makes std's symbols (panics, the allocator) local before it calls the linker, so the
        # archive would not find them.  The linker's LTO sees the archive; lld comes with the toolchain.  cargo has
        # emitted the dependencies as bitcode already.
        words += ["-Clto=off", f"-Clink-arg=-B{lld}", "-Clink-arg=-fuse-ld=lld"]
        if not archive.outside:
            words.append("-Clinker-plugin-lto")
    return tuple(words)


def lto_note(session: CargoSession, programs: Iterable[EmittedProgram]) -> str | None:
    """What to tell the user where the profile's LTO is done in another way than plain cargo does it."""
    if not any(program.lto in ("thin", "fat") for program in programs):
        return None
    if session.toolchain.lld is not None:
        return "the profile's LTO is done by rust-lld, so that the derivatives find the standard library's symbols"
    return "the profile's LTO is off: it hides the standard library's symbols, and this toolchain has no rust-lld"


def profile_environment(session: CargoSession, programs: Iterable[EmittedProgram]) -> dict[str, str]:
    """Variables that switch the profile's LTO off where it cannot work: there is no lld in the toolchain."""
    if session.toolchain.lld is not None or not any(program.lto in ("thin", "fat") for program in programs):
        return {}
    profile = session.invocation.profile
    base = {"dev": "DEV", "test": "DEV", "release": "RELEASE", "bench": "RELEASE"}
    return {f"CARGO_PROFILE_{base.get(profile, profile.upper().replace('-', '_'))}_LTO": "off"}


def final_build(session: CargoSession, archives: Mapping[EmittedProgram, ProgramArchive]) -> int:
    """Run the user's command; returns cargo's exit status (that of the program, for ``run``).

    Each program of ``archives`` is linked with its archive, every other artifact as ever.  Standard output and
    signals are the command's own.
    """
    wrapper, _ = write_shims(session)
    table = {
        program.key: {
            "args": link_arguments(session, program, archive),
            "depends": [str(archive.path)],
            "outside": str(_leave_outside(archive)) if archive.outside else "",
        }
        for program, archive in archives.items()
    }
    text = json.dumps(table, indent=1, sort_keys=True).encode()
    path = session.work_dir / "tables" / f"{hashlib.sha256(text).hexdigest()[:16]}.json"
    if not path.is_file():
        write_atomically(path, text)
    environment = {
        **wrapper_environment(session, wrapper),
        **profile_environment(session, archives),
        "AD_BUILD_PASS": "link",
        "AD_BUILD_LINK_TABLE": str(path),
    }
    if any(archive.outside for archive in archives.values()):
        environment.update(_outside_environment(session))
    if session.invocation.subcommand == "test":
        environment.update(_doctest_environment(session, archives))
    words = list(cargo_words(session.invocation))
    if session.build_std:
        words = _with_std(session, words)
    return session.runner.hand_over((session.toolchain.cargo, *words), cwd=session.invocation.cwd, env=environment)


_TELLING = "ad-build-telling"
# Symbols must say which function is meant, and objects must have them: the profile's LTO would be over before the link.
_TELLING_FLAGS = ("-Csymbol-mangling-version=v0", "-Clinker-plugin-lto=no")


def _outside_environment(session: CargoSession) -> dict[str, str]:
    """Variables for programs whose archives call functions of the program: a linker and how the workspace is compiled.

    What cargo builds with a wrapper of the workspace, it keeps apart from what it builds without.
    """
    from ad_build.outside import COMMAND

    user = session.config.workspace_wrapper
    users = (user,) if user is not None and os.path.basename(user) != _TELLING else ()
    telling = write_script(session.bin_dir / _TELLING, users, _TELLING_FLAGS)
    return {
        "RUSTC_WORKSPACE_WRAPPER": str(telling),
        "AD_BUILD_TABLE_LINKER": str(write_script(session.bin_dir / "ad-build-table", COMMAND)),
    }


def _leave_outside(archive: ProgramArchive) -> Path:
    from ad_build.outside import leave

    path = archive.path.with_suffix(".outside")
    leave(archive.outside, path)
    return path


def _with_std(session: CargoSession, words: list[str]) -> list[str]:
    """Build std in pass 2 too: the archive refers to its symbols, whose names depend on how it was built."""
    place = 1 if session.toolchain.channel else 0
    extra = list(build_std_words(session.toolchain, session.invocation.cwd))
    words[place:place] = extra
    if not session.invocation.values("--target") and not session.config.targets:
        after = words.index(session.invocation.subcommand if session.invocation.subcommand != "bindings" else "build")
        words[after + 1 : after + 1] = ["--target", session.targets[0]]
    return words


def _doctest_environment(session: CargoSession, archives: Mapping[EmittedProgram, ProgramArchive]) -> dict[str, str]:
    """rustdoc links documentation tests itself: it gets the archives of the unit tests, which are read lazily."""
    tests = [(program, archive) for program, archive in archives.items() if program.kind == "test"]
    if not tests:
        return {}
    flags = [*session.config.rustdocflags]
    for program, archive in tests:
        flags += (word for word in link_arguments(session, program, archive) if word.startswith("-Clink-arg="))
    return {"CARGO_ENCODED_RUSTDOCFLAGS": "\x1f".join(flags)}


def links_from_outside(session: CargoSession, program: EmittedProgram) -> bool:
    """Whether code that pass 1 does not see is linked with the program's archive: users of a dylib, doc tests."""
    if program.kind == "dylib":
        return True
    selected = session.invocation.has("--lib", "--bins", "--examples", "--tests", "--benches", "--all-targets")
    named = session.invocation.values("--bin", "--example", "--test", "--bench")
    return session.invocation.subcommand == "test" and program.documented and not selected and not named


def pass_through(runner: Runner, cargo: Path, words: Iterable[str], cwd: Path) -> int:
    """Run cargo as it was asked to, for subcommands that do not link."""
    return runner.hand_over((cargo, *words), cwd=cwd, env=dict(os.environ))
