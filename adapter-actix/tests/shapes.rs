//! The shapes of handlers that people write: each compiles with one `Session` and one `SessionError`, and runs.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::ErrorUnauthorized;
use actix_web::guard::GuardContext;
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::init_service;
use actix_web::{App, Error, FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use session_cookie_actix::{Lifetime, Main, Session, SessionError, SessionExt, SessionMiddleware, session_cookie};

use crate::common::*;

async fn with_our_error(session: Session) -> Result<web::Json<Option<String>>, SessionError> {
    session.insert("visited", true)?;
    session.set_lifetime(Lifetime::BrowserSession)?;
    Ok(web::Json(session.get("user_id")?))
}

async fn with_the_frameworks_error(session: Session) -> actix_web::Result<HttpResponse> {
    let user_id: Option<String> = session.get("user_id")?;
    session.insert("visited", true)?;
    Ok(HttpResponse::Ok().body(user_id.unwrap_or_default()))
}

#[derive(Debug)]
struct AppError(String);

impl From<SessionError> for AppError {
    fn from(error: SessionError) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ResponseError for AppError {}

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

async fn with_a_helper(session: Session) -> Result<HttpResponse, SessionError> {
    helper(&session)?;
    Ok(HttpResponse::Ok().finish())
}

async fn by_its_full_type(session: Session<Main>) -> Result<String, SessionError> {
    Ok(session.take("user_id")?.unwrap_or_default())
}

/// A user's own extractor.
struct User(String);

impl FromRequest for User {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut user = || {
            let session: Session = Session::from_request(request, payload).into_inner()?;
            session.get("user_id")?.map(Self).ok_or_else(|| ErrorUnauthorized("log in first"))
        };
        ready(user())
    }
}

async fn with_an_own_extractor(User(id): User) -> String {
    id
}

async fn require_login(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match request.session()?.get::<String>("user_id")? {
        Some(_) => Ok(next.call(request).await?.map_into_left_body()),
        None => Ok(request.into_response(HttpResponse::Unauthorized().finish()).map_into_right_body()),
    }
}

fn is_logged_in(context: &GuardContext<'_>) -> bool {
    context.session().is_ok_and(|session| session.contains_key("user_id"))
}

#[actix_web::test]
async fn every_shape_of_a_handler_compiles_and_runs() {
    let manager = manager();
    let app = App::new()
        .wrap(SessionMiddleware::new(manager.clone()))
        .route("/ours", web::get().to(with_our_error))
        .route("/theirs", web::get().to(with_the_frameworks_error))
        .route("/app", web::get().to(with_an_applications_error))
        .route("/helper", web::get().to(with_a_helper))
        .route("/full", web::get().to(by_its_full_type))
        .route("/user", web::get().to(with_an_own_extractor))
        .route("/guarded", web::get().guard(is_logged_in_guard()).to(with_our_error))
        .service(web::resource("/wrapped").wrap(from_fn(require_login)).to(with_our_error));
    let app = init_service(app).await;
    let alice = cookie(&manager, "user_id", "42");

    for path in ["/ours", "/theirs", "/app", "/helper", "/full", "/user", "/guarded", "/wrapped"] {
        assert_eq!(fetch_with(&app, path, &alice).await.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(fetch(&app, "/wrapped").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(fetch(&app, "/guarded").await.status(), StatusCode::NOT_FOUND);
}

fn is_logged_in_guard() -> impl actix_web::guard::Guard {
    actix_web::guard::fn_guard(is_logged_in)
}

#[actix_web::test]
async fn a_handler_can_be_called_with_a_session_from_a_manager() {
    let session = Session::from(manager().new_session());

    with_a_helper(session.clone()).await.unwrap();

    assert_eq!(session.get("user_id").unwrap(), Some("42".to_owned()));
}
