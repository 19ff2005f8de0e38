use actix_session::{Session, SessionGetError, SessionInsertError};
use actix_web::{HttpResponse, web};

pub(crate) async fn login(session: Session) -> Result<HttpResponse, SessionInsertError> {
    session.renew();
    session.insert("user_id", "42")?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) async fn me(session: Session) -> Result<web::Json<Option<String>>, SessionGetError> {
    Ok(web::Json(session.get("user_id")?))
}

pub(crate) async fn logout(session: Session) -> HttpResponse {
    session.purge();
    HttpResponse::NoContent().finish()
}
