"""The cargo command line, taken apart: what it asks for, and what each pass needs of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ad_build.errors import UsageError

# Subcommands that link, with what they are in pass 1: the same selection of artifacts, but nothing runs.
LINKING = {
    "build": ("build",),
    "run": ("build",),
    "test": ("test", "--no-run"),
    "bench": ("bench", "--no-run"),
    "nextest": ("test", "--no-run"),
    "rustc": ("rustc",),
    "bindings": ("build",),
}
ALIASES = {"b": "build", "r": "run", "t": "test"}
# After the first positional word these hand everything to the program.
_TRAILING = {"run"}

# What `cargo nextest` builds test programs for; its other commands build nothing.
_NEXTEST = ("run", "r", "list", "archive")
# Of its options, those that select and build as cargo's own do, the name in cargo where that differs.
_NEXTEST_BUILDS = {
    **dict.fromkeys(("--bin", "--test", "--example", "--bench", "--exclude", "--features", "--manifest-path"), ""),
    **dict.fromkeys(("--config", "--lockfile-path", "-p", "--package", "-F", "-Z"), ""),
    "--cargo-profile": "--profile",
    "--build-jobs": "--jobs",
    **dict.fromkeys(("--lib", "--bins", "--tests", "--examples", "--benches", "--all-targets", "--workspace"), ""),
    **dict.fromkeys(("--all", "--all-features", "--no-default-features", "--release", "-r", "--locked"), ""),
    **dict.fromkeys(("--offline", "--frozen", "--ignore-rust-version", "--unit-graph"), ""),
}

# Options of cargo that take a value in the next word.
_WITH_VALUE = frozenset(
    (
        *("--color", "--config", "-Z", "-C", "--explain", "--manifest-path", "--target", "--target-dir"),
        *("--profile", "--message-format", "-p", "--package", "--exclude", "--bin", "--example", "--test", "--bench"),
        *("--features", "-F", "-j", "--jobs", "--artifact-dir", "--out-dir", "--crate-type", "--print"),
        *("--lockfile-path", "--cargo-profile", "--build-jobs"),
    )
)
# Our own options, which stand before the cargo subcommand: the number of values each takes.
_OWN = {"--spec": 1, "--emit": 1, "--emit-archive": 1, "--engine": 1, "--build-std": 0, "--timings": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnOptions:
    """ad-build's own options on an ``ad-build cargo`` command line."""

    spec: Path | None = None
    engine: str | None = None
    archive_only: bool = False
    archive: Path | None = None
    build_std: bool = False
    timings: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A cargo command line.

    ``toolchain`` is the name after ``+``; ``leading`` and ``arguments`` are cargo's options before and after the
    subcommand, as given; ``program_arguments`` is what follows, from ``--`` on (with it) or from the
    program's first argument on.  ``cwd`` is where cargo runs.
    """

    cwd: Path
    toolchain: str | None = None
    leading: tuple[str, ...] = ()
    subcommand: str = ""
    arguments: tuple[str, ...] = ()
    program_arguments: tuple[str, ...] = ()

    @property
    def links(self) -> bool:
        """Whether the subcommand makes artifacts that may need a derivative; the others pass straight through."""
        if self.subcommand == "nextest":
            return bool(self.arguments) and self.arguments[0] in _NEXTEST
        return self.subcommand in LINKING

    def values(self, *names: str) -> tuple[str, ...]:
        """The values of an option, in order: ``--name value``, ``--name=value``, ``-pvalue``."""
        found = []
        words = [*self.leading, *self.arguments]
        for index, word in enumerate(words):
            for name in names:
                if word == name and index + 1 < len(words):
                    found.append(words[index + 1])
                elif name.startswith("--") and word.startswith(name + "="):
                    found.append(word[len(name) + 1 :])
                elif not name.startswith("--") and word.startswith(name) and len(word) > len(name):
                    found.append(word[len(name) :].removeprefix("="))
        return tuple(found)

    def has(self, *names: str) -> bool:
        """Whether a flag without value is given."""
        return any(name in self.leading or name in self.arguments for name in names)

    @property
    def profile(self) -> str:
        """The name of the profile that is built, as cargo derives it from the command line."""
        named = self.values("--cargo-profile" if self.subcommand == "nextest" else "--profile")
        if named:
            return named[-1]
        if self.has("--release", "-r"):
            return "release"
        return {"test": "test", "nextest": "test", "bench": "bench"}.get(self.subcommand, "dev")

    def without(self, *names: str) -> tuple[str, ...]:
        """``arguments`` less some options and their values."""
        kept, skip = [], False
        for word in self.arguments:
            if skip:
                skip = False
            elif word in names:
                skip = word in _WITH_VALUE
            elif not any(name.startswith("--") and word.startswith(name + "=") for name in names):
                kept.append(word)
        return tuple(kept)


def split_own_options(words: Sequence[str]) -> tuple[OwnOptions, tuple[str, ...]]:
    """Take ad-build's own options off the front of a command line; returns them and the rest, cargo's.

    ``--emit archive`` stops after the archive, ``--emit-archive PATH`` also says where it goes.
    Raises :class:`UsageError` (``bad-option``).
    """
    options = OwnOptions()
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        name, equals, value = word.partition("=")
        if name not in _OWN:
            rest.append(word)
            if word in _WITH_VALUE and queue:
                rest.append(queue.pop(0))
            elif not word.startswith(("-", "+")):
                break
            continue
        if _OWN[name] and not equals:
            if not queue:
                raise UsageError("bad-option", f"{name} needs a value")
            value = queue.pop(0)
        if not _OWN[name] and equals:
            raise UsageError("bad-option", f"{name} takes no value")
        if name == "--emit" and value != "archive":
            raise UsageError("bad-option", f"--emit {value}: the only thing to emit is `archive`")
        if name == "--spec":
            options = replace(options, spec=Path(value))
        elif name == "--engine":
            options = replace(options, engine=value)
        elif name == "--emit":
            options = replace(options, archive_only=True)
        elif name == "--emit-archive":
            options = replace(options, archive_only=True, archive=Path(value))
        elif name == "--build-std":
            options = replace(options, build_std=True)
        else:
            options = replace(options, timings=True)
    return options, (*rest, *queue)


def parse_cargo(words: Sequence[str], cwd: Path, aliases: dict[str, tuple[str, ...]] | None = None) -> Invocation:
    """Take a cargo command line apart (without the word ``cargo`` and without our own options).

    ``aliases`` are those of the user's cargo configuration.  Raises :class:`UsageError`: ``no-subcommand``, or
    ``bad-option`` for an option of ours among cargo's.
    """
    queue = list(words)
    toolchain = queue.pop(0)[1:] if queue and queue[0].startswith("+") else None
    leading: list[str] = []
    while queue and queue[0].startswith("-"):
        word = queue.pop(0)
        leading.append(word)
        if word in _WITH_VALUE and queue:
            leading.append(queue.pop(0))
    if not queue:
        if leading:  # `cargo --version`, `cargo --list`
            return Invocation(cwd=cwd, toolchain=toolchain, leading=tuple(leading))
        raise UsageError(
            "no-subcommand",
            "no cargo subcommand was given",
            hint="for example: ad-build cargo --spec autodiff.toml run --release",
        )
    subcommand = ALIASES.get(queue[0], queue[0])
    if aliases and subcommand in aliases and subcommand not in LINKING:
        start = f"+{toolchain}" if toolchain else None
        expanded = [*([start] if start else []), *leading, *aliases[subcommand], *queue[1:]]
        remaining = {name: value for name, value in aliases.items() if name != subcommand}  # no endless recursion
        return parse_cargo(expanded, cwd, remaining)
    queue.pop(0)
    arguments: list[str] = []
    while queue and queue[0] != "--":
        if subcommand in _TRAILING and not queue[0].startswith("-"):
            break
        word = queue.pop(0)
        arguments.append(word)
        if word in _WITH_VALUE and queue and queue[0] != "--":
            arguments.append(queue.pop(0))
        name = word.partition("=")[0]
        if subcommand in LINKING and name in _OWN and name != "--timings":  # cargo has --timings too
            raise UsageError(
                "bad-option",
                f"{name} stands behind `{subcommand}`, where cargo's own options are",
                hint=f"write it before: ad-build cargo {name} … {subcommand} …",
            )
    return Invocation(
        cwd=cwd,
        toolchain=toolchain,
        leading=tuple(leading),
        subcommand=subcommand,
        arguments=tuple(arguments),
        program_arguments=tuple(queue),
    )


def cargo_words(invocation: Invocation) -> tuple[str, ...]:
    """The command line as cargo got it, for pass 2 and for subcommands that pass straight through."""
    start = (f"+{invocation.toolchain}",) if invocation.toolchain else ()
    word = "build" if invocation.subcommand == "bindings" else invocation.subcommand
    middle = (word,) if word else ()
    return (*start, *invocation.leading, *middle, *invocation.arguments, *invocation.program_arguments)


def _nextest_builds(words: Sequence[str]) -> tuple[str, ...]:
    """What `cargo test` is told so that it builds the same test programs."""
    found = []
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, equals, value = word.partition("=")
        if name in _NEXTEST_BUILDS:
            found.append((_NEXTEST_BUILDS[name] or name) + equals + value)
            if name in _WITH_VALUE and not equals:
                found.append(following)
    return tuple(found)


def emit_words(
    invocation: Invocation, *, targets: Sequence[str], target_dir: Path, extra: Sequence[str]
) -> tuple[str, ...]:
    """The command line of pass 1: the same artifacts, for ``targets``, into ``target_dir``, with JSON messages."""
    start = (f"+{invocation.toolchain}",) if invocation.toolchain else ()
    kept = invocation.without("--message-format", "--target-dir", "--target", "--no-run", "--artifact-dir", "--timings")
    if invocation.subcommand == "nextest":
        kept = _nextest_builds(kept)
    if "--doc" in kept:  # documentation tests link the library; its unit tests reach the same functions
        kept = tuple("--lib" if word == "--doc" else word for word in kept)
    wanted = [word for target in targets for word in ("--target", target)]
    return (
        *start,
        *invocation.leading,
        *LINKING[invocation.subcommand],
        *kept,
        *extra,
        *wanted,
        "--target-dir",
        str(target_dir),
        "--message-format=json-render-diagnostics",
        *(invocation.program_arguments if invocation.subcommand == "rustc" else ()),
    )
