//! A fleet under load, whose instances are restarted one after the other.

use std::{
    collections::BTreeMap,
    ops::Range,
    time::{Duration, Instant},
};

use crate::{
    fleet::{Fleet, History, Kind},
    keys::{Environment, Keys},
    load::Load,
    sleepers::Sleepers,
    tally::Tally,
};

/// How many requests have to do without an instance before it is started again.
const WITHOUT: usize = 300;

/// A fleet, the clients that keep it busy, and those who sleep. When this value is dropped, the clients are told first.
pub(crate) struct Rollout {
    pub(crate) load: Load,
    pub(crate) sleepers: Sleepers,
    pub(crate) fleet: Fleet,
    started: Instant,
    /// How many requests meet the fleet in each of its states.
    step: usize,
}

/// The results.
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    pub(crate) history: History,
    pub(crate) time: Duration,
    answers: BTreeMap<String, usize>,
}

impl Rollout {
    /// Starts a fleet that knows the old key alone, and the load on it.
    pub(crate) fn start(kinds: &[Kind], step: usize) -> Self {
        Self::start_with(kinds, Keys::OLD.environment(), step)
    }

    /// Starts a fleet whose instances have these keys, and the load on it.
    pub(crate) fn start_with(kinds: &[Kind], keys: Environment<'_>, step: usize) -> Self {
        let fleet = Fleet::start(kinds, keys);
        let started = Instant::now();
        let sleepers = Sleepers::log_in(fleet.addr());
        let load = Load::start(fleet.addr());
        load.pass(step);
        Self { load, sleepers, fleet, started, step }
    }

    /// Restarts one instance after the other with these keys.
    pub(crate) fn restart_each(&mut self, keys: Keys) {
        for at in 0..self.fleet.len() {
            self.restart(at, keys);
        }
    }

    pub(crate) fn restart(&mut self, at: usize, keys: Keys) {
        self.fleet.stop(at);
        self.bring_back(at, keys);
    }

    /// Lets one instance after the other crash, and starts it again with these keys.
    pub(crate) fn crash_each(&mut self, keys: Keys) {
        for at in 0..self.fleet.len() {
            self.fleet.kill(at);
            self.bring_back(at, keys);
        }
    }

    /// Tells these instances, one after the other, to read their keys again.
    pub(crate) fn signal_each(&self, instances: Range<usize>) {
        for at in instances {
            self.fleet.signal(at);
            self.load.pass(self.step);
        }
    }

    /// Takes one instance out of the fleet.
    pub(crate) fn dismiss(&mut self, at: usize) {
        self.fleet.dismiss(at);
        self.load.pass(self.step);
    }

    /// Ends the load, then the fleet.
    pub(crate) fn finish(self) -> Outcome {
        let mut tally = self.load.finish();
        tally += self.sleepers.into_tally();
        let time = self.started.elapsed();
        let mut answers = BTreeMap::new();
        for (instance, count) in &tally.served_by {
            *answers.entry(self.fleet.kind(instance).to_string()).or_default() += count;
        }
        Outcome { tally, history: self.fleet.finish(), time, answers }
    }

    fn bring_back(&mut self, at: usize, keys: Keys) {
        self.load.pass(WITHOUT);
        self.fleet.start_again(at, keys.environment());
        self.load.pass(self.step);
    }
}

impl Outcome {
    /// What went over the wire, and by whom it was answered.
    pub(crate) fn traffic(&self) -> String {
        let Tally { requests, sessions, passed_on, sent_again, .. } = self.tally;
        let seconds = self.time.as_secs_f64();
        let answers: Vec<_> = self.answers.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        format!(
            "requests: {requests} in {seconds:.1} s, {:.0} a second; answered by {}\n\
             passed on by nginx to another instance: {passed_on}; sent again by clients: {sent_again}\n\
             sessions: {sessions}",
            requests as f64 / seconds,
            answers.join(", ")
        )
    }
}
