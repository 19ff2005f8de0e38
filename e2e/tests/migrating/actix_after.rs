use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use serde_json::Value;
use session_cookie_actix::{Origin, Session, SessionError};

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

pub(crate) async fn take_over(
    session: Session,
    old: actix_session::Session,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if !old.entries().is_empty() {
        if !matches!(session.origin(), Origin::Verified { .. }) {
            let value = |key| Some((key, old.get::<Value>(key).ok()??));
            session.extend(["user_id", "cart"].into_iter().filter_map(value))?;
        }
        old.purge();
    }
    next.call(request).await
}
