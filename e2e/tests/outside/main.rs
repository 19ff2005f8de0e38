//! What is outside of the library and acts on a session: other sites, which cause requests that come without the cookie;
//! shared caches; the limits of proxies and servers to headers; and a log's subscriber, which reads the session while its code
//! runs. Real sockets, against the test server of each framework.
//!
//! `cargo test -p e2e --test outside` runs all but what needs nginx, the caches and its limits: `--features nginx`.

#[cfg(feature = "nginx")]
mod caches;
mod client;
mod guide;
mod limits;
mod other_sites;
mod subscribers;

use std::process::ExitCode;

use e2e::{Framework, Suite};

/// Panics where a server of the framework behaves otherwise.
type Check = e2e::Check<fn(Framework)>;

const SUBJECTS: &[&[Check]] = &[
    other_sites::CHECKS,
    #[cfg(feature = "nginx")]
    caches::CHECKS,
    subscribers::CHECKS,
    limits::CHECKS,
];

fn main() -> ExitCode {
    let mut suite = Suite::default();
    for framework in Framework::ALL {
        suite.add_sharing(
            framework,
            SUBJECTS.iter().copied().flatten(),
            move || framework,
            |check, framework| (check.run)(*framework),
        );
    }
    suite.add("guide", guide::CHECKS);
    suite.run()
}
