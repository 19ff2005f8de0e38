//! The checks of a suite, and the order in which they run.
//!
//! To cargo, its filters and cargo-nextest each check is a test. Unlike `#[test]` functions, the checks of a group can
//! share a server that ends after the last of them. A `static` is never dropped, so a server in it would outlive the
//! tests.

use std::{
    fmt::Display,
    process::ExitCode,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use libtest_mimic::{Arguments, Trial};

static FIGURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A function that shows one behaviour, and its name.
#[derive(Debug)]
pub struct Check<F = fn()> {
    /// The name of the function.
    pub name: &'static str,
    /// Panics unless it sees the behaviour.
    pub run: F,
}

/// Lists functions as a `&[Check]`. The compiler reports a function that no list names as dead code.
#[macro_export]
macro_rules! checks {
    ($($(#[$attribute:meta])* $check:ident),* $(,)?) => {
        &[$($(#[$attribute])* $crate::Check { name: stringify!($check), run: $check }),*]
    };
}

/// The checks of one test program, in groups.
#[derive(Default)]
pub struct Suite {
    threads: Option<usize>,
    /// Each with its place in its group.
    trials: Vec<(usize, Trial)>,
}

impl Suite {
    /// Runs this many checks at once, unless the command line says otherwise.
    #[must_use]
    pub fn with_threads(threads: usize) -> Self {
        Self { threads: Some(threads), trials: Vec::new() }
    }

    /// Adds checks under the name `group::check`.
    pub fn add(&mut self, group: impl Display, checks: impl IntoIterator<Item = &'static Check>) {
        self.add_sharing(group, checks, || (), |check, ()| (check.run)());
    }

    /// Adds checks that share what `start` returns: the first check that runs starts it, and it is dropped after the
    /// last. `run` runs one check with it.
    pub fn add_sharing<F, S>(
        &mut self,
        group: impl Display,
        checks: impl IntoIterator<Item = &'static Check<F>>,
        start: impl Fn() -> S + Send + Sync + 'static,
        run: impl Fn(&Check<F>, &S) + Send + Sync + 'static,
    ) where
        F: Sync + 'static,
        S: Send + Sync + 'static,
    {
        let shared = Arc::new((OnceLock::new(), start, run));
        for (place, check) in checks.into_iter().enumerate() {
            let shared = Arc::clone(&shared);
            let trial = Trial::test(format!("{group}::{}", check.name), move || {
                let (subject, start, run) = &*shared;
                run(check, subject.get_or_init(start));
                Ok(())
            });
            self.trials.push((place, trial));
        }
    }

    /// Runs the checks that the command line selects, and prints the figures.
    #[must_use]
    pub fn run(mut self) -> ExitCode {
        let mut arguments = Arguments::from_args();
        arguments.test_threads = arguments.test_threads.or(self.threads);
        // The groups in turn, since checks that share a browser wait for each other.
        self.trials.sort_by_key(|(place, _)| *place);
        let trials = self.trials.into_iter().map(|(_, trial)| trial).collect();
        let conclusion = libtest_mimic::run(&arguments, trials);

        let mut figures = FIGURES.lock().unwrap_or_else(PoisonError::into_inner);
        figures.sort_unstable();
        for figure in figures.iter() {
            println!("{figure}");
        }
        conclusion.exit_code()
    }
}

/// Keeps what a check has counted, to be printed after the last check.
pub fn figures(text: String) {
    FIGURES.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}
