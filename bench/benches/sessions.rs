//! Measures all operations and prints one table. README.md says how to read it.

use std::time::{Duration, Instant};

use bench::operations::{Case, FLOOR, Operation, cases};

/// Short enough to fit between two interruptions, long enough for the clock.
const BATCH: Duration = Duration::from_micros(250);
const ROUNDS: u32 = 2_000;

fn main() {
    let cases = cases();
    let mut operations: Vec<Measured<'_>> = cases.iter().flat_map(|case| &case.operations).map(Measured::new).collect();
    allocation_counter::opt_out(|| {
        for _ in 0..ROUNDS {
            operations.iter_mut().for_each(Measured::run_once_more);
        }
    });
    let mut rest = operations.as_slice();
    for case in &cases {
        let (measured, after) = rest.split_at(case.operations.len());
        print(case, measured);
        rest = after;
    }
}

struct Measured<'a> {
    operation: &'a Operation,
    allocations: u64,
    batch: u32,
    /// Nanoseconds of the fastest batch, for one operation.
    nanos: f64,
}

impl<'a> Measured<'a> {
    fn new(operation: &'a Operation) -> Self {
        let mut new = Self { operation, allocations: 0, batch: 1_000, nanos: f64::INFINITY };
        new.run_once_more();
        new.batch = (BATCH.as_nanos() as f64 / new.nanos).ceil() as u32;
        new.allocations = allocation_counter::measure(|| (operation.repeat)(1)).count_total;
        new
    }

    fn run_once_more(&mut self) {
        let start = Instant::now();
        (self.operation.repeat)(self.batch);
        let nanos = start.elapsed().as_nanos() as f64 / f64::from(self.batch);
        self.nanos = self.nanos.min(nanos);
    }
}

fn print(case: &Case, measured: &[Measured<'_>]) {
    let nanos = |name| measured.iter().find(|measured| measured.operation.name == name).map_or(f64::NAN, |m| m.nanos);
    let floor = nanos(FLOOR);
    println!("\n{:<30}{:>8}{:>10}{:>19}{:>14}", case.name, "ns", "/ HMAC", "/ (HMAC + JSON)", "allocations");
    for Measured { operation: Operation { name, json, .. }, allocations, nanos: own, .. } in measured {
        let with_json = json.map_or(String::new(), |json| format!("{:.2}", own / (floor + nanos(json))));
        println!("{name:<30}{own:>8.0}{:>10.2}{with_json:>19}{allocations:>14}", own / floor);
    }
}
