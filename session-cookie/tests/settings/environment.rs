//! `SessionSettings::from_env`. The environment belongs to the process, so `with_env` runs each case in another.

use std::ffi::OsStr;

use session_cookie::CookieConfig;

use super::{SENSELESS, UNREADABLE};
use crate::common::environment::with_env;
use crate::common::settings::*;
use crate::common::*;

const NOTHING: [(&str, &str); 0] = [];

fn config() -> CookieConfig {
    from_env().cookie_config().unwrap()
}

#[test]
fn env_without_variables_is_the_defaults_without_keys() {
    with_env(env_without_variables_is_the_defaults_without_keys, &NOTHING, || {
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
        ("SESSION_DOMAIN", "none"),
        ("SESSION_MAX_LIFETIME", "none"),
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
        ("session_name", "x y"),
        ("SESSION_FROM_ENV", "false"),
    ];
    with_env(env_ignores_variables_that_begin_alike, &variables, || {
        assert_eq!(config(), CookieConfig::default());
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
