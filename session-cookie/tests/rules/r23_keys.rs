//! Rule 23: which key signs, which keys verify, and what is logged of them.

use std::fs;
use std::path::{Path, PathBuf};

use session_cookie::{
    ConfigError, CookieConfig, DecodeError, Key, KeyError, Origin, SessionError, SessionManager, SessionSettings,
};

use crate::common::settings::refusal;
use crate::common::*;

fn with_fallback_keys(count: usize) -> SessionManager {
    manager().with_fallback_keys((1..=count).map(|n| Key::new(fallback_secret(n)).unwrap())).unwrap()
}

#[test]
fn r23_signing_is_by_the_primary_key_only() {
    let manager = manager().with_fallback_keys([old_key()]).unwrap();
    let session = manager.load([signed_by(OLD_SECRET)]);
    session.insert("b", 2).unwrap();

    // `saved_data` checks the signature against the primary key.
    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"b":2}"#);
}

#[test]
fn r23_verification_tries_the_primary_key_then_the_fallback_keys_in_order() {
    let manager = with_fallback_keys(8);

    assert_eq!(key_index(&manager, SECRET), 0);
    for n in 1..=8 {
        assert_eq!(key_index(&manager, &fallback_secret(n)), n);
    }
}

#[test]
fn r23_the_first_of_two_equal_fallback_keys_answers() {
    let manager = manager().with_fallback_keys([old_key()]).unwrap().with_fallback_keys([old_key()]).unwrap();

    assert_eq!(key_index(&manager, OLD_SECRET), 1);
}

#[test]
fn r23_a_fallback_key_that_is_the_primary_key_makes_no_rotation() {
    let manager = manager().with_fallback_keys([key()]).unwrap();
    let session = manager.load([signed_by(SECRET)]);
    let _ = session.len();

    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r23_without_its_fallback_key_the_old_cookie_is_forged() {
    let session = manager().load([signed_by(OLD_SECRET)]);

    assert_eq!(session.origin(), Origin::Rejected(DecodeError::InvalidSignature));
}

#[test]
fn r23_a_fallback_key_gives_an_expired_cookie_no_more_time() {
    let manager = manager().with_fallback_keys([old_key()]).unwrap();

    assert_eq!(manager.load([old_cookie("{}", NOW - 3601)]).origin(), Origin::Rejected(DecodeError::Expired));
}

#[test]
fn r23_there_are_at_most_8_fallback_keys_and_a_ninth_is_refused() {
    assert_eq!(SessionManager::MAX_FALLBACK_KEYS, 8);
    let ninth = || [Key::new(fallback_secret(9)).unwrap()];
    let all = (1..=9).map(|n| Key::new(fallback_secret(n)).unwrap());
    let refused = Some(ConfigError::TooManyFallbackKeys { limit: 8 });

    assert_eq!(key_index(&with_fallback_keys(8), &fallback_secret(8)), 8);
    assert_eq!(with_fallback_keys(8).with_fallback_keys(ninth()).err(), refused);
    assert_eq!(manager().with_fallback_keys(all).err(), refused);
}

#[test]
fn r23_adding_a_key_leaves_the_clones_made_before_as_they_are() {
    let before = manager();
    let session = before.load([signed_by(OLD_SECRET)]);
    let after = before.clone().with_fallback_keys([old_key()]).unwrap();

    assert_eq!(session.origin(), Origin::Rejected(DecodeError::InvalidSignature));
    assert_eq!(key_index(&after, OLD_SECRET), 1);
    assert_eq!(after.save(&session).unwrap_err(), SessionError::OtherManager);
    assert!(before.save(&session).is_ok());
}

#[test]
fn r23_the_order_of_clock_and_keys_does_not_matter() {
    let manager = SessionManager::new(key(), CookieConfig::default())
        .unwrap()
        .with_fallback_keys([old_key()])
        .unwrap()
        .with_clock(now)
        .with_fallback_keys([Key::new(fallback_secret(2)).unwrap()])
        .unwrap();

    assert_eq!(key_index(&manager, OLD_SECRET), 1);
    assert_eq!(key_index(&manager, &fallback_secret(2)), 2);
}

#[test]
fn r23_a_derived_key_is_another_key() {
    let derived = SessionManager::new(key().derive("admin"), CookieConfig::default()).unwrap().with_clock(now);

    assert_eq!(derived.load([signed_by(SECRET)]).origin(), Origin::Rejected(DecodeError::InvalidSignature));
    let session = derived.load([""]);
    session.insert("a", 1).unwrap();
    let cookie = save(&derived, &session).unwrap();
    assert_eq!(manager().load([pair(&cookie)]).origin(), Origin::Rejected(DecodeError::InvalidSignature));
    assert!(matches!(derived.load([pair(&cookie)]).origin(), Origin::Verified { key_index: 0, .. }));
}

#[test]
fn r23_a_key_has_at_least_32_bytes() {
    assert!(Key::new("k".repeat(32)).is_ok());
    assert_eq!(Key::new("k".repeat(31)).unwrap_err(), KeyError::TooShort);
    assert_eq!(Key::new("").unwrap_err(), KeyError::TooShort);
}

#[test]
fn r23_a_short_secret_that_a_fleet_uses_can_be_a_fallback_key() {
    let manager = manager().with_fallback_keys([Key::with_short_secret("change-me-in-production").unwrap()]).unwrap();
    let session = manager.load([signed_by("change-me-in-production")]);

    assert_eq!(session.get("a"), Ok(Some(1)));
    assert_eq!(Key::with_short_secret("").unwrap_err(), KeyError::Empty);
}

// The log

/// What building a manager of this key logs.
fn log_of(key: Key) -> String {
    let config = CookieConfig::default().with_name("id");
    logged(|| SessionManager::new(key, config).unwrap()).1
}

#[test]
fn r23_the_fingerprint_of_the_key_is_logged_once_when_a_manager_is_built() {
    let log = log_of(key());

    let [line] = log.lines().collect::<Vec<_>>()[..] else { panic!("{log}") };
    assert_eq!(lines(&log, "INFO"), [line]);
    assert!(line.contains(r#"cookie="id""#) && line.ends_with(&format!("key={}", key().fingerprint())), "{line}");
    assert_ne!(log, log_of(old_key()), "another key has another fingerprint");
    let (_, log) = logged(|| manager().load([signed_by(SECRET)]).len());
    assert_eq!(lines(&log, "INFO").len(), 1, "a request logs no more: {log}");
}

#[test]
fn r23_the_fingerprints_of_the_fallback_keys_are_logged_with_that_of_the_key() {
    let [second, third] = [2, 3].map(|n| Key::new(fallback_secret(n)).unwrap());
    let logs = |log: &str, fallback_keys: &[&Key]| assert_keys_logged(log, &key(), fallback_keys);

    let (manager, log) = logged(|| SessionManager::new(key(), CookieConfig::default()).unwrap());
    logs(&log, &[]);
    let (manager, log) = logged(|| manager.with_fallback_keys([second.clone()]).unwrap());
    logs(&log, &[&second]);
    let (manager, log) = logged(|| manager.with_fallback_keys([third.clone()]).unwrap());
    logs(&log, &[&second, &third]);
    let (_, log) = logged(|| manager.sibling(CookieConfig::default().with_name("oauth")).unwrap());
    logs(&log, &[&second, &third]);

    let settings = SessionSettings::default().with_secret_key(SECRET).with_fallback_keys([fallback_secret(2)]);
    let (_, log) = logged(|| SessionManager::try_from(settings).unwrap());
    logs(&log, &[&second]);
}

#[test]
fn r23_an_example_secret_is_warned_of_once_for_a_manager_and_its_siblings() {
    let example = |secret| Key::new(secret).unwrap();
    let config = || CookieConfig::default().with_secure(false);
    let count = |log: &str| lines(log, "WARN").len();
    log::install();

    let (manager, log) =
        logged(|| SessionManager::new(example("an example secret of 32 bytes or more"), config()).unwrap());
    assert_eq!(count(&log), 1, "{log}");
    let (_, log) = logged(|| manager.sibling(config().with_name("oauth")).unwrap());
    assert_eq!(count(&log), 0, "{log}");

    let (manager, log) =
        logged(|| manager.with_fallback_keys([example("the previous secret, 32 bytes or longer")]).unwrap());
    assert_eq!(count(&log), 1, "its own alone: {log}");
    let (_, log) = logged(|| manager.with_fallback_keys([old_key()]).unwrap());
    assert_eq!(count(&log), 0, "{log}");
}

#[test]
fn r23_an_example_secret_is_warned_of_at_every_start() {
    for secret in [
        "an example secret of 32 bytes or more",
        "the new secret, 32 bytes or longer",
        "the next secret, of 32 bytes or longer",
        "the previous secret, 32 bytes or longer",
        "change-me-in-production",
    ] {
        let key = || Key::with_short_secret(secret).unwrap();
        for _ in 0..2 {
            let log = log_of(key());
            let [warning] = lines(&log, "WARN")[..] else { panic!("{log}") };
            assert!(warning.contains("example") && warning.contains("openssl rand -base64 32"), "{warning}");
            assert!(warning.contains(&key().fingerprint().to_string()) && !warning.contains(secret), "{warning}");
        }
        let manager = manager();
        let (_, log) = logged(|| manager.with_fallback_keys([key()]).unwrap());
        assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    }
    assert_eq!(lines(&log_of(key()), "WARN"), [""; 0]);
    assert_eq!(lines(&log_of(key().derive("session")), "WARN"), [""; 0]);
}

/// The files below this folder that are documentation: Markdown, and Rust for its doc comments.
fn documentation(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_documentation = path.extension().is_some_and(|extension| extension == "md" || extension == "rs");
        match path.is_dir() {
            true => files.append(&mut documentation(&path)),
            false if is_documentation => files.push(path),
            false => {}
        }
    }
    files
}

#[test]
fn r23_every_secret_in_our_documentation_is_warned_of() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let crates = ["session-codec", "session-cookie", "adapter-axum", "adapter-actix"];
    let files = crates.iter().flat_map(|name| {
        let readme = workspace.join(name).join("README.md");
        documentation(&workspace.join(name).join("src")).into_iter().chain([readme])
    });
    let mut secrets = 0;
    for file in files.chain([workspace.join("README.md"), workspace.join("DESIGN.md"), workspace.join("SECURITY.md")]) {
        let text = fs::read_to_string(&file).unwrap();
        for before in [
            "Key::new(\"",
            "with_secret_key(\"",
            "with_fallback_keys([\"",
            "\"secret_key\": \"",
            "SESSION_SECRET_KEY=\"",
            "_secret = \"",
        ] {
            for (_, rest) in text.match_indices(before).map(|(at, before)| text.split_at(at + before.len())) {
                let secret = rest.split('"').next().unwrap();
                if let Ok(key) = Key::new(secret) {
                    assert_eq!(lines(&log_of(key), "WARN").len(), 1, "{secret:?} in {file:?}");
                    secrets += 1;
                }
            }
        }
    }
    assert!(secrets > 20, "{secrets} secrets were found");
}

// In settings

#[test]
fn r23_a_secret_with_white_space_or_a_quote_at_an_end_is_refused_in_settings_and_taken_by_code() {
    let padded = format!("{SECRET}\n");
    let settings = SessionSettings::default().with_secret_key(&padded);

    refusal(settings.clone(), &["white space or a quote", "SessionManager::new(Key::new(secret)?"]);

    let manager = SessionManager::new(Key::new(&padded).unwrap(), settings.cookie_config().unwrap()).unwrap();
    assert_eq!(key_index(&manager.with_clock(now), &padded), 0);
}
