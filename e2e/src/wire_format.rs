//! Signs and opens tokens of VelociPy's format, written from its description. The servers do not use this code, so that the
//! tests check them with code that they do not share.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The token over these bytes, which may be anything.
#[must_use]
pub fn sign(secret: impl AsRef<[u8]>, envelope: impl AsRef<[u8]>) -> String {
    sign_payload(secret, &BASE64.encode(envelope))
}

/// The token whose payload is this text, which may be no base64.
#[must_use]
pub fn sign_payload(secret: impl AsRef<[u8]>, payload: &str) -> String {
    format!("{payload}.{}", BASE64.encode(mac(secret, payload)))
}

/// The MAC that is a token's signature when it is written in base64.
#[must_use]
pub fn mac(secret: impl AsRef<[u8]>, payload: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_ref()).expect("HMAC takes a key of any length");
    mac.update(payload.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The token with one bit of the character at `at` changed.
///
/// # Panics
///
/// If there is no character at `at`.
#[must_use]
pub fn flipped(token: &str, at: usize, bit: u8) -> Vec<u8> {
    let mut token = token.as_bytes().to_vec();
    token[at] ^= 1 << bit;
    token
}

/// The same signature in another spelling: its last character holds two bits that are not of the MAC.
///
/// # Panics
///
/// If the token does not end with a character of base64url.
#[must_use]
pub fn with_trailing_bits(token: &str, bits: u8) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut token = token.as_bytes().to_vec();
    let last = token.last_mut().expect("a token is not empty");
    let value = ALPHABET.iter().position(|character| character == last).expect("a character of base64url");
    *last = ALPHABET[value | usize::from(bits)];
    token
}
