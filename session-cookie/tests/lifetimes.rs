//! How long a session lives: `max_age`, `refresh`, `max_lifetime` and `set_lifetime` together.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test expects by panicking"
)]

mod common;

use std::time::Duration;

use common::browser::Browser;
use common::*;
use session_cookie::{CookieConfig, DecodeError, Origin, Refresh, Session, SessionError, SessionManager, UnixTime};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

// The table

/// What `set_lifetime` was called with, if it was.
#[derive(Clone, Copy, Debug)]
enum Own {
    Unset,
    Browser,
    Secs(u64),
}

/// The last second, counted from the first answer, in which the server believes the cookie.
#[derive(Clone, Copy, Debug)]
enum Until {
    Second(u64),
    Ever,
}

/// `Max-Age` of an answer's cookie, and until when the server believes it.
type Sent = (Option<u64>, Until);

#[derive(Clone, Copy, Debug)]
struct Row {
    refresh: Refresh,
    max_age: Option<u64>,
    max_lifetime: Option<u64>,
    own: Own,
    /// The session's first answer, at second 0.
    first: Sent,
    /// The answer to a read at second 1801; at second 1800 none is sent.
    read: Option<Sent>,
    /// The answer at second 9500, after a change each 1900 seconds, or only a read where a read refreshes.
    late: Sent,
}

const fn row(
    (refresh, max_age, max_lifetime, own): (Refresh, Option<u64>, Option<u64>, Own),
    first: Sent,
    read: Option<Sent>,
    late: Sent,
) -> Row {
    Row { refresh, max_age, max_lifetime, own, first, read, late }
}

const ON_CHANGE: Refresh = Refresh::OnChange;
const AFTER: Refresh = Refresh::After(seconds(1800));

#[rustfmt::skip]
const TABLE: [Row; 24] = {
    use Own::{Browser, Secs, Unset};
    use Until::{Ever, Second};
    const HOUR: Option<u64> = Some(3600);
    const LIMIT: Option<u64> = Some(10_000);
    [
        row((ON_CHANGE, HOUR, None, Unset),       (Some(3600), Second(3600)), None, (Some(3600), Second(13_100))),
        row((ON_CHANGE, HOUR, None, Browser),     (None, Second(3600)),       None, (None, Second(13_100))),
        row((ON_CHANGE, HOUR, None, Secs(2400)),  (Some(2400), Second(2400)), None, (Some(2400), Second(11_900))),
        row((ON_CHANGE, HOUR, LIMIT, Unset),      (Some(3600), Second(3600)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, HOUR, LIMIT, Browser),    (None, Second(3600)),       None, (None, Second(10_000))),
        row((ON_CHANGE, HOUR, LIMIT, Secs(2400)), (Some(2400), Second(2400)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, None, None, Unset),       (None, Ever),               None, (None, Ever)),
        row((ON_CHANGE, None, None, Browser),     (None, Ever),               None, (None, Ever)),
        row((ON_CHANGE, None, None, Secs(2400)),  (Some(2400), Second(2400)), None, (Some(2400), Second(11_900))),
        row((ON_CHANGE, None, LIMIT, Unset),      (None, Second(10_000)),     None, (None, Second(10_000))),
        row((ON_CHANGE, None, LIMIT, Browser),    (None, Second(10_000)),     None, (None, Second(10_000))),
        row((ON_CHANGE, None, LIMIT, Secs(2400)), (Some(2400), Second(2400)), None, (Some(500), Second(10_000))),

        row((AFTER, HOUR, None, Unset),       (Some(3600), Second(3600)), Some((Some(3600), Second(5401))), (Some(3600), Second(13_100))),
        row((AFTER, HOUR, None, Browser),     (None, Second(3600)),       Some((None, Second(5401))),       (None, Second(13_100))),
        row((AFTER, HOUR, None, Secs(2400)),  (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(2400), Second(11_900))),
        row((AFTER, HOUR, LIMIT, Unset),      (Some(3600), Second(3600)), Some((Some(3600), Second(5401))), (Some(500), Second(10_000))),
        row((AFTER, HOUR, LIMIT, Browser),    (None, Second(3600)),       Some((None, Second(5401))),       (None, Second(10_000))),
        row((AFTER, HOUR, LIMIT, Secs(2400)), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(500), Second(10_000))),
        row((AFTER, None, None, Unset),       (None, Ever),               Some((None, Ever)),               (None, Ever)),
        row((AFTER, None, None, Browser),     (None, Ever),               Some((None, Ever)),               (None, Ever)),
        row((AFTER, None, None, Secs(2400)),  (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(2400), Second(11_900))),
        row((AFTER, None, LIMIT, Unset),      (None, Second(10_000)),     Some((None, Second(10_000))),     (None, Second(10_000))),
        row((AFTER, None, LIMIT, Browser),    (None, Second(10_000)),     Some((None, Second(10_000))),     (None, Second(10_000))),
        row((AFTER, None, LIMIT, Secs(2400)), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(500), Second(10_000))),
    ]
};

impl Row {
    fn at(&self, second: u64) -> SessionManager {
        let config = CookieConfig::default()
            .with_max_age(self.max_age.map(seconds))
            .with_max_lifetime(self.max_lifetime.map(seconds))
            .with_refresh(self.refresh);
        manager_at(config, NOW + second)
    }

    fn first_cookie(&self) -> String {
        let manager = self.at(0);
        let session = manager.load(NO_HEADERS);
        session.insert("n", 0).unwrap();
        match self.own {
            Own::Unset => {}
            Own::Browser => session.set_lifetime(None).unwrap(),
            Own::Secs(secs) => session.set_lifetime(seconds(secs)).unwrap(),
        }
        save(&manager, &session).unwrap()
    }

    fn answer(&self, cookie: &str, second: u64, handler: impl FnOnce(&Session)) -> Option<String> {
        let manager = self.at(second);
        let session = manager.load([pair(cookie)]);
        assert!(matches!(session.origin(), Origin::Verified { .. }), "at {second}: {:?}, {self:?}", session.origin());
        handler(&session);
        save(&manager, &session)
    }

    fn assert_sent(&self, cookie: &str, (expected, until): Sent) {
        assert_eq!(max_age(cookie), expected, "{self:?}");
        let origin = |second| self.at(second).load([pair(cookie)]).origin();
        match until {
            Until::Second(last) => {
                assert!(matches!(origin(last), Origin::Verified { .. }), "still good at {last}: {self:?}");
                assert_eq!(origin(last + 1), Origin::Rejected(DecodeError::Expired), "over after {last}: {self:?}");
            }
            Until::Ever => {
                assert!(matches!(origin(1_000_000_000), Origin::Verified { .. }), "good for ever: {self:?}");
            }
        }
    }
}

#[test]
fn table_the_first_answer() {
    for row in TABLE {
        row.assert_sent(&row.first_cookie(), row.first);
    }
}

#[test]
fn table_a_read_when_no_refresh_is_due_yet() {
    for row in TABLE {
        assert_eq!(row.answer(&row.first_cookie(), 1800, |_| ()), None, "{row:?}");
    }
}

#[test]
fn table_a_read_when_a_refresh_is_due() {
    for row in TABLE {
        let answer = row.answer(&row.first_cookie(), 1801, |_| ());
        assert_eq!(answer.is_some(), row.read.is_some(), "{row:?}");
        if let (Some(cookie), Some(sent)) = (answer, row.read) {
            row.assert_sent(&cookie, sent);
        }
    }
}

#[test]
fn table_the_last_answer_of_a_session_that_is_in_use() {
    for row in TABLE {
        let mut cookie = row.first_cookie();
        for second in [1900, 3800, 5700, 7600, 9500] {
            cookie = row
                .answer(&cookie, second, |session| {
                    if row.refresh == ON_CHANGE {
                        session.insert("n", second).unwrap();
                    }
                })
                .unwrap();
        }
        row.assert_sent(&cookie, row.late);
    }
}

#[test]
fn table_a_renewal_is_worth_what_a_change_is() {
    for row in TABLE {
        let mut cookie = row.first_cookie();
        for second in [1900, 3800, 5700, 7600, 9500] {
            cookie = row.answer(&cookie, second, Session::renew).unwrap();
        }
        row.assert_sent(&cookie, row.late);
    }
}

#[test]
fn table_a_rotation_of_the_key_prolongs_nothing() {
    for row in TABLE {
        let first = row.first_cookie();
        let config = CookieConfig::default()
            .with_max_age(row.max_age.map(seconds))
            .with_max_lifetime(row.max_lifetime.map(seconds))
            .with_refresh(row.refresh);
        let manager = SessionManager::new(old_key(), config)
            .unwrap()
            .with_fallback_key(key())
            .with_clock(|| UnixTime::from_secs(NOW + 1000));
        let session = manager.load([pair(&first)]);
        let _ = session.len();

        let cookie = save(&manager, &session).unwrap();

        assert_eq!(max_age(&cookie), row.first.0.map(|max_age| max_age - 1000), "{row:?}");
    }
}

// A session's own lifetime

#[test]
fn set_lifetime_is_signed_into_the_cookie_and_kept_by_later_changes() {
    let mut browser = Browser::default();
    browser.visits(&manager(), NOW, |s| {
        s.insert("a", 1).unwrap();
        s.set_lifetime(seconds(600)).unwrap();
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
        s.set_lifetime(None).unwrap();
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
        s.set_lifetime(seconds(600)).unwrap();
    });

    browser.restarts();

    assert!(browser.sends(NOW + 599).is_some());
    assert_eq!(browser.sends(NOW + 600), None);
}

#[test]
fn a_lifetime_can_be_changed_again() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.set_lifetime(seconds(600)).unwrap();
    session.set_lifetime(None).unwrap();
    session.set_lifetime(seconds(3600)).unwrap();

    let cookie = save(&manager, &session).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000,"m":3600}"#);
}

#[test]
fn a_lifetime_is_of_whole_seconds_at_least_one_and_not_above_max_age() {
    for lifetime in
        [Duration::ZERO, Duration::from_millis(999), Duration::from_millis(1500), seconds(3601), Duration::MAX]
    {
        let (manager, session) = session_with(r#"{"a":1}"#);

        let error = session.set_lifetime(lifetime).unwrap_err();

        assert_eq!(error, SessionError::Lifetime { lifetime, max_age: Some(seconds(3600)) });
        let message = error.to_string();
        assert!(message.contains(&format!("{lifetime:?}")) && message.contains("3600s"), "{message}");
        assert_eq!(save(&manager, &session), None);
    }
    for lifetime in [seconds(1), seconds(3600)] {
        assert_eq!(session_with("{}").1.set_lifetime(lifetime), Ok(()));
    }
}

#[test]
fn without_a_max_age_any_lifetime_of_whole_seconds_goes() {
    let manager = manager_of(CookieConfig::default().with_max_age(None));
    let session = manager.load(NO_HEADERS);

    assert_eq!(session.set_lifetime(seconds(u64::MAX)), Ok(()));
    let error = session.set_lifetime(Duration::from_millis(1)).unwrap_err();
    assert_eq!(error, SessionError::Lifetime { lifetime: Duration::from_millis(1), max_age: None });
}

#[test]
fn a_lifetime_alone_makes_no_session() {
    let (manager, session) = new_session();

    session.set_lifetime(seconds(600)).unwrap();

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
            s.set_lifetime(seconds(60)).unwrap();
        }),
        r#"{"d":{"b":2},"t":1700000000,"m":60}"#
    );
    assert_eq!(
        json(|s| {
            s.set_lifetime(seconds(60)).unwrap();
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
fn a_session_refused_for_its_absolute_lifetime_begins_anew() {
    let manager = manager_of(limited());
    let session = manager.load([signed_cookie(r#"{"d":{"a":1},"t":1700000000,"c":1,"m":60}"#)]);
    session.insert("b", 2).unwrap();

    assert_eq!(saved_json(&manager, &session), r#"{"d":{"b":2},"t":1700000000,"c":1700000000}"#);
}

#[test]
fn origin_tells_when_the_session_began_and_how_long_it_may_live() {
    let session = manager().load([signed_cookie(r#"{"d":{},"t":1699999999.5,"c":1600000000,"m":600}"#)]);

    let Origin::Verified { issued_at, created_at, lifetime, .. } = session.origin() else { panic!() };

    assert_eq!(issued_at, UnixTime::from_duration(Duration::from_millis(1_699_999_999_500)));
    assert_eq!(created_at, UnixTime::from_secs(1_600_000_000));
    assert_eq!(lifetime, Some(seconds(600)));
}

#[test]
fn origin_is_about_the_cookie_that_came_and_not_about_what_was_done_since() {
    let (_, session) = session_with(r#"{"a":1}"#);
    let before = session.origin();

    session.set_lifetime(seconds(60)).unwrap();
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
