//! Rule 24: no secret, no token and no session value is ever in a log, an error or a `Debug`.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Debug;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use session_cookie::{
    CookieConfig, Key, Lifetime, Refresh, Session, SessionError, SessionManager, SessionSettings, SettingsError,
};

use crate::common::environment::with_env;
use crate::common::settings::*;
use crate::common::*;

/// A value of the session. Only its owner may see it.
const VALUE: &str = "hunter2";

fn data() -> String {
    format!(r#"{{"password":"{VALUE}","pin":41414141,"nested":{{"deep":["{VALUE}"]}}}}"#)
}

/// Fails if any of these is in the text: a secret, the session's values, or a token that was signed or sent.
fn assert_clean(text: &str, tokens: &[&str]) {
    for secret in [SECRET, OLD_SECRET, STRANGE_SECRET, VALUE, "41414141"] {
        assert!(!text.contains(secret), "{secret:?} is in: {text}");
    }
    for token in tokens {
        let beginnings = token.split('.').filter_map(|part| part.get(..16));
        for beginning in beginnings {
            assert!(!text.contains(beginning), "{beginning:?} is in: {text}");
        }
    }
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

/// All that an error and its sources say, in every way of saying it.
fn said(error: &(impl Error + 'static)) -> String {
    let mut text = format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!("{error}\n{error:?}\n{error:#?}\n"));
        source = error.source();
    }
    text
}

// Errors

/// Quotes what it is given in its error, as serde's own types do.
#[derive(Debug)]
struct Quoting;

impl<'de> Deserialize<'de> for Quoting {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("can't read {value}")))
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Pin {
    password: u8,
}

#[test]
fn r24_no_error_of_a_call_quotes_a_value() {
    let (_, session) = session_with(&data());
    let errors: Vec<SessionError> = vec![
        session.get::<u64>("password").unwrap_err(),
        session.get::<Quoting>("password").unwrap_err(),
        session.get::<BTreeMap<String, u8>>("nested").unwrap_err(),
        session.get::<u8>("pin").unwrap_err(),
        session.take::<bool>("password").unwrap_err(),
        session.get_or_insert_with("password", || 1).unwrap_err(),
        session.update("password", |_: &mut u64| ()).unwrap_err(),
        session.read::<Pin>().unwrap_err(),
        session.read::<Quoting>().unwrap_err(),
        session.read::<BTreeMap<String, u8>>().unwrap_err(),
        session.insert("password", Unserializable).unwrap_err(),
        session.insert("m", BTreeMap::from([((VALUE, 1), VALUE)])).unwrap_err(),
        session.write(VALUE).unwrap_err(),
        session.write(&[VALUE]).unwrap_err(),
        session.write(&Unserializable).unwrap_err(),
        session.insert("m", VALUE.repeat(1000)).unwrap_err(),
        session.extend([("m", VALUE.repeat(1000))]).unwrap_err(),
        session.set_lifetime(Lifetime::For(Duration::ZERO)).unwrap_err(),
    ];
    for error in errors {
        assert_clean(&said(&error), &[]);
    }
}

#[test]
fn r24_no_error_about_settings_repeats_a_secret() {
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    for json in [
        r#"{"secret_key":"hunter2"}"#.to_owned(),
        format!(r#"{{"secret_key":["{secret}"]}}"#),
        format!(r#"{{"secret_key":"{secret}\n"}}"#),
        format!(r#"{{"secret_key":"{secret}","secret_key_file":"{secret}"}}"#),
        format!(r#"{{"secret_key_file":"{secret}"}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys_file":"{secret}"}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys":"{secret},\"{secret}\""}}"#),
        format!(r#"{{"secret_key":{{"value":"{secret}"}}}}"#),
        format!(r#"{{"secret_key":{{"{secret}":1}}}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys":"hunter2"}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys":"{secret}, {secret}"}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys":["{secret}",["{secret}"]]}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys":{{"{secret}":"{secret}"}}}}"#),
        format!(r#"{{"secret_key":"{secret}","fallback_keys":"{}"}}"#, [secret; 9].join(",")),
        format!(r#"{{"secret_key":"{secret}","max_age":"x"}}"#),
        format!(r#"{{"secret_key":"{secret}","name":"a b"}}"#),
        format!(r#"{{"secret_key":"{secret}","secret_key":"{secret}"}}"#),
        format!(r#"{{"secret_key":"{secret}","unknown":1}}"#),
        format!(r#"{{"secret":"{secret}"}}"#),
        format!(r#"{{"secret_key":"{secret}""#),
        format!(r#"{{"secret_key":"{secret}"]"#),
    ] {
        let (message, debug) = match serde_json::from_str::<SessionSettings>(&json) {
            Err(error) => (error.to_string(), format!("{error:?} {error:#?}")),
            Ok(settings) => {
                let of_settings = format!("{settings:?} {settings:#?}");
                assert!(!of_settings.contains("hunter2"), "{of_settings}");
                let error = refusal(settings, &[]);
                assert!(error.source().is_none());
                (error.to_string(), format!("{error:?} {error:#?}"))
            }
        };
        assert!(!message.contains("hunter2"), "{message}");
        assert!(!debug.contains("hunter2"), "{debug}");
    }
}

#[test]
fn r24_env_a_refused_secret_is_named_by_its_variable_and_never_repeated() {
    for (variable, value) in [
        ("SESSION_SECRET_KEY", "hunter2"),
        ("SESSION_SECRET_KEY", ""),
        ("SESSION_SECRET_KEY", "\"hunter2-hunter2-hunter2-hunter2-hunter2\""),
        ("SESSION_SECRET_KEY_FILE", "hunter2-hunter2-hunter2-hunter2-hunter2"),
        ("SESSION_FALLBACK_KEYS", "hunter2"),
        ("SESSION_FALLBACK_KEYS", "hunter2-hunter2-hunter2-hunter2-hunter2, hunter2-hunter2-hunter2-hunter2-hunter2"),
        ("SESSION_FALLBACK_KEYS", "hunter2-hunter2-hunter2-hunter2-hunter2,"),
        ("SESSION_FALLBACK_KEYS", "hunter2,,,,,,,,,"),
    ] {
        let mut variables = vec![("SESSION_SECRET_KEY", SECRET)];
        variables.retain(|(name, _)| !variable.starts_with(name));
        variables.push((variable, value));
        with_env(r24_env_a_refused_secret_is_named_by_its_variable_and_never_repeated, &variables, || {
            let error = manager_from(from_env()).map(|_| ()).unwrap_err();
            let text = format!("{error} {error:?} {error:#?} {:?} {:#?}", from_env(), from_env());
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
        with_env(r24_env_a_variable_that_is_not_unicode_is_named_and_not_repeated, &variables, || {
            let error = SessionSettings::from_env().map(|_| ()).unwrap_err();
            assert_eq!(error, SettingsError::NotUnicode { setting: variable });
            assert!(error.to_string().contains(variable), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        });
    }
}

// `Debug`

#[test]
fn r24_no_debug_shows_a_secret_a_token_or_a_value() {
    let token = sign(OLD_SECRET, envelope(&data(), NOW));
    let manager = manager().with_fallback_keys([old_key()]).unwrap();
    let session = manager.load([format!("session={token}")]);
    let untouched = shown(&session);
    session.insert("more", VALUE).unwrap();
    let touched = shown(&session);
    let answer = manager.save(&session).unwrap();
    let sent = value_of(answer.set_cookie().unwrap());

    let all = [
        untouched,
        touched,
        shown(&manager),
        shown(&answer),
        shown(&key()),
        shown(&Key::with_short_secret(VALUE).unwrap()),
        shown(&session.origin()),
    ];

    assert_clean(&all.concat(), &[&token, sent]);
}

#[test]
fn r24_debug_shows_what_is_no_secret() {
    let manager = manager();
    let (session, unsaved) = manager.begin(None, NO_HEADERS);
    session.insert("password", VALUE).unwrap();

    assert!(format!("{manager:?}").starts_with(r#"SessionManager { config: CookieConfig { name: "session", "#));
    assert_eq!(format!("{session:?}"), "Session { .. }");
    assert_eq!(format!("{:?}", unsaved.as_ref().unwrap()), "PendingSave(Some(Session { .. }))");
    let answer = unsaved.unwrap().save().unwrap();
    assert_eq!(format!("{answer:?}"), r#"Answer { is_touched: true, holds_change: true, set_cookie: Some("..") }"#);
}

#[test]
fn r24_no_debug_of_a_response_header_shows_the_token() {
    let (manager, session) = session_with(&data());
    session.insert("more", VALUE).unwrap();
    let answer = manager.save(&session).unwrap();

    let headers = answer.headers(|name| if name == "vary" { Some("Origin") } else { None });

    assert_clean(&shown(&headers), &[value_of(answer.set_cookie().unwrap())]);
    assert!(shown(&headers).contains("Origin, Cookie"), "what is no secret is shown: {headers:?}");
}

#[test]
fn r24_debug_of_good_settings_shows_no_secret() {
    let settings = with_key(&format!(r#""fallback_keys":["{OLD_SECRET}"],"name":"id""#));

    let debug = format!("{settings:?} {settings:#?}");

    assert!(!debug.contains("secret that"), "{debug}");
    assert!(debug.contains("id"), "{debug}");
}

// The log

/// Everything that a session can be asked to do, well and badly.
fn do_everything(manager: &SessionManager, session: &Session) {
    let _ = (session.origin(), session.len(), session.keys(), session.is_empty(), session.contains_key("password"));
    let _ = (session.get::<String>("password"), session.get::<u8>("password"), session.read::<Pin>());
    let _ = (
        session.insert("new", VALUE),
        session.insert("new", Unserializable),
        session.insert("new", VALUE.repeat(1000)),
    );
    let _ = (session.take::<u8>("password"), session.take::<String>("new"), session.remove("missing"));
    let _ = session.update("password", |password: &mut String| {
        password.push_str(VALUE);
        session.clear();
        session.renew();
        session.remove("password");
        session.insert("inside", VALUE)
    });
    let _ = (session.get_or_insert_with("x", || VALUE.to_owned()), session.extend([("y", VALUE), ("z", VALUE)]));
    let _ = (session.write(&BTreeMap::from([("password", VALUE)])), session.write(VALUE));
    let _ = (
        session.set_lifetime(Lifetime::For(seconds(60))),
        session.set_lifetime(Lifetime::For(Duration::ZERO)),
        session.set_lifetime(Lifetime::BrowserSession),
    );
    session.renew();
    if let Ok(answer) = manager.save(session) {
        let _ = answer.headers(|name| if name == "vary" { Some("Accept") } else { Some("public") });
    }
    let _ = (manager.save(session), session.insert("late", VALUE), session.remove("password"));
    session.clear();
    session.renew();
    let _ = format!("{session:?}");
}

#[test]
fn r24_nothing_that_is_logged_at_any_level_holds_a_secret_a_token_or_a_value() {
    let tokens = [
        sign(SECRET, envelope(&data(), NOW)),
        sign(OLD_SECRET, envelope(&data(), NOW)),
        sign(STRANGE_SECRET, envelope(&data(), NOW)),
        sign(SECRET, envelope(&data(), 1)),
        sign(SECRET, envelope(&data(), NOW + 1000)),
        sign(SECRET, format!(r#"["{VALUE}"]"#)),
        format!("{VALUE}-is-no-token"),
        sign(SECRET, envelope(&format!(r#"{{"small":1,"password":"{}"}}"#, VALUE.repeat(426)), NOW)),
    ];
    let configs = [
        CookieConfig::default(),
        CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)).with_max_lifetime(seconds(3600)),
        CookieConfig::default().with_max_age(None),
    ];
    let mut lines = 0;
    for config in configs {
        for token in &tokens {
            let ((), log) = logged(|| {
                let manager = SessionManager::new(key(), config.clone())
                    .unwrap()
                    .with_fallback_keys([old_key()])
                    .unwrap()
                    .with_clock(now);
                do_everything(&manager, &manager.load([format!("session={token}")]));

                let read_only = manager.load([format!("session={token}")]);
                let _ = read_only.len();
                let _ = manager.save(&read_only);
                let _ = manager.with_fallback_keys((0..9).map(|_| Key::new(STRANGE_SECRET).unwrap()));
            });

            assert_clean(&log, &[token]);
            lines += log.lines().count();
        }
    }
    assert!(lines > 100, "something was logged to look at: {lines}");
}

#[test]
fn r24_a_key_of_the_session_cannot_break_the_log_into_lines() {
    const KEY: &str = "a\nERROR forged line\u{1b}[31m";
    let (_, session) = session_with("{}");
    let error = session.insert(KEY, Unserializable).unwrap_err();

    // As the adapters log it.
    let ((), log) = logged(|| tracing::error!(%error, "answered 500"));

    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("forged line") && log.trim_end().chars().all(|c| !c.is_control()), "{log}");
    let ((), log) = logged(|| tracing::error!(error = %KEY, "answered 500"));
    assert_eq!(log.lines().count(), 2, "it is not the log that escapes");
}
