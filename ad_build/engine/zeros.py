"""Zeros in local memory that can hold no float.

The optimiser makes one ``memset`` of several integers that are set to zero (the counters of an iterator).  Where the
program then reads the local by an index that is not known, nothing tells the engine what the zeros are, and it refuses
the ``memset``.  A local into which only pointers and constants are ever stored holds no adjoint, so the zeros are
stored as the integers that they were.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import LOCAL, function_spans

_ALLOCA = re.compile(rf"^  ({LOCAL}) = alloca \[(\d+) x i8\]", re.MULTILINE)
_SET = re.compile(
    rf"^  (?:tail )?call void @llvm\.memset\.p0\.i64\(ptr [^,]*?({LOCAL}), i8 0, "
    r"i64 (?:noundef )?(\d+), i1 false\)([^\n]*)$",
    re.MULTILINE,
)
_OFFSET = re.compile(rf"^  ({LOCAL}) = getelementptr [^\n]*?, ptr ({LOCAL})(?:,|$)")
_STORED = re.compile(rf"^  store (?:ptr [^\s,]+|i\d+ -?\d+), ptr ({LOCAL})(?:,|$)")
_LOADED = re.compile(rf"^  {LOCAL} = load [^\n]*?, ptr ({LOCAL})(?:,|$)")
_LIFETIME = re.compile(r"^  call void @llvm\.lifetime\.(?:start|end)\.")
_NAME = re.compile(LOCAL)
_MOST = 64


def spell_zeros(ir: str) -> str:
    """Store zeros one by one in locals of pointers and constants."""
    if ", i8 0, i64 " not in ir:
        return ir
    parts, at = [], 0
    for start, end in function_spans(ir):
        text = ir[start:end]
        if _SET.search(text):
            parts += [ir[at:start], _rewrite(text)]
            at = end
    return "".join([*parts, ir[at:]])


def _rewrite(text: str) -> str:
    lines = [line for line in text.split("\n") if not line.startswith("    #dbg_")]
    used: dict[str, list[str]] = {}
    for line in lines:
        for name in set(_NAME.findall(line)):
            used.setdefault(name, []).append(line)
    inert = {pointer for name, _ in _ALLOCA.findall(text) for pointer in _inert(name, used)}

    def spell(match: re.Match[str]) -> str:
        pointer, size, rest = match.group(1), int(match.group(2)), match.group(3)
        if pointer not in inert or size % 8 or size > _MOST:
            return match.group()
        place = re.search(r", !dbg !\d+", rest)
        debug = place.group() if place else ""
        out = []
        for offset in range(0, size, 8):
            own = f"%ad_build.zero.{match.start()}.{offset}"
            out += [
                f"  {own} = getelementptr inbounds i8, ptr {pointer}, i64 {offset}{debug}",
                f"  store i64 0, ptr {own}, align 1{debug}",
            ]
        return "\n".join(out)

    return _SET.sub(spell, text) if inert else text


def _inert(local: str, used: dict[str, list[str]]) -> set[str]:
    """The pointers into a local that receives pointers and constants alone; empty where it may hold something else."""
    found = {local}
    pending = [local]
    while pending:
        name = pending.pop()
        for line in used.get(name, ()):
            offset = _OFFSET.match(line)
            if offset and offset.group(2) == name:
                if offset.group(1) not in found:
                    found.add(offset.group(1))
                    pending.append(offset.group(1))
                continue
            if line.startswith(f"  {name} = ") or _LIFETIME.match(line):
                continue
            reached = _STORED.match(line) or _LOADED.match(line) or _SET.match(line)
            if reached is None or reached.group(1) != name or line.startswith(f"  store ptr {name},"):
                return set()
    return found
