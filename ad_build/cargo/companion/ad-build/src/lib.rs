extern crate self as ad_build;

mod shadow;

pub use ad_build_macros::{Shadow, autodiff_forward, autodiff_impl, autodiff_reverse};
pub use shadow::{Shadow, zero_shadow};
