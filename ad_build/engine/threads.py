"""Refuses functions that hand work to other threads: a derivative follows the one thread that it runs on."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from ad_build import llvm
from ad_build.activity import Plan
from ad_build.demangle import demangle
from ad_build.engine.guards import references, requested_in_source
from ad_build.engine.irdebug import ModuleText, Place, is_library
from ad_build.errors import RefusedError, raise_all

# What a symbol is, by its demangled name.  OpenMP is not here: the engine knows a part of it and names the rest.
_STARTS = (
    (re.compile(r"^<?std::thread::.*(?:spawn|scoped::scope)"), "starts a thread"),
    (re.compile(r"^(?:<.*\bas )?<?(?:rayon_core::|rayon::iter::plumbing::bridge)"), "hands work to rayon's threads"),
    (re.compile(r"^<?std::sync::mp[ms]c::"), "sends through a channel"),
    (re.compile(r"^<?std::sync::(?:barrier::Barrier|(?:poison::)?condvar::Condvar)\b.*::wait"), "waits for threads"),
    (re.compile(r"^(?:pthread_create|thrd_create|dispatch_(?:apply|async|sync)(?:_f)?)$"), "starts a thread"),
    (re.compile(r"^std::(?:__1::)?thread::_M_start_thread|^std::__1::__libcpp_thread_create"), "starts a thread"),
    (re.compile(r"^tbb::"), "hands work to TBB's threads"),
)
_SUSPECT = re.compile(r"thread|rayon|sync|thrd_|dispatch_|tbb")  # demangling everything is slow
# The mangled names of C++ functions, which :func:`demangle` leaves as they are.
_MANGLED = {"_ZNSt6thread15_M_start_thread": "std::thread::_M_start_thread", "_ZN3tbb": "tbb::"}
# Sources that a user's project depends on.
_FOREIGN = re.compile(r"/registry/src/|/git/checkouts/|/vendor/")
_GENERICS = re.compile(r"(?:::|(?<=\w))<[^<>]*>")


def check_threads(module: llvm.ModuleRef, plans: Sequence[Plan]) -> None:
    """Raise :class:`RefusedError` (``threads-inside``) where a plan's function starts threads or works with them."""
    _check(module, [(plan.signature.symbol, plan.signature.source_name) for plan in plans])


def check_threads_from_requests(module: llvm.ModuleRef) -> None:
    """The same for the functions that ``__enzyme_*`` calls name."""
    _check(module, [(name, demangle(name)) for name in requested_in_source(module)])


def reach_threads(module: llvm.ModuleRef, symbols: Collection[str]) -> frozenset[str]:
    """Those of the functions that start threads or work with them."""
    known = _thread_functions(module) if symbols else {}  # to go through all functions is slow
    chains = _Chains(module, known)
    return frozenset(symbol for symbol in symbols if chains.find(symbol)) if known else frozenset()


def _thread_functions(module: llvm.ModuleRef) -> dict[str, tuple[str, str]]:
    return {function.name: what for function in module.functions if (what := _what(function.name))}


def _check(module: llvm.ModuleRef, roots: Sequence[tuple[str, str]]) -> None:
    known = _thread_functions(module)
    if not known:
        return
    chains = _Chains(module, known)
    found = [(name, chain) for symbol, name in roots if (chain := chains.find(symbol))]
    if found:
        text = ModuleText(str(module))
        raise_all([_error(name, chain, known[chain[-1]], _user_place(text, chain)) for name, chain in found])


def _what(symbol: str) -> tuple[str, str] | None:
    """The name and the doing of a function that works with threads; None for all others."""
    if not _SUSPECT.search(symbol):
        return None
    name = next((known for start, known in _MANGLED.items() if symbol.startswith(start)), None) or demangle(symbol)
    doing = next((doing for pattern, doing in _STARTS if pattern.search(name)), None)
    return (_short(name), doing) if doing else None


def _short(name: str) -> str:
    """A name without the types it is instantiated with."""
    while True:
        shorter = _GENERICS.sub("", name)
        if shorter == name:
            return name
        name = shorter


def _error(name: str, chain: Sequence[str], what: tuple[str, str], place: Place | None) -> RefusedError:
    return RefusedError(
        "threads-inside",
        f"{name} {what[1]}, where a derivative cannot follow: {what[0]}",
        where=place.text if place else None,
        note=f"called through {' -> '.join(_short(demangle(one)) for one in chain[:-1])}",
        hint="start threads outside and let each call the derivative with a shadow of its own, or switch the parallel\n"
        "feature of the library off",
    )


class _Chains:
    """Looks for the functions in ``known`` from several roots of one module."""

    def __init__(self, module: llvm.ModuleRef, known: Mapping[str, object]) -> None:
        self._module = module
        self._known = known
        self._calls: dict[str, tuple[str, ...]] = {}

    def find(self, root: str) -> tuple[str, ...] | None:
        """The shortest chain of names from ``root`` to one that is known; None where there is none."""
        queue: deque[tuple[str, ...]] = deque([(root,)])
        seen = {root}
        while queue:
            chain = queue.popleft()
            for name in self._called(chain[-1]):
                if name in self._known:
                    return (*chain, name)
                if name not in seen:
                    seen.add(name)
                    queue.append((*chain, name))
        return None

    def _called(self, name: str) -> tuple[str, ...]:
        if name not in self._calls:
            function = llvm.find_function(self._module, name)
            body = function is not None and not function.is_declaration
            self._calls[name] = tuple(dict.fromkeys(references(function))) if body else ()
        return self._calls[name]


def _user_place(text: ModuleText, chain: Sequence[str]) -> Place | None:
    """The line of the user's own code that is nearest to the end of a chain of calls."""
    for caller, callee in reversed(list(pairwise(chain))):
        for line in text.body(caller)[1:]:
            if callee not in line:
                continue
            for place in text.frames(line):
                if place.file and not is_library(place.file) and not _FOREIGN.search(f"{place.folder}/{place.file}"):
                    return place
    return text.place_of(chain[0])
