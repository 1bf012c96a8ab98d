"""What a user can do wrong, through the real command line: what happened, where, what to do; no traceback, no dump."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import AD_BUILD, AdBuild

from ad_build.engine.base import Engine
from ad_build.engine.catalyst import CatalystEngine
from ad_build.engine.plugin import PluginEngine
from ad_build.errors import ToolError
from ad_build.pipeline import require_engine_reads

MODEL = """
#include <math.h>
double energy(const double *x, int n, double k) {
    double s = 0;
    for (int i = 0; i < n; i++) s += k * sin(x[i]);
    return s;
}
int main(void) { double x[2] = {1, 2}; return energy(x, 2, 1.0) > 100; }
"""
REQUEST = '[[derivative]]\nfunction = "{function}"\nname = "{name}"\nmode = "reverse"\n{rest}\n'
CRATE = {
    "Cargo.toml": '[package]\nname = "model"\nversion = "0.1.0"\nedition = "2021"\n',
    "src/main.rs": """
fn energy(x: &[f64], n: usize) -> f64 { x.iter().take(n).map(|v| v * v).sum() }
unsafe extern "Rust" { fn d_energy(DECLARED) -> f64; }
fn main() {
    let (x, mut g) = ([1.0, 2.0], [0.0; 2]);
    let f = unsafe { d_energy(CALLED) };
    assert!(f == energy(&x, 2) && g == [2.0, 4.0]);
}
""",
}


def request(function: str = "energy", name: str = "d_energy", rest: str = "") -> str:
    return REQUEST.format(function=function, name=name, rest=rest)


@pytest.fixture
def c_project(tmp_path: Path) -> Path:
    (tmp_path / "model.c").write_text(MODEL)
    (tmp_path / "ok.toml").write_text(request())
    return tmp_path


def write_crate(folder: Path, declared: str = "x: &[f64], d: &mut [f64], n: usize, seed: f64",
                called: str = "&x, &mut g, 2, 1.0") -> Path:  # fmt: skip
    for name, text in CRATE.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("DECLARED", declared).replace("CALLED", called))
    (folder / "autodiff.toml").write_text(request("model::energy"))
    return folder


def failed(done: subprocess.CompletedProcess[str], status: int, code: str, *words: str) -> None:
    """It ended with the status and a diagnostic that holds the words, and with nothing that is not for users."""
    assert done.returncode == status, done.stdout + done.stderr
    assert f"error[{code}]" in done.stderr
    for word in words:
        assert word in done.stderr, f"{word!r} is not in:\n{done.stderr}"
    assert "Traceback" not in done.stderr
    assert "target datalayout" not in done.stderr


def archive(ad_build: AdBuild, folder: Path, spec: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "bad.toml").write_text(spec)
    words = ("clang", "--spec", "bad.toml", "--emit-archive", "out.a", "-O2", "model.c")
    done = ad_build(*words, cwd=folder, **environment)
    assert done.returncode == 0 or not (folder / "out.a").exists()
    return done


def test_no_such_function(c_project: Path, ad_build: AdBuild) -> None:
    failed(
        archive(ad_build, c_project, request("enrgy")),
        2,
        "no-such-function",
        "enrgy",
        "did you mean energy",
        "bad.toml",
    )


@pytest.mark.parametrize(
    ("rest", "code", "words"),
    [
        ('args = ["Const"]', "wrong-arguments", ("1 activity", "3 parameters", "model.c:3")),
        ('args = { y = "Const" }', "wrong-arguments", ("no parameter y",)),
        ('args = ["Duplicated", "Active", "Active"]', "wrong-activity", ("args[1]", "integer", "std::autodiff")),
        ('args = ["Active", "Const", "Active"]', "wrong-activity", ("args[0]", "Duplicated")),
        ('args = ["Duplicated", "Const", "Duplicated"]', "wrong-activity", ("args[2]", "Active")),
        ('args = ["Const", "Const", "Const"]\nret = "Const"', "nothing-to-differentiate", ("energy",)),
    ],
)
def test_activities_that_do_not_fit(
    rest: str, code: str, words: tuple[str, ...], c_project: Path, ad_build: AdBuild
) -> None:
    failed(archive(ad_build, c_project, request(rest=rest)), 2, code, *words)


def test_everything_wrong_with_a_spec_at_once(c_project: Path, ad_build: AdBuild) -> None:
    spec = request(rest='args = ["Activ"]\nmod = 1') + request(name="9x").replace("reverse", "revers")
    done = archive(ad_build, c_project, spec)
    failed(done, 2, "unknown-key", "mod", "Activ", "did you mean", "9x", "revers", "derivative[1].mode")


@pytest.mark.parametrize(
    ("spec", "code"), [("[[derivative", "malformed-spec"), ("", "empty-spec"), ('derivative = "x"', "bad-spec")]
)
def test_a_spec_that_is_none(spec: str, code: str, c_project: Path, ad_build: AdBuild) -> None:
    failed(archive(ad_build, c_project, spec), 2, code, "bad.toml")


def test_an_unreadable_spec(c_project: Path, ad_build: AdBuild) -> None:
    done = ad_build("clang", "--spec", "none.toml", "--emit-archive", "out.a", "model.c", cwd=c_project)
    failed(done, 2, "unreadable-spec", "none.toml")


def test_a_name_that_is_taken(c_project: Path, ad_build: AdBuild) -> None:
    with (c_project / "model.c").open("a") as file:
        file.write("double d_energy(double x) { return x; }\n")
    failed(archive(ad_build, c_project, request()), 2, "name-taken", "d_energy", "another name")


def test_a_wrong_c_declaration(c_project: Path, ad_build: AdBuild) -> None:
    text = MODEL.replace("int main(void) {", "double d_energy(const double *, double *, double);\nint main(void) {")
    text = text.replace("return energy(x, 2, 1.0) > 100;", "return d_energy(x, x, 1.0) > 100;")
    (c_project / "model.c").write_text(text)
    done = ad_build("clang", "--spec", "ok.toml", "model.c", "-lm", "-o", "model", cwd=c_project)
    failed(done, 2, "wrong-declaration", "declared:", "generated:", "struct d_energy_result", "seed")
    assert not (c_project / "model").exists()


def test_a_wrong_rust_declaration(tmp_path: Path, ad_build: AdBuild) -> None:
    write_crate(tmp_path, "x: &[f64], d: &mut [f64], n: usize", "&x, &mut g, 2")
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path)
    failed(done, 2, "wrong-declaration", "d_energy", "fn d_energy(x: &[f64]", "seed: f64) -> f64")


def test_the_right_rust_declaration_works(tmp_path: Path, ad_build: AdBuild) -> None:
    done = ad_build("cargo", "--spec", "autodiff.toml", "run", cwd=write_crate(tmp_path))
    assert done.returncode == 0, done.stderr


def test_a_program_that_names_its_library_in_no_other_way(tmp_path: Path, ad_build: AdBuild) -> None:
    """The derivative is all of the crate `model` that the program uses, so rustc does not link the crate."""
    write_crate(tmp_path)
    (tmp_path / "src/lib.rs").write_text(
        "pub fn energy(x: &[f64], n: usize) -> f64 { x.iter().take(n).map(|v| v * v).sum() }\n"
    )
    main = tmp_path / "src/main.rs"
    lines = [line for line in main.read_text().splitlines() if not line.startswith("fn energy")]
    main.write_text("\n".join(lines).replace("f == energy(&x, 2)", "f == 5.0"))
    for engine_runs in (True, False):  # the second time nothing changed
        done = ad_build("-v", "cargo", "--spec", "autodiff.toml", "run", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert ("--keep-intermediate" in done.stderr) is engine_runs


def test_a_rust_path_that_is_wrong(tmp_path: Path, ad_build: AdBuild) -> None:
    write_crate(tmp_path)
    (tmp_path / "autodiff.toml").write_text(request("model::energie"))
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path)
    failed(done, 2, "no-such-function", "model::energie", "did you mean model::energy", "derivative[0].function")


def test_errors_of_clang_are_clangs_own(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "broken.c").write_text("int f(void) { return x; }\n")
    done = ad_build("clang", "-c", "broken.c", cwd=c_project)
    assert done.returncode == 1
    assert "undeclared identifier 'x'" in done.stderr
    assert "error[" not in done.stderr
    linked = ad_build("clang", "--spec", "ok.toml", "broken.c", "-o", "b", cwd=c_project)
    assert linked.returncode == 1
    assert linked.stderr.count("undeclared identifier") == 1


def test_errors_of_cargo_are_cargos_own(tmp_path: Path, ad_build: AdBuild) -> None:
    write_crate(tmp_path)
    (tmp_path / "src/main.rs").write_text("fn main() { missing(); }\n")
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path)
    failed(done, 4, "compile-failed", "cannot find function `missing`")


def test_a_function_without_a_body(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "model.c").write_text(
        "double elsewhere(const double *x, double *y);\n"
        "__attribute__((noinline)) static double inner(const double *x) { double y; elsewhere(x, &y); return y; }\n"
        "double energy(const double *x, int n, double k) { return n * k * inner(x); }\n"
    )
    done = archive(ad_build, c_project, request())
    failed(done, 5, "no-derivative", "elsewhere", "model.c", "energy -> inner -> elsewhere")


def test_inline_assembly(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "model.c").write_text(
        "__attribute__((noinline)) static double root(double x) { double r; "
        '__asm__("sqrtsd %1, %0" : "=x"(r) : "x"(x)); return r; }\n'
        "double energy(const double *x, int n, double k) { return k * root(x[n]); }\n"
    )
    failed(archive(ad_build, c_project, request()), 5, "inline-assembly", "sqrtsd", "energy", "root", "model.c:2")


def test_a_call_through_a_constant_pointer(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "model.c").write_text("double energy(double (*f)(double), double x) { return f(x) * x; }\n")
    done = archive(ad_build, c_project, request(rest='args = ["Const", "Active"]'))
    failed(done, 5, "indirect-call", "energy", "by its name")


def test_an_engine_that_does_not_end(c_project: Path, ad_build: AdBuild) -> None:
    before = sorted(c_project.rglob("*"))
    done = archive(ad_build, c_project, request(), AD_BUILD_ENGINE_TIMEOUT="0.01")
    failed(done, 5, "engine-timeout", "energy", "AD_BUILD_ENGINE_TIMEOUT")
    assert sorted(path for path in c_project.rglob("*") if path.suffix != ".toml") == [
        path for path in before if path.suffix != ".toml"
    ]


def test_a_mutable_global(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "model.c").write_text(
        "static double scale = 1;\nvoid set(double s) { scale = s; }\ndouble energy(double x) { return scale * x; }\n"
    )
    failed(archive(ad_build, c_project, request()), 5, "mutable-global", "scale", "energy", "model.c:3")


def test_floats_of_a_result_in_an_integer(tmp_path: Path, ad_build: AdBuild) -> None:
    write_crate(tmp_path)
    (tmp_path / "src/main.rs").write_text(
        "pub fn energy(x: f32) -> [f32; 2] { [x * x, x] }\n"
        'unsafe extern "Rust" { fn d_energy(x: f32, d: f32) -> [f32; 2]; }\n'
        'fn main() { println!("{:?} {:?}", energy(1.0), unsafe { d_energy(1.0, 1.0) }); }\n'
    )
    spec = request("model::energy", rest='ret = "DualOnly"').replace("reverse", "forward")
    (tmp_path / "autodiff.toml").write_text(spec)
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path)
    failed(done, 2, "wrong-activity", "DualOnly", "[f32; 2]")


def test_without_clang(c_project: Path, ad_build: AdBuild) -> None:
    done = ad_build("clang", "model.c", cwd=c_project, AD_BUILD_CLANG="/nowhere/clang")
    failed(done, 3, "clang-missing", "/nowhere/clang")


def test_without_cargo(tmp_path: Path, ad_build: AdBuild) -> None:
    done = ad_build("cargo", "build", cwd=write_crate(tmp_path), PATH=str(tmp_path), CARGO="")
    failed(done, 3, "cargo-missing")


def test_without_an_engine(c_project: Path, ad_build: AdBuild) -> None:
    done = archive(ad_build, c_project, request(), AD_BUILD_ENGINE="plugin:/nowhere/LLVMEnzyme-22.so")
    failed(done, 3, "engine-unavailable", "/nowhere/LLVMEnzyme-22.so")


def test_a_rustc_that_is_newer_than_the_engine(tmp_path: Path, ad_build: AdBuild) -> None:
    write_crate(tmp_path)
    rustc = tmp_path / "rustc-next"
    newer = "s/^LLVM version: .*/LLVM version: 99.1.0/"
    rustc.write_text(f"#!/bin/sh\ncase $1 in -vV) rustc -vV | sed '{newer}';; *) exec rustc \"$@\";; esac\n")
    rustc.chmod(0o755)
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path, RUSTC=str(rustc))
    failed(done, 3, "engine-too-old", "is built on LLVM 99", "the engine reads LLVM 22", "or older")
    assert not list(tmp_path.glob("target/ad-build/emit*"))


@pytest.mark.parametrize(
    ("engine", "readable"),
    [
        (CatalystEngine(path=Path("catalyst")), 22),
        # IR of LLVM 22 and older is rewritten for an older plugin.
        (PluginEngine(path=Path("p"), plugin=Path("p"), opt=Path("opt"), llvm_version=(15, 0)), 22),
        (PluginEngine(path=Path("p"), plugin=Path("p"), opt=Path("opt"), llvm_version=(23, 1)), 23),
    ],
)
def test_which_compilers_an_engine_reads(engine: Engine, readable: int) -> None:
    require_engine_reads(engine, (readable, 9), "clang")
    with pytest.raises(ToolError) as caught:
        require_engine_reads(engine, (readable + 1, 0), f"clang {readable + 1}.1")
    error = caught.value
    assert (error.code, error.exit_code) == ("engine-too-old", 3)
    assert f"clang {readable + 1}.1" in error.message and f"LLVM {readable}" in error.message


def test_an_option_of_ours_among_cargos(tmp_path: Path, ad_build: AdBuild) -> None:
    done = ad_build("cargo", "build", "--spec", "autodiff.toml", cwd=write_crate(tmp_path))
    failed(done, 2, "bad-option", "--spec", "ad-build cargo --spec")


def test_a_library_that_links_nothing(tmp_path: Path, ad_build: AdBuild) -> None:
    write_crate(tmp_path)
    (tmp_path / "src/main.rs").unlink()
    (tmp_path / "src/lib.rs").write_text("pub fn energy(x: f64) -> f64 { x * x }\n")
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "links no program" in done.stderr and "--emit archive" in done.stderr
    (tmp_path / "autodiff.toml").write_text(request("model::energie"))
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=tmp_path)
    failed(done, 2, "no-such-function", "did you mean model::energy")


def test_types_of_a_file_that_is_none(tmp_path: Path, ad_build: AdBuild) -> None:
    done = ad_build("types", "energy", "--in", "none.c", cwd=tmp_path)
    failed(done, 4, "compile-failed", "clang cannot compile none.c\n")


def test_a_sanitizer_that_misses_what_is_transformed(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "asks.c").write_text(
        "double __enzyme_autodiff(void *, ...);\nstatic double square(double x) { return x * x; }\n"
        "int main(void) { return __enzyme_autodiff((void *)square, 1.5) != 3.0; }\n"
    )
    done = ad_build("clang", "-fsanitize=address", "asks.c", "-o", "asks", cwd=c_project)
    assert done.returncode == 0, done.stderr
    assert "warning[not-instrumented]: -fsanitize=address" in done.stderr
    assert subprocess.run([str(c_project / "asks")], check=False).returncode == 0


def test_a_damaged_engine_download(c_project: Path, ad_build: AdBuild, tmp_path: Path) -> None:
    wheel = tmp_path / "wheel.whl"
    wheel.write_bytes(b"not what was pinned")
    cache = str(tmp_path / "cache")
    done = archive(ad_build, c_project, request(), AD_BUILD_CACHE=cache, AD_BUILD_ENGINE_WHEEL=str(wheel))
    failed(done, 3, "engine-corrupted", "wheel.whl")


def test_an_output_that_cannot_be_written(c_project: Path, ad_build: AdBuild) -> None:
    (c_project / "folder").write_text("a file where a folder is wanted")
    words = ("clang", "--spec", "ok.toml", "--emit-archive", "folder/out.a", "model.c")
    failed(ad_build(*words, cwd=c_project), 2, "cannot-write", "folder")
    assert (c_project / "folder").read_text() == "a file where a folder is wanted"


def test_an_interrupted_build_leaves_nothing_half_written(tmp_path: Path) -> None:
    write_crate(tmp_path)
    (tmp_path / "build.rs").write_text("fn main() { std::thread::sleep(std::time::Duration::from_secs(20)); }\n")
    words = [str(AD_BUILD), "cargo", "--spec", "autodiff.toml", "build"]
    process = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list(tmp_path.glob("target/ad-build/emit*/**/build-script-build")):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not list(tmp_path.glob("target/ad-build/archives/*.a"))
    (tmp_path / "build.rs").unlink()
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_interrupt_in_a_finalizer_is_not_lost() -> None:
    script = """
import signal, sys, time
from ad_build import __main__, cli
class Finalized:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
def run(argv):
    try:
        Finalized()
        time.sleep(30)
    except KeyboardInterrupt:
        return 130
cli.run = run
__main__.main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (130, "")


def test_two_builds_at_once(tmp_path: Path) -> None:
    write_crate(tmp_path)
    words = [str(AD_BUILD), "cargo", "--spec", "autodiff.toml", "build"]
    both = [
        subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert subprocess.run([str(tmp_path / "target/debug/model")], check=False).returncode == 0
