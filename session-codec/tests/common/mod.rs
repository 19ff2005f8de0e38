#![allow(clippy::unwrap_used, dead_code)]
//! A token signed without this crate's encoder, straight from the definition.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use session_codec::{Codec, Key, UnixTime};
use sha2::Sha256;

pub(crate) const SECRET: &[u8] = b"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

pub(crate) fn codec() -> Codec {
    Codec::new(Key::new(SECRET).unwrap())
}

/// A signed token over this JSON, or whatever else the bytes are.
pub(crate) fn signed(json: impl AsRef<[u8]>) -> String {
    signed_payload(&Base64UrlUnpadded::encode_string(json.as_ref()))
}

/// A signed token over this payload text.
pub(crate) fn signed_payload(payload: &str) -> String {
    format!("{payload}.{}", Base64UrlUnpadded::encode_string(&mac(SECRET, payload.as_bytes())))
}

pub(crate) fn mac(secret: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().into()
}
