//! Derivatives of Rust functions on stable Rust, as `std::autodiff` writes them.

pub use ad_build_macros::{autodiff_forward, autodiff_impl, autodiff_reverse};
