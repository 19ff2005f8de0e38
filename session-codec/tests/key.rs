//! Keys: their lengths, what they derive, and HMAC-SHA256 by the published vectors.
#![allow(clippy::unreachable, clippy::unwrap_used)]

mod common;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use common::{NOW, SECRET, mac};
use hex_literal::hex;
use serde_json::json;
use session_codec::{Codec, DecodeError, Key, KeyError};

/// Whether `key` has `mac` over `message`: a token whose signature holds is refused for its payload.
fn has_mac(key: &Key, message: &[u8], mac: &[u8]) -> bool {
    let token = [message, b".", Base64UrlUnpadded::encode_string(mac).as_bytes()].concat();
    match Codec::new(key.clone()).verify(token, NOW) {
        Err(DecodeError::InvalidPayload) => true,
        Err(DecodeError::InvalidSignature) => false,
        other => unreachable!("neither signed nor forged: {other:?}"),
    }
}

/// RFC 4231, sections 4.2 to 4.8, without 4.6 (a truncated MAC).
const RFC_4231: [(&[u8], &[u8], [u8; 32]); 6] = [
    (&[0x0b; 20], b"Hi There", hex!("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        hex!("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ),
    (&[0xaa; 20], &[0xdd; 50], hex!("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")),
    (
        &hex!("0102030405060708090a0b0c0d0e0f10111213141516171819"),
        &[0xcd; 50],
        hex!("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    ),
    (
        &[0xaa; 131],
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        hex!("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    ),
    (
        &[0xaa; 131],
        b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be \
          hashed before being used by the HMAC algorithm.",
        hex!("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ),
];

#[test]
fn signs_as_rfc_4231_says() {
    for (secret, message, mac) in RFC_4231 {
        let key = Key::with_short_secret(secret).unwrap();
        assert!(has_mac(&key, message, &mac));

        let mut other = mac;
        *other.last_mut().unwrap() ^= 1;
        assert!(!has_mac(&key, message, &other));
    }
}

#[test]
fn the_mac_is_compared_to_its_last_bit() {
    let key = Key::new(SECRET).unwrap();
    let mac = mac(SECRET, b"message");
    assert!(has_mac(&key, b"message", &mac));
    for bit in 0..256 {
        let mut other = mac;
        *other.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
        assert!(!has_mac(&key, b"message", &other), "bit {bit}");
    }
}

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
    let token = Codec::new(Key::new(SECRET).unwrap()).encode(&json!({}), NOW).unwrap();
    assert!(Codec::new(Key::with_short_secret(SECRET).unwrap()).verify(token, NOW).is_ok());
}

#[test]
fn a_derived_key_is_the_hmac_of_its_purpose() {
    let derived = Key::new(SECRET).unwrap().derive("invitation");
    let expected = mac(SECRET, b"session-codec/derive/v1\0invitation");
    assert!(has_mac(&derived, b"message", &mac(&expected, b"message")));
}

#[test]
fn derived_keys_are_fixed_for_ever() {
    let derived = Key::new(SECRET).unwrap().derive("session");
    let token = Codec::new(derived).encode(&json!({}), NOW).unwrap();
    assert_eq!(token, "eyJkIjp7fSwidCI6MTcwMDAwMDAwMH0.uI7sJWTRpk537TFrycEzxnvPSxhGeB_37vOm_PIPt5g");
}

#[test]
fn derived_keys_differ_from_their_secret_and_from_each_other() {
    let key = Key::new(SECRET).unwrap();
    let keys = [key.clone(), key.derive(""), key.derive("a"), key.derive("b"), key.derive("a").derive("a")];
    for (signer, key) in keys.iter().enumerate() {
        let token = Codec::new(key.clone()).encode(&json!({}), NOW).unwrap();
        for (verifier, key) in keys.iter().enumerate() {
            assert_eq!(Codec::new(key.clone()).verify(&token, NOW).is_ok(), signer == verifier);
        }
    }
}

#[test]
fn debug_shows_nothing_of_the_secret() {
    let key = Key::new(SECRET).unwrap();
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
    assert_eq!(other.verify(token, NOW).err(), Some(DecodeError::InvalidSignature));
}
