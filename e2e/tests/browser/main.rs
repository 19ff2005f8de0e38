//! Both demos seen by a real browser: Debian's Chromium, without a window, over HTTP and over TLS.
//!
//! What a browser does with a cookie is the half of a session that no server can see. Here the cookies are read from the
//! browser's own jar and from the wire; each check is one behaviour, and a line of the output.
//!
//! `.ci/run` runs this; by hand it is `cargo test -p e2e --features chromium --test browser`. Pictures of the page are
//! left in `target/tmp/screenshots`.

mod check;
mod hardened;
mod lifetime;
mod other_sites;
mod page;
mod planted;
mod servers;
mod size;
mod stage;
mod tampering;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use e2e::{Chromium, Framework};
use libtest_mimic::{Arguments, Trial};

use crate::check::Check;
use crate::stage::Stage;

const SUBJECTS: [&[Check]; 8] = [
    page::CHECKS,
    lifetime::CHECKS,
    hardened::CHECKS,
    other_sites::CHECKS,
    planted::CHECKS,
    tampering::CHECKS,
    size::CHECKS,
    servers::CHECKS,
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One for each browser, and there is one for each framework.
    arguments.test_threads.get_or_insert(Framework::ALL.len());
    let browsers = Framework::ALL.map(|framework| (framework, Arc::default()));
    let trials = SUBJECTS
        .into_iter()
        .flatten()
        .flat_map(|check| browsers.iter().map(|(framework, browser)| trial(check, *framework, browser)))
        .collect();
    // The trials hold the browsers now, so that the last one ends them.
    drop(browsers);
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The check on this framework, in a browser that the first check starts and that forgets all before each.
fn trial(check: &'static Check, framework: Framework, browser: &Arc<Mutex<Option<Chromium>>>) -> Trial {
    let browser = Arc::clone(browser);
    Trial::test(format!("{framework}::{}", check.name), move || {
        // After a check that failed, the browser is as good as before.
        let mut browser = browser.lock().unwrap_or_else(PoisonError::into_inner);
        let browser = browser.get_or_insert_with(Chromium::start);
        browser.forget_all();
        (check.run)(&mut Stage::new(framework, browser));
        Ok(())
    })
}
