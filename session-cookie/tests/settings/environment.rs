//! `SessionSettings::from_env`. The environment belongs to the process, so `with_env` runs each case in another.

use std::ffi::OsStr;

use session_cookie::{CookieConfig, SameSite};

use super::{OPTIONS, SENSELESS, UNREADABLE};
use crate::common::environment::{NO_VARIABLES, with_env};
use crate::common::settings::*;
use crate::common::*;

fn config() -> CookieConfig {
    from_env().cookie_config().unwrap()
}

#[test]
fn env_without_variables_is_the_defaults_without_keys() {
    with_env(env_without_variables_is_the_defaults_without_keys, &NO_VARIABLES, || {
        assert_eq!(config(), CookieConfig::default());
        assert!(!from_env().has_keys());
        refusal(from_env(), &["SESSION_SECRET_KEY is missing"]);
    });
}

#[test]
fn env_reads_every_documented_variable() {
    let variables = [
        ("SESSION_SECRET_KEY", SECRET),
        ("SESSION_FALLBACK_KEYS", OLD_SECRET),
        ("SESSION_NAME", "id"),
        ("SESSION_MAX_AGE", "60"),
        ("SESSION_DEFAULT_LIFETIME", "60"),
        ("SESSION_PATH", "/app"),
        ("SESSION_DOMAIN", "example.com"),
        ("SESSION_SECURE", "true"),
        ("SESSION_HTTP_ONLY", "false"),
        ("SESSION_SAME_SITE", "none"),
        ("SESSION_PARTITIONED", "true"),
        ("SESSION_REFRESH", "30"),
        ("SESSION_MAX_LIFETIME", "120"),
    ];
    with_env(env_reads_every_documented_variable, &variables, || {
        assert_eq!(config(), everything());
        assert!(from_env().has_keys());
        assert!(manager_from(from_env()).is_ok());
    });
}

#[test]
fn env_none_means_none() {
    let variables = [
        ("SESSION_SECRET_KEY", SECRET),
        ("SESSION_FALLBACK_KEYS", "none"),
        ("SESSION_MAX_AGE", "none"),
        ("SESSION_DEFAULT_LIFETIME", "none"),
        ("SESSION_DOMAIN", "none"),
        ("SESSION_MAX_LIFETIME", "None"),
    ];
    with_env(env_none_means_none, &variables, || {
        assert_eq!(config(), CookieConfig::default().with_max_age(None));
        assert!(manager_from(from_env()).is_ok());
    });
}

#[test]
fn env_ignores_variables_that_begin_alike() {
    let variables = [
        ("SESSION_SECRET_KEY", SECRET),
        ("SESSION_MANAGER", "local/desktop:@/tmp/.ICE-unix/1"),
        ("SESSION_MAX_AGES", "x"),
        ("SESSION_", "x"),
        ("SESSION_ID", "x"),
        ("SESSION_COOKIE", "x"),
        ("SESSION_COOKIE_", "x"),
        ("XDG_SESSION_NAME", "x"),
        ("NAME", "x"),
        ("SESSION_FROM_ENV", "false"),
    ];
    with_env(env_ignores_variables_that_begin_alike, &variables, || {
        let (config, log) = logged(config);
        assert_eq!((config, log.as_str()), (CookieConfig::default(), ""));
        assert!(manager_from(from_env()).is_ok());
    });
}

#[test]
fn env_fallback_keys_are_separated_by_commas() {
    let two = format!("{OLD_SECRET},{SECRET}");
    let variables = [("SESSION_SECRET_KEY", "a third secret of 32 bytes or more"), ("SESSION_FALLBACK_KEYS", &two)];
    with_env(env_fallback_keys_are_separated_by_commas, &variables, || {
        let manager = manager_from(from_env()).unwrap();
        for secret in [OLD_SECRET, SECRET] {
            assert_eq!(manager.load([signed_by(secret)]).get("a"), Ok(Some(1)));
        }
    });
}

#[test]
fn env_a_wrong_setting_is_one_line_that_names_the_variable_and_the_fix() {
    for (option, value, fix) in [&UNREADABLE[..], &SENSELESS].concat() {
        let variable = format!("SESSION_{}", option.to_uppercase());
        let variables = [("SESSION_SECRET_KEY", SECRET), (&variable, value)];
        with_env(env_a_wrong_setting_is_one_line_that_names_the_variable_and_the_fix, &variables, || {
            refusal(from_env(), &[&variable, fix]);
        });
    }
}

#[cfg(unix)]
#[test]
fn env_a_variable_that_is_not_unicode_and_not_ours_is_ignored() {
    use std::os::unix::ffi::OsStrExt as _;
    let variables = [("SESSION_MANAGER", OsStr::from_bytes(b"\xff"))];
    with_env(env_a_variable_that_is_not_unicode_and_not_ours_is_ignored, &variables, || {
        assert_eq!(config(), CookieConfig::default());
    });
}

// Variables as other frameworks write them

#[test]
fn env_a_variable_that_is_near_a_documented_one_is_warned_of_by_the_right_name() {
    for (near, right) in [
        ("SESSION_COOKIE_SECURE", "SESSION_SECURE"),
        ("SESSION_SAMESITE", "SESSION_SAME_SITE"),
        ("SESSION_HTTPONLY", "SESSION_HTTP_ONLY"),
        ("SESSION_COOKIE_HTTPONLY", "SESSION_HTTP_ONLY"),
        ("SESSION_COOKIE_SAMESITE", "SESSION_SAME_SITE"),
        ("SESSION_COOKIE_SAME_SITE", "SESSION_SAME_SITE"),
        ("SESSION_COOKIE_NAME", "SESSION_NAME"),
        ("SESSION_SECURE_COOKIE", "SESSION_SECURE"),
        ("SESSION_MAXAGE", "SESSION_MAX_AGE"),
        ("SESSION_SECRETKEY", "SESSION_SECRET_KEY"),
        ("SESSION_FALLBACK_KEYSFILE", "SESSION_FALLBACK_KEYS_FILE"),
    ] {
        let variables = [(near, "hunter2")];
        with_env(env_a_variable_that_is_near_a_documented_one_is_warned_of_by_the_right_name, &variables, || {
            let (config, log) = logged(config);
            assert_eq!(config, CookieConfig::default(), "it is not read");
            let [line] = log.lines().collect::<Vec<_>>()[..] else { panic!("{log}") };
            let end = format!("a variable is not read, since its name is misspelt variable={near:?} meant={right:?}");
            assert!(line.ends_with(&end), "{line}");
            assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
        });
    }
}

#[cfg(unix)]
#[test]
fn env_a_variable_in_lower_case_is_warned_of() {
    with_env(env_a_variable_in_lower_case_is_warned_of, &[("session_name", "x y")], || {
        let (config, log) = logged(config);
        assert_eq!(config, CookieConfig::default(), "it is not read");
        assert!(log.ends_with("variable=\"session_name\" meant=\"SESSION_NAME\"\n"), "{log}");
    });
}

#[test]
fn env_a_documented_variable_is_no_reason_for_a_warning() {
    let variables = [("SESSION_SECURE", "true"), ("SESSION_SAME_SITE", "lax"), ("SESSION_SECRET_KEY_FILE", "/nowhere")];
    with_env(env_a_documented_variable_is_no_reason_for_a_warning, &variables, || {
        assert_eq!(logged(from_env).1, "");
    });
}

// Blank, presets, and words in any case

#[test]
fn env_a_blank_variable_is_not_set() {
    let all = OPTIONS.map(|option| format!("SESSION_{}", option.to_ascii_uppercase()));
    let all = all.each_ref().map(|variable| (variable.as_str(), ""));
    with_env(env_a_blank_variable_is_not_set, &all, || {
        assert_eq!(config(), CookieConfig::default());
        assert!(!from_env().has_keys());
        refusal(from_env(), &["SESSION_SECRET_KEY is missing"]);
    });
}

#[test]
fn env_one_variable_is_for_production() {
    for hardened in ["hardened", "Hardened", "HARDENED"] {
        with_env(env_one_variable_is_for_production, &[("SESSION_PRESET", hardened)], || {
            assert_eq!(config(), CookieConfig::hardened());
        });
    }
}

#[test]
fn env_options_override_the_preset_whose_words_are_in_any_case() {
    let variables = [
        ("SESSION_PRESET", "hardened"),
        ("SESSION_NAME", "__Secure-id"),
        ("SESSION_MAX_AGE", "NONE"),
        ("SESSION_SAME_SITE", "LAX"),
        ("SESSION_HTTP_ONLY", "False"),
        ("SESSION_REFRESH", "On_Change"),
    ];
    with_env(env_options_override_the_preset_whose_words_are_in_any_case, &variables, || {
        let expected = CookieConfig::hardened()
            .with_name("__Secure-id")
            .with_max_age(None)
            .with_same_site(SameSite::Lax)
            .with_http_only(false);
        assert_eq!(config(), expected);
    });
}
