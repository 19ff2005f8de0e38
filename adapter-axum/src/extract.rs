use std::any::TypeId;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::Extensions;
use http::request::Parts;

use crate::SessionError;

/// Marks the session of an application that has one: [`Session`] is `Session<Main>`. Another one is marked by any type of
/// yours, as [`SessionLayer::named`](crate::SessionLayer::named) shows.
#[derive(Clone, Copy, Debug)]
pub struct Main;

/// The session of the request: an extractor that dereferences to [`session_cookie::Session`], where its methods are. They
/// return this crate's [`SessionError`].
///
/// Nothing is verified until a method is called. A clone is another handle to the same session.
///
/// Without a [`SessionLayer`](crate::SessionLayer) above the handler the extractor fails with
/// [`SessionError::MissingLayer`]: the client gets a plain 500, and the log names the missing line. `Option<Session>` is
/// then `None`. Middleware finds the session in the request's extensions.
///
/// In a custom extractor the type has to be named: `let session: Session = Session::from_request_parts(parts, state).await?`.
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
/// let session = Session::from(manager.new_session());
/// assert!(session.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session<N = Main>(session_cookie::Session<SessionError>, PhantomData<fn() -> N>);

impl<N> Session<N> {
    /// Marks the session by another type: for a test of a handler that takes a `Session<OAuth>`.
    ///
    /// ```
    /// # use session_cookie_axum::{CookieConfig, Key, Session, SessionError, SessionManager};
    /// struct OAuth;
    ///
    /// fn begin(oauth: Session<OAuth>) -> Result<(), SessionError> {
    ///     oauth.insert("state", "a random text")
    /// }
    ///
    /// let key = Key::new("an example secret of 32 bytes or more")?;
    /// let manager = SessionManager::new(key, CookieConfig::default().with_name("oauth"))?;
    /// begin(Session::from(manager.new_session()).named())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn named<M>(self) -> Session<M> {
        Session(self.0, PhantomData)
    }
}

impl<N> Clone for Session<N> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<N> fmt::Debug for Session<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<N> Deref for Session<N> {
    type Target = session_cookie::Session<SessionError>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// For a test of a handler, without a server.
impl From<session_cookie::Session> for Session {
    fn from(session: session_cookie::Session) -> Self {
        Self(session.with_error(), PhantomData)
    }
}

impl<S: Sync, N: 'static> FromRequestParts<S> for Session<N> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(SessionError::MissingLayer)
    }
}

impl<S: Sync, N: 'static> OptionalFromRequestParts<S> for Session<N> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

/// The session that was begun last for a request, where that is not its `Session<Main>`.
#[derive(Clone)]
struct Innermost(session_cookie::Session);

/// Returns the session that was begun last for the request, whatever marks it.
pub(crate) fn innermost(extensions: &Extensions) -> Option<session_cookie::Session> {
    let innermost = extensions.get().map(|Innermost(session)| session.clone());
    innermost.or_else(|| extensions.get::<Session>().map(|session| session.with_error()))
}

/// Gives the request `session` as its `Session<N>`. `innermost` is the one that was begun last.
pub(crate) fn insert<N: 'static>(
    extensions: &mut Extensions,
    session: &session_cookie::Session,
    innermost: &session_cookie::Session,
) {
    let is_other = TypeId::of::<N>() != TypeId::of::<Main>() || !std::ptr::eq(session, innermost);
    if is_other || extensions.get::<Innermost>().is_some() {
        extensions.insert(Innermost(innermost.clone()));
    }
    extensions.insert(Session::<N>(session.with_error(), PhantomData));
}
