//! Rules 19 to 22: which configurations are refused, and what the refusal says.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test expects by panicking"
)]

mod common;

use std::time::Duration;

use common::log::{lines, logged};
use common::*;
use session_cookie::{ConfigError, CookieConfig, Refresh, SameSite, SessionManager};

fn default() -> CookieConfig {
    CookieConfig::default()
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn build(config: CookieConfig) -> Result<SessionManager, ConfigError> {
    SessionManager::new(key(), config)
}

fn assert_accepted(config: CookieConfig) {
    if let Err(error) = build(config.clone()) {
        panic!("{config:?}: {error}");
    }
}

/// The message names all of these: the option, its value, and the mend.
fn assert_refused(config: CookieConfig, words: &[&str]) -> ConfigError {
    let error = build(config.clone()).map(|_| ()).expect_err(&format!("{config:?}"));
    let message = error.to_string();
    for word in words {
        assert!(message.contains(word), "{word:?} is missing in {message:?}");
    }
    assert_eq!(message.lines().count(), 1, "one line: {message:?}");
    assert!(message.chars().all(|c| !c.is_control()), "fit for a log: {message:?}");
    error
}

// 19

#[test]
fn r19_a_name_is_an_rfc_6265_token() {
    for name in ["s", "session", "SID_1", "a.b-c", "!#$%&'*+-.^_`|~", "0"] {
        assert_accepted(default().with_name(name));
    }
}

#[test]
fn r19_a_name_that_is_no_token_is_refused() {
    for name in [
        "", " ", "a b", " a", "a ", "a=b", "a;b", "a,b", "a\"b", "a(b", "a)b", "a/b", "a:b", "a<b", "a>b", "a?b",
        "a@b", "a[b", "a]b", "a{b", "a}b", "a\\b", "a\tb", "a\nb", "a\rb", "a\0b", "a\u{7f}b", "é", "a\u{85}b", "🦖",
    ] {
        let error = assert_refused(default().with_name(name), &["name", &format!("{name:?}"), "use letters"]);

        assert_eq!(error, ConfigError::Name(name.to_owned()));
    }
}

#[test]
fn r19_a_path_begins_with_a_slash() {
    for path in ["/", "/app", "/a b", "/a/b,c=d\"e", "/~!*'()"] {
        assert_accepted(default().with_path(path));
    }
    for path in ["", "app", "./", "*", "\\"] {
        assert_eq!(
            assert_refused(default().with_path(path), &["path", &format!("{path:?}"), "begins with `/`"]),
            ConfigError::Path(path.into())
        );
    }
}

#[test]
fn r19_a_path_with_what_would_end_or_change_it_is_refused() {
    for path in [
        "/;",
        "/a; Domain=evil.example",
        "/a\r\nSet-Cookie: x=y",
        "/\0",
        "/\t",
        "/\u{7f}",
        "/é",
        "/🦖",
        "/ ",
        " /",
        "/a ",
        "/a\t",
        "/\u{a0}",
    ] {
        assert_eq!(assert_refused(default().with_path(path), &["path", "give one"]), ConfigError::Path(path.into()));
    }
}

#[test]
fn r19_a_path_of_1024_bytes_is_accepted_and_of_1025_refused() {
    assert_accepted(default().with_path(format!("/{}", "a".repeat(1023))));
    assert_refused(default().with_path(format!("/{}", "a".repeat(1024))), &["path", "1024"]);
}

#[test]
fn r19_a_domain_is_ascii_text() {
    for domain in ["example.com", ".example.com", "localhost", "127.0.0.1", "xn--bcher-kva.example"] {
        assert_accepted(default().with_domain(domain));
    }
}

#[test]
fn r19_an_empty_domain_is_refused() {
    assert_eq!(
        assert_refused(default().with_domain(""), &["domain", "\"\"", "leave it out"]),
        ConfigError::Domain(String::new())
    );
}

#[test]
fn r19_a_domain_with_what_would_end_or_change_it_is_refused() {
    for domain in [
        ";",
        "a;b",
        "a; Path=/x",
        "a\r\nb",
        "a\0",
        "a\tb",
        "a\u{7f}",
        "bücher.example",
        "🦖.example",
        " example.com",
        "example.com ",
        "\texample.com",
        " ",
    ] {
        let error = assert_refused(default().with_domain(domain), &["domain", "give a host name"]);

        assert_eq!(error, ConfigError::Domain(domain.into()));
    }
}

#[test]
fn r19_a_domain_of_1024_bytes_is_accepted_and_of_1025_refused() {
    assert_accepted(default().with_domain("a".repeat(1024)));
    assert_refused(default().with_domain("a".repeat(1025)), &["domain", "1024"]);
}

#[test]
fn r19_the_longest_path_and_domain_leave_room_for_a_session() {
    let config = default().with_path(format!("/{}", "a".repeat(1023))).with_domain("a".repeat(1024));
    let manager = manager_of(config);
    let session = manager.load(NO_HEADERS);

    session.insert("user_id", "42").unwrap();

    assert!(save(&manager, &session).unwrap().len() <= 4096);
}

#[test]
fn r19_a_name_that_leaves_no_room_for_a_session_is_refused() {
    let error = assert_refused(default().with_name("n".repeat(4000)), &["name", "4096", "shorten"]);

    assert!(matches!(error, ConfigError::NoRoom { size, limit: 4096 } if size > 4096));
}

#[test]
fn r19_the_longest_name_leaves_room_for_an_empty_session_and_no_more() {
    assert_accepted(default().with_name("n".repeat(3949)));

    let error = assert_refused(default().with_name("n".repeat(3950)), &["name"]);
    assert_eq!(error, ConfigError::NoRoom { size: 4097, limit: 4096 });
}

// 20

#[test]
fn r20_same_site_none_needs_secure() {
    let config = default().with_same_site(SameSite::None);

    let error = assert_refused(config.clone(), &["same_site is none", "secure is false", "set secure to true"]);

    assert_eq!(error, ConfigError::SameSiteNoneNeedsSecure);
    assert_accepted(config.with_secure(true));
}

#[test]
fn r20_partitioned_needs_secure() {
    let config = default().with_partitioned(true);

    let error = assert_refused(config.clone(), &["partitioned is true", "secure is false", "set secure to true"]);

    assert_eq!(error, ConfigError::PartitionedNeedsSecure);
    assert_accepted(config.with_secure(true));
}

#[test]
fn r20_lax_and_strict_do_not_need_it() {
    assert_accepted(default().with_same_site(SameSite::Lax));
    assert_accepted(default().with_same_site(SameSite::Strict));
}

// 21

fn assert_prefix_needs(config: CookieConfig, name: &str, mend: &str) {
    let error = assert_refused(config, &["name", &format!("{name:?}"), mend]);
    assert!(matches!(error, ConfigError::Prefix { .. }));
}

#[test]
fn r21_secure_prefix_needs_secure() {
    for name in ["__Secure-session", "__secure-session", "__SECURE-x", "__sEcUrE-"] {
        assert_prefix_needs(default().with_name(name), name, "secure = true");
        assert_accepted(
            default()
                .with_name(name)
                .with_secure(true)
                .with_domain("example.com")
                .with_path("/app")
                .with_http_only(false),
        );
    }
}

#[test]
fn r21_host_prefix_needs_secure_no_domain_and_the_root_path() {
    for name in ["__Host-session", "__host-session", "__HOST-x", "__hOsT-"] {
        let good = default().with_name(name).with_secure(true);
        assert_accepted(good.clone().with_http_only(false));
        assert_prefix_needs(good.clone().with_secure(false), name, "secure = true");
        assert_prefix_needs(good.clone().with_domain("example.com"), name, "no domain");
        assert_prefix_needs(good.with_path("/app"), name, "path = \"/\"");
    }
}

#[test]
fn r21_http_prefix_needs_secure_and_http_only() {
    for name in ["__Http-session", "__http-session", "__HTTP-x", "__hTtP-"] {
        let good = default().with_name(name).with_secure(true);
        assert_accepted(good.clone().with_domain("example.com").with_path("/app"));
        assert_prefix_needs(good.clone().with_secure(false), name, "secure = true");
        assert_prefix_needs(good.with_http_only(false), name, "http_only = true");
    }
}

#[test]
fn r21_host_http_prefix_needs_everything() {
    for name in ["__Host-Http-session", "__host-http-session", "__HOST-HTTP-x", "__hOsT-hTtP-"] {
        let good = default().with_name(name).with_secure(true);
        assert_accepted(good.clone());
        assert_prefix_needs(good.clone().with_secure(false), name, "secure = true");
        assert_prefix_needs(good.clone().with_http_only(false), name, "http_only = true");
        assert_prefix_needs(good.clone().with_domain("example.com"), name, "no domain");
        assert_prefix_needs(good.with_path("/app"), name, "path = \"/\"");
    }
}

#[test]
fn r21_what_only_looks_like_a_prefix_needs_nothing() {
    for name in ["_Host-x", "Host-x", "__Host", "__Hostx", "__Secure_x", "x__Host-y", "___Host-x", "__Http_"] {
        assert_accepted(default().with_name(name).with_domain("example.com").with_http_only(false));
    }
}

#[test]
fn r21_hardened_is_accepted_as_it_is() {
    assert_accepted(CookieConfig::hardened());
}

// 22

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
            &["max_age", &format!("{max_age:?}"), "give whole seconds"],
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
        let words = ["max_lifetime", &format!("{max_lifetime:?}"), "give whole seconds"];
        assert_eq!(
            assert_refused(default().with_max_lifetime(max_lifetime), &words),
            ConfigError::MaxLifetime(max_lifetime)
        );
    }
    assert_accepted(default().with_max_age(None).with_max_lifetime(seconds(1)));
    assert_refused(default().with_max_age(None).with_max_lifetime(Duration::ZERO), &["max_lifetime"]);
}

#[test]
fn r22_a_refresh_comes_before_the_session_has_expired() {
    for after in [Duration::ZERO, seconds(1), seconds(3599)] {
        assert_accepted(default().with_refresh(Refresh::After(after)));
    }
    for after in [seconds(3600), seconds(3601), Duration::MAX] {
        let words = ["refresh", &format!("{after:?}"), "give a time below max_age"];
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
        let manager = build(default().with_max_age(None))
            .unwrap()
            .with_fallback_key(old_key())
            .with_clock(|| session_cookie::UnixTime::from_secs(NOW));
        for _ in 0..3 {
            let session = manager.clone().load(NO_HEADERS);
            session.insert("a", 1).unwrap();
            assert_eq!(attributes(&save(&manager, &session).unwrap()), "Path=/; HttpOnly; SameSite=Lax");
        }
        manager
    });

    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    assert!(log.contains("max_age") && log.contains("max_lifetime") && log.contains("for ever"), "{log}");
    assert_eq!(
        manager.load([format!("session={}", token(r#"{"a":1}"#, 0))]).get("a"),
        Ok(Some(1)),
        "it is good for ever"
    );
}

#[test]
fn r22_either_of_the_two_needs_no_warning() {
    let (_, log) = logged(|| {
        build(default()).unwrap();
        build(default().with_max_age(None).with_max_lifetime(seconds(60))).unwrap();
    });

    assert_eq!(log, "");
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
        .with_path("/")
        .with_secure(false)
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
