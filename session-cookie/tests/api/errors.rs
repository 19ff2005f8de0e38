//! What errors say: what is wrong, and what to do.

use std::error::Error;
use std::time::Duration;

use session_cookie::{ConfigError, Refresh, SameSite, SecretFlaw, SessionError, SettingsError};

const MILLISECOND: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_failed_call_says_why_and_what_to_do() {
    let key = || "cart".to_owned();
    for (error, message) in [
        (
            SessionError::WrongType { key: key(), expected: "u8", found: "a string" },
            r#"the session's value under "cart" is a string, which does not read as `u8`"#,
        ),
        (
            SessionError::WrongShape { expected: "Shop", key: Some(key()) },
            r#"the session does not read as `Shop`: the value under "cart" does not fit"#,
        ),
        (
            SessionError::WrongShape { expected: "Shop", key: None },
            "the session does not read as `Shop`: a member is missing (`#[serde(default)]` lets it be), or one is unknown, there twice, or of another type",
        ),
        (
            SessionError::Unserializable { key: key(), value: "Map" },
            r#"the `Map` for the session's key "cart" can't be written as JSON: a map's key is not text, or `Serialize` failed"#,
        ),
        (
            SessionError::NotAnObject { value: "Vec<u8>" },
            "`Vec<u8>` can't be written as a JSON object; a whole session is a struct or a map",
        ),
        (
            SessionError::TooLarge { size: 4097, limit: 4096 },
            "the session cookie would have 4097 bytes, and browsers keep at most 4096; store less, or an identifier of what is kept elsewhere",
        ),
        (
            SessionError::Lifetime { lifetime: MILLISECOND, max_age: Some(HOUR) },
            "a session can't have a lifetime of 1ms: give whole seconds, at least one, not above the configured max_age of 3600s and at most 400 days",
        ),
        (
            SessionError::Lifetime { lifetime: MILLISECOND, max_age: None },
            "a session can't have a lifetime of 1ms: give whole seconds, at least one and at most 400 days",
        ),
        (
            SessionError::ResponseSent,
            "the response's headers are already sent, so this change to the session would be lost; change it before the handler answers",
        ),
        (
            SessionError::InsideUpdate,
            "the session was used inside the closure of its `update`, `try_update`, `modify` or `get_or_insert_with`; read what the closure needs before",
        ),
        (
            SessionError::OtherManager,
            "the session was loaded by another `SessionManager`; save it with the one that loaded it",
        ),
    ] {
        assert_eq!(error.to_string(), message);
        // A `main` that returns the error prints its `Debug`.
        assert_eq!(format!("{error:?}"), message);
    }
}

/// Returns what an error says, which is one text however it is shown.
fn text(error: impl Error) -> String {
    let text = error.to_string();
    assert_eq!(format!("{error:?}"), text);
    assert_eq!(format!("{error:#?}"), text);
    assert!(error.source().is_none(), "{text}");
    text
}

#[test]
fn errors_of_the_configuration_are_one_text_in_display_and_debug() {
    let name = || "a b".to_owned();
    for error in [
        ConfigError::Name(name()),
        ConfigError::Path(name()),
        ConfigError::Domain(name()),
        ConfigError::SameSiteNoneNeedsSecure,
        ConfigError::PartitionedNeedsSecure,
        ConfigError::Prefix { name: name(), needs: "secure", value: "true" },
        ConfigError::MaxAge(MILLISECOND),
        ConfigError::MaxLifetime(MILLISECOND),
        ConfigError::Refresh(MILLISECOND),
        ConfigError::NoRoomForSession { size: 4097, limit: 4096 },
    ] {
        assert!(text(error.clone()).starts_with(error.option()), "{error}");
    }
    assert_eq!(text("".parse::<SameSite>().unwrap_err()), "give lax, strict or none");
    assert_eq!(text("".parse::<Refresh>().unwrap_err()), "give whole seconds, 0 for every time, or on_change");
}

#[test]
fn errors_of_settings_are_one_text_in_display_and_debug() {
    let (setting, file) = ("secret_key", "secret_key_file");
    let path = Some("/nowhere".to_owned());
    for error in [
        SettingsError::MissingKey { setting, file },
        SettingsError::SecretAndFile { setting, file },
        SettingsError::UnreadableFile { setting, path, reason: "not found".to_owned() },
        SettingsError::OneFile { setting: file, missing: "fallback_keys_file" },
        SettingsError::FilesChange { files: [file, "fallback_keys_file"] },
        SettingsError::UnreadableFile { setting, path: None, reason: "not found".to_owned() },
        SettingsError::Key { setting, number: None, flaw: SecretFlaw::TooShort },
        SettingsError::Key { setting, number: Some(1), flaw: SecretFlaw::TooShort },
        SettingsError::Key { setting, number: None, flaw: SecretFlaw::Empty },
        SettingsError::Key { setting, number: Some(1), flaw: SecretFlaw::Empty },
        SettingsError::Key { setting, number: None, flaw: SecretFlaw::NotText },
        SettingsError::Key { setting, number: Some(1), flaw: SecretFlaw::Padded },
        SettingsError::Value { setting, value: "5".to_owned(), expected: "text" },
        SettingsError::NotUnicode { setting },
    ] {
        assert!(text(error).starts_with(setting));
    }
    for (setting, start) in [
        ("same_site", "same_site is none and secure is false"),
        ("SESSION_SAME_SITE", "SESSION_SAME_SITE is none and SESSION_SECURE is false"),
    ] {
        let error = ConfigError::SameSiteNoneNeedsSecure;
        assert!(text(SettingsError::Config { setting, error }).starts_with(start));
    }
}
