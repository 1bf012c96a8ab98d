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
from collections.abc import Iterator
from dataclasses import dataclass, field

ENGINE_FLAG = "--disable-i2p-p2i-opt=1"

_LOCAL = r'%(?:"(?:[^"\\]|\\..)*"|[-a-zA-Z$._0-9]+)'
_LABEL = re.compile(r'^(?:"((?:[^"\\]|\\..)*)"|([-a-zA-Z$._0-9]+)):')
_DEFINITION = re.compile(rf"^  ({_LOCAL}) = (phi ptr|getelementptr|select|load ptr|\w+)")
_INCOMING = re.compile(rf"\[ ([^\[\]]*?), ({_LOCAL}) \]")
_POINTER_OPERAND = re.compile(rf"ptr ({_LOCAL})")
_TARGET = re.compile(rf"label ({_LOCAL})")


@dataclass(slots=True)
class _Function:
    """What matters of one function's text: its blocks' edges and how pointers are derived."""

    edges: dict[str, list[str]] = field(default_factory=dict)
    phis: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    derived: dict[str, tuple[str, ...]] = field(default_factory=dict)


def separate_rotating_buffers(ir: str) -> str:
    """Rewrite every function of a module in which a loop rotates pointers to different objects."""
    if " = phi ptr " not in ir:
        return ir
    parts = []
    at = 0
    while (start := ir.find("\ndefine ", at)) >= 0:
        end = ir.index("\n}\n", start) + 3
        parts += [ir[at:start], _rewrite(ir[start:end])]
        at = end
    return "".join([*parts, ir[at:]])


def _rewrite(text: str) -> str:
    if " = phi ptr " not in text:
        return text
    function = _read(text)
    looping = _in_cycles(function.edges)
    chosen = [
        name
        for name, (block, _) in function.phis.items()
        if block in looping and len(_objects(function, name)) > 1
    ]
    return _route_through_integers(text, chosen) if chosen else text


def _read(text: str) -> _Function:
    function = _Function()
    block = "entry"
    function.edges[block] = []
    for line in text.split("\n"):
        label = _LABEL.match(line)
        if label:
            block = f"%{label.group(2)}" if label.group(2) is not None else f'%"{label.group(1)}"'
            function.edges[block] = []
            continue
        for target in _TARGET.findall(line) if "label %" in line else ():
            function.edges[block].append(target)
        definition = _DEFINITION.match(line)
        if not definition:
            continue
        name, kind = definition.groups()
        if kind == "phi ptr":
            values = tuple(value for value, _ in _INCOMING.findall(line))
            function.phis[name] = (block, values)
        elif kind in ("getelementptr", "select"):
            operands = _POINTER_OPERAND.findall(line.split(" = ", 1)[1])
            function.derived[name] = tuple(operands if kind == "select" else operands[:1])
    return function


def _objects(function: _Function, name: str) -> set[str]:
    """The objects a pointer may point into: what it is derived from, through phis, selects and offsets."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = [name]
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if value in function.phis:
            pending += function.phis[value][1]
        elif function.derived.get(value):
            pending += function.derived[value]
        elif value.startswith(("%", "@")):
            # Constants such as null or Rust's dangling pointer are never read through.
            found.add(value)
    return found


def _in_cycles(edges: dict[str, list[str]]) -> set[str]:
    """The blocks that can reach themselves (Tarjan's strongly connected components, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    cyclic: set[str] = set()
    for root in edges:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = []

        def enter(node: str) -> None:
            index[node] = low[node] = len(index)
            stack.append(node)
            on_stack.add(node)
            work.append((node, iter(edges.get(node, ()))))  # noqa: B023 - called within this iteration only

        enter(root)
        while work:
            node, successors = work[-1]
            following = next(successors, None)
            if following is not None:
                if following not in index:
                    enter(following)
                elif following in on_stack:
                    low[node] = min(low[node], index[following])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                component = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == node:
                        break
                if len(component) > 1 or node in edges.get(node, ()):
                    cyclic.update(component)
    return cyclic


def _route_through_integers(text: str, names: list[str]) -> str:
    """After the phis of a block, ``p`` becomes ``inttoptr(ptrtoint p)``, and so do all its uses."""
    routed = {name: f"%ad_build.rotated.{number}" for number, name in enumerate(names)}
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
