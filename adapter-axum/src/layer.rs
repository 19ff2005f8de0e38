use session_cookie::SessionManager;
use tower_layer::Layer;

use crate::extract::insert;
use crate::service::Insert;
use crate::{Main, SessionService};

/// Gives each request a [`Session`](crate::Session), and sets the session's headers on the response.
///
/// It fits [`Router::layer`], [`Router::route_layer`], nested routers and any other tower stack, whatever the types
/// of the request's and the response's bodies. An inner layer of the same manager begins no second session: it gives the outer
/// one's, as `Session<N>` if it is [named](SessionLayer::named) so. An inner layer of another manager gives the handlers
/// inside it that manager's session; under another name they have both.
///
/// # Examples
///
/// ```
/// use session_cookie_axum::{CookieConfig, Key, Session, SessionError, SessionLayer, SessionManager};
/// use axum::{Router, routing::get};
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
/// let app: Router = Router::new().route("/", get(visits)).layer(SessionLayer::new(manager));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Router::layer`]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.layer
/// [`Router::route_layer`]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.route_layer
#[derive(Clone, Debug)]
#[doc(alias("SessionManagerLayer", "SessionMiddleware"))]
#[must_use = "it does nothing unless it is put around a service"]
pub struct SessionLayer {
    manager: SessionManager,
    insert: Insert,
}

impl SessionLayer {
    /// A layer that loads and saves sessions with `manager`.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use session_cookie_axum::{CookieConfig, Key, Session, SessionLayer, SessionManager};
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    /// # let manager = SessionManager::new(key, CookieConfig::default())?;
    /// // Only the shop has sessions; health checks never touch one.
    /// let shop = Router::new().route("/cart", get(|session: Session| async move { session.len().to_string() }));
    /// let app: Router = Router::new()
    ///     .nest("/shop", shop.layer(SessionLayer::new(manager)))
    ///     .route("/health", get(|| async { "ok" }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(manager: SessionManager) -> Self {
        Self { manager, insert: insert::<Main> }
    }

    /// Gives the session to handlers as `Session<N>`, where `N` is any type of yours: for an application with several.
    /// Called twice, it keeps the last type.
    ///
    /// ```
    /// use std::time::Duration;
    /// use session_cookie_axum::{CookieConfig, Key, SameSite, Session, SessionError, SessionLayer, SessionManager};
    /// use axum::{Router, routing::get};
    ///
    /// struct OAuth;
    ///
    /// async fn begin_login(session: Session, oauth: Session<OAuth>) -> Result<(), SessionError> {
    ///     session.insert("seen", true)?;
    ///     oauth.insert("state", "a random text")?;
    ///     Ok(())
    /// }
    ///
    /// let key = Key::new("an example secret of 32 bytes or more")?;
    /// let manager = SessionManager::new(key, CookieConfig::default().with_same_site(SameSite::Strict))?;
    /// let oauth = CookieConfig::default().with_name("oauth").with_max_age(Duration::from_secs(600));
    /// let oauth = manager.sibling(oauth)?;
    ///
    /// let app: Router = Router::new()
    ///     .route("/login", get(begin_login))
    ///     .layer(SessionLayer::new(oauth).named::<OAuth>())
    ///     .layer(SessionLayer::new(manager));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn named<N: 'static>(self) -> Self {
        Self { insert: insert::<N>, ..self }
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, manager: self.manager.clone(), insert: self.insert }
    }
}
