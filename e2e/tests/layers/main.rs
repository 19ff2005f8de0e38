//! Holds the libraries to one direction of imports: no circle between files, none between folders, and in session-cookie
//! a fixed order.
//!
//! The graph is read from the source, so it sees what is written as a path: `use crate::a::B`, `super::a::B`, `a::b()` for
//! a child `a`. It follows re-exports by name. It does not see a method called on a value whose type another file defines,
//! a glob of re-exports, `#[path]`, a module inside braces, or what comes after a `#[cfg(test)]` at the start of a line, which
//! is at a file's end. Documentation and `pub use` lines are not imports.

mod circle;
mod graph;
mod source;

use std::path::Path;

use circle::circle;
use graph::Graph;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The modules of session-cookie: each may import those after it.
const ORDER: [&str; 8] = ["settings", "manager", "session", "issuer", "record", "cookie", "config", "error"];

fn graph_of(library: &str) -> Graph {
    Graph::read(&Path::new(ROOT).join(library).join("src"))
}

#[test]
fn no_library_has_a_circle_of_imports() {
    for library in ["session-codec", "session-cookie", "adapter-axum", "adapter-actix", "cli"] {
        let files = graph_of(library);
        let folders = files.folders();
        println!("{library}: {files}; in folders {folders}");

        assert_eq!(circle(&files), None, "{library}: files import each other");
        assert_eq!(circle(&folders), None, "{library}: folders import each other");
    }
}

#[test]
fn session_cookie_imports_in_its_order() {
    let folders = graph_of("session-cookie").folders();
    let position = |name: &str| ORDER.iter().position(|module| *module == name);
    let unordered: Vec<_> = folders.modules().filter(|name| position(name).is_none() && *name != "guide").collect();
    let upward: Vec<_> = folders.arrows().filter(|(from, to)| position(from) >= position(to)).collect();

    assert!(unordered.is_empty(), "modules without a place in the order {ORDER:?}: {unordered:?}");
    assert!(upward.is_empty(), "imports against the order {ORDER:?}: {upward:?}");
}

#[test]
fn a_circle_of_files_is_found() {
    let graph = Graph::new([
        ("lib.rs", "mod a; mod b; mod c; pub use crate::a::A;"),
        ("a.rs", "use crate::{b::{B as Other, C}, c};"),
        ("b.rs", "fn b() -> String { super::c::name('\"', \"crate::nothing\") } // crate::a"),
        ("c.rs", "use crate::A;"),
    ]);

    assert_eq!(circle(&graph).as_deref(), Some("a -> b -> c -> a"));
}

#[test]
fn a_circle_of_folders_is_found_where_the_files_have_none() {
    let graph = Graph::new([
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod one; mod two;"),
        ("a/one.rs", "use crate::b::one;"),
        ("a/two.rs", ""),
        ("b/mod.rs", "pub mod one; pub mod two;"),
        ("b/one.rs", ""),
        ("b/two.rs", "use crate::a::two;"),
    ]);

    assert_eq!(circle(&graph), None);
    assert_eq!(circle(&graph.folders()).as_deref(), Some("a -> b -> a"));
}

#[test]
fn a_circle_of_a_folder_and_its_file_is_found() {
    let graph = Graph::new([
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod one; pub use self::one::One; pub(crate) struct Two; fn f() -> u8 { one::g() }"),
        ("a/one.rs", "use super::Two;"),
    ]);

    assert_eq!(circle(&graph).as_deref(), Some("a -> a::one -> a"));
}

#[test]
fn what_is_no_import_is_no_arrow() {
    let graph = Graph::new([
        ("lib.rs", "mod a; mod b; mod c; pub use crate::a::A; pub use crate::b::*;"),
        (
            "a.rs",
            "/// [`B`](crate::b::B) /* use crate::b; */ \nuse std::fmt; fn a<'a>(_: &'a str) -> &'a str { r#\"\"crate::b\"# }",
        ),
        ("b.rs", "use crate::c::C;\n#[cfg(test)]\nmod tests { use crate::a::A; }"),
        ("c.rs", "use session_codec::c::C; const C: &[u8] = b\"crate::a\"; const D: char = '\\''; // use crate::a"),
    ]);

    assert_eq!(graph.arrows().collect::<Vec<_>>(), [("b", "c")]);
}
