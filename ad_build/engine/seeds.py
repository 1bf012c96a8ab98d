"""Tells the engine what debug info knows inside of functions: the types behind their parameters and local variables.

Debug records name the LLVM value that holds a variable.  Where that is a pointer, the tree of the variable's type goes
on it: on parameters as the attribute ``enzyme_type``, which the engine reads at calls, on instructions (allocations,
locals in memory, pointers worked out) as metadata ``!enzyme_type``.  From there the engine's own analysis brings the
types to every copy, load and store that uses the pointer.

A value may hold variables of several types, as a struct and its first member share their address: what their trees
do not say together is left out.  Nothing is said of memory that holds integers alone: by such pointers programs copy
what is something else (a swap word by word).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ad_build.engine.pointers import LOCAL, function_spans

Tree = dict[tuple[int, ...], str]
Use = tuple[str, int, range]
_EVERYTHING = 1 << 32
# Of the types that some metadata nodes describe: the tree of a value in memory, and for each pointer in it by its
# offset the size of what it points to, in bytes.
ReadTrees = Callable[[str, Sequence[int]], Mapping[int, tuple[Tree, Mapping[int, int]]]]

_RECORD = re.compile(
    rf"^ *#dbg_(value|declare)\(ptr ({LOCAL}), !(\d+), "
    r"!DIExpression\((?:DW_OP_LLVM_fragment, (\d+), (\d+))?\), !\d+\)$",
    re.MULTILINE,
)
_VARIABLE = re.compile(r"^!(\d+) = !DILocalVariable\(.*\btype: !(\d+)", re.MULTILINE)
_RESULT = re.compile(rf"^  ({LOCAL}) = (.*(?:\n +to label .*)?)$", re.MULTILINE)
_PARAMETER = re.compile(rf"\bptr ((?:[^,()]|\([^()]*\))*?)?({LOCAL})(?=[,)])")
_LAST_NODE = re.compile(r"^!(\d+) = ", re.MULTILINE)


def seed_values(ir: str, read_trees: ReadTrees) -> str:
    """The module with the trees of all variables on the pointers that hold or address them."""
    variables = types_of_variables(ir)
    spans = list(function_spans(ir))
    records = [read_records(ir[start:end], variables) for start, end in spans]
    nodes = sorted({node for found in records for uses in found.values() for _, node, _ in uses})
    trees = {node: tree for node, (tree, _) in (read_trees(ir, nodes) if nodes else {}).items()}
    notes = Notes(ir)
    parts, at = [], 0
    for (start, end), found in zip(spans, records, strict=True):
        known = {
            value: together([pointer_tree(trees.get(node, {}), how, part) for how, node, part in uses])
            for value, uses in found.items()
        }
        known = {value: tree for value, tree in known.items() if len(tree) > 1}
        parts += [ir[at:start], _seed_function(ir[start:end], known, notes)]
        at = end
    return "".join([*parts, ir[at:], "\n", *notes.lines])


def types_of_variables(ir: str) -> dict[int, int]:
    """The type's node of each variable's."""
    return {int(number): int(kind) for number, kind in _VARIABLE.findall(ir)}


def read_records(text: str, variables: Mapping[int, int]) -> dict[str, list[Use]]:
    """For each value how variables use it: (value or declare, type, the bytes of the variable)."""
    found: dict[str, list[Use]] = {}
    for how, value, variable, first, count in _RECORD.findall(text):
        node = variables.get(int(variable))
        if node is not None:
            start = int(first or 0) // 8
            part = range(start, start + int(count) // 8) if count else range(_EVERYTHING)
            found.setdefault(value, []).append((how, node, part))
    return found


def pointer_tree(memory: Tree, how: str, part: range) -> Tree:
    """The tree of a pointer that holds a part of a variable, or with ``declare`` addresses it."""
    start = part.start
    if how == "declare":
        # A local variable that was taken apart: its part begins at the fragment's first bit.
        tree = {(-1, path[0] - start, *path[1:]): word for path, word in memory.items() if path[0] in part}
        tree[(-1,)] = "Pointer"
    elif memory.get((start,)) == "Pointer":
        tree = {(-1, *path[1:]): word for path, word in memory.items() if path[0] == start}
    else:
        return {}
    words: dict[tuple[int, ...], set[str]] = {}
    for path, word in tree.items():
        words.setdefault(path[:-1], set()).add(word)
    return {path: word for path, word in tree.items() if words[path[:-1]] != {"Integer"}}


_WIDTHS = {"Float@double": 8, "Float@float": 4, "Float@half": 2, "Float@fp80": 10, "Pointer": 8}


def together(trees: Sequence[Tree]) -> Tree:
    """What no tree objects to; one that says nothing of a byte does not object."""
    claims: dict[tuple[int, ...], dict[int, set[str]]] = {}
    for tree in trees:
        for path, word in tree.items():
            for byte in range(path[-1], path[-1] + (_WIDTHS.get(word, 1) if path[-1] >= 0 else 1)):
                claims.setdefault(path[:-1], {}).setdefault(byte, set()).add(word)
    found: Tree = {}
    for tree in trees:
        for path, word in tree.items():
            spans = claims[path[:-1]]
            covered = range(path[-1], path[-1] + (_WIDTHS.get(word, 1) if path[-1] >= 0 else 1))
            others = set().union(*(spans[byte] for byte in covered))
            # `-1` speaks of every offset.
            others |= spans.get(-1, set()) if path[-1] >= 0 else set().union(*spans.values())
            if others == {word}:
                found[path] = word
    roots = {path for path in found}
    return {
        path: word
        for path, word in found.items()
        if all(path[:depth] in roots for depth in range(1, len(path))) and (len(path) > 1 or path == (-1,))
    }


class Notes:
    """Trees as metadata nodes that are added to the module."""

    def __init__(self, ir: str) -> None:
        self._next = max((int(number) for number in _LAST_NODE.findall(ir)), default=-1) + 1
        self._known: dict[str, int] = {}
        self.lines: list[str] = []

    def number(self, tree: Tree) -> int:
        """The node of a tree."""
        words = tree.get((), "Unknown")
        inside: dict[int, Tree] = {}
        for path, word in tree.items():
            if path:
                inside.setdefault(path[0], {})[path[1:]] = word
        parts = [f'!"{words}"']
        for index, below in sorted(inside.items()):
            parts.append(f"i32 {index}, !{self.number(below)}")
        body = f"!{{{', '.join(parts)}}}"
        if body not in self._known:
            self._known[body] = self._next
            self.lines.append(f"!{self._next} = {body}\n")
            self._next += 1
        return self._known[body]


def _seed_function(text: str, trees: Mapping[str, Tree], notes: Notes) -> str:
    if not trees:
        return text
    head_end = text.index("\n", 1)
    head, body = text[:head_end], text[head_end:]

    def parameter(match: re.Match[str]) -> str:
        tree = trees.get(match.group(2))
        if tree is None:
            return match.group()
        return f'ptr {match.group(1) or ""}"enzyme_type"="{_render(tree)}" {match.group(2)}'

    def result(match: re.Match[str]) -> str:
        tree = trees.get(match.group(1))
        # What an invoke gives goes on in its next line.
        if tree is None or "!enzyme_type" in match.group(2) or match.group(2).startswith("invoke "):
            return match.group()
        return f"{match.group()}, !enzyme_type !{notes.number(tree)}"

    return _PARAMETER.sub(parameter, head) + _RESULT.sub(result, body)


def _render(tree: Tree) -> str:
    return "{" + ", ".join(f"[{','.join(map(str, path))}]:{word}" for path, word in sorted(tree.items())) + "}"
