//! Keys: their lengths, their derived keys, and a `Debug` that shows nothing.

use serde_json::json;
use session_codec::{Codec, Key, KeyError};

use crate::common::{NOW, SECRET, has_mac, key, mac};

#[test]
fn a_secret_has_at_least_32_bytes() {
    assert_eq!(Key::new([7; 31]).unwrap_err(), KeyError::TooShort);
    assert_eq!(Key::new("").unwrap_err(), KeyError::TooShort);
    assert!(Key::new([7; 32]).is_ok());
    assert!(Key::new([7; 1000]).is_ok());
    // Bytes are counted, not characters.
    assert!(Key::new("é".repeat(16)).is_ok());
}

#[test]
fn a_short_secret_has_to_be_asked_for_and_can_not_be_empty() {
    assert!(Key::with_short_secret("k").is_ok());
    assert_eq!(Key::with_short_secret("").unwrap_err(), KeyError::Empty);
}

#[test]
fn a_secret_is_one_key_however_it_was_made() {
    let token = Codec::new(key()).encode(&json!({}), NOW).unwrap();

    assert!(Codec::new(Key::with_short_secret(SECRET).unwrap()).verify(token, NOW).is_ok());
}

#[test]
fn a_derived_key_is_the_hmac_of_its_purpose() {
    let derived = key().derive("invitation");
    let expected = mac(SECRET, b"session-codec/derive/v1\0invitation");

    assert!(has_mac(&derived, b"message", &mac(&expected, b"message")));
}

#[test]
fn derived_keys_are_fixed_for_ever() {
    let derived = key().derive("session");
    let token = Codec::new(derived).encode(&json!({}), NOW).unwrap();

    assert_eq!(token, "eyJkIjp7fSwidCI6MTcwMDAwMDAwMH0.uI7sJWTRpk537TFrycEzxnvPSxhGeB_37vOm_PIPt5g");
}

#[test]
fn derived_keys_differ_from_their_secret_and_from_each_other() {
    let key = key();
    let keys = [key.clone(), key.derive(""), key.derive("a"), key.derive("b"), key.derive("a").derive("a")];
    for (signer, key) in keys.iter().enumerate() {
        let token = Codec::new(key.clone()).encode(&json!({}), NOW).unwrap();
        for (verifier, key) in keys.iter().enumerate() {
            assert_eq!(Codec::new(key.clone()).verify(&token, NOW).is_ok(), signer == verifier);
        }
    }
}

#[test]
fn a_fingerprint_is_the_beginning_of_a_derived_key_fixed_for_ever() {
    let derived = mac(SECRET, b"session-codec/derive/v1\0session-codec/fingerprint/v1");
    let digits: String = derived[..4].iter().map(|byte| format!("{byte:02x}")).collect();

    assert_eq!(key().fingerprint().to_string(), digits);
    assert_eq!(Key::with_short_secret("k").unwrap().fingerprint().to_string(), "09e64281");
}

#[test]
fn debug_shows_nothing_of_the_secret() {
    let key = key();
    assert_eq!(format!("{key:?}"), "Key(..)");
    assert_eq!(format!("{key:#?}"), "Key(..)");
    let codec = format!("{:?}", Codec::new(key.clone()).with_fallback_key(key));
    assert!(!codec.contains("kkkk") && !codec.contains("107"), "{codec}");
}

#[cfg(feature = "getrandom")]
#[test]
fn generated_keys_differ() {
    let token = Codec::new(Key::generate().unwrap()).encode(&json!({}), NOW).unwrap();
    let other = Codec::new(Key::generate().unwrap());

    assert_eq!(other.verify(token, NOW).err(), Some(session_codec::DecodeError::InvalidSignature));
}
