//! The real VelociPy and this project, side by side: what one signs, the other reads, in both directions.
//!
//! "There" is a VelociPy server or its signer, "here" is ours. `.ci/run` runs this; by hand it is
//! `cargo test -p e2e --features velocipy --test velocipy_live`. The first run installs VelociPy from PyPI.

mod browser;
mod differential;
mod random_session;
mod servers;
mod tokens;

use std::{
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

use e2e::Framework;
use libtest_mimic::Arguments;

/// How many random sessions go each way.
const RANDOM_SESSIONS: usize = 200;
/// Where the random sessions begin. Fixed, so that a failure comes again.
const SEED: u64 = 0x5e55_1095;

/// Names each function once. One that is missing here is dead code, and the compiler says so.
macro_rules! checks {
    ($($check:ident),* $(,)?) => {
        &[$((stringify!($check), $check)),*]
    };
}
use checks;

static FIGURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = tokens::trials()
        .chain(differential::trials())
        .chain(Framework::ALL.into_iter().flat_map(servers::trials))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);

    let mut figures = FIGURES.lock().unwrap_or_else(PoisonError::into_inner);
    figures.sort_unstable();
    for figure in figures.iter() {
        println!("{figure}");
    }
    conclusion.exit_code()
}

/// Keeps what a check has counted, to be printed after the last one.
fn figure(text: String) {
    FIGURES.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}

/// A JSON object with one more member at its end.
fn with_member(object: &str, member: &str) -> String {
    let members = object.strip_suffix('}').expect("a session is an object");
    let comma = if members == "{" { "" } else { "," };
    format!("{members}{comma}{member}}}")
}
