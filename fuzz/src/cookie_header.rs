//! `Cookie` headers. A control character is replaced by a token, since no fuzzer guesses a signature; after a 0x0f it is
//! kept.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::value::RawValue;
use session_codec::{Claims, DecodeError, UnixTime};
use session_cookie::{CookieConfig, Origin, SessionManager};

use crate::keys::{ACCEPTED, FALLBACK, NOW, PRIMARY, STRANGER, key};
use crate::reference::{self, Limits, candidates, members};

const NAME: &str = "session";

static MANAGER: LazyLock<SessionManager> = LazyLock::new(|| {
    SessionManager::new(key(PRIMARY), CookieConfig::default())
        .expect("the defaults are good")
        .with_fallback_keys([key(FALLBACK)]).unwrap()
        .with_clock(|| NOW)
});

/// Checks header values, separated by line feeds: the manager finds a session if and only if the reference does.
pub fn check(text: &[u8]) {
    let headers: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(with_tokens).collect();
    let headers: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();

    let session = MANAGER.load(&headers);

    let verdicts: Vec<_> = candidates(NAME, &headers).iter().map(|token| verify(token)).collect();
    let contents = match verdicts.iter().find(|verdict| verdict.is_ok()) {
        Some(Ok((expected, data))) => {
            let Origin::Verified { issued_at, key_index, .. } = session.origin() else {
                panic!("{:?} where {expected:?} is good", session.origin());
            };
            assert_eq!((key_index, issued_at), *expected);
            data
        }
        _ => {
            assert_eq!(session.origin(), rejected(&verdicts));
            "{}"
        }
    };
    let read: Box<RawValue> = session.read().expect("an object");
    assert_eq!(read.get(), contents);
}

fn rejected<T>(verdicts: &[Result<T, DecodeError>]) -> Origin {
    let is_authentic =
        |reason: &&DecodeError| !matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature);
    let mut reasons = verdicts.iter().filter_map(|verdict| verdict.as_ref().err());
    let authentic = reasons.clone().find(is_authentic);
    authentic.or_else(|| reasons.next()).map_or(Origin::New, |reason| Origin::Rejected(*reason))
}

type Good = ((usize, UnixTime), String);

fn verify(token: &[u8]) -> Result<Good, DecodeError> {
    let (key_index, envelope) = reference::verify(token, &ACCEPTED)?;
    let issued_at = UnixTime::from_secs(envelope.issued_at.parse().expect("all tokens here have whole seconds"));
    let limits = Limits { now: NOW, max_age: Some(Duration::from_secs(3600)), clock_skew: Duration::from_secs(60) };
    limits.check(&Claims::new(issued_at))?;
    members(&envelope.data).ok_or(DecodeError::InvalidPayload)?;
    Ok(((key_index, issued_at), envelope.data))
}

/// Replaces control characters by tokens. Those that are space in a header (tab, line feed, form feed, carriage return) and
/// all other bytes are kept.
fn with_tokens(header: &[u8]) -> Vec<u8> {
    let mut with_tokens = Vec::new();
    let mut bytes = header.iter();
    while let Some(byte) = bytes.next() {
        match token(*byte) {
            Some(token) => with_tokens.extend_from_slice(token.as_bytes()),
            None if *byte == KEEP => with_tokens.extend(bytes.next()),
            None => with_tokens.push(*byte),
        }
    }
    with_tokens
}

/// The byte after it is kept.
const KEEP: u8 = 0x0f;

fn token(byte: u8) -> Option<&'static str> {
    static TOKENS: LazyLock<BTreeMap<u8, String>> = LazyLock::new(|| {
        let now = NOW.as_secs();
        let token = |secret, data: &str, issued_at: u64| {
            reference::sign_json(secret, format!(r#"{{"d":{data},"t":{issued_at}}}"#).as_bytes())
        };
        BTreeMap::from([
            (0x01, token(PRIMARY, r#"{"user_id":"42"}"#, now)),
            (0x02, token(PRIMARY, r#"{"user_id":"43","cart":["egg",{}]}"#, now - 3600)),
            (0x03, token(FALLBACK, r#"{"user_id":"44"}"#, now + 60)),
            (0x04, token(STRANGER, r#"{"user_id":"45"}"#, now)),
            (0x05, token(PRIMARY, "{}", now - 3601)),
            (0x06, token(FALLBACK, "{}", now + 61)),
            (0x07, token(PRIMARY, "[]", now)),
            (0x08, token(PRIMARY, r#"{"user_id":nope}"#, now)),
            // Name and value have 4095 bytes.
            (0x0b, token(PRIMARY, &of_length(3012), now)),
            // Name and value have 4097 bytes.
            (0x0e, token(PRIMARY, &of_length(3013), now)),
        ])
    });
    TOKENS.get(&byte).map(String::as_str)
}

fn of_length(length: usize) -> String {
    format!(r#"{{"k":"{}"}}"#, "x".repeat(length - r#"{"k":""}"#.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_is_accepted_or_refused_as_intended() {
        let reason = |byte| verify(token(byte).expect("a token").as_bytes()).err();
        assert_eq!([0x01, 0x02, 0x03, 0x0b].map(reason), [None; 4]);
        assert_eq!(
            [0x04, 0x05, 0x06, 0x07, 0x08].map(reason),
            [
                Some(DecodeError::InvalidSignature),
                Some(DecodeError::Expired),
                Some(DecodeError::IssuedInFuture),
                Some(DecodeError::InvalidPayload),
                Some(DecodeError::InvalidPayload),
            ]
        );
        assert_eq!(
            with_tokens(b"a\x0f\x01\x0f\x0f\x0b\x0f"),
            [b"a\x01\x0f", token(0x0b).expect("a token").as_bytes()].concat()
        );
        let size = |byte| NAME.len() + token(byte).expect("a token").len();
        assert_eq!([0x0b, 0x0e].map(size), [4095, 4097]);
    }
}
