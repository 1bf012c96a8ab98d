"""Pass 1: the LLVM IR of every artifact that the user's command links, without linking anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ad_build.cargo.command_line import emit_words
from ad_build.cargo.session import CargoSession, wrapper_environment, write_shims
from ad_build.cargo.shim import MANIFEST_FORMAT, artifact_key
from ad_build.cargo.std import build_std_words, split_std
from ad_build.errors import CompilerError
from ad_build.model import EmittedIr


@dataclass(frozen=True, kw_only=True, slots=True)
class EmittedProgram:
    """One artifact that the second pass will link.

    ``kind`` is bin, test, bench, example, cdylib, dylib or lib; ``executable`` is what pass 1 wrote in its place;
    ``native_libs`` are ``-l…``, ``-L…`` and native libraries in order.  ``key`` names the artifact in both passes;
    ``lto`` is the profile's setting (``""``, ``"off"``, ``"thin"``, ``"fat"``).  ``fingerprint`` changes whenever
    one of the files of ``emitted`` does.  ``unnamed`` are the build's other libraries: rustc links no crate that a
    program never names, though a program may call a derivative of its functions and nothing else.
    ``documented``: it is the unit test of a library, whose documentation may hold tests.
    """

    name: str
    kind: str
    package: str
    executable: Path
    emitted: EmittedIr
    native_libs: tuple[str, ...] = ()
    key: str = ""
    lto: str = ""
    fingerprint: str = ""
    documented: bool = False
    unnamed: tuple[Path, ...] = ()


def emit_ir(session: CargoSession, *, libraries: bool = False) -> tuple[EmittedProgram, ...]:
    """Run pass 1 and collect what it left, one program for each linked artifact.

    With ``libraries`` (for an archive that is made without any program), and where no program is built, the library
    targets of the selected packages count as programs too.  Raises :class:`CompilerError` (``compile-failed``):
    cargo's messages are already on standard error.
    """
    wrapper, linker = write_shims(session)
    invocation = session.invocation
    extra: list[str] = []
    if session.default_bin and not invocation.values("--bin", "--example"):
        package, name = session.default_bin
        extra += ["--bin", name] + ([] if invocation.values("-p", "--package") else ["-p", package])
    if session.build_std:
        extra += build_std_words(session.toolchain, invocation.cwd)
    done = session.runner.run(
        (
            session.toolchain.cargo,
            *emit_words(invocation, targets=session.targets, target_dir=session.emit_dir, extra=extra),
        ),
        cwd=invocation.cwd,
        env={
            **wrapper_environment(session, wrapper),
            "AD_BUILD_PASS": "emit",
            "AD_BUILD_LINKER": str(linker),
            "CARGO_BUILD_BUILD_DIR": str(session.emit_dir),  # a configured build-dir must not mix with ours
        },
        capture_stderr=False,
    )
    if done.returncode != 0:
        raise CompilerError("compile-failed", f"cargo exited with status {done.returncode}; its messages stand above")
    messages = tuple(_messages(done.stdout))
    programs = list(_linked(session, messages))
    if libraries or not programs:
        programs += _libraries(session, messages)
    return tuple(programs)


def _messages(text: str) -> Iterator[dict[str, Any]]:
    """cargo's messages about artifacts; anything else on standard output is not ours."""
    for line in text.splitlines():
        if line.startswith('{"reason":"compiler-artifact"'):
            yield json.loads(line)


def _linked(session: CargoSession, messages: Iterable[dict[str, Any]]) -> Iterator[EmittedProgram]:
    messages = tuple(messages)
    rlibs = [path for _, path in _rlibs(session, messages)]
    for message in messages:
        target = message["target"]
        names = [message["executable"]] if message["executable"] else []
        if not names and {"cdylib", "dylib"} & set(target["crate_types"]):
            names = [name for name in message["filenames"] if name.endswith((".so", ".dylib"))]
        for name in names:
            manifest = _read_manifest(Path(name))
            if manifest is not None:
                yield _program(session, message, Path(name), manifest, rlibs)


def _rlibs(session: CargoSession, messages: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], Path]]:
    """The libraries that were built for the target, dependencies first."""
    return [
        (message, Path(name))
        for message in messages
        for name in message["filenames"]
        if name.endswith(".rlib") and f"/{session.targets[0]}/" in name
    ]


def _read_manifest(path: Path) -> dict[str, Any] | None:
    """What our linker wrote; None for what a real linker made (proc macros, and their tests)."""
    with path.open("rb") as file:
        if file.read(1) != b"{":
            return None
        text = b"{" + file.read()
    manifest: dict[str, Any] = json.loads(text)
    return manifest if manifest.get("format") == MANIFEST_FORMAT else None


def _kind(message: dict[str, Any]) -> str:
    kind: str = message["target"]["kind"][0]
    crate_types = message["target"]["crate_types"]
    if kind == "bench":
        return kind
    if message["profile"]["test"]:
        return "test"
    if kind in ("lib", "rlib") or kind in crate_types:
        return next((name for name in ("cdylib", "dylib") if name in crate_types), kind)
    return kind


def _program(
    session: CargoSession, message: dict[str, Any], path: Path, manifest: dict[str, Any], rlibs: Sequence[Path]
) -> EmittedProgram:
    own, std = split_std(map(Path, manifest["libraries"]), session.toolchain.target_libdir(session.targets[0]))
    emitted = EmittedIr(objects=tuple(map(Path, manifest["objects"])), libraries=own, std_libraries=std, rust=True)
    linked = {library.stat().st_ino for library in (*own, *std)}  # cargo has two names for a file
    others = [library for library in reversed(rlibs) if library.stat().st_ino not in linked]
    return EmittedProgram(
        name=message["target"]["name"],
        kind=_kind(message),
        package=_package_name(message),
        executable=path,
        emitted=emitted,
        native_libs=tuple(manifest["native"]),
        key=_key(message),
        lto=manifest["lto"],
        fingerprint=fingerprint(emitted),
        documented=message["profile"]["test"] and bool(message["target"].get("doctest")),
        unnamed=split_std(others, session.toolchain.target_libdir(session.targets[0]))[0],
    )


def _key(message: dict[str, Any]) -> str:
    target = message["target"]
    crate = target["name"].replace("-", "_")
    return artifact_key(str(Path(target["src_path"]).resolve()), crate, message["profile"]["test"])


def _package_name(message: dict[str, Any]) -> str:
    """The package's name out of its id: ``…/folder#name@1.0``, or ``…/name#1.0`` where both are the same."""
    path, _, fragment = message["package_id"].partition("#")
    name, at, _ = fragment.partition("@")
    return str(name if at else path.rstrip("/").rsplit("/", 1)[-1])


def _libraries(session: CargoSession, messages: tuple[dict[str, Any], ...]) -> Iterator[EmittedProgram]:
    """The workspace's library targets, each with every other rlib of the build as what it may need."""
    libdir = session.toolchain.target_libdir(session.targets[0])
    rlibs = _rlibs(session, messages)
    installed = tuple(sorted(libdir.glob("*.rlib")))
    for message, path in rlibs:
        if not message["package_id"].startswith("path+"):
            continue
        own, built = split_std([other for _, other in reversed(rlibs) if other != path], libdir)
        emitted = EmittedIr(objects=(path,), libraries=own, std_libraries=built or installed, rust=True)
        yield EmittedProgram(
            name=message["target"]["name"],
            kind="lib",
            package=_package_name(message),
            executable=path,
            emitted=emitted,
            key=_key(message),
            fingerprint=fingerprint(emitted),
        )


def fingerprint(emitted: EmittedIr) -> str:
    """A hash over path, size and modification time of every file."""
    digest = hashlib.sha256()
    for path in (*emitted.objects, *emitted.libraries, *emitted.std_libraries):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
