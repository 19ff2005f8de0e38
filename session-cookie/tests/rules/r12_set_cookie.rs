//! Rule 12: when a `Set-Cookie` is sent, and what it says.

use std::time::Duration;

use session_cookie::{CookieConfig, Lifetime, Refresh, Session, SessionError, SessionManager, UnixTime};

use crate::common::*;

#[test]
fn r12_a_session_that_was_only_read_sends_nothing() {
    assert_eq!(answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW - 3600), read), None);
}

#[test]
fn r12_a_new_session_that_was_only_read_sends_nothing() {
    assert_eq!(answer(&manager(), "", read), None);
}

#[test]
fn r12_an_untouched_session_sends_nothing_though_refresh_and_rotation_are_due() {
    assert_eq!(answer(&rotated(refreshing(0)), &old_cookie(r#"{"a":1}"#, NOW - 100), |_| ()), None);
}

#[test]
fn r12_a_new_session_that_was_filled_sends_its_cookie() {
    let cookie = answer(&manager(), "", |s| s.insert("user_id", "42").unwrap()).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"user_id":"42"},"t":1700000000}"#);
    assert_eq!(attributes(&cookie), "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
}

#[test]
fn r12_a_change_takes_a_fresh_t_and_the_whole_max_age() {
    let cookie = answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW - 3600), |s| s.insert("a", 2).unwrap()).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":2},"t":1700000000}"#);
    assert_eq!(max_age(&cookie), Some(3600));
}

#[test]
fn r12_renew_takes_a_fresh_t_and_the_whole_max_age_though_nothing_changed() {
    let cookie = answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW - 3600), Session::renew).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000}"#);
    assert_eq!(max_age(&cookie), Some(3600));
}

#[test]
fn r12_renewing_a_session_in_the_second_it_was_signed_in_sends_it_all_the_same() {
    assert!(answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW), Session::renew).is_some());
}

#[test]
fn r12_an_empty_session_that_came_with_its_cookie_is_never_signed_again() {
    let refreshing = manager_of(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));
    let rotated = other_key_first();
    let nothing = |s: &Session| assert!(s.is_empty());

    assert_eq!(answer(&manager(), &cookie_of("{}", NOW - 100), Session::renew), None);
    assert_eq!(answer(&refreshing, &cookie_of("{}", NOW - 100), nothing), None);
    assert_eq!(answer(&rotated, &cookie_of("{}", NOW - 100), nothing), None);
}

/// A manager for which the key of these tests is a fallback key.
fn other_key_first() -> SessionManager {
    let manager = SessionManager::new(old_key(), CookieConfig::default()).unwrap().with_fallback_keys([key()]).unwrap();
    manager.with_clock(|| UnixTime::from_secs(NOW))
}

#[test]
fn r12_what_is_put_into_an_empty_session_takes_neither_its_beginning_nor_its_lifetime() {
    let cookie = signed_cookie(r#"{"d":{},"t":1699999000,"c":1600000000,"m":60}"#);
    let signed = answer(&manager_at(CookieConfig::default(), 1_699_999_060), &cookie, |s| s.insert("a", 1).unwrap());

    assert_eq!(signed_json(&signed.unwrap()), r#"{"d":{"a":1},"t":1699999060}"#);
}

#[test]
fn r12_renewing_a_session_that_does_not_exist_sends_nothing() {
    assert_eq!(answer(&manager(), "", Session::renew), None);
}

#[test]
fn r12_a_timestamp_with_a_fraction_becomes_a_whole_one() {
    let cookie = answer(&manager(), &signed_cookie(r#"{"t":1699999999.75,"d":{"a":1}}"#), Session::renew).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000}"#);
}

#[test]
fn r12_a_refresh_is_due_when_the_cookie_is_older_than_its_limit() {
    let manager = manager_of(refreshing(1800));

    assert_eq!(answer(&manager, &cookie_of(r#"{"a":1}"#, NOW - 1800), read), None);

    let cookie = answer(&manager, &cookie_of(r#"{"a":1}"#, NOW - 1801), read).unwrap();
    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000}"#);
    assert_eq!(max_age(&cookie), Some(3600));
}

#[test]
fn r12_a_refresh_after_zero_comes_every_time_even_in_the_same_second() {
    let manager = manager_of(refreshing(0));

    assert!(answer(&manager, &cookie_of(r#"{"a":1}"#, NOW), read).is_some());
    assert!(answer(&manager, &cookie_of(r#"{"a":1}"#, NOW - 1), read).is_some());
}

#[test]
fn r12_a_refresh_does_not_make_a_cookie_of_nothing() {
    let manager = manager_of(refreshing(0));

    assert_eq!(answer(&manager, "", read), None);
    assert_eq!(answer(&manager, "session=junk", read), None);
    assert_eq!(answer(&manager, &cookie_of(r#"{"a":1}"#, NOW - 3601), read), None);
}

#[test]
fn r12_a_cookie_of_a_fallback_key_is_signed_with_the_primary_key_and_keeps_its_t() {
    let manager = rotated(CookieConfig::default());

    let cookie = answer(&manager, &old_cookie(r#"{"a":1}"#, NOW - 1000), read).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1699999000}"#);
    assert_eq!(max_age(&cookie), Some(2600), "what remains of the hour");
}

#[test]
fn r12_a_re_sign_in_the_last_second_does_not_remove_the_cookie() {
    let manager = rotated(CookieConfig::default());

    let almost = answer(&manager, &old_cookie(r#"{"a":1}"#, NOW - 3599), read).unwrap();
    assert_eq!(max_age(&almost), Some(1));

    let last = answer(&manager, &old_cookie(r#"{"a":1}"#, NOW - 3600), read).unwrap();
    assert_eq!(max_age(&last), Some(1), "Max-Age=0 would log out a user whose cookie is still good");
}

#[test]
fn r12_a_re_sign_of_a_cookie_from_a_clock_that_is_ahead_is_good_for_no_longer_than_max_age() {
    let manager = rotated(CookieConfig::default());

    let cookie = answer(&manager, &old_cookie(r#"{"a":1}"#, NOW + 60), read).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000060}"#);
    assert_eq!(max_age(&cookie), Some(3600));
}

#[test]
fn r12_a_re_sign_of_a_browser_session_stays_one() {
    let manager = rotated(CookieConfig::default().with_max_age(None));

    let cookie = answer(&manager, &old_cookie(r#"{"a":1}"#, 5), read).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":5}"#);
    assert_eq!(attributes(&cookie), "Path=/; HttpOnly; SameSite=Lax");
}

#[test]
fn r12_a_re_sign_keeps_c_and_m() {
    let manager = rotated(CookieConfig::default());
    let json = r#"{"d":{"a":1},"t":1699999900,"c":1690000000,"m":600}"#;

    let cookie = answer(&manager, &format!("session={}", sign(OLD_SECRET, json)), read).unwrap();

    assert_eq!(signed_json(&cookie), json);
    assert_eq!(max_age(&cookie), Some(500));
}

#[test]
fn r12_a_change_a_renewal_or_a_refresh_of_a_fallback_keys_cookie_takes_a_fresh_t() {
    let old = old_cookie(r#"{"a":1}"#, NOW - 1000);
    for (config, handler) in [
        (CookieConfig::default(), (|s| s.insert("a", 1.5).unwrap()) as fn(&Session)),
        (CookieConfig::default(), Session::renew),
        (refreshing(999), read),
    ] {
        let cookie = answer(&rotated(config), &old, handler).unwrap();

        assert!(signed_json(&cookie).ends_with(r#","t":1700000000}"#));
        assert_eq!(max_age(&cookie), Some(3600));
    }
}

#[test]
fn r12_a_fallback_keys_cookie_that_is_not_yet_due_for_a_refresh_keeps_its_t() {
    let cookie = answer(&rotated(refreshing(1000)), &old_cookie(r#"{"a":1}"#, NOW - 1000), read).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1699999000}"#);
}

#[test]
fn r12_once_re_signed_the_cookie_is_left_alone() {
    let manager = rotated(CookieConfig::default());
    let mut browser = Browser::default();
    browser.receives(Some(&old_cookie(r#"{"a":1}"#, NOW - 1000)), NOW);
    browser.visits(&manager, NOW, read);

    let session = browser.opens(&manager, NOW);
    read(&session);

    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r12_a_set_lifetime_is_a_change_and_the_same_again_is_none() {
    let cookie =
        answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW - 10), |s| s.set_lifetime(Lifetime::For(seconds(60))).unwrap());
    let cookie = cookie.unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000,"m":60}"#);
    assert_eq!(answer(&manager(), pair(&cookie), |s| s.set_lifetime(Lifetime::For(seconds(60))).unwrap()), None);
}

#[test]
fn r12_set_cookie_has_the_attributes_of_the_configuration_and_no_others() {
    let attributes_of = |config: CookieConfig| {
        let manager = manager_of(config);
        let cookie = answer(&manager, "", |s| s.insert("a", 1).unwrap()).unwrap();
        attributes(&cookie).to_owned()
    };

    assert_eq!(attributes_of(CookieConfig::default()), "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(attributes_of(CookieConfig::hardened()), "Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=Strict");
    assert_eq!(attributes_of(CookieConfig::default().with_max_age(None).with_http_only(false)), "Path=/; SameSite=Lax");
    assert_eq!(
        attributes_of(everything()),
        "Max-Age=60; Domain=example.com; Path=/app; Secure; SameSite=None; Partitioned"
    );
}

#[test]
fn r12_the_cookie_crate_reads_what_we_write() {
    let manager = manager_of(everything());
    let text = answer(&manager, "", |s| s.insert("a", "; Domain=evil.example\r\nSet-Cookie: x=y").unwrap()).unwrap();

    let cookie = cookie::Cookie::parse(text.as_str()).unwrap();

    assert_eq!(cookie.name(), "id");
    assert_eq!(cookie.max_age().unwrap().whole_seconds(), 60);
    assert_eq!(cookie.domain(), Some("example.com"));
    assert_eq!(cookie.path(), Some("/app"));
    assert_eq!(cookie.secure(), Some(true));
    assert_eq!(cookie.http_only(), None);
    assert_eq!(cookie.same_site(), Some(cookie::SameSite::None));
    assert_eq!(cookie.partitioned(), Some(true));
    assert_eq!(cookie.expires(), None);
}

#[test]
fn r12_a_manager_does_not_save_what_another_one_loaded() {
    let session = manager().load(NO_HEADERS);
    session.insert("a", 1).unwrap();
    let other = manager();

    assert_eq!(other.save(&session).unwrap_err(), SessionError::OtherManager);
    assert_eq!(session.insert("b", 2), Ok(()), "it is not sealed by the wrong manager");
}

#[test]
fn r12_a_clone_of_the_manager_is_the_same_manager() {
    let manager = manager();
    let session = manager.load(NO_HEADERS);
    session.insert("a", 1).unwrap();

    let clone = manager.clone();

    assert!(save(&clone, &session).is_some());
}

#[test]
fn r12_a_fresh_t_is_the_time_of_the_answer_and_not_of_the_request() {
    let clock = Clock::at(NOW);
    let manager = clock.manager(CookieConfig::default());
    let session = manager.load(NO_HEADERS);
    session.insert("a", 1).unwrap();

    clock.set(NOW + 5);

    assert_eq!(saved_json(&manager, &session), r#"{"d":{"a":1},"t":1700000005}"#);
}

#[test]
fn r12_a_re_sign_of_what_no_call_edited_keeps_the_data_to_the_letter() {
    let data = r#"{ "b" : 1.50, "a":1, "a":2 }"#;
    let manager = manager().with_fallback_keys([old_key()]).unwrap();
    let session = manager.load([old_cookie(data, NOW)]);
    assert_eq!(session.get("a"), Ok(Some(2)));

    assert_eq!(saved_data(&manager, &session), data);
}
