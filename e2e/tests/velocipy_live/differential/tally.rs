//! Counts of verdicts, for the tables that are printed.

use std::fmt;

use e2e::velocipy::Verdict;

/// Verdicts on one kind of token.
#[derive(Default)]
pub(crate) struct Tally {
    both_accept: usize,
    both_refuse: usize,
    only_there: usize,
    only_here: usize,
    raises_there: usize,
}

impl Tally {
    pub(crate) const HEADINGS: &str = "verified  both accept  both refuse  only VelociPy  only ours  VelociPy raises";

    pub(crate) fn count(&mut self, there: &Verdict, here: &Verdict) {
        let column = match (there, here) {
            (Verdict::Raised(_), _) => &mut self.raises_there,
            (Verdict::Accepted(_), Verdict::Accepted(_)) => &mut self.both_accept,
            (Verdict::Accepted(_), _) => &mut self.only_there,
            (Verdict::Refused, Verdict::Accepted(_)) => &mut self.only_here,
            (Verdict::Refused, _) => &mut self.both_refuse,
        };
        *column += 1;
    }

    pub(crate) fn differences(&self) -> usize {
        self.only_there + self.only_here + self.raises_there
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { both_accept, both_refuse, only_there, only_here, raises_there } = self;
        let verified = both_accept + both_refuse + self.differences();
        write!(f, "{verified:>8}{both_accept:>13}{both_refuse:>13}{only_there:>15}{only_here:>11}{raises_there:>17}")
    }
}
