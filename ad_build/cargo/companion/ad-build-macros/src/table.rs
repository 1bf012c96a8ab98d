//! Our signatures against those that rustc's `std::autodiff` generates, as recorded in `tests/std_autodiff.txt`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, ImplItemFn, ItemFn, ItemImpl, parse_quote, parse_str};

use crate::request::Mode;

const TABLE: &str = include_str!("../tests/std_autodiff.txt");

struct Case {
    attribute: Attribute,
    function: ItemFn,
    std: String,
    ours: String,
}

fn cases() -> Vec<Case> {
    TABLE.split("\n\n").filter_map(case).collect()
}

fn case(block: &str) -> Option<Case> {
    let line = |start: &str| block.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned));
    let (std, ours) = (line("std: ")?, line("ours: ")?);
    let mut code = block.lines().filter(|line| {
        !line.is_empty() && !line.starts_with("# ") && !line.starts_with("std: ") && !line.starts_with("ours: ")
    });
    let holder: ItemImpl = parse_str(&format!("impl X {{ {} fn x() {{}} }}", code.next()?)).unwrap();
    let syn::ImplItem::Fn(ImplItemFn { attrs, .. }) = &holder.items[0] else { panic!("{block}") };
    let head = code.next()?;
    let head = head.strip_prefix("in impl").map_or(head, |rest| rest.split_once(": ").unwrap().1);
    let function = parse_str(&format!("{head} {{}}")).unwrap_or_else(|error| panic!("{head}: {error}"));
    Some(Case { attribute: attrs[0].clone(), function, std, ours })
}

/// What the attribute makes, with the derivative last; or its complaint.
fn expand(case: &Case) -> Result<TokenStream, String> {
    let mode = if case.attribute.path().is_ident("autodiff_reverse") { Mode::Reverse } else { Mode::Forward };
    let arguments = case.attribute.meta.require_list().unwrap().tokens.clone();
    crate::free_or_method(mode, arguments, case.function.to_token_stream()).map_err(|error| error.to_string())
}

fn signature_made(case: &Case) -> Result<String, String> {
    let made: syn::File = syn::parse2(expand(case)?).map_err(|error| error.to_string())?;
    let Some(syn::Item::Fn(derivative)) = made.items.last() else { return Err("no function".to_owned()) };
    let (visibility, signature) = (&derivative.vis, &derivative.sig);
    Ok(normalized(&quote!(#visibility #signature).to_string()))
}

/// Without what is no part of a signature: `mut` in front of a name, `-> ()`, the suffix of a length.
fn normalized(head: &str) -> String {
    struct Normalize;
    impl VisitMut for Normalize {
        fn visit_pat_ident_mut(&mut self, pattern: &mut syn::PatIdent) {
            pattern.mutability = None;
        }
        fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
            if receiver.reference.is_none() {
                receiver.mutability = None;
            }
            visit_mut::visit_receiver_mut(self, receiver);
        }
        fn visit_lit_int_mut(&mut self, literal: &mut syn::LitInt) {
            *literal = syn::LitInt::new(literal.base10_digits(), literal.span());
        }
        fn visit_return_type_mut(&mut self, output: &mut syn::ReturnType) {
            if matches!(output, syn::ReturnType::Type(_, ty) if crate::types::is_unit(ty)) {
                *output = syn::ReturnType::Default;
            }
            visit_mut::visit_return_type_mut(self, output);
        }
    }
    let mut function: ItemFn = parse_str(&format!("{head} {{}}")).unwrap_or_else(|error| panic!("{head}: {error}"));
    Normalize.visit_item_fn_mut(&mut function);
    function.sig.inputs.pop_punct();
    function.block = parse_quote!({});
    function.into_token_stream().to_string()
}

#[test]
fn signatures_are_those_of_std() {
    let (mut same, mut differing) = (0, Vec::new());
    for case in cases() {
        let made = signature_made(&case);
        let fits = match case.ours.strip_prefix("refused: ") {
            Some(reason) => made.as_ref().is_err_and(|message| message.contains(reason)),
            None => {
                let expected = if case.ours == "same" { &case.std } else { &case.ours };
                same += usize::from(case.ours == "same");
                made.as_ref().is_ok_and(|made| *made == normalized(expected))
            }
        };
        if !fits {
            differing.push(format!(
                "{}\n  std: {}\n  ours: {}\n  made: {made:?}",
                case.attribute.to_token_stream(),
                case.std,
                case.ours
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(same >= 60, "only {same} cases with std's signature");
}
