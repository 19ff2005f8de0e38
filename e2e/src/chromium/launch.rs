//! Starts chromedriver and Chromium, and waits until they have ended.

use std::{
    env,
    ffi::OsString,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use thirtyfour::WebDriver;

use crate::{Process, front::public_key_hash};

const NEEDS_CHROMIUM: &str = "Install Chromium and its WebDriver (Debian: apt-get install chromium chromium-driver), or \
                              name a chromedriver in the variable CHROMEDRIVER.";

/// How long one command of the browser may take. Generous, since a loaded CI machine is slow.
const COMMAND_DEADLINE: Duration = Duration::from_secs(60);
/// How long a browser that was closed may take to end; then it is killed.
const END_DEADLINE: Duration = Duration::from_secs(5);

const SWITCHES: [&str; 15] = [
    "--headless=new",
    // Its sandbox does not work for root nor in most containers, and it visits no other servers than the test's own.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
];

/// A running chromedriver. It ends when this value is dropped.
pub(super) struct Chromedriver {
    url: String,
    _process: Process,
}

impl Chromedriver {
    /// It keeps nothing outside the profile, and neither does the browser that it starts.
    pub(super) fn start(profile: &TempDir) -> Self {
        let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| OsString::from("chromedriver"));
        assert!(
            Command::new(&program).arg("--version").output().is_ok_and(|output| output.status.success()),
            "`{} --version` can't be run. {NEEDS_CHROMIUM}",
            program.display()
        );
        let mut command = Command::new(program);
        command.arg("--port=0").env("HOME", profile.path());
        for folder in ["BREAKPAD_DUMP_LOCATION", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
            command.env(folder, profile.path());
        }
        let mut process = Process::spawn("chromedriver", &mut command);
        let port = process.wait_for_line("ChromeDriver was started successfully on port ");
        Self { url: format!("http://127.0.0.1:{}", port.trim_end_matches('.')), _process: process }
    }

    pub(super) async fn open_browser(&self, profile: &TempDir) -> WebDriver {
        let arguments = SWITCHES.map(str::to_owned).into_iter().chain([
            format!("--user-data-dir={}", profile.path().display()),
            format!("--ignore-certificate-errors-spki-list={}", public_key_hash()),
        ]);
        let capabilities =
            Map::from_iter([("goog:chromeOptions".to_owned(), json!({ "args": arguments.collect::<Vec<_>>() }))]);
        // Not through a proxy that the environment names.
        let client = reqwest::Client::builder().no_proxy().timeout(COMMAND_DEADLINE).build().unwrap();
        WebDriver::builder(&self.url, capabilities)
            .client(client)
            .connect()
            .await
            .unwrap_or_else(|error| panic!("Chromium can't be started. {NEEDS_CHROMIUM}\n{error}"))
    }
}

/// The process of the browser itself; all of its others end with it.
pub(super) fn process_id(session: &WebDriver) -> Option<Pid> {
    let id = session.handle().capabilities().get("goog:processID").and_then(Value::as_i64)?;
    Pid::from_raw(id.try_into().ok()?)
}

/// Waits until the browser has ended, and kills it when it doesn't.
pub(super) fn end(process: Option<Pid>) {
    let Some(process) = process else { return };
    let deadline = Instant::now() + END_DEADLINE;
    while test_kill_process(process).is_ok() {
        if Instant::now() >= deadline {
            let _ended_meanwhile = kill_process(process, Signal::KILL);
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}
