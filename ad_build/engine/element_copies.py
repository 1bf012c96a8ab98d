"""Copies of arrays whose length is known at run time only, element by element.

Of a copy of variable length the engine looks at the type of the first byte and takes all others for the same: an array
of structs that begin with an integer is copied without its adjoints, which is a silent zero (a ``Vec<(u64, f64)>`` that
is cloned, or grows).  Where debug info tells that the elements hold values of several kinds, the copy becomes a loop
over copies of one element each, which the engine takes apart by what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import gcd

from ad_build.engine.instructions import split_commas, split_type, value_of
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
    rf"\((.*i64 (?:noundef |range\([^)]*\) )*({LOCAL})), i1 false\).*$",
    re.MULTILINE,
)
_DEFINED = re.compile(rf"^  ({LOCAL}) = (.*)$", re.MULTILINE)
_DEBUG = re.compile(r", !dbg !\d+")
_FLAGS = re.compile(r"^(?:nuw |nsw |exact |disjoint )*")
_STEP = re.compile(rf"getelementptr (?:inbounds |nuw |nusw )*i8, ptr ({LOCAL}), i64 ({LOCAL}|-?\d+)")
# The engine knows types up to an offset of 500.
_LONGEST = 500
_MAX_STEPS = 24
_OVERFLOWING = re.compile(r"@llvm\.[us]mul\.with\.overflow\.i64\((.*?)\)(?: #\d+)?(?:,|$)")
_CHOOSING = re.compile(r"call .*@llvm\.[us](?:min|max)\.i64\((.*?)\)(?: #\d+)?(?:,|$)")

# Elements are moved whole: down from the last where the destination lies within what is still to be moved.
_HELPER = """
define internal void @ad_build.copy_elements.{name}(ptr %to, ptr %from, i64 %bytes) noinline nounwind {{
entry:
  %rest = urem i64 %bytes, {size}
  %whole = icmp eq i64 %rest, 0
  br i1 %whole, label %begin, label %broken
broken:
  call void @llvm.trap()
  unreachable
begin:
  %count = udiv exact i64 %bytes, {size}
  %none = icmp eq i64 %count, 0
  br i1 %none, label %done, label %start
start:
  %a.at = ptrtoint ptr %to to i64
  %b.at = ptrtoint ptr %from to i64
  %same = icmp eq i64 %a.at, %b.at
  br i1 %same, label %done, label %different
different:
  %apart = sub i64 %a.at, %b.at
  %down.wards = icmp ult i64 %apart, %bytes
  br i1 %down.wards, label %down, label %up
up:
  %i = phi i64 [ 0, %different ], [ %i.next, %up ]
  %i.by = mul nuw i64 %i, {size}
  %i.to = getelementptr inbounds i8, ptr %to, i64 %i.by, !enzyme_type !{note}
  %i.from = getelementptr inbounds i8, ptr %from, i64 %i.by, !enzyme_type !{note}
  call void @llvm.memcpy.p0.p0.i64(ptr %i.to, ptr %i.from, i64 {size}, i1 false)
  %i.next = add nuw i64 %i, 1
  %i.end = icmp eq i64 %i.next, %count
  br i1 %i.end, label %done, label %up
down:
  %j = phi i64 [ %count, %different ], [ %j.next, %down ]
  %j.next = add i64 %j, -1
  %j.by = mul nuw i64 %j.next, {size}
  %j.to = getelementptr inbounds i8, ptr %to, i64 %j.by, !enzyme_type !{note}
  %j.from = getelementptr inbounds i8, ptr %from, i64 %j.by, !enzyme_type !{note}
  call void @llvm.memcpy.p0.p0.i64(ptr %j.to, ptr %j.from, i64 {size}, i1 false)
  %j.end = icmp eq i64 %j.next, 0
  br i1 %j.end, label %done, label %down
done:
  ret void
}}
"""


def copy_elements(ir: str, read_trees: ReadTrees) -> str:
    """The module with loops in place of copies of variable length whose elements hold values of several kinds."""
    variables = types_of_variables(ir)
    wanted: list[tuple[int, int, dict[str, list[Use]]]] = []
    for start, end in function_spans(ir):
        text = ir[start:end]
        if _COPY.search(text):
            wanted.append((start, end, _of_copies(text, read_records(text, variables))))
    nodes = sorted({node for _, _, found in wanted for uses in found.values() for _, node, _ in uses})
    if not nodes:
        return ir
    known = read_trees(ir, nodes)
    notes = Notes(ir)
    helpers: dict[str, str] = {}
    parts, at = [], 0
    for start, end, found in wanted:
        elements = {value: element for value, uses in found.items() if (element := _element(uses, known))}
        parts += [ir[at:start], _rewrite(ir[start:end], elements, notes, helpers)]
        at = end
    if not helpers:
        return ir
    declared = "" if "\ndeclare void @llvm.trap()" in ir else "declare void @llvm.trap()\n"
    if "@llvm.memcpy.p0.p0.i64(ptr" not in ir:
        declared += "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n"
    return "".join([*parts, ir[at:], "\n", *helpers.values(), declared, *notes.lines])


def _of_copies(text: str, records: Mapping[str, list[Use]]) -> dict[str, list[Use]]:
    """The records of those values alone from which copies of variable length may come or go."""
    defined = dict(_DEFINED.findall(text))
    return {
        value: records[value]
        for match in _COPY.finditer(text)
        for pointer in _ends(match.group(1))
        for value, _ in _bases(pointer, defined)
        if value in records
    }


def _ends(arguments: str) -> tuple[str, str]:
    to, source = split_arguments(arguments + ")")[:2]
    return value_of(to), value_of(source)


def _bases(pointer: str, defined: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """A pointer and those it is worked out from, each with a number that divides the distance."""
    factor = 0
    for _ in range(_MAX_STEPS):
        yield pointer, factor
        step = _STEP.match(defined.get(pointer, ""))
        if step is None:
            return
        pointer, factor = step.group(1), gcd(factor, _factor(step.group(2), defined))


def _element(uses: list[Use], known: Mapping[int, tuple[Tree, Mapping[int, int]]]) -> tuple[Tree, int] | None:
    """The tree of a pointer to one element of several kinds, and the element's size."""
    sizes, trees = set(), []
    for how, node, part in uses:
        memory, targets = known.get(node, ({}, {}))
        tree = pointer_tree(memory, how, part)
        if how == "value" and tree and targets.get(part.start, 0) > 1:
            sizes.add(targets[part.start])
            trees.append(tree)
    if len(sizes) != 1:
        return None
    (size,) = sizes
    tree = {path: word for path, word in together(trees).items() if len(path) == 1 or 0 <= path[1] < size}
    words = {word for path, word in tree.items() if len(path) == 2}
    return (tree, size) if size <= _LONGEST and len(words) > 1 else None


def _rewrite(text: str, elements: Mapping[str, tuple[Tree, int]], notes: Notes, helpers: dict[str, str]) -> str:
    defined = dict(_DEFINED.findall(text))

    def loop(match: re.Match[str]) -> str:
        line, length = match.group(), match.group(2)
        for pointer in _ends(match.group(1)):
            for value, distance in _bases(pointer, defined):
                if value not in elements:
                    continue
                tree, size = elements[value]
                if distance % size or _factor(length, defined) % size:
                    continue
                note = notes.number(tree)
                name = f"{size}.{note}"
                helpers[name] = _HELPER.format(name=name, size=size, note=note)
                to, source = _ends(match.group(1))
                debug = _DEBUG.search(line)
                call = f"  call void @ad_build.copy_elements.{name}(ptr {to}, ptr {source}, i64 {length})"
                return call + (debug.group() if debug else "")
        return line

    return _COPY.sub(loop, text)


def _factor(value: str, defined: Mapping[str, str], seen: frozenset[str] = frozenset()) -> int:
    """The largest constant of which a value is known to be a multiple, by how it is worked out; 0 is one of all."""
    if value.lstrip("-").isdigit():
        return abs(int(value))
    text = defined.get(value)
    if value in seen:
        return 0  # a loop adds to it what the others say
    if text is None or len(seen) > _MAX_STEPS:
        return 1
    seen |= {value}
    word, _, rest = text.partition(" ")
    if word == "ptrtoint":
        return 0  # lengths are distances of addresses of elements; the loop checks it
    operands = [part for part in split_commas(_FLAGS.sub("", rest)) if not part.startswith("!")]
    if word in ("mul", "shl"):
        first = _factor(value_of(split_type(operands[0])[1]), defined, seen)
        if not operands[1].isdigit():
            return first if word == "mul" else 1
        return first * (int(operands[1]) if word == "mul" else 1 << int(operands[1]))
    if word in ("add", "sub"):
        return gcd(_factor(value_of(split_type(operands[0])[1]), defined, seen), _factor(operands[1], defined, seen))
    if word == "select":
        return gcd(*(_factor(value_of(split_type(one)[1]), defined, seen) for one in operands[1:3]))
    if word == "freeze":
        return _factor(value_of(split_type(operands[0])[1]), defined, seen)
    if word == "phi":
        incoming = re.findall(rf"\[ ({LOCAL}|-?\d+), ", text)
        return gcd(*(_factor(one, defined, seen) for one in incoming)) if incoming else 1
    if word == "extractvalue" and operands[-1] == "0":
        text = defined.get(value_of(split_type(operands[0])[1]), "")
        return _of_call(_OVERFLOWING.search(text), defined, seen, product=True)
    return _of_call(_CHOOSING.search(text), defined, seen, product=False)


def _of_call(match: re.Match[str] | None, defined: Mapping[str, str], seen: frozenset[str], *, product: bool) -> int:
    if match is None:
        return 1
    first, second = (_factor(value_of(split_type(one)[1]), defined, seen) for one in split_commas(match.group(1)))
    return max(first, 1) * max(second, 1) if product else gcd(first, second)
