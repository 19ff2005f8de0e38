//! What is measured: named operations, each timed in batches.

use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Operations that are compared with one another: one table.
pub struct Case {
    /// What they are done with.
    pub name: String,
    /// The operations, the floors first.
    pub operations: Vec<Operation>,
    /// What is missing in the table, and why.
    pub missing: Option<String>,
}

/// One thing to measure: one row.
pub struct Operation {
    /// The name in the table.
    pub name: String,
    /// What it is compared with, beside the HMAC.
    pub against: Option<Against>,
    /// Does it so many times, and returns how long that took.
    pub batch: Box<dyn Fn(u32) -> Duration>,
}

/// What an operation is compared with. Most hold the name of another operation of its case.
#[derive(Clone, Copy, Debug)]
pub enum Against {
    /// The operation of `serde_json` that it can't do without, as it can't without the HMAC.
    HmacAndJson(&'static str),
    /// The operation of this project that does the same as the peer's.
    Ours(&'static str),
    /// The same request without a session.
    Bare(&'static str),
    /// The same with the fewest of what grows. Here there are so many of it.
    Fewer(u32),
}

impl Operation {
    /// An operation that only looks at what it is given.
    pub fn new<G: 'static, R>(name: impl Into<String>, given: &Rc<G>, run: impl Fn(&G) -> R + 'static) -> Self {
        let given = Rc::clone(given);
        Self::with_input(name, || (), move |()| run(black_box(&given)))
    }

    /// An operation that consumes something, such as a request. Making that is not measured.
    pub fn with_input<I, R>(
        name: impl Into<String>,
        make: impl Fn() -> I + 'static,
        run: impl Fn(I) -> R + 'static,
    ) -> Self {
        // So few that all inputs are still in the cache, as a request is that has just been read.
        let at_once = if size_of::<I>() == 0 { u32::MAX } else { 32 };
        let repeat = move |times| {
            let mut inputs = Vec::new();
            allocation_counter::opt_out(|| inputs.extend((0..times).map(|_| make())));
            let start = Instant::now();
            for input in inputs {
                black_box(run(black_box(input)));
            }
            start.elapsed()
        };
        let batch = move |times: u32| {
            let mut elapsed = Duration::ZERO;
            let mut rest = times;
            while rest > 0 {
                elapsed += repeat(at_once.min(rest));
                rest -= at_once.min(rest);
            }
            elapsed
        };
        Self { name: name.into(), against: None, batch: Box::new(batch) }
    }

    /// The same operation, compared with another one.
    #[must_use]
    pub fn against(self, other: Against) -> Self {
        Self { against: Some(other), ..self }
    }
}
