//! Signs and opens tokens of VelociPy's format, written from its description. The servers do not use this code, so that the
//! tests check them with code that they do not share.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The token over these bytes, which may be anything.
#[must_use]
pub fn sign(secret: &str, envelope: impl AsRef<[u8]>) -> String {
    sign_payload(secret, &BASE64.encode(envelope))
}

/// The token whose payload is this text, which may be no base64.
#[must_use]
pub fn sign_payload(secret: &str, payload: &str) -> String {
    format!("{payload}.{}", BASE64.encode(mac(secret, payload)))
}

/// The MAC that is a token's signature when it is written in base64.
#[must_use]
pub fn mac(secret: &str, payload: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(payload.as_bytes());
    mac.finalize().into_bytes().into()
}
