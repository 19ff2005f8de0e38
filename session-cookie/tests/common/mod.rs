//! What the tests share: a clock that a test sets, a signer that does not use the library, a browser, and the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use session_cookie::{
    Answer, CookieConfig, DecodeError, Key, Origin, Refresh, SameSite, Session, SessionError, SessionManager, UnixTime,
};

mod browser;
pub(crate) mod config;
pub(crate) mod environment;
mod set_cookie;
pub(crate) mod settings;
mod token;

pub(crate) use browser::Browser;
pub(crate) use set_cookie::{attributes, max_age, pair, signed_json, value_of};
pub(crate) use test_support::log::{self, lines, logged};
pub(crate) use token::{cookie, cookie_of, envelope, mac, old_cookie, sign, signed_by, signed_cookie, token};

pub(crate) const SECRET: &str = "the secret that signs in these tests";
pub(crate) const OLD_SECRET: &str = "the secret that signed before these tests";
pub(crate) const STRANGE_SECRET: &str = "a secret that no server here has seen";

/// 2023-11-14T22:13:20Z, in ten digits as all years from 2001 to 2286.
pub(crate) const NOW: u64 = 1_700_000_000;

/// No `Cookie` header at all.
pub(crate) const NO_HEADERS: [&str; 0] = [];

/// The `Set-Cookie` that removes a session under the default options.
pub(crate) const REMOVAL: &str =
    "session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax";

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn now() -> UnixTime {
    UnixTime::from_secs(NOW)
}

// Keys. Every manager gets its own from here or from `settings::manager_from`, so that the log is installed before
// the library logs anything.

pub(crate) fn key() -> Key {
    log::install();
    Key::new(SECRET).unwrap()
}

pub(crate) fn old_key() -> Key {
    log::install();
    Key::new(OLD_SECRET).unwrap()
}

pub(crate) fn fallback_secret(n: usize) -> String {
    format!("fallback-secret-number-{n}-of-32-bytes-or-more")
}

/// The position of the manager's key that verifies a token signed with this secret.
pub(crate) fn key_index(manager: &SessionManager, secret: &str) -> usize {
    let origin = manager.load([signed_by(secret)]).origin();
    let Origin::Verified { key_index, .. } = origin else { panic!("{origin:?}") };
    key_index
}

/// Checks that the only line at info says that these keys sign and verify.
#[track_caller]
pub(crate) fn assert_keys_logged(log: &str, key: &Key, fallback_keys: &[&Key]) {
    let [line] = lines(log, "INFO")[..] else { panic!("{log}") };
    let fallback_keys: Vec<String> = fallback_keys.iter().map(|key| key.fingerprint().to_string()).collect();
    let fields = format!("fallback_keys={fallback_keys:?} key={}", key.fingerprint());
    assert!(line.contains("sessions are signed with this key") && line.ends_with(&fields), "{line}");
}

// Managers

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

/// A manager that signs with [`SECRET`] and accepts [`OLD_SECRET`].
pub(crate) fn rotated(config: CookieConfig) -> SessionManager {
    manager_of(config).with_fallback_keys([old_key()]).unwrap()
}

pub(crate) fn refreshing(after: u64) -> CookieConfig {
    CookieConfig::default().with_refresh(Refresh::After(seconds(after)))
}

/// Every option has another value than by default.
pub(crate) fn everything() -> CookieConfig {
    CookieConfig::default()
        .with_name("id")
        .with_max_age(seconds(60))
        .with_default_lifetime(seconds(60))
        .with_path("/app")
        .with_domain("example.com")
        .with_secure(true)
        .with_http_only(false)
        .with_same_site(SameSite::None)
        .with_partitioned(true)
        .with_refresh(Refresh::After(seconds(30)))
        .with_max_lifetime(seconds(120))
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

// Sessions, and changes to them

/// A change to a session, with its name.
pub(crate) type Step = (&'static str, fn(&Session));

/// A call that can fail, with its name.
pub(crate) type Call = (&'static str, fn(&Session) -> Result<(), SessionError>);

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

pub(crate) fn read(session: &Session) {
    let _ = session.len();
}

pub(crate) fn user(session: &Session) -> Option<String> {
    session.get("user_id").unwrap()
}

/// A rejected cookie gives an empty session, whatever the reason.
pub(crate) fn assert_rejected(cookie: impl AsRef<[u8]>, reason: DecodeError) {
    let manager = manager();
    let session = manager.load([cookie]);
    assert_eq!(session.origin(), Origin::Rejected(reason));
    assert!(session.is_empty());
    assert_eq!(session.get::<String>("user_id"), Ok(None));
    assert_eq!(save(&manager, &session), None, "reading a rejected session sends nothing");
}

/// A session that came with these data, after this was done to it, sends no cookie.
pub(crate) fn assert_unchanged(data: &str, touch: impl FnOnce(&Session)) {
    let (manager, session) = session_with(data);
    touch(&session);
    assert_eq!(save(&manager, &session), None, "{data}");
}

/// A session that came with these data, after this was done to it, sends a cookie with those.
pub(crate) fn assert_changed(data: &str, touch: impl FnOnce(&Session), to: &str) {
    let (manager, session) = session_with(data);
    touch(&session);
    assert_eq!(saved_data(&manager, &session), to, "{data}");
}

// Answers

/// The `Set-Cookie` of the answer, if there is one.
pub(crate) fn save(manager: &SessionManager, session: &Session) -> Option<String> {
    manager.save(session).unwrap().set_cookie().map(str::to_owned)
}

/// What this manager answers to this cookie, after this was done to the session.
pub(crate) fn answer(manager: &SessionManager, cookie: &str, handler: impl FnOnce(&Session)) -> Option<String> {
    let session = manager.load([cookie]);
    handler(&session);
    save(manager, &session)
}

/// The answer of a session that was changed.
pub(crate) fn changed_answer() -> Answer {
    let (manager, session) = new_session();
    session.insert("a", 1).unwrap();
    manager.save(&session).unwrap()
}

/// The answer of a session that was only read.
pub(crate) fn touched_answer() -> Answer {
    let (manager, session) = new_session();
    read(&session);
    manager.save(&session).unwrap()
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

/// `(name, value, append, sensitive)` of each header, for a response that has these two already.
pub(crate) fn headers(
    answer: &Answer,
    vary: &[&str],
    cache_control: &[&str],
) -> Vec<(&'static str, String, bool, bool)> {
    let response = |name| match name {
        "vary" => vary,
        "cache-control" => cache_control,
        _ => &[],
    };
    answer
        .headers(response)
        .into_iter()
        .map(|header| (header.name, header.value, header.append, header.sensitive))
        .collect()
}

/// The value that a header is set to, if it is.
pub(crate) fn header(answer: &Answer, name: &str, vary: &[&str], cache_control: &[&str]) -> Option<String> {
    headers(answer, vary, cache_control).into_iter().find(|header| header.0 == name).map(|header| header.1)
}

// Values

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) name: String,
}

/// A value that can't be written as JSON.
pub(crate) struct Unserializable;

impl Serialize for Unserializable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("hunter2 can't be written"))
    }
}

/// JSON text that is written as it is.
pub(crate) fn raw(json: &str) -> Box<serde_json::value::RawValue> {
    serde_json::value::RawValue::from_string(json.to_owned()).unwrap()
}
