//! `#[derive(Shadow)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Fields, GenericParam, Result, parse_quote};

use crate::crate_name;

/// How the shadow of one field is made.
enum Make {
    Trait,
    Clone,
    With(Box<Expr>),
}

pub fn derive(input: DeriveInput) -> Result<TokenStream> {
    let krate = crate_name::path();
    let name = &input.ident;
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, value) = fields(&data.fields)?;
            quote!(let #name #pattern = self; #name #value)
        }
        Data::Enum(data) if data.variants.is_empty() => quote!(match *self {}),
        Data::Enum(data) => {
            let mut arms = Vec::new();
            for variant in &data.variants {
                let (word, (pattern, value)) = (&variant.ident, fields(&variant.fields)?);
                arms.push(quote!(#name::#word #pattern => #name::#word #value));
            }
            quote!(match self { #(#arms,)* })
        }
        Data::Union(data) => {
            return Err(Error::new_spanned(data.union_token, "which member of a union holds numbers cannot be told"));
        }
    };
    let mut generics = input.generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(#krate::Shadow));
        }
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #parameters #krate::Shadow for #name #arguments #conditions {
            fn zero_shadow(&self) -> Self {
                #body
            }
        }
    })
}

/// The pattern that takes the fields apart, and the expression that puts the shadow together.
fn fields(fields: &Fields) -> Result<(TokenStream, TokenStream)> {
    let mut patterns = Vec::new();
    let mut values = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let binding = format_ident!("field_{index}", span = proc_macro2::Span::mixed_site());
        let value = match make(&field.attrs)? {
            // A complaint points at the field.
            Make::Trait => {
                let place = field.ty.span().resolved_at(proc_macro2::Span::mixed_site());
                let krate = crate_name::path_at(place);
                quote_spanned!(place=> #krate::Shadow::zero_shadow(#binding))
            }
            Make::Clone => quote!(::core::clone::Clone::clone(#binding)),
            Make::With(function) => quote!((#function)(#binding)),
        };
        match &field.ident {
            Some(name) => {
                patterns.push(quote!(#name: #binding));
                values.push(quote!(#name: #value));
            }
            None => {
                patterns.push(quote!(#binding));
                values.push(value);
            }
        }
    }
    Ok(match fields {
        Fields::Named(_) => (quote!({ #(#patterns),* }), quote!({ #(#values),* })),
        Fields::Unnamed(_) => (quote!((#(#patterns),*)), quote!((#(#values),*))),
        Fields::Unit => (TokenStream::new(), TokenStream::new()),
    })
}

/// `#[shadow(clone)]` or `#[shadow(with = function)]`.
fn make(attributes: &[Attribute]) -> Result<Make> {
    let mut found = Make::Trait;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("shadow")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("clone") {
                found = Make::Clone;
            } else if meta.path.is_ident("with") {
                found = Make::With(Box::new(meta.value()?.parse()?));
            } else {
                return Err(meta.error("expected `clone` or `with = function`"));
            }
            Ok(())
        })?;
    }
    Ok(found)
}
