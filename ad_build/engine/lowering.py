"""Spells instructions that the engine does not know in terms of those it does."""

from __future__ import annotations

import re

# rustc 1.96 makes `f64::max` of llvm.maximumnum, which Enzyme 0.0.238 cannot differentiate.  llvm.maxnum differs from
# it in the sign of a zero and on signalling NaNs alone; derivatives are the same.
_SAME_AS = {"llvm.maximumnum.": "llvm.maxnum.", "llvm.minimumnum.": "llvm.minnum."}
_DECLARATION = re.compile(r"^declare [^\n]*@(llvm\.(?:max|min)num\.[a-z0-9]+)\([^\n]*\n", re.MULTILINE)


def lower_intrinsics(ir: str) -> str:
    """The module with unknown intrinsics replaced."""
    if not any(f"@{name}" in ir for name in _SAME_AS):
        return ir
    for name, known in _SAME_AS.items():
        ir = ir.replace(f"@{name}", f"@{known}")
    seen: set[str] = set()

    def once(match: re.Match[str]) -> str:
        repeated = match.group(1) in seen
        seen.add(match.group(1))
        return "" if repeated else match.group()

    return _DECLARATION.sub(once, ir)
