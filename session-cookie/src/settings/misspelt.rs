//! Environment variables that are written a little differently from those of the options.

use std::env;

/// Warns of variables that are written as other frameworks write `known` ones.
pub(super) fn warn_of_misspelt(known: &[&str]) {
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        // On Windows, upper and lower case are one name.
        let is = |variable: &str| variable == name || cfg!(windows) && variable.eq_ignore_ascii_case(&name);
        let own = stem(&name);
        if let Some(meant) = known.iter().find(|known| stem(known) == own).filter(|meant| !is(meant)) {
            tracing::warn!(variable = &*name, meant, "a variable is not read, since its name is misspelt");
        }
    }
}

/// Returns what is left of a variable's name without `SESSION_`, a `COOKIE`, underscores and upper case.
fn stem(variable: &str) -> Option<String> {
    let variable = variable.to_ascii_uppercase();
    Some(variable.strip_prefix("SESSION_")?.replace("COOKIE", "").replace('_', ""))
}
