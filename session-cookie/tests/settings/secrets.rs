//! Secrets: from text, from files, and from code, and what is refused.

#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, iter, thread};

use session_cookie::{ConfigError, Origin, SecretFlaw, SessionManager, SessionSettings, SettingsError};

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

/// A mounted secret as the kubelet changes it: each file is a link through `..data`, which is swapped as a whole.
#[cfg(unix)]
struct Mount {
    folder: PathBuf,
    version: u32,
}

#[cfg(unix)]
impl Mount {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let mut mount = Self { folder: folder(name), version: 0 };
        mount.swap(files);
        for (file, _) in files {
            symlink(Path::new("..data").join(file), mount.path(file)).unwrap();
        }
        mount
    }

    fn swap(&mut self, files: &[(&str, &str)]) {
        let before = self.path(&format!("..{}", self.version));
        self.version += 1;
        let version = format!("..{}", self.version);
        fs::create_dir(self.path(&version)).unwrap();
        for (file, content) in files {
            fs::write(self.path(&version).join(file), content).unwrap();
        }
        symlink(version, self.path("..data_tmp")).unwrap();
        fs::rename(self.path("..data_tmp"), self.path("..data")).unwrap();
        if self.version > 1 {
            fs::remove_dir_all(before).unwrap();
        }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}

/// The settings whose key and fallback keys are in these files.
fn with_files(key: &Path, fallback_keys: &Path) -> SessionSettings {
    let files = serde_json::json!({ "secret_key_file": key, "fallback_keys_file": fallback_keys });
    serde_json::from_value(files).unwrap()
}

/// The fingerprints of the keys that these settings give, the primary one first.
fn fingerprints(settings: &SessionSettings) -> Result<Vec<String>, SettingsError> {
    let (key, fallback_keys) = settings.keys()?;
    Ok(iter::once(key).chain(fallback_keys).map(|key| key.fingerprint().to_string()).collect())
}

fn fingerprints_of(secrets: &[&str]) -> Vec<String> {
    secrets.iter().map(|secret| session_cookie::Key::new(secret).unwrap().fingerprint().to_string()).collect()
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

    assert_eq!(error, SettingsError::Key { setting: "secret_key", number: None, flaw: SecretFlaw::TooShort });
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
        assert_eq!(error, SettingsError::Key { setting: "secret_key", number: None, flaw: SecretFlaw::Padded });

        let two = format!(r#"["{OLD_SECRET}","{secret}"]"#);
        let error = refusal(with_fallback(&two), &["fallback_keys, key 2"]);
        assert_eq!(error, SettingsError::Key { setting: "fallback_keys", number: Some(2), flaw: SecretFlaw::Padded });
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
    for (value, number, flaw) in [
        (r#""short""#.to_owned(), 1, SecretFlaw::TooShort),
        (r#"["short"]"#.to_owned(), 1, SecretFlaw::TooShort),
        (format!(r#""{one},short""#), 2, SecretFlaw::TooShort),
        (format!(r#""{one},""#), 2, SecretFlaw::Empty),
        (format!(r#"",{one}""#), 1, SecretFlaw::Empty),
        (format!(r#""{one},,{one}""#), 2, SecretFlaw::Empty),
        (r#"[""]"#.to_owned(), 1, SecretFlaw::Empty),
        (r#"[null]"#.to_owned(), 1, SecretFlaw::Empty),
    ] {
        let words = [&format!("fallback_keys, key {number}:"), "the secret is"];
        let expected = SettingsError::Key { setting: "fallback_keys", number: Some(number), flaw };
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
        assert_eq!(
            error,
            SettingsError::Key { setting: "fallback_keys", number: Some(number), flaw: SecretFlaw::Padded }
        );
    }
}

#[test]
fn a_fallback_key_is_text() {
    for value in ["1", "true", "{}", "[1]", r#"[["x"]]"#] {
        let error = refusal(with_fallback(value), &["fallback_keys, key 1", "not text"]);
        assert_eq!(error, SettingsError::Key { setting: "fallback_keys", number: Some(1), flaw: SecretFlaw::NotText });
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
    let mut mount = Mount::new("kubernetes", &[("session_key", OLD_SECRET)]);
    let settings = with_key_file(&mount.path("session_key"));
    signs_with(settings.clone(), OLD_SECRET);

    mount.swap(&[("session_key", SECRET)]);

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
        assert_eq!(
            error,
            SettingsError::Key { setting: "secret_key_file", number: None, flaw: SecretFlaw::Padded },
            "{end:?}"
        );
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
    assert_eq!(error, SettingsError::Key { setting: "fallback_keys_file", number: Some(2), flaw: SecretFlaw::Padded });

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

// Read again

#[test]
fn keys_reads_the_files_at_each_call() {
    let (key, previous) = (file("again", OLD_SECRET), file("again-previous", ""));
    let settings = with_files(&key, &previous);
    let manager = manager_from(settings.clone()).unwrap();
    assert_eq!(fingerprints(&settings), Ok(fingerprints_of(&[OLD_SECRET])));

    fs::write(&key, format!("{SECRET}\n")).unwrap();
    fs::write(&previous, format!("{OLD_SECRET}\n{}\n", fallback_secret(1))).unwrap();
    let (keys, log) = logged(|| settings.keys());

    assert_eq!(log, "", "all of it is in files");
    let (key, fallback_keys) = keys.unwrap();
    manager.set_keys(key, fallback_keys).unwrap();
    assert_eq!(key_index(&manager, SECRET), 0);
    assert_eq!(key_index(&manager, OLD_SECRET), 1);
    assert_eq!(key_index(&manager, &fallback_secret(1)), 2);
}

#[test]
fn keys_that_are_in_no_file_are_given_as_they_were_with_a_warning() {
    let first = fallback_secret(1);
    let list = format!(r#""fallback_keys":["{OLD_SECRET}","{first}"]"#);
    for (settings, expected) in [(with_key(""), &[SECRET][..]), (with_key(&list), &[SECRET, OLD_SECRET, &first])] {
        let (keys, log) = logged(|| fingerprints(&settings));

        assert_eq!(keys, Ok(fingerprints_of(expected)));
        let [line] = lines(&log, "WARN")[..] else { panic!("{log}") };
        assert!(line.contains("keys not read again, since only files change"), "{line}");
        let fields = r#" option="secret_key" key_file="secret_key_file" list_file="fallback_keys_file""#;
        assert!(line.ends_with(fields), "{line}");
    }
}

#[test]
fn keys_names_the_variable_that_cannot_change() {
    let variables = [("SESSION_SECRET_KEY", SECRET), ("SESSION_FALLBACK_KEYS", "")];
    with_env(keys_names_the_variable_that_cannot_change, &variables, || {
        let (keys, log) = logged(|| fingerprints(&from_env()));

        assert_eq!(keys, Ok(fingerprints_of(&[SECRET])));
        let [line] = lines(&log, "WARN")[..] else { panic!("{log}") };
        assert!(line.contains("keys not read again"), "{line}");
        let files = r#"key_file="SESSION_SECRET_KEY_FILE" list_file="SESSION_FALLBACK_KEYS_FILE""#;
        assert!(line.ends_with(&format!(r#" option="SESSION_SECRET_KEY" {files}"#)), "{line}");
        assert!(!line.contains(SECRET), "{line}");
    });
}

#[test]
fn what_code_gave_is_named_by_its_setter_beside_variables() {
    let variables = [("SESSION_SECRET_KEY_FILE", "/nowhere"), ("SESSION_FALLBACK_KEYS", OLD_SECRET)];
    with_env(what_code_gave_is_named_by_its_setter_beside_variables, &variables, || {
        let settings = from_env().with_secret_key(SECRET);
        let (keys, log) = logged(|| fingerprints(&settings));
        assert_eq!(keys, Ok(fingerprints_of(&[SECRET, OLD_SECRET])));
        let [line] = lines(&log, "WARN")[..] else { panic!("{log}") };
        assert!(line.contains(r#" option="with_secret_key""#), "{line}");

        let short = settings.clone().with_secret_key("short").key().unwrap_err();
        assert!(short.to_string().starts_with("with_secret_key: the secret is shorter"), "{short}");
        let short = settings.clone().with_fallback_keys(["short"]).fallback_keys().unwrap_err();
        assert!(short.to_string().starts_with("with_fallback_keys, key 1: the secret is shorter"), "{short}");
        let missing = settings.with_secret_key("").key().unwrap_err();
        assert!(missing.to_string().starts_with("with_secret_key is missing or empty"), "{missing}");
    });
}

/// Phase 2 puts a new key into the one and the old key into the other. With only one of them read, sessions are lost.
#[test]
fn keys_are_both_in_files_or_neither_is() {
    let file = |secret: &str| file("one-file", secret);
    let no_list = with_key_file(&file(SECRET));
    for settings in [no_list.clone(), no_list.clone().with_fallback_keys([OLD_SECRET])] {
        let manager = manager_from(settings.clone()).unwrap();
        file(&fallback_secret(1));
        let (error, log) = logged(|| settings.keys().unwrap_err());
        assert_eq!(error, SettingsError::OneFile { setting: "secret_key_file", missing: "fallback_keys_file" });
        assert_eq!(
            error.to_string(),
            "secret_key_file was not read again; set fallback_keys_file too, in place of secrets given otherwise, or a rotation loses sessions"
        );
        assert_eq!(log, "");
        assert_eq!(key_index(&manager, SECRET), 0);
        file(SECRET);
    }
    let no_key_file = with_fallback_file(&file(OLD_SECRET));
    for settings in [no_key_file.clone(), no_key_file.with_secret_key(SECRET)] {
        assert!(manager_from(settings.clone()).is_ok());
        let error = settings.keys().unwrap_err();
        assert_eq!(error, SettingsError::OneFile { setting: "fallback_keys_file", missing: "secret_key_file" });
    }
    let variables = [("SESSION_SECRET_KEY_FILE", file(SECRET)), ("SESSION_FALLBACK_KEYS", OLD_SECRET.into())];
    with_env(keys_are_both_in_files_or_neither_is, &variables, || {
        let error = from_env().keys().unwrap_err().to_string();
        assert!(error.contains("SESSION_SECRET_KEY_FILE was") && error.contains("set SESSION_FALLBACK_KEYS_FILE too"));
    });
}

#[test]
fn keys_fails_as_a_start_would() {
    let (key, previous) = (file("broken-later", SECRET), file("broken-later-previous", OLD_SECRET));
    let settings = with_files(&key, &previous);
    assert!(settings.keys().is_ok());

    fs::write(&previous, "short").unwrap();
    let too_short = SettingsError::Key { setting: "fallback_keys_file", number: Some(1), flaw: SecretFlaw::TooShort };
    assert_eq!(fingerprints(&settings), Err(too_short));

    fs::remove_file(&key).unwrap();
    let error = settings.keys().unwrap_err();
    assert!(matches!(error, SettingsError::UnreadableFile { setting: "secret_key_file", .. }), "{error}");

    let in_code = with_key("").with_fallback_keys(["short"]);
    let (error, log) = logged(|| fingerprints(&in_code).unwrap_err());
    assert_eq!((error.to_string().contains("fallback_keys, key 1"), log.as_str()), (true, ""));
}

#[cfg(unix)]
#[test]
fn keys_gives_no_new_key_with_an_old_list_while_a_mount_is_swapped() {
    const PAIRS: [[(&str, &str); 2]; 2] =
        [[("key", SECRET), ("previous", OLD_SECRET)], [("key", OLD_SECRET), ("previous", SECRET)]];
    let expected = PAIRS.map(|[(_, key), (_, previous)]| fingerprints_of(&[key, previous]));
    let mut mount = Mount::new("swapped", &PAIRS[0]);
    let settings = with_files(&mount.path("key"), &mount.path("previous"));
    let is_over = AtomicBool::new(false);
    let mut seen = [0; 2];

    thread::scope(|scope| {
        scope.spawn(|| {
            for pair in PAIRS.iter().rev().cycle().take_while(|_| !is_over.load(Ordering::Relaxed)) {
                mount.swap(pair);
                thread::sleep(Duration::from_millis(2));
            }
        });
        let mut read = || {
            for _ in 0..5_000 {
                let keys = fingerprints(&settings)?;
                let Some(at) = expected.iter().position(|pair| *pair == keys) else { return Ok(Some(keys)) };
                seen[at] += 1;
            }
            Ok::<_, SettingsError>(None)
        };
        let mixed = read();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(mixed, Ok(None));
    });

    assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
}

/// A file that is another one for each reader: the kernel's UUID, which is as long as a secret.
#[cfg(target_os = "linux")]
#[test]
fn keys_that_change_at_each_reading_are_refused() {
    let changing = Path::new("/proc/sys/kernel/random/uuid");
    let steady = file("beside-a-changing-one", SECRET);
    for settings in [with_files(&steady, changing), with_files(changing, &steady)] {
        assert!(manager_from(settings.clone()).is_ok());

        let error = settings.keys().unwrap_err();

        let files = ["secret_key_file", "fallback_keys_file"];
        assert_eq!(error, SettingsError::FilesChange { files });
        assert_eq!(
            error.to_string(),
            "secret_key_file and fallback_keys_file gave other keys at each reading; write each as a whole, then read them again"
        );
    }
}

/// A pipe would be waited for, and gives its text once.
#[cfg(unix)]
#[test]
fn keys_reads_no_pipe() {
    let pipe = folder("pipe").join("secret");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let steady = file("beside-a-pipe", SECRET);
    for (settings, setting) in
        [(with_files(&pipe, &steady), "secret_key_file"), (with_files(&steady, &pipe), "fallback_keys_file")]
    {
        let (done, result) = std::sync::mpsc::channel();
        thread::spawn(move || done.send(settings.keys().map(drop)));

        let error = result.recv_timeout(Duration::from_secs(20)).expect("it waits for the pipe").unwrap_err();

        let path = Some(pipe.to_str().unwrap().to_owned());
        let reason = "it is not a regular file, so it can't be read again".to_owned();
        assert_eq!(error, SettingsError::UnreadableFile { setting, path, reason });
    }
}

/// A start reads once, so a shell may give the secret by a pipe.
#[cfg(unix)]
#[test]
fn a_start_reads_a_pipe() {
    let pipe = folder("pipe-at-start").join("secret");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let settings = with_key_file(&pipe);
    let writer = thread::spawn(move || fs::write(pipe, SECRET));

    signs_with(settings, SECRET);

    writer.join().unwrap().unwrap();
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
