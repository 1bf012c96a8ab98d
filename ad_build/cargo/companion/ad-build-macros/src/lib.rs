//! The macros of the crate `ad-build`; its documentation is there.

/// `quote!` whose own names cannot clash with the user's.
macro_rules! code {
    ($($token:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($token)*) };
}

mod activity;
mod check;
mod crate_name;
mod derivative;
mod elision;
mod fallback;
mod implementation;
mod instance;
mod nearest;
mod perturb;
mod primal;
mod raw_name;
mod request;
mod shadow;
mod signature;
#[cfg(all(test, not(feature = "fallback")))] // which refuses more
mod table;
mod types;

use proc_macro::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, ItemFn, Result, parse_quote};

use crate::instance::Substitution;
use crate::primal::Primal;
use crate::request::{Mode, Request};
use crate::signature::Plan;

/// See the crate `ad_build`.
#[proc_macro_attribute]
pub fn autodiff_reverse(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Mode::Reverse, arguments.into(), item.into()).into()
}

/// See the crate `ad_build`.
#[proc_macro_attribute]
pub fn autodiff_forward(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(Mode::Forward, arguments.into(), item.into()).into()
}

/// See the crate `ad_build`.
#[proc_macro_attribute]
pub fn autodiff_impl(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let untouched = item.clone();
    match implementation::expand(arguments.into(), item.into()) {
        Ok(made) => made.into(),
        Err(error) => [untouched, error.to_compile_error().into()].into_iter().collect(),
    }
}

/// See the crate `ad_build`.
#[proc_macro_derive(Perturb, attributes(perturb))]
pub fn derive_perturb(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    perturb::derive(input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// See the crate `ad_build`.
#[proc_macro_derive(Shadow, attributes(shadow))]
pub fn derive_shadow(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    shadow::derive(input).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn attribute(
    mode: Mode,
    arguments: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    // Whatever happens, the function itself stays, so that one mistake gives one message.
    let made = free_or_method(mode, arguments, item.clone()).unwrap_or_else(|error| error.to_compile_error());
    quote!(#item #made)
}

fn free_or_method(
    mode: Mode,
    arguments: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> Result<proc_macro2::TokenStream> {
    let tokens = format!("{arguments} {item}");
    let request: Request = syn::parse2(arguments)?;
    let function = function(item)?;
    let mut shown = Substitution::new(&function.sig.ident, &[&function.sig.generics], &request.instance)?;
    let mut resolved = Substitution::new(&function.sig.ident, &[&function.sig.generics], &request.instance)?;
    let primal = Primal::new(&function, None, &mut shown, &mut resolved)?;
    let (args, ret) = check::activities(mode, &request, &primal)?;
    let plan = Plan { mode, request: &request, primal: &primal, args, ret };
    let derivative::Derivative { beside, item } = derivative::derivative(&plan, &tokens)?;
    Ok(quote!(#beside #item))
}

/// The function without its body, which may be half-written (in an editor) or newer than what syn knows.
fn function(item: proc_macro2::TokenStream) -> Result<ItemFn> {
    let head = |input: ParseStream| {
        let (attrs, vis, sig) = (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
        let body;
        let _ = syn::braced!(body in input);
        body.parse::<proc_macro2::TokenStream>()?;
        Ok(ItemFn { attrs, vis, sig, block: parse_quote!({}) })
    };
    head.parse2(item.clone()).map_err(|_| {
        let message = "only a function with a body can be differentiated; in an `impl` of a trait, also write \
                       `#[autodiff_impl]` on the `impl`";
        Error::new_spanned(item, message)
    })
}
