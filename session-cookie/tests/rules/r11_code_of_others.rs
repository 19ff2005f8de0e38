//! Rule 11: code of others that uses the session hangs no thread, whenever it runs: a `Deserialize`, a `Serialize`, the
//! clock, or a log subscriber.

use std::cell::{Cell, RefCell};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use session_cookie::{CookieConfig, Lifetime, Session, SessionManager, UnixTime};

use crate::common::*;

thread_local! {
    /// The session that the code of others uses.
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// Calls each method of the session, whatever it returns.
fn use_the_session() {
    let Some(session) = SESSION.with_borrow(Option::clone) else { return };
    let _ = (session.origin(), session.keys(), session.len(), session.is_empty(), session.contains_key("a"));
    let _ = (session.get::<u8>("a"), session.read::<serde_json::Value>());
    let _ = session.discard();
    let _ = (session.insert("b", 1), session.extend([("b", 2)]), session.remove("b"), session.take::<u8>("b"));
    let _ = session.update("b", |n: &mut u8| *n += 1);
    let _ = session.get_or_insert_with("b", || 3_u8);
    let _ = session.try_update("b", |_: &mut u8| Err::<(), _>(()));
    let _ = session.modify(|_: &mut std::collections::BTreeMap<String, serde_json::Value>| ());
    let _ = session.set_lifetime(Lifetime::BrowserSession);
    session.renew();
}

/// A value whose `Serialize` and `Deserialize` use the session.
#[derive(Debug, Default, PartialEq)]
struct Nosy(u8);

impl<'de> Deserialize<'de> for Nosy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use_the_session();
        u8::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Nosy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use_the_session();
        serializer.serialize_u8(self.0)
    }
}

/// A struct for the whole session.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct NosySession {
    a: Nosy,
}

/// A subscriber that adds a value of the session to each line.
struct NosySubscriber;

impl tracing::Subscriber for NosySubscriber {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        // The session's own lines would call this again without an end.
        if let Some(session) = SESSION.with_borrow_mut(Option::take) {
            let _ = session.get::<String>("user_id");
            SESSION.set(Some(session.clone()));
            use_the_session();
            SESSION.set(Some(session));
        }
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

const CALLS: [Step; 14] = [
    ("get", |s| drop(s.get::<Nosy>("a"))),
    ("take", |s| drop(s.take::<Nosy>("a"))),
    ("insert", |s| drop(s.insert("a", Nosy(2)))),
    ("extend", |s| drop(s.extend([("a", Nosy(2)), ("c", Nosy(3))]))),
    ("update", |s| drop(s.update("a", |nosy: &mut Nosy| nosy.0 += 1))),
    ("get_or_insert_with", |s| drop(s.get_or_insert_with("c", || Nosy(4)))),
    ("get_or_insert_with what is there", |s| drop(s.get_or_insert_with("a", || Nosy(4)))),
    ("read", |s| drop(s.read::<NosySession>())),
    ("write", |s| drop(s.write(&NosySession { a: Nosy(5) }))),
    ("remove", |s| assert!(s.remove("a") || !s.contains_key("a"))),
    ("clear", Session::clear),
    ("renew", Session::renew),
    ("set_lifetime", |s| drop(s.set_lifetime(Lifetime::For(seconds(60))))),
    ("origin", |s| assert_eq!(s.origin(), s.origin())),
];

/// Runs this on a thread of its own. A hang becomes a failure.
fn finishes(what: &str, run: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        run();
        let _ = done.send(());
    });
    assert!(is_done.recv_timeout(Duration::from_secs(60)).is_ok() || thread.is_finished(), "{what} hangs");
    thread.join().unwrap();
}

/// Cookies of a request: a good one, none, several, and some that are refused.
fn requests() -> [String; 5] {
    let good = cookie(r#"{"a":1,"user_id":"42"}"#);
    let early = cookie_of(r#"{"a":1}"#, NOW + 61);
    [String::new(), good.clone(), format!("{good}; {good}"), format!("session=junk; {early}"), old_cookie("{}", NOW)]
}

#[test]
fn r11_a_serialize_or_deserialize_that_uses_the_session_hangs_no_call() {
    for (call, step) in CALLS {
        finishes(call, move || {
            let (_, session) = session_with(r#"{"a":1}"#);
            SESSION.set(Some(session.clone()));
            step(&session);
        });
    }
}

#[test]
fn r11_a_value_read_by_a_deserialize_that_uses_the_session_is_right() {
    let (_, session) = session_with(r#"{"a":1}"#);
    SESSION.set(Some(session.clone()));

    assert_eq!(session.get("a"), Ok(Some(Nosy(1))));
    assert_eq!(session.get("b"), Ok(Some(1_u8)), "what the other code stored last");
}

#[test]
fn r11_a_subscriber_that_uses_the_session_at_each_event_hangs_no_call() {
    log::install();
    for (call, step) in CALLS {
        for request in requests() {
            finishes(call, move || {
                tracing::subscriber::with_default(NosySubscriber, || {
                    let manager = manager();
                    let (session, pending) = manager.begin(None, [request]);
                    SESSION.set(Some(session.clone()));
                    step(&session);
                    drop(pending);
                    step(&session);
                });
            });
        }
    }
}

#[test]
fn r11_a_clock_that_uses_the_session_hangs_no_call() {
    for (call, step) in CALLS {
        finishes(call, move || {
            let manager = SessionManager::new(key(), CookieConfig::default()).unwrap().with_clock(|| {
                use_the_session();
                UnixTime::from_secs(NOW)
            });
            let session = manager.load([cookie(r#"{"a":1}"#)]);
            SESSION.set(Some(session.clone()));
            step(&session);
            manager.save(&session).map(drop).unwrap();
        });
    }
}

/// `tracing` keeps a thread's own subscriber from being called by itself. It does not do so for the process's subscriber.
#[test]
fn r11_a_subscriber_of_the_process_that_reads_the_session_at_each_event_finds_it_open() {
    let session = manager().load(["session=junk; session=more junk"]);
    let (reader, depth) = (session.clone(), Cell::new(0));
    log::at_each_line(move || {
        depth.set(depth.get() + 1);
        assert!(depth.get() < 8, "reading the session logs again");
        assert!(reader.is_empty());
        depth.set(depth.get() - 1);
    });

    assert!(session.is_empty());
}
