//! Sessions in one signed cookie, for any web framework.
//!
//! The whole session travels in the cookie: compact JSON with a timestamp, signed with HMAC-SHA256 by
//! [`session_codec`]. **The client can read it, and can't change it.** No server keeps anything, so instances scale out
//! by sharing one secret.
//!
//! A [`SessionManager`] holds the keys and the [`CookieConfig`]. For each request it [begins](SessionManager::begin) a
//! [`Session`], which a handler uses like a dictionary, and [decides](PendingSave::save) which headers the response
//! gets. For axum there is `session-cookie-axum`, for actix-web `session-cookie-actix`; any other framework over the crate `http`
//! needs ten lines, with the feature `http`:
//!
//! ```
//! use session_cookie::{CookieConfig, Key, PendingSave, SessionManager};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # fn handler(session: &session_cookie::Session) -> http::Response<()> {
//! #     http::Response::builder().status(if session.insert("user_id", "42").is_ok() { 200 } else { 500 }).body(()).unwrap()
//! # }
//! # let request = http::Request::new(());
//! let key = Key::new("an example secret of 32 bytes or more")?;
//! let manager = SessionManager::new(key, CookieConfig::default())?;
//!
//! // For each request:
//! let (session, pending) = manager.begin(None, request.headers().get_all("cookie"));
//! let mut response = handler(&session); // an error's response carries the changes too
//! if let Some(answer) = pending.and_then(PendingSave::save) {
//!     answer.apply(response.headers_mut());
//! }
//! # assert!(response.headers().contains_key("set-cookie"));
//! # Ok(())
//! # }
//! ```
//!
//! [`SessionManager::sibling`] gives a handler a second session in another cookie, and [`SessionManager::set_keys`] exchanges the
//! keys while the server runs.
//!
//! # What it promises
//!
//! 1. A cookie that is malformed, forged, expired or otherwise no session gives a new, empty session: never an error.
//!    [`Session::origin`] says why.
//! 2. Nothing is verified before a handler touches the session. A request whose handler leaves it alone costs next to nothing.
//! 3. Changes are detected automatically, and only a real one counts. `Set-Cookie` is sent for a change, a `clear`, a
//!    renewal, a refresh that is due, or a cookie that a fallback key signed, and at no other time.
//! 4. A call that fails changes nothing. What would not fit into a browser's cookie fails at that call, and a
//!    change after the response is out is an error: nothing is lost in silence.
//! 5. A configuration that browsers would refuse, or that makes no sense, is refused when the manager is built.
//! 6. No secret, no token and no value of a session is in any log, error or `Debug`.
//!
//! # What it can't promise
//!
//! **Requests at the same time.** The session is in the browser, so of two responses that both set the cookie, the last
//! to arrive wins, as with every cookie session. A request that only reads sends no cookie and overwrites nothing,
//! unless a refresh is due or a key was rotated.
//!
//! **Replay.** A stateless cookie can't be recalled. A copy of it stays good after a logout, until it expires.
//!
//! **Cookies planted by a neighbour.** A sibling subdomain can set cookies for the parent domain. Junk is passed over (up
//! to seven cookies of the same name), but an attacker's own valid session can win over the user's. A name that begins
//! with `__Host-`, as in [`CookieConfig::hardened`], rules that out.
//!
//! The [`guide`] says what can be done about each, and has the table of lifetimes.
//!
//! # Guide
//!
//! - [Guards and extractors](guide::guards): `User` as a handler's argument, and a guard as middleware
//! - [Logging in and out](guide::login), and "log out everywhere"
//! - [Flash messages](guide::flash): shown once, after a redirect
//! - [Typed sessions](guide::typed), and what a deploy that changes the type does
//! - [Lifetimes](guide::lifetimes): "remember me", and sessions that end when no one uses them
//! - [CSRF](guide::csrf): requests that another site forges
//! - [Several sessions, and OAuth](guide::oauth): a second cookie with other options
//! - [Testing](guide::testing): logged in without a login, travelling in time
//! - [Production](guide::production): a checklist
//! - [Secrets in containers](guide::secrets): Docker, Kubernetes, systemd
//! - [Scaling out](guide::scaling): more instances, and a proxy in front
//! - [Rotation](guide::rotation): changing the key, or the cookie's name, path or domain
//! - [Requests at the same time](guide::concurrency): which change wins
//! - [The rules](guide::rules): the behaviour, in numbered sentences
//! - [Troubleshooting](guide::troubleshooting): by symptom
//! - [The log as an interface](guide::logs): every event, and how to count them
//! - [Writing an adapter](guide::adapters): for another framework
//!
//! # Features
//!
//! - `http` adds [`Answer::apply`](Answer). [`Answer::headers`] serves a framework with other types.
//! - `getrandom` adds [`Key::generate`](Key), a random key for tests, demos and sessions that need not outlive the process.
//!   The adapters have the feature too.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod config;
mod cookie;
mod error;
pub mod guide;
mod issuer;
mod manager;
mod record;
mod session;
mod settings;

pub use session_codec::{DecodeError, Key, KeyError, Lifetime, UnixTime};

pub use crate::config::{ConfigError, CookieConfig, ParseOptionError, Refresh, SameSite};
pub use crate::error::SessionError;
pub use crate::issuer::{Answer, KeyInUse, ResponseHeader};
pub use crate::manager::{PendingSave, SessionManager};
pub use crate::record::Origin;
pub use crate::session::Session;
pub use crate::settings::{SecretFlaw, SessionSettings, SettingsError};

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
