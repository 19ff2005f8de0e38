//! Secrets: from text, from files, and from code, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use session_cookie::{ConfigError, KeyError, Origin, SessionManager, SessionSettings, SettingsError};

use crate::common::environment::with_env;
use crate::common::settings::*;
use crate::common::*;

/// A new folder of this name, which no other test uses.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder(name).join("secret");
    fs::write(&path, content).unwrap();
    path
}

/// The settings whose `secret_key_file` is this.
fn with_key_file(path: &Path) -> SessionSettings {
    serde_json::from_value(serde_json::json!({ "secret_key_file": path })).unwrap()
}

/// The settings of a good key, whose `fallback_keys_file` is this.
fn with_fallback_file(path: &Path) -> SessionSettings {
    serde_json::from_value(serde_json::json!({ "secret_key": SECRET, "fallback_keys_file": path })).unwrap()
}

/// The settings of a good key and these previous ones, as JSON.
fn with_fallback(value: &str) -> SessionSettings {
    with_key(&format!(r#""fallback_keys":{value}"#))
}

fn signs_with(settings: SessionSettings, secret: &str) {
    assert_eq!(key_index(&manager_from(settings).unwrap(), secret), 0);
}

// Text

#[test]
fn a_short_secret_is_refused_with_the_way_to_give_it_in_code() {
    let settings = parse(r#"{"secret_key":"change-me-in-production"}"#);

    let error = refusal(
        settings.clone(),
        &["secret_key", "32 bytes", "SessionManager::new(Key::with_short_secret(secret)?, settings.cookie_config()?)"],
    );

    assert_eq!(error, SettingsError::Key { setting: "secret_key", number: None, error: KeyError::TooShort });
    let key = session_cookie::Key::with_short_secret("change-me-in-production").unwrap();
    assert!(SessionManager::new(key, settings.cookie_config().unwrap()).is_ok(), "as the error says");
}

#[test]
fn a_secret_is_text() {
    for value in ["12345678901234567890123456789012", "true", "[]", "{}", "1.5", "-1"] {
        let error = refusal(parse(&format!(r#"{{"secret_key":{value}}}"#)), &["secret_key", "not text", "quotes"]);

        assert!(!error.to_string().contains("comma"), "{error}");
    }
}

#[test]
fn a_secret_with_white_space_or_a_quote_at_an_end_is_refused() {
    for (before, after) in [
        ("", r"\n"),
        ("", r"\r\n"),
        (" ", ""),
        ("", " "),
        (r"\t", ""),
        (r#"\""#, r#"\""#),
        ("'", "'"),
        ("", "'"),
        ("\u{a0}", ""),
    ] {
        let secret = format!("{before}{SECRET}{after}");
        let error =
            refusal(parse(&format!(r#"{{"secret_key":"{secret}"}}"#)), &["secret_key", "white space or a quote"]);
        assert_eq!(error, SettingsError::SecretPadded { setting: "secret_key", number: None });

        let two = format!(r#"["{OLD_SECRET}","{secret}"]"#);
        let error = refusal(with_fallback(&two), &["fallback_keys, key 2"]);
        assert_eq!(error, SettingsError::SecretPadded { setting: "fallback_keys", number: Some(2) });
    }
}

#[test]
fn white_space_and_quotes_inside_a_secret_are_a_part_of_it() {
    let secret = r#"a secret with 'quotes' and "spaces" inside"#;

    signs_with(SessionSettings::default().with_secret_key(secret), secret);
}

#[test]
fn which_fallback_key_is_wrong_is_said() {
    let one = fallback_secret(1);
    for (value, number, error) in [
        (r#""short""#.to_owned(), 1, KeyError::TooShort),
        (r#"["short"]"#.to_owned(), 1, KeyError::TooShort),
        (format!(r#""{one},short""#), 2, KeyError::TooShort),
        (format!(r#""{one},""#), 2, KeyError::Empty),
        (format!(r#"",{one}""#), 1, KeyError::Empty),
        (format!(r#""{one},,{one}""#), 2, KeyError::Empty),
        (r#"[""]"#.to_owned(), 1, KeyError::Empty),
        (r#"[null]"#.to_owned(), 1, KeyError::Empty),
    ] {
        let words = [&format!("fallback_keys, key {number}:"), "the secret is"];
        let expected = SettingsError::Key { setting: "fallback_keys", number: Some(number), error };
        assert_eq!(refusal(with_fallback(&value), &words), expected, "{value}");
    }
}

#[test]
fn space_around_a_comma_is_refused() {
    let (one, two) = (fallback_secret(1), fallback_secret(2));
    for (value, number) in [
        (format!("{one}, {two}"), 2),
        (format!("{one} ,{two}"), 1),
        (format!(" {one},{two}"), 1),
        (format!("{one},{two}\\n"), 2),
    ] {
        let error = refusal(with_fallback(&format!(r#""{value}""#)), &["fallback_keys", "white space"]);
        assert_eq!(error, SettingsError::SecretPadded { setting: "fallback_keys", number: Some(number) });
    }
}

#[test]
fn a_fallback_key_is_text() {
    for value in ["1", "true", "{}", "[1]", r#"[["x"]]"#] {
        let error = refusal(with_fallback(value), &["fallback_keys, key 1", "not text"]);
        assert_eq!(error, SettingsError::SecretNotText { setting: "fallback_keys", number: Some(1) });
    }
}

// Files

#[test]
fn a_docker_secret_is_read_from_its_file() {
    let secret = file("docker", format!("{SECRET}\n"));
    let keys = folder("docker-previous").join("keys");
    fs::write(&keys, format!("{}\n\n{}\r\n  \n", fallback_secret(1), fallback_secret(2))).unwrap();
    let variables = [("SESSION_SECRET_KEY_FILE", &secret), ("SESSION_FALLBACK_KEYS_FILE", &keys)];
    with_env(a_docker_secret_is_read_from_its_file, &variables, || {
        assert!(from_env().has_keys());
        let manager = manager_from(from_env()).unwrap();

        assert_eq!(key_index(&manager, SECRET), 0);
        assert_eq!(key_index(&manager, &fallback_secret(1)), 1);
        assert_eq!(key_index(&manager, &fallback_secret(2)), 2);
    });
}

#[cfg(unix)]
#[test]
fn a_kubernetes_secret_that_changed_is_read_by_the_manager_that_is_made_next() {
    use std::os::unix::fs::symlink;
    // As the kubelet mounts a secret: the key is a link through `..data`, which is swapped as a whole.
    let mount = folder("kubernetes");
    for (version, secret) in [("..1", OLD_SECRET), ("..2", SECRET)] {
        fs::create_dir(mount.join(version)).unwrap();
        fs::write(mount.join(version).join("session_key"), secret).unwrap();
    }
    symlink("..1", mount.join("..data")).unwrap();
    symlink("..data/session_key", mount.join("session_key")).unwrap();
    let settings = with_key_file(&mount.join("session_key"));
    signs_with(settings.clone(), OLD_SECRET);

    symlink("..2", mount.join("..data_tmp")).unwrap();
    fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();

    signs_with(settings, SECRET);
}

#[test]
fn a_secret_of_a_file_loses_one_line_end() {
    for end in ["", "\n", "\r\n"] {
        signs_with(with_key_file(&file("one-line-end", format!("{SECRET}{end}"))), SECRET);
    }
    for end in ["\n\n", "\r\n\r\n", "\n\r\n", " \n", "\r", "\"\n"] {
        let path = file("more-than-a-line-end", format!("{SECRET}{end}"));
        let error = refusal(with_key_file(&path), &["secret_key_file", "white space or a quote"]);
        assert_eq!(error, SettingsError::SecretPadded { setting: "secret_key_file", number: None }, "{end:?}");
    }
}

#[test]
fn an_instance_with_the_secret_in_a_file_and_one_with_it_in_a_variable_share_sessions() {
    let by_file = manager_from(with_key_file(&file("fleet", format!("{SECRET}\n")))).unwrap();
    let by_text = manager_from(with_key("")).unwrap();

    let session = by_file.load(NO_HEADERS);
    session.insert("user_id", "42").unwrap();
    let cookie = save(&by_file, &session).unwrap();

    assert!(matches!(by_text.load([pair(&cookie)]).origin(), Origin::Verified { key_index: 0, .. }));
}

#[test]
fn a_file_without_a_secret_is_refused_and_one_without_previous_secrets_has_none() {
    for content in ["", "\n", "\r\n"] {
        let path = file("empty", content);

        let error = refusal(with_key_file(&path), &["secret_key_file: can't read", "it is empty"]);

        assert!(matches!(error, SettingsError::UnreadableFile { setting: "secret_key_file", path: Some(_), .. }));
        assert!(with_fallback_file(&path).fallback_keys().unwrap().is_empty());
    }
}

#[test]
fn which_key_of_a_file_is_wrong_is_said() {
    let path = file("wrong-key", format!("{}\n\n{} \n", fallback_secret(1), fallback_secret(2)));
    let error = refusal(with_fallback_file(&path), &["fallback_keys_file, key 2:"]);
    assert_eq!(error, SettingsError::SecretPadded { setting: "fallback_keys_file", number: Some(2) });

    let path = file("nine-keys", (1..=9).map(|n| fallback_secret(n) + "\n").collect::<String>());
    let error = refusal(with_fallback_file(&path), &["fallback_keys has more than 8 keys"]);
    assert_eq!(
        error,
        SettingsError::Config { setting: "fallback_keys", error: ConfigError::TooManyFallbackKeys { limit: 8 } }
    );
}

#[test]
fn a_comma_in_a_file_of_previous_secrets_is_a_part_of_the_secret() {
    let secret = "a previous secret, with a comma, of 32 bytes";

    let manager = manager_from(with_fallback_file(&file("comma", secret))).unwrap();

    assert_eq!(key_index(&manager, secret), 1);
}

#[test]
fn a_secret_and_its_file_are_not_both_accepted() {
    let path = file("both", SECRET);
    let both = |secret: &str| -> SessionSettings {
        let fallback_keys =
            serde_json::json!({ "secret_key": SECRET, "fallback_keys": secret, "fallback_keys_file": path });
        serde_json::from_value(fallback_keys).unwrap()
    };
    let expected = SettingsError::SecretAndFile { setting: "fallback_keys", file: "fallback_keys_file" };
    assert_eq!(refusal(both(OLD_SECRET), &["remove one"]), expected);
    assert!(manager_from(both("")).is_ok(), "blank is not set");

    let both = |secret: &str| -> SessionSettings {
        serde_json::from_value(serde_json::json!({ "secret_key": secret, "secret_key_file": path })).unwrap()
    };
    let expected = SettingsError::SecretAndFile { setting: "secret_key", file: "secret_key_file" };
    assert_eq!(refusal(both(OLD_SECRET), &["remove one"]), expected);
    assert!(manager_from(both("")).is_ok(), "blank is not set");
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_reason() {
    let missing = folder("missing").join("secret");
    for settings in [with_key_file(&missing), with_fallback_file(&missing)] {
        let error = refusal(settings, &["_file: can't read", &format!("{missing:?}"), "give the path"]);
        assert!(matches!(error, SettingsError::UnreadableFile { path: Some(path), .. } if Path::new(&path) == missing));
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_refused_without_its_content() {
    let path = file("not-utf-8", [b"hunter2-hunter2-hunter2-hunter2-hunter2".as_slice(), b"\xff"].concat());

    for settings in [with_key_file(&path), with_fallback_file(&path)] {
        let error = refusal(settings, &["_file: can't read", &format!("{path:?}"), "valid UTF-8"]);
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn a_secret_that_was_given_as_a_path_is_not_repeated() {
    let secret = Path::new("hunter2-hunter2-hunter2-hunter2-hunter2");
    for settings in [with_key_file(secret), with_fallback_file(secret)] {
        let error = refusal(settings.clone(), &["_file: can't read a path that may be a secret"]);
        assert!(!format!("{error} {settings:?}").contains("hunter2"), "{error} {settings:?}");
    }
}

// Code

#[test]
fn settings_give_their_keys_back() {
    let settings = with_fallback(&format!(r#"["{OLD_SECRET}"]"#));

    let csrf = settings.key().unwrap().derive("csrf");

    assert_eq!(csrf.fingerprint().to_string(), key().derive("csrf").fingerprint().to_string());
    let fallback_keys = settings.fallback_keys().unwrap();
    assert_eq!(fallback_keys.len(), 1);
    assert_eq!(fallback_keys[0].fingerprint().to_string(), old_key().fingerprint().to_string());
    assert!(manager_from(settings).is_ok());
}

#[test]
fn a_secret_of_code_takes_the_place_of_the_setting_and_of_the_file() {
    let variables =
        [("SESSION_SECRET_KEY_FILE", "/nowhere"), ("SESSION_FALLBACK_KEYS", "short"), ("SESSION_NAME", "id")];
    with_env(a_secret_of_code_takes_the_place_of_the_setting_and_of_the_file, &variables, || {
        let settings = from_env().with_secret_key(SECRET).with_fallback_keys([fallback_secret(1)]);

        assert_eq!(settings.cookie_config().unwrap(), config::default().with_name("id"));
        assert!(manager_from(settings).is_ok());
    });
    signs_with(with_key("").with_secret_key(OLD_SECRET), OLD_SECRET);
    let settings = with_fallback(r#""short""#).with_fallback_keys([OLD_SECRET.to_owned(), fallback_secret(2)]);
    let manager = manager_from(settings).unwrap();
    assert_eq!(key_index(&manager, OLD_SECRET), 1);
    assert_eq!(key_index(&manager, &fallback_secret(2)), 2);
    assert!(with_fallback(r#""short""#).with_fallback_keys(Vec::<String>::new()).fallback_keys().unwrap().is_empty());
}

#[test]
fn a_secret_of_code_is_checked_as_any_other() {
    let settings = SessionSettings::default;
    refusal(settings().with_secret_key("short"), &["secret_key: the secret is shorter"]);
    refusal(settings().with_secret_key(format!("{SECRET}\n")), &["secret_key: the secret begins or ends"]);
    refusal(settings().with_secret_key(""), &["secret_key is missing"]);
    refusal(with_key("").with_fallback_keys(["short"]), &["fallback_keys, key 1: the secret is shorter"]);
    refusal(with_key("").with_fallback_keys([SECRET, ""]), &["fallback_keys, key 2: the secret is empty"]);
}
