//! Functions that cannot be differentiated, whatever the activities.
use ad_build::{autodiff_impl, autodiff_reverse};

#[autodiff_reverse(d_asynchronous, Active, Active)]
pub async fn asynchronous(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_constant, Active, Active)]
pub const fn constant(x: f64) -> f64 {
    x
}

#[autodiff_reverse(d_opaque, Const, Active, Active)]
pub fn opaque(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x)
}

#[autodiff_reverse(d_nested_opaque, Const, Active, Active)]
pub fn nested_opaque(g: &mut impl FnMut(f64) -> f64, x: f64) -> f64 {
    g(x)
}

#[autodiff_reverse(d_opaque_result, Duplicated, Const)]
pub fn opaque_result(x: &[f64]) -> impl Iterator<Item = f64> {
    x.iter().copied()
}

#[autodiff_reverse(d_pattern, Active, Active)]
pub fn pattern((x, y): (f64, f64)) -> f64 {
    x * y
}

#[autodiff_reverse(d_unnamed, Const, Active)]
pub fn unnamed(_: f64) -> f64 {
    0.0
}

#[autodiff_reverse(d_by_reference, Active, Active)]
pub fn by_reference(ref x: f64) -> f64 {
    *x
}

#[autodiff_reverse(d_never, Active, Active)]
pub fn never(x: f64) -> ! {
    panic!("{x}")
}

#[autodiff_reverse(d_conditional, Active, Active)]
pub fn conditional(#[cfg(all())] x: f64) -> f64 {
    x
}

pub trait Energy {
    #[autodiff_reverse(d_energy, Duplicated, Active)]
    fn energy(&self) -> f64;
}

#[autodiff_reverse(d_constant, Active)]
pub const NUMBER: f64 = 1.0;

#[autodiff_impl]
pub fn not_an_impl(x: f64) -> f64 {
    x
}

fn main() {}
