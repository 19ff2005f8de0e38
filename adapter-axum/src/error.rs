use std::error::Error;
use std::fmt;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

/// Why a handler could not use its session.
///
/// The response is a plain 500 without detail. The detail is logged at error, and never holds a session's value.
///
/// # Examples
///
/// In a handler that returns `Result<_, SessionError>`, `?` works on the extractor's errors and on every call. With one `From`,
/// it returns the application's own error, which decides what a client sees:
///
/// ```
/// use session_cookie_axum::{Session, SessionError, session_cookie};
/// use axum::{
///     http::StatusCode,
///     response::{IntoResponse, Response},
/// };
///
/// struct AppError(SessionError);
///
/// impl From<SessionError> for AppError {
///     fn from(error: SessionError) -> Self {
///         Self(error)
///     }
/// }
///
/// impl IntoResponse for AppError {
///     fn into_response(self) -> Response {
///         match self.0 {
///             SessionError::Session(session_cookie::SessionError::TooLarge { .. }) => {
///                 StatusCode::PAYLOAD_TOO_LARGE.into_response()
///             }
///             other => other.into_response(),
///         }
///     }
/// }
///
/// async fn remember(session: Session, note: String) -> Result<(), AppError> {
///     session.insert("note", note)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The request carries no session, since no [`SessionLayer`](crate::SessionLayer) is above the handler.
    MissingLayer,
    /// A call on the session failed.
    Session(session_cookie::SessionError),
}

impl From<session_cookie::SessionError> for SessionError {
    fn from(error: session_cookie::SessionError) -> Self {
        Self::Session(error)
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingLayer => f.write_str(
                "the request carries no session: add `.layer(SessionLayer::new(manager))` below the routes and the middleware that use it (with `.named::<N>()` for a `Session<N>`)",
            ),
            Self::Session(error) => error.fmt(f),
        }
    }
}

/// The message: a `main` that returns the error prints its `Debug`.
impl fmt::Debug for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for SessionError {}

impl IntoResponse for SessionError {
    fn into_response(self) -> Response {
        tracing::error!(error = %self, "session error; responding with 500");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
