//! Tokens that are signed without this crate's encoder, and what the codec says of them.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use session_codec::{Codec, DecodeError, Key, UnixTime, Verified};
use sha2::Sha256;

pub(crate) const SECRET: &[u8] = b"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

pub(crate) fn key() -> Key {
    Key::new(SECRET).unwrap()
}

pub(crate) fn codec() -> Codec {
    Codec::new(key())
}

/// A signed token over this JSON, or over other bytes.
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

/// The codec's verdict on a signed envelope.
pub(crate) fn verify(json: impl AsRef<[u8]>) -> Result<Verified, DecodeError> {
    codec().verify(signed(json), NOW)
}

#[track_caller]
pub(crate) fn assert_is_no_envelope(json: impl AsRef<[u8]>) {
    let text = String::from_utf8_lossy(json.as_ref()).into_owned();
    assert_eq!(verify(json).err(), Some(DecodeError::InvalidPayload), "{text}");
}

/// The JSON that a token was signed over.
pub(crate) fn payload_json(token: &str) -> String {
    let (payload, _) = token.split_once('.').unwrap();
    String::from_utf8(Base64UrlUnpadded::decode_vec(payload).unwrap()).unwrap()
}

/// Whether `key` has `mac` over `message`: a token whose signature holds is refused for its payload.
///
/// A wrong MAC of 32 bytes is an invalid signature. A MAC of any other length is malformed.
pub(crate) fn has_mac(key: &Key, message: &[u8], mac: &[u8]) -> bool {
    let token = [message, b".", Base64UrlUnpadded::encode_string(mac).as_bytes()].concat();
    match (Codec::new(key.clone()).verify(token, NOW).err(), mac.len()) {
        (Some(DecodeError::InvalidPayload), 32) => true,
        (Some(DecodeError::InvalidSignature), 32) => false,
        (Some(DecodeError::Malformed), length) if length != 32 => false,
        other => panic!("neither signed nor forged: {other:?}"),
    }
}
