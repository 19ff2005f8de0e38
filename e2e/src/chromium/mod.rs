//! Debian's Chromium without a window, driven through its WebDriver.

mod cookie;
mod launch;
mod page;

use std::{fmt, future::Future};

use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::{WebDriver, error::WebDriverResult};
use tokio::runtime::{self, Runtime};

pub use self::cookie::Cookie;
use self::launch::Chromedriver;
use crate::scratch::scratch;

/// A browser with a fresh profile. Both are removed when this value is dropped.
///
/// Every name below `.test` leads to loopback, and is a separate site: other than loopback's own names, the
/// browser does not trust it more than any other host.
///
/// Don't keep one in a `static`: statics are never dropped, and the processes would outlive the tests.
pub struct Chromium {
    /// `None` only during a restart.
    session: Option<WebDriver>,
    runtime: Runtime,
    chromedriver: Chromedriver,
    /// After the browser, which still writes to it while it ends.
    profile: TempDir,
}

impl Chromium {
    /// Starts chromedriver, and through it Chromium.
    ///
    /// # Panics
    ///
    /// When one of them is missing or does not start. The message says what to install.
    #[must_use]
    pub fn start() -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let profile = scratch("chromium-");
        let chromedriver = Chromedriver::start(&profile);
        let session = runtime.block_on(chromedriver.open_browser(&profile));
        Self { session: Some(session), runtime, chromedriver, profile }
    }

    /// Closes the browser, and opens it again with the same profile.
    ///
    /// # Panics
    ///
    /// When the browser does not end or does not start.
    pub fn restart(&mut self) {
        self.close();
        self.session = Some(self.runtime.block_on(self.chromedriver.open_browser(&self.profile)));
    }

    fn close(&mut self) {
        if let Some(session) = self.session.take() {
            let process = launch::process_id(&session);
            let _ended_below_if_not_here = self.runtime.block_on(session.quit());
            launch::end(process);
        }
    }

    fn session(&self) -> &WebDriver {
        self.session.as_ref().expect("the browser runs")
    }

    /// Waits for an answer of the browser.
    #[track_caller]
    fn done<T>(&self, answer: impl Future<Output = WebDriverResult<T>>) -> T {
        self.runtime.block_on(answer).unwrap_or_else(|error| panic!("the browser refused: {error}"))
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.done(self.session().cdp().send_raw(command, parameters))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Chromium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chromium").field("profile", &self.profile).finish_non_exhaustive()
    }
}
