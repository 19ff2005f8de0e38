use std::error::Error;
use std::fmt;

use actix_web::{HttpResponse, ResponseError};

/// Why a handler could not use its session.
///
/// The response is a plain 500 without detail. The detail is logged at error, and never holds a session's value.
///
/// # Examples
///
/// `?` works on every call in a handler that returns `Result<_, SessionError>`, and in one that returns
/// [`actix_web::Result`]:
///
/// ```
/// use session_cookie_actix::Session;
///
/// async fn visit(session: Session) -> actix_web::Result<&'static str> {
///     session.insert("visited", true)?;
///     Ok("welcome")
/// }
/// ```
///
/// With one `From`, it returns the application's own error, which decides what a client sees:
///
/// ```
/// use actix_web::{HttpResponse, ResponseError, http::StatusCode};
/// use session_cookie_actix::{Session, SessionError, session_cookie};
///
/// #[derive(Debug)]
/// struct AppError(SessionError);
///
/// impl From<SessionError> for AppError {
///     fn from(error: SessionError) -> Self {
///         Self(error)
///     }
/// }
///
/// impl std::fmt::Display for AppError {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.write_str("the note was not kept")
///     }
/// }
///
/// impl ResponseError for AppError {
///     fn status_code(&self) -> StatusCode {
///         match self.0 {
///             SessionError::Session(session_cookie::SessionError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
///             _ => self.0.status_code(),
///         }
///     }
///
///     fn error_response(&self) -> HttpResponse {
///         match self.status_code() {
///             StatusCode::PAYLOAD_TOO_LARGE => HttpResponse::PayloadTooLarge().finish(),
///             // Logs the error, and responds with a plain 500.
///             _ => self.0.error_response(),
///         }
///     }
/// }
///
/// async fn remember(session: Session, note: String) -> Result<HttpResponse, AppError> {
///     session.insert("note", note)?;
///     Ok(HttpResponse::NoContent().finish())
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The request carries no session, since no [`SessionMiddleware`](crate::SessionMiddleware) is around the handler, or since the
    /// response is there already.
    MissingMiddleware,
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
            Self::MissingMiddleware => {
                f.write_str("the request carries no session: add `.wrap(SessionMiddleware::new(manager))` to the app, after the middleware that uses it (with `.named::<N>()` for a `Session<N>`); or the response is there already: take the session before")
            }
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

impl ResponseError for SessionError {
    fn error_response(&self) -> HttpResponse {
        tracing::error!(error = %self, "session error; responding with 500");
        HttpResponse::InternalServerError().finish()
    }
}
