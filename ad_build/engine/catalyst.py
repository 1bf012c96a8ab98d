"""The engine inside the ``catalyst`` binary: Enzyme on LLVM 22, in one file."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ad_build.engine.diagnostics import TIMED_OUT, calls_engine, check_differentiated, explain
from ad_build.engine.download import CATALYST_LLVM
from ad_build.errors import EngineError, ToolError
from ad_build.process import Completed, Runner, fixed_addresses

# The engine's stage is skipped, without a word, in a module that has no function of such a name.
_SWITCH = "__enzyme_autodiff"
_SWITCH_DECLARATION = f"{_SWITCH}.ad_build"
# An assertion of the engine's LLVM that has nothing to do with the program.
_RECORDS_TROUBLE = "Inserting PHI after debug-records"
_OUTPUT = "*_AfterEnzymePasses.ll"

DEFAULT_TIMEOUT = 300.0


def engine_timeout() -> float:
    """Seconds that one run of an engine may take: ``AD_BUILD_ENGINE_TIMEOUT``, else five minutes.

    There has to be an end, as there are inputs on which the type analysis has none.
    """
    try:
        return float(os.environ["AD_BUILD_ENGINE_TIMEOUT"])
    except (KeyError, ValueError):
        return DEFAULT_TIMEOUT


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalystEngine:
    """Runs ``catalyst --tool=llc`` in a folder of its own, with address-space randomisation off.

    Enzyme goes through sets of pointers, so only fixed addresses make the output the same each time.
    """

    path: Path
    llvm_version: tuple[int, int] = CATALYST_LLVM

    @property
    def name(self) -> str:
        return "catalyst"

    def command(self, source: Path, workspace: Path, flags: tuple[str, ...]) -> tuple[str, ...]:
        """The command line; ``--checkpoint-stage`` skips an optimization pipeline that drops custom rules."""
        return (
            *(str(self.path), "--tool=llc", "--checkpoint-stage=O2Opt", str(source)),
            *(f"--workspace={workspace}", "--keep-intermediate", *flags),
        )

    @property
    def reads_llvm(self) -> int:
        """The engine's own LLVM."""
        return self.llvm_version[0]

    def run(self, ir: str, *, flags: tuple[str, ...], runner: Runner) -> str:
        """Differentiate ``ir``; a module without any ``__enzyme_*`` call comes back as it is.

        Raises :class:`EngineError` with the reason and the place, ``engine-skipped`` where the engine did nothing.
        """
        if not calls_engine(ir):
            return ir
        with tempfile.TemporaryDirectory(prefix="ad-build-engine-") as folder:
            done, result = self._start(ir, flags, runner, Path(folder, "first"))
            if done.returncode != 0 and _RECORDS_TROUBLE in done.stderr:
                if runner.verbose:
                    runner.log("the engine stumbled over the debug records of variables; once more without them")
                done, result = self._start(without_debug_records(ir), flags, runner, Path(folder, "second"))
        if done.returncode != 0:
            raise explain(done.stderr, ir, status=done.returncode)
        if result is None:
            raise EngineError(
                "engine-skipped",
                "the engine ended without doing anything",
                note=f"{self.path} left no {_OUTPUT}",
                hint="this is a fault of ad-build or of the engine's version: please report it",
            )
        result = without_switch(result)
        check_differentiated(result)
        return result

    def _start(self, ir: str, flags: tuple[str, ...], runner: Runner, folder: Path) -> tuple[Completed, str | None]:
        """One run of the program; the differentiated module is None where it left none."""
        folder.mkdir()
        source, workspace = folder / "module.ll", folder / "out"
        source.write_text(with_switch(ir), encoding="utf-8", errors="surrogateescape")
        try:
            with fixed_addresses():
                # Relative names: the lengths of paths, too, would move what the engine allocates.
                command = self.command(Path(source.name), Path(workspace.name), flags)
                done = runner.run(command, cwd=folder, stdout="discard", timeout=engine_timeout())
        except ToolError as error:
            if error.code == "tool-timeout":
                raise explain(TIMED_OUT, ir) from error
            raise
        outputs = sorted(workspace.glob(_OUTPUT))
        if done.returncode != 0 or not outputs:
            return done, None
        return done, outputs[-1].read_text(encoding="utf-8", errors="surrogateescape")


def without_debug_records(ir: str) -> str:
    """The module without the places of local variables; lines and functions stay in its debug info."""
    return "".join(x for x in ir.splitlines(keepends=True) if not x.lstrip().startswith("#dbg_"))


def with_switch(ir: str) -> str:
    """The module with a function in it, declared and never called, that makes the engine's stage run."""
    if f"@{_SWITCH}" in ir:
        return ir
    return f"{ir}\ndeclare void @{_SWITCH_DECLARATION}(...)\n"


def without_switch(ir: str) -> str:
    """Take out what :func:`with_switch` put in."""
    if _SWITCH_DECLARATION not in ir:
        return ir
    lines = ir.splitlines(keepends=True)
    return "".join(x for x in lines if not (x.startswith("declare ") and f"@{_SWITCH_DECLARATION}(" in x))


def catalyst_version(path: Path, runner: Runner) -> tuple[int, int]:
    """LLVM version of a catalyst binary that is not the pinned one.

    Raises :class:`ToolError`: ``tool-missing``, or ``engine-unusable`` where it is something else.
    """
    done = runner.run((str(path), "--version"))
    for line in done.stdout.splitlines():
        words = line.split()
        if words[:2] == ["LLVM", "version"] and len(words) > 2:
            numbers = words[2].split(".")
            if len(numbers) > 1 and numbers[0].isdigit() and numbers[1].isdigit():
                return int(numbers[0]), int(numbers[1])
    raise ToolError(
        "engine-unusable",
        f"{path} is no catalyst engine",
        note=f"`{path} --version` ended with status {done.returncode} and named no LLVM version",
    )
