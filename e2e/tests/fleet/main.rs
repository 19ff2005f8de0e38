//! A fleet behind nginx under load: instances are stopped, killed and started, the key is rotated from one instance to
//! the next, and no session is lost. The same load shows losses when the rotation breaks its order.
//!
//! By hand: `cargo test -p e2e --features nginx --test fleet -- --nocapture`. It takes some two minutes, and the
//! figures come at the end.

mod broken_order;
mod client;
mod fleet;
mod keys;
mod load;
mod rolling;
mod rollout;
mod sleepers;
mod tally;

use std::{
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Trial};

/// Names each function once. One that is missing here is dead code, and the compiler says so.
macro_rules! checks {
    ($($check:ident),* $(,)?) => {
        &[$((stringify!($check), $check)),*]
    };
}
use checks;

type Check = (&'static str, fn());

static FIGURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Two fleets at once would share the machine, and each other's figures.
    arguments.test_threads.get_or_insert(1);
    let trials = [("rolling", rolling::CHECKS), ("broken_order", broken_order::CHECKS)];
    let trials = trials.into_iter().flat_map(|(module, checks)| {
        checks.iter().map(move |&(name, check)| {
            Trial::test(format!("{module}::{name}"), move || {
                check();
                Ok(())
            })
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());

    for figures in FIGURES.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("{figures}");
    }
    conclusion.exit_code()
}

/// Keeps what a check has counted, to be printed after the last one.
fn figures(text: String) {
    FIGURES.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}
