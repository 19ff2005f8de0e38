use std::any::TypeId;
use std::future::{Ready, ready};

use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::COOKIE;
use actix_web::{Error, HttpMessage};
use session_cookie::SessionManager;

use crate::extract::{Replace, innermost, replace};
use crate::{Main, ResponseFuture};

/// Gives each request a [`Session`](crate::Session), and sets the session's headers on the response.
///
/// It fits `wrap` on an app, a scope or a resource, whatever the type of the response's body. An inner middleware of
/// the same manager begins no second session: it gives the outer one's, as `Session<N>` if it is
/// [named](SessionMiddleware::named) so. An inner middleware of another manager gives the handlers inside it that manager's
/// session; under another name they have both.
///
/// When the inner service has responded, the request has the sessions again that it had before, or none.
///
/// # Examples
///
/// ```
/// use actix_web::{App, web};
/// use session_cookie_actix::{CookieConfig, Key, Session, SessionError, SessionManager, SessionMiddleware};
///
/// async fn visits(session: Session) -> Result<String, SessionError> {
///     let visits: u64 = session.update("visits", |visits: &mut u64| {
///         *visits += 1;
///         *visits
///     })?;
///     Ok(visits.to_string())
/// }
///
/// let key = Key::new("an example secret of 32 bytes or more")?;
/// let manager = SessionManager::new(key, CookieConfig::default())?;
/// let app = App::new().wrap(SessionMiddleware::new(manager)).route("/", web::get().to(visits));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[doc(alias = "SessionLayer")]
#[must_use = "it does nothing unless it is put around a service"]
pub struct SessionMiddleware {
    manager: SessionManager,
    replace: Replace,
    is_main: bool,
}

impl SessionMiddleware {
    /// A middleware that loads and saves sessions with `manager`.
    ///
    /// ```
    /// # use actix_web::{App, web};
    /// # use session_cookie_actix::{CookieConfig, Key, Session, SessionManager, SessionMiddleware};
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    /// # let manager = SessionManager::new(key, CookieConfig::default())?;
    /// // Only the shop has sessions; health checks never touch one.
    /// let shop = web::scope("/shop").wrap(SessionMiddleware::new(manager));
    /// let app = App::new()
    ///     .service(shop.route("/cart", web::get().to(async |session: Session| session.len().to_string())))
    ///     .route("/health", web::get().to(async || "ok"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(manager: SessionManager) -> Self {
        Self { manager, replace: replace::<Main>, is_main: true }
    }

    /// Gives the session to handlers as `Session<N>`, where `N` is any type of yours: for an application with several.
    /// Called twice, it keeps the last type.
    ///
    /// ```
    /// use std::time::Duration;
    /// use actix_web::{App, web};
    /// use session_cookie_actix::{CookieConfig, Key, SameSite, Session, SessionError, SessionManager, SessionMiddleware};
    ///
    /// struct OAuth;
    ///
    /// async fn begin_login(session: Session, oauth: Session<OAuth>) -> Result<&'static str, SessionError> {
    ///     session.insert("seen", true)?;
    ///     oauth.insert("state", "a random text")?;
    ///     Ok("welcome")
    /// }
    ///
    /// let key = Key::new("an example secret of 32 bytes or more")?;
    /// let manager = SessionManager::new(key, CookieConfig::default().with_same_site(SameSite::Strict))?;
    /// let oauth = CookieConfig::default().with_name("oauth").with_max_age(Duration::from_secs(600));
    /// let oauth = manager.sibling(oauth)?;
    ///
    /// let app = App::new()
    ///     .wrap(SessionMiddleware::new(oauth).named::<OAuth>())
    ///     .wrap(SessionMiddleware::new(manager))
    ///     .route("/login", web::get().to(begin_login));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn named<N: 'static>(self) -> Self {
        Self { replace: replace::<N>, is_main: TypeId::of::<N>() == TypeId::of::<Main>(), ..self }
    }
}

impl<S, B> Transform<S, ServiceRequest> for SessionMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Transform = SessionService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(SessionService { inner, middleware: self.clone() }))
    }
}

/// The service that [`SessionMiddleware`] puts around another one.
#[derive(Debug)]
pub struct SessionService<S> {
    inner: S,
    middleware: SessionMiddleware,
}

impl<S, B> Service<ServiceRequest> for SessionService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let SessionMiddleware { manager, replace, is_main } = &self.middleware;
        let outer = innermost(&request.extensions());
        let (session, pending) = manager.begin(outer.as_ref(), request.headers().get_all(COOKIE));
        // Without a `PendingSave` the session is an outer one, and the innermost one stays.
        let innermost = outer.filter(|_| pending.is_none()).or_else(|| (!is_main).then(|| session.clone()));
        let before = replace(&mut request.extensions_mut(), [Some(session), innermost]);
        ResponseFuture { inner: self.inner.call(request), pending, replace: *replace, before }
    }
}
