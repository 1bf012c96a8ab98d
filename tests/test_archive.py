"""The archive: what it exports, that two of them get along, and that it is the same from run to run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import AdBuild

from ad_build.process import fixed_addresses

SOURCE = """
#include <math.h>
static double helper(double x) { return exp(-x * x); }
double energy(const double *x, int n) { double s = 0; for (int i = 0; i < n; i++) s += helper(x[i]) * x[i]; return s; }
"""
SPEC = """
[[derivative]]
function = "energy"
name = "{name}"
mode = "reverse"
args = ["Duplicated", "Const"]
ret = "Active"
"""
MAIN = """
#include <math.h>
#include <stdio.h>
#include "{first}.h"
#include "{second}.h"
double energy(const double *x, int n);
int main(void) {{
    double x[3] = {{0.3, -1.2, 0.7}}, a[3] = {{0}}, b[3] = {{0}};
    double f = {first}(x, a, 3, 1.0), g = {second}(x, b, 3, 2.0);
    for (int i = 0; i < 3; i++) {{
        double exact = exp(-x[i] * x[i]) * (1 - 2 * x[i] * x[i]);
        if (fabs(a[i] - exact) > 1e-14 || fabs(b[i] - 2 * exact) > 1e-14) return 1;
    }}
    return f != g || f != energy(x, 3);
}}
"""


def make_archive(folder: Path, name: str, ad_build: AdBuild, output: str) -> Path:
    (folder / "energy.c").write_text(SOURCE)
    (folder / f"{name}.toml").write_text(SPEC.format(name=name))
    done = ad_build(
        "clang", "--spec", f"{name}.toml", "--emit-archive", output, "--emit-header", f"{name}.h", "-O2", "energy.c",
        cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / output


def test_it_exports_the_derivative_and_nothing_else(tmp_path: Path, ad_build: AdBuild) -> None:
    archive = make_archive(tmp_path, "d_energy", ad_build, "libd.a")
    done = subprocess.run(["nm", "-g", "--defined-only", archive], capture_output=True, text=True, check=True)
    assert [line.split()[-2:] for line in done.stdout.splitlines() if line.split()[-2:-1]][-1:] == [["T", "d_energy"]]
    assert done.stdout.count(" T ") == 1
    assert not any(f" {kind} " in done.stdout for kind in "BDRVWC")


def test_two_archives_link_into_one_program(tmp_path: Path, ad_build: AdBuild) -> None:
    make_archive(tmp_path, "d_energy", ad_build, "libone.a")
    make_archive(tmp_path, "g_energy", ad_build, "libtwo.a")
    (tmp_path / "main.c").write_text(MAIN.format(first="d_energy", second="g_energy"))
    words = ["cc", "main.c", "energy.c", "libone.a", "libtwo.a", "-lm", "-o", "main"]
    subprocess.run(words, cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "main"], check=False).returncode == 0


def test_it_is_the_same_from_run_to_run(tmp_path: Path, ad_build: AdBuild) -> None:
    with fixed_addresses() as fixed:
        if not fixed:
            pytest.skip("this machine does not let addresses be fixed, on which the engine's output depends")
    runs = [make_archive(tmp_path, "d_energy", ad_build, f"run{run}/libd.a").read_bytes() for run in range(3)]
    assert runs[0] == runs[1] == runs[2]


@pytest.mark.parametrize(
    ("promise", "flag"),
    [
        ("noalias = true", "--enzyme-noalias=1"),
        ("runtime_activity = true", ""),  # travels in the call
        ('engine_flags = ["--enzyme-inline=1"]', "--enzyme-inline=1"),
    ],
)
def test_what_a_request_says_reaches_the_engine(promise: str, flag: str, tmp_path: Path, ad_build: AdBuild) -> None:
    (tmp_path / "cubes.c").write_text(
        "void cubes(const double *x, int n, double *out) {\n"
        "    double s = 0; for (int i = 0; i < n; i++) s += x[i] * x[i] * x[i]; *out = s * s; }\n"
    )
    spec = f'[[derivative]]\nfunction = "cubes"\nname = "d_cubes"\nmode = "reverse"\n{promise}\n'
    (tmp_path / "cubes.toml").write_text(spec)
    (tmp_path / "main.c").write_text(
        '#include "cubes.h"\nint main(void) {\n'
        "    double x[3] = {1, 2, 3}, d[3] = {0}, out, seed = 1; d_cubes(x, d, 3, &out, &seed);\n"
        "    for (int i = 0; i < 3; i++) if (d[i] != 2 * 36 * 3 * x[i] * x[i]) return 1;\n"
        "    return out != 36 * 36; }\n"
    )
    words = ("--spec", "cubes.toml", "--emit-archive", "libcubes.a", "--emit-header", "cubes.h", "-O2", "cubes.c")
    done = ad_build("-v", "clang", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert flag in done.stderr
    subprocess.run(["cc", "main.c", "libcubes.a", "-lm", "-o", "main"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "main"], check=False).returncode == 0


# Each loop form gave, in some version of the engine or the passes before it, a wrong gradient or a crash.
LOOPS = {
    "while_ge": "T len = n; const double *p = x; while (len >= d) { BODY len -= d; p += d; } return s;",
    "for_up": "for (T k = 0; k < n; k += d) { const double *p = x + k; BODY } return s;",
    "for_up_le": "for (T k = 0; k + d <= n; k += d) { const double *p = x + k; BODY } return s;",
    "pointer": "const double *e = x + n; for (const double *p = x; p < e; p += d) { BODY } return s;",
    "until_zero": "T len = n; const double *p = x; while (len > 0) { BODY len -= d; p += d; } return s;",
    "halving": "T len = n; const double *p = x; while (len > d) { BODY len /= 2; p += 1; } return s;",
}
BODY = """double t = 0;
for (T i = 0; i < d; i++) { double u = 0; for (T j = 0; j < i; j++) u += sin(p[i] * s + p[j]); t += u * u; }
s += 1 + 0.01 * t * t;"""
PROGRAM = """
#include <math.h>
double __enzyme_autodiff(void *, ...);
extern int enzyme_dup, enzyme_const;
__attribute__((noinline)) static double f(const double *restrict x, T n, T d) { double s = 1; LOOP }
int main(void) {
    double x[12] = {.1, .2, .3, .4, .5, .6, .15, .25, .35, .45, .55, .65}, g[12] = {0};
    T n = 12, d = 3;
    __enzyme_autodiff((void *)f, enzyme_dup, x, g, enzyme_const, n, enzyme_const, d);
    for (int i = 0; i < 12; i++) {
        double h = 1e-6, o = x[i];
        x[i] = o + h; double a = f(x, n, d);
        x[i] = o - h; double b = f(x, n, d);
        x[i] = o;
        if (fabs(g[i] - (a - b) / (2 * h)) > 1e-7) return 1;
    }
    return 0;
}
"""


@pytest.mark.parametrize("kind", ["long", "unsigned long", "int"])
@pytest.mark.parametrize("loop", LOOPS)
def test_loops_of_every_form(loop: str, kind: str, tmp_path: Path, ad_build: AdBuild) -> None:
    text = PROGRAM.replace("LOOP", LOOPS[loop]).replace("BODY", BODY)
    (tmp_path / "loop.c").write_text(f"#define T {kind}\n{text}")
    done = ad_build("clang", "-O2", "loop.c", "-lm", "-o", "loop", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert subprocess.run([tmp_path / "loop"], check=False).returncode == 0
