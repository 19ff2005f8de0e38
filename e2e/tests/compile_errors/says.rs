//! A comment `//~` above a mistake has a text that the compiler's error has to show, and the guide quotes some of them. Only such
//! texts are compared, those that help: the rest of an error differs from compiler to compiler.

use std::collections::BTreeMap;

const AXUM: &str = include_str!("axum.rs");
const ACTIX: &str = include_str!("actix.rs");
const PAGE: &str = include_str!("../../../session-cookie/src/guide/troubleshooting.md");

/// The texts of the comments above each line that has some.
fn expected(source: &str) -> BTreeMap<usize, Vec<&str>> {
    let mut expected = BTreeMap::new();
    let mut texts = Vec::new();
    for (line, code) in (1..).zip(source.lines()) {
        match code.trim_start().strip_prefix("//~ ") {
            Some(text) => texts.push(text),
            None if texts.is_empty() => {}
            None => _ = expected.insert(line, std::mem::take(&mut texts)),
        }
    }
    expected
}

fn the_compiler_says(framework: &str, source: &str) {
    let mut expected = expected(source);

    for error in e2e::compile_errors("compile_errors", &format!("mistakes={framework:?}")) {
        assert_eq!(error.file, format!("e2e/tests/compile_errors/{framework}.rs"), "{}", error.text);
        let texts = expected.remove(&error.line).unwrap_or_else(|| panic!("no `//~` is above\n{}", error.text));
        for text in texts {
            assert!(error.text.contains(text), "{text:?} is not in\n{}", error.text);
        }
    }

    assert!(expected.is_empty(), "no error in these lines: {expected:#?}");
}

#[test]
fn the_compiler_says_what_to_do_on_axum() {
    the_compiler_says("axum", AXUM);
}

#[test]
fn the_compiler_says_what_to_do_on_actix() {
    the_compiler_says("actix", ACTIX);
}

#[test]
fn the_guide_quotes_what_the_compiler_says() {
    let (_, section) = PAGE.split_once("\n## What the compiler says").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let quotes: Vec<&str> = section.split("``").skip(1).step_by(2).map(str::trim).collect();
    let texts: Vec<&str> =
        [AXUM, ACTIX].into_iter().flat_map(|source| expected(source).into_values().flatten()).collect();

    assert!(quotes.len() >= 5, "{quotes:?}");
    for quote in quotes {
        assert!(texts.contains(&quote), "no `//~` says {quote:?}");
    }
}
