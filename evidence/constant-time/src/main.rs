//! Checks that verifying and signing take no branch and no index that depends on the secret.
//!
//! Memcheck tracks undefined bytes bit by bit through everything computed from them, and complains where a branch or an
//! address depends on them. This program marks the secret as undefined, so each complaint is a place whose timing could
//! reveal something about it. Verifying has one such place for each key that it tries: the verdict, which the sender of
//! the token learns anyway.
//!
//! What this does not show:
//!
//! - How long an instruction takes. SHA-256 and the comparison consist of additions, rotations and logic, which take the
//!   same time for all values on the processors of servers.
//! - The path that uses the processor's SHA instructions, which Valgrind 3.19 hides from the program.
//! - What another compiler makes of the source. This one happens to compare two arrays of 32 bytes without a branch between
//!   them, so `==` on arrays would pass here. Each run shows that `==` on slices is caught; `CtOutput` keeps a compiler from
//!   turning the library's comparison into such code.
//!
//! There is no statistical timing test (dudect) beside it. Tried on a shared machine, a million samples gave |t| up to 8
//! for a comparison that is one vector instruction, and up to 6 for the library's: above the usual limit of 4.5, and noise. It
//! detected only a loop that stops at the first difference, at 370 to 600, and memcheck catches that too.
#![forbid(unsafe_code)]

mod cases;
mod memcheck;

use std::process::ExitCode;

use crate::cases::{CASES, Case, Expected};
use crate::memcheck::Findings;

fn main() -> ExitCode {
    match std::env::args().nth(1) {
        Some(name) => run_under_valgrind(&name),
        None => check_all(),
    }
}

fn run_under_valgrind(name: &str) -> ExitCode {
    let Some(case) = CASES.iter().find(|case| case.name == name) else {
        eprintln!("no case is named `{name}`");
        return ExitCode::FAILURE;
    };
    (case.run)();
    println!("{}", crabgrind::valgrind::count_errors());
    ExitCode::SUCCESS
}

fn check_all() -> ExitCode {
    let mut failed = 0;
    for case in CASES {
        let outcome = memcheck::run(case.name).and_then(|findings| check(case, &findings));
        match outcome {
            Ok(found) => println!("ok      {:<44} {found}", case.name),
            Err(why) => {
                failed += 1;
                println!("FAILED  {:<44} {why}", case.name);
            }
        }
    }
    println!("{} passed, {failed} failed", CASES.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns what memcheck found if it is what the case expects, and what is wrong otherwise.
fn check(case: &Case, findings: &Findings) -> Result<String, String> {
    let elsewhere: Vec<_> = findings.complaints.iter().filter(|complaint| !complaint.is_the_verdict()).collect();
    match case.expected {
        Expected::Verdicts(verdicts) if elsewhere.is_empty() && findings.count == verdicts => Ok(match verdicts {
            0 => "no complaint".to_owned(),
            1 => "1 complaint: the verdict".to_owned(),
            _ => format!("{verdicts} complaints: the verdict on each key"),
        }),
        Expected::Verdicts(verdicts) => {
            Err(format!("{} complaints, {verdicts} expected, at the verdict\n{}", findings.count, list(&elsewhere)))
        }
        Expected::Caught(kind) if elsewhere.iter().any(|complaint| complaint.kind.starts_with(kind)) => {
            Ok(format!("caught, {} complaints: {kind}", findings.count))
        }
        Expected::Caught(kind) => Err(format!("not caught: nothing of the kind `{kind}` among\n{}", list(&elsewhere))),
    }
}

fn list(complaints: &[&memcheck::Complaint]) -> String {
    complaints.iter().take(3).map(ToString::to_string).collect()
}
