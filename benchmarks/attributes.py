"""What an attribute costs at each call, against a derivative of a hand-written ``extern "C"`` function.

``python benchmarks/attributes.py``: for several signatures, the same function differentiated once through
``#[autodiff_reverse]`` and once through a spec entry for an ``extern "C"`` function that passes everything in registers
or by pointer.  Both are called in turn in one program; the medians of nanoseconds for a call, and their ratio.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

AD_BUILD = Path(sys.executable).with_name("ad-build")

MANIFEST = """
[package]
name = "overhead"
version = "0.1.0"
edition = "2021"

[dependencies]
ad-build = {{ path = "{crate}" }}

[workspace]
"""

SOURCE = """
#![allow(improper_ctypes, improper_ctypes_definitions, clippy::missing_safety_doc)]
use ad_build::autodiff_reverse;
use std::hint::black_box;
use std::time::Instant;

fn chain(x: &[f64]) -> f64 {
    x.iter().fold(1.0, |sum, x| sum + (sum * x).sin())
}

#[derive(Clone, Copy)]
pub struct Lens {
    front: f64,
    back: f64,
    thickness: f64,
}

fn focus(lens: &Lens) -> f64 {
    chain(&[lens.front, lens.back, lens.thickness]) / (lens.front - lens.back).hypot(lens.thickness)
}

#[autodiff_reverse(d_scalar, Active, Active)]
pub fn scalar(x: f64) -> f64 {
    chain(&[x, x * x, x.sqrt()])
}

#[autodiff_reverse(d_slice, Duplicated, Active)]
pub fn slice(x: &[f64]) -> f64 {
    chain(x)
}

#[autodiff_reverse(d_array, Duplicated, Active)]
pub fn array(x: &[f64; 8]) -> f64 {
    chain(x)
}

#[autodiff_reverse(d_lens, Duplicated, Active)]
pub fn lens(x: &Lens) -> f64 {
    focus(x)
}

#[autodiff_reverse(d_mixed, Duplicated, Const, Active, Active)]
pub fn mixed(x: &[f64], n: usize, scale: f64) -> f64 {
    chain(&x[..n]) * scale
}

#[no_mangle]
pub extern "C" fn c_scalar(x: f64) -> f64 {
    chain(&[x, x * x, x.sqrt()])
}
#[no_mangle]
pub unsafe extern "C" fn c_slice(x: *const f64, n: usize) -> f64 {
    chain(std::slice::from_raw_parts(x, n))
}
#[no_mangle]
pub unsafe extern "C" fn c_array(x: *const [f64; 8]) -> f64 {
    chain(&*x)
}
#[no_mangle]
pub unsafe extern "C" fn c_lens(x: *const Lens) -> f64 {
    focus(&*x)
}
#[no_mangle]
pub unsafe extern "C" fn c_mixed(x: *const f64, length: usize, n: usize, scale: f64) -> f64 {
    chain(&std::slice::from_raw_parts(x, length)[..n]) * scale
}

DECLARATIONS

fn nanoseconds(call: &mut dyn FnMut() -> f64) -> f64 {
    let (rounds, start) = (20_000, Instant::now());
    let mut sum = 0.0;
    for _ in 0..rounds {
        sum += call();
    }
    black_box(sum);
    start.elapsed().as_nanos() as f64 / rounds as f64
}

fn compare(name: &str, ours: &mut dyn FnMut() -> f64, by_hand: &mut dyn FnMut() -> f64) {
    assert!((ours() - by_hand()).abs() < 1e-12, "{name}");
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..61 {
        a.push(nanoseconds(ours));
        b.push(nanoseconds(by_hand));
    }
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    println!("{name:<10} {:8.1} ns {:8.1} ns {:8.3}", a[30], b[30], a[30] / b[30]);
}

fn main() {
    let x = black_box([0.3, 0.1, 0.7, 0.2, 0.9, 0.4, 0.8, 0.6]);
    let lens = black_box(Lens { front: 1.5, back: 0.3, thickness: 0.2 });
    let flat = Lens { front: 0.0, back: 0.0, thickness: 0.0 };
    println!("{:<10} {:>11} {:>11} {:>8}", "signature", "attribute", "by hand", "ratio");
    compare("f64", &mut || d_scalar(black_box(0.7), 1.0).1, &mut || unsafe {
        d_c_scalar(black_box(0.7), 1.0).1
    });
    compare("&[f64]", &mut || {
        let mut d = [0.0; 8];
        d_slice(black_box(&x), black_box(&mut d), 1.0) + d[3]
    }, &mut || {
        let mut d = [0.0; 8];
        unsafe { d_c_slice(black_box(&x).as_ptr(), black_box(&mut d).as_mut_ptr(), 8, 1.0) + d[3] }
    });
    compare("&[f64; 8]", &mut || {
        let mut d = [0.0; 8];
        d_array(black_box(&x), black_box(&mut d), 1.0) + d[3]
    }, &mut || {
        let mut d = [0.0; 8];
        unsafe { d_c_array(black_box(&x), black_box(&mut d), 1.0) + d[3] }
    });
    compare("&Lens", &mut || {
        let mut d = flat;
        d_lens(black_box(&lens), black_box(&mut d), 1.0) + d.back
    }, &mut || {
        let mut d = flat;
        unsafe { d_c_lens(black_box(&lens), black_box(&mut d), 1.0) + d.back }
    });
    compare("mixed", &mut || {
        let mut d = [0.0; 8];
        let (value, scale) = d_mixed(black_box(&x), black_box(&mut d), 7, 1.5, 1.0);
        value + scale + d[3]
    }, &mut || {
        let mut d = [0.0; 8];
        let Pair(value, scale) =
            unsafe { d_c_mixed(black_box(&x).as_ptr(), black_box(&mut d).as_mut_ptr(), 8, 7, 1.5, 1.0) };
        value + scale + d[3]
    });
}
"""

# The results of two values are those of C: a struct of them.
DECLARATIONS = """
#[repr(C)]
pub struct Pair(f64, f64);
unsafe extern "C" {
    fn d_c_scalar(x: f64, seed: f64) -> Pair;
    fn d_c_slice(x: *const f64, dx: *mut f64, n: usize, seed: f64) -> f64;
    fn d_c_array(x: *const [f64; 8], dx: *mut [f64; 8], seed: f64) -> f64;
    fn d_c_lens(x: *const Lens, dx: *mut Lens, seed: f64) -> f64;
    fn d_c_mixed(x: *const f64, dx: *mut f64, length: usize, n: usize, scale: f64, seed: f64) -> Pair;
}
"""

SPEC = "".join(
    f'[[derivative]]\nfunction = "c_{name}"\nname = "d_c_{name}"\nmode = "reverse"\n{activities}\n'
    for name, activities in (
        ("scalar", ""),
        *((name, 'args = { x = "Duplicated" }') for name in ("slice", "array", "lens", "mixed")),
    )
)


def main() -> None:
    """Build the program and let it print the table."""
    with tempfile.TemporaryDirectory(prefix="ad-build-bench-") as folder:
        work = Path(folder)
        (work / "src").mkdir()
        crate = files("ad_build") / "cargo" / "companion" / "ad-build"
        (work / "Cargo.toml").write_text(MANIFEST.format(crate=crate))
        (work / "src" / "main.rs").write_text(SOURCE.replace("DECLARATIONS", DECLARATIONS))
        (work / "autodiff.toml").write_text(SPEC)
        words = ("cargo", "--spec", "autodiff.toml", "run", "--release", "--quiet")
        subprocess.run((AD_BUILD, *words), cwd=work, check=True)


if __name__ == "__main__":
    main()
