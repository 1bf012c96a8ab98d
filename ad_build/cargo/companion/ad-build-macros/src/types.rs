//! What can be told of a type from its tokens alone.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Lifetime, Token, Type};

/// How a parameter crosses the border between derivative and engine.  Everything but `Value` is a scalar or a
/// pointer, which every calling convention passes as what it is; a `Value` goes through a pointer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Float,
    /// Integers, `bool` and `char`.
    Integer,
    Reference,
    /// A reference to `[T]`.
    Slice,
    Pointer,
    Function,
    Value,
}

impl Kind {
    pub fn of(ty: &Type) -> Kind {
        match bare(ty) {
            Type::Reference(reference) if matches!(bare(&reference.elem), Type::Slice(_)) => Kind::Slice,
            Type::Reference(_) => Kind::Reference,
            Type::Ptr(_) => Kind::Pointer,
            Type::BareFn(_) => Kind::Function,
            Type::Path(path) if path.qself.is_none() => match path.path.get_ident() {
                Some(name) if name == "f32" || name == "f64" => Kind::Float,
                Some(name) if INTEGERS.iter().any(|integer| name == integer) => Kind::Integer,
                _ => Kind::Value,
            },
            _ => Kind::Value,
        }
    }

    pub fn by_pointer(self) -> bool {
        matches!(self, Kind::Value | Kind::Function)
    }

    pub fn noun(self) -> &'static str {
        match self {
            Kind::Float | Kind::Integer => "number",
            Kind::Reference => "reference",
            Kind::Slice => "slice",
            Kind::Pointer => "pointer",
            Kind::Function => "function pointer",
            Kind::Value => "value",
        }
    }
}

const INTEGERS: [&str; 14] =
    ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "bool", "char"];

/// The type without parentheses and without the invisible groups that macros leave.
pub fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        _ => ty,
    }
}

pub fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// The type of a shadow that is added to: `&mut T` for `&T`, `*mut T` for `*const T`.
pub fn writable(ty: &Type) -> Type {
    match ty {
        Type::Paren(inner) => {
            let mut outer = inner.clone();
            *outer.elem = writable(&inner.elem);
            Type::Paren(outer)
        }
        Type::Group(inner) => writable(&inner.elem),
        Type::Reference(reference) => {
            let mut reference = reference.clone();
            reference.mutability.get_or_insert_with(<Token![mut]>::default);
            Type::Reference(reference)
        }
        Type::Ptr(pointer) => {
            let mut pointer = pointer.clone();
            pointer.const_token = None;
            pointer.mutability.get_or_insert_with(<Token![mut]>::default);
            Type::Ptr(pointer)
        }
        _ => ty.clone(),
    }
}

/// Whether one of the words occurs anywhere in the tokens.
pub fn mentions(tokens: TokenStream, word: &dyn Fn(&proc_macro2::Ident) -> bool) -> bool {
    tokens.into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(ident) => word(&ident),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

pub fn mentions_self(ty: &Type) -> bool {
    mentions(ty.to_token_stream(), &|word| word == "Self")
}

/// The named lifetimes that the types use freely, each once.
pub fn lifetimes<'a>(types: impl IntoIterator<Item = &'a Type>) -> Vec<Lifetime> {
    let mut found = Lifetimes::default();
    for ty in types {
        found.visit_type(ty);
    }
    found.free
}

#[derive(Default)]
struct Lifetimes {
    bound: Vec<Lifetime>,
    free: Vec<Lifetime>,
}

impl<'ast> Visit<'ast> for Lifetimes {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        let known = |names: &[Lifetime]| names.iter().any(|name| name.ident == lifetime.ident);
        let special = lifetime.ident == "static" || lifetime.ident == "_";
        if !special && !known(&self.bound) && !known(&self.free) {
            self.free.push(lifetime.clone());
        }
    }

    fn visit_type_bare_fn(&mut self, function: &'ast syn::TypeBareFn) {
        let outer = self.bound.len();
        self.bind(function.lifetimes.as_ref());
        for input in &function.inputs {
            self.visit_type(&input.ty);
        }
        self.visit_return_type(&function.output);
        self.bound.truncate(outer);
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        let outer = self.bound.len();
        self.bind(bound.lifetimes.as_ref());
        self.visit_path(&bound.path);
        self.bound.truncate(outer);
    }
}

impl Lifetimes {
    fn bind(&mut self, binder: Option<&syn::BoundLifetimes>) {
        for parameter in binder.iter().flat_map(|binder| &binder.lifetimes) {
            if let syn::GenericParam::Lifetime(parameter) = parameter {
                self.bound.push(parameter.lifetime.clone());
            }
        }
    }
}
