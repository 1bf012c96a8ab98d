"""The one place that starts other programs."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ad_build.errors import ToolError


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    """What a finished command left: its exit status and, where captured, its output."""

    command: tuple[str, ...]
    returncode: int
    stdout: str = ""
    stderr: str = ""


def _log_to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


# personality(2): the flag, and the argument that only asks.
_ADDR_NO_RANDOMIZE = 0x0040000
_PERSONALITY_QUERY = 0xFFFFFFFF


@contextlib.contextmanager
def fixed_addresses() -> Iterator[bool]:
    """While this holds, programs that are started have no address-space randomisation; yields whether that worked.

    For tools that iterate over sets of pointers, whose output depends on addresses.  Only Linux can do it, and
    container runtimes may forbid it.
    """
    if not sys.platform.startswith("linux"):
        yield False
        return
    import ctypes

    personality = ctypes.CDLL(None).personality
    personality.argtypes = [ctypes.c_ulong]
    before = personality(_PERSONALITY_QUERY)
    if before == -1 or personality(before | _ADDR_NO_RANDOMIZE) == -1:
        yield False
        return
    try:
        yield True
    finally:
        personality(before)


_PR_SET_PDEATHSIG = 1


def _dies_with(parent: int) -> Callable[[], None] | None:
    """What a child calls so that it does not outlive ``parent`` where that is killed; only Linux can do it."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:
            os._exit(1)

    return ask


@dataclass(frozen=True, kw_only=True, slots=True)
class Runner:
    """Runs commands and logs them: ``+ command``, directory and the environment variables that changed.

    ``verbose`` logs every command.  Passed as an argument to whatever needs to start a program.
    """

    verbose: bool = False
    log: Callable[[str], None] = field(default=_log_to_stderr)

    def run(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        capture: bool = True,
        capture_stderr: bool | None = None,
        stdin: str | None = None,
        stdout: Literal["discard", "stderr"] | None = None,
        timeout: float | None = None,
    ) -> Completed:
        """Run to the end; never raises for a non-zero status.

        ``env`` holds only the variables to change.  With ``capture=False`` the output goes where ours goes;
        ``capture_stderr`` overrides that for standard error alone, ``stdout`` for standard output.  ``timeout`` is
        in seconds, and the program is then ended with all that it has started.  Raises :class:`ToolError`:
        ``tool-missing`` where the program cannot be started, ``tool-timeout`` where its time was up.
        """
        argv = tuple(os.fspath(word) for word in command)
        if self.verbose:
            changed = "".join(f"{key}={shlex.quote(value)} " for key, value in (env or {}).items())
            place = f"  (in {cwd})" if cwd else ""
            self.log(f"+ {changed}{shlex.join(argv)}{place}")
        err = capture if capture_stderr is None else capture_stderr
        out = subprocess.PIPE if capture else None
        if stdout is not None:
            out = subprocess.DEVNULL if stdout == "discard" else 2
        try:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env={**os.environ, **env} if env else None,
                stdin=None if stdin is None else subprocess.PIPE,
                stdout=out,
                stderr=subprocess.PIPE if err else None,
                text=True,
                errors="replace",
                start_new_session=timeout is not None,
                preexec_fn=None if timeout is None else _dies_with(os.getpid()),
            )
        except OSError as error:
            raise ToolError(
                "tool-missing", f"cannot run {argv[0]}", note=str(error), hint="`ad-build doctor` lists every tool"
            ) from error
        with process:
            try:
                output, errors = process.communicate(stdin, timeout=timeout)
            except BaseException as error:
                # Ours to end, whatever happened: in a session of its own, Ctrl-C does not reach it.
                if timeout is None:
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise ToolError("tool-timeout", f"{argv[0]} did not end within {timeout:g} s") from error
                raise
        return Completed(command=argv, returncode=process.returncode, stdout=output or "", stderr=errors or "")

    def hand_over(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> int:
        """Give terminal, standard streams and signals to a program until it ends; returns its exit status.

        Ctrl-C is the program's business; one that a signal killed gives 128 + its number, as shells have it.
        ``env`` holds only the variables to change.  Raises :class:`ToolError` (``tool-missing``).
        """
        argv = tuple(os.fspath(word) for word in command)
        if self.verbose:
            changed = "".join(f"{key}={shlex.quote(value)} " for key, value in (env or {}).items())
            self.log(f"+ {changed}{shlex.join(argv)}" + (f"  (in {cwd})" if cwd else ""))
        # A Python handler, not SIG_IGN: handlers are reset in the child, ignored signals stay ignored.
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            status = subprocess.Popen(argv, cwd=cwd, env={**os.environ, **env} if env else None).wait()
        except OSError as error:
            raise ToolError(
                "tool-missing", f"cannot run {argv[0]}", note=str(error), hint="`ad-build doctor` lists every tool"
            ) from error
        finally:
            signal.signal(signal.SIGINT, before)
        return status if status >= 0 else 128 - status
