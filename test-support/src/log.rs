//! Captures what the current thread logs, at every level.
//!
//! The whole process has one subscriber, installed before anything is logged. With one for each test, tests that run
//! at once would race: `tracing` caches for the whole process which events anyone wants.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Once;

use session_cookie::{CookieConfig, Key, SessionManager};
use tracing::level_filters::LevelFilter;

thread_local! {
    static CAPTURED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static AT_EACH_LINE: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Installs the subscriber, unless it is there already. A test that logs before it captures calls this first.
///
/// It builds one manager too, so that the warning which the first of a process logs is in no test's capture.
///
/// # Panics
///
/// When the process has another subscriber.
pub fn install() {
    static BUILT: Once = Once::new();
    subscribe();
    BUILT.call_once(|| {
        let key = Key::new("the secret of the first manager of a process").expect("it is long enough");
        SessionManager::new(key, CookieConfig::default()).expect("the defaults are accepted");
    });
}

fn subscribe() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(|| ThisThread)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the process has no other subscriber");
    });
}

/// Calls `run` and returns its result with what the current thread logged meanwhile, one event a line.
pub fn logged<R>(run: impl FnOnce() -> R) -> (R, String) {
    install();
    captured(run)
}

/// Like [`logged`], with what the first manager of a process logs, if this is called before anything else.
pub fn logged_first<R>(run: impl FnOnce() -> R) -> (R, String) {
    subscribe();
    captured(run)
}

fn captured<R>(run: impl FnOnce() -> R) -> (R, String) {
    CAPTURED.take();
    let result = run();
    (result, text(CAPTURED.take()))
}

/// Calls `run` at each line that the current thread logs from here on, as a subscriber does that adds something to each.
pub fn at_each_line(run: impl Fn() + 'static) {
    install();
    AT_EACH_LINE.set(Some(Rc::new(run)));
}

/// What the current thread logs from the capture on, at the levels info, warn and error: frameworks log much more
/// below.
#[derive(Debug)]
pub struct Log(());

impl Log {
    /// Starts to capture.
    #[must_use]
    pub fn capture() -> Self {
        install();
        CAPTURED.take();
        Self(())
    }

    /// Returns what was logged so far, errors first.
    #[must_use]
    pub fn text(&self) -> String {
        let log = text(CAPTURED.with_borrow(Vec::clone));
        ["ERROR", "WARN", "INFO"].map(|level| lines(&log, level).join("\n")).concat()
    }
}

/// Returns the lines of one level, `"WARN"` for example.
#[must_use]
pub fn lines<'a>(log: &'a str, level: &str) -> Vec<&'a str> {
    log.lines().filter(|line| line.split_whitespace().nth(1) == Some(level)).collect()
}

fn text(captured: Vec<u8>) -> String {
    String::from_utf8(captured).expect("the subscriber writes UTF-8")
}

struct ThisThread;

impl io::Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        CAPTURED.with_borrow_mut(|captured| captured.extend_from_slice(bytes));
        if let Some(run) = AT_EACH_LINE.with_borrow(Option::clone) {
            run();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
