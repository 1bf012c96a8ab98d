"""Reads functions and their debug info out of LLVM IR text, to say where in the source something is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# `@name` or `@"name"`, as LLVM's printer writes symbols.
_SYMBOL = re.compile(r'@("(?:[^"\\]|\\.)*"|[-\w.$]+)')
_DEBUG = re.compile(r"!dbg !(\d+)")
_NODE = re.compile(r"!(\d+) = ")
# `key: value` in a specialized metadata node; values are strings, or end at the next comma.
_FIELD = re.compile(r'(\w+): ("(?:[^"\\]|\\.)*"|[^,()"]+)')

# Sources with such names are the language's library, not the user's.
_LIBRARY = ("/rustc/", "library/core/", "library/alloc/", "library/std/", "/usr/include/", "/usr/lib/")
_MAX_DEPTH = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A position in the source: ``function`` as the source names it, ``line`` from 1, 0 where unknown.

    ``folder`` is what a relative ``file`` is relative to.
    """

    function: str
    file: str
    line: int
    folder: str = ""

    @property
    def text(self) -> str | None:
        """``file:line``, ``file``, or None where nothing is known."""
        if not self.file:
            return None
        return f"{self.file}:{self.line}" if self.line else self.file


def symbols(line: str) -> Iterator[str]:
    """The symbols that a line of IR mentions, in order, without quotes."""
    for match in _SYMBOL.finditer(line):
        yield match.group(1).strip('"')


def is_library(file: str) -> bool:
    """Whether a source file belongs to the language's own library."""
    return file.startswith(_LIBRARY)


class ModuleText:
    """Looks things up in the text of one module; nothing is read before it is asked for."""

    def __init__(self, ir: str) -> None:
        self._lines = ir.splitlines()

    @cached_property
    def _functions(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        name, start = "", 0
        for index, line in enumerate(self._lines):
            if line.startswith("define "):
                name, start = next(symbols(line), ""), index
            elif line == "}" and name:
                found[name] = (start, index)
                name = ""
        return found

    @cached_property
    def _nodes(self) -> dict[int, str]:
        matches = ((_NODE.match(line), line) for line in self._lines if line.startswith("!"))
        return {int(match.group(1)): line for match, line in matches if match}

    def defines(self, symbol: str) -> bool:
        """Whether the module has a body for ``symbol``."""
        return symbol in self._functions

    def body(self, symbol: str) -> list[str]:
        """The lines of a function, ``define`` first; empty where it is not defined."""
        start, end = self._functions.get(symbol, (0, 0))
        return self._lines[start:end]

    def lines(self) -> list[str]:
        """All lines."""
        return self._lines

    def place_of(self, symbol: str) -> Place | None:
        """Where a function is defined; None without debug info."""
        for line in self.body(symbol)[:1]:
            match = _DEBUG.search(line)
            if match:
                node = self._fields(int(match.group(1)))
                return Place(function=self._qualified(node), file=self._file(node), line=_number(node.get("line")))
        return None

    def frames(self, line: str) -> Iterator[Place]:
        """Where an instruction stands, then the calls through which it was inlined, inside out."""
        match = _DEBUG.search(line)
        reference = int(match.group(1)) if match else None
        for _ in range(_MAX_DEPTH):
            if reference is None:
                break
            node = self._fields(reference)
            owner = self._subprogram(_reference(node.get("scope")))
            yield Place(
                function=self._qualified(owner),
                file=self._file(owner),
                line=_number(node.get("line")),
                folder=self._file(owner, "directory"),
            )
            reference = _reference(node.get("inlinedAt"))

    def place_at(self, line: str) -> Place | None:
        """Where an instruction of this module comes from: the user's line, also if library code was inlined there."""
        place: Place | None = None
        for place in self.frames(line):
            if place.file and not is_library(place.file):
                break
        return place

    def caller_of_library_line(self, symbol: str, file: str, line: int) -> Place | None:
        """The user's line in ``symbol`` into which the library's line ``file:line`` was inlined."""
        for text in self.body(symbol):
            match = _DEBUG.search(text)
            if match is None:
                continue
            node = self._fields(int(match.group(1)))
            owner = self._subprogram(_reference(node.get("scope")))
            if _number(node.get("line")) == line and self._file(owner) == file:
                return self.place_at(text)
        return None

    def _fields(self, number: int) -> dict[str, str]:
        text = self._nodes.get(number, "")
        return {key: value.strip() for key, value in _FIELD.findall(text)}

    def _subprogram(self, scope: int | None) -> dict[str, str]:
        """The function that a lexical scope is in."""
        for _ in range(_MAX_DEPTH):
            if scope is None:
                break
            if "DISubprogram(" in self._nodes.get(scope, ""):
                return self._fields(scope)
            scope = _reference(self._fields(scope).get("scope"))
        return {}

    def _file(self, node: dict[str, str], key: str = "filename") -> str:
        reference = _reference(node.get("file"))
        return "" if reference is None else self._fields(reference).get(key, "").strip('"')

    def _qualified(self, node: dict[str, str]) -> str:
        """The function's name with its namespaces, types and modules in front."""
        words = [node.get("name", "").strip('"')]
        scope = _reference(node.get("scope"))
        for _ in range(_MAX_DEPTH):
            text = self._nodes.get(scope, "") if scope is not None else ""
            if "DINamespace(" not in text and "DICompositeType(" not in text:
                break
            fields = self._fields(scope) if scope is not None else {}
            words.insert(0, fields.get("name", '"(anonymous)"').strip('"'))
            scope = _reference(fields.get("scope"))
        return "::".join(words) if words[-1] else ""


def _reference(text: str | None) -> int | None:
    return int(text[1:]) if text is not None and text[:1] == "!" and text[1:].isdigit() else None


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0
