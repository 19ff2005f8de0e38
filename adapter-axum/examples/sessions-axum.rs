//! The demo on axum: `cargo run --example sessions-axum`, then open the address that it prints.
//!
//! On Unix it reads the keys again at SIGHUP, without a restart: `SESSION_SECRET_KEY_FILE` and `SESSION_FALLBACK_KEYS_FILE` name
//! their files.

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use demo::{AddToCart, Cart, DONE, Done, Failure, Framework, Login, Me, StartError};
use session_cookie_axum::{Session, SessionError, SessionLayer, SessionManager, session_cookie};
use tokio::signal;

#[tokio::main]
async fn main() -> Result<(), StartError> {
    #[cfg(unix)]
    let hangups = signal::unix::signal(signal::unix::SignalKind::hangup())?;
    let demo = demo::start()?;
    #[cfg(unix)]
    tokio::spawn(reload_keys(hangups, demo.manager.clone()));
    let listener = tokio::net::TcpListener::from_std(demo.listener)?;
    axum::serve(listener, router(demo.manager)).with_graceful_shutdown(shutdown()).await?;
    Ok(())
}

/// The demo's routes, with sessions.
pub fn router(manager: SessionManager) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/login", post(login))
        .route("/me", get(me))
        .route("/logout", post(logout))
        .route("/cart", get(cart))
        .route("/cart/add", post(add_to_cart))
        .route("/break", post(break_cookie))
        .route("/health", get(health))
        .layer(SessionLayer::new(manager.clone()))
        .with_state(manager)
}

async fn login(session: Session, Query(login): Query<Login>) -> Result<Json<Done>, SessionError> {
    // Nothing from before the login is carried into it but the cart, unless it is no cart.
    let cart: Option<Vec<String>> = session.take("cart").unwrap_or_default();
    session.clear();
    if let Some(cart) = cart {
        session.insert("cart", cart)?;
    }
    login.choose_lifetime(&session)?;
    // Who it is comes last: a login that fails before has logged no one in.
    session.insert("user_id", "42")?;
    session.insert("username", "alice")?;
    Ok(Json(DONE))
}

async fn me(session: Session) -> Result<Json<Me>, SessionError> {
    Ok(Json(Me { user_id: session.get("user_id")?, username: session.get("username")? }))
}

async fn logout(session: Session) -> Json<Done> {
    session.clear();
    Json(DONE)
}

async fn cart(session: Session) -> Result<Json<Cart>, SessionError> {
    Ok(Json(Cart { items: session.get("cart")?.unwrap_or_default() }))
}

async fn add_to_cart(session: Session, Query(add): Query<AddToCart>) -> Result<Json<Cart>, CartError> {
    let items = session.update("cart", |cart: &mut Vec<String>| {
        cart.push(add.item);
        cart.clone()
    })?;
    Ok(Json(Cart { items }))
}

async fn health() -> Json<Done> {
    Json(DONE)
}

/// Tampers with the cookie, to show that it is refused.
async fn break_cookie(State(manager): State<SessionManager>, headers: HeaderMap) -> Result<Response, SessionError> {
    Ok(match demo::broken_cookie(&manager, headers.get_all(COOKIE))? {
        Some(set_cookie) => ([(SET_COOKIE, set_cookie)], Json(DONE)).into_response(),
        None => (StatusCode::CONFLICT, Json(Failure::nothing_to_break())).into_response(),
    })
}

async fn page(State(manager): State<SessionManager>, session: Session) -> Result<impl IntoResponse, SessionError> {
    let html = demo::page(&session, &manager, Framework { name: "axum", adapter: "session-cookie-axum" })?;
    Ok(([(CONTENT_SECURITY_POLICY, demo::content_security_policy())], Html(html)))
}

/// Tells the client that the cookie is full. Any other error is a plain 500.
struct CartError(SessionError);

impl From<SessionError> for CartError {
    fn from(error: SessionError) -> Self {
        Self(error)
    }
}

impl IntoResponse for CartError {
    fn into_response(self) -> Response {
        match self.0 {
            SessionError::Session(full @ session_cookie::SessionError::TooLarge { .. }) => {
                (StatusCode::PAYLOAD_TOO_LARGE, Json(Failure { error: full.to_string() })).into_response()
            }
            other => other.into_response(),
        }
    }
}

/// Exchanges the keys at each SIGHUP.
#[cfg(unix)]
pub async fn reload_keys(mut hangups: signal::unix::Signal, manager: SessionManager) {
    while hangups.recv().await.is_some() {
        demo::reload_keys(&manager);
    }
}

async fn shutdown() {
    let interrupt = async { signal::ctrl_c().await.ok() };
    #[cfg(unix)]
    let terminate = async { signal::unix::signal(signal::unix::SignalKind::terminate()).ok()?.recv().await };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<Option<()>>();
    tokio::select! {
        _ = interrupt => {}
        _ = terminate => {}
    }
}
