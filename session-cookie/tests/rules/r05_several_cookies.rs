//! Rule 5: several cookies of one name.

use session_cookie::{CookieConfig, DecodeError, Origin};

use crate::common::*;

fn signed_at(user_id: u32, issued_at: impl std::fmt::Display) -> String {
    signed_cookie(format!(r#"{{"d":{{"user_id":"{user_id}"}},"t":{issued_at}}}"#))
}

#[test]
fn r05_of_several_authentic_cookies_the_one_signed_last_is_taken() {
    for (cookies, taken) in [
        ([signed_at(1, NOW - 5), signed_at(2, NOW)], "2"),
        ([signed_at(2, NOW), signed_at(1, NOW - 5)], "2"),
        ([signed_at(1, NOW), signed_at(2, NOW)], "2"),
        ([signed_at(1, "1699999999.75"), signed_at(2, "1699999999.5")], "1"),
        ([signed_at(1, NOW + 60), signed_at(2, NOW)], "1"),
        ([signed_at(1, NOW + 61), signed_at(2, NOW)], "2"),
    ] {
        let session = manager().load(&cookies);

        assert_eq!(user(&session).as_deref(), Some(taken), "{cookies:?}");
    }
}

#[test]
fn r05_of_cookies_signed_in_the_same_second_one_of_the_primary_key_is_taken() {
    let primary = cookie_of(r#"{"user_id":"1"}"#, NOW);
    let fallback = old_cookie(r#"{"user_id":"2"}"#, NOW);
    let manager = manager().with_fallback_keys([old_key()]).unwrap();

    for cookies in [[&primary, &fallback], [&fallback, &primary]] {
        assert_eq!(user(&manager.load(cookies)).as_deref(), Some("1"), "{cookies:?}");
    }
}

#[test]
fn r05_an_older_cookie_does_not_step_in_for_one_that_has_expired() {
    let config = CookieConfig::default().with_max_lifetime(seconds(7200));
    let ended = signed_cookie(format!(r#"{{"d":{{"user_id":"2"}},"t":{},"c":{}}}"#, NOW - 10, NOW - 7201));
    let own_limit = signed_cookie(format!(r#"{{"d":{{"user_id":"2"}},"t":{},"m":5}}"#, NOW - 10));
    for latest in [ended, own_limit] {
        let older = signed_at(1, NOW - 20);

        let session = manager_of(config.clone()).load([&older, &latest]);

        assert_eq!(session.origin(), Origin::Rejected(DecodeError::Expired), "{latest}");
        assert!(session.is_empty());
    }
}

/// The time with which a login is signed that comes with these cookies, at this time.
fn login_is_signed_at(cookies: &[String], now: u64) -> u64 {
    let manager = manager_at(CookieConfig::default(), now);
    let session = manager.load(cookies);
    session.clear();
    session.insert("user_id", "bob").unwrap();
    let json: serde_json::Value = serde_json::from_str(&saved_json(&manager, &session)).unwrap();
    json["t"].as_u64().unwrap()
}

#[test]
fn r05_a_fresh_t_is_a_whole_second_after_all_authentic_cookies_if_there_are_several_or_one_is_ahead() {
    for (cookies, expected) in [
        (vec![], NOW),
        (vec![signed_at(1, NOW)], NOW),
        (vec![signed_at(1, "1700000000.5")], NOW + 2),
        (vec![signed_at(1, NOW + 1)], NOW + 2),
        (vec![signed_at(1, NOW + 50)], NOW + 51),
        (vec![signed_at(1, NOW + 54)], NOW + 55),
        (vec![signed_at(1, NOW + 60)], NOW + 55),
        (vec![signed_at(1, NOW + 61)], NOW),
        (vec![signed_at(1, NOW - 9), signed_at(2, NOW - 8)], NOW),
        (vec![signed_at(1, NOW), signed_at(2, NOW - 8)], NOW + 1),
        (vec![signed_at(1, NOW - 1), signed_at(2, "1699999999.5")], NOW + 1),
        (vec![signed_at(1, NOW - 4000), signed_at(2, NOW - 3601)], NOW),
    ] {
        assert_eq!(login_is_signed_at(&cookies, NOW), expected, "{cookies:?}");
    }
}

#[test]
fn r05_after_a_login_the_new_cookie_wins_over_the_old_one_wherever_it_is_in_the_header() {
    for ahead in [0, 1, 30, 50] {
        let old = signed_at(1, NOW + ahead);
        let rival = signed_at(3, NOW + ahead);
        let manager = manager();
        let session = manager.load([&old, &rival]);
        session.clear();
        session.insert("user_id", "bob").unwrap();
        let set_cookie = save(&manager, &session).unwrap();
        let new = pair(&set_cookie).to_owned();

        for cookies in [[&old, &rival, &new], [&new, &old, &rival]] {
            assert_eq!(user(&manager.load(cookies)).as_deref(), Some("bob"), "{ahead} s ahead");
        }
    }
}

#[test]
fn r05_a_re_sign_keeps_its_t_though_there_are_several_cookies() {
    let manager = manager().with_fallback_keys([old_key()]).unwrap();
    let session = manager.load([old_cookie(r#"{"a":1}"#, NOW - 5), old_cookie(r#"{"a":2}"#, NOW - 10)]);
    assert_eq!(session.get("a"), Ok(Some(1)));

    assert_eq!(saved_json(&manager, &session), r#"{"d":{"a":1},"t":1699999995}"#);
}

#[test]
fn r05_several_authentic_cookies_are_logged_at_warn_once_a_minute() {
    let manager = manager();

    let (_, log) = logged(|| {
        for _ in 0..3 {
            assert!(!manager.load([signed_at(1, NOW), signed_at(2, NOW)]).is_empty());
        }
    });

    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    let (_, log) = logged(|| manager.load([signed_at(1, NOW), "session=junk".to_owned()]).is_empty());
    assert_eq!(lines(&log, "WARN").len(), 0, "{log}");
}

#[test]
fn r05_an_expired_and_a_strange_cookie_before_it_do_not_cost_the_session() {
    let expired = token(r#"{"user_id":"1"}"#, NOW - 3601);
    let no_session = sign(SECRET, "[]");
    let strange = sign(STRANGE_SECRET, envelope("{}", NOW));
    let good = token(r#"{"user_id":"42"}"#, NOW);

    let session =
        manager().load([format!("session={expired}; session={no_session}; session={strange}; session={good}")]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_seven_junk_cookies_end_no_session() {
    let junk = "session=junk; ".repeat(7);

    let session = manager().load([format!("{junk}{}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_the_ninth_cookie_is_not_tried() {
    let junk = "session=junk; ".repeat(8);

    let session = manager().load([format!("{junk}{}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(session.origin(), Origin::Rejected(DecodeError::Malformed));
    assert!(session.is_empty());
}

#[test]
fn r05_empty_quoted_and_oversize_junk_counts_as_junk_and_ends_no_session() {
    let huge = "x".repeat(5000);
    let forged = sign(STRANGE_SECRET, envelope("{}", NOW));
    let junk = format!(
        "session=; session=\"\"; session=\"; session={huge}; session=\"{huge}\"; session={forged}; session=a=b"
    );

    let session = manager().load([format!("{junk}; {}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_cookies_of_other_names_are_not_counted() {
    let others = "theme=dark; ".repeat(100);

    let session = manager().load([format!("{others}{}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_of_several_rejected_the_origin_reports_an_authentic_one_first() {
    let expired = cookie_of("{}", NOW - 3601);
    let early = cookie_of("{}", NOW + 61);
    let no_session = signed_cookie("[]");
    let forged = format!("session={}", sign(STRANGE_SECRET, "{}"));
    let junk = "session=junk".to_owned();
    for (cookies, reported) in [
        ([&junk, &expired], DecodeError::Expired),
        ([&expired, &junk], DecodeError::Expired),
        ([&forged, &early], DecodeError::IssuedInFuture),
        ([&early, &forged], DecodeError::IssuedInFuture),
        ([&forged, &no_session], DecodeError::InvalidPayload),
        ([&no_session, &junk], DecodeError::InvalidPayload),
        ([&expired, &early], DecodeError::Expired),
        ([&early, &expired], DecodeError::IssuedInFuture),
        ([&junk, &forged], DecodeError::Malformed),
        ([&forged, &junk], DecodeError::InvalidSignature),
    ] {
        let session = manager().load(cookies);

        assert_eq!(session.origin(), Origin::Rejected(reported), "{cookies:?}");
    }
}
