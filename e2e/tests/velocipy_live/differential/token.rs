//! Signs and opens tokens without session-codec, so that neither side is checked with its own code.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use e2e::wire_format;

pub(crate) const SECRET: &str = "exactly 32 bytes, the shortest..";

/// The token over these bytes, which may be anything.
pub(crate) fn sign(envelope: impl AsRef<[u8]>) -> String {
    wire_format::sign(SECRET, envelope)
}

/// The token whose payload is this text, which may be no base64.
pub(crate) fn sign_payload(payload: &str) -> String {
    wire_format::sign_payload(SECRET, payload)
}

/// The payload's text, if the whole is the very token that the secret's holder would have written over it.
pub(crate) fn authentic_payload(token: &[u8]) -> Option<&str> {
    let (payload, _signature) = std::str::from_utf8(token).ok()?.rsplit_once('.')?;
    (sign_payload(payload).as_bytes() == token).then_some(payload)
}

/// The envelope's bytes, if the payload has the one spelling that base64url without padding has for them.
pub(crate) fn envelope(payload: &str) -> Option<Vec<u8>> {
    BASE64.decode(payload).ok()
}
