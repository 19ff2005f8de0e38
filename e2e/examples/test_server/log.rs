//! A log like that of many applications: each line says whose request it is about. To know that, the subscriber reads the
//! session at each event, those of the session's own code included.

use std::{env, fmt, io};

use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::{DefaultFields, Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent};
use tracing_subscriber::registry::LookupSpan;

use super::current;

/// Starts the log on stderr. `RUST_LOG` is its level, `info` by default.
pub(crate) fn start() {
    let level = env::var("RUST_LOG").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .with_writer(io::stderr)
        .with_ansi(false)
        .event_format(WithUser(Format::default()))
        .init();
}

struct WithUser(Format);

impl<S: Subscriber + for<'a> LookupSpan<'a>> FormatEvent<S, DefaultFields> for WithUser {
    fn format_event(
        &self,
        context: &FmtContext<'_, S, DefaultFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        write!(writer, "user_id={:?} ", current::text("user_id"))?;
        self.0.format_event(context, writer, event)
    }
}
