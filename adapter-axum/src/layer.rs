use session_cookie::SessionManager;
use tower_layer::Layer;

use crate::SessionService;

/// Gives each request a [`Session`](crate::Session), and sets the session's headers on the response.
///
/// It fits [`Router::layer`], [`Router::route_layer`], nested routers and any other tower stack, whatever the types
/// of the request's and the response's bodies. An inner layer of the same manager does nothing. An inner
/// layer of another manager gives the handlers inside it that manager's session.
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
}

impl SessionLayer {
    /// A layer that loads and saves sessions with `manager`.
    pub fn new(manager: SessionManager) -> Self {
        Self { manager }
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService::new(inner, self.manager.clone())
    }
}
