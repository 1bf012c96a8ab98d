//! `#[derive(Perturb)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, GenericParam, Result, parse_quote};

use crate::crate_name;

pub fn derive(input: DeriveInput) -> Result<TokenStream> {
    let krate = crate_name::path();
    let name = &input.ident;
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, visits) = fields(&data.fields)?;
            code!(let #name #pattern = self; #visits)
        }
        Data::Enum(data) if data.variants.is_empty() => code!(match *self {}),
        Data::Enum(data) => {
            let mut arms = Vec::new();
            for variant in &data.variants {
                let (word, (pattern, visits)) = (&variant.ident, fields(&variant.fields)?);
                arms.push(code!(#name::#word #pattern => { #visits }));
            }
            code!(match self { #(#arms)* })
        }
        Data::Union(data) => {
            return Err(Error::new_spanned(data.union_token, "which member of a union holds numbers cannot be told"));
        }
    };
    let mut generics = input.generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(#krate::Perturb));
        }
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    Ok(code! {
        #[automatically_derived]
        impl #parameters #krate::Perturb for #name #arguments #conditions {
            fn visit(&mut self, visitor: &mut #krate::fallback::Visitor<'_>) {
                let _ = &visitor;
                #body
            }
        }
    })
}

/// The pattern that takes the fields apart, and the visits.
fn fields(fields: &Fields) -> Result<(TokenStream, TokenStream)> {
    let mut patterns = Vec::new();
    let mut visits = TokenStream::new();
    for (index, field) in fields.iter().enumerate() {
        let mut binding = code!(_);
        if !skipped(field)? {
            let name = format_ident!("field_{index}", span = proc_macro2::Span::mixed_site());
            let place = field.ty.span().resolved_at(proc_macro2::Span::mixed_site());
            let krate = crate_name::path_at(place);
            visits.extend(quote_spanned!(place=> #krate::Perturb::visit(#name, visitor);));
            binding = code!(#name);
        }
        patterns.push(match &field.ident {
            Some(name) => code!(#name: #binding),
            None => binding,
        });
    }
    let pattern = match fields {
        Fields::Named(_) => code!({ #(#patterns),* }),
        Fields::Unnamed(_) => code!((#(#patterns),*)),
        Fields::Unit => TokenStream::new(),
    };
    Ok((pattern, visits))
}

/// `#[perturb(skip)]`.
fn skipped(field: &Field) -> Result<bool> {
    let mut found = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("perturb")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(meta.error("expected `skip`"));
            }
            found = true;
            Ok(())
        })?;
    }
    Ok(found)
}
