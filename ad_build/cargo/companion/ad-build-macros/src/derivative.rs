//! A derivative's body: it hands everything to the raw derivative, which ad-build links in.
//!
//! The raw derivative takes the address of the *primal shim* first, so that ad-build learns from the call what to
//! differentiate.  The shim stands between the two calling conventions: numbers, references and raw pointers go by
//! value, all else through pointers, because a calling convention may pack other values into integers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Lifetime, Result, Type};

use crate::activity::Activity;
use crate::fallback;
use crate::primal::{Parameter, Place, Primal};
use crate::raw_name::{RawName, identity};
use crate::request::Mode;
use crate::signature::Plan;
use crate::types::{Kind, bare, lifetimes, mentions_self};

/// The shim's parameter for the result: ad-build tells it from the user's own by this name.
const RESULT: &str = "__ad_build_result";

/// `beside` stands next to the derivative.
pub struct Derivative {
    pub beside: Option<TokenStream>,
    pub item: TokenStream,
}

/// Everything that the raw derivative is given, collected parameter by parameter.
#[derive(Default)]
struct Call {
    /// Declarations of the raw derivative's parameters, and the values that the derivative passes.
    declared: Vec<TokenStream>,
    passed: Vec<TokenStream>,
    /// The types in `declared`, for their lifetimes.
    types: Vec<Type>,
    /// The shim's parameters, and what the shim passes to the primal.
    shim: Vec<TokenStream>,
    primal: Vec<TokenStream>,
    /// Raw activities.
    args: Vec<String>,
    before: Vec<TokenStream>,
    /// The adjoints of `Active` parameters as expressions; those that the raw derivative has to return.
    adjoints: Vec<TokenStream>,
    returned: Vec<(Ident, Type)>,
}

pub fn derivative(plan: &Plan, tokens: &str) -> Result<Derivative> {
    let (attributes, header, choice) = (attributes(plan), plan.header(), fallback::choice());
    let tracked = choice.tracked;
    if choice.differences {
        let body = fallback::body(plan)?;
        return Ok(Derivative { beside: None, item: quote!(#attributes #header { #tracked #body }) });
    }
    let primal = plan.primal;
    let mut call = Call { before: lengths(plan), ..Call::default() };
    if plan.ret.is_some() && scalar_result(primal).is_some() && !plan.ret.is_some_and(Activity::only) {
        call.returned.push((local("primal"), scalar_result(primal).unwrap().clone()));
    }
    for (index, parameter) in primal.parameters.iter().enumerate() {
        add_parameter(&mut call, plan, index, parameter)?;
    }
    let results = add_result(&mut call, plan);
    let (shim_name, shim) = shim(plan, &call);
    let symbol = RawName {
        owner: owner(primal).as_deref(),
        derivative: &plan.request.name.to_string(),
        mode: plan.mode,
        width: plan.width(),
        args: &call.args,
        ret: &plan.ret.filter(|_| scalar_result(primal).is_some()).map_or("None".to_owned(), |ret| ret.to_string()),
        id: id(plan, tokens),
    }
    .tokens();
    let body = body(&mut call, &symbol, &shim_name, &results);
    let (nested, beside) = if shim_beside(plan) { (None, Some(shim)) } else { (Some(shim), None) };
    let item = quote! {
        #attributes
        #header {
            #tracked
            #nested
            #body
        }
    };
    Ok(Derivative { beside, item })
}

/// Whether the shim cannot be nested in the derivative: in an `impl` it has to say `Self`, and a parameter with the
/// function's name would hide the function.
fn shim_beside(plan: &Plan) -> bool {
    match plan.primal.place {
        Place::Free => plan.names().any(|name| name == plan.primal.ident),
        Place::Method => true,
        Place::Known { .. } => false,
    }
}

/// Local to the derivative's body: no name of the user's can clash with it.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn scalar_result(primal: &Primal) -> Option<&Type> {
    primal.result.as_ref().map(|result| &result.resolved).filter(|ty| Kind::of(ty) == Kind::Float)
}

/// The type in front of the derivative's name, for messages.
fn owner(primal: &Primal) -> Option<String> {
    match &primal.place {
        Place::Known { label, .. } => Some(label.clone()),
        _ => None,
    }
}

fn id(plan: &Plan, tokens: &str) -> u64 {
    let start = plan.request.name.span().start();
    identity(&[tokens, &format!("{}:{}", start.line, start.column), &plan.request.name.to_string()])
}

/// What keeps a safe function from writing behind the end of a shadow.
fn lengths(plan: &Plan) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (parameter, activity) in plan.primal.parameters.iter().zip(&plan.args) {
        if Kind::of(&parameter.resolved) != Kind::Slice {
            continue;
        }
        let (value, name, function) = (parameter.value(), parameter.name(), &plan.request.name);
        for shadow in plan.shadows(parameter, *activity) {
            let (lanes, than) = match plan.width() {
                width if *activity == Activity::Dualv && width > 1 => (width, format!("{width} times `{name}`")),
                _ => (1, format!("`{name}`")),
            };
            let available = if lanes == 1 { quote!(#shadow.len()) } else { quote!(#shadow.len() / #lanes) };
            let message = format!("{function}: the shadow `{shadow}` is shorter than {than}");
            checks.push(quote! {
                if #available < #value.len() {
                    ::core::panic!(#message);
                }
            });
        }
    }
    checks
}

fn add_parameter(call: &mut Call, plan: &Plan, index: usize, parameter: &Parameter) -> Result<()> {
    let activity = plan.args[index];
    let (ty, value) = (&parameter.resolved, parameter.value());
    let shadows = plan.shadows(parameter, activity);
    let name = shim_parameter(parameter);
    if !Kind::of(ty).by_pointer() {
        let receiver = matches!(plan.primal.place, Place::Method) && parameter.receiver.is_some();
        match (&parameter.receiver, receiver) {
            (Some(receiver), true) => {
                call.shim.push(quote!(#receiver));
                call.primal.push(value.clone());
            }
            _ => {
                call.shim.push(quote!(#name: #ty));
                call.primal.push(quote!(#name));
            }
        }
        add_plain(call, &format!("p{index}"), ty, value)?;
        let ty = plan.shadow_type(ty);
        for (lane, shadow) in shadows.iter().enumerate() {
            add_plain(call, &format!("p{index}_{lane}"), &ty, quote!(#shadow))?;
        }
        if activity == Activity::Active {
            let adjoint = local(&format!("a{index}"));
            call.adjoints.push(quote!(#adjoint));
            call.returned.push((adjoint, ty));
        }
        call.args.push(activity.to_string());
        return Ok(());
    }
    call.shim.push(quote!(#name: *const #ty));
    call.primal.push(quote!(::core::ptr::read(#name)));
    // The primal takes the value: here it must not be dropped again.
    add_kept(call, &format!("p{index}"), ty, value);
    for (lane, shadow) in shadows.iter().enumerate() {
        add_kept(call, &format!("p{index}_{lane}"), ty, quote!(#shadow));
    }
    if activity == Activity::Active {
        let (adjoint, shown) = (local(&format!("a{index}")), &parameter.ty);
        call.before.push(quote!(let mut #adjoint = ::core::mem::MaybeUninit::<#shown>::zeroed();));
        add_pointer(call, &format!("p{index}_0"), ty, quote!(#adjoint.as_mut_ptr() as *mut _));
        call.adjoints.push(quote!(#adjoint.assume_init()));
        call.args.push("Duplicated*".to_owned());
    } else {
        call.args.push(activity.to_string());
    }
    Ok(())
}

/// The shim's parameter has the primal's name, for debug info; `self` needs another.
fn shim_parameter(parameter: &Parameter) -> Ident {
    let mut name = parameter.ident.clone().unwrap_or_else(|| local("this"));
    name.set_span(Span::mixed_site());
    name
}

fn add_plain(call: &mut Call, name: &str, ty: &Type, value: TokenStream) -> Result<()> {
    let name = local(name);
    let Some((declared, value)) = without_self(ty, &value)? else {
        call.declared.push(quote!(#name: #ty));
        call.types.push(ty.clone());
        call.passed.push(value);
        return Ok(());
    };
    call.declared.push(quote!(#name: #declared));
    call.passed.push(value);
    Ok(())
}

fn add_kept(call: &mut Call, name: &str, ty: &Type, value: TokenStream) {
    let kept = local(name);
    call.before.push(quote!(let #kept = ::core::mem::ManuallyDrop::new(#value);));
    let ty = nameable(ty);
    call.declared.push(quote!(#kept: *const #ty));
    call.types.push(ty);
    call.passed.push(quote!(&raw const #kept as *const _));
}

fn add_pointer(call: &mut Call, name: &str, ty: &Type, value: TokenStream) {
    let (name, ty) = (local(name), nameable(ty));
    call.declared.push(quote!(#name: *mut #ty));
    call.types.push(ty);
    call.passed.push(value);
}

/// A type as an item inside a function can name it: there is no `Self`.
fn nameable(ty: &Type) -> Type {
    if mentions_self(ty) { syn::parse_quote!(()) } else { ty.clone() }
}

/// For a reference or pointer to something with `Self`: a type that crosses in the same registers, and the value
/// made into it.  None where the type can stay.
fn without_self(ty: &Type, value: &TokenStream) -> Result<Option<(TokenStream, TokenStream)>> {
    if !mentions_self(ty) {
        return Ok(None);
    }
    let (target, mutable, place) = match bare(ty) {
        Type::Reference(reference) => (&*reference.elem, reference.mutability.is_some(), quote!(*#value)),
        Type::Ptr(pointer) => (&*pointer.elem, pointer.mutability.is_some(), quote!(*#value)),
        other => unreachable!("not passed by value: {}", quote!(#other)),
    };
    let (raw, pointer) = if mutable { (quote!(&raw mut), quote!(*mut)) } else { (quote!(&raw const), quote!(*const)) };
    Ok(Some(match bare(target) {
        Type::Slice(_) => (quote!(#pointer [()]), quote!(#raw #place as #pointer [()])),
        Type::TraitObject(object) => {
            return Err(syn::Error::new_spanned(
                object,
                "an item in the derivative has to name this type, and `Self` has no name there: write \
                 `#[autodiff_impl]` on the `impl`",
            ));
        }
        _ => {
            let thin = if mutable { local("thin_mut") } else { local("thin") };
            (quote!(#pointer ()), quote!(#thin(#raw #place)))
        }
    }))
}

/// How the derivative's result is put together after the call.
struct Results {
    before: Vec<TokenStream>,
    value: Option<TokenStream>,
}

fn add_result(call: &mut Call, plan: &Plan) -> Results {
    let mut results = Results { before: Vec::new(), value: None };
    let (mut primal, mut tangents) = (None, Vec::new());
    if let Some(result) = &plan.primal.result {
        let ret = plan.ret.unwrap_or(Activity::Const);
        if Kind::of(&result.resolved) == Kind::Float {
            add_scalar_result(call, plan, &result.resolved, &mut primal, &mut tangents);
        } else {
            let (out, shown, ty) = (local(RESULT), &result.ty, &result.resolved);
            call.shim.push(quote!(#out: *mut #ty));
            results.before.push(quote!(let mut #out = ::core::mem::MaybeUninit::<#shown>::uninit();));
            add_pointer(call, "out", ty, quote!(#out.as_mut_ptr() as *mut _));
            call.args.push(
                match ret {
                    Activity::Active => Activity::Duplicated,
                    Activity::ActiveOnly => Activity::DuplicatedOnly,
                    other => other,
                }
                .to_string(),
            );
            primal = plan.returns_primal().then(|| quote!(#out.assume_init()));
            if let Some(seed) = plan.seed() {
                for lane in 0..plan.width() {
                    // The reverse sweep zeroes a seed in memory, so each lane has its own.
                    let copy = local(&format!("seed_{lane}"));
                    results.before.push(quote! {
                        let mut #copy = ::core::mem::MaybeUninit::new(unsafe { ::core::ptr::read(&raw const #seed) });
                    });
                    add_pointer(call, &format!("out_{lane}"), ty, quote!(#copy.as_mut_ptr() as *mut _));
                }
            } else if plan.returns_tangents() {
                for lane in 0..plan.width() {
                    let tangent = local(&format!("out_{lane}"));
                    results.before.push(quote!(let mut #tangent = ::core::mem::MaybeUninit::<#shown>::zeroed();));
                    add_pointer(call, &format!("out_{lane}"), ty, quote!(#tangent.as_mut_ptr() as *mut _));
                    tangents.push(quote!(#tangent.assume_init()));
                }
            }
        }
    }
    let mut all: Vec<TokenStream> = primal.into_iter().collect();
    all.extend(tangents);
    all.extend(call.adjoints.iter().cloned());
    results.value = match (&all[..], plan.mode) {
        ([], _) => None,
        ([one], _) => Some(one.clone()),
        (_, Mode::Forward) if plan.width() > 1 => Some(quote!([#(#all),*])),
        _ => Some(quote!((#(#all),*))),
    };
    results
}

fn add_scalar_result(
    call: &mut Call,
    plan: &Plan,
    ty: &Type,
    primal: &mut Option<TokenStream>,
    tangents: &mut Vec<TokenStream>,
) {
    if plan.returns_primal() {
        let name = local("primal");
        *primal = Some(quote!(#name));
    }
    if let Some(seed) = plan.seed() {
        call.declared.push(quote!(dret: #ty));
        call.passed.push(quote!(#seed));
    }
    if plan.returns_tangents() {
        for lane in 0..plan.width() {
            let tangent = local(&format!("t{lane}"));
            tangents.push(quote!(#tangent));
            call.returned.push((tangent, ty.clone()));
        }
    }
}

/// The shim as an item, and the expression that names it.
fn shim(plan: &Plan, call: &Call) -> (TokenStream, TokenStream) {
    let primal = plan.primal;
    let (function, turbofish) = (&primal.ident, &primal.turbofish);
    let (name, path, called) = match &primal.place {
        Place::Free => {
            let name = if shim_beside(plan) {
                format_ident!("__ad_build_primal_{}", plan.request.name)
            } else {
                format_ident!("__ad_build_primal")
            };
            (name.clone(), quote!(#name), quote!(#function #turbofish))
        }
        Place::Method => {
            let name = format_ident!("__ad_build_primal_{}", plan.request.name);
            (name.clone(), quote!(Self::#name), quote!(Self::#function #turbofish))
        }
        Place::Known { self_type, of_trait, .. } => {
            let name = format_ident!("__ad_build_primal");
            let owner = match of_trait {
                Some(of_trait) => quote!(<#self_type as #of_trait>),
                None => quote!(<#self_type>),
            };
            (name.clone(), quote!(#name), quote!(#owner::#function #turbofish))
        }
    };
    let (parameters, values) = (&call.shim, &call.primal);
    let value = quote!(#called(#(#values),*));
    let (output, value) = match (scalar_result(primal), &primal.result) {
        (Some(ty), _) => (Some(quote!(-> #ty)), value),
        (None, Some(_)) => {
            let out = local(RESULT);
            (None, quote!(::core::ptr::write(#out as *mut _, #value)))
        }
        (None, None) => (None, quote!(#value;)),
    };
    let (generics, conditions) = shim_generics(primal);
    let carried = primal.carried(&["cfg", "target_feature"]);
    let item = quote! {
        #(#carried)*
        #[doc(hidden)]
        #[inline(never)]
        #[allow(deprecated, clippy::all, clippy::pedantic, clippy::nursery)]
        unsafe fn #name #generics (#(#parameters),*) #output #conditions {
            unsafe { #value }
        }
    };
    (path, item)
}

fn shim_generics(primal: &Primal) -> (TokenStream, TokenStream) {
    let conditions = &primal.generics.where_clause;
    if let Place::Known { self_type, of_trait, .. } = &primal.place {
        // Those of the `impl` count too, and an unused one does no harm.
        let owner: Type = match of_trait {
            Some(of_trait) => syn::parse_quote!((#self_type, #of_trait)),
            None => (**self_type).clone(),
        };
        let types = primal.parameters.iter().map(|parameter| &parameter.resolved);
        let found = lifetimes(types.chain(primal.result.as_ref().map(|result| &result.resolved)).chain([&owner]));
        return (binder(&found), TokenStream::new());
    }
    let generics = &primal.generics;
    (quote!(#generics), quote!(#conditions))
}

fn binder(lifetimes: &[Lifetime]) -> TokenStream {
    if lifetimes.is_empty() { TokenStream::new() } else { quote!(<#(#lifetimes),*>) }
}

fn body(call: &mut Call, symbol: &TokenStream, shim: &TokenStream, results: &Results) -> TokenStream {
    let (before, after) = (&call.before, &results.before);
    let raw = format_ident!("__ad_build_raw");
    let mut locals = Vec::new();
    let output = match &call.returned[..] {
        [] => None,
        [(_, ty)] => Some(quote!(-> #ty)),
        several => {
            for (name, ty) in several {
                // Not zero: what is never written must not look like a result.
                locals.push(quote!(let mut #name: #ty = <#ty>::NAN;));
                call.declared.push(quote!(#name: *mut #ty));
                call.passed.push(quote!(&raw mut #name));
            }
            None
        }
    };
    let (declared, passed) = (&call.declared, &call.passed);
    let bound = binder(&lifetimes(&call.types));
    let called = quote!(#raw(#shim as *const () #(, #passed)*));
    let run = match &call.returned[..] {
        [(name, _)] => quote!(let #name = #called;),
        _ => quote!(#called;),
    };
    let value = &results.value;
    let thin = thin(passed);
    quote! {
        unsafe extern "Rust" {
            #[link_name = #symbol]
            fn #raw #bound (primal: *const () #(, #declared)*) #output;
        }
        #thin
        #(#before)*
        #(#after)*
        #(#locals)*
        unsafe {
            #run
            #value
        }
    }
}

/// The helpers through which references to `Self` pass: they compile for sized types only.
fn thin(passed: &[TokenStream]) -> TokenStream {
    let used = |name: &str| passed.iter().any(|value| crate::types::mentions(value.clone(), &|word| word == name));
    let mut items = TokenStream::new();
    for (name, pointer) in [("thin", quote!(*const)), ("thin_mut", quote!(*mut))] {
        if used(name) {
            let name = local(name);
            items.extend(quote!(#[inline(always)] fn #name<T>(pointer: #pointer T) -> #pointer () { pointer as _ }));
        }
    }
    items
}

fn attributes(plan: &Plan) -> TokenStream {
    let primal = plan.primal;
    let activities: Vec<String> = plan.request.activities.iter().map(|(activity, _)| activity.to_string()).collect();
    let width = if plan.width() == 1 { String::new() } else { format!(" of width {}", plan.width()) };
    let mode = if plan.mode == Mode::Reverse { "Reverse" } else { "Forward" };
    let head = format!(" {mode}-mode derivative{width} of `{}`: `{}`.", primal.ident, activities.join(", "));
    let (docs, others): (Vec<&Attribute>, Vec<&Attribute>) = primal
        .carried(&["cfg", "doc", "allow", "warn", "deny", "deprecated", "target_feature"])
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("doc"));
    let blank = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    let safety = plan.args.iter().any(|activity| activity.only()).then(|| {
        quote! {
            #[doc = ""]
            #[doc = " # Safety"]
            #[doc = ""]
            #[doc = " What the function writes behind parameters that are `DuplicatedOnly` or `DualOnly` is not computed: \
                      it must not be read."]
        }
    });
    quote!(#[doc = #head] #blank #(#docs)* #safety #(#others)* #[allow(clippy::all, clippy::pedantic, clippy::nursery)])
}
