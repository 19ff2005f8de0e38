//! Cookies that open no session.

use std::{iter, time::Duration};

use e2e::raw_http::Request;
use fastrand::Rng;
use serde_json::{json, value::RawValue};

use crate::keys::{PRIMARY, STRANGER, token, token_from_the_future};

/// Adds cookies to a request.
type AddTo = fn(Request, &mut Rng) -> Request;

/// Each of them has to be answered as if it were not there.
pub(super) const BAD: &[(&str, AddTo)] = &[
    ("forged", |request, _| request.cookie(session(&token(STRANGER, &admin(), RECENTLY)))),
    ("unsigned", |request, _| {
        let token = admins();
        request.cookie(session(token.split('.').next().unwrap_or_default()))
    }),
    ("cut", |request, rng| {
        let token = admins();
        request.cookie(session(&token[..rng.usize(..token.len())]))
    }),
    ("a bit flipped", |request, rng| request.cookie(session(&with_a_bit_flipped(&admins(), rng)))),
    ("expired", |request, _| request.cookie(session(&token(PRIMARY, &admin(), LONG_AGO)))),
    ("from the future", |request, _| request.cookie(session(&token_from_the_future(PRIMARY, &admin())))),
    ("too large, forged", |request, rng| request.cookie(session(&"A".repeat(rng.usize(5000..20_000))))),
    ("too large, signed", |request, _| {
        request.cookie(session(&token(PRIMARY, &json!({"user_id": "1", "x": "x".repeat(4000)}), RECENTLY)))
    }),
    ("behind eight others", |request, rng| {
        request.cookie(format!("{}{}", "session=junk.junk; ".repeat(rng.usize(8..100)), session(&admins())))
    }),
    ("in two headers", |request, rng| {
        let cookie = session(&admins());
        let (begin, end) = cookie.split_at(rng.usize("session=".len()..cookie.len()));
        request.cookie(begin).cookie(end)
    }),
    ("under another name", |request, _| request.cookie(format!("Session={0}; session2={0}; sessio={0}", admins()))),
    ("not UTF-8", |request, rng| {
        let length = rng.usize(1..300);
        let junk: Vec<_> = iter::repeat_with(|| rng.u8(0x80..)).take(length).collect();
        request.cookie([b"session=", junk.as_slice()].concat())
    }),
    ("junk", |request, rng| {
        let length = rng.usize(1..2000);
        request.cookie(iter::repeat_with(|| rng.u8(b' '..0x7f)).take(length).collect::<Vec<_>>())
    }),
    ("deep, forged", |request, rng| request.cookie(session(&token(STRANGER, &deep(rng), RECENTLY)))),
];

const RECENTLY: Duration = Duration::from_secs(5);
/// Beyond every `max_age` of the test, and a minute.
const LONG_AGO: Duration = Duration::from_secs(2 * 3600);

fn session(token: &str) -> String {
    format!("session={token}")
}

fn admin() -> serde_json::Value {
    json!({"user_id": "1", "username": "admin", "cart": ["not bought"]})
}

/// A good token, to be damaged.
fn admins() -> String {
    token(PRIMARY, &admin(), RECENTLY)
}

/// Still of bytes that a header can hold and that end no cookie.
fn with_a_bit_flipped(token: &str, rng: &mut Rng) -> String {
    let mut token = token.as_bytes().to_vec();
    loop {
        let at = rng.usize(..token.len());
        let flipped = token[at] ^ (1 << rng.u8(..8));
        if flipped.is_ascii_graphic() && flipped != b';' {
            token[at] = flipped;
            return String::from_utf8(token).expect("what is ASCII is UTF-8");
        }
    }
}

/// Arrays in arrays, as many as a cookie holds.
fn deep(rng: &mut Rng) -> Box<RawValue> {
    let depth = rng.usize(2..1400);
    let (opened, closed) = ("[".repeat(depth), "]".repeat(depth));
    RawValue::from_string(format!(r#"{{"user_id":{opened}{closed}}}"#)).expect("the brackets match")
}
