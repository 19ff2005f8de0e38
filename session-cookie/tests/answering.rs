//! Rules 12 to 18: what a response says.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test expects by panicking"
)]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::browser::Browser;
use common::log::{lines, logged};
use common::*;
use session_cookie::{Answer, CookieConfig, Refresh, SameSite, Session, SessionError, SessionManager};

const REMOVAL: &str = "session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax";

fn refreshing(after: u64) -> CookieConfig {
    CookieConfig::default().with_refresh(Refresh::After(Duration::from_secs(after)))
}

/// A manager that signs with [`SECRET`] and accepts [`OLD_SECRET`].
fn rotated(config: CookieConfig) -> SessionManager {
    manager_of(config).with_fallback_key(old_key())
}

fn old_cookie(data: &str, issued_at: u64) -> String {
    format!("session={}", sign(OLD_SECRET, envelope(data, issued_at)))
}

fn cookie_of(data: &str, issued_at: u64) -> String {
    format!("session={}", token(data, issued_at))
}

/// What this manager answers to this cookie, after this was done to the session.
fn answer(manager: &SessionManager, cookie: &str, handler: impl FnOnce(&Session)) -> Option<String> {
    let session = manager.load([cookie]);
    handler(&session);
    save(manager, &session)
}

fn read(session: &Session) {
    let _ = session.len();
}

// 12

#[test]
fn r12_a_session_that_was_only_read_sends_nothing() {
    assert_eq!(answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW - 3600), read), None);
}

#[test]
fn r12_a_new_session_that_was_only_read_sends_nothing() {
    assert_eq!(answer(&manager(), "", read), None);
}

#[test]
fn r12_a_session_that_nobody_touched_sends_nothing_though_refresh_and_rotation_are_due() {
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
fn r12_renewing_an_empty_session_that_came_with_its_cookie_signs_it_anew() {
    let cookie = answer(&manager(), &cookie_of("{}", NOW - 100), Session::renew).unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{},"t":1700000000}"#);
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
        answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW - 10), |s| s.set_lifetime(Duration::from_secs(60)).unwrap());
    let cookie = cookie.unwrap();

    assert_eq!(signed_json(&cookie), r#"{"d":{"a":1},"t":1700000000,"m":60}"#);
    assert_eq!(answer(&manager(), pair(&cookie), |s| s.set_lifetime(Duration::from_secs(60)).unwrap()), None);
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
        attributes_of(full_config()),
        "Max-Age=60; Domain=example.com; Path=/app; Secure; SameSite=None; Partitioned"
    );
}

fn full_config() -> CookieConfig {
    CookieConfig::default()
        .with_name("id")
        .with_max_age(Duration::from_secs(60))
        .with_domain("example.com")
        .with_path("/app")
        .with_secure(true)
        .with_http_only(false)
        .with_same_site(SameSite::None)
        .with_partitioned(true)
}

#[test]
fn r12_the_cookie_crate_reads_what_we_write() {
    let manager = manager_of(full_config());
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

    assert!(!other.owns(&session));
    assert_eq!(other.save(&session).unwrap_err(), SessionError::OtherManager);
    assert_eq!(session.insert("b", 2), Ok(()), "it is not sealed by the wrong manager");
}

#[test]
fn r12_a_clone_of_the_manager_is_the_same_manager() {
    let manager = manager();
    let session = manager.load(NO_HEADERS);
    session.insert("a", 1).unwrap();

    let clone = manager.clone();

    assert!(clone.owns(&session));
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

// 13

#[test]
fn r13_clearing_a_session_removes_its_cookie() {
    assert_eq!(answer(&manager(), &cookie_of(r#"{"a":1}"#, NOW), Session::clear).as_deref(), Some(REMOVAL));
}

#[test]
fn r13_a_removal_names_the_cookie_it_removes_by_all_of_its_attributes() {
    let manager = manager_of(full_config());
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
    let minute = |s: &Session| s.set_lifetime(Duration::from_secs(60)).unwrap();

    let cookie = answer(&manager(), &cookie_of("{}", NOW), minute).unwrap();
    assert_eq!(signed_json(&cookie), r#"{"d":{},"t":1700000000,"m":60}"#);
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
    assert_eq!(
        answer(&manager(), "", |s| {
            s.insert("a", 1).unwrap();
            s.clear();
        }),
        None
    );
    assert_eq!(
        answer(&manager(), "", |s| {
            s.set_lifetime(None).unwrap();
            s.clear();
        }),
        None
    );
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
            s.set_lifetime(Duration::from_secs(60)).unwrap();
            s.clear();
        },
        |s| {
            s.clear();
            s.set_lifetime(Duration::from_secs(60)).unwrap();
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

// 14

fn changed_answer() -> Answer {
    let (manager, session) = new_session();
    session.insert("a", 1).unwrap();
    manager.save(&session).unwrap()
}

fn touched_answer() -> Answer {
    let (manager, session) = new_session();
    read(&session);
    manager.save(&session).unwrap()
}

#[test]
fn r14_set_cookie_is_appended_and_marked_sensitive_and_the_others_are_not() {
    let answer = changed_answer();
    let headers = headers(&answer, &["Accept-Encoding"], &[]);

    let [vary, cache_control, set_cookie] = &headers[..] else { panic!("{headers:?}") };
    assert_eq!(*set_cookie, ("set-cookie", answer.set_cookie().unwrap().to_owned(), true, true));
    assert_eq!(*vary, ("vary", "Accept-Encoding, Cookie".to_owned(), false, false));
    assert_eq!(*cache_control, ("cache-control", "private".to_owned(), false, false));
}

#[test]
fn r14_a_removal_is_appended_too() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.clear();
    let answer = manager.save(&session).unwrap();

    assert!(headers(&answer, &[], &[]).contains(&("set-cookie", REMOVAL.to_owned(), true, true)));
}

// 15

#[test]
fn r15_a_response_whose_session_was_touched_says_vary_cookie() {
    assert_eq!(headers(&touched_answer(), &[], &[]), [("vary", "Cookie".to_owned(), false, false)]);
}

#[test]
fn r15_a_response_whose_session_was_changed_says_it_too() {
    assert_eq!(header(&changed_answer(), "vary", &[], &[]).as_deref(), Some("Cookie"));
}

#[test]
fn r15_a_session_that_turned_out_to_be_junk_was_touched_all_the_same() {
    let manager = manager();
    let session = manager.load(["session=junk"]);
    read(&session);

    assert_eq!(header(&manager.save(&session).unwrap(), "vary", &[], &[]).as_deref(), Some("Cookie"));
}

#[test]
fn r15_every_write_touches_even_if_it_changes_nothing() {
    let writes: [Step; 4] = [
        ("clear", Session::clear),
        ("renew", Session::renew),
        ("extend", |s| s.extend::<&str, i32>([]).unwrap()),
        ("set_lifetime", |s| s.set_lifetime(None).unwrap()),
    ];
    for (call, write) in writes {
        let (manager, session) = new_session();

        write(&session);

        assert_eq!(header(&manager.save(&session).unwrap(), "vary", &[], &[]).as_deref(), Some("Cookie"), "{call}");
    }
}

#[test]
fn r15_vary_is_merged_with_what_is_there() {
    for (there, merged) in [
        (&["Accept-Encoding"][..], "Accept-Encoding, Cookie"),
        (&["Accept-Encoding, Origin"], "Accept-Encoding, Origin, Cookie"),
        (&["Accept-Encoding", "Origin"], "Accept-Encoding, Origin, Cookie"),
        (&["X-Cookie"], "X-Cookie, Cookie"),
        (&["Cookies"], "Cookies, Cookie"),
        (&["Set-Cookie"], "Set-Cookie, Cookie"),
    ] {
        assert_eq!(header(&touched_answer(), "vary", there, &[]).as_deref(), Some(merged), "{there:?}");
    }
}

#[test]
fn r15_vary_says_cookie_once() {
    for there in [
        &["Cookie"][..],
        &["cookie"],
        &["COOKIE"],
        &["Accept-Encoding, Cookie"],
        &["Accept-Encoding,cookie,Origin"],
        &["Accept-Encoding", "Cookie"],
        &["Accept-Encoding ,\tCookie "],
    ] {
        assert_eq!(headers(&touched_answer(), there, &[]), [], "{there:?}");
    }
}

#[test]
fn r15_vary_on_everything_says_it_already() {
    assert_eq!(headers(&touched_answer(), &["*"], &[]), []);
    assert_eq!(headers(&touched_answer(), &["Origin", " * "], &[]), []);
}

#[test]
fn r15_an_empty_vary_is_merged_without_an_empty_member() {
    for there in [&[""][..], &["", ""], &["  "]] {
        assert_eq!(header(&touched_answer(), "vary", there, &[]).as_deref(), Some("Cookie"), "{there:?}");
    }
    assert_eq!(header(&touched_answer(), "vary", &["", "Origin"], &[]).as_deref(), Some("Origin, Cookie"));
}

#[test]
fn r15_a_vary_that_cannot_be_repeated_stays_and_ours_goes_beside_it() {
    let headers = touched_answer().headers([b"\xff".as_slice()], [""; 0]);

    assert_eq!(headers.len(), 1);
    assert_eq!((headers[0].name, headers[0].value.as_str(), headers[0].append), ("vary", "Cookie", true));
}

#[test]
fn r15_a_vary_that_is_not_utf_8_and_says_cookie_says_it() {
    assert_eq!(touched_answer().headers([b"\xff, Cookie".as_slice()], [""; 0]), []);
    assert_eq!(touched_answer().headers([b"\xff".as_slice(), b"cookie"], [""; 0]), []);
}

// 16

#[test]
fn r16_a_response_with_our_cookie_and_no_cache_control_is_private() {
    let (header, log) = logged(|| header(&changed_answer(), "cache-control", &[], &[]));

    assert_eq!(header.as_deref(), Some("private"));
    assert_eq!(log, "");
}

#[test]
fn r16_a_removal_is_private_too() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.clear();

    assert_eq!(header(&manager.save(&session).unwrap(), "cache-control", &[], &[]).as_deref(), Some("private"));
}

#[test]
fn r16_a_response_without_our_cookie_is_left_alone() {
    let (headers, log) = logged(|| headers(&touched_answer(), &["Cookie"], &["public, max-age=60"]));

    assert_eq!(headers, []);
    assert_eq!(log, "");
}

#[test]
fn r16_a_cache_control_of_its_own_is_left_alone() {
    for there in ["no-store", "private", "max-age=60", "no-cache, max-age=0", "s-maxage=1, publicity", "x=public"] {
        let (header, log) = logged(|| header(&changed_answer(), "cache-control", &[], &[there]));

        assert_eq!(header, None, "{there}");
        assert_eq!(log, "", "{there}");
    }
}

#[test]
fn r16_one_that_says_public_is_left_alone_and_logged_at_warn() {
    for there in
        [&["public"][..], &["Public"], &["max-age=60, public"], &["max-age=60,PUBLIC ,x"], &["max-age=60", "public"]]
    {
        let (header, log) = logged(|| header(&changed_answer(), "cache-control", &[], there));

        assert_eq!(header, None, "{there:?}");
        assert_eq!(lines(&log, "WARN").len(), 1, "{there:?}: {log}");
        assert!(log.contains("public"), "{log}");
    }
}

// 17, as far as this crate decides it: the answer does not depend on how the request went

#[test]
fn r17_what_was_changed_before_an_error_is_saved() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let handler = || -> Result<(), SessionError> {
        session.insert("failures", 1)?;
        session.get::<String>("a")?;
        session.insert("successes", 1)
    };

    handler().unwrap_err();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"failures":1}"#);
}

#[test]
fn r17_what_was_changed_before_a_panic_is_saved() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        session.insert("a", 2).unwrap();
        panic!("the handler's own");
    }));

    assert!(panicked.is_err());
    assert_eq!(saved_data(&manager, &session), r#"{"a":2}"#);
}

// 18

#[test]
fn r18_of_two_requests_at_once_the_last_answer_wins() {
    let manager = manager();
    let mut browser = Browser::default();
    browser.visits(&manager, NOW, |s| s.insert("a", 0).unwrap());
    let first = browser.opens(&manager, NOW);
    let second = browser.opens(&manager, NOW);
    first.insert("first", 1).unwrap();
    second.insert("second", 2).unwrap();

    browser.receives(save(&manager, &second).as_deref(), NOW);
    browser.receives(save(&manager, &first).as_deref(), NOW);

    assert_eq!(browser.opens(&manager, NOW).keys(), ["a", "first"]);
}

#[test]
fn r18_a_request_that_only_read_overwrites_no_change() {
    let manager = manager_of(refreshing(1800));
    let mut browser = Browser::default();
    browser.visits(&manager, NOW - 1800, |s| s.insert("a", 0).unwrap());
    let reader = browser.opens(&manager, NOW);
    read(&reader);
    let writer = browser.opens(&manager, NOW);
    writer.insert("a", 1).unwrap();

    browser.receives(save(&manager, &writer).as_deref(), NOW);
    browser.receives(save(&manager, &reader).as_deref(), NOW);

    assert_eq!(browser.opens(&manager, NOW).get("a"), Ok(Some(1)));
}

#[test]
fn r18_a_re_sign_after_rotation_counts_as_an_answer_too() {
    let manager = rotated(CookieConfig::default());
    let mut browser = Browser::default();
    browser.receives(Some(&old_cookie(r#"{"a":0}"#, NOW)), NOW);
    let reader = browser.opens(&manager, NOW);
    read(&reader);
    let writer = browser.opens(&manager, NOW);
    writer.insert("a", 1).unwrap();

    browser.receives(save(&manager, &writer).as_deref(), NOW);
    browser.receives(save(&manager, &reader).as_deref(), NOW);

    assert_eq!(browser.opens(&manager, NOW).get("a"), Ok(Some(0)), "documented, not hidden");
}
