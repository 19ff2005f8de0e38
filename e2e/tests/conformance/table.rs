//! The table at the end: what each framework passed, side by side.

use core::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use e2e::Framework;

/// How a check went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    NotRun,
    Failed,
    Passed,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotRun => "-",
            Self::Failed => "FAILED",
            Self::Passed => "ok",
        })
    }
}

/// All checks and how they went, filled while they run.
pub(crate) struct Table {
    rows: Mutex<Vec<Row>>,
}

struct Row {
    check: &'static str,
    outcomes: [Outcome; Framework::ALL.len()],
}

const NOT_RUN: [Outcome; Framework::ALL.len()] = [Outcome::NotRun; Framework::ALL.len()];

impl Table {
    pub(crate) fn new(checks: impl Iterator<Item = &'static str>) -> Self {
        let rows = checks.map(|check| Row { check, outcomes: NOT_RUN });
        Self { rows: Mutex::new(rows.collect()) }
    }

    /// Records the result of a check on this framework, in place of an earlier one.
    pub(crate) fn note(&self, check: &str, framework: Framework, outcome: Outcome) {
        if let Some(row) = self.rows().iter_mut().find(|row| row.check == check) {
            row.outcomes[framework as usize] = outcome;
        }
    }

    /// Prints the rows that were run and the counts; nothing when no check was run.
    pub(crate) fn print(&self) {
        let rows = self.rows();
        let rows: Vec<_> = rows.iter().filter(|row| row.outcomes != NOT_RUN).collect();
        if rows.is_empty() {
            return;
        }
        println!("{:<90} {:>7} {:>7}", "check", Framework::ALL[0], Framework::ALL[1]);
        for row in &rows {
            println!("{:<90} {:>7} {:>7}", row.check, row.outcomes[0], row.outcomes[1]);
        }
        for (heading, outcome) in [("passed", Outcome::Passed), ("failed", Outcome::Failed)] {
            let count = |framework| rows.iter().filter(|row| row.outcomes[framework as usize] == outcome).count();
            let counts = Framework::ALL.map(count);
            println!("{heading:<90} {:>7} {:>7}", counts[0], counts[1]);
        }
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
