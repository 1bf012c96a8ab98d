"""Compiles sources twice: as the user asked, and to the bitcode that goes into the object.

The bitcode is unoptimized but made to be optimized: derivatives are wanted from code as it was written, and the
pipeline that runs before the engine is ours.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ad_build import elf
from ad_build.cache import write_atomically
from ad_build.clang.command_line import Input, Invocation
from ad_build.clang.toolchain import Clang
from ad_build.errors import UsageError
from ad_build.process import Runner

# -g: types come from debug info.  -w: the real compilation shows the warnings.
_ALWAYS = ("-w", "-g", "-c", "-emit-llvm", "-Xclang", "-disable-llvm-passes")
# At -O0 clang marks every function `optnone` and leaves out lifetimes and aliasing facts.  The macros stay those of
# -O0, so that the preprocessor sees the program that the user compiles.
_FROM_O0 = ("-O2", "-U__OPTIMIZE__", "-D__NO_INLINE__=1")
# A call that may write `errno` costs the derivative up to a factor of 1.6.  The promise changes nothing that a
# module can see unless it reads `errno`: such a module is emitted again without it.
_NO_ERRNO = "-fno-math-errno"
_READS_ERRNO = re.compile(rb"__errno_location|perror")
_FIRST_ERROR = re.compile(r"^.*\berror: .*$", re.MULTILINE)
_ESCAPES = re.compile("\x1b\\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Emitted:
    """What became of one source: its bitcode file, or the compiler's first error."""

    source: Input
    path: Path | None
    error: str = ""


def bitcode_command(clang: Clang, invocation: Invocation, source: Input, output: Path) -> tuple[str, ...]:
    """The command that emits one source's bitcode, with the promise that nobody reads ``errno`` after ``sin``."""
    errno = () if "-fmath-errno" in invocation.flags else (_NO_ERRNO,)
    level = _FROM_O0 if invocation.level == "0" else ()
    language = ("-x", source.x) if source.x else ()
    return clang.command((*invocation.flags, *level, *errno, *_ALWAYS, "-o", str(output), *language, source.name))


def emit_bitcode(clang: Clang, invocation: Invocation, source: Input, output: Path, runner: Runner) -> Emitted:
    """Emit one source's bitcode to ``output``; a compiler error is a result, not an exception."""
    command = bitcode_command(clang, invocation, source, output)
    done = runner.run(command)
    if done.returncode == 0 and _NO_ERRNO in command and _READS_ERRNO.search(output.read_bytes()):
        done = runner.run([word for word in command if word != _NO_ERRNO])
    if done.returncode == 0:
        return Emitted(source=source, path=output)
    match = _FIRST_ERROR.search(_ESCAPES.sub("", done.stderr))
    return Emitted(source=source, path=None, error=match.group() if match else f"clang exited with {done.returncode}")


def emit_all(clang: Clang, invocation: Invocation, folder: Path, runner: Runner) -> tuple[Emitted, ...]:
    """Emit the bitcode of every source into ``folder``, as many at once as there are processors."""

    def emit(numbered: tuple[int, Input]) -> Emitted:
        number, source = numbered
        return emit_bitcode(clang, invocation, source, folder / f"{number}-{_stem(source.name)}.bc", runner)

    sources = tuple(enumerate(invocation.sources))
    if len(sources) < 2:
        return tuple(map(emit, sources))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=min(len(sources), os.cpu_count() or 1)) as pool:
        return tuple(pool.map(emit, sources))


def compile_objects(clang: Clang, invocation: Invocation, runner: Runner) -> int:
    """Run a compilation (``-c``) as the user wrote it and put bitcode into each object; returns clang's status.

    Where bitcode cannot be had although the compilation succeeded, a warning says so and the object stays plain.
    """
    objects = object_files(invocation)
    # With -flto the objects are bitcode anyway; nothing can be added to standard output or a device.
    if invocation.lto or not all(_can_hold(path) for _, path in objects):
        return runner.hand_over(clang.command(invocation.argv))
    with tempfile.TemporaryDirectory(prefix="ad-build-") as folder:
        emitted: list[Emitted] = []

        def emit() -> None:
            for number, (source, _) in enumerate(objects):
                emitted.append(emit_bitcode(clang, invocation, source, Path(folder, f"{number}.bc"), runner))

        beside = threading.Thread(target=emit)
        beside.start()
        try:
            status = runner.hand_over(clang.command(invocation.argv))
        finally:
            beside.join()
        if status == 0:
            for (_, path), one in zip(objects, emitted, strict=False):
                problem = _embed(path, one)
                if problem:
                    runner.log(no_bitcode_warning(one.source, problem))
    return status


def no_bitcode_warning(source: Input, reason: str) -> str:
    """What the user is told where a source compiles but gives no bitcode."""
    return (
        f"warning[no-bitcode]: {source.name} has no LLVM bitcode\n"
        f"  note: {reason}\n"
        "  note: the object is right, but no derivative can go through its functions"
    )


def object_files(invocation: Invocation) -> tuple[tuple[Input, Path], ...]:
    """Each source of a compilation with the object that clang writes for it."""
    if invocation.output is not None:
        return tuple((source, Path(invocation.output)) for source in invocation.sources)
    return tuple((source, Path(f"{_stem(source.name)}.o")) for source in invocation.sources)


def _stem(name: str) -> str:
    base = os.path.basename(name)
    return base.rpartition(".")[0] if "." in base else base


def _can_hold(path: Path) -> bool:
    """Whether an object can be written there and then be changed."""
    return str(path) != "-" and (path.is_file() or not path.exists())


def _embed(path: Path, emitted: Emitted) -> str:
    """Put bitcode into an object; returns what went wrong, or an empty string.

    Interrupted half-way, the object goes: ``make`` must not take it for finished.
    """
    if emitted.path is None:
        return emitted.error
    target = Path(os.path.realpath(path))
    with _removed_when_interrupted(target):
        try:
            plain = target.read_bytes()
        except OSError as error:
            return str(error)
        if not elf.is_elf64(plain):
            return "the object is not in the format ELF64 (little endian)"
        whole = elf.add_section(plain, elf.BITCODE_SECTION, emitted.path.read_bytes())
        try:
            write_atomically(target, whole)
        except UsageError:  # a folder where only this file may be written
            try:
                target.write_bytes(whole)
            except OSError as error:
                return str(error)
    return ""


@contextlib.contextmanager
def _removed_when_interrupted(path: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        path.unlink(missing_ok=True)
        raise


def failures(emitted: Sequence[Emitted]) -> tuple[Emitted, ...]:
    """Those that gave no bitcode."""
    return tuple(one for one in emitted if one.path is None)
