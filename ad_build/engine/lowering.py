"""Spells instructions that the engine does not know in terms of those it does."""

from __future__ import annotations

import re

from ad_build.engine.pointers import LOCAL, function_spans

# rustc 1.96 makes `f64::max` of llvm.maximumnum, which Enzyme 0.0.238 cannot differentiate.  llvm.maxnum differs from
# it in the sign of a zero and on signalling NaNs alone; derivatives are the same.
_SAME_AS = {"llvm.maximumnum.": "llvm.maxnum.", "llvm.minimumnum.": "llvm.minnum."}
_DECLARATION = re.compile(r"^declare [^\n]*@(llvm\.(?:max|min)num\.[a-z0-9]+)\([^\n]*\n", re.MULTILINE)


# Type analysis gives no type to `select c, index, 0`, and an offset of unknown type takes the type of what lies behind
# the pointer away.
_OFFSET = re.compile(rf" = getelementptr (?!inbounds)[^\n]*?, i64 ({LOCAL})(?=[,\n])")
_SELECT = r"^  ({}) = select (i1 {}), i64 (?:({}), i64 0|0, i64 ({}))(?=[,\n])"


def mask_offsets(ir: str) -> str:
    """Spell the choice between an offset and zero as a mask."""
    chosen = _OFFSET.search(ir) and re.compile(_SELECT.format(*[LOCAL] * 4), re.MULTILINE)
    if not chosen:
        return ir
    parts, at = [], 0
    for start, end in function_spans(ir):
        text = ir[start:end]
        offsets = set(_OFFSET.findall(text))
        if offsets:
            masked = chosen.sub(lambda match: _masked(match) if match.group(1) in offsets else match.group(), text)  # noqa: B023
            parts += [ir[at:start], masked]
            at = end
    return "".join([*parts, ir[at:]])


def _masked(match: re.Match[str]) -> str:
    name, condition, value, other = match.groups()
    own = f'{name[:-1]}.{{}}"' if name.endswith('"') else f"%ad_build.{{}}.{name[1:]}"
    mask, kept = own.format("mask"), own.format("kept")
    # What is not chosen may be poison; zero must come out all the same.
    lines = [f"  {mask} = sext {condition} to i64"]
    if value is None:
        lines = [f"  {own.format('not')} = xor {condition}, true", f"  {mask} = sext i1 {own.format('not')} to i64"]
    return "\n".join([*lines, f"  {kept} = freeze i64 {value or other}", f"  {name} = and i64 {kept}, {mask}"])


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
