//! A check: one rule, shown over HTTP, for every framework.

use crate::server::Server;

/// One row of the table.
pub(crate) struct Check {
    /// The name of the function, which begins with the rule's number in `session-cookie/src/guide/rules.md`.
    pub(crate) name: &'static str,
    /// Panics where the server breaks the rule.
    pub(crate) run: fn(&Server),
}

/// Names each function once. One that is missing here is dead code, and the compiler says so.
macro_rules! checks {
    ($($(#[$attribute:meta])* $check:ident),* $(,)?) => {
        &[$($(#[$attribute])* Check { name: stringify!($check), run: $check }),*]
    };
}
pub(crate) use checks;
