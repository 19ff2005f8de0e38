use std::convert::Infallible;
use std::ops::Deref;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::SessionError;

/// The session of the request: an extractor that dereferences to [`session_cookie::Session`], where its methods are.
///
/// Nothing is verified until a method is called. A clone is another handle to the same session.
///
/// Without a [`SessionLayer`](crate::SessionLayer) above the handler the extractor fails with
/// [`SessionError::MissingLayer`]: the client gets a plain 500, and the log names the missing line. `Option<Session>` is
/// then `None`. Middleware finds the session in the request's extensions.
///
/// # Examples
///
/// In a handler, where `?` works on every call:
///
/// ```
/// use session_cookie_axum::{Session, SessionError};
///
/// async fn login(session: Session) -> Result<(), SessionError> {
///     session.clear();
///     session.insert("user_id", "42")?;
///     Ok(())
/// }
/// ```
///
/// In middleware, inside the layer:
///
/// ```
/// use session_cookie_axum::{Session, SessionError};
/// use axum::{
///     extract::Request,
///     http::StatusCode,
///     middleware::Next,
///     response::{IntoResponse, Response},
/// };
///
/// async fn require_login(request: Request, next: Next) -> Result<Response, SessionError> {
///     let session = request.extensions().get::<Session>().ok_or(SessionError::MissingLayer)?;
///     if session.contains_key("user_id") {
///         Ok(next.run(request).await)
///     } else {
///         Ok(StatusCode::UNAUTHORIZED.into_response())
///     }
/// }
/// ```
///
/// In a unit test of a handler, without a server:
///
/// ```
/// # use session_cookie_axum::{CookieConfig, Key, Session, SessionManager};
/// let key = Key::new("an example secret of 32 bytes or more")?;
/// let manager = SessionManager::new(key, CookieConfig::default())?;
/// let session = Session::from(manager.load([""; 0]));
/// assert!(session.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session(session_cookie::Session);

impl Deref for Session {
    type Target = session_cookie::Session;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<session_cookie::Session> for Session {
    fn from(session: session_cookie::Session) -> Self {
        Self(session)
    }
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(SessionError::MissingLayer)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}
