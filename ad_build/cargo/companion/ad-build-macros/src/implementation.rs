//! `#[autodiff_impl]`: reads a whole `impl`, so that the derivatives of its methods can name the type.
//!
//! An `impl` of a trait cannot hold more than the trait declares, and a derivative cannot name the parameters of a
//! generic `impl`; so each derivative goes into an inherent `impl` of its own, of one instance of the type.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Error, Ident, ImplItem, ImplItemFn, ItemFn, ItemImpl, Lifetime, Path, Result, Type, parse_quote};

use crate::check;
use crate::derivative::{Derivative, derivative};
use crate::instance::Substitution;
use crate::primal::{Place, Primal};
use crate::request::{Mode, Request};
use crate::signature::Plan;

/// What stands in the parentheses: whether the trait itself declares the derivatives.
struct Options {
    in_trait: bool,
}

fn options(arguments: TokenStream, item: &ItemImpl) -> Result<Options> {
    if arguments.is_empty() {
        return Ok(Options { in_trait: false });
    }
    let word: Ident =
        syn::parse2(arguments.clone()).map_err(|error| Error::new(error.span(), "expected nothing or `in_trait`"))?;
    if word != "in_trait" {
        return Err(Error::new(word.span(), "expected nothing or `in_trait`"));
    }
    if item.trait_.is_none() {
        return Err(Error::new(word.span(), "`in_trait` is for the `impl` of a trait which declares the derivatives"));
    }
    Ok(Options { in_trait: true })
}

/// The `impl` without our attributes, and the derivatives (or what is wrong with them).
pub fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let is_impl = item.clone().into_iter().any(|tree| matches!(tree, TokenTree::Ident(word) if word == "impl"));
    let mut item: ItemImpl = syn::parse2(item.clone()).map_err(|error| {
        if is_impl { error } else { Error::new_spanned(item, "`#[autodiff_impl]` goes on an `impl`") }
    })?;
    let mut errors = TokenStream::new();
    let options = options(arguments, &item).unwrap_or_else(|error| {
        errors.extend(error.to_compile_error());
        Options { in_trait: false }
    });
    let requests = take_requests(&mut item, &mut errors);
    let (mut inside, mut outside) = (Vec::new(), TokenStream::new());
    for (mode, request, function) in &requests {
        match method(&item, &options, *mode, request, function) {
            Ok(made) if options.in_trait => inside.push(ImplItem::Verbatim(made)),
            Ok(made) => outside.extend(made),
            Err(error) => errors.extend(error.to_compile_error()),
        }
    }
    item.items.extend(inside);
    Ok(quote!(#item #outside #errors))
}

/// Takes our attributes off the methods.
fn take_requests(item: &mut ItemImpl, errors: &mut TokenStream) -> Vec<(Mode, Request, ItemFn)> {
    let mut found = Vec::new();
    for member in &mut item.items {
        let ImplItem::Fn(member) = member else { continue };
        let (ours, others) = member.attrs.drain(..).partition(|attribute| mode_of(attribute.path()).is_some());
        let ours: Vec<syn::Attribute> = ours;
        member.attrs = others;
        for attribute in ours {
            match (mode_of(attribute.path()), attribute.parse_args::<Request>()) {
                (Some(mode), Ok(request)) => found.push((mode, request, free(member))),
                (_, Err(error)) => errors.extend(error.to_compile_error()),
                (None, Ok(_)) => {}
            }
        }
    }
    found
}

fn mode_of(path: &Path) -> Option<Mode> {
    let name = &path.segments.last()?.ident;
    if name == "autodiff_reverse" {
        Some(Mode::Reverse)
    } else if name == "autodiff_forward" {
        Some(Mode::Forward)
    } else {
        None
    }
}

fn free(member: &ImplItemFn) -> ItemFn {
    ItemFn {
        attrs: member.attrs.clone(),
        vis: member.vis.clone(),
        sig: member.sig.clone(),
        block: Box::new(parse_quote!({})),
    }
}

fn method(item: &ItemImpl, options: &Options, mode: Mode, request: &Request, function: &ItemFn) -> Result<TokenStream> {
    let generics = [&item.generics, &function.sig.generics];
    let instance = || Substitution::new(&function.sig.ident, &generics, &request.instance);
    let (mut shown, mut resolved) = (instance()?, instance()?);
    let own_type = resolved.apply(&item.self_ty)?;
    let of_trait = match &item.trait_ {
        Some((_, path, _)) => Some(trait_path(&mut resolved, path)?),
        None => None,
    };
    let (named_type, named_trait) = name_lifetimes(&own_type, of_trait.as_ref());
    resolved.with_self(named_type.clone(), named_trait.clone());
    if options.in_trait {
        refuse_in_trait(item, request)?;
    } else if let Some(of_trait) = &of_trait {
        shown.with_self(parse_quote!(Self), Some(of_trait.clone()));
    }
    let place = Place::Known {
        label: own_type.to_token_stream().to_string().replace([' ', '{', '}'], ""),
        self_type: Box::new(named_type),
        of_trait: named_trait,
        shown_trait: of_trait,
    };
    let mut primal = Primal::new(function, Some(place), &mut shown, &mut resolved)?;
    if item.trait_.is_some() && !options.in_trait {
        primal.visibility = parse_quote!(pub); // a trait's methods have none: they are as visible as the trait
    }
    let (args, ret) = check::activities(mode, request, &primal)?;
    let plan = Plan { mode, request, primal: &primal, args, ret };
    let tokens = format!("{} {} {}", item.self_ty.to_token_stream(), mode.word(), function.to_token_stream());
    let Derivative { beside: _, item: made } = derivative(&plan, &tokens)?;
    if options.in_trait {
        return Ok(made);
    }
    let conditional = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let remaining = shown.remaining(&item.generics);
    let (parameters, _, conditions) = remaining.split_for_impl();
    Ok(quote!(#(#conditional)* impl #parameters #own_type #conditions { #made }))
}

fn trait_path(substitution: &mut Substitution, path: &Path) -> Result<Path> {
    match substitution.apply(&parse_quote!(#path))? {
        Type::Path(path) => Ok(path.path),
        other => Err(Error::new_spanned(other, "expected a trait")),
    }
}

fn refuse_in_trait(item: &ItemImpl, request: &Request) -> Result<()> {
    if let Some(visibility) = &request.visibility {
        return Err(Error::new_spanned(visibility, "what a trait declares has no visibility of its own"));
    }
    match item.generics.params.iter().find(|parameter| !matches!(parameter, syn::GenericParam::Lifetime(_))) {
        Some(parameter) => Err(Error::new_spanned(
            parameter,
            "a derivative is made of one instance, and this `impl` is of many: leave `in_trait` out",
        )),
        None => Ok(()),
    }
}

/// The lifetimes that the header of an `impl` may leave out must be there where its type stands in a result.
fn name_lifetimes(ty: &Type, of_trait: Option<&Path>) -> (Type, Option<Path>) {
    struct Name(usize);
    impl Name {
        fn next(&mut self) -> Lifetime {
            self.0 += 1;
            Lifetime::new(&format!("'__ad_build_{}", self.0), proc_macro2::Span::call_site())
        }
    }
    impl VisitMut for Name {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = self.next();
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if reference.lifetime.is_none() {
                reference.lifetime = Some(self.next());
            }
            visit_mut::visit_type_reference_mut(self, reference);
        }
    }
    let (mut ty, mut of_trait, mut name) = (ty.clone(), of_trait.cloned(), Name(0));
    name.visit_type_mut(&mut ty);
    if let Some(path) = &mut of_trait {
        name.visit_path_mut(path);
    }
    (ty, of_trait)
}
