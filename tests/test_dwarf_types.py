"""Types that no compiler at hand writes, as LLVM metadata; and debug info that is elsewhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from test_dwarf_layouts import below, clang, run, table_of

from ad_build import llvm
from ad_build.dwarf import read_signatures
from ad_build.dwarf.sections import open_dwarf
from ad_build.dwarf.signatures import signatures_of_object
from ad_build.dwarf.table import TypeTable, unknown
from ad_build.dwarf.types import Array, Base, Opaque, Pointer, Struct, Type
from ad_build.dwarf.units import text
from ad_build.errors import AdBuildError, UsageError

MODULE = """
target triple = "x86_64-unknown-linux-gnu"
@v = global i8 0, !dbg !0
!llvm.dbg.cu = !{!2}
!llvm.module.flags = !{!7, !8}
!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "v", scope: !2, file: !3, line: 1, type: !10, isDefinition: true)
!2 = distinct !DICompileUnit(language: LANGUAGE, file: !3, producer: "p", emissionKind: FullDebug, globals: !4)
!3 = !DIFile(filename: "x.c", directory: ".")
!4 = !{!0}
!5 = !DIBasicType(name: "double", size: 64, encoding: DW_ATE_float)
!6 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!7 = !{i32 2, !"Debug Info Version", i32 3}
!8 = !{i32 7, !"Dwarf Version", i32 5}
!9 = !DICompositeType(tag: DW_TAG_structure_type, name: "odd", size: 192, elements: !{!11})
!11 = !DIDerivedType(tag: DW_TAG_member, name: "x", scope: !9, baseType: !5, size: 64)
"""


def type_of(metadata: str, language: str = "DW_LANG_C11", machine: str = "x86_64") -> tuple[TypeTable, int]:
    """The type that ``!10 = …`` describes, through LLVM and an object."""
    ir = (
        MODULE.replace("LANGUAGE", language).replace("x86_64", machine).replace("elements: !{!11}", "elements: !12")
        + "!12 = !{!11}\n"
        + metadata
    )
    dwarf = open_dwarf(llvm.emit_object(llvm.parse_ir(ir), level=0))
    table = TypeTable(dwarf)
    (top,) = table.units.compile_units()
    (variable,) = [die for die in below(table, top) if text(die, "DW_AT_name") == "v"]
    offset = table.units.reference(variable)
    assert offset is not None
    return table, offset


def read(metadata: str, language: str = "DW_LANG_C11", machine: str = "x86_64") -> Type:
    table, offset = type_of(metadata, language, machine)
    return table.get(offset)


DOUBLE = Base(name="double", size=8, encoding="float", format="f64", used=8, signed=True)
ARRAY = "!10 = !DICompositeType(tag: DW_TAG_array_type, baseType: !5, size: 640, elements: !20"
TRANSPARENT = ("immutable_type", "template_alias", "atomic_type", "volatile_type", "typedef", "restrict_type")
BASES = {
    ("__bf16", 16, "float"): "bf16",
    ("_Float16", 16, "float"): "f16",
    ("f16", 16, "float"): "f16",
    ("f128", 128, "float"): "f128",
    ("_Float128", 128, "float"): "f128",
    ("_Float64x", 128, "float"): "x87",
    ("long double", 128, "float"): "x87",
    ("long double", 64, "float"): "f64",
    ("_Complex long double", 256, "complex_float"): "x87",
    ("_Imaginary double", 64, "imaginary_float"): "f64",
}


@pytest.mark.parametrize("tag", TRANSPARENT)
def test_what_is_behind_qualifiers(tag: str) -> None:
    extra = ", extraData: !21" if tag == "template_alias" else ""
    assert read(f'!10 = !DIDerivedType(tag: DW_TAG_{tag}, name: "t", baseType: !5{extra})\n!21 = !{{}}\n') == DOUBLE


@pytest.mark.parametrize(("name", "bits", "encoding"), BASES)
def test_formats_of_floats(name: str, bits: int, encoding: str) -> None:
    kind = read(f'!10 = !DIBasicType(name: "{name}", size: {bits}, encoding: DW_ATE_{encoding})\n')
    assert isinstance(kind, Base) and kind.format == BASES[name, bits, encoding]


@pytest.mark.parametrize(("machine", "form"), [("x86_64", "x87"), ("aarch64", "f128")])
def test_long_double_by_machine(machine: str, form: str) -> None:
    kind = read('!10 = !DIBasicType(name: "long double", size: 128, encoding: DW_ATE_float)\n', machine=machine)
    assert isinstance(kind, Base) and (kind.format, kind.used) == (form, 10 if form == "x87" else 16)


UNREAD = {
    '!DIBasicType(name: "_Decimal64", size: 64, encoding: DW_ATE_decimal_float)': "decimal floating point is not read",
    '!DIBasicType(name: "odd", size: 128, encoding: DW_ATE_float)': "a floating-point format of 16 bytes is not read",
    '!DIBasicType(name: "wide", size: 192, encoding: DW_ATE_float)': "a floating-point format of 24 bytes is not read",
    '!DIBasicType(name: "address", size: 64, encoding: DW_ATE_address)': "an address in an unknown address space",
    "!DIDerivedType(tag: DW_TAG_atomic_type, baseType: !9)": "an atomic type that may have padding",
    '!DIBasicType(tag: DW_TAG_unspecified_type, name: "void of it")': "unspecified type is not read",
    '!DICompositeType(tag: DW_TAG_structure_type, name: "s", flags: DIFlagFwdDecl)': (
        "declared here and defined elsewhere"
    ),
    "!DIDerivedType(tag: DW_TAG_set_type, baseType: !6, size: 64)": "sets are not read",
}


@pytest.mark.parametrize("metadata", UNREAD)
def test_what_is_not_read_says_why(metadata: str) -> None:
    table, offset = type_of(f"!10 = {metadata}\n")
    assert isinstance(table.get(offset), Opaque)
    assert unknown(table, offset) == ((0, UNREAD[metadata]),)


def test_strided_arrays() -> None:
    kind = read(f"{ARRAY})\n!20 = !{{!21}}\n!21 = !DISubrange(count: 5, stride: 16)\n")
    assert isinstance(kind, Opaque) and kind.reason == "strided arrays are not read"


def test_fortran_arrays() -> None:
    kind = read(f"{ARRAY})\n!20 = !{{!21}}\n!21 = !DISubrange(count: 10)\n", "DW_LANG_Fortran90")
    assert isinstance(kind, Opaque) and kind.reason == "Fortran's arrays are not read"


def test_bounds_of_arrays() -> None:
    metadata = "!20 = !{!21, !22}\n!21 = !DISubrange(lowerBound: 2, upperBound: 6)\n!22 = !DISubrange(count: 2)\n"
    kind = read(f"{ARRAY})\n{metadata}")
    assert isinstance(kind, Array) and (kind.dimensions, kind.count) == ((5, 2), 10)


def test_nullptr() -> None:
    kind = read(
        '!10 = !DIBasicType(tag: DW_TAG_unspecified_type, name: "decltype(nullptr)")\n', "DW_LANG_C_plus_plus_14"
    )
    assert isinstance(kind, Pointer) and (kind.size, kind.target) == (8, None)


def test_a_struct_in_itself_ends() -> None:
    metadata = '!10 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "s", size: 64, elements: !20)\n'
    metadata += (
        '!20 = !{!21}\n!21 = !DIDerivedType(tag: DW_TAG_member, name: "x", scope: !10, baseType: !10, size: 64)\n'
    )
    table, offset = type_of(metadata)
    assert table.inhabited(offset)
    assert unknown(table, offset) == ()


def test_ranges_of_tags() -> None:
    metadata = """
!10 = !DICompositeType(tag: DW_TAG_structure_type, name: "E", size: 128, elements: !20, identifier: "e")
!20 = !{!21}
!21 = !DICompositeType(tag: DW_TAG_variant_part, scope: !10, elements: !22, identifier: "p", discriminator: !25)
!22 = !{!23, !24}
!23 = !DIDerivedType(tag: DW_TAG_member, name: "A", scope: !21, baseType: !9, size: 64, extraData: i8 -3)
!24 = !DIDerivedType(tag: DW_TAG_member, name: "B", scope: !21, baseType: !9, size: 64)
!25 = !DIDerivedType(tag: DW_TAG_member, scope: !10, baseType: !6, size: 32, flags: DIFlagArtificial)
"""
    kind = read(metadata, "DW_LANG_Rust")
    assert isinstance(kind, Struct) and kind.enum
    a, b = kind.variants
    assert (a.values, b.default) == (((0xFFFFFFFD, 0xFFFFFFFD),), True)
    assert (kind.variant(0xFFFFFFFD), kind.variant(0xFD)) == (a, b)


C_FUNCTION = "struct s { double d; };\ndouble fun(struct s *x) { return x->d; }\n"


def compiled(folder: Path, *flags: str, cxx: bool = False) -> tuple[bytes, llvm.ModuleRef]:
    (folder / "x.c").write_text(('extern "C" ' if cxx else "") + C_FUNCTION.partition("\n")[2])
    compiler = (*clang("wheel", cxx=cxx), "-g", "-include", "s.h", *(("-x", "c++") if cxx else ()))
    (folder / "s.h").write_text(C_FUNCTION.partition("\n")[0])
    run(*compiler, *flags, "-c", "x.c", "-o", "x.o", cwd=folder)
    run(*compiler, "-S", "-emit-llvm", "x.c", "-o", "x.ll", cwd=folder)
    return (folder / "x.o").read_bytes(), llvm.parse_ir((folder / "x.ll").read_text())


@pytest.mark.parametrize("dwarf", ["4", "5"])
def test_split_debug_info_is_named(dwarf: str, tmp_path: Path) -> None:
    obj, module = compiled(tmp_path, f"-gdwarf-{dwarf}", "-gsplit-dwarf")
    with pytest.raises(UsageError) as caught:
        signatures_of_object(obj, module, ["fun"], None)
    assert caught.value.code == "split-debug-info"
    assert "x.dwo" in str(caught.value.note)
    assert caught.value.hint == "compile it without -gsplit-dwarf"


@pytest.mark.parametrize("dwarf", ["4", "5"])
def test_type_units(dwarf: str, tmp_path: Path) -> None:
    obj, module = compiled(tmp_path, f"-gdwarf-{dwarf}", "-fdebug-types-section", cxx=True)
    if dwarf == "5":  # several sections of one name
        with pytest.raises(UsageError) as caught:
            signatures_of_object(obj, module, ["fun"], None)
        assert caught.value.code == "type-units"
    run(*clang("wheel"), "-shared", "x.o", "-o", "x.so", cwd=tmp_path)
    signature = signatures_of_object((tmp_path / "x.so").read_bytes(), module, ["fun"], None)["fun"]
    assert signature.parameters[0].trees == ("{[-1]:Pointer, [-1,0]:Float@double}",)
    table = table_of(tmp_path / "x.so")
    assert len(list(table.units.compile_units())) >= 1


def test_what_is_no_object_is_an_error_of_ours() -> None:
    with pytest.raises(AdBuildError):
        signatures_of_object(b"\x7fELF", llvm.parse_ir(""), ["fun"], None)


@pytest.mark.parametrize("dwarf", ["4", "5"])
def test_files_below_other_folders(dwarf: str, tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/h.h").write_text("static inline double inside(double x) { return x; }\n")
    (tmp_path / "x.c").write_text('#include "deep/er/h.h"\ndouble outside(double x) { return inside(x); }\n')
    run(*clang("wheel"), "-g", f"-gdwarf-{dwarf}", "-S", "-emit-llvm", "x.c", "-o", "x.ll", cwd=tmp_path)
    ir = (tmp_path / "x.ll").read_text()
    found = read_signatures(ir, ["inside", "outside"])
    assert [(found[name].file, found[name].line) for name in ("inside", "outside")] == [("deep/er/h.h", 1), ("x.c", 2)]


def test_a_line_table_of_endless_entries_without_size(tmp_path: Path) -> None:
    obj, module = compiled(tmp_path, "-gdwarf-5")
    (section,) = [one for one in ELFFile(io.BytesIO(obj)).iter_sections() if one.name == ".debug_line"]
    start = section["sh_offset"]
    # unit_length, version, two sizes, header_length, six bytes of which the last counts the opcodes, their lengths.
    formats = start + 4 + 2 + 2 + 4 + 6 + obj[start + 17] - 1
    assert obj[formats] == 1
    damaged = obj[:formats] + b"\0" + b"\xff" * 9 + b"\x01" + obj[formats + 11 :]
    with pytest.raises(UsageError) as caught:
        signatures_of_object(damaged, module, ["fun"], None)
    assert caught.value.code == "bad-debug-info"
