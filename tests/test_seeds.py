"""What the engine is told of values inside of functions, from real debug info in IR written by hand."""

from __future__ import annotations

import re

import pytest

from ad_build import llvm
from ad_build.dwarf import read_trees
from ad_build.engine.element_copies import copy_elements
from ad_build.engine.seeds import seed_values, together

# Two pointers to elements, and a copy of so many bytes.  The struct is { long id; double x; }.
MODULE = """
target triple = "x86_64-unknown-linux-gnu"
define void @copy(ptr %a, ptr %b, i64 %n) !dbg !5 {
  #dbg_value(ptr %a, !10, !DIExpression(), !9)
  #dbg_value(ptr %b, !11, !DIExpression(), !9)
  LENGTH
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %a, ptr align 8 %b, i64 %size, i1 false), !dbg !9
  ret void, !dbg !9
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "x.c", directory: ".")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !{i32 7, !"Dwarf Version", i32 5}
!4 = !DIBasicType(name: "double", size: 64, encoding: DW_ATE_float)
!5 = distinct !DISubprogram(name: "copy", scope: !1, file: !1, line: 1, type: !6, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DISubroutineType(types: !7)
!7 = !{null, !12, !12}
!8 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!9 = !DILocation(line: 1, scope: !5)
!10 = !DILocalVariable(name: "a", arg: 1, scope: !5, file: !1, line: 1, type: !FIRST)
!11 = !DILocalVariable(name: "b", arg: 2, scope: !5, file: !1, line: 1, type: !SECOND)
!12 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !13, size: 64)
!13 = !DICompositeType(tag: DW_TAG_structure_type, name: "item", file: !1, size: 128, elements: !14)
!14 = !{!15, !16}
!15 = !DIDerivedType(tag: DW_TAG_member, name: "id", scope: !13, baseType: !8, size: 64)
!16 = !DIDerivedType(tag: DW_TAG_member, name: "x", scope: !13, baseType: !4, size: 64, offset: 64)
!17 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !4, size: 64)
!18 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !8, size: 64)
!19 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: null, size: 64)
!20 = !{!12, !17, !18, !19}
"""
ITEM, DOUBLE, LONG, VOID = "12", "17", "18", "19"


def module(first: str, second: str, length: str = "%size = shl nuw i64 %n, 4") -> str:
    """The module as LLVM prints it."""
    text = MODULE.replace("LENGTH", length).replace("!FIRST", f"!{first}").replace("!SECOND", f"!{second}")
    # Named, so that the types stay where no variable has them.
    return str(llvm.parse_ir(text + "!kept = !{!20}\n"))


@pytest.mark.parametrize("types", [(ITEM, ITEM), (ITEM, VOID), (VOID, ITEM)])
@pytest.mark.parametrize(
    "length",
    [
        "%size = shl nuw i64 %n, 4",
        "%size = mul nuw nsw i64 %n, 48",
        "%x = ptrtoint ptr %a to i64\n  %y = ptrtoint ptr %b to i64\n  %size = sub i64 %x, %y",
    ],
)
def test_structs_are_copied_one_by_one(types: tuple[str, str], length: str) -> None:
    found = copy_elements(module(*types, length), read_trees)
    assert re.search(r"call void @ad_build\.copy_elements\.16\.\d+\(ptr %a, ptr %b, i64 %size\)", found)
    assert 'Float@double"}' in found and "!enzyme_type" in found
    llvm.parse_ir(found)


@pytest.mark.parametrize(
    ("types", "length"),
    [
        ((DOUBLE, DOUBLE), "%size = shl i64 %n, 4"),  # one kind
        ((VOID, VOID), "%size = shl i64 %n, 4"),  # of which nothing is known
        ((ITEM, ITEM), "%size = mul i64 %n, 12"),  # not whole elements
        ((ITEM, ITEM), "%size = add i64 %n, 16"),
    ],
)
def test_other_copies_stay(types: tuple[str, str], length: str) -> None:
    text = module(*types, length)
    assert copy_elements(text, read_trees) == text


def test_parameters_get_the_types_of_their_variables() -> None:
    found = seed_values(module(ITEM, LONG), read_trees)
    head = next(line for line in found.splitlines() if line.startswith("define "))
    integers = ", ".join(f"[-1,{at}]:Integer" for at in range(8))
    assert f'"enzyme_type"="{{[-1]:Pointer, {integers}, [-1,8]:Float@double}}" %a' in head
    # By a pointer to integers programs copy what is none.
    assert head.count("enzyme_type") == 1
    llvm.parse_ir(found)


def test_what_variables_do_not_say_together_is_left_out() -> None:
    pointer = {(-1,): "Pointer"}
    struct = {**pointer, (-1, 0): "Float@double", (-1, 8): "Integer", (-1, 16): "Pointer", (-1, 16, 0): "Float@float"}
    other = {**pointer, (-1, 8): "Float@double", (-1, 16): "Pointer", (-1, 16, 0): "Integer"}
    assert together([struct, other]) == {**pointer, (-1, 0): "Float@double", (-1, 16): "Pointer"}
    # An integer in the middle of a float is an objection.
    assert together([struct, {**pointer, (-1, 4): "Integer"}]).get((-1, 0)) is None
    assert together([struct, {**pointer, (-1, -1): "Float@double"}]) == {**pointer, (-1, 0): "Float@double"}
