"""What ``ad-build types`` tells of functions and types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ad_build import ir_text, llvm
from ad_build.dwarf.excerpt import excerpt, excerpt_of_types
from ad_build.dwarf.files import source_file
from ad_build.dwarf.layout import LayoutReader, Row, Unknown
from ad_build.dwarf.sections import open_dwarf
from ad_build.dwarf.signatures import DAMAGED, inherited, language_of, signatures_of_object, subprograms, symbol_of
from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.trees import Tree, TreeBuilder, render
from ad_build.dwarf.types import Array, Base, Enumeration, MemberPointer, Opaque, Pointer, Struct, Type
from ad_build.dwarf.units import Die, Units, number, text
from ad_build.errors import UsageError
from ad_build.model import Language, Signature

_CARRIER = "ad_build.type."


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeReport:
    """A type: ``tree`` is that of its bytes, ``tree_behind_pointer`` that of a pointer to it."""

    name: str
    language: Language
    category: str
    size: int
    alignment: int
    file: str
    line: int
    rows: tuple[Row, ...]
    enumerators: tuple[tuple[str, int], ...]
    tree: str
    tree_behind_pointer: str
    unknown: tuple[Unknown, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionReport:
    """A function's signature, with a report for the type of each parameter and what it points to (None: nothing)."""

    signature: Signature
    parameters: tuple[tuple[TypeReport, TypeReport | None], ...]
    result: tuple[TypeReport, TypeReport | None] | None


def inspect_functions(ir: str, symbols: Sequence[str], language: Language | None = None) -> tuple[FunctionReport, ...]:
    """Reports of functions of a module; raises :class:`UsageError` as :func:`signatures.read_signatures` does."""
    module = llvm.parse_ir(excerpt(ir_text.without_thread_local_locations(ir), symbols))
    obj = llvm.emit_object(module, level=0)
    signatures = signatures_of_object(obj, module, symbols, language)
    try:
        found = _functions(TypeTable(open_dwarf(obj)), signatures)
    except DAMAGED as error:
        raise _damaged(error) from error
    return tuple(found[symbol] for symbol in symbols)


def inspect_types(ir: str, nodes: Sequence[int], language: Language | None = None) -> tuple[TypeReport, ...]:
    """Reports of the types that metadata nodes of a module describe."""
    try:
        table = _table_of_types(ir, nodes)
        found = {
            at: _report(table, offset, language or language_of(number(top, "DW_AT_language")))
            for at, offset, top in _carried(table)
        }
    except DAMAGED as error:
        raise _damaged(error) from error
    return tuple(found[at] for at in range(len(nodes)))


def read_trees(ir: str, nodes: Sequence[int]) -> dict[int, tuple[Tree, dict[int, int]]]:
    """What the values of types hold, which metadata nodes describe: their trees in memory, pointers to scalars being
    exact, and for each pointer by its offset the size of what it points to.  A type that cannot be read has none.
    """
    found: dict[int, tuple[Tree, dict[int, int]]] = {}
    try:
        table = _table_of_types(ir, nodes)
        builder = TreeBuilder(table, exact=True)
        for at, offset, _ in _carried(table):
            found[nodes[at]] = builder.memory(offset), dict(builder.targets(offset))
    except (*DAMAGED, UsageError):
        return found
    return found


def _table_of_types(ir: str, nodes: Sequence[int]) -> TypeTable:
    module = llvm.parse_ir(excerpt_of_types(ir_text.without_thread_local_locations(ir), nodes))
    data = llvm.try_emit_object(module, level=0)
    if data is None:
        raise UsageError("bad-debug-info", "LLVM cannot emit the program's debug info")
    return TypeTable(open_dwarf(data))


def _carried(table: TypeTable) -> Iterator[tuple[int, int | None, Die]]:
    """The place in the request, the offset and the unit of each type of an excerpt of types."""
    for top in table.units.compile_units():
        for die in table.units.children(top):
            name = text(die, "DW_AT_name")
            if die.tag == "DW_TAG_subprogram" and name.startswith(_CARRIER):
                table.start_function()
                (formal,) = (c for c in table.units.children(die) if c.tag == "DW_TAG_formal_parameter")
                yield int(name.removeprefix(_CARRIER)), table.units.reference(formal), top


def _damaged(error: BaseException) -> UsageError:
    return UsageError(
        "bad-debug-info", "the program's debug info cannot be read", note=f"{type(error).__name__}: {error}"
    )


def _functions(table: TypeTable, signatures: Mapping[str, Signature]) -> dict[str, FunctionReport]:
    found: dict[str, FunctionReport] = {}
    for top in table.units.compile_units():
        for die in subprograms(table.units, top):
            symbol = symbol_of(table.units, die)
            signature = signatures.get(symbol)
            if signature is None or symbol in found:
                continue
            table.start_function()
            offsets = [
                _type_of(table.units, c) for c in table.units.children(die) if c.tag == "DW_TAG_formal_parameter"
            ]
            result = _type_of(table.units, die)
            found[symbol] = FunctionReport(
                signature=signature,
                parameters=tuple(_with_target(table, offset, signature.language) for offset in offsets),
                result=None if result is None else _with_target(table, result, signature.language),
            )
    return found


def _type_of(units: Units, die: Die) -> int | None:
    return units.reference(inherited(units, die, "DW_AT_type"))


def _with_target(table: TypeTable, offset: int | None, language: Language) -> tuple[TypeReport, TypeReport | None]:
    kind = table.get(offset)
    target = kind.target if isinstance(kind, Pointer) else None
    if isinstance(kind, Struct) and {member.name for member in kind.members} >= {"data_ptr", "length"}:
        data = table.get(next(member.type for member in kind.members if member.name == "data_ptr"))
        target = data.target if isinstance(data, Pointer) else None  # the elements of a slice
    behind = _report(table, target, language) if target is not None else None
    return _report(table, offset, language), behind


def _report(table: TypeTable, offset: int | None, language: Language) -> TypeReport:
    reader = LayoutReader(table, rust=language is Language.RUST)
    kind = table.get(offset)
    own, behind = reader.trees(offset)
    file, line = ("", 0) if offset is None else _place(table.units, offset)
    return TypeReport(
        name=reader.spell(offset),
        language=language,
        category=_category(kind),
        size=table.size(offset),
        alignment=kind.alignment if isinstance(kind, Struct) else 0,
        file=file,
        line=line,
        rows=reader.rows(offset),
        enumerators=kind.enumerators if isinstance(kind, Enumeration) else (),
        tree=render(own),
        tree_behind_pointer=render(behind),
        unknown=reader.unknown(offset),
    )


def _place(units: Units, offset: int) -> tuple[str, int]:
    die = units.die(offset)
    line = number(die, "DW_AT_decl_line")
    index = number(die, "DW_AT_decl_file", -1)
    return (source_file(units.unit(die), index), line) if line and index >= 0 else ("", 0)


def _category(kind: Type) -> str:
    if isinstance(kind, Struct):
        return "union" if kind.union else "enum" if kind.enum else "struct"
    words: tuple[tuple[type, str], ...] = (
        (Base, "scalar"),
        (Enumeration, "c-enum"),
        (Pointer, "pointer"),
        (MemberPointer, "member-pointer"),
        (Array, "array"),
        (Opaque, "opaque"),
    )
    return next(word for one, word in words if isinstance(kind, one))
