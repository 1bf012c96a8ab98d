"""Builds and runs the corpus of types, fixtures/{rust,c}/types, with and without seeds: prints a Markdown table.

    python tools/types_table.py [--seeds on|off|both] [--show] [--json] [CONSTRUCT...]

A construct is a program that compares its own derivative with finite differences, alone in each mode.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AD_BUILD = Path(sys.executable).with_name("ad-build")
MODES = ("reverse", "forward")
RIGHT = "right"
_TIMEOUT = 180  # seconds; most take two, on an idle machine, slice_of_tuples forty
_ENDLESS = "does not end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Construct:
    """One program of the corpus; ``source`` lies in a folder that holds ``specs/NAME.toml``."""

    name: str
    source: Path

    @property
    def rust(self) -> bool:
        return self.source.suffix == ".rs"

    @property
    def label(self) -> str:
        return f"{'rust' if self.rust else 'c'}/{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a build and a run; ``output`` is what was printed.

    ``verdict`` is ``right``, ``wrong``, ``stopped`` (the program ended before its checks did), ``refused: CODE`` or
    ``does not end`` (the build).
    """

    verdict: str
    output: str

    @property
    def right(self) -> bool:
        return self.verdict == RIGHT


def constructs(fixtures: Path = ROOT / "fixtures") -> tuple[Construct, ...]:
    """The whole corpus, Rust first."""
    found = [*sorted((fixtures / "rust/types/examples").glob("*.rs"))]
    found += sorted(path for path in (fixtures / "c/types").glob("*.c*") if path.suffix in (".c", ".cpp"))
    return tuple(Construct(name=path.stem, source=path) for path in found)


class Corpus:
    """Builds constructs in a folder of its own, each at most once for each way."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._known: dict[tuple[Construct, tuple[str, ...], bool], Outcome] = {}

    def judge(self, construct: Construct, mode: str, *, seeds: bool = True) -> Outcome:
        """Both modes are built at once; only where that is not right each is built alone."""
        both = self._run(construct, MODES, seeds)
        return both if both.verdict in (RIGHT, _ENDLESS) else self._run(construct, (mode,), seeds)

    def _run(self, construct: Construct, modes: tuple[str, ...], seeds: bool) -> Outcome:
        key = (construct, modes, seeds)
        if key not in self._known:
            self._known[key] = self._build_and_run(construct, modes, seeds)
        return self._known[key]

    def _build_and_run(self, construct: Construct, modes: tuple[str, ...], seeds: bool) -> Outcome:
        words, program = (_cargo if construct.rust else _clang)(construct, modes, self._work)
        environment = {**os.environ, "AD_BUILD_SEEDS": "on" if seeds else "off"}
        program.unlink(missing_ok=True)
        folder = construct.source.parent.parent if construct.rust else construct.source.parent
        built = _finish(words, folder, environment)
        if built is None:
            return Outcome(verdict=_ENDLESS, output=f"the build was ended after {_TIMEOUT} s")
        if built.returncode != 0:
            code = re.search(r"^error\[([a-z][a-z-]+)\]: ", built.stderr, re.M)
            verdict = f"refused: {code[1]}" if code else "refused: build failed"
            return Outcome(verdict=verdict, output=built.stdout + built.stderr)
        ran = _finish((str(program),), folder, environment)
        if ran is None:
            return Outcome(verdict="stopped", output="the program did not end")
        output = ran.stdout + ran.stderr
        if ran.returncode == 0 and "check " in ran.stdout and "FAILED" not in ran.stdout:
            return Outcome(verdict=RIGHT, output=output)
        verdict = "wrong" if "FAILED" in ran.stdout else "stopped"
        return Outcome(verdict=verdict, output=f"{output}(exit status {ran.returncode})")


def _finish(words: Sequence[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str] | None:
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that the engine can be ended with its parents
    )
    try:
        out, err = process.communicate(timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def _cargo(construct: Construct, modes: Sequence[str], work: Path) -> tuple[tuple[str, ...], Path]:
    target = work / "target"
    words = (
        *(str(AD_BUILD), "cargo", "--spec", f"specs/{construct.name}.toml", "build", "--release"),
        *("--example", construct.name, "--no-default-features", "--features", ",".join(modes)),
        *("--target-dir", str(target)),
    )
    return words, target / "release/examples" / construct.name


def _clang(construct: Construct, modes: Sequence[str], work: Path) -> tuple[tuple[str, ...], Path]:
    program = work / construct.name
    cxx = construct.source.suffix == ".cpp"
    # A comment `// flags: ...` in the source adds to the command line.
    extra = re.search(r"flags: (.*?)(?: \*/)?$", construct.source.read_text(), re.M)
    words = (
        *(str(AD_BUILD), "clang++" if cxx else "clang", "--spec", f"specs/{construct.name}.toml", "-O2", "-g", "-I.."),
        *(f"-D{mode.upper()}_ONLY" for mode in modes if len(modes) == 1),
        *(extra[1].split() if extra else ()),
        *(construct.source.name, "-lm", "-o", str(program)),
    )
    return words, program


def rows(corpus: Corpus, chosen: Sequence[Construct], seeds: Sequence[bool]) -> Iterator[dict[str, str]]:
    """One row for each construct and mode; ``without`` and ``with`` are the verdicts."""
    for construct in chosen:
        for mode in MODES:
            row = {"construct": construct.label, "mode": mode}
            for seeded in seeds:
                outcome = corpus.judge(construct, mode, seeds=seeded)
                row["with" if seeded else "without"] = outcome.verdict
                if seeded or seeds == (False,):
                    row["output"] = outcome.output
            yield row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("constructs", nargs="*", help="names, such as enum_tagged; all where none is given")
    parser.add_argument("--seeds", choices=("on", "off", "both"), default="both")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with the output of each failure")
    parser.add_argument("--show", action="store_true", help="what was printed where a verdict is not right")
    parser.add_argument("--work", type=Path, help="a folder for what is built, kept for the next run")
    given = parser.parse_args()
    corpus = constructs()
    unknown = set(given.constructs) - {name for one in corpus for name in (one.name, one.label)}
    if unknown:
        parser.error(f"no such construct: {', '.join(sorted(unknown))}")
    wanted = set(given.constructs)
    chosen = [one for one in corpus if not wanted or wanted & {one.name, one.label}]
    seeds = {"on": (True,), "off": (False,), "both": (False, True)}[given.seeds]
    work = given.work or Path(tempfile.mkdtemp(prefix="ad-build-types-"))
    work.mkdir(parents=True, exist_ok=True)
    if not given.json:
        print("| construct | mode | without seeds | with seeds |\n| --- | --- | --- | --- |")
    try:
        for row in rows(Corpus(work), chosen, seeds):
            if given.json:
                print(json.dumps(row), flush=True)
                continue
            print(
                f"| {row['construct']} | {row['mode']} | {row.get('without', '')} | {row.get('with', '')} |", flush=True
            )
            if given.show and row.get("with", row.get("without")) != RIGHT:
                print(row["output"])
    finally:
        if given.work is None:
            shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
