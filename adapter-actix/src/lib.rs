//! Sessions for [actix-web] in one signed cookie: a middleware and an extractor over [`session_cookie`].
//!
//! The whole session travels in the cookie, signed with HMAC-SHA256. **The client can read its session**, and cannot
//! change it: keep an identifier in it, never a secret. There is no server-side store, so instances scale out by
//! sharing one key. A logout can't invalidate a copy of the cookie.
//!
//! # Quick start
//!
//! ```no_run
//! use actix_web::{App, HttpResponse, HttpServer, web};
//! use session_cookie_actix::{Session, SessionError, SessionManager};
//! use session_cookie_actix::{SessionMiddleware, SessionSettings};
//!
//! async fn login(session: Session) -> Result<HttpResponse, SessionError> {
//!     session.clear(); // nothing from before the login is carried into it
//!     session.insert("user_id", "42")?;
//!     Ok(HttpResponse::NoContent().finish())
//! }
//!
//! async fn me(session: Session) -> Result<web::Json<Option<String>>, SessionError> {
//!     Ok(web::Json(session.get("user_id")?))
//! }
//!
//! #[actix_web::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let manager = SessionManager::try_from(SessionSettings::from_env()?)?;
//!     let app = move || {
//!         App::new()
//!             .wrap(SessionMiddleware::new(manager.clone()))
//!             .route("/login", web::post().to(login))
//!             .route("/me", web::get().to(me))
//!     };
//!     Ok(HttpServer::new(app).bind("127.0.0.1:8000")?.run().await?)
//! }
//! ```
//!
//! [`SessionSettings`] takes the key from `SESSION_SECRET_KEY`, and every option from the environment or a file. In code,
//! [`SessionManager::new`] takes a [`Key`] and a [`CookieConfig`]. [`CookieConfig::hardened`], or `SESSION_PRESET=hardened`, is
//! for production behind HTTPS. The manager is made once and cloned into the workers, as above.
//!
//! # Where to wrap it
//!
//! - On the app, a scope or a resource: all handlers inside it have a session.
//! - Outside of the middleware that reads or changes the session. Of several `.wrap(..)` calls the later one is the
//!   outer one, so wrap `SessionMiddleware` after those.
//! - Outside of what sets `Cache-Control`: the middleware then puts `private` beside it. Middleware outside of it that overwrites
//!   the header takes that away again, and a shared cache may hand one user's session to another. `DefaultHeaders` does not.
//! - `Compress`, `Logger`, `NormalizePath` and others that do not touch cookies can go on either side. `ErrorHandlers` goes
//!   inside: when it renders another page, it drops the first response's headers, and the cookie with them.
//!   An inner service that returns `Err` keeps its session changes: the error passes unchanged, and the response that
//!   [`Error::error_response`] makes of it carries the cookie. If outer middleware makes another response of the error,
//!   with `HttpResponse::from_error` for example, that response lacks the cookie.
//! - Outer middleware finds in the request after the response what it had before: the session of the middleware around it, or
//!   none. After an `Err` it has no request to look into; a clone of it that it kept still has the inner session, which is closed.
//! - The middleware borrows `request.extensions_mut()` at the response: code that holds `request.extensions()` over an `await` makes
//!   it panic.
//! - A WebSocket route may change its session until the upgrade is answered, and read it for as long as it likes. It takes the
//!   session before it answers: afterwards the request has none.
//!
//! # Several sessions
//!
//! A handler can take a second session beside the first, in another cookie with other options: [`SessionMiddleware::named`] shows it,
//! and the guide's page about [OAuth](session_cookie::guide::oauth) why a login needs it.
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
//! [actix-web]: https://docs.rs/actix-web
//! [`Error::error_response`]: https://docs.rs/actix-web/4/actix_web/struct.Error.html#method.error_response
//! [`Session::origin`]: session_cookie::Session::origin

mod error;
mod extract;
mod future;
mod middleware;

pub use error::SessionError;
pub use extract::{Main, Session, SessionExt};
pub use future::ResponseFuture;
pub use middleware::{SessionMiddleware, SessionService};

pub use session_cookie;
pub use session_cookie::{
    ConfigError, CookieConfig, DecodeError, Key, KeyError, KeyInUse, Lifetime, Origin, Refresh, SameSite, SecretFlaw,
    SessionManager, SessionSettings, SettingsError, UnixTime,
};

/// The example of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
