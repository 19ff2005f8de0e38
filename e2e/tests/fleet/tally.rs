//! The clients' counters.

use std::{collections::BTreeMap, ops::AddAssign};

/// How many troubles are told in full.
const TOLD: usize = 5;

/// The counts of one client, or the sum of several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Those that were answered.
    pub(crate) requests: usize,
    pub(crate) sessions: usize,
    /// Sessions that an answer showed to be wrong.
    pub(crate) lost: usize,
    /// Those of the lost that a cookie of another session has taken the place of.
    pub(crate) replaced: usize,
    /// Requests that found an instance gone, and that nginx gave to the next one.
    pub(crate) passed_on: usize,
    /// Requests that a client sent again, since the connection broke before the answer was complete.
    pub(crate) sent_again: usize,
    /// Requests without an answer, or with one that is no success.
    pub(crate) failed: usize,
    /// Answers by the address of the instance, as nginx writes it.
    pub(crate) served_by: BTreeMap<String, usize>,
    /// The first few losses and failures in words.
    pub(crate) troubles: Vec<String>,
}

impl Tally {
    pub(crate) fn tell(&mut self, trouble: String) {
        if self.troubles.len() < TOLD {
            self.troubles.push(trouble);
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.sessions += other.sessions;
        self.lost += other.lost;
        self.replaced += other.replaced;
        self.passed_on += other.passed_on;
        self.sent_again += other.sent_again;
        self.failed += other.failed;
        for (instance, answers) in other.served_by {
            *self.served_by.entry(instance).or_default() += answers;
        }
        for trouble in other.troubles {
            self.tell(trouble);
        }
    }
}
