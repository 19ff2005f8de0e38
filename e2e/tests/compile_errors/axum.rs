//! Mistakes in an application on axum.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use session_cookie_axum::{Session, SessionError, session_cookie};

struct AppError;

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        StatusCode::BAD_REQUEST.into_response()
    }
}

async fn takes_the_core_session(session: session_cookie::Session) -> String {
    session.len().to_string()
}

fn count(session: &session_cookie::Session) -> Result<u32, session_cookie::SessionError> {
    session.get("visits").map(Option::unwrap_or_default)
}

async fn passes_its_session_to_a_function(session: Session) -> Result<String, SessionError> {
    //~ expected `Session`, found `session_cookie_axum::Session`
    //~ `session_cookie_axum::Session` and `Session` have similar names, but are actually distinct types
    let visits = count(&session)?;
    Ok(visits.to_string())
}

async fn has_an_error_without_from(session: Session) -> Result<(), AppError> {
    //~ `?` couldn't convert the error to `AppError`
    //~ needs to implement `From<session_cookie_axum::SessionError>`
    session.insert("user_id", "42")?;
    Ok(())
}

async fn returns_the_core_error(session: Session) -> Result<(), session_cookie::SessionError> {
    //~ `?` couldn't convert the error to `session_cookie_axum::session_cookie::SessionError`
    session.insert("user_id", "42")?;
    Ok(())
}

async fn matches_a_variant_of_the_core_error(session: Session) -> Result<String, SessionError> {
    match session.get("user_id") {
        Ok(user_id) => Ok(user_id.unwrap_or_default()),
        //~ no variant named `WrongType`
        Err(SessionError::WrongType { .. }) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

async fn awaits_a_method(session: Session) -> Result<(), SessionError> {
    //~ `Result<(), session_cookie_axum::SessionError>` is not a future
    //~ help: remove the `.await`
    session.insert("user_id", "42").await?;
    Ok(())
}

pub(crate) fn app() -> Router {
    Router::new()
        //~ {takes_the_core_session}: Handler<_, _>` is not satisfied
        //~ Consider using `#[axum::debug_handler]` to improve the error message
        .route("/core", get(takes_the_core_session))
        .route("/function", get(passes_its_session_to_a_function))
        .route("/from", get(has_an_error_without_from))
        //~ Handler<_, _>` is not satisfied
        .route("/core-error", get(returns_the_core_error))
        .route("/variant", get(matches_a_variant_of_the_core_error))
        .route("/await", get(awaits_a_method))
}
