//! Activities that do not fit the parameter, the result or the mode.
use ad_build::{autodiff_forward, autodiff_reverse};

pub struct Model {
    pub x: f64,
}

#[autodiff_reverse(d_unknown, Duplicate, active, Somehow, Active)]
pub fn unknown(x: &[f64], y: f64, z: f64) -> f64 {
    x[0] * y * z
}

#[autodiff_reverse(d_dualv_only, Const, None)]
pub fn none(_x: f64) {}

#[autodiff_forward(d_vector, 4, DualvOnly, Dual)]
pub fn vector(x: &[f64]) -> f64 {
    x[0]
}

#[autodiff_reverse(d_dual, Dual, DualOnly, Dual)]
pub fn dual_in_reverse(x: &[f64], y: f64) -> f64 {
    x[0] * y
}

#[autodiff_forward(d_active, Duplicated, Active, Active)]
pub fn reverse_in_forward(x: &[f64], y: f64) -> f64 {
    x[0] * y
}

#[autodiff_reverse(d_pointers, Active, Active, Active, Active)]
pub fn active_pointers(x: &[f64], y: &f64, z: *const f64) -> f64 {
    let _ = z;
    x[0] * y
}

#[autodiff_reverse(d_integers, Active, Active, Active, Active, Const)]
pub fn active_integers(n: usize, i: i32, flag: bool, letter: char) -> f64 {
    let _ = (n, i, flag, letter);
    0.0
}

#[autodiff_reverse(d_function, Active, Active)]
pub fn function_pointer(g: fn(f64) -> f64) -> f64 {
    g(1.0)
}

#[autodiff_reverse(d_only, ActiveOnly, ActiveOnly)]
pub fn active_only(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_by_value, Duplicated, Duplicated, DuplicatedOnly, Active)]
pub fn duplicated_by_value(x: f64, model: Model, n: usize) -> f64 {
    x * model.x * n as f64
}

#[autodiff_forward(d_not_slices, 4, Dualv, Dualv, Dualv, Dual)]
pub fn not_slices(x: f64, model: &Model, n: usize) -> f64 {
    x * model.x * n as f64
}

#[autodiff_forward(d_integer, Dual, DualOnly)]
pub fn integer_tangent(n: i64) -> f64 {
    n as f64
}

#[autodiff_reverse(d_wide, 2, Active, Active, Active)]
pub fn wide(x: f64, y: [f64; 2]) -> f64 {
    x * y[0]
}

#[autodiff_reverse(d_count, Duplicated, Active)]
pub fn count(x: &[f64]) -> usize {
    x.len()
}

#[autodiff_reverse(d_first, Duplicated, ActiveOnly)]
pub fn first(x: &[f64]) -> &f64 {
    &x[0]
}

#[autodiff_forward(d_rest, Dual, Dual)]
pub fn rest(x: &[f64]) -> &[f64] {
    &x[1..]
}

#[autodiff_forward(d_all, 2, Dual, Dualv)]
pub fn all(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_result, Duplicated, Duplicated)]
pub fn duplicated_result(x: &f64) -> f64 {
    *x
}

fn main() {}
