"""The rewrites that keep the engine from wrong gradients: when they act, and when they leave code alone."""

from __future__ import annotations

import re

import pytest

from ad_build import llvm
from ad_build.engine.barriers import drop_looks
from ad_build.engine.cache_pool import pool_caches
from ad_build.engine.complexes import call_library_again, give_complex_functions
from ad_build.engine.dispatch import dispatch_calls, stop_at_unknown
from ad_build.engine.guards import check_caches
from ad_build.engine.halves import split_halves
from ad_build.engine.inlining import inline_calls
from ad_build.engine.loop_exits import close_exits, give_exits
from ad_build.engine.lowering import lower_intrinsics
from ad_build.engine.mixing import calls_through_const, mixes_const_with_active, read_functions, writes_globals
from ad_build.engine.moves import hide_adjoints, separate_moves
from ad_build.engine.nested_exits import forget_kept_values, keep_left_values
from ad_build.engine.poles import guard_poles
from ad_build.engine.readings import read_where_used
from ad_build.engine.returned_pairs import return_pairs
from ad_build.engine.rings import give_links
from ad_build.engine.rotation import separate_rotating_buffers
from ad_build.engine.texts import forget_texts, format_shadows
from ad_build.engine.trip_counts import count_down_loops
from ad_build.engine.type_facts import name_returned_floats, vtables_need_no_shadows
from ad_build.engine.word_rules import define_copies
from ad_build.engine.words import split_words
from ad_build.errors import EngineError

LOOP = """
declare ptr @malloc(i64)
declare void @use(ptr, ptr)
define void @f(i64 %n) {{
entry:
  %a = call ptr @malloc(i64 8)
  %b = call ptr @malloc(i64 8)
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = phi ptr [ %a, %entry ], [ {first}, %loop ]
  %q = phi ptr [ %b, %entry ], [ {second}, %loop ]
  %moved = getelementptr i8, ptr %p, i64 8
  call void @use(ptr %p, ptr %q)
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %exit, label %loop
exit:
  ret void
}}
"""


def printed(text: str) -> str:
    """The module as LLVM prints it, which is what the rewrites read."""
    return str(llvm.parse_ir(text))


def test_swapped_buffers_go_through_integers() -> None:
    out = separate_rotating_buffers(printed(LOOP.format(first="%q", second="%p")))
    llvm.parse_ir(out).verify()
    assert out.count("inttoptr") == 2


def test_moving_pointers_are_left_alone() -> None:
    ir = printed(LOOP.format(first="%moved", second="%q"))
    assert separate_rotating_buffers(ir) == ir


COUNT_DOWN = """
declare void @body(i64)
define void @f(i64 %n, i64 %d) {{
entry:
  %start = icmp uge i64 %n, %d
  br i1 %start, label %loop, label %exit
loop:
  %left = phi i64 [ %n, %entry ], [ %rest, %loop ]
  call void @body(i64 %left)
  %rest = sub nuw i64 %left, {step}
  %done = icmp {compare}
  br i1 %done, label %exit, label %loop
exit:
  ret void
}}
"""


@pytest.mark.parametrize("compare", ["ult i64 %rest, %d", "ugt i64 %d, %rest", "slt i64 %rest, %d"])
def test_counting_down_by_a_variable_gets_a_counter(compare: str) -> None:
    out = count_down_loops(printed(COUNT_DOWN.format(step="%d", compare=compare)))
    llvm.parse_ir(out).verify()
    assert ("sdiv" if compare.startswith("s") else "udiv") in out
    assert "ad_build.trips.0" in out


def test_counting_down_by_one_is_left_alone() -> None:
    ir = printed(COUNT_DOWN.format(step="1", compare="eq i64 %rest, 0"))
    assert count_down_loops(ir) == ir


MIX = """
define double @f(ptr %x, ptr %y, i1 %c) {{
  %p = select i1 %c, ptr %x, ptr {other}
  %v = load double, ptr %p
  ret double %v
}}
"""


@pytest.mark.parametrize(("other", "constant", "mixed"), [("%y", [0], True), ("%y", [0, 1], False), ("%x", [0], False)])
def test_constant_pointers_that_meet_active_ones(other: str, constant: list[int], mixed: bool) -> None:
    functions = read_functions(printed(MIX.format(other=other)))
    assert mixes_const_with_active(functions, "@f", constant) is mixed


def test_calls_through_constant_pointers() -> None:
    text = "define double @f(ptr %g, double %x) {\n  %r = call double %g(double %x)\n  ret double %r\n}\n"
    functions = read_functions(printed(text))
    assert calls_through_const(functions, "@f", [0])
    assert calls_through_const(functions, "@f", []) is None


def test_globals_that_are_written() -> None:
    text = "@g = global double 1.0\ndefine double @f(double %x) {\n  WHAT\n  ret double %x\n}\n"
    for what, written in (("store double %x, ptr @g", True), ("%v = load double, ptr @g", False)):
        ir = printed(text.replace("WHAT", what))
        assert writes_globals(read_functions(ir), ["@f"], ir) is written


def test_caches_without_room_are_refused() -> None:
    check_caches("  %p = call ptr @realloc(ptr %q, i64 8)\n")
    with pytest.raises(EngineError):
        check_caches("  %p = tail call ptr @realloc(ptr %q, i64 0) #1\n")


def test_only_paired_caches_go_to_the_pool() -> None:
    text = (
        "declare ptr @malloc(i64)\ndeclare void @free(ptr)\ndefine void @f() {\n"
        "  %a = call ptr @malloc(i64 100000), !enzyme_cache_alloc !0\n"
        "  %b = call ptr @malloc(i64 100000), !enzyme_cache_alloc !1\n"
        "  call void @free(ptr %a), !enzyme_cache_free !0\n  ret void\n}\n!0 = !{}\n!1 = distinct !{}\n"
    )
    out = pool_caches(text)
    llvm.parse_ir(out).verify()
    assert out.count("call ptr @ad_build.cache.alloc(") == 1
    assert out.count("call void @ad_build.cache.free(") == 1


def test_maximumnum_is_lowered_once() -> None:
    text = "declare double @llvm.maximumnum.f64(double, double)\ndeclare double @llvm.maxnum.f64(double, double)\n"
    assert lower_intrinsics(text).count("@llvm.maxnum.f64") == 1


MOVE = """
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
define void @f(ptr %p, ptr %q, i64 %n) {{
  call void @llvm.memmove.p0.p0.i64(ptr align 8 %p, ptr align 8 %q, i64 {length}, i1 false)
  ret void
}}
"""


def test_short_moves_go_through_a_buffer() -> None:
    out = separate_moves(printed(MOVE.format(length=32)))
    llvm.parse_ir(out).verify()
    assert out.count("call void @llvm.memcpy") == 2
    assert "call void @llvm.memmove" not in out


@pytest.mark.parametrize("length", ["%n", "4096"])
def test_long_moves_get_an_adjoint_of_their_own(length: str) -> None:
    out = separate_moves(printed(MOVE.format(length=length)))
    llvm.parse_ir(out).verify()
    assert "call void @llvm.memmove.p0.p0.i64(ptr %p, ptr %q, i64" in out
    assert "define void @__enzyme_memcpyadd_doubleda1sa1(" in out
    hidden = printed(hide_adjoints(out))
    assert "define internal void @__enzyme_memcpyadd_doubleda1sa1(" in hidden


# As C compilers of different machines declare them.
COMPLEX = """
declare {returned} @{name}({passed})
define {returned} @f({passed} %z) {{
  %r = call {returned} @{name}({passed} %z)
  ret {returned} %r
}}
"""


@pytest.mark.parametrize(
    ("name", "returned", "passed"),
    [
        ("cexpf", "<2 x float>", "<2 x float>"),
        ("cexp", "{ double, double }", "[2 x double]"),
        ("csqrtf", "{ float, float }", "[2 x float]"),
        ("cabs", "double", "[2 x double]"),
    ],
)
def test_complex_functions_are_named_anew_for_the_engine_alone(name: str, returned: str, passed: str) -> None:
    given = give_complex_functions(printed(COMPLEX.format(name=name, returned=returned, passed=passed)))
    module = llvm.parse_ir(given)
    module.verify()
    assert f"@ad_build.complex.{name}(" in str(module.get_function("f"))
    module = llvm.parse_ir(call_library_again(str(module)))
    module.verify()
    assert f"@{name}(" in str(module.get_function("f"))


def test_complex_functions_of_another_type_are_left_alone() -> None:
    ir = printed(COMPLEX.format(name="cexp", returned="ptr", passed="ptr"))
    assert give_complex_functions(ir) == ir


INDIRECT = """
@table = internal constant [2 x ptr] [ptr @cube, ptr @wave]
@other = internal constant ptr @steps
define internal double @cube(double %x, ptr %p) {
  ret double %x
}
define internal double @wave(double %x, ptr %p) {
  ret double %x
}
define internal i32 @steps(i32 %n) {
  ret i32 %n
}
define internal double @never_taken(double %x, ptr %p) {
  ret double %x
}
define double @f(double %x, ptr %p, i64 %i) {
  %a = getelementptr ptr, ptr @table, i64 %i
  %g = load ptr, ptr %a
  %y = call double %g(double %x, ptr %p)
  %h = load ptr, ptr @other
  %n = call i32 %h(i32 1)
  %z = call double @never_taken(double %y, ptr %p)
  ret double %z
}
define double @unrelated(ptr %g, double %x, ptr %p) {
  %y = call double %g(double %x, ptr %p)
  ret double %y
}
"""


def test_calls_through_pointers_are_tested_and_named() -> None:
    out = dispatch_calls(printed(INDIRECT), ["@f"])
    llvm.parse_ir(out).verify()
    assert out.count("define internal  double @ad_build.dispatch.0(") == 1
    dispatcher = out[out.index("@ad_build.dispatch.0(double %a0") :]
    assert "icmp eq ptr %callee, @cube" in dispatcher
    assert "icmp eq ptr %callee, @wave" in dispatcher
    assert "@never_taken" not in dispatcher
    callback = out[out.index("@ad_build.dispatch.1(i32 %a0") :]
    assert "icmp eq ptr %callee, @steps" in callback
    assert "unknown_callee" not in callback, "neither a float nor a pointer goes in"
    assert out.count("call double %g(") == 1, "only what is differentiated changes"


def test_calls_through_pointers_with_any_number_of_arguments_are_refused() -> None:
    call = "call double (i32, ...) %g(i32 1, double %x)"
    text = f"define double @f(ptr %g, double %x) {{\n  %r = {call}\n  ret double %r\n}}\n"
    with pytest.raises(EngineError, match="variable number"):
        dispatch_calls(printed(text), ["@f"])


def test_code_without_calls_through_pointers_is_left_alone() -> None:
    ir = printed(LOOP.format(first="%q", second="%p"))
    assert dispatch_calls(ir, ["@f"]) == ir


def test_only_derivatives_stop_at_an_unknown_function() -> None:
    out = dispatch_calls(printed(INDIRECT), ["@f"])
    derivative = "define internal double @fwddiffead_build.dispatch.0() {\n  call void @ad_build.unknown_callee()\n"
    out = stop_at_unknown(printed(out + derivative + "  ret double 1.0\n}\n"))
    module = llvm.parse_ir(out)
    module.verify()
    assert "@ad_build.stop()" not in str(module.get_function("ad_build.dispatch.0"))
    assert "@ad_build.stop()" in str(module.get_function("fwddiffead_build.dispatch.0"))


POLE = """
declare double @llvm.log.f64(double)
define double @f(double %x, double %y, i1 %c) {{
  %l = call double @llvm.log.f64(double %x)
  %q = fdiv double %l, %y
  %s = select i1 %c, double %q, double 0.0
  ret double {result}
}}
"""


@pytest.mark.parametrize(("result", "guarded"), [("%s", ["div", "log"]), ("%q", []), ("%l", ["div"])])
def test_operations_ahead_of_their_condition_are_guarded(result: str, guarded: list[str]) -> None:
    out = guard_poles(printed(POLE.format(result=result)))
    llvm.parse_ir(out).verify()
    body = out[out.index("define double @f(") : out.index("ret double")]
    assert [name for name in ("div", "log") if f"@ad_build.guarded.{name}.f64(" in body] == guarded


def test_branches_to_a_panic_are_no_condition() -> None:
    text = (
        "define double @f(double %x, double %y, i1 %c) {\n  %q = fdiv double %x, %y\n"
        "  br i1 %c, label %more, label %panic\npanic:\n  unreachable\nmore:\n  ret double %q\n}\n"
    )
    ir = printed(text)
    assert guard_poles(ir) == ir


NEST = """
define double @f(double %x, i1 %again, i1 %stop, i1 %other) {{
entry:
  br label %outer
outer:
  %s = phi double [ %x, %entry ], [ %sum, %more ]
  br label %inner
inner:
  br i1 %again, label %more, label %latch
latch:
  br i1 %stop, label %done, label %inner
more:
  %sum = fadd double %s, %x
  {way}
done:
  ret double %s
}}
"""


@pytest.mark.parametrize(
    ("way", "changed"),
    [("br label %outer", True), ("br i1 %other, label %outer, label %done", False)],
)
def test_loops_whose_exits_all_lead_back_get_another(way: str, changed: bool) -> None:
    ir = printed(NEST.format(way=way))
    out = give_exits(ir)
    llvm.parse_ir(out).verify()
    assert ("@ad_build.never" in out) is changed
    assert "external" not in close_exits(printed(out))


@pytest.mark.parametrize(
    ("assembly", "dropped"),
    [
        ('call void asm sideeffect "", "r,~{memory}"(ptr %p)', True),
        ('call void asm sideeffect "", "~{memory}"()', False),
        ('%kept = call double asm sideeffect "", "=x,0"(double %x)', False),
        ('call void asm sideeffect "nop", "r,~{memory}"(ptr %p)', False),
    ],
)
def test_only_assembly_that_just_looks_is_dropped(assembly: str, dropped: bool) -> None:
    ir = printed(f"define void @f(ptr %p, double %x) {{\n  {assembly}\n  ret void\n}}\n")
    out = drop_looks(ir)
    llvm.parse_ir(out).verify()
    assert (" asm " not in out) is dropped


PAIR = """
define internal i64 @turn(float %x, float %y) {{
  %a = bitcast float %x to i32
  %b = bitcast float %y to i32
  %low = zext i32 %a to i64
  %wide = zext i32 %b to i64
  %high = shl nuw i64 %wide, 32
  %both = or disjoint i64 %high, %low
  ret i64 %both
}}
define float @f(float %x, ptr %p) {{
  %r = call i64 @turn(float %x, float %x)
  %low = trunc i64 %r to i32
  %one = bitcast i32 %low to float
  %up = lshr i64 %r, 32
  %high = trunc nuw i64 %up to i32
  %other = bitcast i32 %high to float
  {more}
  %sum = fadd float %one, %other
  ret float %sum
}}
"""


@pytest.mark.parametrize(
    ("more", "rewritten"),
    [
        ("", True),
        ("store i64 %r, ptr %p", False),
        ("%odd = icmp eq i64 %up, 1", False),
        ("store ptr @turn, ptr %p", False),
    ],
)
def test_pairs_of_floats_are_returned_as_such(more: str, rewritten: bool) -> None:
    ir = printed(PAIR.format(more=more))
    out = return_pairs(ir)
    llvm.parse_ir(out).verify()
    assert ("{ float, float } @turn(" in out) is rewritten
    assert ("shl" in out) is not rewritten
    assert rewritten or out == ir


SWAP = """
define float @f(ptr %p, ptr %q) {{
  %known = load {kind}, ptr {place}
  %a = load i64, ptr %p, align 8
  %b = load i64, ptr %q, align 8
  store i64 %a, ptr %q, align 8
  store i64 %b, ptr %p, align 8
  {more}
  ret float 0.0
}}
"""


@pytest.mark.parametrize(
    ("kind", "more", "split"),
    [("float", "", 2), ("double", "", 0), ("float", "%looked = icmp eq i64 %a, 7", 1)],
)
def test_words_with_a_single_inside_are_moved_by_halves(kind: str, more: str, split: int) -> None:
    out = split_halves(printed(SWAP.format(kind=kind, place="%p", more=more)))
    llvm.parse_ir(out).verify()
    assert out.count("load i32") == out.count("store i32") == 2 * split


# The payload of an enum: a float, a pointer or a number.
MIXED = """
@table = private constant [16 x i8] c"\\01\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00"
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define double @f(i1 %is) {{
  %slot = alloca [16 x i8]
  {write}
  br i1 %is, label %pointer, label %float
pointer:
  %p = load ptr, ptr %slot
  %v = load double, ptr %p
  ret double %v
float:
  %x = load double, ptr %slot
  ret double %x
}}
"""


@pytest.mark.parametrize(
    ("write", "copies"),
    [
        ("store i64 4611686018427387904, ptr %slot", ("store double 2.000000e+00", "@ad_build.copy.float8(")),
        ("store i64 7, ptr %slot", ("store i64 7", "@ad_build.copy.integer8(")),
        ("store i64 -1, ptr %slot", ("store i64 -1", "@ad_build.copy.integer8(")),
        (
            "call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr @table, i64 16, i1 false)",
            ("getelementptr i8, ptr @table, i64 8", "@ad_build.copy.constant8("),
        ),
    ],
)
def test_constants_in_mixed_memory_have_no_tangents(write: str, copies: tuple[str, ...]) -> None:
    out = printed(split_words(printed(MIXED.format(write=write))))
    body = out[out.index("define double @f(") : out.index("\n}\n", out.index("define double @f("))]
    assert all(copy in body for copy in copies)
    assert "ptr @table)" not in body


# A word of an f32 and another thing that is chosen before it is stored.
CHOSEN = """
define float @f(ptr %p, ptr %q, i1 %which) {
  %first = getelementptr i8, ptr %p, i64 4
  %x = load float, ptr %first
  %pointer = load ptr, ptr %p
  %a = load i64, ptr %p
  %b = load i64, ptr %q
  %c = select i1 %which, i64 %a, i64 %b
  store i64 %c, ptr %q
  ret float %x
}
"""


def test_words_with_a_single_inside_are_not_chosen_between() -> None:
    with pytest.raises(EngineError, match="half of a word"):
        split_words(printed(CHOSEN))


# An array of as many as there are is copied; its elements are read as floats, and as integers that are counted with.
ARRAY = """
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @__enzyme_{asked}(...)
define double @f(ptr %to, ptr %from, i64 %size) {{
  %x = load {kind}, ptr %from
  %i = load i{bits}, ptr %from
  %j = add i{bits} %i, 1
  store i{bits} %j, ptr %from
  {also}
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %size, i1 false)
  ret double 0.0
}}
"""


@pytest.mark.parametrize(("kind", "bits", "copy"), [("double", 64, "words8"), ("float", 32, "words4")])
def test_arrays_are_copied_by_their_words(kind: str, bits: int, copy: str) -> None:
    out = split_words(printed(ARRAY.format(asked="autodiff", kind=kind, bits=bits, also="")))
    body = out[out.index("define double @f(") : out.index("ret double")]
    assert f"@ad_build.copy.{copy}(" in body and "llvm.mem" not in body
    llvm.parse_ir(define_copies(printed(out))).verify()


def test_arrays_of_words_of_two_sizes_have_no_adjoint() -> None:
    also = "%next = getelementptr i8, ptr %from, i64 8\n  %p = load ptr, ptr %next"
    split_words(printed(ARRAY.format(asked="fwddiff", kind="float", bits=32, also=also)))
    with pytest.raises(EngineError, match="beside pointers"):
        split_words(printed(ARRAY.format(asked="autodiff", kind="float", bits=32, also=also)))


# A text is formatted into memory that the function is given, and one is written to through a vtable.
FORMATTED = """
@of.string = internal constant {{ ptr, ptr }} {{ ptr null, ptr @_RN5alloc6StringNt3fmt5Write9write_str }}
@of.other = internal constant {{ ptr, ptr }} {{ ptr null, ptr @_RN5crate5OtherNt3fmt5Write9write_str }}
@pieces = internal constant i64 0
declare i1 @_RN5alloc6StringNt3fmt5Write9write_str(ptr, ptr, i64) #0
declare i1 @_RN5crate5OtherNt3fmt5Write9write_str(ptr, ptr, i64) #0
declare void @_RN5alloc3fmt6format12format_inner(ptr sret([24 x i8]), ptr, ptr) #0
declare i1 @_RN4core3fmt5write(ptr, ptr, ptr, ptr) #0
declare i32 @personality(...)
declare void @__enzyme_{asked}(...)
define void @f(ptr %e, ptr %b) personality ptr @personality {{
  call void @_RN5alloc3fmt6format12format_inner(ptr sret([24 x i8]) %e, ptr @pieces, ptr %b)
  %r = invoke noundef zeroext i1 @_RN4core3fmt5write(ptr nonnull %e, ptr {vtable}, ptr @pieces, ptr %b)
          to label %on unwind label %off
on:
  ret void
off:
  %p = landingpad {{ ptr, i32 }} cleanup
  resume {{ ptr, i32 }} %p
}}
attributes #0 = {{ "enzyme_inactive" }}
"""


def test_shadows_of_text_are_formatted_in_forward_mode() -> None:
    out = printed(format_shadows(printed(FORMATTED.format(asked="fwddiff", vtable="@of.string"))))
    body = out[out.index("define void @f(") : out.index("\n}\n")]
    assert re.findall(r"call void @ad_build\.text\.\d\(ptr (\S+), i64", body) == ["%e", "%e"]
    rule = out[out.index("define internal void @ad_build.text.1.tangent(") :]
    assert "call noundef zeroext i1 @_RN4core3fmt5write(ptr nonnull %a0, ptr %a1, ptr %a2, ptr %a3)" in rule
    out = forget_texts(out)
    llvm.parse_ir(out).verify()
    assert "\ndeclare void @ad_build" not in out


def test_what_writes_no_text_is_left_alone() -> None:
    out = format_shadows(printed(FORMATTED.format(asked="fwddiff", vtable="@of.other")))
    assert len(re.findall(r"call void @ad_build\.text\.\d\(", out)) == 1
    module = printed(FORMATTED.format(asked="autodiff", vtable="@of.string"))
    assert format_shadows(module) == module


def test_shadows_of_text_are_cleared_in_batches() -> None:
    asked = "fwddiff(...)\n@enzyme_width = global i32 2\ndeclare void @other"
    out = printed(format_shadows(printed(FORMATTED.format(asked=asked, vtable="@of.string"))))
    body = out[out.index("define void @f(") : out.index("\n}\n")]
    assert "ad_build.text.0" not in out
    assert re.search(
        r"store i64 0, ptr %e, .*\n  store ptr null, .*\n  store i64 0, .*\n  call void @\w*format_inner", body
    )


# An entry of a map is copied without its key, which is 4 bytes; what follows holds a pointer or an f64.
ENTRY = """
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define double @f(ptr %entry, ptr %from, i64 %word) {{
  %value = getelementptr i8, ptr %entry, i64 8
  %x = load double, ptr %value
  %p = load ptr, ptr %value
  %start = getelementptr i8, ptr %entry, i64 {start}
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %start, ptr align {align} %from, i64 12, i1 false)
  {also}
  ret double %x
}}
"""


@pytest.mark.parametrize(
    ("start", "pieces"), [(4, ["word4", "word8"]), (0, ["word8", "word4"]), (6, ["integer2", "word8", "integer2"])]
)
def test_words_that_are_copied_stay_whole(start: int, pieces: list[str]) -> None:
    out = split_words(printed(ENTRY.format(start=start, align=4, also="")))
    body = out[out.index("define double @f(") : out.index("ret double")]
    copies = re.findall(r"@ad_build\.copy\.(\w+)\(ptr %ad_build\.(?:at|active)", body)
    assert copies == pieces


def test_words_that_are_copied_askew_are_refused() -> None:
    also = "%other = getelementptr i8, ptr %from, i64 8\n  %q = load ptr, ptr %other\n  %y = load double, ptr %other"
    with pytest.raises(EngineError, match="not aligned alike"):
        split_words(printed(ENTRY.format(start=4, align=4, also=also)))
    also = "%half = load i64, ptr %start\n  store i64 %half, ptr %from"
    with pytest.raises(EngineError, match="in halves"):
        split_words(printed(ENTRY.format(start=4, align=4, also=also)))


def test_floats_that_are_chosen_and_returned_have_a_type() -> None:
    out = name_returned_floats(
        printed("""
define double @f(i1 %is, double %x, double %y) {
  %a = select i1 %is, double %x, double %y
  %b = select i1 %is, double %y, double %x
  store double %b, ptr null
  ret double %a
}
define i64 @g(i1 %is, i64 %x) {
  %a = select i1 %is, i64 %x, i64 0
  ret i64 %a
}
""")
    )
    typed = [line for line in out.split("\n") if "!enzyme_type" in line]
    assert len(typed) == 1 and "%a = select i1 %is, double" in typed[0]
    assert 'Float@double"' in out


NONE, SIZES = r"\00" * 8, r"\10" + r"\00" * 7 + r"\08" + r"\00" * 7
ONES = r"\00\00\00\00\00\00\F0?" * 2


@pytest.mark.parametrize(
    ("kind", "value", "call", "marked"),
    [
        ("[24 x i8], ptr", f'[24 x i8] c"{NONE}{SIZES}", ptr @g', "", True),
        ("ptr, [16 x i8], ptr", f'ptr @g, [16 x i8] c"{SIZES}", ptr @g', "", True),
        ("ptr, [16 x i8], ptr", f'ptr @g, [16 x i8] c"{ONES}", ptr @g', "", False),
        ("[24 x i8], [8 x i8]", f'[24 x i8] c"{NONE}{SIZES}", [8 x i8] c"{NONE}"', "", False),
        ("[24 x i8], ptr", f'[24 x i8] c"{NONE}{SIZES}", ptr @g', "call void %p()", False),
    ],
)
def test_vtables_need_no_shadows_where_no_call_goes_through_them(
    kind: str, value: str, call: str, marked: bool
) -> None:
    ir = printed(
        f"@table = private constant <{{ {kind} }}> <{{ {value} }}>\ndeclare void @g()\n"
        f"define ptr @f(ptr %p) {{\n  {call}\n  ret ptr @table\n}}\n"
    )
    assert ("!enzyme_inactive" in vtables_need_no_shadows(ir)) is marked


LEFT = """
define double @f(ptr %x, i64 %n) {{
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i.next, %more ]
  br label %inner
inner:
  %k = phi i64 [ 0, %outer ], [ %k.next, %next ]
  %p = getelementptr double, ptr %x, i64 %k
  %v = load double, ptr %p
  %c = fcmp ogt double %v, 5.0e-01
  br i1 %c, label %{to}, label %next
next:
  %k.next = add i64 %k, 1
  %d = icmp eq i64 %k.next, %n
  br i1 %d, label %more, label %inner
more:
  %i.next = add i64 %i, 1
  %e = icmp eq i64 %i.next, %n
  br i1 %e, label %other, label %outer
found:
  br label %done
other:
  br label %done
done:
  %r = phi double [ 1.0, %other ], [ {value}, %found ]
  ret double %r
}}
"""


@pytest.mark.parametrize(
    ("to", "value", "kept"),
    # The condition that leads out of two loops, and what is merged behind it; nothing of one loop alone.
    [("found", "%v", ["i1 %c", "double %r"]), ("found", "2.0", ["i1 %c"]), ("more", "2.0", [])],
)
def test_what_leaves_two_loops_at_once_is_kept(to: str, value: str, kept: list[str]) -> None:
    ir = printed(LEFT.format(to=to, value=value))
    out = keep_left_values(ir)
    llvm.parse_ir(out).verify()
    assert [part in out for part in (f"store volatile {one}," for one in kept)] == [True] * len(kept)
    assert out.count("store volatile") == len(kept)
    assert "volatile" not in forget_kept_values(out)


UNION = """
define double @f(ptr %p, i32 %kind, i64 %n) {{
entry:
  %w = load i64, ptr %p
  switch i32 %kind, label %number [
    i32 0, label %real
    i32 1, label %single
  ]
real:
  {between}
  %d = bitcast i64 %w to double
  ret double %d
single:
  %h = trunc i64 %w to i32
  %s = bitcast i32 %h to float
  %e = fpext float %s to double
  ret double %e
number:
  %c = sitofp i64 {counted} to double
  ret double %c
}}
"""


@pytest.mark.parametrize(
    ("between", "counted", "loads"),
    [
        ("%x = add i64 %n, 1", "%w", ["double", "float", "i64"]),
        ("%x = add i64 %n, 1", "%n", ["double", "float"]),
        ("store i64 %n, ptr %p", "%w", ["i64"]),
        ("store i64 %w, ptr %p", "%w", ["i64"]),
    ],
)
def test_words_are_read_where_they_are_used(between: str, counted: str, loads: list[str]) -> None:
    out = read_where_used(printed(UNION.format(between=between, counted=counted)))
    llvm.parse_ir(out).verify()
    assert [kind for kind in ("double", "float", "i64") if f" = load {kind}," in out] == loads


def test_all_but_functions_that_call_themselves_is_inlined() -> None:
    text = (
        "define double @f(double %x) {\n  %y = call double @g(double %x)\n  ret double %y\n}\n"
        "define internal double @g(double %x) noinline {\n  %y = call double @h(double %x)\n  ret double %y\n}\n"
        "define internal double @h(double %x) noinline {\n  %y = call double @h(double %x)\n  ret double %y\n}\n"
        'define internal double @k(double %x) noinline "enzyme_inactive" {\n  ret double %x\n}\n'
    )
    module = llvm.parse_ir(inline_calls(printed(text), ["f"]))
    found = {name for name in "fghk" if b"alwaysinline" in b" ".join(module.get_function(name).attributes)}
    assert found == {"g"}


OVERLAPPING = """
@name = private constant [6 x i8] c"named\\00"
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define void @f(ptr %p, ptr %q, double %x, i64 %n) {
  store double %x, ptr %p
  store ptr %q, ptr %p
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 %n, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @name, i64 6, i1 false)
  ret void
}
"""


def test_constants_and_zeros_of_any_length_in_words_of_several_kinds() -> None:
    out = split_words(printed(OVERLAPPING))
    llvm.parse_ir(out).verify()
    body = out[out.index("define void @f(") : out.index("ret void")]
    assert "llvm.mem" not in body
    assert body.count("@ad_build.copy.zeros(") == 1
    assert body.count("@name") == 2, "read as the integers that they are: four bytes and two"
    llvm.parse_ir(define_copies(printed(out))).verify()


def test_links_of_lists_have_bodies() -> None:
    name = "_ZNSt8__detail15_List_node_base7_M_hookEPS0_"
    out = give_links(printed(f"declare void @{name}(ptr, ptr) nounwind\n"))
    llvm.parse_ir(out).verify()
    assert f"define internal void @{name}(" in out
