//! Rule 17: what becomes an error response inside the layer keeps its session changes.

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use session_cookie_axum::{Session, SessionError, SessionLayer};

use crate::common::{fetch, handed_out, manager};

fn app(handler: MethodRouter) -> Router {
    Router::new().route("/", handler).layer(SessionLayer::new(manager()))
}

#[tokio::test]
async fn r17_an_error_response_is_saved() {
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice").unwrap();
        StatusCode::INTERNAL_SERVER_ERROR
    }));

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(handed_out(&manager(), response.headers()).contains_key("name"));
}

#[tokio::test]
async fn r17_a_failed_call_keeps_what_was_changed_before_it() {
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice")?;
        session.insert("note", "x".repeat(5000))?;
        Ok::<_, SessionError>(())
    }));

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(handed_out(&manager(), response.headers()).keys(), ["name"]);
}

#[tokio::test]
async fn r17_the_answer_for_an_unknown_path_is_saved() {
    let app = Router::new()
        .fallback(|session: Session| async move {
            session.insert("lost", true).unwrap();
            StatusCode::NOT_FOUND.into_response()
        })
        .layer(SessionLayer::new(manager()));

    let response = fetch(&app, "/nowhere").await;

    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(handed_out(&manager(), response.headers()).contains_key("lost"));
}
