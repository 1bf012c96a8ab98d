//! What stands in the parentheses of an attribute: `pub d_f, 4, Duplicated, Const, Active, T = f64`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, LitInt, Result, Stmt, Token, Type, Visibility};

use crate::activity::{self, Activity};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    Reverse,
    Forward,
}

impl Mode {
    pub fn word(self) -> &'static str {
        match self {
            Mode::Reverse => "reverse",
            Mode::Forward => "forward",
        }
    }
}

/// What a generic parameter is replaced by.
#[derive(Clone)]
pub enum Argument {
    Type(Type),
    Const(Expr),
}

/// `visibility` is inherited from the primal unless it is written; `instance` is in the order written.
pub struct Request {
    pub visibility: Option<Visibility>,
    pub name: Ident,
    pub width: usize,
    pub activities: Vec<(Activity, Span)>,
    pub instance: Vec<(Ident, Argument)>,
}

impl Parse for Request {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.is_empty() {
            return Err(Error::new(
                Span::call_site(),
                "the derivative's name is missing: `(d_f, ...)` with one activity for each parameter and one for the \
                 result",
            ));
        }
        let visibility = if input.peek(Token![pub]) { Some(input.parse()?) } else { None };
        if !input.peek(Ident::peek_any) {
            return Err(input.error("the derivative's name comes first: `(d_f, ...)`"));
        }
        let name: Ident = input.parse()?;
        let mut request = Request { visibility, name, width: 1, activities: Vec::new(), instance: Vec::new() };
        let mut errors: Option<Error> = None;
        let mut first = true;
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let parsed =
                if first && input.peek(LitInt) { request.parse_width(input) } else { request.parse_word(input) };
            first = false;
            if let Err(error) = parsed {
                if !input.is_empty() && !input.peek(Token![,]) {
                    return Err(error);
                }
                match &mut errors {
                    Some(all) => all.combine(error),
                    None => errors = Some(error),
                }
            }
        }
        match errors {
            Some(error) => Err(error),
            None => {
                request.refuse_activity_as_name()?;
                Ok(request)
            }
        }
    }
}

impl Request {
    fn parse_width(&mut self, input: ParseStream) -> Result<()> {
        let literal: LitInt = input.parse()?;
        self.width = literal.base10_parse()?;
        if self.width == 0 {
            return Err(Error::new(literal.span(), "the width is the number of shadows of a parameter: at least 1"));
        }
        Ok(())
    }

    fn parse_word(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(LitInt) {
            let literal: LitInt = input.parse()?;
            return Err(Error::new(literal.span(), "a width comes directly after the name: `(d_f, 4, ...)`"));
        }
        let word = input.call(Ident::parse_any)?;
        if !input.peek(Token![=]) {
            if !self.instance.is_empty() {
                return Err(Error::new(word.span(), "activities come before the arguments of generic parameters"));
            }
            let activity = activity::parse(&word)?;
            self.activities.push((activity, word.span()));
            return Ok(());
        }
        input.parse::<Token![=]>()?;
        if self.instance.iter().any(|(name, _)| *name == word) {
            return Err(Error::new(word.span(), format!("`{word}` is given twice")));
        }
        let argument = argument(input)?;
        self.instance.push((word, argument));
        Ok(())
    }

    /// `#[autodiff_reverse(Duplicated, Active)]`: the name was forgotten.
    fn refuse_activity_as_name(&self) -> Result<()> {
        if activity::parse(&self.name).is_ok() {
            return Err(Error::new(
                self.name.span(),
                format!("the derivative's name is missing: `(d_f, {}, ...)`", self.name),
            ));
        }
        Ok(())
    }

    /// Where a complaint about the list of activities points.
    pub fn last_span(&self) -> Span {
        self.activities.last().map_or(self.name.span(), |(_, span)| *span)
    }
}

fn argument(input: ParseStream) -> Result<Argument> {
    let fork = input.fork();
    if fork.parse::<Type>().is_ok() && (fork.is_empty() || fork.peek(Token![,])) {
        return Ok(Argument::Type(input.parse()?));
    }
    let value: Expr = input.parse()?;
    match value {
        Expr::Lit(_) | Expr::Unary(_) => Ok(Argument::Const(value)),
        // Where braces are needed around the value, they are put there again.
        Expr::Block(block) => match &block.block.stmts[..] {
            [Stmt::Expr(inner, None)] => Ok(Argument::Const(inner.clone())),
            _ => Ok(Argument::Const(Expr::Block(block))),
        },
        _ => Err(Error::new(value.span(), "expected a type, a literal or a block")),
    }
}
