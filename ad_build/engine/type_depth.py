"""Bounds how far the engine follows types through pointers where that would not end.

The engine writes the type of all memory that a pointer leads to as one tree, up to six pointers deep.  A node of a
``BTreeMap`` has twelve children and a parent, each of them such a node again: the tree has millions of branches, and
the engine works on it for hours.  Three pointers deep is enough for what code does with a node at a time.
"""

from __future__ import annotations

import re

_OPTION = "--enzyme-max-type-depth"
# Makes a node: programs that only read maps of their callers have no trouble.
_NODE = re.compile(r"5btree4node\w*?8LeafNode\w*?3new")


def flags_for(ir: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Further flags for a module as the engine gets it."""
    if any(flag.startswith(_OPTION) for flag in given) or not _NODE.search(ir):
        return ()
    return (f"{_OPTION}=3",)
