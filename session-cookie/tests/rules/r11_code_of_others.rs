//! Rule 11: code of others that uses the session hangs no thread, whenever it runs: what a value, a key, an iterator or a
//! closure does in a call, the clock, and a log subscriber.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use session_cookie::{CookieConfig, Lifetime, Session, SessionManager, UnixTime};

use crate::common::*;

// The code of others

/// Where code of others runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Code {
    Serializing,
    Deserializing,
    MakingDefault,
    Dropping,
    GivingText,
    Iterating,
    Closure,
    Clock,
    Subscriber,
}

use Code::*;

thread_local! {
    /// The session that the code of others uses.
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
    /// The code of others that has run with that session.
    static RAN: RefCell<BTreeSet<Code>> = const { RefCell::new(BTreeSet::new()) };
}

/// Calls each method of the session, whatever it returns.
fn uses_the_session(code: Code) {
    let Some(session) = SESSION.with_borrow(Option::clone) else { return };
    RAN.with_borrow_mut(|ran| ran.insert(code));
    let _ = (session.origin(), session.keys(), session.len(), session.is_empty(), session.contains_key("a"));
    let _ = (session.get::<u8>("n"), session.read::<serde_json::Value>(), session.clone(), format!("{session:?}"));
    let _ = session.discard();
    let _ = (session.insert("n", 1), session.extend([("n", 2)]), session.remove("n"), session.take::<u8>("n"));
    let _ = session.update("n", |n: &mut u8| *n += 1);
    let _ = session.try_update("n", |_: &mut u8| Err::<(), _>(()));
    let _ = session.modify(|_: &mut BTreeMap<String, serde_json::Value>| ());
    let _ = session.get_or_insert_with("n", || 3_u8);
    let _ = session.set_lifetime(Lifetime::BrowserSession);
    session.renew();
}

/// A value that uses the session in whatever it does.
struct Nosy(String);

impl Nosy {
    fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    fn too_large() -> Self {
        Self("x".repeat(5000))
    }
}

impl Default for Nosy {
    fn default() -> Self {
        uses_the_session(MakingDefault);
        Self::new("default")
    }
}

impl Serialize for Nosy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        uses_the_session(Serializing);
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Nosy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        uses_the_session(Deserializing);
        String::deserialize(deserializer).map(Self)
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        uses_the_session(Dropping);
    }
}

/// A struct for the whole session.
#[derive(Default, Serialize, Deserialize)]
struct NosySession {
    a: Nosy,
}

/// The key of a pair.
struct NosyKey(&'static str);

impl AsRef<str> for NosyKey {
    fn as_ref(&self) -> &str {
        uses_the_session(GivingText);
        self.0
    }
}

/// Pairs whose iterator, keys and values use the session.
fn nosy_pairs(value: fn() -> Nosy) -> impl Iterator<Item = (NosyKey, Nosy)> {
    ["a", "c"].into_iter().map(move |key| {
        uses_the_session(Iterating);
        (NosyKey(key), value())
    })
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

    /// The lines that this writes itself do not come back here: `tracing` does not call a thread's own subscriber inside
    /// of itself.
    fn event(&self, _: &tracing::Event<'_>) {
        uses_the_session(Subscriber);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

// The calls

/// A method by its name, the code of others that it runs, and the call, whose result is dropped.
type NosyCall = (&'static str, &'static [Code], fn(&Session));

/// Each method, in each way that it can go.
const CALLS: [NosyCall; 31] = [
    ("get", &[Deserializing, Dropping], |s| drop(s.get::<Nosy>("a"))),
    ("insert", &[Serializing, Dropping], |s| s.insert("a", Nosy::new("2")).unwrap_or_default()),
    ("insert of what is too large", &[Serializing, Dropping], |s| assert!(s.insert("a", Nosy::too_large()).is_err())),
    ("remove", &[], |s| assert!(s.remove("a") || !s.contains_key("a") || is_saved(s))),
    ("take", &[Deserializing, Dropping], |s| drop(s.take::<Nosy>("a"))),
    ("get_or_insert_with", &[Serializing, Dropping, Closure], |s| {
        drop(s.get_or_insert_with("c", closure(Nosy::default_text)))
    }),
    ("get_or_insert_with what is there", &[Deserializing, Dropping], |s| {
        drop(s.get_or_insert_with("a", || -> Nosy { Nosy::new("not needed") }));
    }),
    ("get_or_insert_with what is too large", &[Serializing, Dropping, Closure], |s| {
        assert!(s.get_or_insert_with("c", closure(Nosy::too_large)).is_err());
    }),
    ("update", &[Serializing, Deserializing, Dropping, Closure], |s| {
        drop(s.update("a", |nosy: &mut Nosy| closure(|| nosy.0.push('!'))()));
    }),
    ("update of what is not there", &[Serializing, MakingDefault, Dropping, Closure], |s| {
        drop(s.update("c", |nosy: &mut Nosy| closure(|| nosy.0.push('!'))()));
    }),
    ("update that makes it too large and drops its result", &[Serializing, Deserializing, Dropping, Closure], |s| {
        let result = s.update("a", |nosy: &mut Nosy| {
            *nosy = Nosy::too_large();
            closure(Nosy::default_text)()
        });
        assert!(result.is_err());
    }),
    ("try_update", &[Serializing, Deserializing, Dropping, Closure], |s| {
        drop(s.try_update("a", |nosy: &mut Nosy| {
            closure(|| nosy.0.push('!'))();
            Ok::<(), Nosy>(())
        }));
    }),
    ("try_update that fails", &[Serializing, Deserializing, Dropping, Closure], |s| {
        drop(s.try_update("a", |_: &mut Nosy| Err::<(), Nosy>(closure(Nosy::default_text)())));
    }),
    ("extend", &[Serializing, Dropping, GivingText, Iterating], |s| {
        s.extend(nosy_pairs(Nosy::default_text)).unwrap_or_default()
    }),
    ("extend with what is too large", &[Serializing, Dropping, GivingText, Iterating], |s| {
        assert!(s.extend(nosy_pairs(Nosy::too_large)).is_err());
    }),
    ("clear", &[], Session::clear),
    ("contains_key", &[], |s| _ = s.contains_key("a")),
    ("keys", &[], |s| drop(s.keys())),
    ("len", &[], |s| _ = s.len()),
    ("is_empty", &[], |s| _ = s.is_empty()),
    ("read", &[Deserializing, Dropping], |s| drop(s.read::<NosySession>())),
    ("write", &[Serializing, Dropping], |s| s.write(&NosySession { a: Nosy::new("5") }).unwrap_or_default()),
    ("write of what is too large", &[Serializing, Dropping], |s| {
        assert!(s.write(&NosySession { a: Nosy::too_large() }).is_err());
    }),
    ("modify", &[Serializing, Deserializing, Dropping, Closure], |s| {
        drop(s.modify(|all: &mut NosySession| closure(|| all.a.0.push('!'))()));
    }),
    ("modify of what is empty", &[Serializing, MakingDefault, Dropping, Closure], |s| {
        s.clear();
        drop(s.modify(|all: &mut NosySession| closure(|| all.a.0.push('!'))()));
    }),
    ("discard", &[], |s| s.discard().unwrap_or_default()),
    ("renew", &[], Session::renew),
    ("set_lifetime", &[], |s| s.set_lifetime(Lifetime::For(seconds(60))).unwrap_or_default()),
    ("origin", &[], |s| _ = s.origin()),
    ("clone", &[], |s| drop(s.clone())),
    ("Debug", &[], |s| drop(format!("{s:?}"))),
];

impl Nosy {
    fn default_text() -> Self {
        Self::new("4")
    }
}

/// A closure that uses the session.
fn closure<R>(result: impl FnOnce() -> R) -> impl FnOnce() -> R {
    || {
        uses_the_session(Closure);
        result()
    }
}

fn is_saved(session: &Session) -> bool {
    session.insert("saved?", 1).is_err()
}

/// Runs this on a thread of its own. A hang becomes a failure. Returns the code of others that ran in it.
#[track_caller]
fn finishes(what: &str, run: impl FnOnce() + Send + 'static) -> BTreeSet<Code> {
    let (done, is_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        run();
        SESSION.take();
        let _ = done.send(RAN.take());
    });
    match is_done.recv_timeout(Duration::from_secs(30)) {
        Ok(ran) => ran,
        Err(RecvTimeoutError::Timeout) => panic!("{what} hangs"),
        Err(RecvTimeoutError::Disconnected) => std::panic::resume_unwind(thread.join().unwrap_err()),
    }
}

/// Cookies of a request: none, a good one, several, some that are refused, and one of a fallback key.
fn requests() -> [String; 5] {
    let good = cookie(r#"{"a":"1","user_id":"42"}"#);
    let early = cookie_of(r#"{"a":"1"}"#, NOW + 61);
    [String::new(), good.clone(), format!("{good}; {good}"), format!("session=junk; {early}"), old_cookie("{}", NOW)]
}

#[test]
fn r11_what_a_value_a_key_an_iterator_or_a_closure_does_with_the_session_hangs_no_call() {
    for (call, codes, step) in CALLS {
        let ran = finishes(call, move || {
            let (_, session) = session_with(r#"{"a":"1"}"#);
            SESSION.set(Some(session.clone()));
            step(&session);
        });

        assert_eq!(ran, BTreeSet::from_iter(codes.iter().copied()), "{call}");
    }
}

#[test]
fn r11_a_first_touch_by_a_value_a_key_an_iterator_or_a_closure_hangs_no_call() {
    for (call, _, step) in CALLS {
        for request in requests() {
            finishes(call, move || {
                let session = rotated(CookieConfig::default()).load([request]);
                SESSION.set(Some(session.clone()));
                step(&session);
            });
        }
    }
}

#[test]
fn r11_a_value_read_by_a_deserialize_that_uses_the_session_is_right() {
    finishes("get", || {
        let (_, session) = session_with(r#"{"a":"1"}"#);
        SESSION.set(Some(session.clone()));

        let value: Option<Nosy> = session.get("a").unwrap();

        assert_eq!(value.as_ref().map(|nosy| nosy.0.as_str()), Some("1"));
        assert_eq!(session.get("n"), Ok(Some(1_u8)), "what the other code stored last");
    });
}

#[test]
fn r11_a_subscriber_that_uses_the_session_at_each_event_hangs_no_call() {
    log::install();
    let mut ran = BTreeSet::new();
    for (call, _, step) in CALLS {
        for request in requests() {
            ran.append(&mut finishes(call, move || {
                tracing::subscriber::with_default(NosySubscriber, || {
                    let manager = rotated(CookieConfig::default());
                    let (session, pending) = manager.begin(None, [request]);
                    SESSION.set(Some(session.clone()));
                    step(&session);
                    drop(pending);
                    assert!(is_saved(&session));
                    assert!(!session.remove("a"), "which is logged");
                });
            }));
        }
    }
    assert!(ran.contains(&Subscriber));
}

#[test]
fn r11_a_clock_that_uses_the_session_hangs_no_call() {
    for (call, _, step) in CALLS {
        let mut ran = Vec::new();
        for request in requests() {
            ran.extend(finishes(call, move || {
                let manager = SessionManager::new(key(), CookieConfig::default()).unwrap().with_clock(|| {
                    uses_the_session(Clock);
                    UnixTime::from_secs(NOW)
                });
                // The second one is loaded while the clock uses the first.
                let (outer, outer_save) = manager.begin(None, [&request]);
                SESSION.set(Some(outer.clone()));
                let inner = manager.clone().with_clock(|| {
                    uses_the_session(Clock);
                    UnixTime::from_secs(NOW)
                });
                let (inner, inner_save) = inner.begin(Some(&outer), [&request]);
                for session in [&outer, &inner] {
                    step(session);
                    read(session);
                }
                for save in [inner_save, outer_save] {
                    let _ = save.unwrap().save().unwrap();
                }
            }));
        }

        assert!(ran.contains(&Clock), "{call}");
    }
}

#[test]
fn r11_what_the_request_and_the_response_do_with_the_session_hangs_no_call() {
    struct Header(&'static str);
    impl AsRef<[u8]> for Header {
        fn as_ref(&self) -> &[u8] {
            uses_the_session(GivingText);
            self.0.as_bytes()
        }
    }
    let ran = finishes("a header", || {
        let manager = manager();
        let (outer, outer_save) = manager.begin(None, [cookie(r#"{"a":"1"}"#)]);
        SESSION.set(Some(outer.clone()));
        let headers = ["session=junk", "a=1"].into_iter().map(|header| {
            uses_the_session(Iterating);
            Header(header)
        });
        let (inner, inner_save) = manager_of(CookieConfig::default().with_name("other")).begin(Some(&outer), headers);
        inner.insert("a", 1).unwrap();
        for answer in [inner_save, outer_save].map(|save| save.unwrap().save().unwrap()) {
            let headers = answer.headers(|_| {
                uses_the_session(Closure);
                [Header("max-age=1"), Header("session=1")]
            });
            assert!(!headers.is_empty());
        }
    });

    assert_eq!(ran, BTreeSet::from([GivingText, Iterating, Closure]));
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
