//! The table at the end: what each framework passed, side by side.

use core::fmt;
use std::sync::{Mutex, PoisonError};

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

impl Table {
    pub(crate) fn new(checks: impl Iterator<Item = &'static str>) -> Self {
        let rows = checks.map(|check| Row { check, outcomes: [Outcome::NotRun; Framework::ALL.len()] });
        Self { rows: Mutex::new(rows.collect()) }
    }

    /// Notes how a check went on this framework, in the place of what was noted before.
    pub(crate) fn note(&self, check: &str, framework: Framework, outcome: Outcome) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = rows.iter_mut().find(|row| row.check == check) {
            row.outcomes[framework as usize] = outcome;
        }
    }

    /// Prints the rows that were run, and the counts.
    pub(crate) fn print(&self) {
        println!("{:<90} {:>7} {:>7}", "check", Framework::ALL[0], Framework::ALL[1]);
        for row in self.rows.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if row.outcomes != [Outcome::NotRun; Framework::ALL.len()] {
                println!("{:<90} {:>7} {:>7}", row.check, row.outcomes[0], row.outcomes[1]);
            }
        }
        let passed = Framework::ALL.map(|framework| self.count(framework, Outcome::Passed));
        println!("{:<90} {:>7} {:>7}", "passed", passed[0], passed[1]);
        let failed = Framework::ALL.map(|framework| self.count(framework, Outcome::Failed));
        println!("{:<90} {:>7} {:>7}", "failed", failed[0], failed[1]);
    }

    fn count(&self, framework: Framework, outcome: Outcome) -> usize {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.iter().filter(|row| row.outcomes[framework as usize] == outcome).count()
    }
}
