//! The function that is differentiated, as far as its tokens tell.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Attribute, Error, FnArg, Generics, Ident, ItemFn, Pat, PatType, Receiver, Result, ReturnType, Token, Type};

use crate::elision::name_borrowed;
use crate::instance::Substitution;
use crate::types::{is_unit, mentions_self};

/// Where the function stands, and so how a shim can call it.
pub enum Place {
    /// A free function: the shim is nested in the derivative and calls it by its name.
    Free,
    /// In an `impl` of which nothing else is known: the shim stands beside it and calls `Self::f`.
    Method,
    /// In an `impl` that `#[autodiff_impl]` has read: the shim is nested and names the type.
    /// `label` is the type for messages; `shown_trait` is as written, for where `Self` can be said.
    Known { label: String, self_type: Box<Type>, of_trait: Option<syn::Path>, shown_trait: Option<syn::Path> },
}

pub struct Parameter {
    /// None for `self`.
    pub ident: Option<Ident>,
    pub receiver: Option<Receiver>,
    /// As the derivative's signature says it; `resolved` is without `Self` where that is known.
    pub ty: Type,
    pub resolved: Type,
    pub span: Span,
}

impl Parameter {
    pub fn name(&self) -> String {
        self.ident.as_ref().map_or("self".to_owned(), |ident| ident.unraw().to_string())
    }

    /// The parameter's value in the derivative's body.
    pub fn value(&self) -> TokenStream {
        match &self.ident {
            Some(ident) => quote!(#ident),
            None => Token![self](self.span).into_token_stream(),
        }
    }
}

pub struct Primal {
    pub ident: Ident,
    pub attributes: Vec<Attribute>,
    pub visibility: syn::Visibility,
    pub unsafety: Option<Token![unsafe]>,
    pub abi: Option<syn::Abi>,
    /// Lifetimes alone.
    pub generics: Generics,
    pub turbofish: Option<TokenStream>,
    pub parameters: Vec<Parameter>,
    /// None where the function returns nothing.
    pub result: Option<ResultType>,
    pub place: Place,
}

pub struct ResultType {
    pub ty: Type,
    pub resolved: Type,
}

impl Primal {
    /// Raises what no activity could make right.  `shown` and `resolved` are the substitutions for the signature
    /// and for what cannot name `Self`.
    pub fn new(
        item: &ItemFn,
        place: Option<Place>,
        shown: &mut Substitution,
        resolved: &mut Substitution,
    ) -> Result<Self> {
        refuse(item)?;
        let mut parameters = Vec::new();
        for input in &item.sig.inputs {
            let (ident, receiver, ty) = match input {
                FnArg::Receiver(receiver) => (None, Some(immutable(receiver)), &*receiver.ty),
                FnArg::Typed(input) => (Some(name(input)?), None, &*input.ty),
            };
            parameters.push(Parameter {
                ident,
                receiver,
                ty: shown.apply(ty)?,
                resolved: resolved.apply(ty)?,
                span: input.span(),
            });
        }
        let mut result = match &item.sig.output {
            ReturnType::Type(_, ty) if !is_unit(ty) => {
                Some(ResultType { ty: shown.apply(ty)?, resolved: resolved.apply(ty)? })
            }
            _ => None,
        };
        let method = parameters.iter().any(|parameter| parameter.receiver.is_some() || mentions_self(&parameter.ty))
            || result.as_ref().is_some_and(|result| mentions_self(&result.ty));
        let mut generics = shown.remaining(&item.sig.generics);
        if let Some(result) = &mut result {
            name_borrowed(&mut parameters, result, &mut generics);
        }
        Ok(Primal {
            ident: item.sig.ident.clone(),
            attributes: item.attrs.clone(),
            visibility: item.vis.clone(),
            unsafety: item.sig.unsafety,
            abi: item.sig.abi.clone(),
            generics,
            turbofish: resolved.turbofish(&item.sig.generics),
            parameters,
            result,
            place: place.unwrap_or(if method { Place::Method } else { Place::Free }),
        })
    }

    /// The attributes that hold for what is made from the function too.
    pub fn carried(&self, names: &[&str]) -> Vec<&Attribute> {
        self.attributes.iter().filter(|attribute| names.iter().any(|name| attribute.path().is_ident(name))).collect()
    }
}

/// `mut self` binds mutably; a derivative does not.
fn immutable(receiver: &Receiver) -> Receiver {
    let mut receiver = receiver.clone();
    if receiver.reference.is_none() {
        receiver.mutability = None;
    }
    receiver.attrs.clear();
    receiver
}

fn refuse(item: &ItemFn) -> Result<()> {
    let signature = &item.sig;
    if let Some(token) = signature.asyncness {
        return Err(Error::new(token.span, "an `async` function runs in pieces: differentiate what it calls"));
    }
    if let Some(token) = signature.constness {
        return Err(Error::new(token.span, "a `const` function cannot have a derivative: leave `const` out"));
    }
    if let Some(variadic) = &signature.variadic {
        return Err(Error::new_spanned(variadic, "a variadic function cannot be differentiated"));
    }
    for input in &signature.inputs {
        let attributes = match input {
            FnArg::Receiver(receiver) => &receiver.attrs,
            FnArg::Typed(input) => &input.attrs,
        };
        if let Some(attribute) = attributes.iter().find(|attribute| attribute.path().is_ident("cfg")) {
            return Err(Error::new_spanned(
                attribute,
                "a parameter that may be missing cannot have an activity: put `#[cfg]` on two functions",
            ));
        }
        if let FnArg::Typed(input) = input {
            if let Some(found) = first_impl_trait(&input.ty) {
                return Err(Error::new_spanned(
                    found,
                    "an `impl Trait` parameter has no instance that could be named: take `&dyn Trait`, or make it a \
                     generic parameter where the type has a name (a closure's has none)",
                ));
            }
        }
    }
    if let ReturnType::Type(_, ty) = &signature.output {
        if let Some(found) = first_impl_trait(ty) {
            return Err(Error::new_spanned(found, "an `impl Trait` result cannot be differentiated: name the type"));
        }
        if let Type::Never(never) = &**ty {
            return Err(Error::new_spanned(never, "a function that never returns has no derivative"));
        }
    }
    Ok(())
}

fn first_impl_trait(ty: &Type) -> Option<syn::TypeImplTrait> {
    struct Find(Option<syn::TypeImplTrait>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, ty: &'ast syn::TypeImplTrait) {
            self.0.get_or_insert_with(|| ty.clone());
        }
    }
    let mut find = Find(None);
    find.visit_type(ty);
    find.0
}

fn name(input: &PatType) -> Result<Ident> {
    match &*input.pat {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => Ok(pattern.ident.clone()),
        Pat::Ident(pattern) => {
            Err(Error::new_spanned(pattern, "a parameter of a differentiated function is a plain name"))
        }
        pattern => Err(Error::new_spanned(
            pattern,
            "a parameter of a differentiated function needs a name: shadows and adjoints are called after it",
        )),
    }
}
