//! Rule 22: which maximum ages, lifetimes and refreshes are refused, what the defaults are, and what is warned of.

use std::time::Duration;

use session_cookie::{ConfigError, CookieConfig, Key, Refresh, SameSite, SessionManager};

use crate::common::config::*;
use crate::common::environment::{NO_VARIABLES, with_env};
use crate::common::settings::parse;
use crate::common::*;

#[test]
fn r22_a_max_age_is_of_whole_seconds_and_at_least_one() {
    for max_age in [1, 60, 3600, 31_536_000, u64::MAX] {
        assert_accepted(default().with_max_age(seconds(max_age)));
    }
    for max_age in [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_millis(999),
        Duration::from_millis(1500),
        Duration::new(3600, 1),
        Duration::MAX,
    ] {
        let error = assert_refused(
            default().with_max_age(max_age),
            &["max_age", &format!("{} s", max_age.as_secs_f64()), "give whole seconds"],
        );

        assert_eq!(error, ConfigError::MaxAge(max_age));
    }
}

#[test]
fn r22_a_max_lifetime_is_of_whole_seconds_and_not_below_max_age() {
    for max_lifetime in [seconds(3600), seconds(3601), seconds(u64::MAX)] {
        assert_accepted(default().with_max_lifetime(max_lifetime));
    }
    for max_lifetime in [Duration::ZERO, Duration::from_millis(7_200_500), seconds(3599), Duration::from_nanos(1)] {
        let words = ["max_lifetime", &format!("{} s", max_lifetime.as_secs_f64()), "give whole seconds"];
        assert_eq!(
            assert_refused(default().with_max_lifetime(max_lifetime), &words),
            ConfigError::MaxLifetime(max_lifetime)
        );
    }
    assert_accepted(default().with_max_age(None).with_max_lifetime(seconds(1)));
    assert_refused(default().with_max_age(None).with_max_lifetime(Duration::ZERO), &["max_lifetime"]);
}

#[test]
fn r22_a_default_lifetime_is_of_whole_seconds_and_not_above_max_age() {
    for default_lifetime in [seconds(1), seconds(3600)] {
        assert_accepted(default().with_default_lifetime(default_lifetime));
    }
    for default_lifetime in [Duration::ZERO, Duration::from_millis(1500), seconds(3601), seconds(u64::MAX)] {
        assert_eq!(
            assert_refused(
                default().with_default_lifetime(default_lifetime),
                &["default_lifetime", "give whole seconds"]
            ),
            ConfigError::DefaultLifetime(default_lifetime)
        );
    }
    let without_max_age = default().with_max_age(None);
    assert_accepted(without_max_age.clone().with_default_lifetime(seconds(u64::MAX)));
    let limited = without_max_age.with_max_lifetime(seconds(100));
    assert_accepted(limited.clone().with_default_lifetime(seconds(100)));
    assert_refused(limited.with_default_lifetime(seconds(101)), &["default_lifetime"]);
}

#[test]
fn r22_a_default_lifetime_of_more_than_400_days_is_warned_of_and_max_age_is_sent_no_larger() {
    let days = |days: u64| seconds(days * 24 * 60 * 60);
    let config = |lifetime| default().with_max_age(None).with_default_lifetime(lifetime);
    let max_age_of = |lifetime| {
        let manager = manager_of(config(lifetime));
        let session = manager.new_session();
        session.insert("a", 1).unwrap();
        max_age(&save(&manager, &session).unwrap())
    };

    assert_eq!(max_age_of(days(400)), Some(days(400).as_secs()));
    assert_eq!(max_age_of(days(401)), Some(days(400).as_secs()));
    let warnings = |lifetime| lines(&logged(|| build(config(lifetime)).unwrap()).1, "WARN").len();
    assert_eq!((warnings(days(400)), warnings(days(401))), (0, 1));
}

#[test]
fn r22_a_refresh_comes_before_the_session_has_expired() {
    for after in [Duration::ZERO, seconds(1), seconds(3599)] {
        assert_accepted(default().with_refresh(Refresh::After(after)));
    }
    for after in [seconds(3600), seconds(3601), Duration::MAX] {
        let words = ["refresh", &format!("{} s", after.as_secs_f64()), "give a time below max_age"];
        assert_eq!(assert_refused(default().with_refresh(Refresh::After(after)), &words), ConfigError::Refresh(after));
    }
}

#[test]
fn r22_a_refresh_beside_a_max_lifetime_alone_comes_before_its_end() {
    let config = default().with_max_age(None).with_max_lifetime(seconds(100));

    assert_accepted(config.clone().with_refresh(Refresh::After(seconds(99))));
    assert_refused(config.with_refresh(Refresh::After(seconds(100))), &["refresh"]);
}

#[test]
fn r22_no_max_age_and_no_max_lifetime_is_allowed_and_warned_of_once() {
    let (manager, log) = logged(|| {
        let manager =
            build(default().with_max_age(None)).unwrap().with_fallback_keys([old_key()]).unwrap().with_clock(now);
        for _ in 0..3 {
            let session = manager.clone().load(NO_HEADERS);
            session.insert("a", 1).unwrap();
            assert_eq!(attributes(&save(&manager, &session).unwrap()), "Path=/; HttpOnly; SameSite=Lax");
        }
        manager
    });

    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    assert!(log.contains("max_age") && log.contains("max_lifetime") && log.contains("for ever"), "{log}");
    assert_eq!(manager.load([cookie_of(r#"{"a":1}"#, 0)]).get("a"), Ok(Some(1)), "it is good for ever");
}

#[test]
fn r22_either_of_the_two_needs_no_warning() {
    let (_, log) = logged(|| {
        build(default()).unwrap();
        build(default().with_max_age(None).with_max_lifetime(seconds(60))).unwrap();
    });

    assert_eq!(lines(&log, "WARN"), [""; 0]);
}

#[test]
fn r22_a_configuration_that_is_refused_logs_nothing() {
    let (_, log) = logged(|| build(default().with_max_age(None).with_name("")).unwrap_err());

    assert_eq!(log, "");
}

#[test]
fn r22_the_defaults_are_those_of_the_table() {
    let config = default()
        .with_name("session")
        .with_max_age(seconds(3600))
        .with_default_lifetime(None)
        .with_path("/")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_partitioned(false)
        .with_refresh(Refresh::OnChange)
        .with_max_lifetime(None);

    assert_eq!(config, default());
}

#[test]
fn r22_hardened_is_for_production_behind_https() {
    let config = default()
        .with_name("__Host-session")
        .with_max_age(seconds(604_800))
        .with_secure(true)
        .with_same_site(SameSite::Strict);

    assert_eq!(config, CookieConfig::hardened());
}

#[test]
fn r22_a_refusal_is_an_error_without_a_source() {
    let error: Box<dyn std::error::Error + Send + Sync> =
        Box::new(build(default().with_name("")).map(|_| ()).unwrap_err());

    assert!(error.source().is_none());
}

// Browsers keep no cookie for more than 400 days

const DAYS_400: u64 = 34_560_000;

#[test]
fn r22_a_refresh_of_more_than_400_days_is_refused() {
    let config = |after| CookieConfig::default().with_max_age(None).with_refresh(Refresh::After(seconds(after)));

    assert_accepted(config(DAYS_400));
    let error = assert_refused(config(DAYS_400 + 1), &["refresh", "400 days"]);
    assert_eq!(error, ConfigError::Refresh(seconds(DAYS_400 + 1)));
}

#[test]
fn r22_a_max_age_of_more_than_400_days_is_warned_of_and_max_age_is_sent_no_larger() {
    for (max_age, warnings) in [(DAYS_400, 0), (DAYS_400 + 1, 1), (u64::MAX, 1)] {
        let config = CookieConfig::default().with_max_age(seconds(max_age));
        let (manager, log) = logged(|| manager_of(config));
        let session = manager.load(NO_HEADERS);
        session.insert("a", 1).unwrap();

        let set_cookie = save(&manager, &session).unwrap();

        assert_eq!(lines(&log, "WARN").len(), warnings, "{log}");
        assert!(set_cookie.contains("; Max-Age=34560000;"), "{set_cookie}");
    }
}

#[test]
fn r22_a_max_lifetime_may_be_longer_since_a_refreshed_session_lives_on() {
    assert_accepted(CookieConfig::default().with_max_lifetime(seconds(DAYS_400 * 2)));
}

// Whether `secure` holds

/// What a process logs at warn that builds managers of these, the first ones in it.
fn warnings_of_a_process(configs: impl IntoIterator<Item = CookieConfig>) -> Vec<String> {
    let (_, log) = log::logged_first(|| {
        let keys = std::iter::repeat_with(|| Key::new(SECRET).unwrap());
        keys.zip(configs).map(|(key, config)| SessionManager::new(key, config).unwrap()).collect::<Vec<_>>()
    });
    lines(&log, "WARN").into_iter().map(str::to_owned).collect()
}

#[test]
fn r22_a_manager_that_was_never_told_whether_secure_holds_warns_once_a_process() {
    with_env(r22_a_manager_that_was_never_told_whether_secure_holds_warns_once_a_process, &NO_VARIABLES, || {
        let warnings = warnings_of_a_process([default(), default().with_name("other"), default()]);

        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(warning.contains("secure is not set") && warning.contains("hardened"), "{warning}");
        assert!(warning.contains(r#"cookie="session""#), "{warning}");
    });
}

#[test]
fn r22_a_manager_that_was_told_whether_secure_holds_warns_of_nothing() {
    with_env(r22_a_manager_that_was_told_whether_secure_holds_warns_of_nothing, &NO_VARIABLES, || {
        let told = ["\"secure\":false", "\"secure\":\"true\"", "\"preset\":\"hardened\""];
        let settings = told.map(|members| parse(&format!("{{{members}}}")).cookie_config().unwrap());
        let code = [default().with_secure(false), default().with_secure(true), CookieConfig::hardened()];

        assert_eq!(warnings_of_a_process(settings.into_iter().chain(code)), [""; 0]);
    });
}

#[test]
fn r22_a_configuration_that_is_refused_does_not_use_up_the_warning() {
    with_env(r22_a_configuration_that_is_refused_does_not_use_up_the_warning, &NO_VARIABLES, || {
        let refused = SessionManager::new(Key::new(SECRET).unwrap(), default().with_name(""));
        assert!(refused.is_err());

        assert_eq!(warnings_of_a_process([default()]).len(), 1);
    });
}
