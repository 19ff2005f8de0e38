//! Counts the events of sessions.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// How often each event came, with its `reason` or `why`.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<(String, String), u64>>>);

impl<S: Subscriber> Layer<S> for Counts {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (mut message, mut label, mut count) = (String::new(), String::new(), 1);
        event.record(&mut |field: &Field, value: &dyn Debug| match field.name() {
            "message" => message = format!("{value:?}"),
            "reason" | "why" => label = format!("{value:?}").replace('"', ""),
            "count" => count = format!("{value:?}").parse().unwrap_or(1),
            _ => {}
        });
        *self.0.lock().unwrap().entry((message, label)).or_default() += count;
    }
}

/// Logs what `RUST_LOG` says, and counts all events of sessions.
fn subscriber(counts: &Counts) -> impl Subscriber + Send + Sync {
    let rust_log: Option<Targets> = std::env::var("RUST_LOG").ok().and_then(|filter| filter.parse().ok());
    let log = tracing_subscriber::fmt::layer();
    let log = log.with_filter(rust_log.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)));
    let sessions = Targets::new().with_target("session_cookie", LevelFilter::DEBUG);
    tracing_subscriber::registry().with(counts.clone().with_filter(sessions)).with(log)
}

/// Counts while `run` runs.
fn counted(counts: &Counts, run: impl FnOnce()) {
    let _until_the_end = subscriber(counts).set_default();
    run();
}

mod tests {
    use session_cookie::{CookieConfig, Key, SessionManager};

    use super::*;

    #[test]
    fn the_layer_counts_each_event_with_its_reason() {
        test_support::log::install();
        let counts = Counts::default();

        counted(&counts, || {
            tracing::info!("of another crate");
            let key = Key::new("an example secret for the counter, long").unwrap();
            let manager = SessionManager::new(key, CookieConfig::default()).unwrap();
            for header in ["theme=dark", "session=x", "session=y"] {
                assert!(manager.load([header]).is_empty());
            }
            let session = manager.new_session();
            session.insert("user_id", "42").unwrap();
            let answer = manager.save(&session).unwrap();
            assert!(!answer.headers(|_| [""; 0]).is_empty());
            let cookie = answer.set_cookie().unwrap().split(';').next().unwrap();
            assert!(!manager.load([cookie]).is_empty());
        });

        let counts: Vec<_> = counts.0.lock().unwrap().clone().into_iter().collect();
        let count = |message: &str, label: &str, count| ((message.to_owned(), label.to_owned()), count);
        assert_eq!(
            counts,
            [
                count("session cookie missing", "", 1),
                count("session cookie rejected", "malformed", 2),
                count("session cookie set", "changed", 1),
                count("session cookie verified", "", 1),
                count("sessions are signed with this key", "", 1),
            ]
        );
    }

    /// A notice is one line for many events.
    #[test]
    fn the_layer_adds_what_an_event_counted() {
        test_support::log::install();
        let counts = Counts::default();

        counted(&counts, || {
            tracing::warn!(target: "session_cookie::issuer", count = 3_u64, "a notice");
            tracing::warn!(target: "session_cookie::issuer", count = 4_u64, "a notice");
        });

        let count = counts.0.lock().unwrap().get(&("a notice".to_owned(), String::new())).copied();
        assert_eq!(count, Some(7));
    }
}
