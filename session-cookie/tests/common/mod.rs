//! What the tests share: a clock that stands still, a signer of their own, a browser, and the log.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test expects by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use session_cookie::{Answer, CookieConfig, Key, Session, SessionManager, UnixTime};
use sha2::Sha256;

pub(crate) mod browser;
pub(crate) mod log;

pub(crate) const SECRET: &str = "the secret that signs in these tests";
pub(crate) const OLD_SECRET: &str = "the secret that signed before these tests";
pub(crate) const STRANGE_SECRET: &str = "a secret that no server here has seen";

/// 2023-11-14T22:13:20Z, in ten digits as all years from 2001 to 2286.
pub(crate) const NOW: u64 = 1_700_000_000;

/// No `Cookie` header at all.
pub(crate) const NO_HEADERS: [&str; 0] = [];

pub(crate) fn key() -> Key {
    log::install();
    Key::new(SECRET).unwrap()
}

pub(crate) fn old_key() -> Key {
    log::install();
    Key::new(OLD_SECRET).unwrap()
}

/// A manager with the default options, at [`NOW`].
pub(crate) fn manager() -> SessionManager {
    manager_of(CookieConfig::default())
}

pub(crate) fn manager_of(config: CookieConfig) -> SessionManager {
    manager_at(config, NOW)
}

pub(crate) fn manager_at(config: CookieConfig, now: u64) -> SessionManager {
    SessionManager::new(key(), config).unwrap().with_clock(move || UnixTime::from_secs(now))
}

/// A clock that a test moves by hand.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn at(now: u64) -> Self {
        Self(Arc::new(AtomicU64::new(now)))
    }

    pub(crate) fn set(&self, now: u64) {
        self.0.store(now, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn manager(&self, config: CookieConfig) -> SessionManager {
        let clock = self.clone();
        SessionManager::new(key(), config).unwrap().with_clock(move || UnixTime::from_secs(clock.now()))
    }
}

/// `payload.signature` over any payload bytes, by nothing but HMAC-SHA256 and base64url.
pub(crate) fn sign(secret: &str, json: impl AsRef<[u8]>) -> String {
    let payload = Base64UrlUnpadded::encode_string(json.as_ref());
    let signature = signature(secret, &payload);
    format!("{payload}.{signature}")
}

fn signature(secret: &str, payload: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(payload);
    Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes())
}

/// `{"d":data,"t":issued_at}`, signed.
pub(crate) fn token(data: &str, issued_at: u64) -> String {
    sign(SECRET, envelope(data, issued_at))
}

pub(crate) fn envelope(data: &str, issued_at: u64) -> String {
    format!(r#"{{"d":{data},"t":{issued_at}}}"#)
}

/// A `Cookie` header with a session that was signed at [`NOW`].
pub(crate) fn cookie(data: &str) -> String {
    format!("session={}", token(data, NOW))
}

/// A `Cookie` header with any signed envelope.
pub(crate) fn signed_cookie(json: impl AsRef<[u8]>) -> String {
    format!("session={}", sign(SECRET, json))
}

/// A session of the default manager that came with a cookie.
pub(crate) fn session_with(data: &str) -> (SessionManager, Session) {
    let manager = manager();
    let session = manager.load([cookie(data)]);
    (manager, session)
}

/// A session of the default manager that came without one.
pub(crate) fn new_session() -> (SessionManager, Session) {
    let manager = manager();
    let session = manager.load(NO_HEADERS);
    (manager, session)
}

/// The `Set-Cookie` of the answer, if there is one.
pub(crate) fn save(manager: &SessionManager, session: &Session) -> Option<String> {
    manager.save(session).unwrap().set_cookie().map(str::to_owned)
}

/// The JSON that the `Set-Cookie` of the answer was signed over. Panics if there is none, or it is not ours.
pub(crate) fn saved_json(manager: &SessionManager, session: &Session) -> String {
    signed_json(&save(manager, session).expect("a Set-Cookie"))
}

/// The session's own JSON in the `Set-Cookie` of an answer given at [`NOW`] under the default options.
pub(crate) fn saved_data(manager: &SessionManager, session: &Session) -> String {
    let json = saved_json(manager, session);
    let data = json.strip_prefix(r#"{"d":"#).and_then(|json| json.strip_suffix(r#","t":1700000000}"#));
    data.unwrap_or_else(|| panic!("no session of now: {json}")).to_owned()
}

pub(crate) fn signed_json(set_cookie: &str) -> String {
    let value = value_of(set_cookie);
    let (payload, claimed) = value.split_once('.').expect("payload.signature");
    assert_eq!(claimed, signature(SECRET, payload), "signed with the primary key");
    String::from_utf8(Base64UrlUnpadded::decode_vec(payload).unwrap()).unwrap()
}

/// `name=value` of a `Set-Cookie`.
pub(crate) fn pair(set_cookie: &str) -> &str {
    set_cookie.split(';').next().unwrap()
}

pub(crate) fn value_of(set_cookie: &str) -> &str {
    pair(set_cookie).split_once('=').unwrap().1
}

/// What follows `name=value` in a `Set-Cookie`.
pub(crate) fn attributes(set_cookie: &str) -> &str {
    set_cookie.split_once(';').map_or("", |(_, attributes)| attributes.trim_start())
}

pub(crate) fn max_age(set_cookie: &str) -> Option<u64> {
    attributes(set_cookie)
        .split("; ")
        .find_map(|attribute| attribute.strip_prefix("Max-Age="))
        .map(|n| n.parse().unwrap())
}

/// `(name, value, append, sensitive)` of each header, for a response that has these two already.
pub(crate) fn headers(
    answer: &Answer,
    vary: &[&str],
    cache_control: &[&str],
) -> Vec<(&'static str, String, bool, bool)> {
    let headers = answer.headers(vary, cache_control);
    headers.into_iter().map(|header| (header.name, header.value, header.append, header.sensitive)).collect()
}

/// The value that a header is set to, if it is.
pub(crate) fn header(answer: &Answer, name: &str, vary: &[&str], cache_control: &[&str]) -> Option<String> {
    headers(answer, vary, cache_control).into_iter().find(|header| header.0 == name).map(|header| header.1)
}

/// What is done to a session, and what it is called.
pub(crate) type Step = (&'static str, fn(&Session));

/// A value that can't be written as JSON.
pub(crate) struct Unserializable;

impl serde::Serialize for Unserializable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("hunter2 can't be written"))
    }
}

/// JSON text that is written as it is.
pub(crate) fn raw(json: &str) -> Box<serde_json::value::RawValue> {
    serde_json::value::RawValue::from_string(json.to_owned()).unwrap()
}
