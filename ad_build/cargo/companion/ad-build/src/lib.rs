extern crate self as ad_build;

#[doc(hidden)]
pub mod fallback;
mod shadow;

pub use ad_build_macros::{Perturb, Shadow, autodiff_forward, autodiff_impl, autodiff_reverse};
pub use fallback::Perturb;
pub use shadow::{Shadow, zero_shadow};
