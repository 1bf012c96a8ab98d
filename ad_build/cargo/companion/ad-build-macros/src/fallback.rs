//! The other body of a derivative: central differences, where the program is built without ad-build.

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{Error, Result, Type};

use crate::activity::Activity;
use crate::crate_name;
use crate::primal::{Parameter, Place};
use crate::request::Mode;
use crate::signature::Plan;
use crate::types::{Kind, bare};

/// Set while ad-build runs cargo.
const PASS: &str = "AD_BUILD_PASS";

/// Whether the derivative computes differences; `tracked` makes cargo build again when that changes.
pub struct Choice {
    pub differences: bool,
    pub tracked: Option<TokenStream>,
}

pub fn choice() -> Choice {
    if cfg!(feature = "fallback") {
        let tracked = code!(
            const _: ::core::option::Option<&str> = ::core::option_env!(#PASS);
        );
        Choice { differences: std::env::var_os(PASS).is_none(), tracked: Some(tracked) }
    } else {
        Choice { differences: false, tracked: None }
    }
}

/// How a parameter is copied and passed.
enum Form {
    /// What is the same in each call.
    Shared,
    Value,
    Slice {
        mutable: bool,
    },
    Reference {
        mutable: bool,
    },
}

impl Form {
    fn of(parameter: &Parameter, activity: Activity) -> Result<Form> {
        let constant = activity == Activity::Const;
        let mutable = matches!(bare(&parameter.ty), Type::Reference(reference) if reference.mutability.is_some());
        Ok(match Kind::of(&parameter.ty) {
            Kind::Slice | Kind::Reference | Kind::Pointer if constant && !mutable => Form::Shared,
            Kind::Slice => Form::Slice { mutable },
            Kind::Reference => Form::Reference { mutable },
            Kind::Pointer => {
                return Err(Error::new(
                    parameter.span,
                    "the feature `fallback` cannot know how many numbers stand behind a raw pointer",
                ));
            }
            _ => Form::Value,
        })
    }

    fn written(&self) -> bool {
        matches!(self, Form::Slice { mutable: true } | Form::Reference { mutable: true })
    }

    fn copy(&self, value: &TokenStream) -> TokenStream {
        match self {
            Form::Shared => value.clone(),
            Form::Value => code!(::core::clone::Clone::clone(&#value)),
            Form::Slice { .. } => code!(<[_]>::to_vec(&*#value)),
            Form::Reference { .. } => code!(::core::clone::Clone::clone(&*#value)),
        }
    }

    fn pass(&self, place: &TokenStream) -> TokenStream {
        match self {
            Form::Shared => place.clone(),
            Form::Value => code!(::core::clone::Clone::clone(&#place)),
            Form::Slice { mutable: false } => code!(&#place[..]),
            Form::Slice { mutable: true } => code!(&mut #place[..]),
            Form::Reference { mutable: false } => code!(&#place),
            Form::Reference { mutable: true } => code!(&mut #place),
        }
    }
}

struct Argument<'a> {
    parameter: &'a Parameter,
    activity: Activity,
    form: Form,
    shadows: Vec<Ident>,
    /// Where the copy is in the tuple (of tuples, which are `Clone` up to twelve) of all copies.
    index: (syn::Index, syn::Index),
}

impl Argument<'_> {
    fn place(&self, tuple: &Ident) -> TokenStream {
        let (outer, inner) = &self.index;
        code!(#tuple.#outer.#inner)
    }

    fn active(&self) -> bool {
        self.activity != Activity::Const
    }

    /// The shadow of one lane as a place.
    fn shadow(&self, lane: usize, base: &Ident) -> TokenStream {
        let shadow = &self.shadows[if self.activity == Activity::Dualv { 0 } else { lane }];
        if self.activity == Activity::Dualv {
            let copy = self.place(base);
            return code!(#shadow[#lane * #copy.len()..][..#copy.len()]);
        }
        match self.form {
            Form::Value | Form::Shared => code!(#shadow),
            _ => code!(*#shadow),
        }
    }
}

const INNER: usize = 10;

/// A body that calls the primal alone.
pub fn body(plan: &Plan) -> Result<TokenStream> {
    let krate = crate_name::path();
    let primal = plan.primal;
    if let Some(parameter) = plan.names().find(|name| matches!(primal.place, Place::Free) && *name == primal.ident) {
        return Err(Error::new(
            parameter.span(),
            "with the feature `fallback`, no parameter can have the function's name",
        ));
    }
    let mut arguments = Vec::new();
    for (index, (parameter, activity)) in primal.parameters.iter().zip(&plan.args).enumerate() {
        arguments.push(Argument {
            parameter,
            activity: *activity,
            form: Form::of(parameter, *activity)?,
            shadows: plan.shadows(parameter, *activity),
            index: ((index / INNER).into(), (index % INNER).into()),
        });
    }
    let (base, at) = (local("base"), local("at"));
    let copies: Vec<TokenStream> =
        arguments.iter().map(|argument| argument.form.copy(&argument.parameter.value())).collect();
    let chunks = copies.chunks(INNER).map(|chunk| code!((#(#chunk,)*)));
    let function = function(plan);
    let passed = arguments.iter().map(|argument| argument.form.pass(&argument.place(&at)));
    // A result that is `Const` may borrow from the copies: it does not leave.
    let dependent = plan.ret.is_some_and(|activity| activity != Activity::Const);
    let run = if dependent {
        code!(unsafe { #function(#(#passed),*) })
    } else {
        code!({ let _ = unsafe { #function(#(#passed),*) }; })
    };
    let visit_all = |wanted: &dyn Fn(&Argument) -> bool| -> Vec<TokenStream> {
        arguments.iter().filter(|argument| wanted(argument)).map(|argument| visit(&argument.place(&at))).collect()
    };
    let inputs = visit_all(&|argument| argument.active());
    let mut outputs: Vec<TokenStream> = Vec::new();
    if dependent {
        outputs.push(code!(#krate::Perturb::visit(value, visitor);));
    }
    outputs.extend(visit_all(&|argument| argument.active() && argument.form.written()));
    let rest = match plan.mode {
        Mode::Reverse => reverse(plan, &arguments, &base, &function),
        Mode::Forward => forward(plan, &arguments, &base, &function),
    };
    Ok(code! {
        let #base = (#(#chunks,)*);
        let differences = #krate::fallback::Differences {
            base: &#base,
            run: &|#at| #run,
            inputs: &|#at, visitor| { let _ = (&#at, &visitor); #(#inputs)* },
            outputs: &|#at, value, visitor| { let _ = (&#at, &value, &visitor); #(#outputs)* },
        };
        #rest
    })
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn visit(place: &TokenStream) -> TokenStream {
    let krate = crate_name::path();
    code!(#krate::Perturb::visit(&mut #place, visitor);)
}

fn function(plan: &Plan) -> TokenStream {
    let (name, turbofish) = (&plan.primal.ident, &plan.primal.turbofish);
    match &plan.primal.place {
        Place::Free => code!(#name #turbofish),
        Place::Method => code!(Self::#name #turbofish),
        Place::Known { shown_trait: Some(of_trait), .. } => code!(<Self as #of_trait>::#name #turbofish),
        Place::Known { shown_trait: None, .. } => code!(Self::#name #turbofish),
    }
}

/// The real call, last: it may consume its arguments.
fn call(arguments: &[Argument], function: &TokenStream) -> TokenStream {
    let values = arguments.iter().map(|argument| argument.parameter.value());
    code!(unsafe { #function(#(#values),*) })
}

fn reverse(plan: &Plan, arguments: &[Argument], base: &Ident, function: &TokenStream) -> TokenStream {
    let krate = crate_name::path();
    let mut lanes = Vec::new();
    let mut adjoints = Vec::new();
    let seed = plan.seed();
    let seed_copy = seed.as_ref().map(|seed| code!(let mut seed = #seed;));
    let seed_visit = seed.as_ref().map(|_| code!(#krate::Perturb::visit(&mut seed, visitor);));
    for lane in 0..plan.width() {
        let mut seeds = Vec::new();
        let mut stores = Vec::new();
        for (index, argument) in arguments.iter().enumerate().filter(|(_, argument)| argument.active()) {
            let copy = argument.place(base);
            let like = code!(&mut ::core::clone::Clone::clone(&#copy));
            if argument.activity == Activity::Active {
                let (adjoint, value) =
                    (format_ident!("a{index}", span = Span::mixed_site()), argument.parameter.value());
                stores.push(code! {
                    let mut #adjoint = ::core::clone::Clone::clone(&#value);
                    #krate::fallback::set(&mut adjoint, #like, &mut #adjoint);
                });
                adjoints.push(code!(#adjoint));
                continue;
            }
            let shadow = argument.shadow(lane, base);
            if argument.form.written() {
                seeds.push(visit(&shadow));
                stores.push(code!(#krate::fallback::set(&mut adjoint, #like, &mut #shadow);));
            } else {
                stores.push(code!(#krate::fallback::add(&mut adjoint, #like, &mut #shadow);));
            }
        }
        lanes.push(code! {
            let seeds = #krate::fallback::numbers(|visitor| { let _ = &visitor; #seed_visit #(#seeds)* });
            let mut adjoint = ::std::iter::IntoIterator::into_iter(differences.reverse(&seeds));
            let _ = &mut adjoint;
            #(#stores)*
        });
    }
    let call = call(arguments, function);
    let value = if plan.returns_primal() { Some(code!(value)) } else { None };
    let keep = if plan.returns_primal() { code!(let value = #call;) } else { code!(let _ = #call;) };
    let all: Vec<TokenStream> = value.into_iter().chain(adjoints).collect();
    let result = match &all[..] {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(code!((#(#all),*))),
    };
    code!(#seed_copy #(#lanes)* #keep #result)
}

fn forward(plan: &Plan, arguments: &[Argument], base: &Ident, function: &TokenStream) -> TokenStream {
    let krate = crate_name::path();
    let mut before = Vec::new();
    let mut after = Vec::new();
    let mut results: Vec<TokenStream> = Vec::new();
    if plan.returns_primal() {
        results.push(code!(value));
    }
    for lane in 0..plan.width() {
        let directions = arguments.iter().filter(|argument| argument.active()).map(|argument| {
            let shadow = argument.shadow(lane, base);
            let copy = match argument.form {
                Form::Slice { .. } => code!(<[_]>::to_vec(&#shadow)),
                _ => code!(::core::clone::Clone::clone(&#shadow)),
            };
            code!(#krate::Perturb::visit(&mut #copy, visitor);)
        });
        let tangents = format_ident!("tangents_{lane}", span = Span::mixed_site());
        before.push(code! {
            let direction = #krate::fallback::numbers(|visitor| { let _ = &visitor; #(#directions)* });
            let mut #tangents = ::std::iter::IntoIterator::into_iter(differences.forward(&direction));
            let _ = &mut #tangents;
        });
        if plan.returns_tangents() {
            let tangent = format_ident!("t{lane}", span = Span::mixed_site());
            after.push(code! {
                let mut #tangent = ::core::clone::Clone::clone(&value);
                #krate::fallback::set(&mut #tangents, &mut ::core::clone::Clone::clone(&value), &mut #tangent);
            });
            results.push(code!(#tangent));
        }
        for argument in arguments.iter().filter(|argument| argument.active() && argument.form.written()) {
            let (copy, shadow) = (argument.place(base), argument.shadow(lane, base));
            let like = code!(&mut ::core::clone::Clone::clone(&#copy));
            after.push(code!(#krate::fallback::set(&mut #tangents, #like, &mut #shadow);));
        }
    }
    let call = call(arguments, function);
    let result = match &results[..] {
        [] => None,
        [one] => Some(one.clone()),
        _ if plan.width() > 1 => Some(code!([#(#results),*])),
        _ => Some(code!((#(#results),*))),
    };
    code!(#(#before)* let value = #call; #(#after)* #result)
}
