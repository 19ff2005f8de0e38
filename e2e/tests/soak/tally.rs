//! The clients' counters.

use std::{collections::BTreeMap, ops::AddAssign};

/// How many troubles are told in full.
const TOLD: usize = 10;

/// The counts of one client, or the sum of several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Requests of well-behaved clients, by kind.
    pub(crate) requests: Counts,
    /// Requests of hostile clients, by kind.
    pub(crate) attacks: Counts,
    pub(crate) sessions: usize,
    /// Sessions that came with a cookie of the old key, and left with one of the new.
    pub(crate) signed_again: usize,
    /// Sessions that an answer showed to be wrong.
    pub(crate) lost: usize,
    /// Requests that were not answered as they have to be, by either kind of client.
    pub(crate) errors: usize,
    /// The first few of both in words.
    pub(crate) troubles: Vec<String>,
}

/// Why something did not go as it had to.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The session is not what the client expects.
    Lost(String),
    /// There is no answer, or a wrong one.
    Error(String),
}

impl Tally {
    /// All requests, from every client.
    pub(crate) fn total(&self) -> usize {
        self.requests.total() + self.attacks.total()
    }

    pub(crate) fn note(&mut self, trouble: Trouble) {
        let words = match trouble {
            Trouble::Lost(words) => {
                self.lost += 1;
                words
            }
            Trouble::Error(words) => {
                self.errors += 1;
                words
            }
        };
        self.tell(words);
    }

    fn tell(&mut self, trouble: String) {
        if self.troubles.len() < TOLD {
            self.troubles.push(trouble);
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.attacks += other.attacks;
        self.sessions += other.sessions;
        self.signed_again += other.signed_again;
        self.lost += other.lost;
        self.errors += other.errors;
        for trouble in other.troubles {
            self.tell(trouble);
        }
    }
}

/// How often each kind was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    pub(crate) fn count(&mut self, kind: &'static str) {
        *self.0.entry(kind).or_default() += 1;
    }

    pub(crate) fn of(&self, kind: &str) -> usize {
        self.0.get(kind).copied().unwrap_or_default()
    }

    pub(crate) fn total(&self) -> usize {
        self.0.values().sum()
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (kind, count) in other.0 {
            *self.0.entry(kind).or_default() += count;
        }
    }
}
