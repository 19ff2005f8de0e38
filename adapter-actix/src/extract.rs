use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::{Extensions, Payload};
use actix_web::{FromRequest, HttpRequest};
use session_cookie::Session as AnySession;

use crate::SessionError;

/// Marks the session of an application that has one: [`Session`] is `Session<Main>`. Another one is marked by any type of
/// yours, as [`SessionMiddleware::named`](crate::SessionMiddleware::named) shows.
#[derive(Clone, Copy, Debug)]
pub struct Main;

/// The session of the request: an extractor that dereferences to [`session_cookie::Session`], where its methods are. They
/// return this crate's [`SessionError`].
///
/// Nothing is verified until a method is called. A clone is another handle to the same session.
///
/// Without a [`SessionMiddleware`](crate::SessionMiddleware) around the handler the extractor fails with
/// [`SessionError::MissingMiddleware`]: the client gets a plain 500, and the log names the missing line. `Option<Session>`
/// is then `None`. Code that has a request instead of arguments finds the session with [`SessionExt`].
///
/// In a custom extractor the type has to be named: `let session: Session = Session::extract(request).await?`.
///
/// # Examples
///
/// In a handler, where `?` works on every call:
///
/// ```
/// use actix_web::HttpResponse;
/// use session_cookie_actix::{Session, SessionError};
///
/// async fn login(session: Session) -> Result<HttpResponse, SessionError> {
///     session.clear();
///     session.insert("user_id", "42")?;
///     Ok(HttpResponse::NoContent().finish())
/// }
/// ```
///
/// In a unit test of a handler, without a server:
///
/// ```
/// # use session_cookie_actix::{CookieConfig, Key, Session, SessionManager};
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
    /// # use session_cookie_actix::{CookieConfig, Key, Session, SessionError, SessionManager};
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

impl<N: 'static> FromRequest for Session<N> {
    type Error = SessionError;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.named_session())
    }
}

/// The session for code that has a request instead of a handler's arguments: middleware and guards.
///
/// # Examples
///
/// ```
/// use actix_web::{
///     Error, HttpResponse,
///     body::{BoxBody, MessageBody},
///     dev::{ServiceRequest, ServiceResponse},
///     middleware::Next,
/// };
/// use session_cookie_actix::SessionExt;
///
/// async fn require_login(
///     request: ServiceRequest,
///     next: Next<impl MessageBody + 'static>,
/// ) -> Result<ServiceResponse<BoxBody>, Error> {
///     if request.session()?.contains_key("user_id") {
///         Ok(next.call(request).await?.map_into_boxed_body())
///     } else {
///         Ok(request.into_response(HttpResponse::Unauthorized().finish()))
///     }
/// }
/// ```
pub trait SessionExt: sealed::Sealed {
    /// The session of this request.
    ///
    /// ```
    /// use actix_web::guard::GuardContext;
    /// use session_cookie_actix::SessionExt;
    ///
    /// // A guard: the route is there for those who are logged in.
    /// fn is_logged_in(context: &GuardContext<'_>) -> bool {
    ///     context.session().is_ok_and(|session| session.contains_key("user_id"))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::MissingMiddleware`] outside of every [`SessionMiddleware`](crate::SessionMiddleware), and inside of it
    /// after the response: a streaming body takes the session along.
    fn session(&self) -> Result<Session, SessionError> {
        self.named_session()
    }

    /// The session of this request that `N` marks.
    ///
    /// ```
    /// use actix_web::HttpRequest;
    /// use session_cookie_actix::{SessionError, SessionExt};
    ///
    /// struct OAuth;
    ///
    /// fn state(request: &HttpRequest) -> Result<Option<String>, SessionError> {
    ///     request.named_session::<OAuth>()?.get("state")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::MissingMiddleware`] outside of every middleware that was
    /// [named](crate::SessionMiddleware::named) so.
    fn named_session<N: 'static>(&self) -> Result<Session<N>, SessionError> {
        self.find().ok_or(SessionError::MissingMiddleware)
    }
}

impl<T: sealed::Sealed> SessionExt for T {}

mod sealed {
    use actix_web::dev::ServiceRequest;
    use actix_web::guard::GuardContext;
    use actix_web::{HttpMessage, HttpRequest};

    pub trait Sealed {
        fn find<T: Clone + 'static>(&self) -> Option<T>;
    }

    impl Sealed for HttpRequest {
        fn find<T: Clone + 'static>(&self) -> Option<T> {
            self.extensions().get().cloned()
        }
    }

    impl Sealed for ServiceRequest {
        fn find<T: Clone + 'static>(&self) -> Option<T> {
            self.extensions().get().cloned()
        }
    }

    impl Sealed for GuardContext<'_> {
        fn find<T: Clone + 'static>(&self) -> Option<T> {
            self.req_data().get().cloned()
        }
    }
}

/// Marks the session that was begun last for a request, where that is not its `Session<Main>`.
struct Innermost;

/// The `Session<N>` of a request, and its `Session<Innermost>`.
pub(crate) type Sessions = [Option<AnySession>; 2];

/// [`replace`] for the type that marks the session.
pub(crate) type Replace = fn(&mut Extensions, Sessions) -> Sessions;

/// Returns the session that was begun last for the request.
pub(crate) fn innermost(extensions: &Extensions) -> Option<AnySession> {
    let innermost = extensions.get::<Session<Innermost>>().map(|session| session.with_error());
    innermost.or_else(|| extensions.get::<Session>().map(|session| session.with_error()))
}

/// Sets which sessions the request has, or has no more, and returns those of before.
pub(crate) fn replace<N: 'static>(extensions: &mut Extensions, [session, innermost]: Sessions) -> Sessions {
    [put::<N>(extensions, session), put::<Innermost>(extensions, innermost)]
}

fn put<N: 'static>(extensions: &mut Extensions, session: Option<AnySession>) -> Option<AnySession> {
    let before = match session {
        Some(session) => extensions.insert(Session::from(session).named::<N>()),
        None => extensions.remove(),
    };
    before.map(|before| before.with_error())
}
