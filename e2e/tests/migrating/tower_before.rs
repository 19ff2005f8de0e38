use axum::Json;
use tower_sessions::{Session, session::Error};

pub(crate) async fn login(session: Session) -> Result<(), Failed> {
    session.cycle_id().await?;
    session.insert("user_id", "42").await?;
    Ok(())
}

pub(crate) async fn me(session: Session) -> Result<Json<Option<String>>, Failed> {
    Ok(Json(session.get("user_id").await?))
}

pub(crate) async fn logout(session: Session) -> Result<(), Failed> {
    session.flush().await?;
    Ok(())
}

/// tower-sessions' error is no response, so an application wraps it.
pub(crate) struct Failed;

impl From<Error> for Failed {
    fn from(_: Error) -> Self {
        Self
    }
}

impl axum::response::IntoResponse for Failed {
    fn into_response(self) -> axum::response::Response {
        http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
