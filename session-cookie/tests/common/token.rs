//! Tokens and cookies that the library did not sign.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{NOW, OLD_SECRET, SECRET};

/// `payload.signature` over any payload bytes, by nothing but HMAC-SHA256 and base64url.
pub(crate) fn sign(secret: impl AsRef<[u8]>, json: impl AsRef<[u8]>) -> String {
    let payload = Base64UrlUnpadded::encode_string(json.as_ref());
    let signature = signature(secret, &payload);
    format!("{payload}.{signature}")
}

pub(crate) fn signature(secret: impl AsRef<[u8]>, payload: &str) -> String {
    Base64UrlUnpadded::encode_string(&mac(secret, payload))
}

pub(crate) fn mac(secret: impl AsRef<[u8]>, message: &str) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(secret.as_ref()).unwrap().chain_update(message).finalize().into_bytes().into()
}

pub(crate) fn envelope(data: &str, issued_at: u64) -> String {
    format!(r#"{{"d":{data},"t":{issued_at}}}"#)
}

/// `{"d":data,"t":issued_at}`, signed.
pub(crate) fn token(data: &str, issued_at: u64) -> String {
    sign(SECRET, envelope(data, issued_at))
}

/// A `Cookie` header with a session that was signed at [`NOW`].
pub(crate) fn cookie(data: &str) -> String {
    cookie_of(data, NOW)
}

/// A `Cookie` header with a session that was signed at any time.
pub(crate) fn cookie_of(data: &str, issued_at: u64) -> String {
    format!("session={}", token(data, issued_at))
}

/// A `Cookie` header with a session that was signed before the key was rotated.
pub(crate) fn old_cookie(data: &str, issued_at: u64) -> String {
    format!("session={}", sign(OLD_SECRET, envelope(data, issued_at)))
}

/// A `Cookie` header with a session `{"a":1}` that was signed with this secret at [`NOW`].
pub(crate) fn signed_by(secret: &str) -> String {
    format!("session={}", sign(secret, envelope(r#"{"a":1}"#, NOW)))
}

/// A `Cookie` header with any signed envelope.
pub(crate) fn signed_cookie(json: impl AsRef<[u8]>) -> String {
    format!("session={}", sign(SECRET, json))
}
