"""Where pointers come from, read off the text of LLVM functions: phis, offsets, selects, loads, stores, calls.

llvmlite gives no identity to unnamed values, while LLVM's printer names every one of them, so the text is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

LOCAL = r'%(?:"(?:[^"\\]|\\..)*"|[-a-zA-Z$._0-9]+)'
GLOBAL = r'@(?:"(?:[^"\\]|\\..)*"|[-a-zA-Z$._0-9]+)'
_LABEL = re.compile(r'^(?:"((?:[^"\\]|\\..)*)"|([-a-zA-Z$._0-9]+)):')
_DEFINITION = re.compile(rf"^  ({LOCAL}) = (phi ptr|load ptr|getelementptr|select|\w+)")
_INCOMING = re.compile(rf"\[ ([^\[\]]*?), ({LOCAL}) \]")
_POINTER_OPERAND = re.compile(rf"ptr ({LOCAL}|{GLOBAL})")
_STORE = re.compile(rf"^  store (?:volatile )?ptr ({LOCAL}|{GLOBAL}), ptr ({LOCAL}|{GLOBAL})")
_TARGET = re.compile(rf"label ({LOCAL})")
_CALL = re.compile(rf"\b(?:call|invoke) .*?({GLOBAL})\(")
_INDIRECT = re.compile(rf"\b(?:call|invoke) [^@(]*?({LOCAL})\(")
_HEADER = re.compile(rf"({GLOBAL})\(")


@dataclass(slots=True)
class Function:
    """What matters of one function: its blocks' edges and how pointers are derived and handed on.

    ``phis`` and ``derived`` map a pointer to what it may be derived from, ``loads`` to the address it was loaded from;
    ``stores`` are (pointer, address) pairs, ``written`` all addresses that are stored to; ``calls`` are (callee,
    arguments, result) with ``""`` for what is no local or global; ``indirect`` are (pointer called, text of the call).
    """

    name: str = ""
    parameters: list[str] = field(default_factory=list)
    edges: dict[str, list[str]] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)
    phis: dict[str, tuple[str, ...]] = field(default_factory=dict)
    derived: dict[str, tuple[str, ...]] = field(default_factory=dict)
    loads: dict[str, str] = field(default_factory=dict)
    stores: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    calls: list[tuple[str, list[str], str]] = field(default_factory=list)
    indirect: list[tuple[str, str]] = field(default_factory=list)


def function_spans(ir: str) -> Iterator[tuple[int, int]]:
    """Start and end of each function's text, from the line break before ``define`` to its closing brace."""
    at = 0
    while (start := ir.find("\ndefine ", at)) >= 0:
        at = ir.index("\n}\n", start) + 3
        yield start, at


def rewrite_functions(ir: str, rewrite: Callable[[str], str]) -> str:
    """The module with ``rewrite`` applied to the text of each function; ``ir`` itself where nothing changes."""
    parts, at = [], 0
    for start, end in function_spans(ir):
        text = ir[start:end]
        new = rewrite(text)
        if new != text:
            parts += [ir[at:start], new]
            at = end
    return "".join([*parts, ir[at:]]) if parts else ir


def block_name(line: str) -> str | None:
    """The block that begins with a line, as it is branched to (``%name``); None where it is no label."""
    label = _LABEL.match(line)
    if label is None:
        return None
    return f"%{label.group(2)}" if label.group(2) is not None else f'%"{label.group(1)}"'


def read_name(text: str) -> str:
    """The name of a function, from its text, as LLVM has it (without ``@`` and quotes)."""
    match = _HEADER.search(text)
    assert match is not None, text[:200]
    name = match.group(1)[1:]
    return re.sub(r"\\([0-9A-F]{2})", lambda m: chr(int(m.group(1), 16)), name.strip('"'))


def read_function(text: str) -> Function:
    """Read one function's text, as LLVM prints it."""
    function = Function()
    block = "entry"
    function.edges[block] = []
    for line in text.split("\n"):
        if line.startswith("define "):
            function.name, function.parameters = _header(line)
            continue
        label = block_name(line)
        if label:
            block = label
            function.edges[block] = []
            continue
        if "label %" in line:
            function.edges[block] += _TARGET.findall(line)
        _read_instruction(function, block, line)
    return function


def _read_instruction(function: Function, block: str, line: str) -> None:
    definition = _DEFINITION.match(line)
    name, kind = definition.groups() if definition else ("", "")
    if kind == "phi ptr":
        function.phis[name] = tuple(value for value, _ in _INCOMING.findall(line))
        function.blocks[name] = block
    elif kind in ("getelementptr", "select"):
        operands = _POINTER_OPERAND.findall(line.split(" = ", 1)[1])
        function.derived[name] = tuple(operands if kind == "select" else operands[:1])
    elif kind == "load ptr":
        operands = _POINTER_OPERAND.findall(line.split(" = ", 1)[1])
        function.loads[name] = operands[0] if operands else ""
    elif not kind and line.startswith("  store "):
        function.written += _POINTER_OPERAND.findall(line)[-1:]
        match = _STORE.match(line)
        if match:
            function.stores.append((match.group(1), match.group(2)))
    else:
        call = _CALL.search(line)
        if call:
            arguments = split_arguments(line[call.end() :])
            function.calls.append((call.group(1), [_last_local(word) for word in arguments], name))
        elif indirect := _INDIRECT.search(line):
            function.indirect.append((indirect.group(1), line.strip()))


def _header(line: str) -> tuple[str, list[str]]:
    match = _HEADER.search(line)
    assert match is not None, line
    return match.group(1), [_last_local(word) for word in split_arguments(line[match.end() :])]


def split_arguments(text: str) -> list[str]:
    """Split at top-level commas up to the parenthesis that closes the list."""
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in "([{<":
            depth += 1
        elif char in ")]}>":
            if depth == 0:
                last = text[start:index].strip()
                return [*parts, last] if last else parts
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return parts


def _last_local(word: str) -> str:
    last = word.rsplit(" ", 1)[-1]
    return last if last.startswith(("%", "@")) else ""


def objects(function: Function, name: str) -> set[str]:
    """The objects a pointer may point into: what it is derived from, through phis, selects and offsets."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = [name]
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if value in function.phis:
            pending += function.phis[value]
        elif function.derived.get(value):
            pending += function.derived[value]
        elif value.startswith(("%", "@")):
            # Constants such as null or Rust's dangling pointer are never read through.
            found.add(value)
    return found


def blocks_in_cycles(edges: dict[str, list[str]]) -> set[str]:
    """The blocks that can reach themselves: Tarjan's strongly connected components, without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    cyclic: set[str] = set()
    work: list[tuple[str, Iterator[str]]] = []

    def enter(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        work.append((node, iter(edges.get(node, ()))))

    for root in edges:
        if root not in index:
            enter(root)
        while work:
            node, successors = work[-1]
            following = next(successors, None)
            if following is not None:
                if following not in index:
                    enter(following)
                elif following in on_stack:
                    low[node] = min(low[node], index[following])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                component = list(_pop_until(stack, node))
                on_stack.difference_update(component)
                if len(component) > 1 or node in edges.get(node, ()):
                    cyclic.update(component)
    return cyclic


def _pop_until(stack: list[str], node: str) -> Iterable[str]:
    while True:
        member = stack.pop()
        yield member
        if member == node:
            return
