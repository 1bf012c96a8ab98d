"""Time of the engine with and without types from debug info, on programs made to be hard for type analysis.

``python benchmarks/seeds.py``: structs that nest deeply, large states that are copied, many nested calls, arrays of
structs whose length is known at run time only.  The ratio is without / with; ``refused`` where the engine cannot do
without.  Times are processor seconds of all runs of the engine for one derivative, fallbacks included.
"""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from ad_build.dwarf import read_trees
from ad_build.engine.differentiate import differentiate
from ad_build.engine.find import find_engine
from ad_build.errors import EngineError
from ad_build.link.fat import link_fat_module
from ad_build.model import Mode, Request
from ad_build.options import Options
from ad_build.pipeline import _emitted_by_clang, make_plans
from ad_build.process import Runner

RUNS = 2


def deep(depth: int) -> str:
    """Structs in structs, each with an integer, a pointer to the next and floats of two widths."""
    structs = ["struct s0 { long n; double v[4]; float w; struct s0 *next; };"]
    for one in range(1, depth):
        structs.append(
            f"struct s{one} {{ int id; struct s{one - 1} own, *other; double a; char tag[3]; float f[3]; }};"
        )
    functions = ["static __attribute__((noinline)) double f0(struct s0 *s) { return s->n * s->v[1] * s->w; }"]
    for one in range(1, depth):
        functions.append(
            f"static __attribute__((noinline)) double f{one}(struct s{one} *s) {{ struct s{one} t = *s; "
            f"t.own = *t.other; return f{one - 1}(&t.own) * t.a + s->f[1] * f{one - 1}(&s->own); }}"
        )
    return "\n".join([*structs, *functions, f"double target(struct s{depth - 1} *s) {{ return f{depth - 1}(s); }}"])


def copied(times: int) -> str:
    """A state of some 2000 bytes that goes through a chain of copies."""
    copies = "\n".join(
        f"  memcpy(&b, &a, sizeof a); b.x[{one % 60}] += b.f[{one % 7}] * b.y[{one % 60}]; memcpy(&a, &b, sizeof a);"
        for one in range(times)
    )
    return f"""
#include <string.h>
struct state {{ long id; double x[60]; int n[7]; float f[7]; double y[120]; char name[16]; struct state *next; }};
double target(const struct state *s) {{
  struct state a, b;
  memcpy(&a, s, sizeof a);
{copies}
  double sum = 0;
  for (int i = 0; i < 60; i++) sum += a.x[i] * a.x[i];
  return sum;
}}
"""


def calls(count: int) -> str:
    """Functions that call one another with a state, by pointers to void."""
    lines = [
        "struct state { long id; double x[8]; float f[4]; void *more; };",
        "static __attribute__((noinline)) double g0(void *p) { struct state *s = p; return s->x[0] * s->f[0]; }",
    ]
    for one in range(1, count):
        lines.append(
            f"static __attribute__((noinline)) double g{one}(void *p) {{ struct state *s = p, t = *s; "
            f"t.x[{one % 8}] *= s->x[{(one + 1) % 8}]; "
            f"return g{one - 1}(&t) + (t.id > {one} ? g{one // 2}(s) : t.f[1]); }}"
        )
    return "\n".join([*lines, f"double target(struct state *s) {{ return g{count - 1}(s); }}"])


def arrays(count: int) -> str:
    """Arrays of structs that are copied by a length known at run time only."""
    copies = "\n".join(
        "  memcpy(b, a, n * sizeof *a); b[1].x += a[0].y; memcpy(a, b, n * sizeof *a);" for _ in range(count)
    )
    return f"""
#include <stdlib.h>
#include <string.h>
struct item {{ long id; double x, y; float f; }};
double target(const double *x, long n) {{
  struct item *a = calloc(n, sizeof *a), *b = calloc(n, sizeof *b);
  for (long i = 0; i < n; i++) a[i].id = i, a[i].x = x[i], a[i].y = x[i] * x[i], a[i].f = x[i];
{copies}
  double sum = 0;
  for (long i = 0; i < n; i++) sum += a[i].id * a[i].x * a[i].y;
  free(a); free(b);
  return sum;
}}
"""


PROGRAMS = {
    "structs, 4 deep": deep(4),
    "structs, 6 deep": deep(6),
    "a state of 2 kB, 10 copies": copied(10),
    "a state of 2 kB, 20 copies": copied(20),
    "20 nested calls": calls(20),
    "30 nested calls": calls(30),
    "arrays of structs, 4 copies": arrays(4),
}


def main() -> None:
    print(f"{'program':<30}{'without':>12}{'with':>12}{'ratio':>8}   attempts without, with")
    for name, source in PROGRAMS.items():
        (without, first), (given, second) = measure(source, seeds=False), measure(source, seeds=True)
        ratio = f"{without / given:.2f}" if without is not None and given else "-"
        print(f"{name:<30}{shown(without):>12}{shown(given):>12}{ratio:>8}   {first}, {second}", flush=True)


def shown(seconds: float | None) -> str:
    return "refused" if seconds is None else f"{seconds:.3f} s"


def measure(source: str, *, seeds: bool) -> tuple[float | None, str]:
    """The engine's time, None where it refuses, and how the derivative was made."""
    times = []
    how = "first"
    for _ in range(RUNS):
        options = Options(runner=Runner(log=lambda line: None), seeds=seeds)
        with tempfile.TemporaryDirectory(prefix="ad-build-bench-") as folder:
            path = Path(folder, "program.c")
            path.write_text(source)
            emitted = _emitted_by_clang([path], Path(folder), options)
            request = Request(function="target", name="d_target", mode=Mode.REVERSE, where="benchmark")
            fat = link_fat_module(emitted, [request])
        plans = make_plans(fat, None, options)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            result = differentiate(fat, plans, find_engine(None, options.runner), options, read_trees)
        except EngineError as error:
            return None, error.code
        how = result.notes[-1].partition(",")[0] if result.notes else "first"
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times), how


if __name__ == "__main__":
    main()
