"""Makes ad_build/engine/complex.ll of complex.c: plain IR without attributes and metadata, to be appended to a module.

Nothing is optimised but memory into registers: what a branch guards must not be computed without it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from ad_build import llvm

ENGINE = Path(__file__).resolve().parent.parent / "ad_build/engine"
FLAGS = ("-O1", "-Xclang", "-disable-llvm-passes", "-ffp-contract=off", "-fno-strict-aliasing", "-S", "-emit-llvm")
# Linkage, attribute groups and metadata, and what passes infer.
_NOISE = re.compile(r", ![a-z.]+ !\d+|,? #\d+| (?:local_)?unnamed_addr| (?:noundef|returned|dso_local|range\([^)]*\))")


def main() -> None:
    command = (os.environ.get("CLANG", "clang"), *FLAGS, "complex.c", "-o", "-")
    text = subprocess.run(command, cwd=ENGINE, check=True, capture_output=True, text=True).stdout
    module = llvm.parse_ir(re.sub(r"\bnoinline optnone\b", "", text))
    llvm.run_passes(module, "always_inliner", "sroa", "simplify_cfg")
    llvm.drop_dead_globals(module)
    pieces = [str(function) for function in module.functions if not function.name.startswith("llvm.lifetime")]
    ir = _NOISE.sub("", "\n".join(pieces)).replace("define ", "define internal ").replace(" mustprogress", "")
    ir = "\n".join(line for line in ir.split("\n") if line.strip() and not line.startswith(";"))
    (ENGINE / "complex.ll").write_text(re.sub(r"\s+; preds = .*", "", ir) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
