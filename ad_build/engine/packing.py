"""Splits words that optimisation put together from two halves.

Memory of two floats that is copied at once becomes one integer, assembled by shifts; for the engine shifts are
arithmetic on integers, and the derivative is lost without a word (fixtures/rust/attributes, a tuple with `[f32; 2]`).
"""

from __future__ import annotations

import re

from ad_build.engine.pointers import LOCAL, rewrite_functions

# The half of a word, and how many bits it has.
HALVES = {"i64": ("i32", 32), "i128": ("i64", 64)}
_FLAGS = r"(?:(?:nuw|nsw|nneg|exact|disjoint) )*"
_DEFINITION = re.compile(
    rf"^  ({LOCAL}) = (zext|shl|or) {_FLAGS}(i\d+) ({LOCAL}|-?\d+)(?:, ({LOCAL}|-?\d+)| to (i\d+))"
)
_STORE = re.compile(rf"^  store (i64|i128) ({LOCAL}), ptr ({LOCAL}|@[^,]+), align (\d+)")
_LOAD = re.compile(rf"^  ({LOCAL}) = load (i64|i128), ptr ({LOCAL}|@[^,]+), align (\d+)")
_SHIFT = re.compile(rf"^  ({LOCAL}) = lshr {_FLAGS}(i64|i128) ({LOCAL}), (\d+)")
_TRUNC = re.compile(rf"^  ({LOCAL}) = trunc {_FLAGS}(i64|i128) ({LOCAL}) to (i\d+)")
_ANY_LOCAL = re.compile(LOCAL)
_DEBUG = re.compile(r", !dbg !\d+")

_Definition = tuple[str, str, str, str]  # operation, type of the operands, the operands


def split_assembled_words(ir: str) -> str:
    """The module with assembled words stored by halves, and words of which halves are taken loaded by halves."""
    if " to i32" not in ir and "zext i32" not in ir and "zext i64" not in ir:
        return ir
    return rewrite_functions(ir, _rewrite)


def _rewrite(text: str) -> str:
    return _split_loads(_split_stores(text)) if "zext i" in text or "trunc " in text else text


def _split_stores(text: str) -> str:
    lines = text.split("\n")
    definitions = definitions_of(lines)
    found = []
    for number, line in enumerate(lines):
        match = _STORE.match(line)
        halves = match and halves_of(definitions, match[2], match[1])
        if not (match and halves):
            found.append(line)
            continue
        kind, bits = HALVES[match[1]]
        debug = "".join(_DEBUG.findall(line))
        upper = f"%ad_build.upper.{number}"
        align = min(int(match[4]), bits // 8)
        found += [
            f"  store {kind} {halves[0]}, ptr {match[3]}, align {match[4]}{debug}",
            f"  {upper} = getelementptr inbounds i8, ptr {match[3]}, i64 {bits // 8}{debug}",
            f"  store {kind} {halves[1]}, ptr {upper}, align {align}{debug}",
        ]
    return "\n".join(found)


def definitions_of(lines: list[str]) -> dict[str, _Definition]:
    """What words may be put together with, by the names of the results."""
    return {
        match[1]: (match[2], match[3], match[4], match[5] or "") for match in map(_DEFINITION.match, lines) if match
    }


def halves_of(definitions: dict[str, _Definition], word: str, whole: str) -> tuple[str, str] | None:
    """The lower and the upper half of a word, None where it was not put together from halves."""
    half, bits = HALVES[whole]
    if word not in definitions:
        if not word.lstrip("-").isdigit():
            return None
        value = int(word)
        return str(value % 2**bits), str((value >> bits) % 2**bits)
    operation, kind, first, second = definitions[word]
    if operation == "zext":
        return (first, "0") if kind == half else None
    if kind != whole:
        return None
    one = halves_of(definitions, first, whole)
    if operation == "shl":
        return ("0", one[0]) if one and second == str(bits) else None
    other = halves_of(definitions, second, whole)
    if not one or not other:
        return None
    joined = [a if b == "0" else b for a, b in zip(one, other, strict=True) if "0" in (a, b)]
    return (joined[0], joined[1]) if len(joined) == 2 else None


def _split_loads(text: str) -> str:
    lines = text.split("\n")
    loads = {match[1]: match for match in map(_LOAD.match, lines) if match}
    uppers = {
        match[1]: match[3]
        for match in map(_SHIFT.match, lines)
        if match and match[3] in loads and int(match[4]) == HALVES[match[2]][1]
    }
    wanted: dict[str, set[int]] = {}
    taken: dict[int, tuple[str, str, int]] = {}
    for number, line in enumerate(lines):
        match = _TRUNC.match(line)
        if match and match[4] == HALVES[match[2]][0] and (match[3] in loads or match[3] in uppers):
            word, part = (uppers[match[3]], 1) if match[3] in uppers else (match[3], 0)
            wanted.setdefault(word, set()).add(part)
            taken[number] = (match[1], word, part)
    if not any(parts == {0, 1} for parts in wanted.values()):
        return text
    names = {word: index for index, word in enumerate(wanted) if wanted[word] == {0, 1}}
    found = []
    renamed: dict[str, str] = {}
    for number, line in enumerate(lines):
        debug = "".join(_DEBUG.findall(line))
        if number in taken and taken[number][1] in names:
            name, word, part = taken[number]
            renamed[name] = f"%ad_build.half.{names[word]}.{part}"
            found.append(line)
            continue
        found.append(line)
        match = _LOAD.match(line)
        if match and match[1] in names:
            kind, bits = HALVES[match[2]]
            place, index = f"%ad_build.place.{names[match[1]]}", names[match[1]]
            found += [
                f"  %ad_build.half.{index}.0 = load {kind}, ptr {match[3]}, align {match[4]}{debug}",
                f"  {place} = getelementptr inbounds i8, ptr {match[3]}, i64 {bits // 8}{debug}",
                f"  %ad_build.half.{index}.1 = load {kind}, ptr {place}, align {min(int(match[4]), bits // 8)}{debug}",
            ]
    renamed_text = _ANY_LOCAL.sub(lambda match: renamed.get(match[0], match[0]), "\n".join(found))
    for name, half in renamed.items():
        renamed_text = renamed_text.replace(f"  {half} = trunc ", f"  {name} = trunc ")
    # The engine looks at instructions without uses too, and refuses shifts of what it takes for a float.
    for names_of_kind in (renamed, uppers, names):
        for name in names_of_kind:
            renamed_text = without_unused(renamed_text, name)
    return renamed_text


def without_unused(text: str, name: str) -> str:
    """The function with a definition that nothing uses replaced by a constant: values without names are counted."""
    found = [match for match in _ANY_LOCAL.finditer(text) if match[0] == name]
    if len(found) != 1:
        return text
    start = text.rfind("\n", 0, found[0].start()) + 1
    end = text.find("\n", start)
    return f"{text[:start]}  {name} = freeze i1 false{text[end:]}"
