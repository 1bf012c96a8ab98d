"""Takes words apart that are moved unseen where an `f32` lies beside an integer or another `f32`.

Optimisation swaps and copies such pairs as one ``i64`` with halves of different types, on which the engine asserts.
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import LOCAL
from ad_build.engine.regions import POINTER, Body, Contents

_LOAD = re.compile(rf"^  ({LOCAL}) = load i64, ptr ({LOCAL}), align (\d+)(.*)$")
_STORE = re.compile(rf"^  store i64 ({LOCAL}), ptr ({LOCAL}), align (\d+)(.*)$")
_PLACE = re.compile(r", !dbg !\d+")
_RECORD = "    #dbg_"


def split_halves(ir: str) -> str:
    """The module with these moves as moves of two words of 4 bytes each; unchanged where there are none."""
    if " load i64, " not in ir or " load float, " not in ir:
        return ir
    contents = Contents(ir)
    parts, at = [], 0
    for body in contents.bodies:
        lines = _split(contents, body)
        if lines is not None:
            parts += [ir[at : body.start], "\n", "\n".join(lines)]
            at = body.end
    return "".join([*parts, ir[at:]]) if parts else ir


def _split(contents: Contents, body: Body) -> list[str] | None:
    moved = _moves(contents, body)
    if not moved:
        return None
    out = []
    for number, line in enumerate(body.lines):
        load, store = _LOAD.match(line), _STORE.match(line)
        if load and load.group(1) in moved:
            out += _halves(load, number, "  {half} = load i32, ptr {place}, align {align}{debug}")
        elif store and store.group(1) in moved:
            out += _halves(store, number, "  store i32 {half}, ptr {place}, align {align}{debug}")
        elif not (line.startswith(_RECORD) and any(f" {name}," in line for name in moved)):
            out.append(line)
    return out


def _halves(match: re.Match[str], number: int, text: str) -> list[str]:
    word, place, align, rest = match.groups()
    debug = "".join(_PLACE.findall(rest))
    upper = f"%ad_build.upper.{number}"
    align = min(int(align), 4)
    return [
        text.format(half=_half(word, "lower"), place=place, align=align, debug=debug),
        f"  {upper} = getelementptr inbounds nuw i8, ptr {place}, i64 4{debug}",
        text.format(half=_half(word, "upper"), place=upper, align=align, debug=debug),
    ]


def _half(word: str, which: str) -> str:
    return f'{word[:-1]}.{which}"' if word.endswith('"') else f"%ad_build.{which}.{word[1:]}"


def _moves(contents: Contents, body: Body) -> set[str]:
    """The loaded words that are stored and nothing else, from and to where an `f32` fills one half."""
    places: dict[str, list[str]] = {}
    for line in body.lines:
        if load := _LOAD.match(line):
            places[load.group(1)] = [load.group(2)]
    for line in body.lines[1:]:
        store = _STORE.match(line)
        if store and store.group(1) in places:
            places[store.group(1)].append(store.group(2))
        if line.startswith(_RECORD):
            continue
        used = re.findall(LOCAL, line)
        for name in used[1:] if store or _LOAD.match(line) else used:
            places.pop(name, None)
    return {
        name
        for name, pointers in places.items()
        if len(pointers) > 1 and _pairs([_kinds(contents, body, pointer) for pointer in pointers])
    }


def _pairs(kinds: list[set[str]]) -> bool:
    found = set().union(*kinds)
    return "float" in found and not found & {"double", POINTER}


def _kinds(contents: Contents, body: Body, address: str) -> set[str]:
    """What may lie in the 8 bytes at an address."""
    pointer = contents.pointer(body.name, address)
    if pointer is None:
        return set()
    return set().union(*(contents.kinds[contents.find(content)] for _, content, _ in contents.span(pointer, 8)))
