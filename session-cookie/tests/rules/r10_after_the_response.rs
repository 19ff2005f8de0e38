//! Rule 10: a write after the headers of the response are out fails: no change is lost silently.

use std::collections::BTreeMap;

use session_cookie::{Lifetime, Session, SessionError};

use crate::common::*;

#[test]
fn r10_every_call_with_a_result_that_would_change_fails_after_the_headers_are_out() {
    let calls: [Call; 12] = [
        ("insert", |s| s.insert("a", 2)),
        ("insert of a new key", |s| s.insert("b", 2)),
        ("take", |s| s.take::<i32>("a").map(|_| ())),
        ("get_or_insert_with", |s| s.get_or_insert_with("b", || 2).map(|_| ())),
        ("update", |s| s.update("a", |a: &mut i32| *a += 1)),
        ("try_update", |s| {
            s.try_update("a", |a: &mut i32| a.checked_add(1).ok_or("too large").map(|sum| *a = sum)).map(|_| ())
        }),
        ("modify", |s| s.modify(|map: &mut BTreeMap<String, i32>| map.clear())),
        ("discard", |s| s.discard()),
        ("extend", |s| s.extend([("b", 2)])),
        ("write", |s| s.write(&BTreeMap::from([("b", 2)]))),
        ("set_lifetime", |s| s.set_lifetime(Lifetime::For(seconds(60)))),
        ("set_lifetime to a browser session", |s| s.set_lifetime(Lifetime::BrowserSession)),
    ];
    for (call, change) in calls {
        let (manager, session) = session_with(r#"{"a":1}"#);
        let _ = manager.save(&session).unwrap();

        assert_eq!(change(&session), Err(SessionError::ResponseSent), "{call}");
        assert_eq!(session.read::<serde_json::Value>().unwrap(), serde_json::json!({"a": 1}), "{call}");
    }
}

#[test]
fn r10_the_error_says_that_the_response_is_out() {
    let message = SessionError::ResponseSent.to_string();

    assert!(message.contains("response") && message.contains("already sent"), "{message}");
}

#[test]
fn r10_calls_without_a_result_do_nothing_and_are_logged_at_error() {
    let calls: [Step; 3] = [
        ("remove", |s| assert!(!s.remove("a"), "false although it is there, since it was not removed")),
        ("clear", Session::clear),
        ("renew", Session::renew),
    ];
    for (call, change) in calls {
        let (manager, session) = session_with(r#"{"a":1}"#);
        let _ = manager.save(&session).unwrap();

        let ((), log) = logged(|| change(&session));

        assert_eq!(session.get("a"), Ok(Some(1)), "{call}");
        let errors = lines(&log, "ERROR");
        assert_eq!(errors.len(), 1, "{log}");
        assert!(errors[0].contains(call) && errors[0].contains("already sent"), "{log}");
    }
}

#[test]
fn r10_it_holds_for_a_session_untouched_before_the_headers_were_out() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let _ = manager.save(&session).unwrap();

    assert_eq!(session.insert("a", 2), Err(SessionError::ResponseSent));
    assert!(!session.remove("a"));
    assert_eq!(session.get("a"), Ok(Some(1)));
}

#[test]
fn r10_it_holds_for_every_handle() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let clone = session.clone();
    let _ = manager.save(&session).unwrap();

    assert_eq!(clone.insert("a", 2), Err(SessionError::ResponseSent));
}

#[test]
fn r10_reading_goes_on_after_the_headers_are_out() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let origin = session.origin();
    let _ = manager.save(&session).unwrap();

    assert_eq!(session.get("a"), Ok(Some(1)));
    assert_eq!(session.read::<BTreeMap<String, i32>>().unwrap(), BTreeMap::from([("a".into(), 1)]));
    assert_eq!(session.keys(), ["a"]);
    assert_eq!(session.len(), 1);
    assert!(session.contains_key("a") && !session.is_empty());
    assert_eq!(session.origin(), origin);
}

#[test]
fn r10_an_update_that_is_running_when_the_headers_go_out_fails() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    let result = session.update("a", |a: &mut i32| {
        *a = 2;
        save(&manager, &session)
    });

    assert_eq!(result, Err(SessionError::ResponseSent));
    assert_eq!(session.get("a"), Ok(Some(1)));
}

#[test]
fn r10_a_second_save_is_an_error() {
    let (manager, session) = new_session();
    session.insert("a", 1).unwrap();
    let _ = manager.save(&session).unwrap();

    assert_eq!(manager.save(&session).unwrap_err(), SessionError::ResponseSent);
}

#[test]
fn r10_a_request_that_ends_without_a_response_seals_its_session_and_says_what_is_lost() {
    let manager = manager();
    let (session, unsaved) = manager.begin(None, NO_HEADERS);
    session.insert("a", 1).unwrap();

    let ((), log) = logged(|| drop(unsaved));

    assert_eq!(session.insert("b", 2), Err(SessionError::ResponseSent));
    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
}
