"""Derivatives of derivatives: which of the functions to differentiate call derivatives that are made in the same run.

The inner derivatives are made and optimised first: the engine could make all in one run, but would then have to find
types in the adjoints that it has just written, where the shadow of a Rust local is a handful of integer stores.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ad_build import ir_text, llvm
from ad_build.activity import Plan
from ad_build.engine.guards import references

Inner = Mapping[str, tuple[Plan, ...]]


def inner_derivatives(ir: str, plans: Sequence[Plan]) -> Inner:
    """For the name of each plan whose function calls derivatives: their plans, innermost first."""
    by_name = {plan.request.name: plan for plan in plans}
    module = llvm.parse_ir(ir)
    called = {name for name in by_name if llvm.find_function(module, name) is not None}
    if not called:
        return {}
    graph = call_graph(ir)
    direct = {
        name: [by_name[callee] for callee in _reachable(graph, plan.signature.symbol) if callee in called]
        for name, plan in by_name.items()
    }
    found: dict[str, tuple[Plan, ...]] = {}

    def visit(name: str, above: tuple[str, ...]) -> tuple[Plan, ...]:
        if name not in found:
            inner: dict[str, Plan] = {}
            for plan in direct[name]:
                if plan.request.name in above:
                    continue  # a function that differentiates itself: the engine tells
                inner.update((one.request.name, one) for one in visit(plan.request.name, (*above, name)))
                inner[plan.request.name] = plan
            found[name] = tuple(inner.values())
        return found[name]

    return {name: inner for name in by_name if (inner := visit(name, (name,)))}


@lru_cache(maxsize=1)
def call_graph(ir: str) -> Mapping[str, tuple[str, ...]]:
    """For each function with a body the functions that it refers to."""
    functions = (function for function in llvm.parse_ir(ir).functions if not function.is_declaration)
    return {function.name: tuple(dict.fromkeys(references(function))) for function in functions}


def callers(ir: str, symbol: str) -> frozenset[str]:
    """The functions that refer to this one, at any remove, and itself."""
    above: dict[str, list[str]] = {}
    for name, referred in call_graph(ir).items():
        for callee in referred:
            above.setdefault(callee, []).append(name)
    found, queue = {symbol}, [symbol]
    while queue:
        fresh = [name for name in above.get(queue.pop(), ()) if name not in found]
        found.update(fresh)
        queue += fresh
    return frozenset(found)


def _reachable(graph: Mapping[str, tuple[str, ...]], root: str) -> tuple[str, ...]:
    """What ``root`` refers to, at any remove, nearest first."""
    found: dict[str, None] = {}
    queue = deque([root])
    while queue:
        for name in graph.get(queue.popleft(), ()):
            if name not in found:
                found[name] = None
                queue.append(name)
    return tuple(found)


def with_inner(plans: Sequence[Plan], inner: Inner) -> tuple[Plan, ...]:
    """The plans and the derivatives that their functions call, each after those that it needs."""
    ordered: dict[str, Plan] = {}
    for plan in plans:
        for one in (*inner.get(plan.request.name, ()), plan):
            ordered.setdefault(one.request.name, one)
    return tuple(ordered.values())


def layers(plans: Sequence[Plan], inner: Inner) -> Iterator[tuple[tuple[Plan, ...], frozenset[str]]]:
    """The plans in groups of which each needs only those before it, and what has to be left when its turn comes."""
    depths: dict[str, int] = {}
    for plan in plans:
        depths[plan.request.name] = 1 + max(
            (depths.get(one.request.name, 0) for one in inner.get(plan.request.name, ())), default=-1
        )
    for depth in range(max(depths.values(), default=-1) + 1):
        here = tuple(plan for plan in plans if depths[plan.request.name] == depth)
        later = (plan.signature.symbol for plan in plans if depths[plan.request.name] >= depth)
        made = (plan.request.name for plan in plans if depths[plan.request.name] < depth)
        yield here, frozenset((*later, *made))


_SCOPES = re.compile(r", !(?:alias\.scope|noalias|enzyme_cache_alloc|enzyme_cache_free) !\d+")
_DERIVATIVE = re.compile(
    r'^define [^@\n]*@("?)((?:diffe|fwddiffe|fwdmodenodiffe|augmented_)[^"(\n]*)\1\(', re.MULTILINE
)


def between_layers(ir: str) -> str:
    """What one layer made, as source for the next.

    Promises about aliasing that the engine made for its own sweeps do not hold in a further one; and a derivative
    has no reason to stay a function of its own, as its primal had, where its types have to be told.
    """
    ir = _SCOPES.sub("", ir)
    return ir_text.edit_function_attributes(ir, [name for _, name in _DERIVATIVE.findall(ir)], ir_text.always_inline)
