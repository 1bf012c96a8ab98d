//! Replaces generic parameters, and `Self` where it is known, in types.

use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Error, Expr, ExprPath, GenericArgument, GenericParam, Generics, Path, PathSegment, QSelf, Result, Type,
    TypeParamBound, TypePath, WherePredicate, parse_quote,
};

use crate::nearest::nearest;
use crate::request::Argument;
use crate::types::mentions;

/// What one generic parameter stands for; `bounds` are the traits it has, for `T::Output`.
struct Replacement {
    name: Ident,
    argument: Argument,
    bounds: Vec<Path>,
}

#[derive(Default)]
pub struct Substitution {
    replaced: Vec<Replacement>,
    self_type: Option<(Type, Option<Path>)>,
    error: Option<Error>,
}

impl Substitution {
    /// The explicit instance of a request.  Every type and const parameter of `generics` must be given, and nothing
    /// else; `function` is for the messages.
    pub fn new(function: &Ident, generics: &[&Generics], instance: &[(Ident, Argument)]) -> Result<Self> {
        let mut found = Substitution::default();
        let parameters: Vec<&GenericParam> = generics
            .iter()
            .flat_map(|generics| &generics.params)
            .filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
            .collect();
        let names: Vec<String> = parameters.iter().map(|parameter| parameter_name(parameter).to_string()).collect();
        for (name, argument) in instance {
            let Some(parameter) = parameters.iter().find(|parameter| parameter_name(parameter) == name) else {
                return Err(Error::new(name.span(), unknown(function, name, &names)));
            };
            let argument = match (parameter, argument) {
                (GenericParam::Const(_), Argument::Type(ty)) => {
                    let path: Expr = syn::parse2(ty.to_token_stream()).map_err(|_| {
                        Error::new_spanned(ty, format!("`{name}` is a const parameter: expected a value"))
                    })?;
                    Argument::Const(path)
                }
                (GenericParam::Type(_), Argument::Const(value)) => {
                    return Err(Error::new_spanned(value, format!("`{name}` is a type parameter: expected a type")));
                }
                (_, argument) => argument.clone(),
            };
            found.replaced.push(Replacement {
                name: name.clone(),
                argument,
                bounds: generics.iter().flat_map(|generics| bounds(generics, name)).collect(),
            });
        }
        if let Some(parameter) = parameters.iter().find(|parameter| found.find(parameter_name(parameter)).is_none()) {
            let example: Vec<String> = parameters.iter().map(|parameter| example(parameter)).collect();
            return Err(Error::new_spanned(
                parameter,
                format!(
                    "`{function}` is generic, and a derivative is made of one instance: say which one at the end of the \
                     attribute, as in `{}`",
                    example.join(", ")
                ),
            ));
        }
        Ok(found)
    }

    /// Also replace `Self`, and `Self::X` by `<Self as Trait>::X`.
    pub fn with_self(&mut self, self_type: Type, of_trait: Option<Path>) {
        self.self_type = Some((self_type, of_trait));
    }

    pub fn apply(&mut self, ty: &Type) -> Result<Type> {
        let mut ty = ty.clone();
        self.visit_type_mut(&mut ty);
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(ty),
        }
    }

    /// The generic parameters that stay (lifetimes), with those conditions that do not mention a replaced one.
    pub fn remaining(&self, generics: &Generics) -> Generics {
        let mut kept = generics.clone();
        kept.params = generics
            .params
            .iter()
            .filter(|parameter| matches!(parameter, GenericParam::Lifetime(_)))
            .cloned()
            .collect();
        if let Some(clause) = &mut kept.where_clause {
            clause.predicates = clause
                .predicates
                .iter()
                .filter(|predicate| !mentions(predicate.to_token_stream(), &|word| self.find(word).is_some()))
                .cloned()
                .collect();
        }
        if kept.where_clause.as_ref().is_some_and(|clause| clause.predicates.is_empty()) {
            kept.where_clause = None;
        }
        if kept.params.is_empty() {
            kept.lt_token = None;
            kept.gt_token = None;
        }
        kept
    }

    /// `::<f64, 3>` for the function's own parameters, in the order of their declaration.
    pub fn turbofish(&self, generics: &Generics) -> Option<proc_macro2::TokenStream> {
        let arguments: Vec<_> = generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Lifetime(_) => None,
                _ => self.find(parameter_name(parameter)),
            })
            .map(|replacement| match &replacement.argument {
                Argument::Type(ty) => quote!(#ty),
                Argument::Const(value) => quote!({ #value }),
            })
            .collect();
        (!arguments.is_empty()).then(|| quote!(::<#(#arguments),*>))
    }

    fn find(&self, name: &Ident) -> Option<&Replacement> {
        self.replaced.iter().find(|replacement| replacement.name == *name)
    }

    fn type_for(&mut self, path: &TypePath) -> Option<Type> {
        if path.qself.is_some() || path.path.leading_colon.is_some() {
            return None;
        }
        let first = &path.path.segments[0];
        let rest: Punctuated<PathSegment, syn::Token![::]> = path.path.segments.iter().skip(1).cloned().collect();
        if first.ident == "Self" {
            let (self_type, of_trait) = self.self_type.clone()?;
            return Some(if rest.is_empty() {
                self_type
            } else {
                match of_trait {
                    Some(of_trait) => projection(self_type, &of_trait, rest),
                    None => parse_quote!(<#self_type>::#rest),
                }
            });
        }
        let replacement = self.find(&first.ident)?;
        let Argument::Type(ty) = &replacement.argument else { return None };
        if rest.is_empty() {
            return Some(ty.clone());
        }
        if let [bound] = &replacement.bounds[..] {
            let (ty, mut bound) = (ty.clone(), bound.clone());
            self.visit_path_mut(&mut bound);
            return Some(projection(ty, &bound, rest));
        }
        let name = first.ident.clone();
        self.error.get_or_insert_with(|| {
            Error::new_spanned(path, format!("which trait's? Write `<{name} as Trait>::{}`", rest.to_token_stream()))
        });
        None
    }
}

impl VisitMut for Substitution {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty {
            if let Some(replacement) = self.type_for(path) {
                *ty = replacement;
                return;
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        if let GenericArgument::Type(Type::Path(path)) = argument {
            if let Some(name) = path.path.get_ident().filter(|_| path.qself.is_none()) {
                if let Some(Replacement { argument: Argument::Const(value), .. }) = self.find(name) {
                    *argument = GenericArgument::Const(parse_quote!({ #value }));
                    return;
                }
            }
        }
        visit_mut::visit_generic_argument_mut(self, argument);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::Path(ExprPath { qself: None, path, .. }) = expression {
            if let Some(name) = path.get_ident() {
                if let Some(Replacement { argument: Argument::Const(value), .. }) = self.find(name) {
                    *expression = value.clone();
                    return;
                }
            } else if path.leading_colon.is_none() {
                let first = &path.segments[0].ident;
                let ty = if first == "Self" {
                    self.self_type.as_ref().map(|(ty, _)| ty.clone())
                } else {
                    self.find(first).and_then(|replacement| match &replacement.argument {
                        Argument::Type(ty) => Some(ty.clone()),
                        Argument::Const(_) => None,
                    })
                };
                if let Some(ty) = ty {
                    let rest = path.segments.iter().skip(1);
                    *expression = parse_quote!(<#ty>::#(#rest)::*);
                    return;
                }
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// `<ty as of_trait>::rest`.
fn projection(ty: Type, of_trait: &Path, rest: Punctuated<PathSegment, syn::Token![::]>) -> Type {
    let mut path = of_trait.clone();
    let position = path.segments.len();
    path.segments.extend(rest);
    let qself = QSelf {
        lt_token: Default::default(),
        ty: Box::new(ty),
        position,
        as_token: Some(Default::default()),
        gt_token: Default::default(),
    };
    Type::Path(TypePath { qself: Some(qself), path })
}

fn parameter_name(parameter: &GenericParam) -> &Ident {
    match parameter {
        GenericParam::Type(parameter) => &parameter.ident,
        GenericParam::Const(parameter) => &parameter.ident,
        GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
    }
}

fn example(parameter: &GenericParam) -> String {
    match parameter {
        GenericParam::Const(parameter) => format!("{} = 3", parameter.ident),
        _ => format!("{} = f64", parameter_name(parameter)),
    }
}

fn unknown(function: &Ident, name: &Ident, names: &[String]) -> String {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    match nearest(&name.to_string(), &known) {
        Some(near) => format!("`{function}` has no generic parameter `{name}`: did you mean `{near}`?"),
        None => format!(
            "`{function}` has no generic parameter `{name}`; if it is one of an `impl`, write `#[autodiff_impl]` on that"
        ),
    }
}

/// The traits that a generic parameter is bound by, inline or in the where clause.
fn bounds(generics: &Generics, name: &Ident) -> Vec<Path> {
    let mut found = Vec::new();
    let mut add = |bounds: &Punctuated<TypeParamBound, syn::Token![+]>| {
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound {
                if matches!(bound.modifier, syn::TraitBoundModifier::None) {
                    found.push(bound.path.clone());
                }
            }
        }
    };
    for parameter in &generics.params {
        if let GenericParam::Type(parameter) = parameter {
            if parameter.ident == *name {
                add(&parameter.bounds);
            }
        }
    }
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Type(predicate) = predicate {
            if matches!(&predicate.bounded_ty, Type::Path(path) if path.path.is_ident(name)) {
                add(&predicate.bounds);
            }
        }
    }
    found
}
