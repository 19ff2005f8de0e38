//! Tokens of sessions, made and opened without session-codec.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
pub(crate) use e2e::wire_format::{sign, sign_payload};
use serde_json::value::RawValue;

/// Seconds since the Unix epoch. The servers are real, and so is their clock: tests keep a minute away from
/// every limit.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The token of a session with these data, issued at `t`.
pub(crate) fn token(secret: impl AsRef<[u8]>, data: &str, t: u64) -> String {
    sign(secret, format!(r#"{{"d":{data},"t":{t}}}"#))
}

/// The contents of a token that a server wrote.
#[derive(Debug, PartialEq)]
pub(crate) struct Opened {
    /// The session, as its JSON text.
    pub(crate) data: String,
    /// When it was issued.
    pub(crate) t: u64,
    /// When the session began, if the token says so.
    pub(crate) c: Option<u64>,
    /// The session's own lifetime, if the token gives one.
    pub(crate) m: Option<u64>,
}

/// Opens a token that has to be signed with `secret`, in the form that servers write: compact JSON, `d` first, `t` an
/// integer.
pub(crate) fn open(secret: impl AsRef<[u8]>, token: &str) -> Opened {
    #[derive(serde::Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        d: &'a RawValue,
        t: u64,
        c: Option<u64>,
        m: Option<u64>,
    }

    let (payload, _signature) = token.split_once('.').unwrap_or_else(|| panic!("not a token: {token}"));
    assert_eq!(token, sign_payload(secret, payload), "another key signed it");
    let json = String::from_utf8(BASE64.decode(payload).unwrap()).unwrap();
    let Envelope { d, t, c, m } =
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("not an envelope: {error}: {json}"));

    let member = |name, value: Option<u64>| value.map_or(String::new(), |value| format!(r#","{name}":{value}"#));
    assert_eq!(json, format!(r#"{{"d":{},"t":{t}{}{}}}"#, d.get(), member("c", c), member("m", m)));
    Opened { data: d.get().to_owned(), t, c, m }
}
