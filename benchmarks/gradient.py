"""How fast the derivatives are: primal, ours and a hand-written adjoint, in one run, interleaved, medians.

Each fixture's own benchmark program does the timing and prints one JSON line; this script builds the programs with
ad-build and prints the ratios.  ``gradient.py [NAME…] [--cflags=…]`` picks fixtures (``c/gmm``, ``rust/heat``).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
AD_BUILD = str(Path(sys.executable).with_name("ad-build"))
C_FIXTURES = ("heat", "gmm", "pendulum", "neural")
RUST_FIXTURES = ("heat", "gmm", "pendulum", "neural")


def run(command: list[str], folder: Path) -> str:
    """Run to the end and return standard output; stops the benchmark where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} in {folder} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def measurements(output: str) -> list[dict[str, object]]:
    """The JSON lines of a benchmark program."""
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def measure_c(name: str, work: Path, cflags: str) -> list[dict[str, object]]:
    """Build and run a C fixture's benchmark."""
    folder = work / "c" / name
    return measurements(run(["make", "-s", f"CC={AD_BUILD} clang", f"CFLAGS={cflags}", "bench"], folder))


def measure_rust(name: str, work: Path) -> list[dict[str, object]]:
    """Build and run a Rust fixture's benchmark."""
    folder = work / "rust" / name
    command = [AD_BUILD, "cargo", "--spec", "autodiff.toml", "run", "--release", "--quiet", "--example"]
    return measurements(run([*command, "bench_gradient"], folder))


def main(arguments: list[str]) -> None:
    """Print the table."""
    names = [word for word in arguments if not word.startswith("--")]
    flags = [word.partition("=")[2] for word in arguments if word.startswith("--cflags=")]
    cflags = flags[-1] if flags else "-O3"
    print(f"{'fixture':<22}{'primal':>11}{'ours':>11}{'by hand':>11}{'ours/primal':>13}{'ours/by hand':>14}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(FIXTURES, work, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target", "*.o", "*.a"))
        for language, fixtures in (("c", C_FIXTURES), ("rust", RUST_FIXTURES)):
            for name in fixtures:
                if names and f"{language}/{name}" not in names:
                    continue
                rows = measure_c(name, work, cflags) if language == "c" else measure_rust(name, work)
                for row in rows:
                    show(f"{language}/{row['fixture']}", row)


def show(label: str, row: dict[str, object]) -> None:
    """Print one line of the table; times in seconds."""
    primal, derived, hand = (float(str(row[key])) for key in ("primal_s", "derived_s", "handwritten_s"))
    times = "".join(f"{seconds * 1e3:>8.3f} ms" for seconds in (primal, derived, hand))
    print(f"{label:<22}{times}{derived / primal:>13.2f}{derived / hand:>14.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
