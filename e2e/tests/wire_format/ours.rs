//! The codec of this workspace.

use std::time::Duration;

use session_codec::{Claims, Codec, DecodeError, Key, Lifetime, UnixTime, json};

use crate::answer::{Answer, decimal};
use crate::cases::{Case, Times};

pub(crate) fn verify(case: &Case) -> Answer {
    let mut keys = case.keys.iter().map(key);
    let codec = Codec::new(keys.next().unwrap()).with_clock_skew(case.skew);
    let codec = keys.fold(codec, Codec::with_fallback_key);
    let codec = case.max_age.into_iter().fold(codec, Codec::with_max_age);

    let verified = codec.verify(&case.token, UnixTime::from_duration(case.now));
    let whole = verified.and_then(|verified| check_json(verified.data_json()).map(|()| verified));
    let answer = match whole {
        Ok(verified) => Answer {
            verdict: "good".to_owned(),
            key: Some(verified.key_index()),
            data: Some(verified.data_json().to_owned()),
            t: Some(decimal(verified.issued_at().since_epoch())),
            c: verified.claims().created_at.map(|c| decimal(c.since_epoch())),
            m: lifetime(verified.claims()).map(decimal),
            began: Some(decimal(verified.created_at().since_epoch())),
        },
        Err(reason) => Answer { verdict: name(reason).to_owned(), ..Answer::default() },
    };
    answer.comparable()
}

pub(crate) fn encode(secret: &str, data: &str, times: Times) -> String {
    encode_with(&Codec::new(key(secret)), data, times)
}

pub(crate) fn encode_derived(secret: &str, purpose: &str, data: &str, times: Times) -> String {
    encode_with(&Codec::new(key(secret).derive(purpose)), data, times)
}

fn encode_with(codec: &Codec, data: &str, times: Times) -> String {
    codec.encode_json(data, claims(times)).unwrap()
}

fn key(secret: impl AsRef<[u8]>) -> Key {
    Key::with_short_secret(secret).unwrap()
}

fn claims(Times { t, c, m }: Times) -> Claims {
    Claims {
        issued_at: UnixTime::from_duration(t),
        created_at: c.map(UnixTime::from_duration),
        lifetime: m.map(|m| if m.is_zero() { Lifetime::BrowserSession } else { Lifetime::For(m) }),
    }
}

/// The `m` of a token that has one.
fn lifetime(claims: Claims) -> Option<Duration> {
    claims.lifetime.map(|lifetime| match lifetime {
        Lifetime::For(lifetime) => lifetime,
        Lifetime::BrowserSession => Duration::ZERO,
    })
}

fn check_json(object: &str) -> Result<(), DecodeError> {
    if json::members(object).all(|member| member.is_ok()) { Ok(()) } else { Err(DecodeError::InvalidPayload) }
}

fn name(reason: DecodeError) -> &'static str {
    match reason {
        DecodeError::Malformed => "malformed",
        DecodeError::InvalidSignature => "invalid signature",
        DecodeError::InvalidPayload => "invalid payload",
        DecodeError::IssuedInFuture => "issued in future",
        DecodeError::Expired => "expired",
        other => panic!("the page does not name {other:?}"),
    }
}
