use session_cookie::SessionManager;
use tower_layer::Layer;

use crate::SessionService;

/// Gives every request that passes through it a [`Session`](crate::Session), and its response the headers that the
/// session calls for.
///
/// It fits [`Router::layer`], [`Router::route_layer`], nested routers and any other tower stack, whatever the types
/// of the request's and the response's bodies. A second layer of the same manager further in lets the request pass;
/// one of another manager gives the handlers inside it that manager's session.
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
