//! Everything that is logged, from the most verbose level up.
//!
//! One subscriber for the whole process, installed before anything can be logged: one per test would race with other
//! tests over which events `tracing` remembers as being of interest to nobody.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use tracing::level_filters::LevelFilter;

thread_local! {
    static CAPTURED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(|| ThisThread)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Runs this and returns what the current thread logged meanwhile, one event a line.
pub(crate) fn logged<R>(run: impl FnOnce() -> R) -> (R, String) {
    install();
    CAPTURED.take();
    let result = run();
    (result, String::from_utf8(CAPTURED.take()).unwrap())
}

/// What the current thread logs from here on, from the level of info up: frameworks have more to say below.
pub(crate) struct Log(());

impl Log {
    pub(crate) fn capture() -> Self {
        install();
        CAPTURED.take();
        Self(())
    }

    pub(crate) fn text(&self) -> String {
        let log = String::from_utf8(CAPTURED.with_borrow(Vec::clone)).unwrap();
        ["ERROR", "WARN", "INFO"].map(|level| lines(&log, level).join("\n")).concat()
    }
}

/// Lines of this level.
pub(crate) fn lines<'a>(log: &'a str, level: &str) -> Vec<&'a str> {
    log.lines().filter(|line| line.split_whitespace().nth(1) == Some(level)).collect()
}

struct ThisThread;

impl io::Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        CAPTURED.with_borrow_mut(|captured| captured.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
