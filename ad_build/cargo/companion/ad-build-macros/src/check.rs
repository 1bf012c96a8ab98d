//! Whether a request fits its function.

use syn::{Error, Result};

use crate::activity::{Activity, refuse_parameter, refuse_result};
use crate::primal::Primal;
use crate::request::{Mode, Request};
use crate::types::Kind;

/// The activities of the parameters and of the result, or every complaint at once.
pub fn activities(mode: Mode, request: &Request, primal: &Primal) -> Result<(Vec<Activity>, Option<Activity>)> {
    if request.name == primal.ident {
        return Err(Error::new(
            request.name.span(),
            format!("the derivative needs a name of its own: `{}` is the function", request.name),
        ));
    }
    count(mode, request, primal)?;
    let mut errors: Option<Error> = None;
    let mut complain = |span, message: Option<String>| {
        if let Some(message) = message {
            let error = Error::new(span, message);
            match &mut errors {
                Some(all) => all.combine(error),
                None => errors = Some(error),
            }
        }
    };
    for (parameter, (activity, span)) in primal.parameters.iter().zip(&request.activities) {
        let kind = Kind::of(&parameter.resolved);
        complain(*span, refuse_parameter(mode, request.width, *activity, kind, &parameter.name()));
    }
    if let (Some(result), Some((activity, span))) = (&primal.result, request.activities.get(primal.parameters.len())) {
        complain(*span, refuse_result(mode, *activity, Kind::of(&result.resolved)));
    }
    match errors {
        Some(error) => Err(error),
        None => {
            let mut all: Vec<Activity> = request.activities.iter().map(|(activity, _)| *activity).collect();
            let result = if primal.result.is_some() { all.pop() } else { None };
            Ok((all, result))
        }
    }
}

fn count(mode: Mode, request: &Request, primal: &Primal) -> Result<()> {
    let (parameters, given) = (primal.parameters.len(), request.activities.len());
    let expected = parameters + usize::from(primal.result.is_some());
    if given == expected {
        return Ok(());
    }
    let function = &primal.ident;
    if given == parameters && primal.result.is_some() {
        let likely = if mode == Mode::Reverse { "Active" } else { "Dual" };
        return Err(Error::new(
            request.last_span(),
            format!("the activity of the result of `{function}` is missing: `{likely}` or `Const` comes last"),
        ));
    }
    if given == parameters + 1 && primal.result.is_none() {
        return Err(Error::new(
            request.last_span(),
            format!("`{function}` returns nothing, so there is no activity for its result: leave the last one out"),
        ));
    }
    let names: Vec<String> = primal.parameters.iter().map(|parameter| format!("`{}`", parameter.name())).collect();
    let needed = match (names.is_empty(), primal.result.is_some()) {
        (true, true) => "for its result".to_owned(),
        (true, false) => "none at all".to_owned(),
        (false, true) => format!("for {} and the result", names.join(", ")),
        (false, false) => format!("for {}", names.join(", ")),
    };
    let span = request.activities.get(expected).map_or(request.last_span(), |(_, span)| *span);
    let verb = if given == 1 { "is" } else { "are" };
    Err(Error::new(
        span,
        format!("`{function}` needs {expected} {} ({needed}), and {given} {verb} given", plural(expected)),
    ))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "activity" } else { "activities" }
}
