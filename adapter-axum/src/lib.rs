//! Sessions for [axum] in one signed cookie: a tower layer and an extractor over [`session_cookie`].
//!
//! The whole session travels in the cookie, signed with HMAC-SHA256. **The client can read its session**, and cannot
//! change it: keep an identifier in it, never a secret. There is no server-side store, so instances scale out by
//! sharing one key. A logout can't invalidate a copy of the cookie.
//!
//! # Quick start
//!
//! ```no_run
//! use axum::{Json, Router, routing::{get, post}};
//! use session_cookie_axum::{Session, SessionError, SessionLayer};
//! use session_cookie_axum::{SessionManager, SessionSettings};
//!
//! async fn login(session: Session) -> Result<(), SessionError> {
//!     session.clear(); // nothing from before the login is carried into it
//!     session.insert("user_id", "42")?;
//!     Ok(())
//! }
//!
//! async fn me(session: Session) -> Result<Json<Option<String>>, SessionError> {
//!     Ok(Json(session.get("user_id")?))
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let manager = SessionManager::try_from(SessionSettings::from_env()?)?;
//!     let app = Router::new()
//!         .route("/login", post(login))
//!         .route("/me", get(me))
//!         .layer(SessionLayer::new(manager));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
//!     Ok(axum::serve(listener, app).await?)
//! }
//! ```
//!
//! [`SessionSettings`] takes the key from `SESSION_SECRET_KEY`, and every option from the environment or a file. In code,
//! [`SessionManager::new`] takes a [`Key`] and a [`CookieConfig`]. [`CookieConfig::hardened`], or `SESSION_PRESET=hardened`, is
//! for production behind HTTPS.
//!
//! # Where the layer goes
//!
//! - Below the routes that use a session: [`Router::layer`] covers the routes above it. [`Router::route_layer`] and
//!   nested routers work too.
//! - Outside of the layers that read or change the session, and of those that turn an error or a panic into a response
//!   that has to keep the changes: `axum::middleware::from_fn`, `CatchPanicLayer`, `HandleErrorLayer`, `TimeoutLayer`. In a chain of
//!   `.layer(..)` calls the later one is the outer one, so add `SessionLayer` after those; in a `ServiceBuilder`
//!   before them.
//! - Outside of what sets `Cache-Control`: the layer then puts `private` beside it. `SetResponseHeaderLayer::overriding` outside of it
//!   takes that away again, and a shared cache may hand one user's session to another.
//! - Compression, tracing, CORS and other layers that do not touch cookies can go on either side.
//! - A WebSocket route may change its session until the upgrade is answered, and read it for as long as it likes.
//!
//! # Several sessions
//!
//! A handler can take a second session beside the first, in another cookie with other options: [`SessionLayer::named`] shows it, and
//! the guide's page about [OAuth](session_cookie::guide::oauth) why a login needs it.
//!
//! # Errors
//!
//! A cookie that is forged, expired or malformed gives an empty session, never an error; [`Session::origin`] returns the
//! reason. A handler's own call can fail, most often a write that does not fit into the cookie. With `?`, its
//! [`SessionError`] becomes a plain 500, with the detail in the log; an application's own error type can convert it otherwise. A write after
//! the response's headers are sent fails too, for example in a streaming body.
//!
//! # Guide
//!
//! - [Guards and extractors](session_cookie::guide::guards): `User` as a handler's argument, and a guard as middleware
//! - [Logging in and out](session_cookie::guide::login), and "log out everywhere"
//! - [Flash messages](session_cookie::guide::flash): shown once, after a redirect
//! - [Typed sessions](session_cookie::guide::typed), and what a deploy that changes the type does
//! - [Lifetimes](session_cookie::guide::lifetimes): "remember me", and sessions that end when no one uses them
//! - [CSRF](session_cookie::guide::csrf): requests that another site forges
//! - [Several sessions, and OAuth](session_cookie::guide::oauth): a second cookie with other options
//! - [Testing](session_cookie::guide::testing): logged in without a login, travelling in time
//! - [Production](session_cookie::guide::production): a checklist
//! - [Secrets in containers](session_cookie::guide::secrets): Docker, Kubernetes, systemd
//! - [Scaling out](session_cookie::guide::scaling): more instances, and a proxy in front
//! - [Rotation](session_cookie::guide::rotation): changing the key, or the cookie's name, path or domain
//! - [Requests at the same time](session_cookie::guide::concurrency): which change wins
//! - [The rules](session_cookie::guide::rules): the behaviour, in numbered sentences
//! - [Troubleshooting](session_cookie::guide::troubleshooting): by symptom
//! - [The log as an interface](session_cookie::guide::logs): every event, and how to count them
//! - [Writing an adapter](session_cookie::guide::adapters): for another framework
//!
//! # In tests
//!
//! [`SessionManager::cookie_for`] makes the cookie of a session with given data: a test begins logged in. With the feature
//! `getrandom`, [`Key::generate`](Key) makes a random key.
//!
//! [axum]: https://docs.rs/axum
//! [`Router::layer`]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.layer
//! [`Router::route_layer`]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.route_layer
//! [`Session::origin`]: session_cookie::Session::origin

mod error;
mod extract;
mod future;
mod layer;
mod service;

pub use error::SessionError;
pub use extract::{Main, Session};
pub use future::ResponseFuture;
pub use layer::SessionLayer;
pub use service::SessionService;

pub use session_cookie;
pub use session_cookie::{
    ConfigError, CookieConfig, DecodeError, Key, KeyError, KeyInUse, Lifetime, Origin, Refresh, SameSite, SecretFlaw,
    SessionManager, SessionSettings, SettingsError, UnixTime,
};

/// The example of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
