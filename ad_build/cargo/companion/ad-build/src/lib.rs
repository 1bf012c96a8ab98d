//! Derivatives of Rust functions on stable Rust, written as for `std::autodiff`.
//!
//! An attribute asks for a derivative; `ad-build cargo` in place of `cargo` makes it, from the LLVM IR of the whole
//! program. The function itself stays as it is, and beside it stands another one:
//!
//! ```no_run
//! use ad_build::autodiff_reverse;
//!
//! #[autodiff_reverse(d_rosenbrock, Duplicated, Active)]
//! fn rosenbrock(x: &[f64]) -> f64 {
//!     x.windows(2).map(|w| (1.0 - w[0]).powi(2) + 100.0 * (w[1] - w[0] * w[0]).powi(2)).sum()
//! }
//!
//! fn main() {
//!     let x = [-1.2, 1.0];
//!     let mut gradient = [0.0; 2];
//!     let value = d_rosenbrock(&x, &mut gradient, 1.0);
//!     println!("f = {value:.1}, gradient = {gradient:.1?}"); // f = 24.2, gradient = [-215.6, -88.0]
//! }
//! ```
//!
//! `cargo check`, `cargo clippy` and rust-analyzer need nothing else. A plain `cargo build` ends in the linker, with the
//! name of the function and the sentence `ad-build derives this function; build with 'ad-build cargo' in place of 'cargo'`.
//!
//! # The attributes
//!
//! `#[autodiff_reverse(name, [width,] activities..., [T = type, N = value])]` and `#[autodiff_forward(...)]` take the name of
//! the derivative, one activity for each parameter, and one for the result if there is one.
//!
//! | activity | reverse mode | forward mode | |
//! | --- | --- | --- | --- |
//! | `Const` | yes | yes | takes no part |
//! | `Active` | yes | | passed by value: the derivative returns the adjoint. As a result: the derivative takes a seed, `dret` |
//! | `ActiveOnly` | result | | the same, and the derivative does not return the primal's result |
//! | `Duplicated` | references, slices, pointers | | a shadow follows, into which the adjoint is *added* |
//! | `DuplicatedOnly` | the same | | the same; what the primal writes there is not computed, so the derivative is `unsafe` |
//! | `Dual` | | yes | the tangent follows. As a result: the derivative returns result and tangent |
//! | `DualOnly` | | yes | the same without the primal's output; `unsafe` for parameters |
//! | `Dualv` | | slices | the tangents of all lanes in one slice, one after the other |
//!
//! The signature that follows, for `fn f(x: &[f64], n: usize, y: f64) -> f64`:
//!
//! | request | derivative |
//! | --- | --- |
//! | `autodiff_reverse(d_f, Duplicated, Const, Active, Active)` | `fn d_f(x: &[f64], dx_0: &mut [f64], n: usize, y: f64, dret: f64) -> (f64, f64)` |
//! | `autodiff_reverse(d_f, Duplicated, Const, Const, ActiveOnly)` | `fn d_f(x: &[f64], dx_0: &mut [f64], n: usize, y: f64, dret: f64)` |
//! | `autodiff_forward(d_f, Dual, Const, Dual, Dual)` | `fn d_f(x: &[f64], bx_0: &[f64], n: usize, y: f64, by_0: f64) -> (f64, f64)` |
//! | `autodiff_forward(d_f, 2, Dual, Const, Const, DualOnly)` | `fn d_f(x: &[f64], bx_0: &[f64], bx_1: &[f64], n: usize, y: f64) -> [f64; 2]` |
//!
//! These are the signatures of `std::autodiff`, but for what does not work there: `Active` on integers, references and
//! pointers, `ActiveOnly` on parameters and the like are errors here.
//!
//! Several attributes may stand on one function. The derivative has the visibility of the function; another one can stand
//! before the name, as in `autodiff_reverse(pub(crate) d_f, ...)`.
//!
//! ## Values
//!
//! Numbers, references and raw pointers go to the engine as they are, everything else through a pointer, so that arrays,
//! tuples, structs and enums by value are possible everywhere:
//!
//! ```no_run
//! # use ad_build::{autodiff_forward, autodiff_reverse};
//! #[derive(Clone, Copy)]
//! pub struct Point {
//!     pub x: f64,
//!     pub y: f64,
//! }
//!
//! #[autodiff_reverse(d_turn, Active, Active, Active)]
//! #[autodiff_forward(f_turn, Dual, Dual, Dual)]
//! pub fn turn(point: Point, angle: f64) -> Point {
//!     let (sin, cos) = angle.sin_cos();
//!     Point { x: cos * point.x - sin * point.y, y: sin * point.x + cos * point.y }
//! }
//!
//! # fn main() {
//! let (point, seed) = (Point { x: 1.0, y: 2.0 }, Point { x: 1.0, y: 0.0 });
//! let (turned, d_point, d_angle) = d_turn(point, 0.1, seed);
//! let (turned, tangent) = f_turn(point, seed, 0.1, 0.0);
//! # }
//! ```
//!
//! ## Generic functions
//!
//! A derivative is made of one instance. Which one is said at the end:
//!
//! ```no_run
//! # use ad_build::autodiff_reverse;
//! #[autodiff_reverse(d_norm, Duplicated, Active, T = f64, N = 3)]
//! #[autodiff_reverse(d_norm_f32, Duplicated, Active, T = f32, N = 2)]
//! fn norm<T: Copy + Into<f64>, const N: usize>(x: &[T; N]) -> f64 {
//!     x.iter().map(|x| (*x).into() * (*x).into()).sum::<f64>().sqrt()
//! }
//! # fn main() {
//! # d_norm(&[1.0; 3], &mut [0.0; 3], 1.0);
//! # d_norm_f32(&[1.0; 2], &mut [0.0; 2], 1.0);
//! # }
//! ```
//!
//! ## Methods
//!
//! The attributes go on methods of an inherent `impl` too. Where the method stands in the `impl` of a trait or in a generic
//! `impl`, or has no `self`, the `impl` itself needs `#[autodiff_impl]`: it puts the derivative into an inherent `impl` of
//! its own.
//!
//! ```no_run
//! # use ad_build::{autodiff_impl, autodiff_reverse};
//! trait Energy {
//!     fn energy(&self, x: &[f64]) -> f64;
//! }
//!
//! struct Spring<T> {
//!     stiffness: T,
//! }
//!
//! #[autodiff_impl]
//! impl<T: Copy + Into<f64>> Energy for Spring<T> {
//!     #[autodiff_reverse(d_energy, Const, Duplicated, Active, T = f32)]
//!     fn energy(&self, x: &[f64]) -> f64 {
//!         x.iter().map(|x| 0.5 * self.stiffness.into() * x * x).sum()
//!     }
//! }
//!
//! # fn main() {
//! let spring = Spring { stiffness: 2.0_f32 };
//! let energy = spring.d_energy(&[1.0], &mut [0.0], 1.0);
//! # }
//! ```
//!
//! A trait may also declare the derivatives itself, as `std::autodiff` needs it: then `#[autodiff_impl(in_trait)]` puts them
//! where they are declared.
//!
//! # Shadows
//!
//! [`zero_shadow`] makes a shadow of the same shape, with zero for every number; `#[derive(Shadow)]` makes it work for structs
//! and enums.
//!
//! # Without ad-build
//!
//! With the feature `fallback`, a program that is built without ad-build computes its derivatives by central differences:
//! slowly and with half of the digits, but it runs. Everything that takes part must be `Clone` and [`Perturb`] (which can be
//! derived), and raw pointers can only be `Const`.

extern crate self as ad_build;

#[doc(hidden)]
pub mod fallback;
mod shadow;

pub use ad_build_macros::{Perturb, Shadow, autodiff_forward, autodiff_impl, autodiff_reverse};
pub use fallback::Perturb;
pub use shadow::{Shadow, zero_shadow};
