//! Tokens, made and verified step by step with `hmac`, `sha2` and `base64`.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use session_codec::{Claims, DecodeError, Lifetime, UnixTime};
use sha2::Sha256;

use super::envelope::{Envelope, read_envelope};

fn hmac(secret: &str, message: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length").chain_update(message)
}

/// Returns `payload "." signature` for any payload, base64url or not.
#[must_use]
pub fn sign(secret: &str, payload: &[u8]) -> Vec<u8> {
    let signature = BASE64.encode(hmac(secret, payload).finalize().into_bytes());
    [payload, b".", signature.as_bytes()].concat()
}

/// Returns a token whose payload is the base64url of any bytes, JSON or not.
#[must_use]
pub fn sign_json(secret: &str, json: &[u8]) -> String {
    String::from_utf8(sign(secret, BASE64.encode(json).as_bytes())).expect("base64url and a dot")
}

/// A payload with a valid signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic<'a> {
    /// The position of the secret that signed it.
    pub key_index: usize,
    /// The payload's text.
    pub payload: &'a [u8],
}

/// Verifies the signature.
///
/// # Errors
///
/// Those of the library.
pub fn authenticate<'a>(token: &'a [u8], secrets: &[&str]) -> Result<Authentic<'a>, DecodeError> {
    let dot = token.iter().rposition(|byte| *byte == b'.').ok_or(DecodeError::Malformed)?;
    let (payload, signature) = (&token[..dot], &token[dot + 1..]);
    let mac = BASE64.decode(signature).ok().filter(|mac| mac.len() == 32).ok_or(DecodeError::Malformed)?;
    let signed_by = |secret: &&str| hmac(secret, payload).verify_slice(&mac).is_ok();
    let key_index = secrets.iter().position(signed_by).ok_or(DecodeError::InvalidSignature)?;
    Ok(Authentic { key_index, payload })
}

/// Verifies everything but the age.
///
/// # Errors
///
/// Those of the library.
pub fn verify(token: &[u8], secrets: &[&str]) -> Result<(usize, Envelope), DecodeError> {
    let Authentic { key_index, payload } = authenticate(token, secrets)?;
    let json = BASE64.decode(payload).map_err(|_| DecodeError::InvalidPayload)?;
    let json = String::from_utf8(json).map_err(|_| DecodeError::InvalidPayload)?;
    let envelope = read_envelope(&json).ok_or(DecodeError::InvalidPayload)?;
    Ok((key_index, envelope))
}

/// The time and the limits for a token's age.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The current time.
    pub now: UnixTime,
    /// The codec's maximum age.
    pub max_age: Option<Duration>,
    /// The most that a token without an `m` may age.
    pub default_lifetime: Option<Duration>,
    /// The longest time since the session began.
    pub max_lifetime: Option<Duration>,
    /// The codec's clock skew.
    pub clock_skew: Duration,
}

impl Limits {
    /// Checks the age, in nanoseconds.
    ///
    /// # Errors
    ///
    /// Those of the library.
    pub fn check(&self, claims: &Claims) -> Result<(), DecodeError> {
        let nanos = |duration: Duration| i128::try_from(duration.as_nanos()).expect("96 bits at most");
        let age = nanos(self.now.since_epoch()) - nanos(claims.issued_at.since_epoch());
        if -age > nanos(self.clock_skew) {
            return Err(DecodeError::IssuedInFuture);
        }
        let own_limit = match claims.lifetime {
            Some(Lifetime::For(lifetime)) => Some(lifetime),
            Some(Lifetime::BrowserSession) | None => self.default_lifetime,
        };
        let since_began = claims
            .created_at
            .map_or(age, |created_at| age.max(nanos(self.now.since_epoch()) - nanos(created_at.since_epoch())));
        let limits = [(self.max_age, age), (own_limit, age), (self.max_lifetime, since_began)];
        if limits.into_iter().any(|(limit, age)| limit.is_some_and(|limit| age > nanos(limit))) {
            return Err(DecodeError::Expired);
        }
        Ok(())
    }
}
