//! The extractor and its error.

use std::error::Error;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use session_cookie_axum::{Session, SessionError, SessionLayer, session_cookie};
use test_support::log::Log;

use crate::common::{cookie, fetch, fetch_with, manager, text};

fn too_large() -> session_cookie::SessionError {
    manager().load([""; 0]).insert("note", "x".repeat(5000)).unwrap_err()
}

#[tokio::test]
async fn without_the_layer_a_handler_answers_500_and_the_log_names_the_missing_line() {
    let app = Router::new().route("/", get(|_: Session| async {}));
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, "");
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert!(log.text().contains(".layer(SessionLayer::new(manager))"), "{}", log.text());
}

#[tokio::test]
async fn an_optional_session_is_none_without_the_layer() {
    let handler = |session: Option<Session>| async move { session.is_some().to_string() };
    let without = Router::new().route("/", get(handler));
    let with = without.clone().layer(SessionLayer::new(manager()));
    let log = Log::capture();

    assert_eq!(text(fetch(&without, "/").await).await, "false");
    assert_eq!(text(fetch(&with, "/").await).await, "true");
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn every_extractor_of_one_request_is_a_handle_to_the_same_session() {
    let app = Router::new()
        .route(
            "/",
            get(|one: Session, other: Session| async move {
                one.insert("name", "alice").unwrap();
                other.get::<String>("name").unwrap().unwrap()
            }),
        )
        .layer(SessionLayer::new(manager()));

    assert_eq!(text(fetch(&app, "/").await).await, "alice");
}

#[tokio::test]
async fn a_failed_call_is_a_plain_500_and_the_detail_is_in_the_log() {
    let app =
        Router::new()
            .route(
                "/",
                get(|session: Session| async move {
                    Ok::<_, SessionError>(session.get::<u64>("name")?.is_some().to_string())
                }),
            )
            .layer(SessionLayer::new(manager()));
    let log = Log::capture();

    let response = fetch_with(&app, "/", &cookie(&manager(), "name", "alice")).await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, "");
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert!(log.text().contains("name"), "{}", log.text());
    assert!(!log.text().contains("alice"), "{}", log.text());
}

#[tokio::test]
async fn an_applications_own_error_takes_session_errors() {
    struct AppError(SessionError);
    impl From<SessionError> for AppError {
        fn from(error: SessionError) -> Self {
            Self(error)
        }
    }
    impl IntoResponse for AppError {
        fn into_response(self) -> Response {
            (StatusCode::INSUFFICIENT_STORAGE, self.0.to_string()).into_response()
        }
    }
    let app = Router::new()
        .route("/", get(|session: Session| async move { Ok::<_, AppError>(session.insert("note", "x".repeat(5000))?) }))
        .layer(SessionLayer::new(manager()));

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(text(response).await, too_large().to_string());
}

#[test]
fn the_error_says_what_the_session_said() {
    let error = SessionError::from(too_large());

    assert_eq!(error.to_string(), too_large().to_string());
    assert_eq!(error.source().map(ToString::to_string), too_large().source().map(ToString::to_string));
    assert!(matches!(error, SessionError::Session(session_cookie::SessionError::TooLarge { .. })));
}
