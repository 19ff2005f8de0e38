//! What a `main` prints for each misconfiguration: the setting, its value unless that is a secret, and the fix.

use std::error::Error;
use std::time::Duration;

use session_cookie::{CookieConfig, Key, Refresh, SameSite, SessionManager, SessionSettings};

use crate::common::environment::with_env;
use crate::common::settings::parse;
use crate::common::*;

/// What `fn main() -> Result<(), Box<dyn Error>>` prints after `Error: `.
fn printed<T, E: Error + 'static>(result: Result<T, E>) -> String {
    let Err(error) = result else { return "nothing".to_owned() };
    let error: Box<dyn Error> = Box::new(error);
    format!("{error:?}")
}

fn start(settings: impl FnOnce() -> SessionSettings) -> String {
    printed(SessionManager::try_from(settings()))
}

// Variables

/// A good secret.
const GOOD: &str = "GLO8h5JLhXRLYLo5GcjSR0GXCcm7HEwS0vZp7sGvSbA=";
const SHORT: &str = "hunter2";
const QUOTED: &str = "\"GLO8h5JLhXRLYLo5GcjSR0GXCcm7HEwS0vZp7sGvSbA=\"";
const TWO_AND_A_COMMA: &str = "GLO8h5JLhXRLYLo5GcjSR0GXCcm7HEwS0vZp7sGvSbA=,";
const SPACE_AFTER_THE_COMMA: &str =
    "GLO8h5JLhXRLYLo5GcjSR0GXCcm7HEwS0vZp7sGvSbA=, hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS1NVnsFnRZ6o=";
const SECOND_SHORT: &str = "GLO8h5JLhXRLYLo5GcjSR0GXCcm7HEwS0vZp7sGvSbA=,hunter2";
const NINE: &str = "hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS1,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS2,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS3,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS4,\
    hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS5,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS6,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS7,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS8,hE1dKRUCsxRVOBJRZJoIJBIlbR1vcRUS9";

/// Variables, and what is printed. Where no row sets `SESSION_SECRET_KEY` or its file, a good secret is set.
const VARIABLES: &[(&[(&str, &str)], &str)] = &[
    // The secret.
    (
        &[("SESSION_SECRET_KEY", "")],
        "SESSION_SECRET_KEY is missing or empty; set it to a secret of at least 32 bytes (`openssl rand -base64 32`), or SESSION_SECRET_KEY_FILE to the path of a file with one",
    ),
    (
        &[("SESSION_SECRET_KEY", ""), ("SESSION_FALLBACK_KEYS", GOOD)],
        "SESSION_SECRET_KEY is missing or empty; set it to a secret of at least 32 bytes (`openssl rand -base64 32`), or SESSION_SECRET_KEY_FILE to the path of a file with one",
    ),
    (
        &[("SESSION_SECRET_KEY", SHORT)],
        "SESSION_SECRET_KEY: the secret is shorter than 32 bytes; make one with `openssl rand -base64 32` (a short one that is already in use is given in code: `SessionManager::new(Key::with_short_secret(secret)?, settings.cookie_config()?)`)",
    ),
    (
        &[("SESSION_SECRET_KEY", QUOTED)],
        "SESSION_SECRET_KEY: the secret begins or ends with white space or a quote; remove that (a secret that really has it is given in code: `SessionManager::new(Key::new(secret)?, settings.cookie_config()?)`)",
    ),
    (
        &[("SESSION_SECRET_KEY", GOOD), ("SESSION_SECRET_KEY_FILE", "/run/secrets/session_key")],
        "SESSION_SECRET_KEY and SESSION_SECRET_KEY_FILE are both set; remove one",
    ),
    (
        &[("SESSION_SECRET_KEY_FILE", "/nowhere/session_key")],
        "SESSION_SECRET_KEY_FILE: can't read \"/nowhere/session_key\": No such file or directory (os error 2); give the path of a text file with the secret that this process may read",
    ),
    (
        &[("SESSION_SECRET_KEY_FILE", GOOD)],
        "SESSION_SECRET_KEY_FILE: can't read a path that may be a secret: No such file or directory (os error 2); give the path of a text file with the secret that this process may read",
    ),
    (
        &[("SESSION_SECRET_KEY_FILE", "/")],
        "SESSION_SECRET_KEY_FILE: can't read \"/\": Is a directory (os error 21); give the path of a text file with the secret that this process may read",
    ),
    (
        &[("SESSION_SECRET_KEY_FILE", "/dev/null")],
        "SESSION_SECRET_KEY_FILE: can't read \"/dev/null\": it is empty; give the path of a text file with the secret that this process may read",
    ),
    // The previous secrets.
    (
        &[("SESSION_FALLBACK_KEYS", SHORT)],
        "SESSION_FALLBACK_KEYS, key 1: the secret is shorter than 32 bytes; give the whole secret, with commas between secrets only, or leave it out (a short one that is already in use is given in code: `manager.with_fallback_keys([Key::with_short_secret(secret)?])?`)",
    ),
    (
        &[("SESSION_FALLBACK_KEYS", SECOND_SHORT)],
        "SESSION_FALLBACK_KEYS, key 2: the secret is shorter than 32 bytes; give the whole secret, with commas between secrets only, or leave it out (a short one that is already in use is given in code: `manager.with_fallback_keys([Key::with_short_secret(secret)?])?`)",
    ),
    (
        &[("SESSION_FALLBACK_KEYS", TWO_AND_A_COMMA)],
        "SESSION_FALLBACK_KEYS, key 2: the secret is empty; remove it, or the comma too many",
    ),
    (
        &[("SESSION_FALLBACK_KEYS", SPACE_AFTER_THE_COMMA)],
        "SESSION_FALLBACK_KEYS, key 2: the secret begins or ends with white space or a quote; remove that (a secret that really has it is given in code: `manager.with_fallback_keys([Key::new(secret)?])?`)",
    ),
    (&[("SESSION_FALLBACK_KEYS", NINE)], "SESSION_FALLBACK_KEYS has more than 8 keys; remove the oldest"),
    (
        &[("SESSION_FALLBACK_KEYS", GOOD), ("SESSION_FALLBACK_KEYS_FILE", "/run/secrets/session_keys")],
        "SESSION_FALLBACK_KEYS and SESSION_FALLBACK_KEYS_FILE are both set; remove one",
    ),
    (
        &[("SESSION_FALLBACK_KEYS_FILE", "session_keys")],
        "SESSION_FALLBACK_KEYS_FILE: can't read \"session_keys\": No such file or directory (os error 2); give the path of a text file with the secret that this process may read",
    ),
    // Values of the wrong kind.
    (&[("SESSION_PRESET", "production")], "SESSION_PRESET is \"production\"; give hardened, or leave it out"),
    (&[("SESSION_MAX_AGE", "1h")], "SESSION_MAX_AGE is \"1h\"; give whole seconds, or none"),
    (&[("SESSION_MAX_AGE", "-1")], "SESSION_MAX_AGE is \"-1\"; give whole seconds, or none"),
    (&[("SESSION_DEFAULT_LIFETIME", "0.5")], "SESSION_DEFAULT_LIFETIME is \"0.5\"; give whole seconds, or none"),
    (&[("SESSION_MAX_LIFETIME", "never")], "SESSION_MAX_LIFETIME is \"never\"; give whole seconds, or none"),
    (
        &[("SESSION_REFRESH", "always")],
        "SESSION_REFRESH is \"always\"; give whole seconds, 0 for every time, or on_change",
    ),
    (&[("SESSION_SECURE", "yes")], "SESSION_SECURE is \"yes\"; give true or false"),
    (&[("SESSION_HTTP_ONLY", "1")], "SESSION_HTTP_ONLY is \"1\"; give true or false"),
    (&[("SESSION_PARTITIONED", "on")], "SESSION_PARTITIONED is \"on\"; give true or false (true needs secure)"),
    (&[("SESSION_SAME_SITE", "relaxed")], "SESSION_SAME_SITE is \"relaxed\"; give lax, strict or none"),
    // Values that make no sense.
    (
        &[("SESSION_NAME", "my session")],
        "SESSION_NAME is \"my session\", which is no cookie name; use letters, digits and any of !#$%&'*+-.^_`|~ (RFC 6265, section 4.1.1)",
    ),
    (
        &[("SESSION_NAME", "__Secure-id")],
        "SESSION_NAME is \"__Secure-id\", and browsers refuse a cookie with that prefix unless SESSION_SECURE is true; set it so, or choose a name without the prefix",
    ),
    (
        &[("SESSION_NAME", "__Http-id"), ("SESSION_SECURE", "true"), ("SESSION_HTTP_ONLY", "false")],
        "SESSION_NAME is \"__Http-id\", and browsers refuse a cookie with that prefix unless SESSION_HTTP_ONLY is true; set it so, or choose a name without the prefix",
    ),
    (
        &[("SESSION_PRESET", "hardened"), ("SESSION_PATH", "/app")],
        "SESSION_NAME is \"__Host-session\" (the name that hardened gives), and browsers refuse a cookie with that prefix unless SESSION_PATH is /; set it so, or choose a name without the prefix",
    ),
    (
        &[("SESSION_NAME", "__Host-session")],
        "SESSION_NAME is \"__Host-session\" (the name that hardened gives), and browsers refuse a cookie with that prefix unless SESSION_SECURE is true; set it so, or choose a name without the prefix",
    ),
    (
        &[("SESSION_PRESET", "hardened"), ("SESSION_DOMAIN", "example.com")],
        "SESSION_NAME is \"__Host-session\" (the name that hardened gives), and browsers refuse a cookie with that prefix unless SESSION_DOMAIN is none; set it so, or choose a name without the prefix",
    ),
    (
        &[("SESSION_PRESET", "hardened"), ("SESSION_SECURE", "false")],
        "SESSION_NAME is \"__Host-session\" (the name that hardened gives), and browsers refuse a cookie with that prefix unless SESSION_SECURE is true; set it so, or choose a name without the prefix",
    ),
    (
        &[("SESSION_PATH", "app")],
        "SESSION_PATH is \"app\"; give one that begins with `/` and has only characters of a URL's path without `;`, of at most 1024 bytes",
    ),
    (
        &[("SESSION_DOMAIN", "https://example.com")],
        "SESSION_DOMAIN is \"https://example.com\"; give a host name alone, such as example.com, without scheme, port, path, `*` or trailing dot, of at most 1024 bytes, or leave it out",
    ),
    (
        &[("SESSION_SAME_SITE", "none")],
        "SESSION_SAME_SITE is none and SESSION_SECURE is false, which browsers refuse; set SESSION_SECURE to true, or SESSION_SAME_SITE to lax or strict",
    ),
    (
        &[("SESSION_PARTITIONED", "true")],
        "SESSION_PARTITIONED is true and SESSION_SECURE is false, which browsers refuse; set SESSION_SECURE to true",
    ),
    (
        &[("SESSION_MAX_AGE", "0")],
        "SESSION_MAX_AGE is 0 s; give whole seconds, at least one, or none for a browser session",
    ),
    (
        &[("SESSION_DEFAULT_LIFETIME", "7200")],
        "SESSION_DEFAULT_LIFETIME is 7200 s; give whole seconds, at least one and not above SESSION_MAX_AGE or SESSION_MAX_LIFETIME, or raise those; none takes SESSION_MAX_AGE",
    ),
    (
        &[("SESSION_MAX_LIFETIME", "60")],
        "SESSION_MAX_LIFETIME is 60 s; give whole seconds, at least one and not below SESSION_MAX_AGE, or none for no limit; or lower SESSION_MAX_AGE",
    ),
    (
        &[("SESSION_REFRESH", "3600")],
        "SESSION_REFRESH is after 3600 s, when the session or the browser's cookie has expired; give a time below SESSION_MAX_AGE and SESSION_MAX_LIFETIME and at most 400 days, or raise those, or 0 for every time",
    ),
];

#[test]
#[cfg(target_os = "linux")] // The operating system's part of the messages differs elsewhere.
fn misconfigured_variables_are_told_with_variable_value_and_fix() {
    for (variables, message) in VARIABLES {
        let mut variables = variables.to_vec();
        if !variables.iter().any(|(name, _)| name.starts_with("SESSION_SECRET_KEY")) {
            variables.push(("SESSION_SECRET_KEY", GOOD));
        }
        with_env(misconfigured_variables_are_told_with_variable_value_and_fix, &variables, || {
            assert_eq!(start(|| SessionSettings::from_env().unwrap()), *message);
        });
    }
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_unicode_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    with_env(a_variable_that_is_not_unicode_is_told, &[("SESSION_NAME", OsStr::from_bytes(b"\xff"))], || {
        assert_eq!(printed(SessionSettings::from_env()), "SESSION_NAME is not valid Unicode; give text");
    });
}

// A configuration file

/// Members of a JSON file, and what is printed.
const MEMBERS: &[(&str, &str)] = &[
    // The secret.
    (
        r#""secret_key": null"#,
        "secret_key is missing or empty; set it to a secret of at least 32 bytes (`openssl rand -base64 32`), or secret_key_file to the path of a file with one",
    ),
    (
        r#""secret_key": 12345678901234567890123456789012"#,
        "secret_key: the secret is not text; give one of at least 32 bytes, in quotes",
    ),
    (
        r#""secret_key": "line end line end line end line end\n""#,
        "secret_key: the secret begins or ends with white space or a quote; remove that (a secret that really has it is given in code: `SessionManager::new(Key::new(secret)?, settings.cookie_config()?)`)",
    ),
    (
        r#""secret_key": "a", "secret_key_file": "/run/secrets/session_key""#,
        "secret_key and secret_key_file are both set; remove one",
    ),
    (r#""secret_key_file": 5"#, "secret_key_file is 5; give text"),
    // The previous secrets.
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "fallback_keys": 5"#,
        "fallback_keys, key 1: the secret is not text; give one of at least 32 bytes, in quotes",
    ),
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "fallback_keys": ["one secret of more than 32 bytes for the rows", ""]"#,
        "fallback_keys, key 2: the secret is empty; remove it, or the comma too many",
    ),
    // Values of the wrong kind.
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "max_age": true"#,
        "max_age is true; give whole seconds, or none",
    ),
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "max_age": {"secs": 60}"#,
        "max_age is a table; give whole seconds, or none",
    ),
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "secure": 1"#,
        "secure is 1; give true or false",
    ),
    (r#""secret_key": "one secret of more than 32 bytes for the rows", "name": ["a"]"#, "name is a list; give text"),
    // Values that make no sense.
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "preset": "hardened", "domain": "example.com""#,
        "name is \"__Host-session\" (the name that hardened gives), and browsers refuse a cookie with that prefix unless domain is none; set it so, or choose a name without the prefix",
    ),
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "same_site": "none""#,
        "same_site is none and secure is false, which browsers refuse; set secure to true, or same_site to lax or strict",
    ),
    (
        r#""secret_key": "one secret of more than 32 bytes for the rows", "max_age": 0"#,
        "max_age is 0 s; give whole seconds, at least one, or none for a browser session",
    ),
];

#[test]
fn misconfigured_options_of_a_file_are_told_with_option_value_and_fix() {
    for (members, message) in MEMBERS {
        assert_eq!(start(|| parse(&format!("{{{members}}}"))), *message);
    }
}

#[test]
fn a_mistyped_option_of_a_file_is_told_with_those_that_there_are() {
    let error = printed(serde_json::from_str::<SessionSettings>(r#"{"maxage": 60}"#));

    assert!(error.starts_with("Error(\"unknown field `maxage`, expected one of `secret_key`"), "{error}");
}

// Code

#[test]
fn misconfigured_code_is_told_with_option_value_and_fix() {
    let rows = [
        (
            default().with_max_age(Duration::from_millis(1500)),
            "max_age is 1.5 s; give whole seconds, at least one, or none for a browser session",
        ),
        (
            default().with_max_lifetime(Duration::from_nanos(1)),
            "max_lifetime is 0.000000001 s; give whole seconds, at least one and not below max_age, or none for no limit; or lower max_age",
        ),
        (
            default().with_refresh(Refresh::After(Duration::from_secs(3600))),
            "refresh is after 3600 s, when the session or the browser's cookie has expired; give a time below max_age and max_lifetime and at most 400 days, or raise those, or 0 for every time",
        ),
        (
            default().with_same_site(SameSite::None),
            "same_site is none and secure is false, which browsers refuse; set secure to true, or same_site to lax or strict",
        ),
    ];
    for (config, message) in rows {
        assert_eq!(printed(SessionManager::new(key(), config)), message);
    }
    assert_eq!(printed("sometimes".parse::<SameSite>()), "give lax, strict or none");
    assert_eq!(printed("sometimes".parse::<Refresh>()), "give whole seconds, 0 for every time, or on_change");
    assert!(printed(Key::new(SHORT)).starts_with("the secret is shorter than 32 bytes; make one with"));
}

fn default() -> CookieConfig {
    CookieConfig::default()
}
