//! The extractor, its error, and `SessionExt`.

use std::error::Error as _;
use std::fmt;

use actix_web::guard::fn_guard;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpRequest, ResponseError, web};
use session_cookie_actix::{Session, SessionError, SessionExt, SessionMiddleware, session_cookie};
use test_support::log::Log;

use crate::common::{cookie, fetch, fetch_with, manager, text};

fn too_large() -> session_cookie::SessionError {
    manager().load([""; 0]).insert("note", "x".repeat(5000)).unwrap_err()
}

#[actix_web::test]
async fn without_the_middleware_a_handler_answers_500_and_the_log_names_the_missing_line() {
    let handler = |_: Session| async { "done" };
    let app = init_service(App::new().route("/", web::get().to(handler))).await;
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, "");
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert!(log.text().contains(".wrap(SessionMiddleware::new(manager))"), "{}", log.text());
}

#[actix_web::test]
async fn an_optional_session_is_none_without_the_middleware() {
    async fn has_session(session: Option<Session>) -> String {
        session.is_some().to_string()
    }
    let without = init_service(App::new().route("/", web::get().to(has_session))).await;
    let with = App::new().wrap(SessionMiddleware::new(manager())).route("/", web::get().to(has_session));
    let with = init_service(with).await;
    let log = Log::capture();

    assert_eq!(text(fetch(&without, "/").await).await, "false");
    assert_eq!(text(fetch(&with, "/").await).await, "true");
    assert_eq!(log.text(), "");
}

#[actix_web::test]
async fn every_extractor_of_one_request_is_a_handle_to_the_same_session() {
    let handler = |one: Session, other: Session, request: HttpRequest| async move {
        one.insert("name", "alice").unwrap();
        other.insert("age", 42).unwrap();
        request.session().unwrap().keys().join(" ")
    };
    let app = App::new().wrap(SessionMiddleware::new(manager())).route("/", web::get().to(handler));
    let app = init_service(app).await;

    assert_eq!(text(fetch(&app, "/").await).await, "name age");
}

#[actix_web::test]
async fn a_guard_finds_the_session() {
    let logged_in = fn_guard(|context| context.session().is_ok_and(|session| session.contains_key("user_id")));
    let app = App::new()
        .wrap(SessionMiddleware::new(manager()))
        .route("/", web::get().guard(logged_in).to(|| async { "inside" }));
    let app = init_service(app).await;

    assert_eq!(fetch(&app, "/").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(fetch_with(&app, "/", &cookie(&manager(), "user_id", "42")).await).await, "inside");
}

#[test]
fn a_request_outside_of_the_middleware_has_no_session() {
    let request = TestRequest::default().to_srv_request();

    assert!(matches!(request.session(), Err(SessionError::MissingMiddleware)));
    assert!(matches!(request.request().session(), Err(SessionError::MissingMiddleware)));
}

#[actix_web::test]
async fn a_failed_call_is_a_plain_500_and_the_detail_is_in_the_log() {
    async fn reads_a_number(session: Session) -> Result<String, SessionError> {
        Ok(session.get::<u64>("name")?.unwrap_or_default().to_string())
    }
    let app = App::new().wrap(SessionMiddleware::new(manager())).route("/", web::get().to(reads_a_number));
    let app = init_service(app).await;
    let log = Log::capture();

    let response = fetch_with(&app, "/", &cookie(&manager(), "name", "alice")).await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, "");
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert!(log.text().contains("name"), "{}", log.text());
    assert!(!log.text().contains("alice"), "{}", log.text());
}

#[actix_web::test]
async fn an_applications_own_error_takes_session_errors() {
    #[derive(Debug)]
    struct AppError(SessionError);
    impl From<SessionError> for AppError {
        fn from(error: SessionError) -> Self {
            Self(error)
        }
    }
    impl fmt::Display for AppError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }
    impl ResponseError for AppError {
        fn status_code(&self) -> StatusCode {
            StatusCode::INSUFFICIENT_STORAGE
        }
    }
    async fn writes_too_much(session: Session) -> Result<String, AppError> {
        session.insert("note", "x".repeat(5000))?;
        Ok(String::new())
    }
    let app = App::new().wrap(SessionMiddleware::new(manager())).route("/", web::get().to(writes_too_much));
    let app = init_service(app).await;

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
