//! Finds the events in the source of the libraries.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const LIBRARIES: [&str; 4] = ["session-codec", "session-cookie", "adapter-axum", "adapter-actix"];
const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// The message and the level of each event.
pub(super) fn events() -> BTreeSet<(String, String)> {
    let mut events = BTreeSet::new();
    for library in LIBRARIES {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(library).join("src");
        for file in files(&source) {
            let text = fs::read_to_string(&file).unwrap();
            // So that each event is written as `tracing::level!`, where it is found.
            assert!(!text.contains("use tracing"), "{} imports from tracing", file.display());
            assert!(!text.contains("tracing::event!"), "{} has an event of another form", file.display());
            for level in LEVELS {
                for call in text.split(&format!("tracing::{level}!(")).skip(1) {
                    let message = literals(call.split(");").next().unwrap()).pop().expect("an event has a message");
                    match message.as_str() {
                        "{text}" => events.extend(notices(&text, level)),
                        _ => _ = events.insert((message, level.to_owned())),
                    }
                }
            }
        }
    }
    events
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| is_rust(path))
        .collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// The texts of the notices, each at the level of its kind.
fn notices(source: &str, level: &str) -> Vec<(String, String)> {
    let (_, arms) = source.split_once("let text = match notice {").unwrap();
    let (arms, log) = arms.split_once("\n        };").unwrap();
    let at_error = |kind: &str| log.lines().any(|line| line.contains(kind) && line.contains("tracing::error!"));
    let arms = arms.split("Notice::").skip(1).map(|arm| arm.split_once(" => ").unwrap());
    let of_level = arms.filter(|(kind, _)| at_error(&format!("Notice::{kind})")) == (level == "error"));
    of_level.map(|(_, text)| (literals(text).pop().unwrap(), level.to_owned())).collect()
}

/// The string literals in this code, a line that ends with `\` joined with the next.
fn literals(code: &str) -> Vec<String> {
    let parts: Vec<&str> = code.split('"').collect();
    let literals = parts.iter().skip(1).step_by(2);
    literals.map(|text| text.split("\\\n").map(str::trim_start).collect::<String>()).collect()
}
