"""Functions of the program as their source declares them, matched with their LLVM signatures."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from elftools.common.exceptions import DWARFError, ELFError
from elftools.construct import ConstructError

from ad_build import ir_text, llvm
from ad_build.demangle import demangle
from ad_build.dwarf.assign import Lowering, assign
from ad_build.dwarf.excerpt import excerpt
from ad_build.dwarf.files import source_file
from ad_build.dwarf.sections import open_dwarf
from ad_build.dwarf.shadows import pointer_in, why_not_zero
from ad_build.dwarf.table import TypeTable
from ad_build.dwarf.tables import changeable_tables
from ad_build.dwarf.tags import read_tags
from ad_build.dwarf.trees import Tree, TreeBuilder, render
from ad_build.dwarf.types import Array, Base, Enumeration, MemberPointer, Opaque, Pointer, Struct, Type
from ad_build.dwarf.units import Die, Units, number, split_error, split_unit, text
from ad_build.errors import AdBuildError, UsageError, raise_all
from ad_build.model import Language, Parameter, Result, Signature, Tag

# DW_LANG_… (DWARF 5, table 7.17) of the languages that lower by C++'s and Rust's rules; all others count as C.
_CXX = frozenset({0x04, 0x1A, 0x21, 0x2B, 0x2F})
_RUST = 0x1C


def read_signatures(ir: str, symbols: Sequence[str], language: Language | None = None) -> Mapping[str, Signature]:
    """The signatures of functions of a module, from the debug info of an object emitted from it.

    Raises :class:`UsageError`: ``no-debug-info`` where a function has none, ``signature-mismatch`` where its source
    and its LLVM signature cannot be brought together, ``bad-debug-info`` where it is damaged.
    """
    module = llvm.parse_ir(excerpt(ir_text.without_thread_local_locations(ir), symbols))
    obj = llvm.emit_object(module, level=0)
    return signatures_of_object(obj, module, symbols, language)


# What pyelftools raises on damaged input, beside its own two roots: it reads tables by offsets and codes out of the
# input itself.
DAMAGED = (
    ELFError,
    DWARFError,
    ConstructError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    RecursionError,
    MemoryError,
    NotImplementedError,
)


def signatures_of_object(
    obj: bytes, module: llvm.ModuleRef, symbols: Sequence[str], language: Language | None
) -> dict[str, Signature]:
    """The same, from an object that was emitted from ``module``."""
    try:
        return _read(obj, module, symbols, language)
    except DAMAGED as error:
        raise UsageError(
            "bad-debug-info", "the program's debug info cannot be read", note=f"{type(error).__name__}: {error}"
        ) from error


def _read(
    obj: bytes, module: llvm.ModuleRef, symbols: Sequence[str], language: Language | None
) -> dict[str, Signature]:
    dwarf = open_dwarf(obj)
    if dwarf is None:
        raise_all([_no_debug_info(symbol, ()) for symbol in symbols])
        return {}
    table = TypeTable(dwarf)
    builder = TreeBuilder(table)
    wanted = set(symbols)
    found: dict[str, Signature] = {}
    errors: list[AdBuildError] = []
    split: list[Die] = []
    for top in table.units.compile_units():
        if split_unit(top):
            split.append(top)
        spoken = language or language_of(number(top, "DW_AT_language"))
        for die in subprograms(table.units, top):
            symbol = symbol_of(table.units, die)
            if symbol not in wanted or symbol in found:
                continue
            try:
                table.start_function()
                found[symbol] = _Reader(table, builder, die, module, symbol, spoken).read()
            except UsageError as error:
                errors.append(error)
                wanted.discard(symbol)
    missing = [symbol for symbol in symbols if symbol in wanted and symbol not in found]
    raise_all([*errors, *(_no_debug_info(symbol, split) for symbol in missing)])
    return found


def _no_debug_info(symbol: str, split: Sequence[Die]) -> UsageError:
    if split:
        return split_error(demangle(symbol), split[0])
    return UsageError(
        "no-debug-info",
        f"there is no debug info for {demangle(symbol)}",
        hint="compile the file that defines it through ad-build, or with -g",
    )


def language_of(code: int) -> Language:
    if code == _RUST:
        return Language.RUST
    return Language.CXX if code in _CXX else Language.C


_SCOPES = (
    "DW_TAG_namespace",
    "DW_TAG_structure_type",
    "DW_TAG_class_type",
    "DW_TAG_union_type",
    "DW_TAG_enumeration_type",
)


def subprograms(units: Units, die: Die) -> Iterator[Die]:
    """Concrete functions below an entry, those in namespaces and types included."""
    for child in units.children(die):
        if child.tag == "DW_TAG_subprogram":
            yield child
        elif child.tag in _SCOPES:
            yield from subprograms(units, child)


def inherited(units: Units, die: Die, attribute: str) -> Die:
    """The entry that holds an attribute: the concrete one, or the declaration it completes."""
    for _ in range(_MAX_ORIGINS):
        if attribute in die.attributes:
            break
        origin = units.follow(die, "DW_AT_specification") or units.follow(die, "DW_AT_abstract_origin")
        if origin is None:
            break
        die = origin
    return die


# A definition of an abstract function of a declaration: what goes on is damaged, and may be a cycle.
_MAX_ORIGINS = 10


def symbol_of(units: Units, die: Die) -> str:
    if "DW_AT_low_pc" not in die.attributes and "DW_AT_ranges" not in die.attributes:
        return ""  # a declaration
    holder = inherited(units, die, "DW_AT_linkage_name")
    return text(holder, "DW_AT_linkage_name") or text(inherited(units, die, "DW_AT_name"), "DW_AT_name")


class _Reader:
    """Reads one function."""

    def __init__(
        self, table: TypeTable, builder: TreeBuilder, die: Die, module: llvm.ModuleRef, symbol: str, language: Language
    ) -> None:
        self.table = table
        self.units = table.units
        self.builder = builder
        self.die = die
        self.symbol = symbol
        self.language = language
        self.function = module.get_function(symbol)
        kind = str(self.function.global_value_type)
        self.llvm_result = kind[: kind.index("(")].strip()
        arguments = list(self.function.arguments)
        self.llvm_types = [str(argument.type) for argument in arguments]
        self.variadic = kind.rstrip(") ").endswith("...")
        self.sret = bool(arguments) and b"sret(" in b" ".join(arguments[0].attributes)

    def read(self) -> Signature:
        """The function's signature; raises :class:`UsageError` (``signature-mismatch``, ``variadic``)."""
        name = demangle(self.symbol) if self.symbol.startswith(("_R", "_Z")) else self.symbol
        file, line = self._place()
        if self.variadic:
            raise UsageError("variadic", f"{name} takes a variable number of arguments", where=f"{file}:{line}")
        formals = [child for child in self.units.children(self.die) if child.tag == "DW_TAG_formal_parameter"]
        types = [self.units.reference(inherited(self.units, formal, "DW_AT_type")) for formal in formals]
        first = 1 if self.sret else 0
        assigned = assign(self.table, types, self.llvm_types[first:], self.language)
        if assigned is None:
            source = ", ".join(self._spell(offset) for offset in types) or "nothing"
            raise UsageError(
                "signature-mismatch",
                f"the debug info of {name} does not fit its machine-level signature",
                where=f"{file}:{line}",
                note=f"source: {source}\nLLVM:   {', '.join(self.llvm_types) or 'nothing'}",
                hint="pass the parameters by reference, or give the function C linkage",
            )
        parameters = tuple(
            self._parameter(formal, offset, lowering, tuple(index + first for index in indices), position)
            for position, (formal, offset, (lowering, indices)) in enumerate(zip(formals, types, assigned, strict=True))
        )
        return Signature(
            symbol=self.symbol,
            source_name=name,
            language=self.language,
            parameters=parameters,
            result=self._result(),
            file=file,
            line=line,
        )

    def _place(self) -> tuple[str, int]:
        holder = inherited(self.units, self.die, "DW_AT_decl_line")
        line = number(holder, "DW_AT_decl_line")
        unit = self.units.unit(self.die)
        index = number(inherited(self.units, self.die, "DW_AT_decl_file"), "DW_AT_decl_file", -1)
        return source_file(unit, index) or text(unit, "DW_AT_name"), line

    def _spell(self, offset: int | None) -> str:
        return self.table.rust_name(offset) if self.language is Language.RUST else self.table.c_name(offset)

    def _parameter(
        self, formal: Die, offset: int | None, lowering: Lowering, indices: tuple[int, ...], position: int
    ) -> Parameter:
        name = text(inherited(self.units, formal, "DW_AT_name"), "DW_AT_name") or f"arg{position}"
        kind = self._kind(offset)
        trees = self._trees(offset, lowering, len(indices))
        spelled = self._spell(offset)
        source = self.table.get(offset)
        mutable = spelled.startswith(("&mut ", "*mut ")) if self.language is Language.RUST else not (
            isinstance(source, Pointer) and source.constant_target
        )  # fmt: skip
        return Parameter(
            name=name,
            type_name=spelled,
            size=self.table.size(offset),
            kind=kind,
            llvm=indices,
            llvm_types=lowering.types,
            trees=tuple(render(tree) for tree in trees),
            pointee_has_float=kind == "pointer" and self.builder.reaches_float(offset),
            pointee_mutable=kind == "pointer" and mutable,
            float_in_integer=lowering.packed,
            indirect=lowering.indirect,
            tags=self._tags(source),
            rust_type=self.table.rust_name(offset)
            if self.language is Language.RUST
            else _rust_of_c(self.table, offset),
            element_size=self._element_size(source),
            unzeroable=why_not_zero(self.table, source.target) if isinstance(source, Pointer) else "",
            inner_pointer=pointer_in(self.table, source.target) if isinstance(source, Pointer) else "",
            tables=changeable_tables(self.table, offset) if self.language is Language.RUST else (),
        )

    def _element_size(self, kind: Type) -> int:
        members = {member.name: member for member in kind.members} if isinstance(kind, Struct) else {}
        if set(members) != {"data_ptr", "length"}:
            return 0
        data = self.table.get(members["data_ptr"].type)
        return self.table.size(data.target) if isinstance(data, Pointer) else 0

    def _tags(self, source: Type) -> tuple[Tag, ...]:
        """Those of the enums that a reference points to; only Rust's say where they keep them."""
        if self.language is not Language.RUST or not isinstance(source, Pointer):
            return ()
        return read_tags(self.table, self.builder, source.target)

    def _kind(self, offset: int | None) -> str:
        kind = self.table.get(offset)
        if isinstance(kind, Pointer):
            return "pointer"
        if isinstance(kind, Base) and kind.encoding == "float":
            return "float"
        if isinstance(kind, Enumeration) or (isinstance(kind, Base) and not kind.encoding.startswith("complex")):
            return "int"
        if isinstance(kind, MemberPointer):
            return "aggregate" if kind.function else "int"
        if isinstance(kind, Struct) and kind.name.startswith("&"):
            return "pointer"
        if isinstance(kind, Opaque) and kind.name != "void":
            return "pointer" if kind.size == 8 else "aggregate"
        return "aggregate" if self.table.size(offset) else "unit"

    def _trees(self, offset: int | None, lowering: Lowering, count: int) -> list[Tree]:
        """One tree for each LLVM parameter."""
        kind = self.table.get(offset)
        if count == 1 and (lowering.indirect or lowering.packed):
            return [self.builder.pointer_to(offset)]
        if count == 1 and isinstance(kind, Pointer | Base | Enumeration | MemberPointer):
            return [self.builder.value(offset)]
        memory = self.builder.memory(offset)
        starts = sorted({path[0] for path in memory if len(path) == 1})
        trees: list[Tree] = []
        for word in lowering.types:
            slot = self._slot(memory, starts, word)
            trees.append(slot)
        return trees

    @staticmethod
    def _slot(memory: Tree, starts: list[int], word: str) -> Tree:
        """The part of an aggregate's tree that an LLVM scalar of type ``word`` carries; takes it off ``starts``."""
        if not starts:
            return {(-1,): "Integer"} if word.startswith("i") else {}
        start = starts[0]
        width = {"ptr": 8, "double": 8, "float": 4, "<2 x float>": 8}.get(word)
        width = width or (int(word[1:]) // 8 if word[1:].isdigit() else 8) or 1
        inside = [offset for offset in starts if start <= offset < start + width]
        del starts[: len(inside)]
        words = {memory[offset,] for offset in inside}
        if len(words) != 1:
            return {}
        return {(-1, *path[1:]): what for path, what in memory.items() if path[0] == start}

    def _result(self) -> Result:
        offset = self.units.reference(inherited(self.units, self.die, "DW_AT_type"))
        kind = self._kind(offset) if offset is not None else "unit"
        spelled = self._spell(offset)
        size = self.table.size(offset)
        memory = self.builder.memory(offset)
        packed = self.llvm_result.startswith("i") and any("Float" in word for word in memory.values())
        if kind == "unit" or (self.llvm_result == "void" and not self.sret):
            kind = "unit"
        return Result(
            type_name=spelled,
            size=size,
            kind=kind,
            llvm_type=self.llvm_result,
            tree=render(self.builder.value(offset)) if kind != "unit" else "",
            sret=self.sret,
            float_in_integer=packed,
            rust_type=self.table.rust_name(offset)
            if self.language is Language.RUST
            else _rust_of_c(self.table, offset),
        )


# C's scalars in Rust.
_C_TO_RUST = {"double": "f64", "float": "f32", "_Bool": "bool", "bool": "bool", "void": "()"}


def _rust_of_c(table: TypeTable, offset: int | None) -> str:
    """How Rust declares a parameter of a C function."""
    kind = table.get(offset)
    if isinstance(kind, Pointer):
        inner = "core::ffi::c_void" if kind.target is None else _rust_of_c(table, kind.target)
        return f"*{'const' if kind.constant_target else 'mut'} {inner}"
    if isinstance(kind, Array):
        return f"[{_rust_of_c(table, kind.element)}; {kind.count or 0}]"
    if isinstance(kind, Base) and kind.name not in _C_TO_RUST and kind.encoding in ("int", "char"):
        return f"{'u' if 'unsigned' in kind.name else 'i'}{8 * kind.size}"
    if isinstance(kind, Enumeration):
        return f"i{8 * kind.size}"
    if isinstance(kind, Struct):
        return kind.name
    return _C_TO_RUST.get(kind.name, kind.name)
