//! Generic functions and the instances that are asked for.
use ad_build::autodiff_reverse;
use std::ops::{Add, Mul};

#[autodiff_reverse(d_sum, Duplicated, Active)]
pub fn sum<T: Copy + Into<f64>, const N: usize>(x: &[T; N]) -> f64 {
    x.iter().map(|x| (*x).into()).sum()
}

#[autodiff_reverse(d_incomplete, Duplicated, Active, N = 3)]
pub fn incomplete<T: Copy + Into<f64>, const N: usize>(x: &[T; N]) -> f64 {
    x.iter().map(|x| (*x).into()).sum()
}

#[autodiff_reverse(d_misspelt, Duplicated, Active, Rela = f64)]
pub fn misspelt<Real: Copy + Into<f64>>(x: &[Real]) -> f64 {
    x[0].into()
}

#[autodiff_reverse(d_unknown, Duplicated, Active, K = f64)]
pub fn unknown(x: &[f64]) -> f64 {
    x[0]
}

#[autodiff_reverse(d_type, Duplicated, Active, T = 3)]
pub fn type_as_value<T: Copy + Into<f64>>(x: &[T]) -> f64 {
    x[0].into()
}

#[autodiff_reverse(d_value, Duplicated, Active, N = Vec<f64>)]
pub fn value_as_type<const N: usize>(x: &[f64; N]) -> f64 {
    x[0]
}

#[autodiff_reverse(d_twice, Duplicated, Active, T = f64, T = f32)]
pub fn twice<T: Copy + Into<f64>>(x: &[T]) -> f64 {
    x[0].into()
}

#[autodiff_reverse(d_projection, Active, Active, T = f64)]
pub fn projection<T: Add + Mul>(x: T) -> T::Output {
    let _ = x;
    todo!()
}

fn main() {}
