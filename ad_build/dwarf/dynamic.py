"""Which functions of a Rust program its trait objects and function pointers can lead to.

rustc describes every vtable by a variable ``<T as Trait>::{vtable}``, whose type names ``T``, and every trait object
by a type ``dyn Trait<...>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ad_build.ir_text import plain_name

_NODE = re.compile(r"^!(\d+) = (?:distinct )?(!DI\w+\(.*\)|!\{.*\})$", re.MULTILINE)
_DEFINED = re.compile(r'^define [^\n]*?@("[^"]+"|[-a-zA-Z$._0-9]+)\(', re.MULTILINE)
_SUBPROGRAM = re.compile(r'^define [^\n]*?@("[^"]+"|[-a-zA-Z$._0-9]+)\([^\n]* !dbg !(\d+)', re.MULTILINE)
# Where a type leads to other types; what declares it or stands around it is left out.
_LEADS = re.compile(r"\b(?:baseType|elements|type|types): !(\d+)")
_NUMBER = re.compile(r"!(\d+)")
_NAME = re.compile(r'\bname: "((?:[^"\\]|\\.)*)"')
_TRAIT = re.compile(r"(?:^dyn \(?| \+ )(?:for<[^>]*> )?((?:\w+::)*\w+)")
_VTABLE_NAME = re.compile(r"^<.* as (?:for<[^>]*> )?((?:\w+::)*\w+)(?:<.*>)?>::\{vtable\}$")
_VTABLE = re.compile(r"^@[^\n]*? constant ([^\n]*), !dbg !(\d+)$", re.MULTILINE)
_ENTRY = re.compile(r'\[(\d+) x i8\] (?:c"|zeroinitializer)|ptr (null|@"[^"]+"|@[-a-zA-Z$._0-9]+)')
_VARIABLE = re.compile(r"\bvar: !(\d+)")
_HOLDER = re.compile(r"\bvtableHolder: !(\d+)")


@dataclass(frozen=True, slots=True)
class Dynamic:
    """What the parameters of functions lead to: trait objects, by the paths of their traits, and function pointers."""

    traits: frozenset[str]
    pointers: bool

    def __bool__(self) -> bool:
        return bool(self.traits) or self.pointers

    @property
    def marks(self) -> tuple[bytes, ...]:
        """Bytes of which a module with a vtable of one of the traits has one."""
        return tuple(f" as {trait}".encode() for trait in sorted(self.traits))

    def functions(self, ir: str) -> dict[str, frozenset[int]]:
        """The functions in the program's vtables of these traits, and of those that their objects lead to in turn.

        With each its places in vtables, in bytes.  With function pointers among it, all functions, those without a
        place too.
        """
        types = _Types(ir)
        pending = [*types.vtables()]
        traits, pointers, more = set(self.traits), self.pointers, True
        found: dict[str, set[int]] = {}
        while more:
            reached = [table for table in pending if table.trait in traits]
            pending = [table for table in pending if table.trait not in traits]
            for name, place in (entry for table in reached for entry in table.functions):
                found.setdefault(name, set()).add(place)
            inner = types.reach([table.holder for table in reached if table.holder is not None])
            pointers = pointers or inner.pointers
            more = bool(inner.traits - traits)
            traits |= inner.traits
        for name in map(plain_name, _DEFINED.findall(ir)) if pointers else ():
            found.setdefault(name, set())
        return {name: frozenset(places) for name, places in found.items()}


def dynamic_types(ir: str, functions: Iterable[str]) -> Dynamic:
    """The trait objects and function pointers that the parameters of ``functions`` lead to."""
    wanted = set(functions)
    types = _Types(ir)
    roots = [int(node) for name, node in _SUBPROGRAM.findall(ir) if plain_name(name) in wanted]
    return types.reach(roots)


@dataclass(frozen=True, slots=True)
class _Vtable:
    trait: str
    functions: tuple[tuple[str, int], ...]
    holder: int | None


class _Types:
    """The debug info of a module."""

    def __init__(self, ir: str) -> None:
        self.ir = ir
        self.nodes = {int(number): text for number, text in _NODE.findall(ir)}

    def reach(self, roots: Iterable[int]) -> Dynamic:
        """What the types behind some nodes lead to."""
        traits: set[str] = set()
        pointers = False
        pending, seen = list(roots), set[int]()
        while pending:
            number = pending.pop()
            if number in seen or number not in self.nodes:
                continue
            seen.add(number)
            text = self.nodes[number]
            name = self._name(text)
            if name.startswith("dyn "):
                traits.update(_TRAIT.findall(name))
            pointers = pointers or text.startswith("!DISubroutineType(")
            if text.startswith("!{"):
                pending += map(int, _NUMBER.findall(text))
            elif text.startswith("!DISubprogram("):
                # Its own type is that of a function, not of a pointer to one.
                pending += self._parameters(text)
            else:
                pending += map(int, _LEADS.findall(text))
        return Dynamic(frozenset(traits), pointers)

    def _parameters(self, subprogram: str) -> Iterator[int]:
        for number in _LEADS.findall(subprogram):
            for types in _LEADS.findall(self.nodes.get(int(number), "")):
                yield int(types)

    def vtables(self) -> Iterator[_Vtable]:
        """The vtables that the module defines."""
        for initialiser, expression in _VTABLE.findall(self.ir):
            found = _VARIABLE.search(self.nodes.get(int(expression), ""))
            variable = self.nodes.get(int(found.group(1)), "") if found else ""
            trait = _VTABLE_NAME.match(self._name(variable))
            if trait is None:
                continue
            yield _Vtable(trait.group(1), tuple(_entries(initialiser)), self._holder(variable))

    def _holder(self, variable: str) -> int | None:
        for number in _LEADS.findall(variable):
            found = _HOLDER.search(self.nodes.get(int(number), ""))
            if found:
                return int(found.group(1))
        return None

    @staticmethod
    def _name(text: str) -> str:
        found = _NAME.search(text)
        return found.group(1) if found else ""


def _entries(initialiser: str) -> Iterator[tuple[str, int]]:
    """The functions of a vtable with their places; it is a packed struct of pointers and of bytes."""
    place = 0
    for size, pointer in _ENTRY.findall(initialiser):
        if pointer.startswith("@"):
            yield plain_name(pointer), place
        place += int(size or 8)
