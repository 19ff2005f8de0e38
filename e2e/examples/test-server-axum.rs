//! The test server on axum.

// Another program, whose `main` is not run here.
#[allow(dead_code, unreachable_pub)]
#[path = "../../adapter-axum/examples/sessions-axum.rs"]
mod sessions_axum;
mod test_server;

use std::io;

use axum::body::Bytes;
use axum::extract::{Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use demo::{DONE, Demo, Done};
use session_cookie_axum::{Session, SessionError, SessionLayer, SessionManager};
use test_server::{Actions, Cached, Greeting, Login, Message, Second, Texts, Third, Visits, current};
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(worker_threads = 2)]
async fn main() -> io::Result<()> {
    #[cfg(unix)]
    let hangups = signal(SignalKind::hangup())?;
    let Demo { manager, listener } = test_server::start();
    #[cfg(unix)]
    tokio::spawn(sessions_axum::reload_keys(hangups, manager.clone()));
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router(manager)).await
}

fn router(manager: SessionManager) -> Router {
    let [second, third] = test_server::siblings(&manager);
    let routes = Router::new()
        .route("/login", get(message).post(login))
        .route("/logout", get(logout).post(logout))
        .route("/guarded", get(guarded))
        .route("/cached", get(cached))
        .route("/upload", post(upload))
        .route("/greeting", get(greeting))
        .route("/several", post(several))
        // A layer of the same manager, which is inside it, does nothing.
        .fallback_service(sessions_axum::router(manager.clone()));
    routes
        .clone()
        .nest("/app", routes)
        .layer(SessionLayer::new(third).named::<Third>())
        .layer(SessionLayer::new(second).named::<Second>())
        .layer(from_fn(async |session: Session, request: Request, next: Next| {
            current::enter(&session.with_error());
            next.run(request).await
        }))
        .layer(SessionLayer::new(manager))
        .layer(from_fn(|request: Request, next: Next| current::scope(next.run(request))))
}

async fn login(session: Session, Query(login): Query<Login>) -> Result<Json<Done>, SessionError> {
    test_server::log_in(&session.with_error(), &login)?;
    Ok(Json(DONE))
}

async fn message(session: Session) -> Result<Json<Message>, SessionError> {
    Ok(Json(test_server::take_message(&session.with_error())?))
}

async fn logout(session: Session) -> Json<Done> {
    session.clear();
    Json(DONE)
}

async fn guarded(session: Session, headers: HeaderMap) -> Result<Response, SessionError> {
    let sec_fetch_site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    Ok(match test_server::guard(&session.with_error(), sec_fetch_site)? {
        Some(page) => Redirect::to(page).into_response(),
        None => Json(DONE).into_response(),
    })
}

async fn cached(session: Session, Query(cached): Query<Cached>) -> Result<impl IntoResponse, SessionError> {
    let visits = test_server::count_visit(&session.with_error())?;
    Ok((cached.cache_control.map(|text| [(CACHE_CONTROL, text)]), Json(visits)))
}

async fn upload(session: Session, _body: Bytes) -> Result<Json<Visits>, SessionError> {
    Ok(Json(test_server::count_visit(&session.with_error())?))
}

async fn greeting(session: Session) -> Result<Json<Option<Greeting>>, SessionError> {
    Ok(Json(session.get("user_id")?))
}

async fn several(
    main: Session,
    second: Session<Second>,
    third: Session<Third>,
    Query(actions): Query<Actions>,
) -> Result<Json<Texts>, SessionError> {
    Ok(Json(test_server::several(&main.with_error(), &second.with_error(), &third.with_error(), actions)?))
}
