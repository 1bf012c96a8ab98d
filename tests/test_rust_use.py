"""Rust as it is used: threads, panics, allocators, test and bench harnesses, libraries for other languages."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import AdBuild

USING = "rust/using"


def passed(done: subprocess.CompletedProcess[str]) -> None:
    """The program was built, ran, and found every one of its checks right."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert "check " in done.stdout
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize("profile", [("--release",), pytest.param((), marks=pytest.mark.slow)], ids=["release", "dev"])
def test_threads_outside_and_locks_inside(profile: tuple[str, ...], fixtures: Path, ad_build: AdBuild) -> None:
    words = ("cargo", "--spec", "threads/autodiff.toml", "run", *profile, "-p", "threads")
    passed(ad_build(*words, cwd=fixtures / USING))


# What each function of fixtures/rust/using/threads/src/inside.rs does, and the line that does it.
INSIDE = {
    "spawned": ("starts a thread", "thread::spawn(move"),
    "scoped": ("starts a thread", "thread::scope("),
    "in_parallel": ("hands work to rayon's threads", "par_iter()"),
    "joined": ("hands work to rayon's threads", "rayon::join("),
    "pooled": ("hands work to rayon's threads", "ThreadPoolBuilder"),
    "sent": ("sends through a channel", "mpsc::channel()"),
    "behind_a_trait": ("starts a thread", "thread::spawn(move"),
}


def test_threads_inside_are_refused_by_name_and_line(fixtures: Path, ad_build: AdBuild) -> None:
    folder = fixtures / USING
    words = ("cargo", "--spec", "threads/inside.toml", "--emit", "archive", "build", "--release", "-p", "threads")
    done = ad_build(*words, "--lib", cwd=folder)
    assert done.returncode == 5, done.stderr
    source = (folder / "threads/src/inside.rs").read_text().splitlines()
    for name, (doing, code) in INSIDE.items():
        line = next(number for number, text in enumerate(source, 1) if code in text)
        assert f"error[threads-inside]: threads::inside::{name} {doing}" in done.stderr
        error = done.stderr.split(f"threads::inside::{name} {doing}")[1]
        assert error.splitlines()[1] == f"  --> threads/src/inside.rs:{line}"
    assert "Traceback" not in done.stderr


C_THREADS = """
#include <pthread.h>
struct part { const double *x; int n; double sum; };
static void *add(void *data)
{
    struct part *part = data;
    for (int i = 0; i < part->n; i++)
        part->sum += part->x[i] * part->x[i];
    return 0;
}
double squares(const double *x, int n)
{
    struct part part = {x, n, 0};
    pthread_t thread;
    pthread_create(&thread, 0, add, &part);
    pthread_join(thread, 0);
    return part.sum;
}
"""
C_SOURCE = """
int enzyme_const;
double __enzyme_autodiff(void *, ...);
int main(void)
{
    double x[2] = {1, 2}, g[2] = {0, 0};
    __enzyme_autodiff((void *)squares, x, g, enzyme_const, 2);
    return 0;
}
"""
SPEC = '[[derivative]]\nfunction = "squares"\nname = "d_squares"\nmode = "reverse"\n'


@pytest.mark.parametrize("asks", ["in a spec", "in its source"])
def test_pthreads_inside_are_refused(asks: str, tmp_path: Path, ad_build: AdBuild) -> None:
    (tmp_path / "autodiff.toml").write_text(SPEC)
    (tmp_path / "squares.c").write_text(C_THREADS + (C_SOURCE if asks == "in its source" else ""))
    own = ("--spec", "autodiff.toml", "--emit-archive", "squares.a") if asks == "in a spec" else ()
    done = ad_build("clang", *own, "-O2", "squares.c", "-pthread", "-o", "squares", cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "error[threads-inside]: squares starts a thread" in done.stderr
    assert "pthread_create" in done.stderr
    assert "squares.c:15" in done.stderr


CXX_THREADS = """
#include <thread>
double squares(const double *x, int n)
{
    double sum = 0;
    std::thread thread([&] { for (int i = 0; i < n; i++) sum += x[i] * x[i]; });
    thread.join();
    return sum;
}
"""


def test_cxx_threads_inside_are_refused(tmp_path: Path, ad_build: AdBuild) -> None:
    (tmp_path / "autodiff.toml").write_text(SPEC)
    (tmp_path / "squares.cpp").write_text(CXX_THREADS)
    words = ("clang++", "--spec", "autodiff.toml", "--emit-archive", "squares.a", "-O2", "squares.cpp", "-pthread")
    done = ad_build(*words, cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "error[threads-inside]" in done.stderr
    assert "squares.cpp:6" in done.stderr
