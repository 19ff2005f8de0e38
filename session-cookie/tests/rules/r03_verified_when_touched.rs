//! Rule 3: a session is verified when a handler first touches it, and once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use session_cookie::{CookieConfig, Origin, SessionManager, UnixTime};

use crate::common::*;

/// A manager that counts how often it looks at the clock, which it does at the end of verifying.
fn counting_manager() -> (SessionManager, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let manager = SessionManager::new(key(), CookieConfig::default()).unwrap().with_clock(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        UnixTime::from_secs(NOW)
    });
    (manager, count)
}

#[test]
fn r03_an_untouched_session_is_not_verified() {
    let (manager, looked_at_the_clock) = counting_manager();

    let (answer, log) = logged(|| {
        let session = manager.load(["session=junk"]);
        let _clone = session.clone();
        let _debug = format!("{session:?}");
        manager.save(&session).unwrap()
    });

    assert_eq!(looked_at_the_clock.load(Ordering::SeqCst), 0);
    assert_eq!(log, "");
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(headers(&answer, &[], &[]), []);
}

#[test]
fn r03_every_look_at_the_session_touches_it() {
    let looks: [Step; 8] = [
        ("get", |s| assert_eq!(s.get::<String>("user_id").unwrap().as_deref(), Some("42"))),
        ("contains_key", |s| assert!(s.contains_key("user_id"))),
        ("keys", |s| assert_eq!(s.keys(), ["user_id"])),
        ("len", |s| assert_eq!(s.len(), 1)),
        ("is_empty", |s| assert!(!s.is_empty())),
        ("read", |s| assert_eq!(s.read::<serde_json::Value>().unwrap(), serde_json::json!({"user_id": "42"}))),
        ("origin", |s| assert!(matches!(s.origin(), Origin::Verified { .. }))),
        ("remove", |s| assert!(!s.remove("missing"))),
    ];
    for (call, look) in looks {
        let (manager, session) = session_with(r#"{"user_id":"42"}"#);

        look(&session);

        let answer = manager.save(&session).unwrap();
        assert_eq!(header(&answer, "vary", &[], &[]).as_deref(), Some("Cookie"), "{call}");
        assert_eq!(answer.set_cookie(), None, "{call}");
    }
}

#[test]
fn r03_a_session_is_verified_once() {
    let (manager, _) = counting_manager();

    let (_, log) = logged(|| {
        let session = manager.load(["session=junk"]);
        let _ = session.len();
        let _ = session.keys();
        session.clone().get::<String>("user_id").unwrap();
        session.insert("a", 1).unwrap();
    });

    assert_eq!(log.lines().count(), 1, "one cookie, rejected once: {log}");
}
