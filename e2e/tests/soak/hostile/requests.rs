//! Bytes that are not requests, and requests whose client does not wait for the answer.

use e2e::raw_http::{MALFORMED, Request};
use fastrand::Rng;

/// The bytes to send.
type Bytes = fn(&mut Rng) -> Vec<u8>;

/// A server may refuse each of them, or close the connection.
pub(super) const BAD: &[(&str, Bytes)] = &[
    ("malformed", |rng| rng.choice(MALFORMED).copied().unwrap_or_default().to_vec()),
    ("a header too large", |rng| {
        Request::new("GET", "/me").cookie("session=A.A; ".repeat(rng.usize(10_000..50_000))).to_bytes()
    }),
    ("headers too many", |rng| {
        (0..rng.usize(200..1000))
            .fold(Request::new("GET", "/me"), |request, _| request.cookie("session=junk"))
            .to_bytes()
    }),
];

/// For a client that goes away.
pub(super) const UNFINISHED: &[(&str, Bytes)] = &[
    ("dropped in the head", |rng| {
        let login = login();
        login[..rng.usize(..login.len())].to_vec()
    }),
    ("dropped in the body", |_| {
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf a bo".to_vec()
    }),
    ("dropped before the answer", |_| login()),
    ("dropped in a pipeline", |rng| login().repeat(rng.usize(2..50))),
];

fn login() -> Vec<u8> {
    Request::new("POST", "/login").to_bytes()
}
