"""Source names of symbols: Rust (v0 and legacy) and C++ (Itanium), through the ``demangle`` library."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=65536)
def demangle(symbol: str) -> str:
    """The source name of a symbol, or the symbol itself where it is not mangled."""
    if not symbol.startswith(("_R", "_Z", "__R", "__Z")):
        return symbol
    import demangle as library

    return str(library.demangle(symbol))
