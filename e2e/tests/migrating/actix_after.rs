use actix_web::{HttpResponse, web};
use session_cookie_actix::{Session, SessionError};

pub(crate) async fn add(session: Session) -> Result<HttpResponse, SessionError> {
    session.update("cart", |cart: &mut Vec<String>| cart.push("apple".to_owned()))?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) async fn login(session: Session) -> Result<HttpResponse, SessionError> {
    session.clear();
    session.insert("user_id", "42")?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) async fn me(session: Session) -> Result<web::Json<Option<String>>, SessionError> {
    Ok(web::Json(session.get("user_id")?))
}

pub(crate) async fn logout(session: Session) -> HttpResponse {
    session.clear();
    HttpResponse::NoContent().finish()
}
