use std::net::TcpListener;

use actix_web::{App, HttpServer, rt, web};
use session_cookie_actix::{Session, SessionError, SessionMiddleware};

use super::THEME;
use crate::manager;

pub(super) fn serve(listener: TcpListener, has_sessions: bool) {
    rt::System::new()
        .block_on(async {
            if has_sessions {
                let manager = manager();
                let app = move || {
                    App::new()
                        .wrap(SessionMiddleware::new(manager.clone()))
                        .route("/", web::get().to(untouched))
                        .route("/read", web::get().to(read))
                        .route("/change", web::get().to(change))
                };
                HttpServer::new(app).workers(1).listen(listener)?.run().await
            } else {
                let app = || App::new().route("/", web::get().to(async || THEME));
                HttpServer::new(app).workers(1).listen(listener)?.run().await
            }
        })
        .expect("it listens, and never ends");
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
