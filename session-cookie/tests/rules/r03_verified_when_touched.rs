//! Rule 3: a session is verified when a handler first touches it, and once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use session_cookie::{CookieConfig, DecodeError, Origin, SessionManager, UnixTime};

use crate::common::*;

/// A manager that counts how often it reads the clock.
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

    assert_eq!(looked_at_the_clock.load(Ordering::SeqCst), 1, "when the request came");
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

#[test]
fn r03_the_clock_is_not_read_for_a_request_without_a_cookie_of_the_name() {
    for cookies in ["", "theme=dark", "sessions=1"] {
        let (manager, looked_at_the_clock) = counting_manager();

        let session = manager.load([cookies]);
        assert!(session.is_empty());
        manager.save(&session).map(drop).unwrap();

        assert_eq!(looked_at_the_clock.load(Ordering::SeqCst), 0, "{cookies}");
    }
}

#[test]
fn r03_the_clock_is_read_once_for_a_request_that_only_reads() {
    let (manager, looked_at_the_clock) = counting_manager();

    let session = manager.load([cookie_of(r#"{"user_id":"42"}"#, NOW)]);
    assert_eq!(session.len(), 1);
    manager.save(&session).map(drop).unwrap();

    assert_eq!(looked_at_the_clock.load(Ordering::SeqCst), 1);
}

#[test]
fn r03_a_session_that_was_good_when_the_request_came_does_not_expire_before_it_is_touched() {
    let clock = Clock::at(NOW);
    let manager = clock.manager(CookieConfig::default());
    let session = manager.load([cookie_of(r#"{"user_id":"42"}"#, NOW - 3600)]);

    clock.set(NOW + 600);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r03_a_session_that_was_expired_when_the_request_came_stays_so_if_the_clock_is_set_back() {
    let clock = Clock::at(NOW);
    let manager = clock.manager(CookieConfig::default());
    let session = manager.load([cookie_of(r#"{"user_id":"42"}"#, NOW - 3601)]);

    clock.set(NOW - 600);

    assert_eq!(session.origin(), Origin::Rejected(DecodeError::Expired));
}

#[test]
fn r03_a_first_touch_after_the_headers_is_logged_at_warn() {
    let manager = manager();
    let session = manager.load([cookie(r#"{"user_id":"42"}"#)]);
    manager.save(&session).map(drop).unwrap();

    let (user_id, log) = logged(|| user(&session));

    assert_eq!(user_id.as_deref(), Some("42"));
    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    let (_, log) = logged(|| user(&session));
    assert_eq!(log, "");
}
