//! One conformance suite for both adapters: every rule of the design that HTTP can show, with raw bytes over real
//! sockets, against the demo server of each framework.
//!
//! The modules are named after the parts of the rules; a check's name begins with the number of its rule, and what is
//! true of HTTP whatever the rules say begins with `http`. Both frameworks run the same table, and both have to pass
//! the same checks.

mod answering;
mod changing;
mod check;
mod configuring;
mod connections;
mod envelope;
mod expect;
mod hostile;
mod http2;
mod keys;
mod lifetimes;
mod loading;
mod refusing;
mod rotating;
mod server;
mod signer;
mod table;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use e2e::Framework;
use libtest_mimic::{Arguments, Trial};

use crate::check::Check;
use crate::server::Server;
use crate::table::{Outcome, Table};

const SUBJECTS: [&[Check]; 12] = [
    loading::CHECKS,
    refusing::CHECKS,
    envelope::CHECKS,
    changing::CHECKS,
    answering::CHECKS,
    rotating::CHECKS,
    lifetimes::CHECKS,
    configuring::CHECKS,
    keys::CHECKS,
    connections::CHECKS,
    hostile::CHECKS,
    http2::CHECKS,
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Checks spend their time on waiting for servers that start and stop.
    arguments.test_threads.get_or_insert(8);
    let table = Arc::new(Table::new(SUBJECTS.into_iter().flatten().map(|check| check.name)));
    let trials = Framework::ALL.into_iter().flat_map(|framework| trials(framework, &table)).collect();

    // One list for both frameworks: the counts can differ only by checks that failed.
    let conclusion = libtest_mimic::run(&arguments, trials);
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    table.print();
    if conclusion.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The checks for one framework, over one server that the first of them starts and the last of them ends.
fn trials(framework: Framework, table: &Arc<Table>) -> Vec<Trial> {
    let server = Arc::new(OnceLock::new());
    let trial = |check: &'static Check| {
        let (server, table) = (Arc::clone(&server), Arc::clone(table));
        Trial::test(format!("{framework}::{}", check.name), move || {
            // Until it has come to its end.
            table.note(check.name, framework, Outcome::Failed);
            (check.run)(server.get_or_init(|| Server::start(framework)));
            table.note(check.name, framework, Outcome::Passed);
            Ok(())
        })
    };
    SUBJECTS.into_iter().flatten().map(trial).collect()
}
