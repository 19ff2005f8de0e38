//! Everything that is logged, from the most verbose level up.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::level_filters::LevelFilter;

/// Runs this and returns what the current thread logged meanwhile, one event a line.
pub(crate) fn logged<R>(run: impl FnOnce() -> R) -> (R, String) {
    let text = Text::default();
    let writer = text.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let result = tracing::subscriber::with_default(subscriber, run);
    let text = text.0.lock().unwrap().clone();
    (result, String::from_utf8(text).unwrap())
}

/// Lines of this level.
pub(crate) fn lines<'a>(log: &'a str, level: &str) -> Vec<&'a str> {
    log.lines().filter(|line| line.split_whitespace().nth(1) == Some(level)).collect()
}

#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
