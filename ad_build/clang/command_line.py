"""Reads a clang command line: pure, except that response files are looked into.

Nothing here decides what clang does; whatever is not surely an ordinary compilation or link passes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ad_build.clang import flags as table
from ad_build.errors import UsageError
from ad_build.response_files import expand_response_files

_OWN_WITH_VALUE = ("--spec", "--emit-archive", "--emit-header", "--engine")
_OWN_ALONE = ("--timings", "--verbose-ad")
_LEVELS = ("", "0", "1", "2", "3", "4", "s", "z", "g", "fast")


class Action(Enum):
    """What clang is asked to do; everything but making objects and linking passes through."""

    COMPILE = "compile"
    LINK = "link"
    PASS_THROUGH = "pass through"


class Kind(Enum):
    """What an input of the command line is."""

    SOURCE = "source"
    ASSEMBLY = "assembly"
    FILE = "file"  # an object, archive, shared library or linker script: its content tells
    LIBRARY = "library"  # -l


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One input, in the order of the line.

    ``name`` is the file as written, or what follows ``-l``.  ``index`` and ``width`` are its words in
    :attr:`Invocation.words`; ``x`` is the language that ``-x`` sets at that place, ``language`` clang's name for
    what a source is written in.  ``whole`` stands inside ``--whole-archive``, ``static`` after ``-Bstatic``.
    """

    kind: Kind
    name: str
    index: int
    width: int = 1
    language: str = ""
    x: str | None = None
    whole: bool = False
    static: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnOptions:
    """Our own options among the words."""

    spec: Path | None = None
    archive: Path | None = None
    header: Path | None = None
    engine: str | None = None
    timings: bool = False
    verbose: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A clang command line without our own options.

    ``argv`` is as the user wrote it, ``words`` has response files expanded and no ``--``.  ``flags`` are the words
    that a compilation of one source to bitcode needs.  ``level`` is what follows the last ``-O`` (``""`` for a bare
    one, which is ``-O1``; ``"0"`` without any), ``debug_info`` whether the user asked for some, ``lto`` whether
    objects are bitcode for the linker anyway.  ``linked_from_file`` is where the linker notes what it read.
    """

    action: Action
    argv: tuple[str, ...]
    words: tuple[str, ...]
    inputs: tuple[Input, ...] = ()
    library_dirs: tuple[Path, ...] = ()
    output: str | None = None
    flags: tuple[str, ...] = ()
    level: str = "0"
    debug_info: bool = False
    lto: bool = False
    writes_dependencies: bool = False
    dependency_file: str | None = None
    linked_from_file: str | None = None

    @property
    def sources(self) -> tuple[Input, ...]:
        """The inputs that clang compiles and that can have bitcode."""
        return tuple(one for one in self.inputs if one.kind is Kind.SOURCE)

    @property
    def instrumentation(self) -> tuple[str, ...]:
        """The options that ask for checks or counters in the code: bitcode is emitted without."""
        return tuple(word for word in self.words if word.startswith(table.INSTRUMENTATION))

    @property
    def engine_level(self) -> int:
        """The optimisation level as a number from 0 to 3."""
        return {"": 1, "0": 0, "1": 1, "g": 1, "s": 2, "z": 2, "2": 2}.get(self.level, 3)


def split_own_options(words: Sequence[str]) -> tuple[OwnOptions, tuple[str, ...]]:
    """Take our own options out of a command line, wherever they stand; the rest is clang's.

    Raises :class:`UsageError` (``missing-value``).
    """
    values: dict[str, str] = {}
    rest: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=")
        if name in _OWN_WITH_VALUE:
            if not equals:
                at += 1
                if at >= len(words):
                    raise UsageError("missing-value", f"{name} needs a value")
                value = words[at]
            values[name] = value
        elif word in _OWN_ALONE:
            values[word] = "yes"
        else:
            # The argument of one of clang's options is never one of ours.
            width = table.ARITY.get(word, 0)
            rest += words[at : at + 1 + width]
            at += width
        at += 1

    def path(name: str) -> Path | None:
        return Path(values[name]) if values.get(name) else None

    own = OwnOptions(
        spec=path("--spec"),
        archive=path("--emit-archive"),
        header=path("--emit-header"),
        engine=values.get("--engine"),
        timings="--timings" in values,
        verbose="--verbose-ad" in values,
    )
    return own, tuple(rest)


def parse_clang(words: Sequence[str], cwd: Path | None = None) -> Invocation:
    """Read a command line (without the compiler's name and without our options)."""
    argv = tuple(words)
    expanded = tuple(expand_response_files(argv, cwd or Path()))
    reader = _Reader(expanded)
    reader.read()
    return Invocation(
        action=reader.action(),
        argv=argv,
        words=reader.words,
        inputs=tuple(reader.inputs),
        library_dirs=tuple(reader.library_dirs),
        output=reader.output,
        flags=tuple(reader.flags),
        level=reader.level,
        debug_info=reader.debug_info,
        lto=reader.lto,
        writes_dependencies=reader.writes_dependencies,
        dependency_file=reader.dependency_file,
        linked_from_file=reader.linked_from_file,
    )


class _Reader:
    """Goes through the words once."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.inputs: list[Input] = []
        self.library_dirs: list[Path] = []
        self.flags: list[str] = []
        self.output: str | None = None
        self.level = "0"
        self.debug_info = self.lto = self.writes_dependencies = False
        self.dependency_file: str | None = None
        self._compiles = self._passes = False
        self._x: str | None = None
        self._whole = self._static = False
        self._states: list[tuple[bool, bool]] = []
        self._linker_option = ""
        self.linked_from_file: str | None = None

    def action(self) -> Action:
        """Pass through wherever something is asked for that we do not know how to do twice."""
        strange = any(one.kind is Kind.SOURCE and one.name == "-" for one in self.inputs)
        if self._passes or strange or not self.inputs:
            return Action.PASS_THROUGH
        if not self._compiles:
            return Action.LINK
        compiles = any(one.kind is Kind.SOURCE for one in self.inputs)
        return Action.COMPILE if compiles else Action.PASS_THROUGH

    def read(self) -> None:
        """Fill in everything."""
        at = 0
        while at < len(self.words):
            word = self.words[at]
            if word == "--":
                # Without it, options can be added at any place of the line.
                files = (f"./{name}" if name.startswith("-") and name != "-" else name for name in self.words[at + 1 :])
                self.words = (*self.words[:at], *files)
                for index in range(at, len(self.words)):
                    self._input(self.words[index], index)
                return
            if word == "-" or not word.startswith("-"):
                self._input(word, at)
                at += 1
                continue
            name, value, width = self._option(at)
            self._take(name, value, at, width)
            at += width

    def _option(self, at: int) -> tuple[str, str, int]:
        """An option's name, its (last) argument, and its number of words."""
        word = self.words[at]
        extra = 1 if word.startswith("-Xarch_") else table.ARITY.get(word, 0)
        if extra:
            width = min(1 + extra, len(self.words) - at)
            return word, self.words[at + width - 1] if width > 1 else "", width
        for prefix in table.JOINED:
            if word.startswith(prefix) and len(word) > len(prefix) and not _is_another_option(word, prefix):
                return prefix.rstrip("="), word[len(prefix) :], 1
        return word, "", 1

    def _take(self, name: str, value: str, at: int, width: int) -> None:
        word = self.words[at]
        if word in table.PASS_THROUGH or word.startswith(table.PASS_THROUGH_PREFIXES):
            self._passes = True
        elif word in table.COMPILE:
            self._compiles = True
        elif name in ("-o", "--output"):
            self.output = value
        elif name in ("-x", "--language"):
            self._x = None if value == "none" else value
        elif name in ("-L", "--library-directory"):
            self.library_dirs.append(Path(value))
        elif name == "-l":
            self._add(Kind.LIBRARY, value, at, width)
        elif name in ("-Xlinker", "--for-linker"):
            self._linker((value,), at, width)
        elif word.startswith("-Wl,"):
            self._linker(word.split(",")[1:], at, width)
        elif name == "-Xclang" and value in table.PASS_THROUGH_XCLANG:
            self._passes = True
        elif word == "-arch" and "-arch" in self.words[at + 1 :]:
            self._passes = True  # several architectures make several objects in one
        else:
            self._note(word, name, value)
        self._keep(word, name, at, width)

    def _note(self, word: str, name: str, value: str) -> None:
        """Facts that other stages need."""
        if word.startswith("-O") and word[2:] in _LEVELS:
            self.level = word[2:]
        elif word.startswith("-flto"):
            self.lto = True
        elif word == "-fno-lto":
            self.lto = False
        elif word in ("-static", "-static-pie"):
            self._static = True
        elif word in table.DEPENDENCY_FLAGS or word.startswith(("-Wp,-MD", "-Wp,-MMD")):
            self.writes_dependencies = True
        elif name == "-MF":
            self.dependency_file = value
        elif word.startswith("-g") and not word.startswith(("-gcc-", "-gno-", "-gcolumn", "-gstrict", "-gz")):
            self.debug_info = word not in ("-g0", "-ggdb0")

    def _keep(self, word: str, name: str, at: int, width: int) -> None:
        """Keep the words for bitcode emission unless they are about something else."""
        if name in ("-x", "--language"):  # each source gets its own
            return
        if word in table.NOT_FOR_BITCODE or name in table.NOT_FOR_BITCODE:
            return
        if word.startswith(table.NOT_FOR_BITCODE_PREFIXES) and not word.startswith(table.KEPT_FOR_BITCODE_PREFIXES):
            return
        if name == "-Xpreprocessor" and self.words[at + width - 1].startswith("-M"):
            return
        self.flags += self.words[at : at + width]

    def _linker(self, words: Sequence[str], at: int, width: int) -> None:
        """What the linker's own words mean: inputs among them, and the state of those that follow."""
        for word in words:
            before, self._linker_option = self._linker_option, word
            if word in ("--whole-archive", "-whole-archive"):
                self._whole = True
            elif word in ("--no-whole-archive", "-no-whole-archive"):
                self._whole = False
            elif word in ("-Bstatic", "-static", "-dn", "-non_shared"):
                self._static = True
            elif word in ("-Bdynamic", "-dy", "-call_shared"):
                self._static = False
            elif word in ("--push-state", "-push-state"):
                self._states.append((self._whole, self._static))
            elif word in ("--pop-state", "-pop-state"):
                self._whole, self._static = self._states.pop() if self._states else (False, False)
            elif word in ("-r", "--relocatable", "-i"):
                self._passes = True
            elif word.startswith("--dependency-file="):
                self.linked_from_file = word.partition("=")[2]
            elif before == "--dependency-file":
                self.linked_from_file = word
            elif word.startswith("-L"):
                self.library_dirs.append(Path(word[2:]))
            elif self._whole:
                pass  # a merged archive would have to go, and it is not a word of its own
            elif word.startswith("-l"):
                self._add(Kind.LIBRARY, word[2:], at, width)
            elif word.endswith(".a") and (not before.startswith("-") or before in table.LINKER_FLAGS):
                self._add(Kind.FILE, word, at, width)

    def _input(self, name: str, at: int) -> None:
        language = self._x or table.LANGUAGE_OF_SUFFIX.get(Path(name).suffix, "")
        if language in table.WITH_BITCODE or name == "-":
            kind = Kind.SOURCE
        elif language in table.ASSEMBLER:
            kind = Kind.ASSEMBLY
        elif language:
            kind, self._passes = Kind.SOURCE, True  # headers, modules, device code, Objective-C
        else:
            kind = Kind.FILE
        self._add(kind, name, at, 1, language)

    def _add(self, kind: Kind, name: str, at: int, width: int, language: str = "") -> None:
        self.inputs.append(
            Input(
                kind=kind,
                name=name,
                index=at,
                width=width,
                language=language,
                x=self._x,
                whole=self._whole,
                static=self._static,
            )
        )


# Options that look like a short option with something joined to it.
_ALSO_OPTIONS = (
    "-objcmt-", "-object", "-include-pch", "-isystem-after", "-iwithsysroot", "-iframeworkwithsysroot", "-undef",
    "-undefined", "-umbrella", "-exported_symbols_list", "-emit-", "-static", "-extract-api", "-exec-", "-weak",
    "-Tbss", "-Tdata", "-Ttext", "-exports",
)  # fmt: skip


def _is_another_option(word: str, prefix: str) -> bool:
    return not prefix.startswith("--") and word.startswith(_ALSO_OPTIONS)
