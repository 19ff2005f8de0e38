use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use session_cookie_axum::{ConfigError, CookieConfig, Key, Session, SessionError, SessionLayer, SessionManager};

use crate::tower_before::Failed;

pub(crate) fn app(key: Key) -> Result<Router, ConfigError> {
    let options = CookieConfig::default().with_secure(true).with_max_age(Duration::from_secs(3600));
    let app = Router::new()
        .route("/login", post(login))
        .route("/me", get(me))
        .route("/add", post(add))
        .route("/logout", post(logout));
    Ok(app.layer(SessionLayer::new(SessionManager::new(key, options)?)))
}

pub(crate) async fn login(session: Session) -> Result<(), SessionError> {
    session.clear();
    session.insert("user_id", "42")
}

pub(crate) async fn me(session: Session) -> Result<Json<Option<String>>, SessionError> {
    Ok(Json(session.get("user_id")?))
}

pub(crate) async fn add(session: Session) -> Result<(), SessionError> {
    session.update("cart", |cart: &mut Vec<String>| cart.push("apple".to_owned()))
}

pub(crate) async fn logout(session: Session) {
    session.clear();
}

impl From<SessionError> for Failed {
    fn from(_: SessionError) -> Self {
        Self
    }
}
