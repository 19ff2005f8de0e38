//! The table at the end, and the verdict.

use std::{collections::BTreeSet, fmt, time::Duration};

use crate::{
    TEN_MINUTES,
    load::Outcome,
    tally::{Counts, Tally},
};

/// An hour of an ordinary site: 100 requests a second.
const HOUR_OF_REQUESTS: usize = 100 * 3600;

/// How all servers fared.
pub(crate) struct Report {
    pub(crate) duration: Duration,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Report {
    /// What is wrong, in words; empty if nothing is.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let complaints_of = |outcome: &Outcome| {
            let name = format!("{} {}", outcome.framework, outcome.setting.name());
            outcome.complaints().into_iter().map(move |complaint| format!("{name}: {complaint}"))
        };
        let mut complaints: Vec<_> = self.outcomes.iter().flat_map(complaints_of).collect();
        if self.duration >= TEN_MINUTES && self.total() < HOUR_OF_REQUESTS {
            complaints.push(format!("{} requests are less than an hour's {HOUR_OF_REQUESTS}", self.total()));
        }
        complaints
    }

    fn total(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.tally.total()).sum()
    }

    fn row<T: fmt::Display>(
        &self,
        f: &mut fmt::Formatter<'_>,
        label: &str,
        cell: impl Fn(&Outcome) -> T,
    ) -> fmt::Result {
        write!(f, "{label:<28}")?;
        for outcome in &self.outcomes {
            write!(f, " {:>14}", cell(outcome).to_string())?;
        }
        writeln!(f)
    }

    fn counts(&self, f: &mut fmt::Formatter<'_>, counts: impl Fn(&Tally) -> &Counts) -> fmt::Result {
        let kinds: BTreeSet<_> = self.outcomes.iter().flat_map(|outcome| counts(&outcome.tally).kinds()).collect();
        for kind in kinds {
            self.row(f, &format!("  {kind}"), |outcome| counts(&outcome.tally).of(kind))?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.duration.as_secs_f64();
        let total = self.total();
        writeln!(f, "{total} requests in {seconds} s; an ordinary hour has {HOUR_OF_REQUESTS}")?;
        self.row(f, "", |outcome| format!("{} {}", outcome.framework, outcome.setting.name()))?;
        self.row(f, "requests", |outcome| outcome.tally.total())?;
        self.row(f, "a second", |outcome| format!("{:.0}", outcome.tally.total() as f64 / seconds))?;
        self.row(f, "ordinary hours", |outcome| {
            format!("{:.1}", outcome.tally.total() as f64 / HOUR_OF_REQUESTS as f64)
        })?;
        self.row(f, "by clients", |outcome| outcome.tally.requests.total())?;
        self.counts(f, |tally| &tally.requests)?;
        self.row(f, "by hostile clients", |outcome| outcome.tally.attacks.total())?;
        self.counts(f, |tally| &tally.attacks)?;
        self.row(f, "sessions", |outcome| outcome.tally.sessions)?;
        self.row(f, "signed again", |outcome| outcome.tally.signed_again)?;
        self.row(f, "sessions lost", |outcome| outcome.tally.lost)?;
        self.row(f, "errors", |outcome| outcome.tally.errors)?;
        self.row(f, "lines of complaint logged", |outcome| outcome.log.len())?;
        self.row(f, "  and of what is not HTTP", |outcome| outcome.not_http)?;
        self.row(f, "resident KiB before", |outcome| outcome.resources.before.resident_kib)?;
        self.row(f, "  in the second fifth", |outcome| outcome.resources.resident_kib(1))?;
        self.row(f, "  in the last fifth", |outcome| outcome.resources.resident_kib(4))?;
        self.row(f, "  at most", |outcome| outcome.resources.most_resident_kib())?;
        self.row(f, "  after", |outcome| outcome.resources.after.resident_kib)?;
        self.row(f, "  trend after the first fifth", |outcome| format!("{:+.0}", outcome.resources.trend_kib()))?;
        self.row(f, "descriptors, one connection", |outcome| outcome.resources.before.descriptors)?;
        self.row(f, "  in the second fifth", |outcome| outcome.resources.descriptors(1))?;
        self.row(f, "  in the last fifth", |outcome| outcome.resources.descriptors(4))?;
        self.row(f, "  no connection", |outcome| outcome.resources.after.descriptors)
    }
}
