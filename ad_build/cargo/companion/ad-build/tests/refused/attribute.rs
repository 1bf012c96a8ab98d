//! The attribute itself: its name, its width, the number of activities.
use ad_build::{autodiff_forward, autodiff_reverse};

#[autodiff_reverse]
pub fn nothing(x: f64) -> f64 {
    x
}

#[autodiff_reverse()]
pub fn empty(x: f64) -> f64 {
    x
}

#[autodiff_reverse(4, Active, Active)]
pub fn width_first(x: f64) -> f64 {
    x
}

#[autodiff_reverse(Duplicated, Active)]
pub fn no_name(x: &f64) -> f64 {
    *x
}

#[autodiff_reverse(same, Active, Active)]
pub fn same(x: f64) -> f64 {
    x
}

#[autodiff_forward(d_width_zero, 0, Dual, Dual)]
pub fn width_zero(x: f64) -> f64 {
    x
}

#[autodiff_forward(d_width_late, Dual, 4, Dual)]
pub fn width_late(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_too_few, Active)]
pub fn too_few(x: f64, y: f64) -> f64 {
    x * y
}

#[autodiff_reverse(d_too_many, Active, Active, Const, Const)]
pub fn too_many(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_no_activity)]
pub fn no_activity(x: f64, y: f64) -> f64 {
    x * y
}

#[autodiff_reverse(d_no_result, Active)]
pub fn no_result_activity(x: f64) -> f64 {
    x
}

#[autodiff_forward(d_no_result_forward, Dual)]
pub fn no_result_activity_forward(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_unit, Duplicated, Active)]
pub fn unit(x: &mut f64) {
    *x = 0.0;
}

#[autodiff_reverse(d_no_comma, Active Active)]
pub fn no_comma(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_late, T = f64, Active, Active)]
pub fn late<T: Into<f64>>(x: T) -> f64 {
    x.into()
}

fn main() {}
