//! The real VelociPy and this project, side by side: what one signs, the other reads, in both directions.
//!
//! "There" is a VelociPy server or its signer, "here" is ours. `.ci/run` runs this; by hand it is
//! `cargo test -p e2e --features velocipy --test velocipy_live`. The first run installs VelociPy from PyPI.

mod browser;
mod differential;
mod random_session;
mod servers;
mod tokens;

use std::process::ExitCode;

use e2e::{Framework, Suite};

use self::servers::Pair;

/// How many random sessions go each way.
const RANDOM_SESSIONS: usize = 200;
/// Where the random sessions begin. Fixed, so that a failure comes again.
const SEED: u64 = 0x5e55_1095;

fn main() -> ExitCode {
    let mut suite = Suite::default();
    suite.add("tokens", tokens::CHECKS);
    suite.add("differential", differential::CHECKS);
    for framework in Framework::ALL {
        suite.add_sharing(framework, servers::CHECKS, move || Pair::start(framework), |check, pair| (check.run)(pair));
    }
    suite.run()
}

/// A JSON object with one more member at its end.
fn with_member(object: &str, member: &str) -> String {
    let members = object.strip_suffix('}').expect("a session is an object");
    let comma = if members == "{" { "" } else { "," };
    format!("{members}{comma}{member}}}")
}
