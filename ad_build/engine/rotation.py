"""Keeps the engine from believing that buffers which a loop rotates never overlap.

``swap(u, next)`` at the end of a time step makes both pointers loop phis of the same two allocations.  Alias analysis
is right that within one iteration they are different, but the engine asks whether what it reads through one is
overwritten *later*, in another iteration, through the other, and takes the same answer.  It then recomputes reads from
overwritten memory: the gradient is silently wrong (fixtures/c/heat: the diffusivity by 19 %).

The pointer of each such phi is taken through an integer, behind which alias analysis knows nothing; the engine runs
with ``--disable-i2p-p2i-opt`` so that the trip survives, and the pipeline after it removes the trip.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import blocks_in_cycles, function_spans, objects, read_function, rewrite_functions

ENGINE_FLAG = "--disable-i2p-p2i-opt=1"


def separate_rotating_buffers(ir: str) -> str:
    """Rewrite every function of a module in which a loop rotates pointers to different objects."""
    return rewrite_functions(ir, _rewrite)


def flags_for(ir: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Further flags for a module as the engine gets it.

    Where a loop frees the buffer of its last round (``free(old); old = new;``), the engine's recomputing of
    allocations in the reverse sweep frees some of them twice and reads others after they were freed
    (fixtures/c/small/layers.c).  It keeps them instead.
    """
    if any(flag.startswith("--enzyme-rematerialize") for flag in given):
        return ()
    spans = (ir[start:end] for start, end in function_spans(ir))
    replaces = any(_frees_what_rotates(text) for text in spans if _FREE.search(text))
    return ("--enzyme-rematerialize=0",) if replaces else ()


_FREE = re.compile(r"@(?:free|__rust_dealloc|_ZdlPv|_ZdaPv)")
_ROTATED = "%ad_build.rotated."


def _frees_what_rotates(text: str) -> bool:
    function = read_function(text)
    looping = blocks_in_cycles(function.edges)
    freed = {arguments[0] for callee, arguments, _ in function.calls if arguments and _FREE.match(callee)}
    return any(name.startswith(_ROTATED) or function.blocks.get(name) in looping for name in freed)


def _rewrite(text: str) -> str:
    if " = phi ptr " not in text:
        return text
    function = read_function(text)
    looping = blocks_in_cycles(function.edges)
    chosen = [name for name, block in function.blocks.items() if block in looping and len(objects(function, name)) > 1]
    return _route_through_integers(text, chosen) if chosen else text


def _route_through_integers(text: str, names: list[str]) -> str:
    """After the phis of a block, ``p`` becomes ``inttoptr(ptrtoint p)``, and so do all its uses."""
    routed = {name: f"{_ROTATED}{number}" for number, name in enumerate(names)}
    pattern = re.compile("|".join(re.escape(name) + r"(?![-a-zA-Z$._0-9])" for name in names))
    out: list[str] = []
    pending: list[str] = []
    for line in text.split("\n"):
        if pending and " = phi " not in line and not line.startswith("    #dbg_"):
            for name in pending:
                out.append(f"  {routed[name]}.address = ptrtoint ptr {name} to i64")
                out.append(f"  {routed[name]} = inttoptr i64 {routed[name]}.address to ptr")
            pending = []
        head, equals, rest = line.partition(" = ")
        if not equals or not head.startswith("  %"):
            head, equals, rest = "", "", line
        out.append(head + equals + pattern.sub(lambda match: routed[match.group()], rest))
        if equals and head.strip() in routed:
            pending.append(head.strip())
    return "\n".join(out)
