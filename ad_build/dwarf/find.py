"""Finds the types of a module by the names that people give them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_NODE = re.compile(
    r'^!(\d+) = (?:distinct )?!DI(Composite|Basic|Derived)Type\((?:tag: (DW_TAG_\w+), )?name: "((?:[^"\\]|\\.)*)"(.*)$',
    re.MULTILINE,
)
_SCOPE_LINE = re.compile(
    r'^!(\d+) = (?:distinct )?!DI(?:Namespace|CompositeType)\((?:tag: DW_TAG_\w+, )?name: "((?:[^"\\]|\\.)*)"(.*)$',
    re.MULTILINE,
)
_SCOPE = re.compile(r"\bscope: !(\d+)")
_NAMED_TYPES = ("DW_TAG_typedef", "DW_TAG_pointer_type", "DW_TAG_reference_type")
_KEYWORD = re.compile(r"^(?:struct|class|union|enum|type)\s+")
_DEFAULTS = re.compile(r",\s*(?:alloc::alloc::Global|std::allocator<(?:[^<>]|<[^<>]*>)*>)")
_PATHS = re.compile(r"(?:\b\w+::|\{\w+#\d+\}::)+(?=[\w{])")
_INLINE = re.compile(r"\bstd::(?:__cxx11|__\d+)::")
# How Rust's references, tuples, pointers and slices begin: they hold full paths, and have none of their own.
_SPELLED = ("&", "(", "*", "[")
_MAX_SCOPES = 50
_SUGGESTIONS = 5
_POOL = 20_000
# The words of C and C++ for what DWARF may call otherwise.
_ALIASES = {"long int": "long", "long unsigned int": "unsigned long", "unsigned": "unsigned int", "bool": "_Bool"}


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type that a module describes: the metadata node, its full name, and whether it is only declared here."""

    node: int
    name: str
    declared: bool


def named_types(ir: str) -> Iterator[NamedType]:
    """Every type of a module that has a name."""
    scopes = {int(n): (_unescape(name), rest) for n, name, rest in _SCOPE_LINE.findall(ir)}
    known: dict[int, str] = {}

    def prefix(rest: str, depth: int = 0) -> str:
        found = _SCOPE.search(rest)
        number = int(found.group(1)) if found else -1
        if number not in scopes or depth > _MAX_SCOPES:
            return ""
        if number not in known:
            name, outer = scopes[number]
            known[number] = f"{prefix(outer, depth + 1)}{name}::"
        return known[number]

    for number, what, tag, name, rest in _NODE.findall(ir):
        if what == "Derived" and tag not in _NAMED_TYPES:
            continue
        plain = _unescape(name)
        scoped = plain if plain.startswith(_SPELLED) else f"{prefix(rest)}{plain}"
        yield NamedType(int(number), scoped, "DIFlagFwdDecl" in rest)


def fit(wanted: str, name: str) -> int:
    """How well a name that may leave things out describes a type's full name; 0 if it does not.

    In order: the full name, its end, its end with shortened generic arguments, its end without them.
    """
    wanted, full = _key(wanted), _key(name)
    if full == wanted or _ALIASES.get(wanted) == full:
        return 5
    spelled = wanted.startswith(_SPELLED)
    if spelled != full.startswith(_SPELLED):
        return 0
    if full.endswith(f"::{wanted}"):
        return 4
    bare, base = wanted.partition("<")[0], full.partition("<")[0]
    ends = base == bare or base.endswith(f"::{bare}")
    if (ends or spelled) and _PATHS.sub("", wanted) == _PATHS.sub("", full):
        return 3
    whole = full.endswith(">") or "<" not in full  # not a variant of the type
    return 2 if ends and whole and "<" not in wanted and not spelled else 0


def identifier(wanted: str) -> bytes:
    """Bytes that a module with such a type holds: the last identifier of the name."""
    words = re.findall(r"\w+", _key(wanted).partition("<")[0]) or re.findall(r"\w+", wanted)
    return words[-1].encode() if words and not wanted.startswith(_SPELLED) else b""


def best(wanted: str, types: Iterable[NamedType]) -> tuple[int, dict[str, NamedType]]:
    """The types that fit best, by their names, definitions before declarations."""
    top = 0
    found: dict[str, NamedType] = {}
    for one in types:
        rank = fit(wanted, one.name)
        if rank > top:
            top, found = rank, {}
        if rank and rank == top and (one.name not in found or found[one.name].declared):
            found[one.name] = one
    return top, found


def nearest(wanted: str, names: Sequence[str]) -> list[str]:
    """Names of types that are written like a name that none has."""
    short = _PATHS.sub("", _key(wanted)).partition("<")[0].lower()
    by_short: dict[str, list[str]] = {}
    for name in dict.fromkeys(names[:_POOL]):
        by_short.setdefault(_PATHS.sub("", _key(name)).partition("<")[0].lower(), []).append(name)
    close = difflib.get_close_matches(short, by_short, _SUGGESTIONS, 0.6)
    return [name for key in close for name in by_short[key]][:_SUGGESTIONS]


def _key(name: str) -> str:
    name = _DEFAULTS.sub("", _INLINE.sub("std::", _KEYWORD.sub("", name.strip())))
    return re.sub(r"\s*([^\w\s])\s*", r"\1", " ".join(name.split())).replace("::<", "<")


def _unescape(name: str) -> str:
    if "\\" not in name:
        return name
    return re.sub(r"\\([0-9A-Fa-f]{2})", lambda match: chr(int(match.group(1), 16)), name)
