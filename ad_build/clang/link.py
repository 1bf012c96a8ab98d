"""What a link line is made of, and the final link with derivatives in it.

Why merged archives may stay on the line: the merged object stands before every other input and defines all that the
merged members define, so no linker looks into them again; members that were not merged are found as ever.
"""

from __future__ import annotations

import mmap
import os
import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ad_build import ar, elf
from ad_build import outside as table
from ad_build.cache import write_atomically, write_script
from ad_build.clang.command_line import Input, Invocation, Kind
from ad_build.clang.compile import Emitted, emit_all, failures
from ad_build.clang.toolchain import Clang
from ad_build.errors import LinkError
from ad_build.model import EmittedIr, Outside
from ad_build.process import Runner
from ad_build.response_files import write_words

_ARCHIVES = (b"!<arch>\n", b"!<thin>\n")
_THIN = _ARCHIVES[1]
_RAW_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
_RELOCATABLE = b"\x01\x00"  # e_type, at byte 16
# What tells that a file carries bitcode: section names, and raw bitcode as an archive's member.
_SIGNS = (elf.BITCODE_SECTION.encode() + b"\0", b".llvmbc\0", b".llvm.lto\0", b"`\nBC\xc0\xde")
# Rust's libraries have bitcode too, of the whole standard library: to C they are as good as machine code.
_RUST = b"rustc version "
# Enzyme's entry points, mangled or not.  Registrations (``__enzyme_register_…``) ask for nothing by themselves.
_REQUEST = re.compile(
    rb"__enzyme_(?:autodiff|fwddiff|fwdsplit|augment|reverse|batch|virtualreverse|error_estimate|truncate)"
)
_COMMAND_LIMIT = 100_000  # bytes; the system's own limit is higher


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An input of the line and the file that holds its code: its bitcode for a source, the archive for ``-l``."""

    input: Input
    path: Path
    archive: bool = False
    bitcode: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """The bitcode on a link line.

    ``placed`` are the inputs whose file was found, in order; ``failed`` the sources that gave no bitcode: clang
    itself then has something to say about them.
    """

    emitted: EmittedIr
    placed: tuple[Placed, ...]
    failed: tuple[Emitted, ...] = ()


def collect(invocation: Invocation, clang: Clang, runner: Runner, workdir: Path) -> Collected:
    """Emit the bitcode of the sources on the line (into ``workdir``) and find what carries bitcode already."""
    emitted = emit_all(clang, invocation, workdir, runner)
    compiled = {one.source.index: one.path for one in emitted}
    placed = tuple(_place(invocation, compiled))
    objects = [one.path for one in placed if one.bitcode and (not one.archive or one.input.whole)]
    libraries = [one.path for one in placed if one.bitcode and one.archive and not one.input.whole]
    return Collected(
        emitted=EmittedIr(objects=tuple(objects), libraries=tuple(dict.fromkeys(libraries))),
        placed=placed,
        failed=failures(emitted),
    )


def _place(invocation: Invocation, compiled: dict[int, Path | None]) -> Iterator[Placed]:
    for one in invocation.inputs:
        if one.kind is Kind.SOURCE:
            path = compiled[one.index]
            if path is not None:
                yield Placed(input=one, path=path, bitcode=True)
        elif one.kind is Kind.FILE:
            if os.path.isfile(one.name):
                yield _examine(one, Path(one.name))
        elif one.kind is Kind.LIBRARY:
            found = find_library(one.name, invocation.library_dirs, static=one.static)
            if found is not None:
                yield _examine(one, found)


def find_library(name: str, folders: Sequence[Path], *, static: bool) -> Path | None:
    """The archive that ``-lNAME`` means, where the linker finds it in one of ``folders``; None for a shared one.

    Only the user's own folders (and LIBRARY_PATH) are searched: those of the system hold no bitcode.
    """
    extra = [Path(folder) for folder in os.environ.get("LIBRARY_PATH", "").split(":") if folder]
    for folder in (*folders, *extra):
        if name.startswith(":"):
            exact = folder / name[1:]
            if exact.is_file():
                return exact
            continue
        if not static and (folder / f"lib{name}.so").exists():
            return None
        archive = folder / f"lib{name}.a"
        if archive.is_file():
            return archive
    return None


def _examine(one: Input, path: Path) -> Placed:
    try:
        with path.open("rb") as file:
            start = file.read(18)
            archive = start.startswith(_ARCHIVES)
            if start.startswith(_RAW_BITCODE):
                return Placed(input=one, path=path, bitcode=True)
            if start.startswith(_THIN):
                bitcode = any(_carries_bitcode(member.data.obj) for member in ar.read_archive(path))
            elif archive or (elf.is_elf64(start) and start[16:] == _RELOCATABLE):
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    bitcode = _carries_bitcode(content)
            else:
                bitcode = False
    except OSError as error:
        raise LinkError("unreadable", f"cannot read {path}", note=str(error)) from error
    return Placed(input=one, path=path, archive=archive, bitcode=bitcode)


def _carries_bitcode(content: object) -> bool:
    assert isinstance(content, bytes | mmap.mmap)
    return any(content.find(sign) >= 0 for sign in _SIGNS) and content.find(_RUST) < 0


def has_requests(collected: Collected) -> bool:
    """Whether any bitcode on the line names one of Enzyme's entry points: a cheap look at the files' bytes.

    An archive counts as a whole; a member that the program does not pull in can make this true.
    """
    return any(_names_entry_point(path) for path in (*collected.emitted.objects, *collected.emitted.libraries))


def _names_entry_point(path: Path) -> bool:
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        if file.read(len(_THIN)) == _THIN:
            return any(_REQUEST.search(member.data) for member in ar.read_archive(path))
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _REQUEST.search(content) is not None


def whole_program(invocation: Invocation, collected: Collected) -> EmittedIr:
    """The emitted IR with what the inputs without bitcode define and need, for linking all of the program.

    A member of a library must not be merged for a symbol that such an input defines, and must be for one it needs.
    """
    defined: set[str] = set()
    # What the start files of a program need; a shared library has no such root.
    needed: set[str] = set() if "-shared" in invocation.words else {"main"}
    for one in collected.placed:
        if not one.bitcode and not one.archive:
            content = one.path.read_bytes()
            if elf.is_elf64(content) and content[16:18] == _RELOCATABLE:
                symbols = elf.read_symbols(content)
                defined |= symbols.defined
                needed |= symbols.undefined
    return replace(
        collected.emitted, defined_elsewhere=frozenset(defined), needed_elsewhere=frozenset(needed - defined)
    )


def link_as_written(invocation: Invocation, clang: Clang, runner: Runner) -> int:
    """Run clang exactly as the user wrote it; returns its status."""
    return runner.hand_over(clang.command(invocation.argv))


def final_link(
    invocation: Invocation,
    collected: Collected,
    clang: Clang,
    runner: Runner,
    workdir: Path,
    *,
    merged: Path | None = None,
    consumed: Collection[Path] = (),
    extra: Sequence[Path] = (),
    outside: Outside | None = None,
) -> int:
    """Link with the user's own flags; returns clang's status.

    ``merged`` is the object that holds the code of the ``consumed`` files (paths as in ``collected.emitted``) and
    takes their place; ``extra`` are archives that the program's objects may need, and ``outside`` the local functions
    of the program that these call.
    """
    if merged is None and not extra:
        return link_as_written(invocation, clang, runner)
    words = plan_link(invocation, collected, workdir, merged=merged, consumed=consumed, extra=extra)
    if invocation.writes_dependencies and consumed:
        _write_dependencies(invocation, collected, clang, runner, consumed)
    environment: dict[str, str] = {}
    linker = _linker(words, clang, runner) if outside else None
    if outside and linker:
        wanted = workdir / "outside.json"
        table.leave(outside, wanted)
        environment = {"AD_BUILD_REAL_LINKER": linker, "AD_BUILD_OUTSIDE": str(wanted)}
        # Under the name that the real one has.
        words = (*words, f"--ld-path={write_script(workdir / Path(linker).name, table.COMMAND)}")
    status = runner.hand_over(clang.command(_shortened(words, workdir)), env=environment)
    if status == 0 and invocation.linked_from_file is not None:
        _forget_temporaries(
            Path(invocation.linked_from_file), invocation, extra if merged is None else (merged, *extra)
        )
    return status


def _linker(words: Sequence[str], clang: Clang, runner: Runner) -> str | None:
    """The linker that clang would call; None where clang would complain."""
    shown = runner.run(clang.command(("-###", *words))).stderr.splitlines()
    commands = [shlex.split(line) for line in shown if line.startswith(' "')]
    return commands[-1][0] if commands else None


def _forget_temporaries(file: Path, invocation: Invocation, temporaries: Sequence[Path]) -> None:
    """Name an input of the user's in the linker's dependency file where it names what we leave nowhere.

    CMake has such a file written, and ninja links anew wherever one of its files is missing.
    """
    stable = next((one.name for one in invocation.inputs if one.kind is not Kind.LIBRARY), None)
    if stable is None or not file.is_file():
        return
    text = file.read_text(errors="surrogateescape")
    for path in temporaries:
        for name in (_in_makefile(str(path)), str(path)):  # GNU ld escapes nothing
            text = text.replace(name, _in_makefile(stable))
    write_atomically(file, text.encode(errors="surrogateescape"))


def _in_makefile(name: str) -> str:
    return re.sub(r"([ #])", r"\\\1", name).replace("$", "$$")


def plan_link(
    invocation: Invocation,
    collected: Collected,
    workdir: Path,
    *,
    merged: Path | None,
    consumed: Collection[Path],
    extra: Sequence[Path],
) -> tuple[str, ...]:
    """The words of the final link: ``merged`` before every input, ``extra`` after the objects and after the archives
    that may refer to it."""
    gone: set[int] = set()
    instead: dict[int, tuple[str, ...]] = {}
    before: dict[int, list[str]] = {}
    for one in collected.placed if merged else ():
        if one.path not in consumed or (one.archive and not one.input.whole):
            continue
        gone.update(range(one.input.index, one.input.index + one.input.width))
        if one.archive:
            instead[one.input.index] = _what_is_left(one.path, workdir)
    if merged is not None:
        before.setdefault(_first(invocation), []).append(str(merged))
    for at in _places_for_extra(invocation, collected) if extra else ():
        before.setdefault(at, []).extend(map(str, extra))
    words: list[str] = []
    for at in range(len(invocation.words) + 1):
        if at in before:
            words += _as_objects(before[at], _language_before(invocation, at))
        words += instead.get(at, ())
        if at < len(invocation.words) and at not in gone:
            words.append(invocation.words[at])
    # Options that are for the compilation of what is gone now would be called unused.
    return (*words, "-Wno-unused-command-line-argument") if gone else tuple(words)


def _first(invocation: Invocation) -> int:
    return min(one.index for one in invocation.inputs)


def _places_for_extra(invocation: Invocation, collected: Collected) -> list[int]:
    """After the last object, before the libraries that the derivatives may need; and once more after the last
    archive, whose members may refer to derivatives."""
    archives = {one.input.index for one in collected.placed if one.archive}
    objects = [one for one in invocation.inputs if one.kind is not Kind.LIBRARY and one.index not in archives]
    after = [one.index + one.width for one in objects[-1:]]
    after += [one.index + one.width for one in invocation.inputs if one.index in archives][-1:]
    return sorted({max(after[0], place) for place in after}) if after else [_first(invocation)]


def _language_before(invocation: Invocation, at: int) -> str | None:
    """The language that ``-x`` sets at a place of the line."""
    language = None
    for one in invocation.inputs:
        if one.index <= at:
            language = one.x
    return language


def _as_objects(files: Sequence[str], language: str | None) -> list[str]:
    return ["-x", "none", *files, "-x", language] if language else list(files)


def _what_is_left(archive: Path, workdir: Path) -> tuple[str, ...]:
    """The members without bitcode of an archive that was merged as a whole, as another archive."""
    members = [
        (f"{number}-{Path(member.name).name}", bytes(member.data))
        for number, member in enumerate(ar.read_archive(archive))
        if not (bytes(member.data[:4]) in _RAW_BITCODE or _carries_bitcode(bytes(member.data)))
    ]
    if not members:
        return ()
    left = workdir / f"left-{archive.name}"
    write_atomically(left, ar.write_archive(members, elf.index_symbols(data for _, data in members)))
    return (str(left),)


def _write_dependencies(
    invocation: Invocation, collected: Collected, clang: Clang, runner: Runner, consumed: Collection[Path]
) -> None:
    """Let clang write the dependency files (``-MD``) of the sources that the final link no longer compiles."""
    kept = {
        at for one in invocation.inputs for at in range(one.index, one.index + one.width) if one.kind is not Kind.SOURCE
    }
    words = [word for at, word in enumerate(invocation.words) if at not in kept]
    if any(one.input.kind is Kind.SOURCE and one.path in consumed for one in collected.placed):
        runner.run(clang.command(("-w", "-fsyntax-only", *words)))


def _shortened(words: tuple[str, ...], workdir: Path) -> tuple[str, ...]:
    """The words, or a response file with them where they are too many for one command."""
    if sum(len(word) + 1 for word in words) < _COMMAND_LIMIT:
        return words
    file = workdir / "link.rsp"
    write_atomically(file, write_words(words))
    return (f"@{file}",)
