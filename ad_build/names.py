"""Finds the symbol of the function that a request names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ad_build.demangle import demangle, split_rust
from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.model import Request, ResolvedRequest
from ad_build.qualified import QualifiedName, parse_name, without_result

_SUGGESTIONS = 3
_LISTED = 6
_POOL = 2000  # how many names a wrong one is compared with; one comparison takes some 50 us


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function of the program; its source name is worked out when it is asked for.

    ``local``: it is private to its file (C's ``static``), so that the program may have several of that name.
    """

    symbol: str
    local: bool = False

    @property
    def path(self) -> str:
        """The name as its source has it: ``<my_crate::Model>::energy``, ``ns::f(double)``, ``f``."""
        return demangle(self.symbol)

    @property
    def shown(self) -> str:
        """The name as a request would write it: ``my_crate::Model::energy``."""
        path = self.path
        return without_result(path) if self.symbol.startswith(("_Z", "__Z")) else re.sub(r"^<([\w:]+)>", r"\1", path)


def name_functions(symbols: Iterable[str], local: Collection[str] = frozenset()) -> Iterator[FunctionName]:
    """Functions by their symbols; ``local`` are those of them that are private to their file."""
    return (FunctionName(symbol, symbol in local) for symbol in symbols)


def resolve(
    requests: Sequence[Request], candidates: Sequence[FunctionName], declared: Collection[str] = ()
) -> tuple[ResolvedRequest, ...]:
    """The symbol of each request's function, found among the functions with a body.

    A request names a symbol, a Rust path (methods ``krate::Type::f``, trait methods
    ``<krate::Type as krate::Trait>::f``, generic instances ``krate::f::<f64>``) or a C++ name, with parameter types
    where it is overloaded.  What it leaves out (generic arguments, the trait, parameter types) may be anything, as
    long as one function matches.  ``declared`` are symbols that are only declared.

    Raises :class:`UsageError` (``no-such-function``, ``ambiguous-function``, ``not-defined``,
    ``unsupported-function``), all at once.
    """
    by_symbol = {candidate.symbol: candidate for candidate in candidates}
    resolved: list[ResolvedRequest] = []
    errors: list[AdBuildError] = []
    for request in requests:
        try:
            symbol = _find(request, candidates, by_symbol, declared)
            resolved.append(ResolvedRequest(request=request, symbol=symbol))
        except UsageError as error:
            errors.append(error)
    raise_all(errors)
    return tuple(resolved)


def _find(
    request: Request,
    candidates: Sequence[FunctionName],
    by_symbol: dict[str, FunctionName],
    declared: Collection[str],
) -> str:
    exact = by_symbol.get(request.function)
    if exact is not None:
        twins = _twins(exact, candidates) if exact.local else []
        if twins:
            raise _ambiguous(request, [exact, *twins], "give the one you mean a name of its own, or make it non-static")
        return exact.symbol
    if "{closure" in request.function:
        raise UsageError(
            "unsupported-function",
            f"{request.function} is a closure",
            where=_where(request),
            note="a closure has no name that other code could declare, and what it captures is a hidden parameter",
            hint="put its body into a function that takes what it captures as parameters",
        )
    wanted = parse_name(request.function)
    found = _distinct(_matches(wanted, candidates))
    if len(found) == 1:
        return found[0].symbol
    if found:
        raise _ambiguous(
            request, found, "name one by its full path, generic arguments, parameter types, or by its symbol"
        )
    bodiless = [name for name in name_functions(declared) if name.symbol == request.function]
    bodiless = bodiless or _matches(wanted, list(name_functions(declared)))
    if bodiless:
        raise UsageError(
            "not-defined",
            f"{request.function} is declared, but its body is not part of the program",
            where=_where(request),
            note=f"the symbol {bodiless[0].symbol} comes from a library that carries no LLVM bitcode",
            hint="build the library that holds it through ad-build as well",
        )
    raise UsageError(
        "no-such-function",
        f"no function {request.function} in the program",
        where=_where(request),
        hint=_suggestion(wanted, candidates),
    )


def _where(request: Request) -> str:
    return f"{request.where}.function"


def _matches(wanted: QualifiedName, candidates: Sequence[FunctionName]) -> list[FunctionName]:
    """The candidates that fit best."""
    best = 0
    found: list[FunctionName] = []
    for candidate in _that_hold(wanted.last, candidates):
        fit = wanted.fit(parse_name(candidate.path))
        if fit > best:
            best, found = fit, []
        if fit and fit == best:
            found.append(candidate)
    return found


def _that_hold(name: str, candidates: Sequence[FunctionName]) -> Sequence[FunctionName]:
    """Those whose symbol holds an identifier: demangling is slow, and a program has thousands of functions."""
    if not name.isidentifier() or not name.isascii():
        return candidates  # operators and non-ASCII names are encoded
    # Both mangling schemes write an identifier as its length and itself; v0 sometimes puts `_` between.
    marks = (f"{len(name)}{name}", f"{len(name)}_{name}")
    return [c for c in candidates if c.symbol.startswith(name) or any(mark in c.symbol for mark in marks)]


def _distinct(found: Sequence[FunctionName]) -> list[FunctionName]:
    """Copies of one generic function, compiled in several crates, count once."""
    kept: dict[str, FunctionName] = {}
    for candidate in found:
        split = split_rust(candidate.symbol)
        kept.setdefault(split[1] if split else candidate.symbol, candidate)
    # A C++ constructor has up to three symbols; C1, the complete-object one, is what callers call.
    complete = {re.sub(r"C[123](?=E)", "C1", symbol) for symbol in kept if symbol.startswith("_Z")}
    if len(complete) == 1 and len(kept) > 1 and complete <= kept.keys():
        return [kept[complete.pop()]]
    return list(kept.values())


def _twins(exact: FunctionName, candidates: Sequence[FunctionName]) -> list[FunctionName]:
    """Other file-private functions of the same name, which the linker has numbered: ``f.1``, ``f.12``."""
    numbered = re.compile(re.escape(exact.symbol) + r"\.\d+")
    return [candidate for candidate in candidates if numbered.fullmatch(candidate.symbol)]


def _ambiguous(request: Request, found: Sequence[FunctionName], hint: str) -> UsageError:
    listed = sorted(f"{match.shown}   (symbol {match.symbol})" for match in found)
    more = [f"... and {len(listed) - _LISTED} more"] if len(listed) > _LISTED else []
    return UsageError(
        "ambiguous-function",
        f"{request.function} names {len(found)} functions",
        where=_where(request),
        note="\n".join(listed[:_LISTED] + more),
        hint=hint,
    )


# --- what to say when nothing matches -----------------------------------------------------------------------------


def _suggestion(wanted: QualifiedName, candidates: Sequence[FunctionName]) -> str:
    own = [candidate for candidate in candidates if not _is_foreign(candidate.symbol)]
    same = _that_hold(wanted.last, own)
    # Of the crate or namespace that the request names, if it exists; else of all.
    near = _that_hold(wanted.first, own) or own
    by_plain: dict[str, list[str]] = {}
    by_last: dict[str, list[str]] = {}
    for candidate in dict.fromkeys((*same[:_POOL], *near[:_POOL])):
        if "{" in candidate.path:
            continue  # closures and shims cannot be asked for
        name = parse_name(candidate.path)
        by_plain.setdefault(name.plain.lower(), []).append(candidate.shown)
        by_last.setdefault(name.last.lower(), []).append(candidate.shown)
    plain, last = wanted.plain.lower(), wanted.last.lower()
    close = by_plain.get(plain) or by_last.get(last)
    if not close:
        close = [
            name for key in difflib.get_close_matches(plain, by_plain, _SUGGESTIONS, 0.75) for name in by_plain[key]
        ]
        close += [name for key in difflib.get_close_matches(last, by_last, _SUGGESTIONS, 0.75) for name in by_last[key]]
    if close:
        return f"did you mean {', '.join(list(dict.fromkeys(close))[:_SUGGESTIONS])}?"
    return (
        "a function that nothing uses, or a generic one that nothing instantiates, is not compiled; "
        "make it public or call it"
    )


def _is_foreign(symbol: str) -> bool:
    """Functions of the languages' own libraries and of LLVM, which nobody asks for by mistake."""
    root = re.search(r"Cs[0-9A-Za-z]+_\d+(?!\d)_?([A-Za-z_]\w*)", symbol) if symbol.startswith("_R") else None
    if root is not None:
        return root[1].startswith(("core", "alloc", "std", "__rustc", "compiler_builtins", "hashbrown"))
    return symbol.startswith(("_ZN4core", "_ZN3std", "_ZN5alloc", "llvm.", "_ZNSt", "_ZNKSt", "__"))
