//! One conformance suite for both adapters: it tests every rule that is visible over HTTP, with raw bytes over real sockets,
//! against the demo server of each framework. The siblings of a session are those of the test servers.
//!
//! The modules are named after the parts of the rules; a check's name begins with the number of its rule, or with
//! `http` if it follows from HTTP and not from a rule. Both frameworks have to pass the same checks.

mod answering;
mod changing;
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
mod siblings;
mod signer;
mod table;

use std::process::ExitCode;
use std::sync::Arc;

use e2e::{Framework, Suite};

use crate::server::Server;
use crate::table::{Outcome, Table};

/// Panics where the server breaks a rule of `session-cookie/src/guide/rules.md`.
type Check = e2e::Check<fn(&Server)>;

const SUBJECTS: [&[Check]; 13] = [
    loading::CHECKS,
    refusing::CHECKS,
    envelope::CHECKS,
    changing::CHECKS,
    answering::CHECKS,
    rotating::CHECKS,
    lifetimes::CHECKS,
    configuring::CHECKS,
    keys::CHECKS,
    siblings::CHECKS,
    connections::CHECKS,
    hostile::CHECKS,
    http2::CHECKS,
];

fn main() -> ExitCode {
    let checks = || SUBJECTS.into_iter().flatten();
    let table = Arc::new(Table::new(checks().map(|check| check.name)));
    // Checks spend their time on waiting for servers that start and stop.
    let mut suite = Suite::with_threads(8);
    for framework in Framework::ALL {
        let table = Arc::clone(&table);
        suite.add_sharing(
            framework,
            checks(),
            move || Server::start(framework),
            move |check, server| {
                // Until it has come to its end.
                table.note(check.name, framework, Outcome::Failed);
                (check.run)(server);
                table.note(check.name, framework, Outcome::Passed);
            },
        );
    }
    let exit_code = suite.run();
    table.print();
    exit_code
}
