//! Mistakes in an application on actix-web.

use std::fmt;

use actix_web::ResponseError;
use actix_web::web::{ServiceConfig, get};
use session_cookie_actix::{Session, SessionError, session_cookie};

#[derive(Debug)]
struct AppError;

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the application's error")
    }
}

impl ResponseError for AppError {}

async fn takes_the_core_session(session: session_cookie::Session) -> String {
    session.len().to_string()
}

fn count(session: &session_cookie::Session) -> Result<u32, session_cookie::SessionError> {
    session.get("visits").map(Option::unwrap_or_default)
}

async fn passes_its_session_to_a_function(session: Session) -> Result<String, SessionError> {
    //~ expected `Session`, found `session_cookie_actix::Session`
    //~ `session_cookie_actix::Session` and `Session` have similar names, but are actually distinct types
    let visits = count(&session)?;
    Ok(visits.to_string())
}

async fn has_an_error_without_from(session: Session) -> Result<&'static str, AppError> {
    //~ `?` couldn't convert the error to `AppError`
    //~ needs to implement `From<session_cookie_actix::SessionError>`
    session.insert("user_id", "42")?;
    Ok("")
}

async fn returns_the_core_error(session: Session) -> Result<&'static str, session_cookie::SessionError> {
    //~ `?` couldn't convert the error to `session_cookie_actix::session_cookie::SessionError`
    session.insert("user_id", "42")?;
    Ok("")
}

async fn matches_a_variant_of_the_core_error(session: Session) -> Result<String, SessionError> {
    match session.get("user_id") {
        Ok(user_id) => Ok(user_id.unwrap_or_default()),
        //~ no variant named `WrongType`
        Err(SessionError::WrongType { .. }) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

async fn awaits_a_method(session: Session) -> Result<&'static str, SessionError> {
    //~ `Result<(), session_cookie_actix::SessionError>` is not a future
    //~ help: remove the `.await`
    session.insert("user_id", "42").await?;
    Ok("")
}

pub(crate) fn routes(app: &mut ServiceConfig) {
    //~ is not implemented for `session_cookie_actix::session_cookie::Session`
    app.route("/core", get().to(takes_the_core_session))
        .route("/function", get().to(passes_its_session_to_a_function))
        .route("/from", get().to(has_an_error_without_from))
        //~ is not implemented for `session_cookie_actix::session_cookie::SessionError`
        .route("/core-error", get().to(returns_the_core_error))
        .route("/variant", get().to(matches_a_variant_of_the_core_error))
        .route("/await", get().to(awaits_a_method));
}
