"""Finds the symbol of the function that a request names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ad_build.demangle import demangle
from ad_build.errors import UsageError, raise_all
from ad_build.model import Request, ResolvedRequest


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function of the program; its source name is worked out when it is asked for."""

    symbol: str

    @property
    def path(self) -> str:
        """The name as its source has it: ``my_crate::Model::energy``, ``ns::f(double)``, ``f``."""
        return demangle(self.symbol)


def name_functions(symbols: Iterable[str]) -> Iterator[FunctionName]:
    """Functions by their symbols."""
    return (FunctionName(symbol) for symbol in symbols)


def resolve(requests: Sequence[Request], candidates: Sequence[FunctionName]) -> tuple[ResolvedRequest, ...]:
    """The symbol of each request's function.

    A request names a symbol, a Rust path (methods ``krate::Type::f``, trait methods ``<krate::Type as krate::Trait>::f``,
    generic instances ``krate::f::<f64>``) or a C++ name, with parameter types where it is overloaded.
    Raises :class:`UsageError` (``no-such-function``, ``ambiguous-function``), all at once.
    """
    symbols = {candidate.symbol for candidate in candidates}
    resolved, errors = [], []
    for request in requests:
        try:
            symbol = request.function if request.function in symbols else _find(request, candidates)
            resolved.append(ResolvedRequest(request=request, symbol=symbol))
        except UsageError as error:
            errors.append(error)
    raise_all(errors)
    return tuple(resolved)


def _find(request: Request, candidates: Sequence[FunctionName]) -> str:
    wanted = _normal(request.function)
    # Demangling is slow and a program has thousands of functions: only those that hold the last identifier.
    last = _last_identifier(wanted)
    near = [candidate for candidate in candidates if last in candidate.symbol]
    matches = [candidate for candidate in near if wanted in _spellings(candidate.path)]
    if len(matches) == 1:
        return matches[0].symbol
    where = f"{request.where}.function"
    if matches:
        listed = "\n".join(sorted(f"{match.path}   (symbol {match.symbol})" for match in matches)[:6])
        raise UsageError(
            "ambiguous-function",
            f"{request.function} names {len(matches)} functions",
            where=where,
            note=listed,
            hint="name one by its full path, its parameter types or its symbol",
        )
    hint = _suggestion(wanted, near or candidates)
    raise UsageError("no-such-function", f"no function {request.function} in the program", where=where, hint=hint)


def _suggestion(wanted: str, candidates: Sequence[FunctionName]) -> str:
    paths = {candidate.path for candidate in candidates[:20000] if not _is_foreign(candidate.symbol)}
    by_simple = {path: _strip_hash(_without_parameters(path)) for path in paths}
    close = difflib.get_close_matches(wanted, by_simple.values(), n=3, cutoff=0.5)
    if close:
        return "did you mean " + ", ".join(dict.fromkeys(close)) + "?"
    return "functions that are never used or always inlined have no body: `ad-build types` lists what is there"


def _is_foreign(symbol: str) -> bool:
    """Functions of Rust's own library, which nobody asks for by mistake."""
    return symbol.startswith(("_ZN4core", "_ZN3std", "_ZN5alloc")) or "_4core" in symbol or "llvm." in symbol


def _normal(name: str) -> str:
    """Spaces and turbofish out: ``krate :: f::<f64>`` becomes ``krate::f<f64>``."""
    name = re.sub(r"\s*(::|<|>|,|\(|\))\s*", r"\1", name.strip())
    name = name.replace("::<", "<")
    head, separator, tail = name.partition("::")
    # A package may be called my-crate, its crate is my_crate.
    return f"{head.replace('-', '_')}{separator}{tail}"


def _spellings(path: str) -> set[str]:
    """All that a function may be called."""
    full = _normal(_without_result(_strip_hash(path)))
    plain = _without_parameters(full)
    generic = re.sub(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>$", "", plain)
    found = {full, plain, generic}
    inherent = re.match(r"^<([\w:]+)(?:<.*>)?>::(\w+)(<.*>)?$", plain)
    if inherent:  # v0 writes inherent methods as <krate::Type>::f
        found.add(f"{inherent.group(1)}::{inherent.group(2)}{inherent.group(3) or ''}")
        found.add(f"{inherent.group(1)}::{inherent.group(2)}")
    return found


def _without_result(path: str) -> str:
    """``void ns::f<double>(double)`` without its result type, which C++ symbols of template instances hold."""
    depth = 0
    for index, char in enumerate(path):
        depth += (char in "<(") - (char in ">)")
        if char == " " and depth == 0 and "(" in path[index:] and not path[:index].endswith(" as"):
            return _without_result(path[index + 1 :])
    return path


def _strip_hash(path: str) -> str:
    """Legacy Rust symbols end in a hash: ``krate::f::h0123456789abcdef``."""
    return re.sub(r"::h[0-9a-f]{16}$", "", path)


def _without_parameters(path: str) -> str:
    """``ns::f(double, int)`` without its parameter list."""
    if not path.endswith(")"):
        return path
    depth = 0
    for index in range(len(path) - 1, -1, -1):
        depth += (path[index] == ")") - (path[index] == "(")
        if depth == 0:
            return path[:index]
    return path


def _last_identifier(name: str) -> str:
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"[<(].*$", "", name.rsplit(">::", 1)[-1]))
    return words[-1] if words else name
