"""Mutated debug info of real objects ends in a result or in an error of ours, soon and in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_dwarf_layouts import RUSTCS, clang, run

from ad_build import llvm

SEED = os.environ.get("AD_BUILD_TEST_FUZZ_SEED", "2026")
EACH = int(os.environ.get("AD_BUILD_TEST_FUZZ_EACH", "1750"))

C = """
struct node { double v; struct node *next; union { long i; double d; } u; unsigned a : 3, b : 9; };
typedef struct { float grid[2][3]; const struct node *nodes[4]; double (*call)(double, struct node *); } box;
enum colour { RED, GREEN = 7 };
double fun(const box *x, struct node y, enum colour c, _Complex float z, long double *l) { return x->grid[1][2]; }
"""
CXX = """
struct Base { double a; virtual double f(double x) const; };
struct Left : virtual Base { float l; }; struct Right : virtual Base { int r; };
namespace deep {
template <class T, int N> struct Box : Left, Right { T values[N]; double Base::*member; static T s; };
}
extern "C" double fun(const deep::Box<double, 3> &x, Base &&y, double (Base::*z)(double) const, decltype(nullptr) n) {
  return x.values[1]; }
"""
RUST = """
pub enum Shape { Circle(f64), Rect { w: f64, h: f32 }, Many(Vec<f64>), Boxed(Option<Box<Shape>>), None }
#[repr(i16)] pub enum Signed { A(f64) = -5, B(f32) = 7 }
pub union Either { pub f: f64, pub n: u32 }
#[no_mangle] pub fn fun(a: &[f64], b: &mut Shape, c: (f32, Signed), d: &Either, e: &dyn Fn(f64) -> f64) -> Option<f64> {
    let _ = (b, c, d); Some(e(a[0])) }
"""
CASES = [("c", "4"), ("c", "5"), ("cpp", "4"), ("cpp", "5"), ("rs", "4"), ("rs", "5")]


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """An object and the module it was emitted from, as :func:`ad_build.dwarf.read_signatures` makes it."""
    suffix, dwarf = request.param
    source, ir, obj = (tmp_path / f"case.{end}" for end in (suffix, "ll", "o"))
    source.write_text({"c": C, "cpp": CXX, "rs": RUST}[suffix])
    if suffix == "rs":
        flags = ("--crate-type=lib", "--edition=2021", "-g", f"-Cdwarf-version={dwarf}", "-Cno-prepopulate-passes")
        run(RUSTCS[0], *flags, "--emit=llvm-ir", source, "-o", ir)
    else:
        run(*clang("wheel", cxx=suffix == "cpp"), "-g", f"-gdwarf-{dwarf}", "-S", "-emit-llvm", source, "-o", ir)
    module = llvm.parse_ir(ir.read_text())
    llvm.skip_code(module, frozenset({"fun"}))
    obj.write_bytes(llvm.emit_object(module, level=0))
    return obj, ir


def test_mutations_end_well(case: tuple[Path, Path]) -> None:
    words = [sys.executable, str(Path(__file__).with_name("dwarf_fuzzer.py")), *map(str, case), "fun", SEED, str(EACH)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300 + EACH / 100)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    print(f"seed {SEED}: {outcome['read']} read, {outcome['refused']} refused")
    assert not outcome["failures"], "\n".join(outcome["failures"])
    assert outcome["read"] + outcome["refused"] == EACH
    assert outcome["read"] > EACH // 10 and outcome["refused"] > EACH // 10
