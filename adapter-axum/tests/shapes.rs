//! The shapes of handlers that people write: each compiles with one `Session` and one `SessionError`, and runs.

use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use session_cookie_axum::{Lifetime, Main, Session, SessionError, SessionLayer};

use crate::common::*;

async fn with_our_error(session: Session) -> Result<Json<Option<String>>, SessionError> {
    session.insert("visited", true)?;
    session.set_lifetime(Lifetime::BrowserSession)?;
    Ok(Json(session.get("user_id")?))
}

struct AppError(String);

impl From<SessionError> for AppError {
    fn from(error: SessionError) -> Self {
        Self(error.to_string())
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (StatusCode::IM_A_TEAPOT, self.0).into_response()
    }
}

async fn with_an_applications_error(session: Session) -> Result<String, AppError> {
    Ok(session.update("visits", |visits: &mut u32| visits.to_string())?)
}

fn helper(session: &Session) -> Result<(), SessionError> {
    session.insert("from", "a helper")?;
    log_in(session)
}

/// For any framework.
fn log_in<E: From<session_cookie::SessionError>>(session: &session_cookie::Session<E>) -> Result<(), E> {
    session.clear();
    session.insert("user_id", "42")
}

async fn with_a_helper(session: Session) -> Result<(), SessionError> {
    helper(&session)
}

async fn by_its_full_type(session: Session<Main>) -> Result<String, SessionError> {
    Ok(session.take("user_id")?.unwrap_or_default())
}

async fn with_boxed_errors(session: Session) -> Result<String, (StatusCode, String)> {
    let count = || -> Result<usize, Box<dyn std::error::Error>> {
        session.insert("boxed", 1)?;
        Ok(session.len())
    };
    Ok(count().map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?.to_string())
}

/// A user's own extractor.
struct User(String);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let session: Session = Session::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let user_id = session.get("user_id").map_err(IntoResponse::into_response)?;
        user_id.map(Self).ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())
    }
}

async fn with_an_own_extractor(User(id): User) -> String {
    id
}

async fn require_login(session: Session, request: Request, next: Next) -> Result<Response, SessionError> {
    match session.get::<String>("user_id")? {
        Some(_) => Ok(next.run(request).await),
        None => Ok(StatusCode::UNAUTHORIZED.into_response()),
    }
}

#[tokio::test]
async fn every_shape_of_a_handler_compiles_and_runs() {
    let manager = manager();
    let app = Router::new()
        .route("/guarded", get(with_our_error))
        .route_layer(from_fn(require_login))
        .route("/ours", get(with_our_error))
        .route("/app", get(with_an_applications_error))
        .route("/helper", get(with_a_helper))
        .route("/full", get(by_its_full_type))
        .route("/boxed", get(with_boxed_errors))
        .route("/user", get(with_an_own_extractor))
        .layer(SessionLayer::new(manager.clone()));
    let alice = cookie(&manager, "user_id", "42");

    for path in ["/ours", "/app", "/helper", "/full", "/boxed", "/user", "/guarded"] {
        assert_eq!(fetch_with(&app, path, &alice).await.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(fetch(&app, "/guarded").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_handler_can_be_called_with_a_session_from_a_manager() {
    let session = Session::from(manager().new_session());

    with_a_helper(session.clone()).await.unwrap();

    assert_eq!(session.get("user_id").unwrap(), Some("42".to_owned()));
}
