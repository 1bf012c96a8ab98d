"""Tells the engine what copies move, where it would not find out.

The engine takes bytes of which it knows nothing for what lies before them: a copy of ``std::pair<const int, double>``,
whose second member is used elsewhere alone, loses the adjoint.  Where a variable of debug info points to either end of
a copy of constant length, its type is named.

The core of hashbrown's tables is the same for all types: it moves an entry by ``copy_nonoverlapping::<u8>`` of as many
bytes as an entry has.  Once it is inlined, the generic function around it (``RawTable<T>::reserve_rehash``) is known
from the copy's place in debug info, and of its type parameters the one of that size is what is copied.

What the functions of strings copy is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ad_build.engine.instructions import value_of
from ad_build.engine.irdebug import ModuleText
from ad_build.engine.pointers import LOCAL, function_spans, split_arguments
from ad_build.engine.seeds import (
    Notes,
    ReadTrees,
    Tree,
    Use,
    pointer_tree,
    read_records,
    together,
    types_of_variables,
)

_COPY = re.compile(
    r"^  (?:tail )?call void @llvm\.mem(?:cpy|move)\.p0\.p0\.i64"
    rf"\((.*i64 (?:noundef |range\([^)]*\) )*(\d+|{LOCAL})), i1 false\).*!dbg !(\d+)$",
    re.MULTILINE,
)
_NODE = re.compile(r"^!(\d+) = (?:distinct )?(!\w+\(.*\)|!\{.*\})$", re.MULTILINE)
_FIELD = re.compile(r"\b(scope|inlinedAt|templateParams|type|baseType|size|name): (?:!?(\d+)|\"((?:[^\"\\]|\\.)*)\")")
_OF_TEXT = ("alloc::str::", "alloc::string::", "core::str::")
_OF_BYTES = re.compile(r"^(?:core|alloc)::.*<u8[,>]")
_TEXT = -1
_PARTS = re.compile(r"!(\d+)")
_EVERYTHING = range(1 << 32)
_LONGEST = 500
_MAX_SCOPES = 64


def type_copies(ir: str, read_trees: ReadTrees) -> str:
    """The module with the types of what is copied on the pointers from and to which it is."""
    spans = [span for span in function_spans(ir) if _COPY.search(ir, *span)]
    if not spans:
        return ir
    debug = _Debug(ir)
    variables = types_of_variables(ir)
    # By function and pointer: what is copied, how many bytes, what variables hold the pointer.
    wanted: dict[tuple[int, str], tuple[int, int, list[Use]]] = {}
    for start, end in spans:
        records = read_records(ir[start:end], variables)
        for match in _COPY.finditer(ir, start, end):
            length = match.group(2)
            size = int(length) if length.isdigit() else 0
            node = debug.copied(int(match.group(3)), size)
            for pointer in map(value_of, split_arguments(match.group(1) + ")")[:2]):
                uses = records.get(pointer, []) if 0 < size <= _LONGEST else []
                if node or uses:
                    wanted.setdefault((start, pointer), (node, size, uses))
    nodes = {node for node, _, _ in wanted.values() if node and node != _TEXT}
    nodes |= {use[1] for _, _, uses in wanted.values() for use in uses}
    trees = read_trees(ir, sorted(nodes)) if nodes else {}
    notes = Notes(ir)
    parts, at = [], 0
    for start, end in spans:
        known = {}
        for (function, pointer), (node, size, uses) in wanted.items():
            tree = {} if function != start else _tree(trees, node) if node else _of_variables(trees, uses, size)
            if len(tree) > 1:
                known[pointer] = tree
        parts += [ir[at:start], _name_types(ir[start:end], known, notes)]
        at = end
    return "".join([*parts, ir[at:], "\n", *notes.lines])


def _of_variables(trees: Mapping[int, tuple[Tree, Mapping[int, int]]], uses: Sequence[Use], size: int) -> Tree:
    """What variables tell of so many bytes behind a pointer; nothing where these hold no floats beside other kinds."""
    tree = together([pointer_tree(trees.get(node, ({}, {}))[0], how, part) for how, node, part in uses])
    tree = {path: word for path, word in tree.items() if len(path) == 1 or 0 <= path[1] < size}
    words = {word for path, word in tree.items() if len(path) == 2}
    return tree if len(words) > 1 and any(word.startswith("Float") for word in words) else {}


def _tree(trees: Mapping[int, tuple[Tree, Mapping[int, int]]], node: int) -> Tree:
    if node == _TEXT:
        return {(-1,): "Pointer", (-1, -1): "Integer"}
    return pointer_tree(trees.get(node, ({}, {}))[0], "declare", _EVERYTHING)


def _name_types(text: str, trees: dict[str, Tree], notes: Notes) -> str:
    for pointer, tree in trees.items():
        definition = re.compile(rf"^  {re.escape(pointer)} = (?!.*!enzyme_type).*$", re.MULTILINE)
        note = f", !enzyme_type !{notes.number(tree)}"
        text = definition.sub(lambda match, note=note: match.group() + note, text, count=1)  # type: ignore[misc]
    return text


class _Debug:
    """What the debug info of a module says of places and of the type parameters of functions."""

    def __init__(self, ir: str) -> None:
        self._text = ModuleText(ir)
        self._nodes = {int(number): body for number, body in _NODE.findall(ir)}

    def copied(self, place: int, size: int) -> int:
        """The node of the type of that size which is copied at a place as so many bytes; 0 where there is none."""
        if self._is_text(place):
            return _TEXT
        if not 0 < size <= _LONGEST:
            return 0
        for depth, function in enumerate(self._functions(place)):
            sizes = {node: self._size(node) for node in self._parameters(function)}
            if depth == 0:
                if list(sizes.values()) != [1]:
                    return 0
                continue
            found = [node for node, known in sizes.items() if known == size]
            if found:
                return found[0] if len(found) == 1 else 0
        return 0

    def _functions(self, place: int) -> Iterator[int]:
        """The functions that are inlined into one another at a place, the innermost first."""
        for _ in range(_MAX_SCOPES):
            fields = self._fields(place)
            scope = fields.get("scope", 0)
            while scope and "!DISubprogram(" not in self._nodes.get(scope, "!DISubprogram("):
                scope = self._fields(scope).get("scope", 0)
            if scope:
                yield scope
            if "inlinedAt" not in fields:
                return
            place = fields["inlinedAt"]

    def _is_text(self, place: int) -> bool:
        """Whether a function of strings copies its bytes, by functions on elements of one byte."""
        for frame in self._text.frames(f"!dbg !{place}"):
            if frame.function.startswith(_OF_TEXT):
                return True
            if not _OF_BYTES.search(frame.function):
                return False
        return False

    def _parameters(self, function: int) -> list[int]:
        """The types that stand for a function's type parameters, each once."""
        parameters = self._nodes.get(self._fields(function).get("templateParams", 0), "")
        kinds = [self._fields(int(number)).get("type", 0) for number in _PARTS.findall(parameters)]
        return [kind for kind in dict.fromkeys(kinds) if kind]

    def _size(self, node: int) -> int:
        return self._fields(node).get("size", 0) // 8

    def _fields(self, node: int) -> dict[str, int]:
        return {key: int(number) for key, number, _ in _FIELD.findall(self._nodes.get(node, "")) if number}
