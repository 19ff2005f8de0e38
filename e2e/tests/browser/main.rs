//! The demos and the test servers seen by a real browser: Debian's Chromium, without a window, over HTTP and over TLS.
//!
//! A server can't see what a browser does with a cookie. These checks read the cookies from the browser's jar and from the
//! wire. Each check is one behaviour, and one line of the output.
//!
//! `.ci/run` runs this; by hand it is `cargo test -p e2e --features chromium --test browser`. Pictures of the page are
//! left in `target/tmp/screenshots`.

mod accessible;
mod hardened;
mod lifetime;
mod moves;
mod oauth;
mod other_sites;
mod page;
mod planted;
mod servers;
mod size;
mod stage;
mod tampering;

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use e2e::{Chromium, Framework, Suite};

use crate::stage::Stage;

/// Panics where the browser or the server behaves otherwise.
type Check = e2e::Check<fn(&mut Stage<'_>)>;

const SUBJECTS: [&[Check]; 11] = [
    page::CHECKS,
    accessible::CHECKS,
    lifetime::CHECKS,
    hardened::CHECKS,
    other_sites::CHECKS,
    oauth::CHECKS,
    planted::CHECKS,
    moves::CHECKS,
    tampering::CHECKS,
    size::CHECKS,
    servers::CHECKS,
];

fn main() -> ExitCode {
    // One for each browser, and there is one for each framework.
    let mut suite = Suite::with_threads(Framework::ALL.len());
    for framework in Framework::ALL {
        suite.add_sharing(
            framework,
            SUBJECTS.into_iter().flatten(),
            || Mutex::new(Chromium::start()),
            move |check, browser| {
                // A check that failed has poisoned the lock, and left a browser that works.
                let mut browser = browser.lock().unwrap_or_else(PoisonError::into_inner);
                browser.forget_all();
                (check.run)(&mut Stage::new(framework, &mut browser));
            },
        );
    }
    suite.run()
}
