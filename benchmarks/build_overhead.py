"""What ad-build adds to a build: cold and no-change builds against plain cargo and clang, in the same run.

Prints wall times, their ratio, and the stages of ad-build (``--timings``) for the Rust workspace and the C project.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AD_BUILD = str(Path(sys.executable).with_name("ad-build"))
ROUNDS = 3


def timed(command: list[str], folder: Path, **environment: str) -> tuple[float, str]:
    """Wall time in seconds and standard error of a command that must succeed."""
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} in {folder} failed:\n{done.stdout}{done.stderr}")
    return seconds, done.stderr


def median(values: list[float]) -> float:
    """The middle value."""
    return sorted(values)[len(values) // 2]


def compare(label: str, plain: list[str], ours: list[str], folder: Path, clean: list[str]) -> str:
    """Interleave plain and ad-build builds, cold and without change; returns the last stage table."""
    rows: dict[str, tuple[list[float], list[float]]] = {"cold": ([], []), "no change": ([], [])}
    stages = ""
    for _ in range(ROUNDS):
        for index, command in enumerate((plain, ours)):
            timed(clean, folder)
            seconds, errors = timed(command, folder)
            rows["cold"][index].append(seconds)
            stages = errors if index else stages
            rows["no change"][index].append(timed(command, folder)[0])
    for kind, (before, after) in rows.items():
        a, b = median(before), median(after)
        print(f"{label:<10}{kind:<12}plain {a:7.3f} s   ad-build {b:7.3f} s   +{b - a:6.3f} s   x{b / a:5.2f}")
    return stages


def main() -> None:
    """Print both comparisons and the time of ``--version``."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        shutil.copytree(ROOT / "fixtures", work, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target", "*.o"))
        rust = work / "rust" / "neural"
        ours = [AD_BUILD, "cargo", "--spec", "autodiff.toml", "--timings", "build", "--release"]
        # Plain cargo cannot link the program that calls the derivatives: it stops before the link.
        stages = compare("Rust", ["cargo", "build", "--release", "--lib"], ours, rust, ["rm", "-rf", "target"])
        print(stages)
        c = work / "c" / "neural"
        plain = ["make", "-s", f"CC={clang()}", "LDFLAGS=-Wl,--unresolved-symbols=ignore-all"]
        compare("C", plain, ["make", "-s", f"CC={AD_BUILD} clang"], c, ["make", "-s", "clean"])
        version = median([timed([AD_BUILD, "--version"], work)[0] for _ in range(11)])
        print(f"ad-build --version {version * 1e3:.0f} ms")


def clang() -> str:
    """The clang that ad-build uses."""
    code = "from ad_build.clang.toolchain import find_clang; from ad_build.process import Runner; "
    code += "print(find_clang(Runner(), max_llvm=22).path)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
