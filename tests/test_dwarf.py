"""Signatures and type trees of real C, C++ and Rust functions; layouts compared with what the compilers say."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from ad_build import llvm
from ad_build.clang.toolchain import find_clang
from ad_build.dwarf import read_signatures
from ad_build.dwarf.signatures import signatures_of_object
from ad_build.errors import AdBuildError, UsageError
from ad_build.model import Language, Signature
from ad_build.process import Runner

RUNNER = Runner(log=lambda line: None)
SIX = "[-1]:Pointer, [-1,-1]:Float@double"


def c_ir(folder: Path, source: str, *flags: str, cxx: bool = False) -> str:
    path = folder / ("case.cpp" if cxx else "case.c")
    path.write_text(source)
    clang = find_clang(RUNNER, cxx=cxx, max_llvm=22)
    words = (
        "-g",
        "-O2",
        "-Xclang",
        "-disable-llvm-passes",
        "-S",
        "-emit-llvm",
        *flags,
        str(path),
        "-o",
        str(folder / "case.ll"),
    )
    done = RUNNER.run(clang.command(words))
    assert done.returncode == 0, done.stderr
    return (folder / "case.ll").read_text()


def rust_ir(folder: Path, source: str) -> str:
    (folder / "case.rs").write_text(source)
    rustc = shutil.which("rustc")
    assert rustc, "the tests need rustc"
    flags = ("--crate-type=lib", "--emit=llvm-ir", "-g", "-Cno-prepopulate-passes", "-Copt-level=2", "--edition=2021")
    done = RUNNER.run((rustc, *flags, "-Clink-dead-code", "case.rs", "-o", "case.ll"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "case.ll").read_text()


def one(ir: str, name: str, language: Language | None = None) -> Signature:
    module = llvm.parse_ir(ir)
    symbols = [f.name for f in module.functions if not f.is_declaration and name in f.name]
    assert len(symbols) == 1, symbols
    return read_signatures(ir, symbols, language)[symbols[0]]


C_PARAMETERS = {
    "double x": (("double",), "float", "{[-1]:Float@double}"),
    "float x": (("float",), "float", "{[-1]:Float@float}"),
    "long double x": (("x86_fp80",), "float", "{[-1]:Float@fp80}"),
    "int x": (("i32",), "int", "{[-1]:Integer}"),
    "unsigned char x": (("i8",), "int", "{[-1]:Integer}"),
    "_Bool x": (("i1",), "int", "{[-1]:Integer}"),
    "enum colour { RED, BLUE } x": (("i32",), "int", "{[-1]:Integer}"),
    "const double *x": (("ptr",), "pointer", f"{{{SIX}}}"),
    "double x[3]": (("ptr",), "pointer", f"{{{SIX}}}"),
    "double **x": (("ptr",), "pointer", "{[-1]:Pointer, [-1,-1]:Pointer, [-1,-1,-1]:Float@double}"),
    "int *x": (("ptr",), "pointer", "{[-1]:Pointer, [-1,-1]:Integer}"),
    "void *x": (("ptr",), "pointer", "{[-1]:Pointer}"),
    "double (*x)(double)": (("ptr",), "pointer", "{[-1]:Pointer}"),
    "struct { double a; float b[2]; double *c; } *x": (
        ("ptr",),
        "pointer",
        "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Float@float, [-1,12]:Float@float, [-1,16]:Pointer, "
        "[-1,16,-1]:Float@double}",
    ),
    "union { double d; long i; } *x": (("ptr",), "pointer", "{[-1]:Pointer}"),
    "struct { int a : 3; double d; } *x": (("ptr",), "pointer", "{[-1]:Pointer, [-1,0]:Integer, [-1,8]:Float@double}"),
}


@pytest.mark.parametrize("declaration", C_PARAMETERS)
def test_c_parameters(declaration: str, tmp_path: Path) -> None:
    types, kind, tree = C_PARAMETERS[declaration]
    parameter = one(c_ir(tmp_path, f"double fun({declaration}) {{ return 1; }}"), "fun").parameters[0]
    assert (parameter.name, parameter.llvm_types, parameter.kind, parameter.trees) == ("x", types, kind, (tree,))


# How clang passes aggregates by value on x86-64: types, floats in an integer, hidden pointer.
C_AGGREGATES = {
    "double a, b;": (("double", "double"), False, False),
    "double a, b, c;": (("ptr",), False, True),
    "float a, b;": (("<2 x float>",), False, False),
    "float a, b, c;": (("<2 x float>", "float"), False, False),
    "double a; int n;": (("double", "i32"), False, False),
    "int n; float a;": (("i64",), True, False),
    "double *p; long n;": (("ptr", "i64"), False, False),
    "long n[2];": (("i64", "i64"), False, False),
}


@pytest.mark.parametrize("members", C_AGGREGATES)
def test_c_aggregates_by_value(members: str, tmp_path: Path) -> None:
    types, packed, indirect = C_AGGREGATES[members]
    source = f"struct s {{ {members} }};\nint fun(int before, struct s x, double after) {{ return 1; }}"
    before, parameter, after = one(c_ir(tmp_path, source), "fun").parameters
    assert (parameter.llvm_types, parameter.float_in_integer, parameter.indirect) == (types, packed, indirect)
    assert before.llvm == (0,)
    assert after.llvm == (1 + len(types),)


def test_complex_numbers(tmp_path: Path) -> None:
    parameter = one(c_ir(tmp_path, "double fun(_Complex double x) { return 1; }"), "fun").parameters[0]
    assert parameter.llvm_types == ("double", "double")


@pytest.mark.parametrize("version", ["4", "5"])
def test_both_versions_of_dwarf(version: str, tmp_path: Path) -> None:
    ir = c_ir(tmp_path, "double fun(const double *x, int n) { return x[n]; }", f"-gdwarf-{version}")
    signature = one(ir, "fun")
    assert [parameter.type_name for parameter in signature.parameters] == ["const double *", "int"]
    assert (signature.file.endswith("case.c"), signature.line) == (True, 1)
    assert not signature.parameters[0].pointee_mutable


def test_cycles_end(tmp_path: Path) -> None:
    source = "struct node { double v; struct node *next; };\ndouble fun(struct node *x) { return x->v; }"
    tree = one(c_ir(tmp_path, source), "fun").parameters[0].trees[0]
    assert tree.startswith("{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer, [-1,8,0]:Float@double")
    assert len(tree) < 1000


def test_long_arrays_cost_no_more_than_the_engine_looks_at(tmp_path: Path) -> None:
    source = "struct s { int n; double v[100000]; };\ndouble fun(struct s *x) { return x->v[1]; }"
    assert len(one(c_ir(tmp_path, source), "fun").parameters[0].trees[0]) < 3000


def test_cxx_methods_and_references(tmp_path: Path) -> None:
    source = """
struct Base { double a; };
struct Model : Base { float b; double energy(const double &x, Model *other) const; };
double Model::energy(const double &x, Model *other) const { return x * a; }
"""
    this, x, other = one(c_ir(tmp_path, source, cxx=True), "energy").parameters
    layout = "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Float@float}"
    assert (this.name, this.trees, other.trees) == ("this", (layout,), (layout,))
    assert x.type_name == "const double &"


RUST_PARAMETERS = {
    "f64": (("double",), "float", ("{[-1]:Float@double}",)),
    "f32": (("float",), "float", ("{[-1]:Float@float}",)),
    "bool": (("i1",), "int", ("{[-1]:Integer}",)),
    "usize": (("i64",), "int", ("{[-1]:Integer}",)),
    "&f64": (("ptr",), "pointer", (f"{{{SIX}}}",)),
    "&[f64]": (("ptr", "i64"), "pointer", (f"{{{SIX}}}", "{[-1]:Integer}")),
    "&mut [f32]": (("ptr", "i64"), "pointer", ("{[-1]:Pointer, [-1,-1]:Float@float}", "{[-1]:Integer}")),
    "&[f64; 2]": (("ptr",), "pointer", ("{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Float@double}",)),
    "&(f64, f32)": (("ptr",), "pointer", ("{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Float@float}",)),
    "()": ((), "unit", ()),
}


@pytest.mark.parametrize("kind", RUST_PARAMETERS)
def test_rust_parameters(kind: str, tmp_path: Path) -> None:
    types, what, trees = RUST_PARAMETERS[kind]
    signature = one(rust_ir(tmp_path, f"pub fn fun(x: {kind}, last: f64) -> f64 {{ let _ = x; last }}"), "fun")
    parameter, last = signature.parameters
    assert (parameter.llvm_types, parameter.kind, parameter.trees) == (types, what, trees)
    assert parameter.type_name == kind
    assert last.llvm == (len(types),)


RUST_AGGREGATES = {
    "[f32; 2]": (("i64",), True, False),
    "[f64; 2]": (("ptr",), False, True),
    "[f64; 3]": (("ptr",), False, True),
    "(f64, f64)": (("double", "double"), False, False),
    "(f32, f32)": (("float", "float"), False, False),
    "Option<f64>": (("i64", "double"), False, False),
}


@pytest.mark.parametrize("kind", RUST_AGGREGATES)
def test_rust_aggregates_by_value(kind: str, tmp_path: Path) -> None:
    types, packed, indirect = RUST_AGGREGATES[kind]
    parameter = one(
        rust_ir(tmp_path, f"pub fn fun(x: {kind}) -> usize {{ std::mem::size_of_val(&x) }}"), "fun"
    ).parameters[0]
    assert (parameter.llvm_types, parameter.float_in_integer, parameter.indirect) == (types, packed, indirect)


def test_a_vec_behind_a_reference(tmp_path: Path) -> None:
    parameter = one(rust_ir(tmp_path, "pub fn fun(x: &Vec<f64>) -> f64 { x[0] }"), "fun").parameters[0]
    # capacity, pointer, length: in whatever order rustc has put them, one pointer to doubles among integers.
    tree = parameter.trees[0]
    assert tree.count("Float@double") == 1
    assert tree.count("Pointer") == 2
    assert tree.count("Integer") == 16


def test_variants_that_disagree_say_nothing(tmp_path: Path) -> None:
    source = "pub enum Shape { Circle(f64), Rect { w: f64, h: f64 }, Count(i64) }\n"
    source += (
        "pub fn fun(x: &Shape) -> f64 { match x { Shape::Circle(r) => *r, Shape::Rect { w, h } => w * h, _ => 0.0 } }"
    )
    tree = one(rust_ir(tmp_path, source), "fun").parameters[0].trees[0]
    assert "[-1,8]:" not in tree
    assert "[-1,16]:Float@double" in tree
    assert "[-1,0]:Integer" in tree


def test_offsets_are_those_of_the_compiler(tmp_path: Path) -> None:
    source = "pub struct P { pub a: u8, pub b: f64, pub c: f32, pub d: [f32; 3], pub e: f64 }\n"
    main = source + 'fn main() { use std::mem::offset_of; println!("{} {} {} {}", offset_of!(P, b), offset_of!(P, c), '
    main += "offset_of!(P, d), offset_of!(P, e)); }"
    (tmp_path / "main.rs").write_text(main)
    subprocess.run(["rustc", "main.rs", "-o", "main"], cwd=tmp_path, check=True, capture_output=True)
    printed = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True).stdout
    b, c, d, e = map(int, printed.split())
    tree = one(rust_ir(tmp_path, source + "pub fn fun(x: &P) -> f64 { x.b }"), "fun").parameters[0].trees[0]
    for offset, word in ((b, "double"), (e, "double"), (c, "float"), (d, "float"), (d + 4, "float"), (d + 8, "float")):
        assert f"[-1,{offset}]:Float@{word}" in tree


def test_without_debug_info(tmp_path: Path) -> None:
    ir = c_ir(tmp_path, "double fun(double x) { return x; }", "-g0")
    with pytest.raises(UsageError) as caught:
        read_signatures(ir, ["fun"])
    assert caught.value.code == "no-debug-info"


def test_damaged_debug_info_is_an_error_of_ours(tmp_path: Path) -> None:
    source = "struct s { double a[3]; struct s *next; union { long i; double d; } u; };\n"
    ir = c_ir(tmp_path, source + "double fun(const struct s *x, int n) { return x->a[n]; }")
    module = llvm.parse_ir(ir)
    obj = llvm.emit_object(module, level=0)
    numbers = random.Random(1)
    for _ in range(300):
        damaged = bytearray(obj)
        if numbers.random() < 0.3:
            damaged = damaged[: numbers.randrange(len(damaged))]
        for _ in range(numbers.randrange(1, 12)):
            if damaged:
                damaged[numbers.randrange(len(damaged))] = numbers.randrange(256)
        with contextlib.suppress(AdBuildError):
            signatures_of_object(bytes(damaged), module, ["fun"], None)
