//! `Cookie` headers. A control character is replaced by a token, since no fuzzer guesses a signature; after a 0x0f it is
//! kept.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::value::RawValue;
use session_codec::{Claims, DecodeError, UnixTime};
use session_cookie::{CookieConfig, Origin, SessionManager};

use crate::keys::{ACCEPTED, FALLBACK, NOW, PRIMARY, STRANGER, key};
use crate::reference::{self, Envelope, Limits, Signed, candidates, members, not_from_the_future, open_signed_last};

const NAME: &str = "session";

static MANAGER: LazyLock<SessionManager> = LazyLock::new(|| {
    SessionManager::new(key(PRIMARY), CookieConfig::default())
        .expect("the defaults are good")
        .with_fallback_keys([key(FALLBACK)])
        .unwrap()
        .with_clock(|| NOW)
});

/// Checks header values, separated by line feeds: the manager finds the session that the reference finds.
pub fn check(text: &[u8]) {
    let headers: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(with_tokens).collect();
    let headers: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();

    let session = MANAGER.load(&headers);

    let cookies: Vec<_> = candidates(NAME, &headers).iter().map(|token| authenticate(token)).collect();
    let contents = match open_signed_last(&cookies, open) {
        Ok(Some((expected, data))) => {
            let Origin::Verified { issued_at, key_index, .. } = session.origin() else {
                panic!("{:?} where {expected:?} is good", session.origin());
            };
            assert_eq!((key_index, issued_at), expected);
            data
        }
        Ok(None) => {
            assert_eq!(session.origin(), Origin::New);
            "{}".to_owned()
        }
        Err(reason) => {
            assert_eq!(session.origin(), Origin::Rejected(reason));
            "{}".to_owned()
        }
    };
    let read: Box<RawValue> = session.read().expect("an object");
    assert_eq!(read.get(), contents);
}

/// Checks all but the age, and that `t` is not in the future.
fn authenticate(token: &[u8]) -> Result<Signed<Envelope>, DecodeError> {
    let (key_index, envelope) = match reference::verify(token, &ACCEPTED) {
        // Data that is no JSON is noticed only once the cookie is taken.
        Err(DecodeError::InvalidPayload) if token == NO_JSON.as_bytes() => (0, no_json()),
        verified => verified?,
    };
    let issued_at = UnixTime::from_duration(seconds(&envelope.issued_at));
    not_from_the_future(Signed { issued_at, key_index, contents: envelope }, NOW)
}

type Session = ((usize, UnixTime), String);

fn open(signed: &Signed<Envelope>) -> Result<Session, DecodeError> {
    let Signed { issued_at, key_index, contents } = signed;
    let lifetime = contents.lifetime.as_deref().map(|lifetime| reference::lifetime(seconds(lifetime)));
    let limits = Limits {
        now: NOW,
        max_age: Some(Duration::from_secs(3600)),
        default_lifetime: None,
        max_lifetime: None,
        clock_skew: Duration::from_secs(60),
    };
    limits.check(&Claims { lifetime, ..Claims::new(*issued_at) })?;
    members(&contents.data).ok_or(DecodeError::InvalidPayload)?;
    Ok(((*key_index, *issued_at), contents.data.clone()))
}

/// All fractions here are ones that a float holds exactly.
fn seconds(json: &str) -> Duration {
    Duration::from_secs_f64(json.parse().expect("a number"))
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

/// An authentic token whose data is not JSON.
static NO_JSON: LazyLock<String> = LazyLock::new(|| signed(PRIMARY, &no_json().data, &no_json().issued_at));

fn no_json() -> Envelope {
    let data = r#"{"user_id":nope}"#.to_owned();
    Envelope { data, issued_at: NOW.as_secs().to_string(), created_at: None, lifetime: None }
}

fn signed(secret: &str, data: &str, issued_at: &str) -> String {
    reference::sign_json(secret, format!(r#"{{"d":{data},"t":{issued_at}}}"#).as_bytes())
}

fn token(byte: u8) -> Option<&'static str> {
    static TOKENS: LazyLock<BTreeMap<u8, String>> = LazyLock::new(|| {
        let now = NOW.as_secs();
        let token = |secret, data: &str, issued_at: u64| signed(secret, data, &issued_at.to_string());
        BTreeMap::from([
            (0x01, token(PRIMARY, r#"{"user_id":"42"}"#, now)),
            (0x02, token(PRIMARY, r#"{"user_id":"43","cart":["egg",{}]}"#, now - 3600)),
            (0x03, token(FALLBACK, r#"{"user_id":"44"}"#, now + 60)),
            (0x04, token(STRANGER, r#"{"user_id":"45"}"#, now)),
            (0x05, token(PRIMARY, "{}", now - 3601)),
            (0x06, token(FALLBACK, "{}", now + 61)),
            (0x07, token(PRIMARY, "[]", now)),
            (0x08, NO_JSON.clone()),
            // Name and value have 4095 bytes.
            (0x0b, token(PRIMARY, &of_length(3012), now)),
            // Name and value have 4097 bytes.
            (0x0e, token(PRIMARY, &of_length(3013), now)),
            (0x10, token(PRIMARY, r#"{"user_id":"46"}"#, now)),
            (0x11, token(FALLBACK, r#"{"user_id":"47"}"#, now)),
            (0x12, signed(PRIMARY, r#"{"user_id":"48"}"#, &format!("{}.25", now - 1))),
            (0x13, signed(FALLBACK, r#"{"user_id":"49"}"#, &format!("{}.5", now - 1))),
            (0x14, token(PRIMARY, "{}", now - 1)),
            // Its own lifetime is over.
            (0x15, signed(PRIMARY, "{}", &format!("{},\"m\":60", now - 61))),
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
        let reason = |byte: u8| {
            let token = token(byte).expect("a token").as_bytes();
            authenticate(token).and_then(|signed| open(&signed)).err()
        };
        assert_eq!([0x01, 0x02, 0x03, 0x0b, 0x10, 0x11, 0x12, 0x13, 0x14].map(reason), [None; 9]);
        assert_eq!(
            [0x04, 0x05, 0x06, 0x07, 0x08, 0x15].map(reason),
            [
                Some(DecodeError::InvalidSignature),
                Some(DecodeError::Expired),
                Some(DecodeError::IssuedInFuture),
                Some(DecodeError::InvalidPayload),
                Some(DecodeError::InvalidPayload),
                Some(DecodeError::Expired),
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
