"""Spells instructions that the engine does not know in terms of those it does."""

from __future__ import annotations

import re

from ad_build.engine.instructions import Layout, split_type
from ad_build.engine.pointers import GLOBAL, LOCAL, rewrite_functions

# rustc 1.96 makes `f64::max` of llvm.maximumnum, which Enzyme 0.0.238 cannot differentiate.  llvm.maxnum differs from
# it in the sign of a zero and on signalling NaNs alone; derivatives are the same.
_SAME_AS = {"llvm.maximumnum.": "llvm.maxnum.", "llvm.minimumnum.": "llvm.minnum."}
_DECLARATION = re.compile(r"^declare [^\n]*@(llvm\.(?:max|min)num\.[a-z0-9]+)\([^\n]*\n", re.MULTILINE)


# Type analysis gives no type to `select c, index, 0`, and an offset of unknown type takes the type of what lies behind
# the pointer away.
_OFFSET = re.compile(rf" = getelementptr (?!inbounds)[^\n]*?, i64 ({LOCAL})(?=[,\n])")
_SELECT = r"^  ({}) = select (i1 {}), i64 (?:({}), i64 0|0, i64 ({}))(?=[,\n])"


def mask_offsets(ir: str) -> str:
    """Spell the choice between an offset and zero as a mask."""
    chosen = _OFFSET.search(ir) and re.compile(_SELECT.format(*[LOCAL] * 4), re.MULTILINE)
    if not chosen:
        return ir

    def rewrite(text: str) -> str:
        offsets = set(_OFFSET.findall(text))
        return chosen.sub(lambda match: _masked(match) if match.group(1) in offsets else match.group(), text)

    return rewrite_functions(ir, rewrite)


def _masked(match: re.Match[str]) -> str:
    name, condition, value, other = match.groups()
    own = f'{name[:-1]}.{{}}"' if name.endswith('"') else f"%ad_build.{{}}.{name[1:]}"
    mask, kept = own.format("mask"), own.format("kept")
    # What is not chosen may be poison; zero must come out all the same.
    lines = [f"  {mask} = sext {condition} to i64"]
    if value is None:
        lines = [f"  {own.format('not')} = xor {condition}, true", f"  {mask} = sext i1 {own.format('not')} to i64"]
    return "\n".join([*lines, f"  {kept} = freeze i64 {value or other}", f"  {name} = and i64 {kept}, {mask}"])


_AGGREGATE_LOAD = re.compile(
    rf"^  ({LOCAL}) = load (volatile )?([{{\[][^\n]*?), ptr ({LOCAL}|{GLOBAL}), align \d+[^\n]*$", re.MULTILINE
)
_AGGREGATE_STORE = rf"^  store (volatile )?{{}}, ptr ({LOCAL}|{GLOBAL}), align \d+[^\n]*$"
_EXTRACT = rf"^  ({LOCAL}) = extractvalue {{}}((?:, \d+)+)(?:, ![^\n]*)?$"
_NAME_END = r"(?![-a-zA-Z$._0-9])"
_MOST_LEAVES = 16


def split_aggregates(ir: str) -> str:
    """Load structs and arrays piece by piece where nothing but their pieces is used, or they are stored again."""
    layout = Layout.of(ir)

    def rewrite(text: str) -> str:
        for load in _AGGREGATE_LOAD.finditer(text):
            text = _split_aggregate(text, load, layout)
        return text

    return rewrite_functions(ir, rewrite)


def _split_aggregate(text: str, load: re.Match[str], layout: Layout) -> str:
    value, volatile, kind, address = load.groups()
    leaves = layout.leaves(kind)
    operand = re.escape(f"{kind} {value}")
    stores = list(re.finditer(_AGGREGATE_STORE.format(operand), text, re.MULTILINE))
    extracts = list(re.finditer(_EXTRACT.format(operand), text, re.MULTILINE))
    uses = re.findall(rf"^(?!    #dbg_).*{re.escape(value)}{_NAME_END}", text, re.MULTILINE)
    reads = [_offset_of(kind, path, layout) for _, path in (extract.groups() for extract in extracts)]
    whole = any(offset is None for offset in reads) or len(uses) != len(stores) + len(extracts) + 1
    if whole or split_type(kind)[1] or len(leaves) > _MOST_LEAVES:
        return text
    prefix = f"%ad_build.piece.{load.start()}"
    lines = []
    for offset, leaf in leaves:
        lines.append(f"  {prefix}.at.{offset} = getelementptr inbounds i8, ptr {address}, i64 {offset}")
        lines.append(f"  {prefix}.{offset} = load {volatile or ''}{leaf}, ptr {prefix}.at.{offset}, align 1")
    for number, store in reversed(list(enumerate(stores))):
        moved = []
        for offset, leaf in leaves:
            place = f"{prefix}.to.{number}.{offset}"
            moved.append(f"  {place} = getelementptr inbounds i8, ptr {store.group(2)}, i64 {offset}")
            moved.append(f"  store {store.group(1) or ''}{leaf} {prefix}.{offset}, ptr {place}, align 1")
        text = text[: store.start()] + "\n".join(moved) + text[store.end() :]
    text = text.replace(load.group(), "\n".join(lines), 1)
    for extract, read in zip(extracts, reads, strict=True):
        text = text.replace(f"{extract.group()}\n", "", 1)
        text = re.sub(re.escape(extract.group(1)) + _NAME_END, f"{prefix}.{read}", text)
    return text


def _offset_of(kind: str, path: str, layout: Layout) -> int | None:
    """Where a scalar lies in an aggregate; None for a part that is an aggregate itself."""
    at = 0
    for index in path.split(",")[1:]:
        kind, step = layout.step(kind, int(index))
        at += step
    return None if kind.startswith(("{", "[", "<")) else at


# Comparisons of x86: `a < b ? a : b`, the second operand where one is not a number; Enzyme knows none of them.
_COMPARING = re.compile(
    rf"^  ({LOCAL}) = (?:tail |notail )?call [^@\n]*@llvm\.x86\.(?:sse2?|avx)\.(min|max)\.([ps])([sd])(?:\.256)?\("
    r"(<\d+ x \w+>) (?:noundef )?(.+?), \5 (?:noundef )?([^\n]+?)\)(?: #\d+)?(, !dbg !\d+)?$",
    re.MULTILINE,
)


def _compared(match: re.Match[str]) -> str:
    name, which, packed, kind, vector, first, second, place = match.groups()
    place = place or ""
    own = f'{name[:-1]}.{{}}"' if name.endswith('"') else f"%ad_build.{{}}.{name[1:]}"
    order = "olt" if which == "min" else "ogt"
    if packed == "p":
        condition = f"  {own.format('less')} = fcmp {order} {vector} {first}, {second}{place}"
        lanes = f"<{vector[1:-1].split()[0]} x i1>"
        select = f"  {name} = select {lanes} {own.format('less')}, {vector} {first}, {vector} {second}{place}"
        return f"{condition}\n{select}"
    scalar = "float" if kind == "s" else "double"
    a, b, less, chosen = (own.format(part) for part in ("first", "second", "less", "chosen"))
    return "\n".join(
        [
            f"  {a} = extractelement {vector} {first}, i64 0{place}",
            f"  {b} = extractelement {vector} {second}, i64 0{place}",
            f"  {less} = fcmp {order} {scalar} {a}, {b}{place}",
            f"  {chosen} = select i1 {less}, {scalar} {a}, {scalar} {b}{place}",
            f"  {name} = insertelement {vector} {first}, {scalar} {chosen}, i64 0{place}",
        ]
    )


# Rust's `x as usize`: without the type the engine makes room for a tangent of the index, and has none to put there.
_TO_INTEGER = re.compile(r"\bcall (?=[^\n(]*@llvm\.(?:fpto[us]i\.sat|l?lrint|l?lround)\.)")


def lower_intrinsics(ir: str) -> str:
    """The module with unknown intrinsics replaced, and the results of those that make integers typed."""
    ir = _TO_INTEGER.sub('call "enzyme_type"="{[-1]:Integer}" ', ir)
    if "@llvm.x86." in ir:
        ir = _COMPARING.sub(_compared, ir)
    if not any(f"@{name}" in ir for name in _SAME_AS):
        return ir
    for name, known in _SAME_AS.items():
        ir = ir.replace(f"@{name}", f"@{known}")
    seen: set[str] = set()

    def once(match: re.Match[str]) -> str:
        repeated = match.group(1) in seen
        seen.add(match.group(1))
        return "" if repeated else match.group()

    return _DECLARATION.sub(once, ir)
