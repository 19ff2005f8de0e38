//! Threads that use one session at the same time, each through its own handle.

use std::hint::black_box;
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::Instant;

use session_cookie::Session;

use crate::data::{Flat, Session as _};
use crate::manager;

const THREADS: [u32; 7] = [1, 2, 4, 8, 16, 32, 64];
/// Of all threads together: so many that their start and end count for nothing.
const READS: u32 = 1 << 18;
const CHANGES: u32 = 1 << 16;
const ROUNDS: u32 = 15;

/// What one operation costs while so many threads do the same.
pub struct Concurrent {
    /// How many threads there are.
    pub threads: u32,
    /// Nanoseconds of reading one member, in the fastest round: the time of all, divided by the operations of all threads.
    pub read: f64,
    /// The same of changing one member.
    pub change: f64,
}

/// Measures all numbers of threads in turns.
#[must_use]
pub fn measure() -> Vec<Concurrent> {
    let new = |threads| Concurrent { threads, read: f64::INFINITY, change: f64::INFINITY };
    let mut all: Vec<Concurrent> = THREADS.into_iter().map(new).collect();
    for _ in 0..ROUNDS {
        for one in &mut all {
            let read = |session: &Session, _| drop(black_box(session.get::<String>("theme").expect("it is a text")));
            one.read = one.read.min(nanos(one.threads, READS, read));
            // No two threads write the same value, which would be no change.
            let change =
                |session: &Session, number| session.insert("last_seen", 1_700_000_000 + number).expect("it is as long");
            one.change = one.change.min(nanos(one.threads, CHANGES, change));
        }
    }
    all
}

/// The time of one of the `operations`, which the threads share out among themselves. Each operation gets a number of its own.
fn nanos(threads: u32, operations: u32, run: impl Fn(&Session, u32) + Sync) -> f64 {
    let cookie = manager().cookie_for(&Flat::with_size(290)).expect("it fits");
    let session = manager().load([cookie]);
    assert!(session.contains_key("theme"), "it verifies");
    let (start, started) = (Barrier::new(threads as usize), OnceLock::new());
    thread::scope(|scope| {
        for thread in 0..threads {
            let (session, start, started, run) = (session.clone(), &start, &started, &run);
            scope.spawn(move || {
                // The last one to come does not wait, so it knows when they start.
                if start.wait().is_leader() {
                    started.get_or_init(Instant::now);
                }
                (thread..operations).step_by(threads as usize).for_each(|number| run(&session, number));
            });
        }
    });
    let started: &Instant = started.get().expect("one of them is the last");
    started.elapsed().as_nanos() as f64 / f64::from(operations)
}
