use std::net::TcpListener;

use axum::Router;
use axum::routing::get;
use session_cookie_axum::{Session, SessionError, SessionLayer};
use tokio::runtime;

use super::THEME;
use crate::manager;

pub(super) fn serve(listener: TcpListener, has_sessions: bool) {
    let app = if has_sessions { with_sessions() } else { Router::new().route("/", get(async || THEME)) };
    let runtime = runtime::Builder::new_current_thread().enable_io().build().expect("the system has what it needs");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("it listens");
        axum::serve(listener, app).await.expect("it never ends");
    });
}

fn with_sessions() -> Router {
    Router::new()
        .route("/", get(untouched))
        .route("/read", get(read))
        .route("/change", get(change))
        .layer(SessionLayer::new(manager()))
}

async fn untouched(_: Session) -> &'static str {
    THEME
}

async fn read(session: Session) -> Result<String, SessionError> {
    Ok(session.get("theme")?.unwrap_or_default())
}

async fn change(session: Session) -> Result<&'static str, SessionError> {
    session.insert("theme", "lite")?;
    Ok(THEME)
}
