//! Rule 23: which key signs, and which keys verify.

use session_cookie::{ConfigError, CookieConfig, DecodeError, Key, KeyError, Origin, SessionError, SessionManager};

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
