//! `SessionSettings::from_env`. The environment belongs to the process, so each case runs in a process of its own.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test expects by panicking"
)]

mod common;

use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::time::Duration;

use common::{NOW, OLD_SECRET, SECRET};
use session_cookie::{CookieConfig, Refresh, SameSite, SessionManager, SessionSettings, SettingsError, UnixTime};

const CASE: &str = "RULES_OF_THE_ENVIRONMENT_CASE";

/// Runs `body` with these variables and no others that begin with `SESSION_`: in this very test, in a child process.
fn with_env<V: AsRef<OsStr>>(test: &str, variables: &[(&str, V)], body: impl FnOnce()) {
    let all: Vec<(&str, &OsStr)> = variables.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    let case = format!("{test} {all:?}");
    match env::var(CASE) {
        Ok(running) if running == case => {
            body();
            println!("done: {case}");
        }
        Ok(_) => {}
        Err(_) => {
            let mut child = Command::new(env::current_exe().unwrap());
            for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SESSION_")) {
                child.env_remove(name);
            }
            let output = child.args(["--exact", test, "--nocapture"]).env(CASE, &case).envs(all).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{case}\n{text}\n{errors}");
            assert!(text.contains(&format!("done: {case}")), "the case did not run: {case}\n{text}");
        }
    }
}

const NOTHING: [(&str, &str); 0] = [];

fn settings() -> SessionSettings {
    SessionSettings::from_env().unwrap()
}

fn config() -> CookieConfig {
    settings().cookie_config().unwrap()
}

fn refusal() -> String {
    let error = SessionManager::try_from(settings()).map(|_| ()).unwrap_err();
    let message = error.to_string();
    assert_eq!(message.lines().count(), 1, "{message:?}");
    message
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn env_without_variables_is_the_defaults_without_keys() {
    with_env("env_without_variables_is_the_defaults_without_keys", &NOTHING, || {
        assert_eq!(config(), CookieConfig::default());
        assert!(!settings().has_keys());
        let message = refusal();
        assert!(message.contains("SESSION_SECRET_KEY is missing"), "{message}");
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
    with_env("env_reads_every_documented_variable", &variables, || {
        let expected = CookieConfig::default()
            .with_name("id")
            .with_max_age(seconds(60))
            .with_path("/app")
            .with_domain("example.com")
            .with_secure(true)
            .with_http_only(false)
            .with_same_site(SameSite::None)
            .with_partitioned(true)
            .with_refresh(Refresh::After(seconds(30)))
            .with_max_lifetime(seconds(120));
        assert_eq!(config(), expected);
        assert!(settings().has_keys());
        assert!(SessionManager::try_from(settings()).is_ok());
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
    with_env("env_none_means_none", &variables, || {
        assert_eq!(config(), CookieConfig::default().with_max_age(None));
        assert!(SessionManager::try_from(settings()).is_ok());
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
    with_env("env_ignores_variables_that_begin_alike", &variables, || {
        assert_eq!(config(), CookieConfig::default());
        assert!(SessionManager::try_from(settings()).is_ok());
    });
}

#[test]
fn env_fallback_keys_are_separated_by_commas() {
    let two = format!("{OLD_SECRET},{SECRET}");
    let variables = [("SESSION_SECRET_KEY", "a third secret of 32 bytes or more"), ("SESSION_FALLBACK_KEYS", &two)];
    with_env("env_fallback_keys_are_separated_by_commas", &variables, || {
        let manager = SessionManager::try_from(settings()).unwrap().with_clock(|| UnixTime::from_secs(NOW));
        for secret in [OLD_SECRET, SECRET] {
            let token = common::sign(secret, common::envelope(r#"{"a":1}"#, NOW));
            assert_eq!(manager.load([format!("session={token}")]).get("a"), Ok(Some(1)));
        }
    });
}

#[test]
fn env_a_wrong_setting_is_one_line_that_names_the_variable_and_the_mend() {
    for (variable, value, mend) in [
        ("SESSION_NAME", "a b", "use letters"),
        ("SESSION_NAME", "__Host-id", "secure"),
        ("SESSION_MAX_AGE", "soon", "whole seconds, or none"),
        ("SESSION_MAX_AGE", "", "whole seconds, or none"),
        ("SESSION_MAX_AGE", "-1", "whole seconds, or none"),
        ("SESSION_MAX_AGE", "0", "at least one"),
        ("SESSION_PATH", "app", "begins with `/`"),
        ("SESSION_DOMAIN", "a;b", "host name"),
        ("SESSION_SECURE", "yes", "true or false"),
        ("SESSION_HTTP_ONLY", "1", "true or false"),
        ("SESSION_SAME_SITE", "loose", "lax, strict or none"),
        ("SESSION_SAME_SITE", "none", "secure"),
        ("SESSION_PARTITIONED", "true", "secure"),
        ("SESSION_REFRESH", "3600", "below max_age"),
        ("SESSION_REFRESH", "never", "on_change"),
        ("SESSION_MAX_LIFETIME", "3599", "max_age"),
    ] {
        let variables = [("SESSION_SECRET_KEY", SECRET), (variable, value)];
        with_env("env_a_wrong_setting_is_one_line_that_names_the_variable_and_the_mend", &variables, || {
            let message = refusal();
            assert!(message.contains(variable) && message.contains(mend), "{message}");
        });
    }
}

#[test]
fn r24_env_a_refused_secret_is_named_by_its_variable_and_never_repeated() {
    for (variable, value) in [
        ("SESSION_SECRET_KEY", "hunter2"),
        ("SESSION_SECRET_KEY", ""),
        ("SESSION_FALLBACK_KEYS", "hunter2"),
        ("SESSION_FALLBACK_KEYS", "hunter2-hunter2-hunter2-hunter2-hunter2, hunter2-hunter2-hunter2-hunter2-hunter2"),
        ("SESSION_FALLBACK_KEYS", "hunter2-hunter2-hunter2-hunter2-hunter2,"),
        ("SESSION_FALLBACK_KEYS", "hunter2,,,,,,,,,"),
    ] {
        let mut variables = vec![("SESSION_SECRET_KEY", SECRET)];
        variables.retain(|(name, _)| *name != variable);
        variables.push((variable, value));
        with_env("r24_env_a_refused_secret_is_named_by_its_variable_and_never_repeated", &variables, || {
            let error = SessionManager::try_from(settings()).map(|_| ()).unwrap_err();
            let text = format!("{error} {error:?} {error:#?} {:?} {:#?}", settings(), settings());
            assert!(text.contains(variable), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        });
    }
}

#[cfg(unix)]
#[test]
fn r24_env_a_variable_that_is_not_unicode_is_named_and_not_repeated() {
    use std::os::unix::ffi::OsStrExt as _;
    for variable in ["SESSION_SECRET_KEY", "SESSION_NAME"] {
        let variables = [(variable, OsStr::from_bytes(b"hunter2-\xff"))];
        with_env("r24_env_a_variable_that_is_not_unicode_is_named_and_not_repeated", &variables, || {
            let error = SessionSettings::from_env().map(|_| ()).unwrap_err();
            assert_eq!(error, SettingsError::NotUnicode { setting: variable });
            assert!(error.to_string().contains(variable), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        });
    }
}

#[cfg(unix)]
#[test]
fn env_a_variable_that_is_not_unicode_and_not_ours_is_ignored() {
    use std::os::unix::ffi::OsStrExt as _;
    let variables = [("SESSION_MANAGER", OsStr::from_bytes(b"\xff"))];
    with_env("env_a_variable_that_is_not_unicode_and_not_ours_is_ignored", &variables, || {
        assert_eq!(config(), CookieConfig::default());
    });
}
