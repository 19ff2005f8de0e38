//! Measures operations in turns.

use std::time::Duration;

use crate::operation::{Against, Case, Operation};

/// Short enough to fit between two interruptions, long enough for the clock.
const BATCH: Duration = Duration::from_micros(250);
const ROUNDS: u32 = 2_000;

/// What an operation costs.
pub struct Measured<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Heap allocations of one.
    pub allocations: u64,
    /// Nanoseconds of one, in the fastest batch.
    pub nanos: f64,
    batch: u32,
}

/// What all operations of a case cost.
pub struct MeasuredCase<'a> {
    /// The case.
    pub case: &'a Case,
    /// One for each operation, in the same order.
    pub operations: Vec<Measured<'a>>,
}

/// Measures all operations of all cases, a batch of each in every round.
#[must_use]
pub fn measure(cases: &[Case]) -> Vec<MeasuredCase<'_>> {
    let new = |case| MeasuredCase { case, operations: case.operations.iter().map(Measured::new).collect() };
    let mut measured: Vec<MeasuredCase<'_>> = cases.iter().map(new).collect();
    allocation_counter::opt_out(|| {
        for _ in 0..ROUNDS {
            measured.iter_mut().flat_map(|case| &mut case.operations).for_each(Measured::run_once_more);
        }
    });
    measured
}

impl<'a> MeasuredCase<'a> {
    /// What the operation of this name costs, if it was measured.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Measured<'a>> {
        self.operations.iter().find(|measured| measured.operation.name == name)
    }

    /// What an operation costs that is measured everywhere.
    #[must_use]
    pub fn find(&self, name: &str) -> &Measured<'a> {
        self.get(name).unwrap_or_else(|| panic!("no operation of {} is named {name}", self.case.name))
    }

    /// Its nanoseconds.
    #[must_use]
    pub fn nanos(&self, name: &str) -> f64 {
        self.find(name).nanos
    }

    /// How many there were of what grows, and the nanoseconds then; empty where nothing grows.
    #[must_use]
    pub fn growth(&self) -> Vec<(u32, f64)> {
        let grown = |measured: &Measured<'_>| match measured.operation.against {
            Some(Against::Fewer(count)) => Some((count, measured.nanos)),
            _ => None,
        };
        self.operations.iter().filter_map(grown).collect()
    }
}

impl<'a> Measured<'a> {
    fn new(operation: &'a Operation) -> Self {
        let mut new = Self { operation, allocations: 0, batch: 1_000, nanos: f64::INFINITY };
        new.run_once_more();
        new.batch = (BATCH.as_nanos() as f64 / new.nanos).ceil() as u32;
        new.allocations = allocation_counter::measure(|| _ = (operation.batch)(1)).count_total;
        new
    }

    fn run_once_more(&mut self) {
        // The operation before has left its own code and data in the caches.
        (self.operation.batch)(self.batch.div_ceil(8));
        let nanos = (self.operation.batch)(self.batch).as_nanos() as f64 / f64::from(self.batch);
        self.nanos = self.nanos.min(nanos);
    }
}
