//! Rule 13: when a removal is sent.

use std::collections::BTreeMap;

use session_cookie::{CookieConfig, Lifetime, Session};

use crate::common::*;

#[test]
fn r13_clearing_a_session_removes_its_cookie() {
    assert_eq!(answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW), Session::clear).as_deref(), Some(REMOVAL));
}

#[test]
fn r13_a_removal_names_the_cookie_it_removes_by_all_of_its_attributes() {
    let manager = manager_of(everything());
    let cookie = format!("id={}", token(r#"{"a":1}"#, NOW));

    assert_eq!(
        answer(&manager, &cookie, Session::clear).as_deref(),
        Some(
            "id=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/app; Secure; SameSite=None; Partitioned"
        )
    );
}

#[test]
fn r13_a_removal_of_a_prefixed_cookie_keeps_what_its_prefix_demands() {
    let manager = manager_of(CookieConfig::hardened());
    let cookie = format!("__Host-session={}", token(r#"{"a":1}"#, NOW));

    assert_eq!(
        answer(&manager, &cookie, Session::clear).as_deref(),
        Some(
            "__Host-session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure; HttpOnly; SameSite=Strict"
        )
    );
}

#[test]
fn r13_every_call_that_takes_out_the_last_member_removes_the_cookie() {
    let calls: [Step; 5] = [
        ("remove", |s| assert!(s.remove("a"))),
        ("take", |s| assert_eq!(s.take("a"), Ok(Some(1)))),
        ("write", |s| s.write(&BTreeMap::<String, i32>::new()).unwrap()),
        ("clear", Session::clear),
        ("insert and clear", |s| {
            s.insert("b", 2).unwrap();
            s.clear();
        }),
    ];
    for (call, empty) in calls {
        assert_eq!(answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW), empty).as_deref(), Some(REMOVAL), "{call}");
    }
}

#[test]
fn r13_a_cookie_that_was_not_accepted_is_removed_by_clear_and_by_emptying() {
    let expired = cookie_of(r#"{"a":1}"#, NOW - 3601);
    for cookie in ["session=junk", "session=", &expired, "session=\"\"", "a=1; session=x; b=2"] {
        assert_eq!(answer(&manager(), cookie, Session::clear).as_deref(), Some(REMOVAL), "{cookie}");
        let emptied = answer(&manager(), cookie, |s| {
            s.insert("a", 1).unwrap();
            s.remove("a");
        });
        assert_eq!(emptied.as_deref(), Some(REMOVAL), "{cookie}");
    }
}

#[test]
fn r13_clearing_an_empty_session_that_came_with_its_cookie_removes_it() {
    assert_eq!(answer(&manager(), &cookie_of("{}", NOW), Session::clear).as_deref(), Some(REMOVAL));
}

#[test]
fn r13_reading_never_removes() {
    let expired = cookie_of(r#"{"a":1}"#, NOW - 3601);
    let empty = cookie_of("{}", NOW);
    for cookie in ["session=junk", "session=", &expired, &empty] {
        let reads = |s: &Session| {
            read(s);
            assert_eq!(s.get::<i32>("a"), Ok(None));
            assert_eq!(s.take::<i32>("a"), Ok(None));
            assert!(!s.remove("a"));
        };
        assert_eq!(answer(&manager(), cookie, reads), None, "{cookie}");
    }
}

#[test]
fn r13_a_lifetime_for_an_empty_session_is_no_removal() {
    let minute = |s: &Session| s.set_lifetime(Lifetime::For(seconds(60))).unwrap();

    assert_eq!(answer(&manager(), &cookie_of("{}", NOW), minute), None);
    assert_eq!(answer(&manager(), "session=junk", minute), None);
}

#[test]
fn r13_emptied_and_nothing_to_remove_sends_nothing() {
    let emptied = |s: &Session| {
        s.insert("a", 1).unwrap();
        s.remove("a");
    };
    assert_eq!(answer(&manager(), "", emptied), None);
    assert_eq!(answer(&manager(), "other=1", emptied), None);
}

/// `SameSite` or the path may have kept the cookie back.
#[test]
fn r13_clear_removes_a_cookie_that_the_request_did_not_bring() {
    let removal = "session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax";
    let steps: [fn(&Session); 4] = [
        Session::clear,
        |s| {
            s.insert("a", 1).unwrap();
            s.clear();
        },
        |s| {
            s.clear();
            s.insert("a", 1).unwrap();
            s.remove("a");
        },
        |s| {
            s.set_lifetime(Lifetime::BrowserSession).unwrap();
            s.clear();
            s.renew();
        },
    ];
    for step in steps {
        assert_eq!(answer(&manager(), "", step).as_deref(), Some(removal));
        assert_eq!(answer(&manager(), "other=1", step).as_deref(), Some(removal));
    }
}

#[test]
fn r13_a_session_that_is_filled_again_is_no_removal() {
    let cookie = answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW), |s| {
        s.clear();
        s.insert("b", 2).unwrap();
    });

    assert_eq!(signed_json(&cookie.unwrap()), r#"{"d":{"b":2},"t":1700000000}"#);
}

#[test]
fn r13_a_write_that_fails_after_clear_does_not_bring_the_cookie_back() {
    let cookie = answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW), |s| {
        s.clear();
        s.insert("b", "x".repeat(5000)).unwrap_err();
        s.insert("b", Unserializable).unwrap_err();
    });

    assert_eq!(cookie.as_deref(), Some(REMOVAL));
}

#[test]
fn r13_renew_refresh_rotation_and_a_lifetime_do_not_outdo_a_removal() {
    let manager = rotated(refreshing(0));
    for handler in [
        (|s| {
            s.clear();
            s.renew();
        }) as fn(&Session),
        |s| {
            s.renew();
            s.clear();
        },
        |s| {
            s.set_lifetime(Lifetime::For(seconds(60))).unwrap();
            s.clear();
        },
        |s| {
            s.clear();
            s.set_lifetime(Lifetime::For(seconds(60))).unwrap();
        },
        |s| {
            s.clear();
            s.clear();
        },
        |s| {
            s.renew();
            s.remove("a");
        },
    ] {
        let removal = answer(&manager, &old_cookie(r#"{"a":1}"#, NOW - 10), handler);

        assert_eq!(removal.as_deref(), Some(REMOVAL));
    }
}

#[test]
fn r13_logging_out_works_in_a_browser() {
    let manager = manager();
    let mut browser = Browser::default();
    browser.visits(&manager, NOW, |s| s.insert("user_id", "42").unwrap());
    assert!(browser.sends(NOW).is_some());

    browser.visits(&manager, NOW + 1, Session::clear);

    assert_eq!(browser.sends(NOW + 1), None);
}
