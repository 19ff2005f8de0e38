//! A login through OAuth on axum, with a `Strict` session: `cargo run -p e2e --example oauth-axum`.

mod oauth;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use session_cookie_axum::{Session, SessionError, SessionLayer};

use oauth::{Answer, OAuth, Shop};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), oauth::Error> {
    let (shop, listener) = oauth::start()?;
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router(shop)).await?;
    Ok(())
}

fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/cart/add", post(add_to_cart))
        .route("/login", post(login))
        .route("/callback", get(callback))
        .route("/login/finish", post(finish_login))
        .route("/logout", post(logout))
        .layer(SessionLayer::new(shop.oauth.clone()).named::<OAuth>())
        .layer(SessionLayer::new(shop.main.clone()))
        .with_state(Arc::new(shop))
}

async fn home(session: Session) -> Result<Html<String>, SessionError> {
    Ok(Html(oauth::home(&session.with_error())?))
}

async fn add_to_cart(session: Session) -> Result<Redirect, SessionError> {
    session.update("cart", |cart: &mut Vec<String>| cart.push("egg".to_owned()))?;
    Ok(Redirect::to("/"))
}

async fn login(State(shop): State<Arc<Shop>>, oauth: Session<OAuth>) -> Result<Redirect, SessionError> {
    let provider = shop.begin_login(&oauth.with_error())?;
    Ok(Redirect::to(&provider))
}

/// Takes no `Session`: another site caused this request, so its `Strict` cookie stayed in the browser, and one that is set here
/// would replace it.
async fn callback(
    State(shop): State<Arc<Shop>>,
    oauth: Session<OAuth>,
    Query(answer): Query<Answer>,
) -> Result<(StatusCode, [(&'static str, &'static str); 2], Html<String>), SessionError> {
    Ok(match shop.verify(&oauth.with_error(), answer).await? {
        true => (StatusCode::OK, oauth::CALLBACK_HEADERS, Html(oauth::interstitial())),
        false => (StatusCode::BAD_REQUEST, oauth::CALLBACK_HEADERS, Html(oauth::refused())),
    })
}

async fn finish_login(session: Session, oauth: Session<OAuth>) -> Result<Response, SessionError> {
    Ok(match oauth::log_in(&session.with_error(), &oauth.with_error())? {
        true => Redirect::to("/").into_response(),
        false => (StatusCode::BAD_REQUEST, Html(oauth::refused())).into_response(),
    })
}

/// Ends a login that is under way in another tab too.
async fn logout(session: Session, oauth: Session<OAuth>) -> Redirect {
    session.clear();
    oauth.clear();
    Redirect::to("/")
}
