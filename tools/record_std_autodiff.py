"""Record which signatures rustc's own `std::autodiff` generates, for the companion crate's tests.

    python tools/record_std_autodiff.py [--check]

Reads the requests out of the table, lets rustc expand them (`RUSTC_BOOTSTRAP=1 rustc -Zunpretty=expanded`; no engine
is needed for that) and writes each signature back into its `std:` line.  `--check` only compares.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TABLE = Path(__file__).parent.parent / "ad_build/cargo/companion/ad-build-macros/tests/std_autodiff.txt"
PREAMBLE = """#![feature(autodiff)]
#![allow(warnings)]
"""
HEAD = (
    r"\n *((?:pub(?:\([^)]*\))? )?(?:(?:unsafe|const|async) )*(?:extern \"\w+\" )?fn {name}\b.*?)"
    r" \{{\s*::core::intrinsics"
)
IN_CASE = """use std::autodiff::*;
pub struct S { x: f64 }
pub struct View<'a> { x: &'a [f64] }
"""


def blocks(text: str) -> list[str]:
    """The table's blocks; those that start with `#!` or have no request are comments."""
    return text.split("\n\n")


def request_of(block: str) -> tuple[list[str], str] | None:
    """The attribute and the function's head, and the derivative's name."""
    lines = [line for line in block.splitlines() if not line.startswith(("# ", "std:", "ours:"))]
    if not lines or not lines[0].startswith("#[autodiff_"):
        return None
    name = re.match(r"#\[autodiff_\w+\((\w+)", lines[0])
    assert name, lines[0]
    return lines, name[1]


def source(block: str, index: int) -> str:
    lines, _ = request_of(block) or ([], "")
    head = "\n".join(lines[1:])
    holder = re.match(r"in (impl.*?): ", head)
    body = f"{lines[0]}\n{head[holder.end() :] if holder else head} {{ loop {{}} }}"
    return f"mod case_{index} {{\n{IN_CASE}{f'{holder[1]} {{ {body} }}' if holder else body}\n}}\n"


def signatures(table: str) -> dict[int, str]:
    """The signature of each block's derivative as rustc prints it, on one line.

    One run each: where one request makes rustc panic, the others still have an answer.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.rs"
        for index, block in enumerate(blocks(table)):
            request = request_of(block)
            if request is None:
                continue
            file.write_text(f"{PREAMBLE}{source(block, index)}fn main() {{}}\n")
            done = subprocess.run(
                ["rustc", "-Zunpretty=expanded", "--edition=2021", file.name],
                cwd=folder,
                env={**os.environ, "RUSTC_BOOTSTRAP": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
            signature = re.search(HEAD.format(name=request[1]), done.stdout, re.DOTALL)
            rustc_says = re.search(r"^error: (.*)$", done.stderr, re.MULTILINE)
            if "panicked at" in done.stderr:
                found[index] = "(rustc panics)"
            elif rustc_says and not rustc_says[1].startswith(("aborting", "cannot find", "[")):
                found[index] = f"(error: {rustc_says[1]})"
            else:
                found[index] = " ".join(signature[1].split()) if signature else "(nothing)"
    return found


def recorded(table: str, answers: dict[int, str]) -> str:
    out = []
    for index, block in enumerate(blocks(table)):
        if index in answers:
            lines = [line for line in block.strip("\n").splitlines() if not line.startswith("std:")]
            ours = [line for line in lines if line.startswith("ours:")] or ["ours: same"]
            lines = [line for line in lines if not line.startswith("ours:")]
            block = "\n".join([*lines, f"std: {answers[index]}", *ours])
        out.append(block.strip("\n"))
    return "\n\n".join(out) + "\n"


def main() -> int:
    table = TABLE.read_text()
    made = recorded(table, signatures(table))
    if "--check" in sys.argv[1:]:
        return 0 if made == table else 1
    TABLE.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
