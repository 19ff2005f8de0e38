//! Holds SECURITY.md's table of attacks to the tests: each test that it names exists and is run.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const SECURITY: &str = include_str!("../../SECURITY.md");

#[test]
fn every_test_that_security_md_names_is_run() {
    let named = named_tests();
    let missing: Vec<_> = named.iter().filter(|named| !named.is_run()).collect();

    assert!(missing.is_empty(), "SECURITY.md names tests that are not there, or are not run: {missing:#?}");
}

#[derive(Debug)]
enum Named {
    /// A `#[test]` function of session-codec or session-cookie.
    Test(&'static str),
    /// A check in a folder of the end-to-end tests.
    Check { name: &'static str, folder: &'static str },
    /// A program in the repository.
    Program(&'static str),
}

impl Named {
    /// Reads `` `name` ``, `` `name` (`folder`) `` or `` `path/of/a/program` ``.
    fn parse(item: &'static str) -> Self {
        let unquoted = |text: &'static str| {
            text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or_else(|| panic!("no test: {item}"))
        };
        match item.strip_suffix(')').and_then(|item| item.split_once(" (")) {
            Some((name, folder)) => Self::Check { name: unquoted(name), folder: unquoted(folder) },
            None if item.contains('/') => Self::Program(unquoted(item)),
            None => Self::Test(unquoted(item)),
        }
    }

    fn is_run(&self) -> bool {
        match *self {
            Self::Test(name) => {
                let folders = ["session-codec/tests", "session-cookie/tests"];
                folders.into_iter().flat_map(sources).any(|source| has_test(&source, name))
            }
            Self::Check { name, folder } => sources(folder).iter().any(|source| lists_check(source, name)),
            Self::Program(path) => Path::new(ROOT).join(path).is_file(),
        }
    }
}

/// The last cell of every row of the table.
fn named_tests() -> Vec<Named> {
    let (_, table) = SECURITY.split_once("\n| attack | ").expect("the table is there");
    let rows = table.lines().skip(2).map_while(|line| line.strip_suffix(" |"));
    rows.flat_map(|row| row.rsplit(" | ").next().expect("a row has cells").split(", ")).map(Named::parse).collect()
}

/// Whether there is a function of this name with the attribute `#[test]`, or a framework's, and without `#[ignore]`.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim_start).collect();
    let is_named = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ").and_then(|line| line.strip_prefix(name)).is_some_and(|line| line.starts_with('('))
    };
    lines.iter().enumerate().filter(|(_, line)| is_named(line)).any(|(at, _)| {
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        let attributes: Vec<_> = above.collect();
        attributes.iter().any(|line| **line == "#[test]" || line.ends_with("::test]"))
            && !attributes.iter().any(|line| line.starts_with("#[ignore"))
    })
}

/// Whether a list of checks has this name. That the function exists, the compiler has seen.
fn lists_check(source: &str, name: &str) -> bool {
    let lists = source.split("checks![").skip(1).filter_map(|rest| rest.split("];").next());
    let is_listed = lists.flat_map(|list| list.split([',', ' ', '\n'])).any(|listed| listed == name);
    is_listed || source.contains(&format!("Check {{ name: \"{name}\""))
}

/// The text of every Rust file below this folder.
fn sources(folder: &str) -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    sources
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path())
}
