//! A check: one behaviour, in a browser, with either framework.

use crate::stage::Stage;

/// One line of the output.
pub(crate) struct Check {
    /// The name of the function.
    pub(crate) name: &'static str,
    /// Panics where the browser or the server behaves otherwise.
    pub(crate) run: fn(&mut Stage<'_>),
}

/// Names each function once. One that is missing here is dead code, and the compiler says so.
macro_rules! checks {
    ($($check:ident),* $(,)?) => {
        &[$(Check { name: stringify!($check), run: $check }),*]
    };
}
pub(crate) use checks;
