"""What an engine is."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ad_build.process import Runner


class Engine(Protocol):
    """Enzyme in some packaging: takes LLVM IR with ``__enzyme_*`` calls, gives LLVM IR without them."""

    @property
    def name(self) -> str:
        """``catalyst`` or ``plugin``."""

    @property
    def path(self) -> Path:
        """The executable or the plugin."""

    @property
    def llvm_version(self) -> tuple[int, int]:
        """Major and minor version of the LLVM it is built on; IR must not be newer."""

    @property
    def reads_llvm(self) -> int:
        """The newest major version of LLVM whose IR the engine takes; a plugin gets newer IR rewritten."""

    def run(self, ir: str, *, flags: tuple[str, ...], runner: Runner) -> str:
        """Differentiate ``ir``; ``flags`` are ``--enzyme-...`` options.

        Raises :class:`ad_build.errors.EngineError` with the reason, function, file and line where the engine
        tells them, never with its dump of the module.
        """
