//! Names the lifetime of a result that borrows: with a shadow beside the parameter, the compiler could no longer tell
//! from which of them.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericParam, Generics, Lifetime, LifetimeParam, ParenthesizedGenericArguments, Type, TypeBareFn, TypeReference,
};

use crate::primal::{Parameter, ResultType};

/// What is done with the lifetimes of a type, also with those that are not written.
struct Lifetimes<F>(F);

impl<F: FnMut(&mut Option<Lifetime>)> VisitMut for Lifetimes<F> {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        (self.0)(&mut reference.lifetime);
        self.visit_type_mut(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        let mut found = Some(lifetime.clone());
        (self.0)(&mut found);
        if let Some(found) = found {
            *lifetime = found;
        }
    }

    // Lifetimes in these are their own.
    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}

fn each(ty: &mut Type, action: impl FnMut(&mut Option<Lifetime>)) {
    visit_mut::VisitMut::visit_type_mut(&mut Lifetimes(action), ty);
}

fn elided(lifetime: &Option<Lifetime>) -> bool {
    lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_")
}

pub fn name_borrowed(parameters: &mut [Parameter], result: &mut ResultType, generics: &mut Generics) {
    let mut borrows = false;
    each(&mut result.ty.clone(), |lifetime| borrows |= elided(lifetime));
    let from_self = |parameter: &Parameter| parameter.receiver.is_some() && matches!(parameter.ty, Type::Reference(_));
    if !borrows || parameters.iter().any(from_self) {
        return;
    }
    let mut sources = Vec::new();
    for parameter in parameters.iter() {
        each(&mut parameter.ty.clone(), |lifetime| sources.push(lifetime.clone()));
    }
    // Otherwise the function itself does not compile, and says so.
    let [source] = &sources[..] else { return };
    let name = match source {
        Some(name) if !elided(source) => name.clone(),
        _ => {
            let name = Lifetime::new("'ad_build", Span::call_site());
            generics.lt_token.get_or_insert_default();
            generics.gt_token.get_or_insert_default();
            generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(name.clone())));
            name
        }
    };
    let types = parameters.iter_mut().map(|parameter| &mut parameter.ty).chain([&mut result.ty]);
    for ty in types {
        each(ty, |lifetime| {
            if elided(lifetime) {
                *lifetime = Some(name.clone());
            }
        });
    }
}
