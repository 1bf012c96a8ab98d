"""Debug builds find shadows of enums that are of another variant than the enum; release builds do not look."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import AdBuild

SPEC = """
[[derivative]]
function = "scene::shadows::volume"
name = "d_volume"
mode = "reverse"
args = ["Duplicated"]
ret = "Active"

[[derivative]]
function = "scene::shadows::boxed"
name = "t_boxed"
mode = "forward"
args = ["Dual"]
ret = "Dual"
"""
# One tag of its own, one in a niche, one inside a variant of another enum; and an enum of integers, which may differ.
MAIN = """
pub mod shadows {
    pub enum Solid { Ball { radius: f64 }, Box(f64, f64, f64), Named(String) }
    pub enum Part { Nothing, Some(u32, Solid) }
    pub struct Scene { pub count: Option<usize>, pub solid: Solid, pub part: Part }
    #[inline(never)]
    pub fn volume(scene: &Scene) -> f64 {
        let one = |solid: &Solid| match solid {
            Solid::Ball { radius } => radius * radius * radius,
            Solid::Box(a, b, c) => a * b * c,
            Solid::Named(_) => 0.0,
        };
        one(&scene.solid) + match &scene.part { Part::Nothing => 0.0, Part::Some(n, solid) => *n as f64 * one(solid) }
    }
    #[inline(never)]
    pub fn boxed(value: &Option<Box<f64>>) -> f64 { value.as_ref().map_or(1.0, |x| **x * **x) }
}
use shadows::{Part, Scene, Solid};
unsafe extern "C" {
    fn d_volume(scene: *const Scene, shadow: *mut Scene, seed: f64) -> f64;
    fn t_boxed(value: *const Option<Box<f64>>, tangent: *const Option<Box<f64>>) -> [f64; 2];
}
fn main() {
    let case = std::env::args().nth(1).unwrap();
    let part = |n, a, b, c| Part::Some(n, Solid::Box(a, b, c));
    let scene = Scene { count: Some(3), solid: Solid::Ball { radius: 2.0 }, part: part(2, 1.0, 2.0, 3.0) };
    let mut shadow = Scene { count: None, solid: Solid::Ball { radius: 0.0 }, part: part(0, 0.0, 0.0, 0.0) };
    match case.as_str() {
        "outer" => shadow.solid = Solid::Box(0.0, 0.0, 0.0),
        "inner" => shadow.part = Part::Some(0, Solid::Ball { radius: 0.0 }),
        "empty" => shadow.part = Part::Nothing,
        _ => {}
    }
    if case == "niche" {
        let found = unsafe { t_boxed(&Some(Box::new(3.0)), &None) };
        println!("{found:?}");
        return;
    }
    let value = unsafe { d_volume(&scene, &mut shadow, 1.0) };
    let Solid::Ball { radius } = shadow.solid else { panic!() };
    let Part::Some(_, Solid::Box(a, _, _)) = shadow.part else { panic!() };
    let found = unsafe { t_boxed(&Some(Box::new(3.0)), &Some(Box::new(1.0))) };
    println!("{value} {radius} {a} {found:?}");
}
"""


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shadows")
    (folder / "src").mkdir()
    (folder / "Cargo.toml").write_text('[package]\nname = "scene"\nversion = "0.1.0"\nedition = "2024"\n')
    (folder / "src/main.rs").write_text(f"#![allow(improper_ctypes, dead_code)]\n{MAIN}")
    (folder / "autodiff.toml").write_text(SPEC)
    return folder


def run(crate: Path, profile: str, case: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([crate / f"target/{profile}/scene", case], capture_output=True, text=True, check=False)


def test_debug_builds_look(crate: Path, ad_build: AdBuild) -> None:
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", cwd=crate)
    assert done.returncode == 0, done.stderr
    right = run(crate, "debug", "right")
    # volume = r^3 + 2 a b c at r = 2, (1, 2, 3): 8 + 12; derivatives 3 r^2 and 2 b c; boxed = x^2 at 3 with tangent 1.
    assert (right.returncode, right.stdout) == (0, "20 12 12 [9.0, 6.0]\n"), right.stderr
    for case in ("outer", "inner", "empty"):
        wrong = run(crate, "debug", case)
        assert wrong.returncode == -6  # SIGABRT
        assert "ad-build: d_volume: the shadow of `scene` is another variant of its enum" in wrong.stderr
    niche = run(crate, "debug", "niche")
    assert niche.returncode == -6
    assert "ad-build: t_boxed: the shadow of `value`" in niche.stderr


def test_release_builds_do_not(crate: Path, ad_build: AdBuild, tmp_path: Path) -> None:
    done = ad_build("cargo", "--spec", "autodiff.toml", "build", "--release", cwd=crate, AD_BUILD_KEEP=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert run(crate, "release", "right").stdout == "20 12 12 [9.0, 6.0]\n"
    derived = "".join(path.read_text() for path in tmp_path.glob("*.derived.ll"))
    assert "@d_volume" in derived and "dprintf" not in derived
    done = ad_build(*("cargo", "--spec", "autodiff.toml", "build", "--release"), cwd=crate, AD_BUILD_CHECK_SHADOWS="on")
    assert done.returncode == 0, done.stderr
    assert run(crate, "release", "outer").returncode == -6
