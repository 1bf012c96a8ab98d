"""How derivatives are declared: compared with what rustc's std::autodiff declares, and compiled by clang and rustc."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ad_build.activity import Plan
from ad_build.clang.toolchain import find_clang
from ad_build.declarations import (
    c_header,
    c_prototype,
    derivative_parameters,
    derivative_results,
    paste,
    rust_bindings,
    rust_declaration,
)
from ad_build.model import Activity, Language, Mode, Parameter, Request, Result, Signature
from ad_build.process import Runner

# What `rustc +nightly -Zunpretty=expanded` (1.97.0-nightly, 2026-05-19) makes of
#     #![feature(autodiff)]
#     #[std::autodiff::autodiff_reverse(d, ACTIVITIES...)] fn f(...) -> ... { ... }
# for each row: mode, activities (the result's last, where there is a result), the function, the derivative.
_STD_AUTODIFF = """
reverse | Duplicated, Active | x: &[f64] -> f64 | fn d(x: &[f64], dx_0: &mut [f64], dret: f64) -> f64
reverse | Active, Const, Active | x: f64; n: usize -> f64 | fn d(x: f64, n: usize, dret: f64) -> (f64, f64)
reverse | Active, Active, ActiveOnly | x: f64; y: f32 -> f64 | fn d(x: f64, y: f32, dret: f64) -> (f64, f32)
reverse | Duplicated, DuplicatedOnly | x: &[f64]; y: &mut [f64] | unsafe fn d(x: &[f64], dx_0: &mut [f64], y: &mut [f64], dy_0: &mut [f64])
reverse | Duplicated, Active | x: *const f64 -> f64 | fn d(x: *const f64, dx_0: *mut f64, dret: f64) -> f64
reverse | Duplicated, Duplicated, Active | x: *mut f64; p: &P -> f64 | fn d(x: *mut f64, dx_0: *mut f64, p: &P, dp_0: &mut P, dret: f64) -> f64
reverse | Active, Const | x: f64 -> f64 | fn d(x: f64) -> (f64, f64)
reverse | Duplicated, Active | x: &mut Vec<f64> -> f64 | fn d(x: &mut Vec<f64>, dx_0: &mut Vec<f64>, dret: f64) -> f64
reverse | Duplicated, Const | x: &mut Vec<f64> -> usize | fn d(x: &mut Vec<f64>, dx_0: &mut Vec<f64>) -> usize
reverse | Const, Active, ActiveOnly | n: usize; x: f64 -> f64 | fn d(n: usize, x: f64, dret: f64) -> f64
reverse | Duplicated, ActiveOnly | x: &[f64] -> f64 | fn d(x: &[f64], dx_0: &mut [f64], dret: f64)
reverse | Active, Active | x: [f64; 2] -> f64 | fn d(x: [f64; 2], dret: f64) -> (f64, [f64; 2])
forward | Dual, Dual | x: &[f64] -> f64 | fn d(x: &[f64], bx_0: &[f64]) -> (f64, f64)
forward | Dual, Const, Dual | x: f64; n: usize -> f64 | fn d(x: f64, bx_0: f64, n: usize) -> (f64, f64)
forward | Dual, DualOnly | x: f64 -> f64 | fn d(x: f64, bx_0: f64) -> f64
forward | Dual, Dual | x: &[f64]; y: &mut [f64] | fn d(x: &[f64], bx_0: &[f64], y: &mut [f64], by_0: &mut [f64]) -> ()
forward | Dual, DualOnly, Const | x: &P; y: &mut P -> f64 | unsafe fn d(x: &P, bx_0: &P, y: &mut P, by_0: &mut P) -> f64
forward | DualOnly, Dual | x: *const f64 -> f64 | unsafe fn d(x: *const f64, bx_0: *const f64) -> (f64, f64)
forward | Dual, Dual | x: *mut f64 -> f32 | fn d(x: *mut f64, bx_0: *mut f64) -> (f32, f32)
forward | Dual, Dual | x: (f64, f64) -> (f64, f64) | fn d(x: (f64, f64), bx_0: (f64, f64)) -> ((f64, f64), (f64, f64))
forward | Dual, Const | x: f64 -> f64 | fn d(x: f64, bx_0: f64) -> f64
"""  # noqa: E501
_ROWS = [row for row in _STD_AUTODIFF.splitlines() if row]

_UNIT = Result(type_name="void", size=0, kind="unit", llvm_type="void", rust_type="()")


def _kind(rust: str) -> str:
    if rust.startswith(("&", "*")):
        return "pointer"
    return {"f64": "float", "f32": "float", "usize": "int"}.get(rust, "aggregate")


def _parameter(name: str, c_type: str, rust: str, size: int = 8) -> Parameter:
    return Parameter(
        name=name, type_name=c_type, size=size, kind=_kind(rust), llvm=(), llvm_types=(), trees=(), rust_type=rust
    )


def _result(c_type: str, rust: str) -> Result:
    if rust in ("", "()"):
        return _UNIT
    return Result(type_name=c_type, size=8, kind=_kind(rust), llvm_type="double", rust_type=rust)


def _plan(
    mode: str,
    args: str,
    ret: str,
    parameters: list[tuple[str, str, str]],
    result: tuple[str, str] = ("double", "f64"),
    name: str = "d",
    language: Language = Language.C,
) -> Plan:
    """``parameters`` are (name, type in C, type in Rust); ``args`` activities, separated by spaces."""
    signature = Signature(
        symbol="f",
        source_name="f",
        language=language,
        parameters=tuple(_parameter(*parameter) for parameter in parameters),
        result=_result(*result),
    )
    return Plan(
        request=Request(function="f", name=name, mode=Mode(mode)),
        signature=signature,
        args=tuple(Activity(word) for word in args.split()),
        ret=Activity(ret),
    )


@pytest.mark.parametrize("row", _ROWS)
def test_as_std_autodiff_declares_it(row: str) -> None:
    mode, activities, function, derivative = (part.strip() for part in row.split("|"))
    inputs, _, result = function.partition(" -> ")
    pairs = [text.strip().split(": ") for text in re.split(r"; (?=\w+: )", inputs)]
    words = activities.split(", ")
    ret = words.pop() if len(words) > len(pairs) else "Const"
    plan = _plan(
        mode,
        " ".join(words),
        ret,
        [(name, rust, rust) for name, rust in pairs],
        (result, result),
        language=Language.RUST,
    )
    # rustc writes dx_0 or bx_0 for the shadow of x and dret for the seed; all it wants is in an extern block unsafe.
    wanted = re.sub(r"\b[bd](\w+)_0\b", r"d\1", derivative.removeprefix("unsafe ")).replace("dret", "seed")
    assert rust_declaration(plan) == f"pub {wanted.removesuffix(' -> ()')};"


def test_kinds_and_order() -> None:
    plan = _plan(
        "reverse",
        "Duplicated Active Const",
        "Active",
        [("x", "const double *", "*const f64"), ("y", "double", "f64"), ("n", "int", "i32")],
    )
    assert [(p.kind, p.name, p.c_type) for p in derivative_parameters(plan)] == [
        ("primal", "x", "const double *"),
        ("shadow", "dx", "double *"),
        ("primal", "y", "double"),
        ("primal", "n", "int"),
        ("seed", "seed", "double"),
    ]
    assert [p.parameter and p.parameter.name for p in derivative_parameters(plan)] == ["x", "x", "y", "n", None]
    assert [(r.name, r.c_type) for r in derivative_results(plan)] == [("primal", "double"), ("d_y", "double")]


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["x", "dx"], ["x", "dx_", "dx", "ddx", "seed"]),
        (["seed", "primal"], ["seed", "dseed", "primal", "dprimal", "seed_"]),
        (["self", "this"], ["self_", "dself", "this_", "dthis", "seed"]),
        (["type", "new"], ["type_", "dtype", "new_", "dnew", "seed"]),
        (["_x", "x"], ["_x", "dx", "x", "dx_", "seed"]),
        (["__0", "{"], ["__0", "d0", "p_", "dp", "seed"]),
        (["o", "größe"], ["o", "do_", "gr__e", "dgr__e", "seed"]),
    ],
)
def test_names_that_clash(names: list[str], wanted: list[str]) -> None:
    plan = _plan("reverse", "Duplicated Duplicated", "Active", [(name, "double *", "*mut f64") for name in names])
    assert [p.name for p in derivative_parameters(plan)] == wanted


# --- C ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("c_type", "primal", "shadow"),
    [
        ("double *", "double *x", "double *dx"),
        ("const double *", "const double *x", "double *dx"),
        ("double * const", "double *x", "double *dx"),
        ("const struct params *", "const struct params *x", "struct params *dx"),
        ("const double * const *", "const double * const *x", "double * const *dx"),
        ("const double (*)[3]", "const double (*x)[3]", "double (*dx)[3]"),
        ("const double &", "const double *x", "double *dx"),
        ("const ns::Model &", "const void *x", "void *dx"),
        ("std::vector<double, std::allocator<double> > *", "void *x", "void *dx"),
        ("? *", "void *x", "void *dx"),
    ],
)
def test_c_pointers(c_type: str, primal: str, shadow: str) -> None:
    reverse = _plan("reverse", "Duplicated", "Active", [("x", c_type, "*const f64")])
    assert c_prototype(reverse) == f"double d({primal}, {shadow}, double seed);"
    forward = _plan("forward", "Dual", "DualOnly", [("x", c_type, "*const f64")])
    assert c_prototype(forward) == f"double d({primal}, {primal.replace('x', 'dx')});".replace("condxt", "const")


@pytest.mark.parametrize(
    ("c_type", "size", "wanted"),
    [("const double", 8, "double x"), ("_Bool", 1, "bool x"), ("complex", 16, "double _Complex x"),
     ("complex", 8, "float _Complex x"), ("double (*)(double)", 8, "double (*x)(double)"),
     ("long unsigned int", 8, "long unsigned int x")],
)  # fmt: skip
def test_c_values(c_type: str, size: int, wanted: str) -> None:
    plan = _plan("reverse", "Const", "Const", [], ("void", "()"))
    parameter = Parameter(name="x", type_name=c_type, size=size, kind="int", llvm=(), llvm_types=(), trees=())
    signature = Signature(
        symbol="f", source_name="f", language=Language.C, parameters=(parameter,), result=plan.signature.result
    )
    plan = Plan(request=plan.request, signature=signature, args=(Activity.CONST,), ret=Activity.CONST)
    assert c_prototype(plan) == f"void d({wanted});"


def test_several_results_are_a_struct() -> None:
    plan = _plan("reverse", "Active Active", "ActiveOnly", [("x", "double", "f64"), ("y", "float", "f32")], name="d_f")
    assert c_prototype(plan) == (
        "struct d_f_result {\n    double d_x;\n    float d_y;\n};\n"
        "struct d_f_result d_f(double x, float y, double seed);"
    )


def test_no_parameters_no_result() -> None:
    assert c_prototype(_plan("reverse", "", "Const", [], ("void", "()"))) == "void d(void);"


_X = ("x", "const double *", "*const f64")
_MODEL = ("model", "const struct model *", "*const model")
_T = ("t", "double", "f64")
_PROGRAM = (
    _plan("reverse", "Duplicated Duplicated Active", "Active", [_X, _MODEL, _T], name="d_energy"),
    _plan("forward", "Dual Const Dual", "Dual", [_X, _MODEL, _T], name="f_energy"),
    _plan("reverse", "Duplicated Const Const", "Const", [_X, _MODEL, _T], ("void", "()"), name="d_step"),
    _plan("forward", "Const Const Dual", "DualOnly", [_X, ("n", "uint64_t", "u64"), _T], name="f_small"),
    _plan("reverse", "Active", "Active", [("new", "double", "f64")], name="d_new"),
)


@pytest.mark.parametrize("language", ["c", "c++"])
def test_the_header_compiles(language: str, tmp_path: Path) -> None:
    (tmp_path / "2d_model.h").write_text(c_header(_PROGRAM, "2d_model"))
    source = tmp_path / "use.c"
    source.write_text(
        '#include "2d_model.h"\n#include "2d_model.h"\n'
        "struct model { double k; };\n"
        "double use(const double *x, double *dx, const struct model *m, struct model *dm) {\n"
        "  struct d_energy_result r = d_energy(x, dx, m, dm, 1.0, 1.0);\n"
        "  struct f_energy_result f = f_energy(x, dx, m, 1.0, 1.0);\n"
        "  d_step(x, dx, m, 1.0);\n"
        "  return r.primal + r.d_t + f.primal + f.tangent + f_small(x, 3, 1.0, 1.0) + d_new(1.0, 1.0).d_new;\n}\n"
    )
    clang = find_clang(Runner(), max_llvm=22)
    done = subprocess.run(
        [clang.path, "-x", language, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", source],
        capture_output=True,
        text=True,
    )
    assert done.stderr == "" and done.returncode == 0


def test_the_header_says_what_it_needs() -> None:
    pair = ("p", "struct pair", "pair")
    plan = _plan("reverse", "Active Const", "Active", [pair, ("r", "real_t", "f64")])
    header = c_header((plan,), "d")
    assert "/* Include what declares real_t, struct pair before this. */" in header
    assert "\nstruct pair;" not in header
    assert "Include what" not in c_header(_PROGRAM, "d")


def test_the_header_documents() -> None:
    header = c_header(_PROGRAM[:1], "d")
    assert "Reverse-mode derivative of f.\n * Adds the adjoints, times the seed, into dx, dmodel." in header
    assert "\n * Returns primal, d_t. */" in header


# --- Rust ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rust", "shown"),
    [
        ("&alloc::vec::Vec<f64, alloc::alloc::Global>", "&Vec<f64>"),
        ("&alloc::boxed::Box<[f64], alloc::alloc::Global>", "&Box<[f64]>"),
        ("&alloc::collections::btree::map::BTreeMap<u32, f64, alloc::alloc::Global>",
         "&std::collections::btree::map::BTreeMap<u32, f64>"),
        ("&core::option::Option<f64>", "&Option<f64>"),
        ("&my_crate::core_model::Model", "&my_crate::core_model::Model"),
        ("*const ", "*const std::ffi::c_void"),
        ("*mut *mut ?", "*mut *mut std::ffi::c_void"),
    ],
)  # fmt: skip
def test_rust_types(rust: str, shown: str) -> None:
    plan = _plan("forward", "Dual", "DualOnly", [("x", "", rust)], language=Language.RUST)
    assert rust_declaration(plan) == f"pub fn d(x: {shown}, dx: {shown}) -> f64;"


def test_the_bindings_compile(tmp_path: Path) -> None:
    model = ("self", "", "&m::Model")
    slices = [("x", "", "&[f64]"), ("out", "", "&mut alloc::vec::Vec<f64, alloc::alloc::Global>"), ("t", "", "f64")]
    plans = (
        *_PROGRAM,
        _plan("reverse", "Duplicated Active", "Active", [model, ("r", "", "f64")], name="r1", language=Language.RUST),
        _plan("reverse", "Duplicated Duplicated Const", "Const", slices, ("", "()"), "r2", Language.RUST),
        _plan("forward", "Dual Dual Dual", "Const", slices, ("", "()"), "r3", Language.RUST),
    )
    source = tmp_path / "use.rs"
    source.write_text(
        f"#![deny(warnings)]\n{rust_bindings(plans)}\n"
        "#[repr(C)]\n#[allow(non_camel_case_types)]\npub struct model { pub k: f64 }\n"
        "pub mod m { pub struct Model { pub k: f64 } }\n"
        "pub fn both(m: &m::Model, dm: &mut m::Model, x: &[f64], dx: &mut [f64], k: &model, dk: &mut model) -> f64 {\n"
        "  let (y, dr) = unsafe { r1(m, dm, 1.0, 1.0) };\n"
        "  unsafe { r3(x, dx, &mut vec![], &mut vec![], 0.0, 1.0) };\n"
        "  let c = unsafe { d_energy(x.as_ptr(), dx.as_mut_ptr(), k, dk, 1.0, 1.0) };\n"
        "  y + dr + c.primal + c.d_t\n}\n"
    )
    done = subprocess.run(
        ["rustc", "--edition=2021", "--crate-type=lib", "--emit=metadata", "--out-dir", tmp_path, source],
        capture_output=True,
        text=True,
    )
    assert done.stderr == "" and done.returncode == 0


def test_what_to_paste() -> None:
    assert paste(_PROGRAM[3]) == "double f_small(const double *x, uint64_t n, double t, double dt);"
    rust = _plan("reverse", "Active", "Active", [("x", "", "f64")], name="d_f", language=Language.RUST)
    assert paste(rust) == (
        'unsafe extern "Rust" {\n'
        "    /// Reverse-mode derivative of f.\n"
        "    /// Returns primal, d_x.\n"
        "    pub fn d_f(x: f64, seed: f64) -> (f64, f64);\n"
        "}"
    )
