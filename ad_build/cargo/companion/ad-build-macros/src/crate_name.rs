//! What the crate `ad-build` is called where a macro is used: dependencies can be renamed.

use std::fs::read_to_string;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Ident;

const PACKAGE: &str = "ad-build";
const LIBRARY: &str = "ad_build";

/// `::ad_build`, or what stands for it in the manifest of the package that is compiled.
pub fn path() -> TokenStream {
    path_at(Span::mixed_site())
}

/// The same, for what the compiler may complain about at `place`.
pub fn path_at(place: Span) -> TokenStream {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let name = folder.and_then(|folder| renamed(&folder)).unwrap_or_else(|| LIBRARY.to_owned());
    let mut name: Ident = syn::parse_str(&name).unwrap_or_else(|_| Ident::new(LIBRARY, Span::call_site()));
    name.set_span(place);
    quote_spanned!(place=> ::#name)
}

/// The other name, if the package in `folder` gives one.
fn renamed(folder: &Path) -> Option<String> {
    let own = dependencies(&read_to_string(folder.join("Cargo.toml")).ok()?);
    if own.iter().any(|one| one.key == PACKAGE && one.package.is_none()) {
        return None;
    }
    let inherited = |one: &Dependency| {
        one.workspace && workspace(folder).iter().any(|above| above.key == one.key && above.is_companion())
    };
    let found = own.iter().find(|one| one.is_companion() || inherited(one))?;
    Some(found.key.replace('-', "_"))
}

/// What the workspace's manifest says of dependencies.
fn workspace(folder: &Path) -> Vec<Dependency> {
    let manifests = folder.ancestors().filter_map(|folder| read_to_string(folder.join("Cargo.toml")).ok());
    manifests.map(|text| dependencies(&text)).find(|found| found.iter().any(|one| one.shared)).unwrap_or_default()
}

/// One line or table of a manifest that tells something of a dependency; `shared`: it is for the whole workspace.
#[derive(Debug, Default, PartialEq)]
struct Dependency {
    key: String,
    package: Option<String>,
    workspace: bool,
    shared: bool,
}

impl Dependency {
    fn is_companion(&self) -> bool {
        self.package.as_deref() == Some(PACKAGE)
    }
}

/// The dependencies in a manifest, as far as names go: cargo has read it before and found it right.
fn dependencies(text: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let (mut table, mut in_table) = (String::new(), None);
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            table = header.replace([' ', '"'], "");
            in_table = table.rsplit_once("dependencies.").map(|(_, key)| key.to_owned());
            continue;
        }
        let Some((left, value)) = line.split_once('=') else { continue };
        let left: Vec<&str> = left.split('.').map(|word| word.trim().trim_matches('"')).collect();
        let (key, setting) = match (&in_table, &left[..]) {
            (Some(key), [setting]) => (key.clone(), Some(*setting)),
            (None, [key]) if table.ends_with("dependencies") => ((*key).to_owned(), None),
            (None, [key, setting]) if table.ends_with("dependencies") => ((*key).to_owned(), Some(*setting)),
            _ => continue,
        };
        let settings = match setting {
            Some(setting) => format!("{setting}={value}"),
            None => value.trim().trim_matches(['{', '}']).to_owned(),
        };
        let mut one = Dependency { key, shared: table.starts_with("workspace."), ..Dependency::default() };
        for (name, value) in settings.split(',').filter_map(|setting| setting.split_once('=')) {
            match (name.trim(), value.trim()) {
                ("package", value) => one.package = Some(value.trim_matches(['"', '\'']).to_owned()),
                ("workspace", "true") => one.workspace = true,
                _ => {}
            }
        }
        match found.iter_mut().find(|other| other.key == one.key && other.shared == one.shared) {
            Some(other) => {
                other.package = other.package.take().or(one.package);
                other.workspace |= one.workspace;
            }
            None => found.push(one),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_manifest() {
        let forms = [
            "[dependencies]\nad = { package = \"ad-build\", path = \"x, y\" } # renamed",
            "[target.'cfg(unix)'.dev-dependencies]\n\"ad\" = { path = \"x\", package = 'ad-build' }",
            "[dependencies.ad]\npath = \"x\"\npackage = \"ad-build\"",
            "[ dependencies ]\nrand = \"1\"\nad.path = \"x\"\nad.package = \"ad-build\"",
        ];
        for text in forms {
            let found = dependencies(text);
            assert!(found.iter().any(|one| one.key == "ad" && one.is_companion()), "{text}: {found:?}");
        }
        for text in ["[package]\nad = { package = \"ad-build\" }", "[dependencies]\nad-build = { path = \"x\" }"] {
            assert!(!dependencies(text).iter().any(Dependency::is_companion), "{text}");
        }
        let inherited = dependencies("[dependencies]\nad.workspace = true\nother = { workspace = true }");
        assert!(inherited.iter().all(|one| one.workspace && !one.shared) && inherited.len() == 2);
        assert!(dependencies("[workspace.dependencies]\nad = { package = \"ad-build\" }")[0].shared);
    }
}
