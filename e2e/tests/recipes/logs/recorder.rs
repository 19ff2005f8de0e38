//! Records the events of the libraries, with the names of their fields.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::page::Row;

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Row>>>);

/// Returns what was logged while `run` ran, on this thread. A row has the fields that the event has a value for.
pub(super) fn recorded(run: impl FnOnce()) -> Vec<Row> {
    let recorder = Recorder::default();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(recorder.clone()), run);
    std::mem::take(&mut recorder.0.lock().unwrap())
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("session_cookie") {
            let level = event.metadata().level().as_str().to_lowercase();
            let mut seen =
                Seen(Row { level, message: String::new(), fields: BTreeSet::new(), optional: BTreeSet::new() });
            event.record(&mut seen);
            self.0.lock().unwrap().push(seen.0);
        }
    }
}

struct Seen(Row);

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0.message = format!("{value:?}"),
            name => assert!(self.0.fields.insert(name.to_owned()), "{name} is there twice"),
        }
    }
}
