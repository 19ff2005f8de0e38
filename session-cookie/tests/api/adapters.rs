//! What an adapter does around a request: `begin` on the way in, `PendingSave::save` on the way out.

use std::time::Duration;

use session_cookie::{CookieConfig, Lifetime, Refresh, Session, SessionError};

use crate::common::*;

fn other_manager() -> session_cookie::SessionManager {
    manager_of(CookieConfig::default().with_name("other"))
}

#[test]
fn the_outermost_begin_loads_a_session_and_saves_it() {
    let manager = manager();

    let (session, unsaved) = manager.begin(None, [cookie(r#"{"a":1}"#)]);
    session.insert("b", 2).unwrap();
    let answer = unsaved.unwrap().save().unwrap();

    assert!(answer.set_cookie().is_some());
    assert_eq!(session.insert("c", 3), Err(SessionError::ResponseSent));
}

#[test]
fn the_same_manager_met_again_gives_the_same_session_and_nothing_to_save() {
    let manager = manager();
    let (outer, _unsaved) = manager.begin(None, NO_HEADERS);

    let (inner, unsaved) = manager.clone().begin(Some(&outer), NO_HEADERS);

    assert!(unsaved.is_none());
    inner.insert("a", 1).unwrap();
    assert!(outer.contains_key("a"));
}

#[test]
fn of_two_managers_the_innermost_wins_and_each_saves_its_own() {
    let (a, b) = (manager(), other_manager());
    let (outer, unsaved_outer) = a.begin(None, NO_HEADERS);
    outer.insert("of", "a").unwrap();

    let (inner, unsaved_inner) = b.begin(Some(&outer), NO_HEADERS);
    inner.insert("of", "b").unwrap();

    assert_eq!(inner.get("of"), Ok(Some("b".to_owned())));
    assert!(unsaved_inner.unwrap().save().unwrap().set_cookie().unwrap().starts_with("other="));
    assert!(unsaved_outer.unwrap().save().unwrap().set_cookie().unwrap().starts_with("session="));
}

#[test]
fn the_same_manager_met_again_behind_another_gives_its_own_session_again() {
    let (a, b) = (manager(), other_manager());
    let (outer, _unsaved) = a.begin(None, NO_HEADERS);
    outer.insert("of", "a").unwrap();
    let (middle, _unsaved) = b.begin(Some(&outer), NO_HEADERS);

    let (inner, unsaved) = a.begin(Some(&middle), NO_HEADERS);

    assert!(unsaved.is_none());
    assert_eq!(inner.get("of"), Ok(Some("a".to_owned())));
}

#[test]
fn a_request_that_ends_without_a_response_and_without_a_change_is_not_worth_a_word() {
    let (session, unsaved) = manager().begin(None, [cookie(r#"{"a":1}"#)]);
    assert!(session.contains_key("a"));

    let ((), log) = logged(|| drop(unsaved));

    assert_eq!(log, "");
}

/// A refresh that is due or a key that changed is no change: the next request makes up for it.
#[test]
fn a_request_that_ends_without_a_response_and_only_read_is_not_worth_a_word_though_a_refresh_or_a_re_sign_was_due() {
    let refreshing = manager_of(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));
    let rotated = manager().with_fallback_keys([old_key()]).unwrap();
    for (manager, cookie) in [(refreshing, cookie(r#"{"a":1}"#)), (rotated, old_cookie(r#"{"a":1}"#, NOW))] {
        let (session, pending) = manager.begin(None, [&cookie]);
        assert!(session.contains_key("a"));
        let ((), log) = logged(|| drop(pending));
        assert_eq!(log, "");

        let (session, pending) = manager.begin(None, [&cookie]);
        assert!(session.contains_key("a"));
        let answer = pending.unwrap().save().unwrap();
        assert!(answer.set_cookie().is_some() && !answer.holds_change());
    }
}

/// What is empty at the end and was never in the browser is sent by no answer, so none of it can be lost.
#[test]
fn a_request_that_ends_without_a_response_is_not_worth_a_word_if_its_answer_would_have_said_nothing() {
    let nothing: [Step; 3] = [
        ("filled and emptied", |s| assert!(s.insert("a", 1).is_ok() && s.remove("a"))),
        ("renew", Session::renew),
        ("set_lifetime", |s| s.set_lifetime(Lifetime::BrowserSession).unwrap()),
    ];
    let something: [Step; 2] = [("insert", |s| s.insert("a", 1).unwrap()), ("clear", Session::clear)];
    let steps = nothing.map(|step| (step, 0)).into_iter().chain(something.map(|step| (step, 1)));
    for ((call, step), lines_expected) in steps {
        let manager = manager();
        let (session, pending) = manager.begin(None, NO_HEADERS);
        step(&session);
        let ((), log) = logged(|| drop(pending));
        assert_eq!(lines(&log, "WARN").len(), lines_expected, "{call}: {log}");

        let (session, pending) = manager.begin(None, NO_HEADERS);
        step(&session);
        let answer = pending.unwrap().save().unwrap();
        assert_eq!((answer.set_cookie().is_some(), answer.holds_change()), (lines_expected == 1, lines_expected == 1));
    }
}

#[test]
fn a_save_that_fails_is_logged_at_error_and_says_nothing_to_the_response() {
    let manager = manager();
    let (session, unsaved) = manager.begin(None, NO_HEADERS);
    let _answer = manager.save(&session).unwrap();

    let (answer, log) = logged(|| unsaved.unwrap().save());

    assert!(answer.is_none());
    assert_eq!(lines(&log, "ERROR").len(), 1, "{log}");
}
