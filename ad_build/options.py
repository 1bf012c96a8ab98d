"""What the command line and the environment say that holds for every stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ad_build.process import Runner


@dataclass(slots=True)
class Timings:
    """Wall time of each stage, in seconds, in the order in which they first ran."""

    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the body under ``name``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start

    def table(self) -> str:
        """The stages and their sum as text, for ``--timings``."""
        rows = [*self.stages.items(), ("total", sum(self.stages.values()))]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {seconds:8.3f} s" for name, seconds in rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """Options of the run.

    ``engine`` is None (find one) or what ``--engine`` / ``AD_BUILD_ENGINE`` say: ``catalyst`` or ``plugin:PATH``.
    ``spec`` is the spec file; ``keep`` a folder where intermediate IR is left.  ``seeds`` is off for measuring what
    the engine does without types from debug info.  ``check_shadows`` looks at run time whether shadows of enums are of
    the right variant; None: in debug builds.
    """

    runner: Runner
    engine: str | None = None
    spec: Path | None = None
    keep: Path | None = None
    verbose: bool = False
    seeds: bool = True
    check_shadows: bool | None = None
    timings: Timings = field(default_factory=Timings)
