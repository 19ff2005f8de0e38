//! What the events about a request's session say, beside their names, which the guide's page about the log has.

use std::collections::BTreeMap;
use std::time::Duration;

use session_cookie::{CookieConfig, Lifetime, Refresh, Session, SessionError, SessionManager};

use crate::common::*;

/// The log of touching the session of a request.
fn log_of(manager: &SessionManager, header: &str) -> String {
    logged(|| manager.load([header]).len()).1
}

/// The end of the only line, from this field on.
#[track_caller]
fn only_line(log: &str, event: &str) -> String {
    let [line] = log.lines().collect::<Vec<_>>()[..] else { panic!("{log}") };
    let (level, fields) = line.split_once(event).unwrap_or_else(|| panic!("{line}"));
    assert!(level.contains(" DEBUG "), "{line}");
    fields.trim_start().to_owned()
}

#[test]
fn an_expired_cookie_is_logged_with_its_age_and_the_limit_that_it_has_passed() {
    let limits = CookieConfig::default().with_max_age(seconds(3600)).with_default_lifetime(seconds(600));
    let limits = limits.with_max_lifetime(seconds(7200));
    for (envelope, limit) in [
        (format!(r#"{{"d":{{"a":1}},"t":{}}}"#, NOW - 601), "age=601.0 limit=600.0"),
        (format!(r#"{{"d":{{"a":1}},"t":{},"m":60}}"#, NOW - 61), "age=61.0 limit=60.0"),
        (format!(r#"{{"d":{{"a":1}},"t":{},"m":9000}}"#, NOW - 3601), "age=3601.0 limit=3600.0"),
        (format!(r#"{{"d":{{"a":1}},"t":{},"c":{}}}"#, NOW - 1, NOW - 7201), "age=7201.0 limit=7200.0"),
        (format!(r#"{{"d":{{"a":1}},"t":{}.9999}}"#, NOW - 601), "age=600.001 limit=600.0"),
        (format!(r#"{{"d":{{"a":1}},"t":{}.999999999}}"#, NOW - 601), "age=600.001 limit=600.0"),
    ] {
        let log = log_of(&manager_of(limits.clone()), &signed_cookie(&envelope));

        let fields = only_line(&log, "session cookie rejected");
        assert!(fields.contains(r#"reason="expired""#) && fields.ends_with(limit), "{envelope}: {fields}");
    }
}

#[test]
fn a_cookie_from_the_future_is_logged_with_an_age_below_zero() {
    let manager = manager();
    log_of(&manager, &cookie_of("{}", NOW + 61)); // With a warning, once a minute.

    let log = log_of(&manager, &cookie_of("{}", NOW + 75));

    let fields = only_line(&log, "session cookie rejected");
    assert!(fields.contains(r#"reason="issued in future""#) && fields.ends_with("age=-75.0 limit=-60.0"), "{fields}");
}

#[test]
fn a_cookie_that_is_just_from_the_future_is_logged_beyond_the_limit_whatever_else_is_old() {
    for (config, envelope, expected) in [
        (CookieConfig::default(), format!(r#"{{"d":{{}},"t":{}.0000001}}"#, NOW + 60), "age=-60.001 limit=-60.0"),
        (
            CookieConfig::default().with_max_lifetime(seconds(7200)),
            format!(r#"{{"d":{{}},"t":{},"c":{}}}"#, NOW + 75, NOW - 8000),
            "age=-75.0 limit=-60.0",
        ),
    ] {
        let (_, log) = logged(|| manager_of(config).load([signed_cookie(&envelope)]).len());

        let line = log.lines().find(|line| line.contains("session cookie rejected")).unwrap();
        assert!(line.contains(r#"reason="issued in future""#) && line.ends_with(expected), "{line}");
    }
}

#[test]
fn a_good_cookie_that_is_a_little_ahead_has_an_age_below_zero() {
    let log = log_of(&manager(), &signed_cookie(format!(r#"{{"d":{{}},"t":{NOW}.0005}}"#)));

    assert!(only_line(&log, "session cookie verified").ends_with("age=-0.001"), "{log}");
}

#[test]
fn a_cookie_that_is_no_token_has_no_age() {
    let fields = only_line(&log_of(&manager(), "session=junk"), "session cookie rejected");

    assert_eq!(fields, format!(r#"cookie="session" reason="malformed" key="{}""#, key().fingerprint()));
}

#[test]
fn a_good_cookie_is_logged_with_the_key_that_signed_it_and_its_age() {
    let manager = rotated(CookieConfig::default());
    for (secret, key) in [(SECRET, key()), (OLD_SECRET, old_key())] {
        let token = sign(secret, envelope(r#"{"a":1}"#, NOW - 5));

        let log = log_of(&manager, &format!("session={token}"));

        let fields = only_line(&log, "session cookie verified");
        assert_eq!(fields, format!(r#"cookie="session" key="{}" age=5.0"#, key.fingerprint()));
    }
}

#[test]
fn a_request_without_the_cookie_is_logged_with_the_names_of_the_others_and_none_of_their_values() {
    let log = log_of(&manager(), "theme=hunter2; sessions=hunter2;hunter2; a b =hunter2=x; =hunter2; \"q\"=hunter2");

    let fields = only_line(&log, "session cookie missing");
    assert_eq!(fields, r#"cookie="session" others=["theme", "sessions", "a b", "", "\"q\""]"#);
}

#[test]
fn of_the_names_of_other_cookies_the_log_gets_16_of_64_bytes_without_control_characters() {
    let names = format!("{}=1; \u{1b}[31m\n=2; {}", "x".repeat(5000), "a=1; ".repeat(500));

    let log = log_of(&manager(), &names);

    let fields = only_line(&log, "session cookie missing");
    assert!(fields.contains(&format!("[\"{}\", ", "x".repeat(64))), "{fields}");
    assert_eq!(fields.matches("\", \"").count() + 1, 16, "{fields}");
    assert!(fields.chars().all(|char| !char.is_control()), "{fields}");
}

#[test]
fn other_cookies_beside_the_session_are_not_logged() {
    let log = log_of(&manager(), &format!("theme=dark; {}", cookie(r#"{"a":1}"#)));

    assert!(!log.contains("theme") && only_line(&log, "session cookie verified").contains("age=0.0"), "{log}");
}

#[test]
fn a_session_that_no_request_brought_misses_no_cookie() {
    let (_, log) = logged(|| manager().new_session().insert("a", 1));

    assert_eq!(lines(&log, "DEBUG"), [""; 0]);
}

#[test]
fn why_a_cookie_is_set_is_logged() {
    let unchanged: fn(&Session) = |session| _ = session.len();
    let aged = || cookie_of(r#"{"a":1}"#, NOW - 5);
    let old = || old_cookie(r#"{"a":1}"#, NOW - 5);
    for (manager, header, change, why) in [
        (manager(), String::new(), (|s| s.insert("a", 1).unwrap()) as fn(&Session), Some("changed")),
        (manager(), aged(), |s| s.set_lifetime(Lifetime::BrowserSession).unwrap(), Some("changed")),
        (manager(), aged(), |s| s.renew(), Some("renewed")),
        (manager(), aged(), |s| s.clear(), Some("removed")),
        (manager(), String::new(), |s| s.clear(), Some("removed")),
        (manager_of(refreshing(4)), aged(), unchanged, Some("refreshed")),
        (
            manager_of(CookieConfig::default().with_refresh(Refresh::After(seconds(0)))),
            aged(),
            unchanged,
            Some("refreshed"),
        ),
        (rotated(CookieConfig::default()), old(), unchanged, Some("re-signed")),
        (rotated(refreshing(4)), old(), unchanged, Some("re-signed")),
        (manager(), aged(), unchanged, None),
        (manager(), String::new(), unchanged, None),
    ] {
        let session = manager.load([&header]);
        change(&session);

        let answer = manager.save(&session).unwrap();
        let (headers, log) = logged(|| answer.headers(|_| [""; 0]));

        assert_eq!(headers.iter().any(|header| header.name == "set-cookie"), why.is_some(), "{why:?}");
        match why {
            Some(why) => {
                assert_eq!(only_line(&log, "session cookie set"), format!(r#"cookie="session" why="{why}""#));
            }
            None => assert_eq!(log, ""),
        }
    }
}

#[test]
fn a_change_that_is_refused_is_logged_once() {
    let (_, session) = session_with(r#"{"a":1}"#);
    assert_eq!(session.len(), 1);
    let large = "x".repeat(5000);
    let whole = BTreeMap::from([("b", &large)]);
    let unserializable = BTreeMap::from([([1, 2], 3)]);
    let calls: [&dyn Fn() -> Option<SessionError>; 11] = [
        &|| session.insert("b", &large).err(),
        &|| session.insert("b", &unserializable).err(),
        &|| session.extend([("b", &large)]).err(),
        &|| session.extend([("b", &unserializable)]).err(),
        &|| session.take::<String>("a").err(),
        &|| session.get_or_insert_with("b", || large.clone()).err(),
        &|| session.update("b", |b: &mut String| b.push_str(&large)).err(),
        &|| session.write(&whole).err(),
        &|| session.write("text").err(),
        &|| session.modify(|b: &mut BTreeMap<String, String>| b.clear()).err(),
        &|| session.set_lifetime(Lifetime::For(Duration::ZERO)).err(),
    ];
    for call in calls {
        let (error, log) = logged(call);

        let fields = only_line(&log, "session change refused");
        assert_eq!(fields, format!(r#"cookie="session" error={}"#, error.unwrap()));
    }
}

#[test]
fn a_change_after_the_headers_is_logged_once() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    assert_eq!(session.len(), 1);
    let _ = manager.save(&session).unwrap();
    let calls: [&dyn Fn() -> Option<SessionError>; 2] = [&|| session.insert("b", 1).err(), &|| session.discard().err()];
    for call in calls {
        let (error, log) = logged(call);

        let fields = only_line(&log, "session change refused");
        assert_eq!(fields, format!(r#"cookie="session" error={}"#, error.unwrap()));
    }
}

#[test]
fn keys_that_are_exchanged_are_told_from_those_of_the_start() {
    let (manager, built) = logged(manager);
    let ((), exchanged) = logged(|| manager.set_keys(old_key(), [key()]).unwrap());

    assert!(built.contains(r#"cookie="session" exchanged=false "#), "{built}");
    assert!(exchanged.contains(r#"cookie="session" exchanged=true "#), "{exchanged}");
}

#[test]
fn a_cookie_that_no_response_carries_is_not_logged_as_set() {
    let (manager, session) = new_session();
    session.insert("a", 1).unwrap();

    let (_, log) = logged(|| manager.save(&session).unwrap());

    assert_eq!(log, "");
}
