//! The symbol of a raw derivative: what ad-build reads, and what the linker prints where ad-build was not used.

use proc_macro2::TokenStream;
use quote::quote;

use crate::request::Mode;

/// What the symbol tells about a request; `args` are the raw activities of the shim's parameters.
pub struct RawName<'a> {
    pub owner: Option<&'a str>,
    pub derivative: &'a str,
    pub mode: Mode,
    pub width: usize,
    pub args: &'a [String],
    pub ret: &'a str,
    pub id: u64,
}

impl RawName<'_> {
    /// The value of `link_name`: printable ASCII without `@`, which would stand for a symbol version.
    pub fn tokens(&self) -> TokenStream {
        let owner = self.owner.map(|owner| format!("{owner}::")).unwrap_or_default();
        let text = format!(
            "::{owner}{}: ad-build derives this function; build with 'ad-build cargo' in place of 'cargo' [ad-build 1 {} \
             width={} args={} ret={} id={:016x}]",
            self.derivative,
            self.mode.word(),
            self.width,
            self.args.join(","),
            self.ret,
            self.id
        );
        let text: String = text
            .chars()
            .map(|letter| match letter {
                '"' => '\'',
                '@' | '\\' => '?',
                letter if letter.is_ascii_graphic() || letter == ' ' => letter,
                _ => '?',
            })
            .collect();
        quote!(::core::concat!(::core::module_path!(), #text))
    }
}

/// FNV-1a over everything that tells one request from another.  It must come out the same in each of ad-build's
/// passes, so positions are lines and columns, not rustc's numbers for spans.
pub fn identity(parts: &[&str]) -> u64 {
    let environment =
        ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME"].map(|name| std::env::var(name).unwrap_or_default());
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in environment.iter().map(String::as_str).chain(parts.iter().copied()) {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}
