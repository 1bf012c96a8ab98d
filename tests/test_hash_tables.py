"""Hash tables of the caller that a differentiated function extends: shadows get the keys too, or it is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import AdBuild

SPEC = """
[[derivative]]
function = "model::learn"
name = "derived"
mode = "{mode}"
args = ["{shadowed}", "{shadowed}"]
ret = "{result}"
{rest}
"""
# What holds the table, how a table is borrowed from it, what is stored and made of that; the caller's part with the
# table in a holder.
COMMON = """
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{{BuildHasherDefault, DefaultHasher}};
use std::rc::Rc;
use std::sync::Mutex;
pub type Table = HashMap<u64, {value}, BuildHasherDefault<DefaultHasher>>;
pub trait Rule {{ fn apply(&mut self, x: f64) -> f64; }}
pub struct Square(f64, Table);
impl Rule for Square {{
    fn apply(&mut self, x: f64) -> f64 {{ self.1.insert(1, {new}); self.0 * x * x }}
}}
pub struct Model {{ pub scale: f64, pub table: RefCell<Table>, pub guarded: Mutex<Table> }}
pub fn learn(holder: {holder}, x: &[f64; 3]) -> f64 {{
    let mut sum = 0.0;
    for (i, &x) in x.iter().enumerate() {{
        for j in 0..9_u64 {{
            {borrow};
            table.insert(20 * i as u64 + j, {new});
            if j > 4 {{ table.remove(&(20 * i as u64 + j - 3)); }}
            sum += x * table.len() as f64;
        }}
    }}
    sum
}}
"""
FOLLOWED = """
unsafe extern "Rust" {{
    fn derived(holder: {holder}, tangent: {holder}, x: &[f64; 3], dx: &[f64; 3]) -> (f64, f64);
}}
fn main() {{
    let (x, dx, step) = ([0.5, 0.8, 1.2], [1.0, -0.5, 0.25], 1e-5);
    let make = |zero: f64| {{
        let table: Table = (1000..1005).map(|k| (k, zero * k as f64)).collect();
        let guarded = Mutex::new(Table::default());
        {make}
    }};
    let at = |h: f64| {{
        let moved = std::array::from_fn(|i| x[i] + h * dx[i]);
        let {mutable}holder = make(1.0);
        (learn({reference}holder, &moved), {taken})
    }};
    let (above, below) = (at(step), at(-step));
    let ({mutable}holder, {mutable}tangent) = (make(1.0), make(0.0));
    let (_, slope) = unsafe {{ derived({reference}holder, {reference}tangent, &x, &dx) }};
    assert!((slope - (above.0 - below.0) / (2.0 * step)).abs() < 1e-6);
    let tangent = {{ let holder = tangent; {taken} }};
    assert_eq!(tangent.len(), above.1.len());
    for (key, value) in &above.1 {{
        assert!((tangent[key] - (value - below.1[key]) / (2.0 * step)).abs() < 1e-6, "{{key}}");
    }}
    println!("followed");
}}
"""
CALLED = """
unsafe extern "Rust" {{ fn derived(); }}
fn main() {{
    println!("{{:p}} {{:p}}", learn as *const (), derived as *const ());
}}
"""
ALONE = """
unsafe extern "Rust" {{
    fn derived(holder: {holder}, shadow: {holder}, x: &[f64; 3], dx: &mut [f64; 3], seed: f64) -> f64;
}}
fn main() {{
    let (x, mut dx, step) = ([0.5, 0.8, 1.2], [0.0; 3], 1e-5);
    unsafe {{ derived(&mut vec![1.0; 3], &mut vec![0.5; 3], &x, &mut dx, 1.0) }};
    for i in 0..3 {{
        let at = |h: f64| {{
            let (mut moved, mut holder) = (x, vec![1.0; 3]);
            moved[i] += h;
            learn(&mut holder, &moved) + 0.5 * holder[i]
        }};
        assert!((dx[i] - (at(step) - at(-step)) / (2.0 * step)).abs() < 1e-6);
    }}
    println!("agree");
}}
"""
MUTABLE = {
    "holder": "&mut Table",
    "borrow": "let table = &mut *holder",
    "make": "let _ = guarded; table",
    "mutable": "mut ",
    "reference": "&mut ",
    "taken": "holder",
}
CELL = {
    "holder": "&Model",
    "borrow": "let mut table = holder.table.borrow_mut()",
    "make": "Model { scale: zero, table: RefCell::new(table), guarded }",
    "mutable": "",
    "reference": "&",
    "taken": "holder.table.into_inner()",
}
COUNTED = {
    "holder": "&Rc<RefCell<Table>>",
    "borrow": "let mut table = holder.borrow_mut()",
    "make": "let _ = guarded; Rc::new(RefCell::new(table))",
    "mutable": "",
    "reference": "&",
    "taken": "holder.take()",
}
GUARDED = {"holder": "&Model", "borrow": "let mut table = holder.guarded.lock().unwrap()"}
DYNAMIC = {
    "holder": "&mut Vec<Box<dyn Rule>>",
    "borrow": "sum += holder[0].apply(x); let mut table = Table::default()",
}
# Nothing of the caller's holds a table.
OWN = {"holder": "&mut Vec<f64>", "borrow": "holder[i] += x; let mut table = Table::default()"}


def build(
    ad_build: AdBuild, folder: Path, main: str, *, value: str = "f64", mode: str = "forward", rest: str = "",
    **words: str,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    (folder / "src").mkdir()
    (folder / "Cargo.toml").write_text('[package]\nname = "model"\nversion = "0.1.0"\nedition = "2024"\n')
    new = {"f64": "x * x * 3.0", "Box<f64>": "Box::new(x)", "Option<f64>": "Some(x)"}[value]
    (folder / "src/main.rs").write_text((COMMON + main).format(value=value, new=new, **words))
    shadowed, result = ("Dual", "Dual") if mode == "forward" else ("Duplicated", "Active")
    spec = SPEC.format(mode=mode, shadowed=shadowed, result=result, rest=rest)
    (folder / "autodiff.toml").write_text(spec)
    command = "build" if main is CALLED else "run"
    return ad_build("cargo", "--spec", "autodiff.toml", command, "--release", cwd=folder)


@pytest.mark.parametrize("words", [MUTABLE, CELL, COUNTED], ids=["mutable", "cell", "counted"])
def test_shadows_of_tables_of_numbers_follow(words: dict[str, str], tmp_path: Path, ad_build: AdBuild) -> None:
    done = build(ad_build, tmp_path, FOLLOWED, **words)
    assert done.returncode == 0 and "followed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (MUTABLE, {"mode": "reverse"}),
        (CELL, {"mode": "reverse"}),
        (COUNTED, {"mode": "reverse"}),
        (GUARDED, {"mode": "reverse"}),
        (CELL, {"rest": "width = 2"}),
        (MUTABLE, {"value": "Box<f64>"}),
        (CELL, {"value": "Option<f64>"}),
        (DYNAMIC, {}),
    ],
    ids=["mutable", "cell", "counted", "guarded", "batch", "boxes", "options", "dynamic"],
)  # fmt: skip
def test_tables_that_shadows_cannot_follow_are_refused(
    words: dict[str, str], options: dict[str, str], tmp_path: Path, ad_build: AdBuild
) -> None:
    done = build(ad_build, tmp_path, CALLED, **options, **words)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "error[changed-table]" in done.stderr and "behind `holder: &" in done.stderr, done.stderr


def test_tables_of_the_function_alone_are_not_refused(tmp_path: Path, ad_build: AdBuild) -> None:
    done = build(ad_build, tmp_path, ALONE, mode="reverse", **OWN)
    assert done.returncode == 0 and "agree" in done.stdout, done.stdout + done.stderr
