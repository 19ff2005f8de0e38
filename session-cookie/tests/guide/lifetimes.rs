//! A lifetime that one session has, and the absolute one that ends every session.

use std::time::Duration;

use session_cookie::{CookieConfig, DecodeError, Lifetime, Origin, Refresh, Session, SessionError, UnixTime};

use crate::common::*;

// The lifetime of one session

#[test]
fn set_lifetime_is_signed_into_the_cookie_and_kept_by_later_changes() {
    let mut browser = Browser::default();
    browser.visits(&manager(), NOW, |s| {
        s.insert("a", 1).unwrap();
        s.set_lifetime(Lifetime::For(seconds(600))).unwrap();
    });

    let manager = manager();
    let session = browser.opens(&manager, NOW);
    session.insert("a", 2).unwrap();

    let cookie = save(&manager, &session).unwrap();
    assert_eq!(signed_json(&cookie), r#"{"d":{"a":2},"t":1700000000,"m":600}"#);
    assert_eq!(max_age(&cookie), Some(600));
}

#[test]
fn set_lifetime_is_enforced_by_the_server_and_not_only_by_the_browser() {
    let cookie = signed_cookie(r#"{"d":{"a":1},"t":1700000000,"m":600}"#);

    assert!(!manager_at(CookieConfig::default(), NOW + 600).load([&cookie]).is_empty());
    assert_eq!(
        manager_at(CookieConfig::default(), NOW + 601).load([&cookie]).origin(),
        Origin::Rejected(DecodeError::Expired)
    );
}

#[test]
fn a_browser_session_goes_when_the_browser_closes_and_after_max_age_at_the_latest() {
    let mut browser = Browser::default();
    let manager = manager();
    browser.visits(&manager, NOW, |s| {
        s.insert("a", 1).unwrap();
        s.set_lifetime(Lifetime::BrowserSession).unwrap();
    });
    assert_eq!(signed_json(browser.sends(NOW).unwrap()), r#"{"d":{"a":1},"t":1700000000,"m":0}"#);
    assert!(manager_at(CookieConfig::default(), NOW + 3601).load(browser.sends(NOW)).is_empty());

    browser.restarts();

    assert_eq!(browser.sends(NOW), None);
}

#[test]
fn a_remembered_session_outlives_the_browser() {
    let mut browser = Browser::default();
    browser.visits(&manager(), NOW, |s| {
        s.insert("a", 1).unwrap();
        s.set_lifetime(Lifetime::For(seconds(600))).unwrap();
    });

    browser.restarts();

    assert!(browser.sends(NOW + 599).is_some());
    assert_eq!(browser.sends(NOW + 600), None);
}

#[test]
fn a_lifetime_can_be_changed_again() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.set_lifetime(Lifetime::For(seconds(600))).unwrap();
    session.set_lifetime(Lifetime::BrowserSession).unwrap();
    session.set_lifetime(Lifetime::For(seconds(3600))).unwrap();

    let cookie = save(&manager, &session).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000,"m":3600}"#);
}

#[test]
fn a_lifetime_is_of_whole_seconds_at_least_one_and_not_above_max_age() {
    for lifetime in
        [Duration::ZERO, Duration::from_millis(999), Duration::from_millis(1500), seconds(3601), Duration::MAX]
    {
        let (manager, session) = session_with(r#"{"a":1}"#);

        let error = session.set_lifetime(Lifetime::For(lifetime)).unwrap_err();

        assert_eq!(error, SessionError::Lifetime { lifetime, max_age: Some(seconds(3600)) });
        let message = error.to_string();
        assert!(message.contains(&format!("{lifetime:?}")) && message.contains("3600s"), "{message}");
        assert_eq!(save(&manager, &session), None);
    }
    for lifetime in [seconds(1), seconds(3600)] {
        assert_eq!(session_with("{}").1.set_lifetime(Lifetime::For(lifetime)), Ok(()));
    }
}

#[test]
fn without_a_max_age_any_lifetime_of_whole_seconds_goes_up_to_400_days() {
    let manager = manager_of(CookieConfig::default().with_max_age(None));
    let session = manager.load(NO_HEADERS);

    assert_eq!(session.set_lifetime(Lifetime::For(seconds(34_560_000))), Ok(()));
    for lifetime in [Duration::from_millis(1), seconds(34_560_001), Duration::MAX] {
        let error = session.set_lifetime(Lifetime::For(lifetime)).unwrap_err();
        assert_eq!(error, SessionError::Lifetime { lifetime, max_age: None });
    }
}

#[test]
fn a_lifetime_alone_makes_no_session() {
    let (manager, session) = new_session();

    session.set_lifetime(Lifetime::For(seconds(600))).unwrap();

    assert_eq!(save(&manager, &session), None);
}

#[test]
fn a_lifetime_longer_than_max_age_from_another_server_is_cut_to_max_age() {
    let cookie = signed_cookie(r#"{"d":{"a":1},"t":1700000000,"m":31536000}"#);
    let manager = manager();
    let session = manager.load([&cookie]);
    session.renew();

    assert_eq!(max_age(&save(&manager, &session).unwrap()), Some(3600));
    assert!(manager_at(CookieConfig::default(), NOW + 3601).load([&cookie]).is_empty());
}

#[test]
fn clear_forgets_the_lifetime_and_a_new_one_can_follow() {
    let json = |handler: fn(&Session)| {
        let manager = manager();
        let session = manager.load([signed_cookie(r#"{"d":{"a":1},"t":1700000000,"c":1600000000,"m":600}"#)]);
        handler(&session);
        session.insert("b", 2).unwrap();
        saved_json(&manager, &session)
    };

    assert_eq!(json(Session::clear), r#"{"d":{"b":2},"t":1700000000}"#);
    assert_eq!(
        json(|s| {
            s.clear();
            s.set_lifetime(Lifetime::For(seconds(60))).unwrap();
        }),
        r#"{"d":{"b":2},"t":1700000000,"m":60}"#
    );
    assert_eq!(
        json(|s| {
            s.set_lifetime(Lifetime::For(seconds(60))).unwrap();
            s.clear();
        }),
        r#"{"d":{"b":2},"t":1700000000}"#
    );
}

// The absolute lifetime

fn limited() -> CookieConfig {
    CookieConfig::default().with_max_lifetime(seconds(10_000))
}

fn limited_answer(json: &str, handler: impl FnOnce(&Session)) -> Option<String> {
    let manager = manager_of(limited());
    let session = manager.load([signed_cookie(json)]);
    assert!(matches!(session.origin(), Origin::Verified { .. }), "{:?}", session.origin());
    handler(&session);
    save(&manager, &session)
}

#[test]
fn c_is_written_only_when_an_absolute_lifetime_is_in_use() {
    let saved_under = |config| {
        let manager = manager_of(config);
        let session = manager.load(NO_HEADERS);
        session.insert("a", 1).unwrap();
        saved_json(&manager, &session)
    };

    assert_eq!(saved_under(CookieConfig::default()), r#"{"d":{"a":1},"t":1700000000}"#);
    assert_eq!(saved_under(limited()), r#"{"d":{"a":1},"t":1700000000,"c":1700000000}"#);
}

#[test]
fn c_is_kept_by_a_change_and_by_renew() {
    for handler in [(|s| s.insert("a", 2).unwrap()) as fn(&Session), Session::renew] {
        let cookie = limited_answer(r#"{"d":{"a":1},"t":1699999000,"c":1699995000}"#, handler).unwrap();

        assert!(signed_json(&cookie).ends_with(r#","t":1700000000,"c":1699995000}"#));
        assert_eq!(max_age(&cookie), Some(3600), "5000 of 10000 seconds are left, and max_age is shorter");
    }
}

#[test]
fn a_missing_c_counts_as_t() {
    let cookie = limited_answer(r#"{"d":{"a":1},"t":1699998000}"#, |s| s.insert("a", 2).unwrap()).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":2},"t":1700000000,"c":1699998000}"#);
}

#[test]
fn a_c_later_than_t_counts_as_t() {
    let cookie = limited_answer(r#"{"d":{"a":1},"t":1699998000,"c":1700000050}"#, Session::renew).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000,"c":1699998000}"#);
}

#[test]
fn a_session_ends_with_its_absolute_lifetime_however_fresh_its_t_is() {
    let at = |json: &str| manager_of(limited()).load([signed_cookie(json)]).origin();

    assert!(matches!(at(r#"{"d":{"a":1},"t":1700000000,"c":1699990000}"#), Origin::Verified { .. }));
    assert_eq!(at(r#"{"d":{"a":1},"t":1700000000,"c":1699989999}"#), Origin::Rejected(DecodeError::Expired));
}

#[test]
fn a_change_in_the_last_second_of_the_absolute_lifetime_removes_no_cookie() {
    let cookie = limited_answer(r#"{"d":{"a":1},"t":1699999999,"c":1699990000}"#, Session::renew).unwrap();

    assert_eq!(max_age(&cookie), Some(1));
}

#[test]
fn without_an_absolute_lifetime_a_c_limits_nothing_and_is_kept() {
    let manager = manager();
    let session = manager.load([signed_cookie(r#"{"d":{"a":1},"t":1700000000,"c":1}"#)]);
    session.insert("a", 2).unwrap();

    assert_eq!(saved_json(&manager, &session), r#"{"d":{"a":2},"t":1700000000,"c":1}"#);
}

#[test]
fn without_an_absolute_lifetime_a_c_later_than_t_is_kept_as_t() {
    let manager = manager();
    let session = manager.load([signed_cookie(r#"{"d":{"a":1},"t":1699998000,"c":1700000050}"#)]);
    session.insert("a", 2).unwrap();

    assert_eq!(saved_json(&manager, &session), r#"{"d":{"a":2},"t":1700000000,"c":1699998000}"#);
}

#[test]
fn clear_and_login_begin_a_new_absolute_lifetime() {
    let cookie = limited_answer(r#"{"d":{"a":1},"t":1699999000,"c":1699995000}"#, |s| {
        s.clear();
        s.insert("user_id", "42").unwrap();
    });

    assert_eq!(signed_json(&cookie.unwrap()), r#"{"d":{"user_id":"42"},"t":1700000000,"c":1700000000}"#);
}

#[test]
fn a_session_refused_for_its_absolute_lifetime_starts_again() {
    let manager = manager_of(limited());
    let session = manager.load([signed_cookie(r#"{"d":{"a":1},"t":1700000000,"c":1,"m":60}"#)]);
    session.insert("b", 2).unwrap();

    assert_eq!(saved_json(&manager, &session), r#"{"d":{"b":2},"t":1700000000,"c":1700000000}"#);
}

// What a handler learns, and a session that slides

#[test]
fn origin_tells_when_the_session_began_and_how_long_it_may_live() {
    let session = manager().load([signed_cookie(r#"{"d":{},"t":1699999999.5,"c":1600000000,"m":600}"#)]);

    let Origin::Verified { issued_at, created_at, lifetime, .. } = session.origin() else { panic!() };

    assert_eq!(issued_at, UnixTime::from_duration(Duration::from_millis(1_699_999_999_500)));
    assert_eq!(created_at, UnixTime::from_secs(1_600_000_000));
    assert_eq!(lifetime, Some(Lifetime::For(seconds(600))));
}

#[test]
fn origin_is_about_the_cookie_that_came_and_not_about_what_was_done_since() {
    let (_, session) = session_with(r#"{"a":1}"#);
    let before = session.origin();

    session.set_lifetime(Lifetime::For(seconds(60))).unwrap();
    session.clear();

    assert_eq!(session.origin(), before);
}

#[test]
fn a_sliding_session_lives_as_long_as_it_is_used_and_dies_when_it_is_not() {
    let clock = Clock::at(NOW);
    let manager = clock.manager(CookieConfig::default().with_refresh(Refresh::After(seconds(600))));
    let mut browser = Browser::default();
    browser.visits(&manager, NOW, |s| s.insert("a", 1).unwrap());
    for hour in 1..=24 {
        clock.set(NOW + hour * 3599);
        browser.visits(&manager, clock.now(), |s| assert_eq!(s.get("a"), Ok(Some(1)), "hour {hour}"));
    }

    clock.set(clock.now() + 3601);

    browser.visits(&manager, clock.now(), |s| assert!(s.is_empty()));
}
