use std::time::Duration;

use axum::extract::Request;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use session_cookie_axum::{
    ConfigError, CookieConfig, Key, Origin, Session, SessionError, SessionLayer, SessionManager,
};

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

pub(crate) async fn take_over(
    session: Session,
    old: tower_sessions::Session,
    request: Request,
    next: Next,
) -> Result<Response, Failed> {
    let came = old.id().is_some();
    if came && !matches!(session.origin(), Origin::Verified { .. }) {
        let mut kept: Vec<(&str, Value)> = Vec::new();
        for key in ["user_id", "cart"] {
            kept.extend(old.get_value(key).await?.map(|value| (key, value)));
        }
        session.extend(kept)?;
    }
    let mut response = next.run(request).await;
    if came && session.is_empty() {
        old.flush().await?; // a logout; the old layer removes its cookie
    } else if came {
        let removal = HeaderValue::from_static("id=; Path=/; Max-Age=0; Secure"); // the old layer's name, path and domain
        response.headers_mut().append(SET_COOKIE, removal);
    }
    Ok(response)
}

impl From<SessionError> for Failed {
    fn from(_: SessionError) -> Self {
        Self
    }
}
