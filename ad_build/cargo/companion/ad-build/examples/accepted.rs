//! Every shape of request; what it expands to must be free of warnings in every edition.
#![cfg(not(feature = "fallback"))] // which cannot do all of it
#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery, missing_docs, unused, unsafe_op_in_unsafe_fn)]
#![deny(unused_lifetimes, unused_qualifications, unreachable_pub, missing_debug_implementations)]
#![deny(elided_lifetimes_in_paths, let_underscore_drop, non_ascii_idents, unit_bindings, unused_results)]
#![allow(clippy::must_use_candidate, clippy::missing_const_for_fn, clippy::needless_pass_by_value, clippy::ptr_arg)]
#![allow(clippy::trivially_copy_pass_by_ref, clippy::missing_panics_doc, clippy::use_self, clippy::suboptimal_flops)]
#![allow(clippy::needless_pass_by_ref_mut, clippy::needless_lifetimes, clippy::unnecessary_box_returns)]

#[allow(unused_extern_crates)]
extern crate ad_build;

use ad_build::{Shadow, autodiff_forward, autodiff_impl, autodiff_reverse};

/// A struct.
#[derive(Clone, Copy, Debug, Shadow)]
pub struct Point {
    /// One.
    pub x: f64,
    /// Two.
    pub y: f64,
}

/// An enum.
#[derive(Clone, Debug, Shadow)]
pub enum Kind<T> {
    /// One.
    One(T),
    /// Two.
    Two {
        /// A field.
        value: Vec<T>,
    },
}

/// Slices.
#[autodiff_reverse(d_pick, Duplicated, Const, Active)]
#[autodiff_reverse(d_pick_only, Duplicated, Const, ActiveOnly)]
#[autodiff_reverse(d_pick_wide, 3, Duplicated, Const, Active)]
#[autodiff_forward(f_pick, Dual, Const, Dual)]
#[autodiff_forward(f_pick_wide, 4, Dualv, Const, DualOnly)]
#[must_use]
#[inline]
pub fn pick(x: &[f64], n: usize) -> f64 {
    x[n]
}

/// Scalars, arrays and tuples by value.
#[autodiff_reverse(d_values, Active, Active, Active, Const, Active)]
#[autodiff_forward(f_values, 2, Dual, Dual, Dual, Const, Dual)]
pub fn values(mut x: f32, y: [f32; 2], z: (f64, (f32, f32)), flag: bool) -> f32 {
    if flag {
        x += y[0];
    }
    x * (z.1).0
}

/// Structs by value, and as results.
#[autodiff_reverse(d_swap, Active, Active)]
#[autodiff_reverse(d_swap_only, Active, ActiveOnly)]
#[autodiff_reverse(d_swap_wide, 2, Const, Active)]
#[autodiff_forward(f_swap, Dual, Dual)]
#[autodiff_forward(f_swap_only, 3, Dual, DualOnly)]
pub fn swap(point: Point) -> Point {
    Point { x: point.y, y: point.x }
}

/// Values that own memory.
#[autodiff_reverse(d_owned, Const, Duplicated, Const)]
pub fn owned(x: Vec<f64>, y: &Kind<f64>) -> Option<Box<f64>> {
    match y {
        Kind::One(y) => x.first().map(|x| Box::new(*x * *y)),
        Kind::Two { .. } => None,
    }
}

/// In and out.
#[autodiff_reverse(d_fill, Duplicated, DuplicatedOnly)]
#[autodiff_forward(f_fill, Dual, DualOnly)]
pub fn fill(x: &f64, y: &mut [f64]) {
    y.fill(*x);
}

/// Lifetimes.
#[autodiff_reverse(d_longest, Duplicated, Duplicated, Const)]
pub fn longest<'a, 'b: 'a>(x: &'a [f64], y: &'b [f64]) -> &'a [f64] {
    if x.len() > y.len() { x } else { y }
}

/// A result that borrows.
#[autodiff_forward(f_first, Dual, Const)]
pub fn first(x: &[f64]) -> Option<&f64> {
    x.first()
}

/// A result that borrows from one of several.
#[autodiff_reverse(d_second, Const, Duplicated, Const)]
pub fn second<'a>(x: &f64, y: &'a [f64]) -> &'a [f64] {
    if *x > 0.0 { y } else { &[] }
}

/// A result that borrows from what is passed by value.
#[autodiff_reverse(d_third, Const, Const)]
pub fn third(x: Option<&f64>) -> &f64 {
    x.unwrap_or(&0.0)
}

/// Raw pointers.
///
/// # Safety
///
/// `n` numbers stand behind `x`.
#[autodiff_reverse(d_raw, Duplicated, Const, Active)]
pub unsafe fn raw(x: *const f64, n: usize) -> f64 {
    unsafe { *x.add(n - 1) }
}

/// Trait objects and function pointers.
#[autodiff_reverse(d_call, Duplicated, Const, Active, Active)]
pub fn call(f: &dyn Fn(f64) -> f64, g: fn(f64) -> f64, x: f64) -> f64 {
    g(f(x))
}

/// A generic function.
#[autodiff_reverse(d_dot_f64, Duplicated, Duplicated, Active, T = f64, N = 3)]
#[autodiff_reverse(d_dot_f32, Duplicated, Duplicated, Active, T = f32, N = { 1 + 1 })]
pub fn dot<T: Copy + core::ops::Mul<Output = T>, const N: usize>(x: &[T; N], y: &[T; N]) -> f64
where
    T::Output: Into<f64>,
{
    x.iter().zip(y).map(|(x, y)| (*x * *y).into()).sum()
}

/// An associated type of a generic parameter.
#[autodiff_forward(f_times, Dual, Dual, Dual, T = f64)]
pub fn times<T: core::ops::Mul>(x: T, y: T) -> T::Output {
    x * y
}

/// C's calling convention.
#[autodiff_reverse(d_square, Active, Active)]
#[unsafe(no_mangle)]
pub extern "C" fn ad_build_accepted_square(x: f64) -> f64 {
    x * x
}

/// Names of the function's own.
#[autodiff_reverse(d_primal, Active, Active, Active, Active, Duplicated, Active)]
pub fn primal(primal: f64, out: f64, p0: f64, a0: f64, r#type: &f64) -> f64 {
    primal * out * p0 * a0 * r#type
}

/// No parameters.
#[autodiff_reverse(d_constant, Const)]
pub fn constant() -> f64 {
    1.0
}

#[cfg(any())]
#[autodiff_reverse(d_absent, Active, Active)]
fn absent(x: Missing) -> f64 {}

/// Old.
#[autodiff_reverse(d_old, Active, Active)]
#[deprecated]
pub fn old(x: f64) -> f64 {
    x
}

impl Point {
    /// By reference.
    #[autodiff_reverse(d_norm, Duplicated, Active)]
    #[autodiff_forward(f_norm, Dual, Dual)]
    pub fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }

    /// By value.
    #[must_use]
    #[autodiff_reverse(d_plus, Active, Duplicated, Active)]
    #[autodiff_forward(f_plus, Dual, Dual, Dual)]
    pub fn plus(mut self, other: &Self) -> Self {
        self.x += other.x;
        self
    }

    /// Mutably.
    #[autodiff_reverse(d_scale, Duplicated, Active)]
    pub fn scale(&mut self, factor: f64) {
        self.x *= factor;
    }

    /// Slices of Self, pointers to Self.
    ///
    /// # Safety
    ///
    /// `last` points to a point.
    #[allow(clippy::borrowed_box)]
    #[autodiff_reverse(d_sum, Duplicated, Duplicated, Duplicated, Duplicated)]
    pub unsafe fn sum(points: &[Self], boxed: &Box<Self>, last: *const Self, sum: &mut Self) {
        sum.x = points.iter().map(|point| point.x).sum::<f64>() + unsafe { (*last).x } + boxed.x;
    }
}

/// A trait.
pub trait Energy<K> {
    /// A type.
    type Out;
    /// A number.
    const N: usize;
    /// A method.
    fn energy(&self, x: &[K]) -> f64;
    /// Another one.
    fn out(&mut self, x: [f64; 2]) -> Self::Out;
}

#[autodiff_impl]
impl Energy<f64> for Point {
    type Out = (f64, f64);
    const N: usize = 2;

    #[autodiff_reverse(d_energy, Duplicated, Duplicated, Active)]
    #[autodiff_forward(pub(crate) f_energy, Dual, Dual, Dual)]
    fn energy(&self, x: &[f64]) -> f64 {
        self.x * x[0]
    }

    #[autodiff_reverse(d_out, Duplicated, Active, Active)]
    fn out(&mut self, x: [f64; 2]) -> Self::Out {
        self.x = x[0];
        (x[0], x[1])
    }
}

/// Shows that a derivative can be `pub(crate)`.
pub fn slope(point: &Point) -> f64 {
    let (_, slope) = point.f_energy(&Point { x: 1.0, y: 0.0 }, &[1.0], &[0.0]);
    slope
}

/// A trait which declares the derivative, as `std::autodiff` needs it.
pub trait Declared {
    /// A method.
    fn value(&self, x: f64) -> f64;
    /// Its derivative.
    fn d_value(&self, x: f64, dret: f64) -> (f64, f64);
}

#[autodiff_impl(in_trait)]
impl Declared for Point {
    #[autodiff_reverse(d_value, Const, Active, Active)]
    fn value(&self, x: f64) -> f64 {
        self.x * x
    }
}

/// A view.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T, const N: usize> {
    /// What is seen.
    pub x: &'a [T; N],
}

#[autodiff_impl]
impl<'a, T, const N: usize> View<'a, T, N>
where
    T: Copy + Into<f64>,
{
    /// An associated function.
    #[autodiff_reverse(d_new, Duplicated, Const, T = f64, N = 3)]
    pub fn new(x: &'a [T; N]) -> Self {
        Self { x }
    }

    /// One instance or more.
    #[autodiff_reverse(d_total, Duplicated, Duplicated, Active, T = f64, N = 3)]
    #[autodiff_reverse(d_total_f32, Duplicated, Duplicated, Active, T = f32, N = 2)]
    pub fn total(&self, other: &Self) -> f64 {
        self.x.iter().chain(other.x).map(|x| (*x).into()).sum()
    }

    /// An instance with more than the parameters of the `impl`.
    #[autodiff_reverse(d_mixed, Duplicated, Active, Active, T = f64, N = 1, K = f32)]
    pub fn mixed<K: Copy + Into<f64>>(&self, k: K) -> f64 {
        k.into() * self.x[0].into()
    }
}

#[autodiff_impl]
impl Energy<f32> for View<'_, f64, 1> {
    type Out = Option<f64>;
    const N: usize = 1;

    #[autodiff_reverse(d_energy, Duplicated, Duplicated, Active)]
    fn energy(&self, x: &[f32]) -> f64 {
        self.x[0] * f64::from(x[0])
    }

    fn out(&mut self, x: [f64; 2]) -> Self::Out {
        x.first().copied()
    }
}

macro_rules! generated {
    ($name:ident, $derivative:ident, $ty:ty) => {
        /// Made by a macro.
        #[autodiff_reverse($derivative, Active, Duplicated, Active)]
        pub fn $name(x: $ty, y: &$ty) -> $ty {
            x * *y
        }
    };
}

generated!(generated_f32, d_generated_f32, f32);
generated!(generated_f64, d_generated_f64, f64);

/// Inside a function.
pub fn nested() -> f64 {
    #[autodiff_reverse(d_inner, Active, Active)]
    fn inner(x: f64) -> f64 {
        x * x
    }
    d_inner(1.0, 1.0).1
}
