"""Reads single instructions and types off the text of LLVM IR, as LLVM's printer writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Sizes in bytes; alignment equals size but where _ALIGN says otherwise (x86-64 and AArch64 data layouts).
_SIZES = {"ptr": 8, "double": 8, "float": 4, "half": 2, "bfloat": 2, "x86_fp80": 16, "fp128": 16, "void": 0}
FLOATS = ("double", "float", "half", "bfloat", "x86_fp80", "fp128")
_NAMED = re.compile(r"^(%[-a-zA-Z$._0-9]+|%\"[^\"]*\") = type (.*)$", re.MULTILINE)
_OPEN, _CLOSE = "([{<", ")]}>"


def split_commas(text: str) -> list[str]:
    """Split at the commas that stand outside of brackets and quotes."""
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return parts


def split_type(text: str) -> tuple[str, str]:
    """A typed operand (``{ i64, ptr } %v``, ``ptr nonnull %p``) as its type and the rest."""
    text = text.strip()
    if text and text[0] in _OPEN:
        depth = 0
        for index, char in enumerate(text):
            depth += (char in _OPEN) - (char in _CLOSE)
            if depth == 0:
                return text[: index + 1], text[index + 1 :].strip()
    head, _, rest = text.partition(" ")
    return head, rest.strip()


def value_of(rest: str) -> str:
    """The value behind an operand's attributes; of a constant expression the whole text."""
    if rest.endswith(")"):
        at = re.search(r"(?:getelementptr|inttoptr|ptrtoint|addrspacecast|bitcast|add|sub)\b", rest)
        if at:
            return rest[at.start() :]
    return rest.rsplit(" ", 1)[-1]


@dataclass(slots=True)
class Layout:
    """Sizes and offsets of the module's types."""

    named: dict[str, str]

    @staticmethod
    def of(ir: str) -> Layout:
        """Read the module's named types."""
        return Layout(dict(_NAMED.findall(ir)))

    def size(self, kind: str) -> int:
        """Size in bytes, tail padding included."""
        return self._size_and_align(kind)[0]

    def _size_and_align(self, kind: str) -> tuple[int, int]:
        if kind in _SIZES:
            return _SIZES[kind], max(_SIZES[kind], 1)
        if kind[0] == "i" and kind[1:].isdigit():
            size = 1
            while size * 8 < int(kind[1:]):
                size *= 2
            return size, min(size, 16)
        if kind.startswith("["):
            count, element = kind[1:-1].split(" x ", 1)
            size, align = self._size_and_align(element.strip())
            return int(count) * size, align
        if kind.startswith("<{"):
            return sum(self.size(field) for field in _fields(kind[1:-1])), 1
        if kind.startswith("<"):
            count, element = kind[1:-1].rsplit("vscale x ", 1)[-1].split(" x ", 1)
            size = int(count) * self.size(element.strip())
            return size, size
        if kind.startswith("{"):
            end, align = self._offsets(kind)[-1], 1
            for field in _fields(kind):
                align = max(align, self._size_and_align(field)[1])
            return -(-end // align) * align, align
        definition = self.named.get(kind, "")
        return self._size_and_align(definition) if definition and definition != "opaque" else (0, 1)

    def _offsets(self, kind: str) -> list[int]:
        """Offset of each field of a struct, and where the last one ends."""
        offsets, at = [], 0
        for field in _fields(kind):
            size, align = self._size_and_align(field)
            at = -(-at // align) * align
            offsets.append(at)
            at += size
        return [*offsets, at]

    def step(self, kind: str, index: int) -> tuple[str, int]:
        """Type and offset of an element of an aggregate."""
        kind = self.named.get(kind, kind)
        if kind.startswith("<{"):
            fields = _fields(kind[1:-1])
            return fields[index], sum(self.size(field) for field in fields[:index])
        if kind.startswith("{"):
            return _fields(kind)[index], self._offsets(kind)[index]
        element = self.element(kind)
        return element, index * self.size(element)

    def element(self, kind: str) -> str:
        """Element type of an array or vector."""
        return self.named.get(kind, kind)[1:-1].split(" x ", 1)[1].strip()

    def is_struct(self, kind: str) -> bool:
        """Whether the type is a struct."""
        return self.named.get(kind, kind).startswith(("{", "<{"))

    def leaves(self, kind: str, at: int = 0) -> list[tuple[int, str]]:
        """The scalars of a type with their offsets."""
        kind = self.named.get(kind, kind)
        if kind.startswith(("{", "<{")):
            count = len(_fields(kind[1:-1] if kind.startswith("<{") else kind))
            steps = [self.step(kind, index) for index in range(count)]
            return [leaf for element, offset in steps for leaf in self.leaves(element, at + offset)]
        if kind.startswith(("[", "<")):
            count = int(kind[1:].split(" x ", 1)[0])
            element = self.element(kind)
            size = self.size(element)
            return [leaf for index in range(min(count, 64)) for leaf in self.leaves(element, at + index * size)]
        return [(at, kind)]

    def offset(self, source: str, indices: list[tuple[str, str]]) -> tuple[int, list[tuple[int, str]]]:
        """What a ``getelementptr`` adds: constant bytes, and (stride, value) for each index that is not constant."""
        total, variable = 0, []
        kind = source
        for position, (_, value) in enumerate(indices):
            constant = value.lstrip("-").isdigit()
            if position == 0:
                size = self.size(kind)
                if constant:
                    total += int(value) * size
                else:
                    variable.append((size, value))
                continue
            if self.is_struct(kind):
                kind, step = self.step(kind, int(value))
                total += step
                continue
            kind = self.element(kind)
            if constant:
                total += int(value) * self.size(kind)
            else:
                variable.append((self.size(kind), value))
        return total, variable


def _fields(kind: str) -> list[str]:
    inside = kind.strip()[1:-1].strip()
    return split_commas(inside) if inside else []


_GEP_WORDS = re.compile(r"^getelementptr (?:inbounds |nuw |nusw |inrange\([^)]*\) )*")


def read_gep(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Source type, base pointer and (type, value) indices of a ``getelementptr`` instruction or expression."""
    body = text[_GEP_WORDS.match(text).end() :]  # type: ignore[union-attr]
    if body.startswith("("):
        body = body[1 : body.rindex(")")]
    parts = [part for part in split_commas(body) if not part.startswith("!")]
    indices = []
    for part in parts[2:]:
        kind, rest = split_type(part)
        indices.append((kind, value_of(rest)))
    return parts[0], value_of(split_type(parts[1])[1]), indices
