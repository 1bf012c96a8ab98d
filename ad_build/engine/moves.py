"""Adjoints of ``memmove``, which the engine takes for those of ``memcpy``: wrong where source and destination overlap.

The adjoint of every element that was moved is added to where it came from, in the order of the move's elements.  With
a destination below the source that order is wrong: what was just added is moved on (``v.remove(0)`` in Rust,
fixtures/c/small/moves.c).

A move of variable length consists of one kind of floats (else the engine refuses it).  The engine adds their adjoints
by a function of a known name, which it makes where the module does not have it, so the module has one that looks for
overlap.  The name tells the alignment: moves are given the lowest, by which other copies keep the engine's own.  Short
moves of constant length the engine splits by what they hold, which puts their elements into another order; they go
through a local buffer.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import rewrite_functions, split_arguments

_MOVE = re.compile(r"^  (?:tail )?call void @llvm\.memmove\.p0\.p0\.i(?:32|64)\(.*$", re.MULTILINE)
_ALIGN = re.compile(r"\balign \d+ ")
_COPY = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n"
# Longer ones have a type for all their bytes, as type analysis sees no further than 500.
_LONGEST_SPLIT = 512
_KINDS = {"double": 8, "float": 4, "half": 2, "bfloat": 2}
_NAME = "__enzyme_memcpyadd_{}da1sa1"

# The adjoint of an element is taken away before it is added, so that a move to the same place keeps it.
_ADD = """
define void @{name}(ptr %to, ptr %from, i64 %n) alwaysinline nounwind {{
entry:
  %a = ptrtoint ptr %to to i64
  %b = ptrtoint ptr %from to i64
  %apart = sub i64 %b, %a
  %size = mul i64 %n, {size}
  %below = icmp ult i64 %a, %b
  %near = icmp ult i64 %apart, %size
  %backwards = and i1 %below, %near
  %empty = icmp eq i64 %n, 0
  br i1 %empty, label %done, label %start
start:
  br i1 %backwards, label %down, label %up
up:
  %i = phi i64 [ 0, %start ], [ %i.next, %up ]
  %i.to = getelementptr inbounds {kind}, ptr %to, i64 %i
  %i.from = getelementptr inbounds {kind}, ptr %from, i64 %i
  %i.adjoint = load {kind}, ptr %i.to, align 1
  store {kind} 0.0, ptr %i.to, align 1
  %i.old = load {kind}, ptr %i.from, align 1
  %i.sum = fadd fast {kind} %i.old, %i.adjoint
  store {kind} %i.sum, ptr %i.from, align 1
  %i.next = add nuw i64 %i, 1
  %i.end = icmp eq i64 %i.next, %n
  br i1 %i.end, label %done, label %up
down:
  %j = phi i64 [ %n, %start ], [ %j.next, %down ]
  %j.next = add i64 %j, -1
  %j.to = getelementptr inbounds {kind}, ptr %to, i64 %j.next
  %j.from = getelementptr inbounds {kind}, ptr %from, i64 %j.next
  %j.adjoint = load {kind}, ptr %j.to, align 1
  store {kind} 0.0, ptr %j.to, align 1
  %j.old = load {kind}, ptr %j.from, align 1
  %j.sum = fadd fast {kind} %j.old, %j.adjoint
  store {kind} %j.sum, ptr %j.from, align 1
  %j.end = icmp eq i64 %j.next, 0
  br i1 %j.end, label %done, label %down
done:
  ret void
}}
"""


def separate_moves(ir: str) -> str:
    """Prepare every ``memmove`` of a module for reverse mode."""
    if "@llvm.memmove.p0.p0.i" not in ir:
        return ir
    ir = rewrite_functions(ir, lambda text: _rewrite(text) if "@llvm.memmove.p0.p0.i" in text else text)
    if "\ndeclare void @llvm.memcpy.p0.p0.i64(" not in ir:
        ir += _COPY
    return ir + "".join(_ADD.format(name=_NAME.format(kind), kind=kind, size=size) for kind, size in _KINDS.items())


def _rewrite(text: str) -> str:
    buffers: list[str] = []

    def through_buffer(match: re.Match[str]) -> str:
        line = match.group()
        arguments = split_arguments(line[line.index("(") + 1 :])
        length = arguments[2].rsplit(" ", 1)[-1]
        if not length.isdigit() or int(length) > _LONGEST_SPLIT:
            return _ALIGN.sub("", line)
        buffer = f"%ad_build.moved.{len(buffers)}"
        buffers.append(f"  {buffer} = alloca [{length} x i8], align 16\n")
        debug = re.search(r", !dbg !\d+", line)
        tail = debug.group() if debug else ""
        copy = f"  call void @llvm.memcpy.p0.p0.i64({{}}, {{}}, i64 {length}, i1 false){tail}"
        return "\n".join([copy.format(f"ptr {buffer}", arguments[1]), copy.format(arguments[0], f"ptr {buffer}")])

    text = _MOVE.sub(through_buffer, text)
    if not buffers:
        return text
    body = text.index(" {\n", text.index("\ndefine ")) + 3
    label = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[-a-zA-Z$._0-9]+):[^\n]*\n').match(text, body)
    body = label.end() if label else body
    return text[:body] + "".join(buffers) + text[body:]


_MADE = re.compile(rf"^define (void @{_NAME.format('[a-z]+')}\()", re.MULTILINE)


def hide_adjoints(ir: str) -> str:
    """Make what :func:`separate_moves` added internal, once the engine is through, which would have dropped it."""
    return _MADE.sub(r"define internal \1", ir)
