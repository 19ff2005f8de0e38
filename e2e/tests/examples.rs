//! Checks that each public method of the types that an application uses has an example.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The sources, and the types in them whose public methods need an example.
const SOURCES: [(&str, &[&str]); 4] = [
    ("session-codec/src", &["Codec", "Key", "Verified"]),
    ("session-cookie/src", &["Session", "SessionManager", "CookieConfig"]),
    ("adapter-axum/src", &["Session", "SessionLayer"]),
    ("adapter-actix/src", &["Session", "SessionMiddleware", "SessionExt"]),
];

#[test]
fn every_public_method_has_an_example() {
    let mut count = 0;
    let mut without = Vec::new();
    for (folder, types) in SOURCES {
        for file in rust_files(&Path::new(ROOT).join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            for method in methods(&text, types) {
                count += 1;
                if !method.has_example {
                    without.push(format!("{folder}: {}::{}", method.of, method.name));
                }
            }
        }
    }

    assert!(count > 70, "only {count} methods were found");
    assert!(without.is_empty(), "without an example:\n{}", without.join("\n"));
}

#[test]
fn a_method_without_an_example_is_found_and_one_that_is_not_public_is_not() {
    let text = "\
impl<E: From<X>> Session<E> {\n    /// ```\n    /// ```\n    #[must_use]\n    pub fn shown(&self) {}\n
    /// Nothing.\n    pub const fn bare() {}\n
    fn private() {}\n\n    pub(crate) fn inner() {}\n
    /// Nothing.\n    #[doc(hidden)]\n    pub fn hidden() {}\n}\n
impl fmt::Debug for Session {\n    fn fmt() {}\n}\n
impl Other {\n    pub fn other() {}\n}\n
pub trait SessionExt: Sealed {\n    /// Nothing.\n    fn session(&self) {}\n}\n";

    let found: Vec<_> = methods(text, &["Session", "SessionExt"]).map(|m| (m.name, m.has_example)).collect();

    assert_eq!(found, [("shown", true), ("bare", false), ("session", false)].map(|(n, e)| (n.to_owned(), e)));
}

/// A public method.
struct Method {
    of: String,
    name: String,
    has_example: bool,
}

/// The public methods of these types and traits in a formatted source file.
fn methods(text: &str, types: &[&str]) -> impl Iterator<Item = Method> {
    let mut found = Vec::new();
    // The type or trait whose block this is, and whether it is a trait.
    let mut block: Option<(String, bool)> = None;
    let mut docs: Vec<&str> = Vec::new();
    for line in text.lines() {
        if !line.starts_with([' ', '}']) && !line.is_empty() {
            block = opened_block(line).filter(|(name, _)| types.contains(&name.as_str()));
        }
        let Some(code) = line.strip_prefix("    ").filter(|code| !code.starts_with(' ')) else { continue };
        if code.starts_with("///") || code.starts_with("#[") {
            docs.push(code);
            continue;
        }
        if let (Some((of, is_trait)), Some(name)) = (&block, function(code)) {
            let is_public = *is_trait || code.starts_with("pub ");
            if is_public && !docs.contains(&"#[doc(hidden)]") {
                let has_example = docs.iter().any(|doc| doc.starts_with("/// ```"));
                found.push(Method { of: of.clone(), name: name.to_owned(), has_example });
            }
        }
        docs.clear();
    }
    found.into_iter()
}

/// The type of an inherent `impl`, or a public trait, and whether it is a trait.
fn opened_block(line: &str) -> Option<(String, bool)> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric()).collect();
    if let Some(rest) = line.strip_prefix("pub trait ") {
        return Some((name(rest), true));
    }
    let rest = line.strip_prefix("impl")?;
    if rest.contains(" for ") {
        return None;
    }
    // The last word before the brace, without the parameters of the `impl` and of the type.
    let of = rest.trim_end_matches(" {").rsplit("> ").next()?.trim();
    Some((name(of), false))
}

/// The name of the function that a line begins.
fn function(code: &str) -> Option<&str> {
    let (before, rest) = code.split_once("fn ")?;
    let is_head =
        ["", "pub ", "pub const ", "const ", "pub async ", "pub(crate) ", "pub(crate) const "].contains(&before);
    is_head.then(|| rest.split(['(', '<']).next()).flatten()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
