"""Lets the engine record how often an inner loop ran, where it forgets to.

LLVM makes two loops of one that has several ways back (``continue``) and a variable that only some of them change.  The
outer one has no exit of its own then: all leave from within the inner loop.  On a way out of an inner loop from which
every path leads into it again, the engine does not record the number of iterations, and the reverse sweep reads memory
that nobody wrote (fixtures/c/small/exits.c).  Such a way gets another exit, under a condition that never holds and that
the engine cannot see through.
"""

from __future__ import annotations

import re

from ad_build.engine.control_flow import natural_loops, number_blocks
from ad_build.engine.pointers import block_name, rewrite_functions

_NEVER = "@ad_build.never"
_DECLARED = f"{_NEVER} = external constant i8\n"
_FLAG = re.compile(rf"^{_NEVER} = external [^\n]*?constant i8(.*)$", re.MULTILINE)
_JUMP = re.compile(r"^  br label (%\S+?)(,.*)?$")
_LEAVES = re.compile(r"^  ret\b")
_RETURN = re.compile(r"^  ret (void|.*?)(?:, ![^\n]*)?$", re.MULTILINE)


def give_exits(ir: str) -> str:
    """Rewrite every function that has such a loop."""
    new = rewrite_functions(ir, _rewrite)
    return ir if new is ir else new + _DECLARED


def close_exits(ir: str) -> str:
    """Let the conditions be what they are, once the engine is through."""
    return _FLAG.sub(rf"{_NEVER} = internal constant i8 0\1", ir)


def _rewrite(text: str) -> str:
    if text.count("label %") <= 4:
        return text
    numbers, successors, entry = number_blocks(text)
    lines = text.split("\n")
    blocks = _terminators(lines, numbers)
    leaves = {block for block, line in blocks.items() if _LEAVES.match(lines[line])}
    chosen: set[int] = set()
    for body in natural_loops(successors, entry).values():
        for exit_block in {following for block in body for following in successors[block]} - body:
            chosen |= _jumps_back(
                exit_block, body, successors, leaves, {b for b in blocks if _JUMP.match(lines[blocks[b]])}
            )
    if not chosen:
        return text
    for number, block in enumerate(sorted(chosen)):
        line = blocks[block]
        jump = _JUMP.match(lines[line])
        assert jump is not None
        name = f"%ad_build.never.{number}"
        lines[line] = (
            f"  {name}.byte = load i8, ptr {_NEVER}, align 1\n  {name} = icmp ne i8 {name}.byte, 0\n"
            f"  br i1 {name}, label %ad_build.exit, label {jump.group(1)}{jump.group(2) or ''}"
        )
    text = "\n".join(lines)
    result = re.search(r"^  ret (void|\{.*?\}|<.*?>|\[.*?\]|\S+)", text, re.MULTILINE)
    kind = result.group(1) if result else "void"
    value = "void" if kind == "void" else f"{kind} {'null' if kind == 'ptr' else 'zeroinitializer'}"
    if re.fullmatch(r"i\d+", kind):
        value = f"{kind} 0"
    elif kind in ("double", "float", "half", "bfloat"):
        value = f"{kind} 0.0"
    end = text.rindex("\n}")
    return f"{text[:end]}\n\nad_build.exit:\n  ret {value}{text[end:]}"


def _terminators(lines: list[str], numbers: dict[str, int]) -> dict[int, int]:
    """The line on which each block ends, by the block's number."""
    found: dict[int, int] = {}
    block = 0
    for number, line in enumerate(lines):
        label = block_name(line)
        if label:
            block = numbers[label]
        elif line.startswith("  ") and not line.lstrip().startswith("#dbg_"):
            found[block] = number
    return found


def _jumps_back(start: int, body: set[int], successors: list[list[int]], leaves: set[int], jumps: set[int]) -> set[int]:
    """The first block on the way from an exit back into the loop that only jumps; none where a path leaves for good."""
    seen, pending, back, first = {start}, [start], False, None
    while pending:
        block = pending.pop(0)
        if block in leaves:
            return set()
        if first is None and block in jumps:
            first = block
        for following in successors[block]:
            if following in body:
                back = True
            elif following not in seen:
                seen.add(following)
                pending.append(following)
    return {first} if back and first is not None else set()
