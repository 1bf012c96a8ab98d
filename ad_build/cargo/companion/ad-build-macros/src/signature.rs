//! The derivative's signature: that of `std::autodiff`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, Type, parse_quote_spanned};

use crate::activity::Activity;
use crate::primal::{Parameter, Primal};
use crate::request::{Mode, Request};
use crate::types::writable;

/// A request that fits its function.
pub struct Plan<'a> {
    pub mode: Mode,
    pub request: &'a Request,
    pub primal: &'a Primal,
    pub args: Vec<Activity>,
    pub ret: Option<Activity>,
}

impl Plan<'_> {
    pub fn width(&self) -> usize {
        self.request.width
    }

    /// The shadows of a parameter, in order.
    pub fn shadows(&self, parameter: &Parameter, activity: Activity) -> Vec<Ident> {
        let letter = if self.mode == Mode::Reverse { 'd' } else { 'b' };
        let span = parameter.ident.as_ref().map_or(parameter.span, Ident::span);
        (0..activity.shadows(self.width()))
            .map(|index| Ident::new(&format!("{letter}{}_{index}", parameter.name()), span))
            .collect()
    }

    /// The type of each shadow, for a parameter of this type.
    pub fn shadow_type(&self, ty: &Type) -> Type {
        if self.mode == Mode::Reverse { writable(ty) } else { ty.clone() }
    }

    /// The parameter that takes the seed, if there is one.
    pub fn seed(&self) -> Option<Ident> {
        let seeded = matches!(self.ret, Some(Activity::Active | Activity::ActiveOnly));
        seeded.then(|| Ident::new("dret", Span::call_site()))
    }

    pub fn returns_primal(&self) -> bool {
        self.ret.is_some_and(|activity| !activity.only())
    }

    pub fn returns_tangents(&self) -> bool {
        matches!(self.ret, Some(Activity::Dual | Activity::DualOnly))
    }

    /// The derivative's parameters.
    pub fn names(&self) -> impl Iterator<Item = Ident> {
        let parameters = self.primal.parameters.iter().zip(&self.args).flat_map(|(parameter, activity)| {
            self.shadows(parameter, *activity).into_iter().chain(parameter.ident.clone())
        });
        parameters.chain(self.seed())
    }

    /// The parameters whose adjoints are returned.
    pub fn active(&self) -> impl Iterator<Item = (usize, &Parameter)> {
        let args = &self.args;
        self.primal.parameters.iter().enumerate().filter(move |(index, _)| args[*index] == Activity::Active)
    }

    fn parameters(&self) -> Vec<TokenStream> {
        let mut found = Vec::new();
        for (parameter, activity) in self.primal.parameters.iter().zip(&self.args) {
            let ty = &parameter.ty;
            found.push(match (&parameter.ident, &parameter.receiver) {
                (Some(ident), _) => quote!(#ident: #ty),
                (None, Some(receiver)) => quote!(#receiver),
                (None, None) => quote!(self: #ty),
            });
            let ty = self.shadow_type(ty);
            found.extend(self.shadows(parameter, *activity).iter().map(|name| quote!(#name: #ty)));
        }
        if let (Some(seed), Some(result)) = (self.seed(), &self.primal.result) {
            let ty = &result.ty;
            found.push(quote!(#seed: #ty));
        }
        found
    }

    /// The derivative's result; None for nothing.
    pub fn output(&self) -> Option<Type> {
        let primal = self.primal.result.as_ref().map(|result| &result.ty);
        let width = self.width();
        match (self.mode, primal, self.ret) {
            (Mode::Forward, Some(ty), Some(Activity::Dual)) if width == 1 => {
                Some(parse_quote_spanned!(span(ty)=> (#ty, #ty)))
            }
            (Mode::Forward, Some(ty), Some(Activity::Dual)) => {
                let count = width + 1;
                Some(parse_quote_spanned!(span(ty)=> [#ty; #count]))
            }
            (Mode::Forward, Some(ty), Some(Activity::DualOnly)) if width > 1 => {
                Some(parse_quote_spanned!(span(ty)=> [#ty; #width]))
            }
            (Mode::Forward, ty, _) => ty.cloned(),
            (Mode::Reverse, ty, _) => {
                let mut all: Vec<&Type> = ty.filter(|_| self.returns_primal()).into_iter().collect();
                all.extend(self.active().map(|(_, parameter)| &parameter.ty));
                match &all[..] {
                    [] => None,
                    [ty] => Some((*ty).clone()),
                    _ => Some(parse_quote_spanned!(Span::call_site()=> (#(#all),*))),
                }
            }
        }
    }

    /// `pub unsafe fn d_f<'a>(...) -> ... where ...`.
    pub fn header(&self) -> TokenStream {
        let primal = self.primal;
        let visibility = self.request.visibility.as_ref().unwrap_or(&primal.visibility);
        // The primal output of these is not there to be read.
        let only = self.args.iter().any(|activity| activity.only());
        let unsafety = if only { Some(quote!(unsafe)) } else { primal.unsafety.map(|token| quote!(#token)) };
        let (abi, name, parameters) = (&primal.abi, &self.request.name, self.parameters());
        let output = self.output().map(|ty| quote!(-> #ty));
        let (generics, conditions) = (&primal.generics, &primal.generics.where_clause);
        quote!(#visibility #unsafety #abi fn #name #generics (#(#parameters),*) #output #conditions)
    }
}

fn span(_: &Type) -> Span {
    Span::call_site()
}
