"""Puts everything that a differentiated function calls into it.

Memory of several kinds (a tagged union, a ``std::variant``) that is made, handed on and matched within one function may
go away altogether: its parts become registers, and what the tag tells becomes control flow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ad_build import ir_text
from ad_build.engine.pointers import GLOBAL, function_spans, read_name
from ad_build.errors import EngineError

_NAMES = re.compile(GLOBAL)
_GROUP = re.compile(r"^attributes #(\d+) = \{ (.*) \}$", re.MULTILINE)
_GROUP_OF = re.compile(r"\) [^\n]*?#(\d+)[^\n]*\{$", re.MULTILINE)
# Lines of IR, beyond which the engine would take minutes.
_MOST_LINES = 50_000


def inline_calls(ir: str, roots: Iterable[str]) -> str:
    """The module whose functions are all to be inlined but ``roots`` and what the engine knows by its name or rules.

    Functions that call themselves stay.  Raises :class:`EngineError` (``too-large``) where the code would be.
    """
    kept = set(roots)
    groups = dict(_GROUP.findall(ir))
    sizes: dict[str, int] = {}
    calls: dict[str, list[str]] = {}
    for start, end in function_spans(ir):
        text = ir[start:end]
        name = read_name(text)
        sizes[name] = text.count("\n")
        calls[name] = [ir_text.plain_name(other) for other in _NAMES.findall(text[text.index("\n", 1) :])]
        group = _GROUP_OF.search(text[: text.index("\n", 1)])
        words = groups.get(group.group(1), "") if group else ""
        if "enzyme" in f"{name} {words}" or "noreturn" in words or name.startswith("ad_build."):
            kept.add(name)
    order = _callees_first(calls)
    chosen: list[str] = []
    total: dict[str, int] = {}
    for name in order:
        inlined = [other for other in calls[name] if other in total and other not in kept]
        total[name] = sizes[name] + sum(total[other] for other in inlined)
        if total[name] > _MOST_LINES:
            raise EngineError("too-large", "too much code to inline all of it")
        if name not in kept:
            chosen.append(name)
    return ir_text.edit_function_attributes(ir, chosen, ir_text.always_inline)


def _callees_first(calls: dict[str, list[str]]) -> list[str]:
    """The functions, each after those that it calls; without those that call themselves in some way."""
    order: list[str] = []
    state: dict[str, bool] = {}  # False while its callees are looked at
    recursive: set[str] = set()
    for root in calls:
        if root in state:
            continue
        state[root] = False
        path = [(root, iter(calls[root]))]
        while path:
            name, rest = path[-1]
            other = next(rest, None)
            if other is None:
                state[name] = True
                order.append(name)
                path.pop()
            elif other not in calls:
                continue
            elif other not in state:
                state[other] = False
                path.append((other, iter(calls[other])))
            elif not state[other]:
                recursive.add(other)
    return [name for name in order if name not in recursive]
