"""Finds the requests that attributes of the companion crate left in the program.

The body of each derivative calls a *raw derivative*, a function that nobody defines; its symbol tells the request, and
the first operand of the call is the function to differentiate.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ad_build import llvm
from ad_build.demangle import demangle, split_rust
from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.ir_text import global_name
from ad_build.link.bitcode import Bitcode
from ad_build.model import Activity, Mode, Request

_MARK = b"[ad-build "
_SYMBOL = re.compile(
    r"(?P<path>.*?): ad-build derives .*\[ad-build 1 (?P<mode>reverse|forward) width=(?P<width>\d+) "
    r"args=(?P<args>\S*) ret=(?P<ret>\w+) id=(?P<id>[0-9a-f]{16})\]"
)
_GLOBAL = re.compile(r'@("(?:[^"\\]|\\..)*"|[-a-zA-Z$._0-9]+)')
_LOCAL_LINKAGE = re.compile(r"(?:define|=) (?:internal|private) ")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRequest:
    """A request, the symbol of the function to differentiate, and a module that defines it."""

    request: Request
    shim: str
    home: Bitcode


def find_requests(modules: Sequence[Bitcode], *, everything: bool) -> tuple[FoundRequest, ...]:
    """The requests of a program's modules, in the order of their symbols.

    Without ``everything`` only those that the program can get to.  Raises :class:`UsageError` (``generic-request``,
    ``companion-version``).
    """
    graphs = {index: _Graph(module) for index, module in enumerate(modules) if _MARK in module.data}
    symbols = sorted({symbol for graph in graphs.values() for symbol in graph.raw_symbols()})
    if not symbols:
        return ()
    program = _Program(modules, graphs)
    found: list[FoundRequest] = []
    errors: list[AdBuildError] = []
    for symbol in symbols:
        if not (everything or program.uses(symbol)):
            continue
        try:
            found += _read(symbol, tuple(graphs.values()))
        except UsageError as error:
            errors.append(error)
    raise_all(errors)
    return tuple(found)


def parse_symbol(symbol: str, shim: str) -> Request:
    """The request that a raw derivative's symbol tells; raises :class:`UsageError` (``companion-version``)."""
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        raise UsageError(
            "companion-version",
            "the crate `ad-build` and this ad-build do not belong together",
            where=symbol.split(": ad-build", 1)[0],
            note=f"the request is {symbol[symbol.find('[ad-build ') :]}",
            hint="take the crate that `ad-build crate-dir` names",
        )
    words = match["args"].split(",") if match["args"] else []
    short = re.sub(r"\W+", "_", match["path"], flags=re.ASCII)
    return Request(
        function=shim,
        name=f"{short}_{match['id']}",
        mode=Mode(match["mode"]),
        args=tuple(Activity(word.rstrip("*")) for word in words),
        ret=Activity.CONST if match["ret"] == "None" else Activity(match["ret"]),
        width=int(match["width"]),
        where=match["path"],
        raw=True,
        symbol=symbol,
        zeroed=tuple(index for index, word in enumerate(words) if word.endswith("*")),
    )


def _read(symbol: str, graphs: Sequence[_Graph]) -> Iterator[FoundRequest]:
    calls = {shim: graph for graph in graphs for shim in graph.shims(symbol)}
    instances: dict[str, str] = {}  # copies of one function, compiled in several crates, count once
    for shim in calls:
        split = split_rust(shim)
        instances.setdefault(split[1] if split else shim, shim)
    if len(instances) > 1:
        path = symbol.split(": ad-build", 1)[0]
        raise UsageError(
            "generic-request",
            f"{path} would have to be {len(instances)} functions",
            where=path,
            note="it stands in a generic `impl` that the program uses with several types:\n"
            + "\n".join(sorted(map(demangle, instances.values()))),
            hint="write `#[autodiff_impl]` on the `impl`, and the types in the attribute: `T = f64`",
        )
    for shim in instances.values():
        # A copy of the derivative may have been inlined elsewhere: the shim is where it has a body.
        home = next((graph for graph in (calls[shim], *graphs) if shim in graph.defined), None)
        if home is not None:
            yield FoundRequest(request=parse_symbol(symbol, shim), shim=shim, home=home.module)


class _Graph:
    """Which global of one module mentions which, off the text that LLVM prints."""

    def __init__(self, module: Bitcode) -> None:
        self.module = module
        text = str(llvm.parse_bitcode(module.data, module.origin))
        self.defined: set[str] = set()
        self.local: set[str] = set()
        self.referrers: dict[str, set[str]] = {}
        self._calls: dict[str, set[str]] = {}
        owner = ""
        for line in text.split("\n"):
            if line.startswith("}"):
                owner = ""
            if "@" not in line:
                continue
            names = [_plain(name) for name in _GLOBAL.findall(line)]
            if not names or line.startswith(("declare ", "!")):
                continue
            if line.startswith(("define ", "@")):
                name = names.pop(0)
                self.defined.add(name)
                if _LOCAL_LINKAGE.search(line):
                    self.local.add(name)
                if line.startswith("define "):
                    owner = name
                mentioning = name
            else:
                mentioning = owner
            for name in names:
                self.referrers.setdefault(name, set()).add(mentioning)
            if "[ad-build " in line:
                self._note_call(line, names)

    def _note_call(self, line: str, names: Sequence[str]) -> None:
        for name in names:
            if "[ad-build " not in name:
                continue
            self._calls.setdefault(name, set())
            match = re.search(re.escape(global_name(name)) + r"\(ptr (?:[\w()]+ )*" + _GLOBAL.pattern, line)
            if match:
                self._calls[name].add(_plain(match[1]))

    def raw_symbols(self) -> Collection[str]:
        """Raw derivatives that the module calls."""
        return self._calls.keys()

    def shims(self, symbol: str) -> Collection[str]:
        """The functions that the calls of a raw derivative name."""
        return self._calls.get(symbol, ())


def _plain(name: str) -> str:
    """A global's name without the quotes and escapes of IR."""
    if not name.startswith('"'):
        return name
    return re.sub(r"\\([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), name[1:-1])


class _Program:
    """Who mentions whom, across modules that are read only as far as a question needs them."""

    def __init__(self, modules: Sequence[Bitcode], graphs: dict[int, _Graph]) -> None:
        self._modules = modules
        self._graphs = dict(graphs)
        self._reached: dict[tuple[int, str], bool] = {}

    def uses(self, symbol: str) -> bool:
        """Whether something that runs, or that is exported, leads to ``symbol``."""
        pending, seen = [(-1, symbol)], set()
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            if self._is_root(*at):
                return True
            pending += self._referrers(*at)
        return False

    def _is_root(self, index: int, name: str) -> bool:
        # `main`, `#[no_mangle]` functions, `#[used]` statics and constructors; all else has a mangled name.
        mangled = name.startswith(("_R", "_ZN"))
        return name.startswith("llvm.") or not (index >= 0 or mangled or "[ad-build " in name)

    def _referrers(self, index: int, name: str) -> Iterator[tuple[int, str]]:
        """Who mentions a global; those private to a module are told apart by its number."""
        for number in [index] if index >= 0 else range(len(self._modules)):
            if number not in self._graphs:
                if name.encode() not in self._modules[number].data:
                    continue
                self._graphs[number] = _Graph(self._modules[number])
            graph = self._graphs[number]
            if index < 0 and name in graph.local:
                continue
            for other in graph.referrers.get(name, ()):
                yield (number if other in graph.local else -1), other
