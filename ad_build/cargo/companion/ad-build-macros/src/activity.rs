//! The activities of `std::autodiff`, and which of them a parameter or a result may have.

use std::fmt;

use syn::{Error, Ident, Result};

use crate::nearest::nearest;
use crate::request::Mode;
use crate::types::Kind;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Activity {
    Const,
    Active,
    ActiveOnly,
    Duplicated,
    DuplicatedOnly,
    Dual,
    DualOnly,
    Dualv,
}

use Activity::*;

const ALL: [(&str, Activity); 8] = [
    ("Const", Const),
    ("Active", Active),
    ("ActiveOnly", ActiveOnly),
    ("Duplicated", Duplicated),
    ("DuplicatedOnly", DuplicatedOnly),
    ("Dual", Dual),
    ("DualOnly", DualOnly),
    ("Dualv", Dualv),
];

impl fmt::Display for Activity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

impl Activity {
    /// How many shadows a parameter of this activity has in the derivative.
    pub fn shadows(self, width: usize) -> usize {
        match self {
            Const | Active | ActiveOnly => 0,
            Dualv => 1,
            Duplicated | DuplicatedOnly | Dual | DualOnly => width,
        }
    }

    /// Whether the primal value is not computed, so that a caller must not read it.
    pub fn only(self) -> bool {
        matches!(self, ActiveOnly | DuplicatedOnly | DualOnly)
    }
}

pub fn parse(word: &Ident) -> Result<Activity> {
    let text = word.to_string();
    if let Some((_, activity)) = ALL.iter().find(|(name, _)| *name == text) {
        return Ok(*activity);
    }
    let message = match text.as_str() {
        "None" => "`None` is not written: a function that returns nothing has no activity for its result".to_owned(),
        "DualvOnly" => "`DualvOnly` is not supported: use `Dualv`".to_owned(),
        _ => {
            let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
            match nearest(&text, &names) {
                Some(name) => format!("unknown activity `{text}`: did you mean `{name}`?"),
                None => format!("unknown activity `{text}`: the activities are {}", names.join(", ")),
            }
        }
    };
    Err(Error::new(word.span(), message))
}

/// Why a parameter of this kind may not have the activity, if so.
pub fn refuse_parameter(mode: Mode, width: usize, activity: Activity, kind: Kind, name: &str) -> Option<String> {
    let reason = match (mode, activity) {
        (_, Const) => return None,
        (Mode::Reverse, Dual | DualOnly | Dualv) => {
            let own = if kind == Kind::Float { "Active" } else { "Duplicated" };
            format!("`{activity}` belongs to forward mode; reverse mode has `{own}` for `{name}`")
        }
        (Mode::Forward, Active | ActiveOnly | Duplicated | DuplicatedOnly) => {
            format!("`{activity}` belongs to reverse mode; forward mode has `Dual` for `{name}`")
        }
        (_, ActiveOnly) => format!(
            "`ActiveOnly` on a parameter would drop its adjoint: `Active` for `{name}`, or `Const` if the adjoint is \
             not needed"
        ),
        (_, Active) => match kind {
            Kind::Float | Kind::Value if width > 1 => format!(
                "an `Active` parameter has one adjoint for each of the {width} seeds, and the derivative returns only \
                 one: pass `{name}` by reference as `Duplicated`, or leave the width out"
            ),
            Kind::Float | Kind::Value => return None,
            Kind::Integer => no_derivative(activity, name),
            Kind::Function => no_derivative_function(name),
            Kind::Reference | Kind::Slice | Kind::Pointer => format!(
                "`Active` returns an adjoint by value, and `{name}` is a {}: `Duplicated` adds the adjoint into a \
                 shadow",
                kind.noun()
            ),
        },
        (_, Duplicated | DuplicatedOnly) => match kind {
            Kind::Reference | Kind::Slice | Kind::Pointer => return None,
            Kind::Float => {
                format!("`{activity}` adds into a shadow in memory, and `{name}` is passed by value: use `Active`")
            }
            Kind::Integer => no_derivative(activity, name),
            Kind::Function => no_derivative_function(name),
            Kind::Value => format!(
                "`{activity}` adds into a shadow in memory, and `{name}` is passed by value: take it by reference, or \
                 use `Active` if it holds nothing but numbers"
            ),
        },
        (_, Dual | DualOnly | Dualv) => match kind {
            Kind::Integer => no_derivative(activity, name),
            Kind::Function => no_derivative_function(name),
            Kind::Slice => return None,
            _ if activity == Dualv => {
                format!("`Dualv` takes the tangents of all lanes in one slice, and `{name}` is not a slice: use `Dual`")
            }
            _ => return None,
        },
    };
    Some(reason)
}

fn no_derivative(activity: Activity, name: &str) -> String {
    format!("`{name}` is not a floating-point number, so it cannot be `{activity}`: use `Const`")
}

fn no_derivative_function(name: &str) -> String {
    format!("`{name}` is a function pointer: only `Const` is possible")
}

/// Why a result of this kind may not have the activity, if so.
pub fn refuse_result(mode: Mode, activity: Activity, kind: Kind) -> Option<String> {
    let reason = match (mode, activity) {
        (_, Const) => return None,
        (Mode::Reverse, Dual | DualOnly | Dualv) => {
            format!(
                "`{activity}` belongs to forward mode; a result is `Active`, `ActiveOnly` or `Const` in reverse mode"
            )
        }
        (Mode::Reverse, Duplicated | DuplicatedOnly) => {
            format!("`{activity}` is for parameters; a result is `Active`, `ActiveOnly` or `Const` in reverse mode")
        }
        (Mode::Forward, Active | ActiveOnly | Duplicated | DuplicatedOnly) => {
            format!("`{activity}` belongs to reverse mode; a result is `Dual`, `DualOnly` or `Const` in forward mode")
        }
        (_, Dualv) => "`Dualv` is for slices; a result is `Dual`, `DualOnly` or `Const` in forward mode".to_owned(),
        (_, Active | ActiveOnly | Dual | DualOnly) => match kind {
            Kind::Float | Kind::Value => return None,
            Kind::Integer => {
                format!("the result is not a floating-point number, so it cannot be `{activity}`: use `Const`")
            }
            Kind::Function => "the result is a function pointer: only `Const` is possible".to_owned(),
            Kind::Reference | Kind::Slice | Kind::Pointer => format!(
                "the result is a {}, so it cannot be `{activity}`: return the value, or use `Const`",
                kind.noun()
            ),
        },
    };
    Some(reason)
}
