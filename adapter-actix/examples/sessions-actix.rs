//! The demo on actix-web: `cargo run --example sessions-actix`, then open the address that it prints.
//!
//! On Unix it reads the keys again at SIGHUP, without a restart: `SESSION_SECRET_KEY_FILE` and `SESSION_FALLBACK_KEYS_FILE` name
//! their files.

use std::fmt;

use actix_web::guard::{Any, Get, Head};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, COOKIE, SET_COOKIE};
#[cfg(unix)]
use actix_web::rt::{
    self,
    signal::unix::{Signal, SignalKind, signal},
};
use actix_web::web::{Data, Html, Json, Query, ServiceConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Responder, ResponseError, Route, web};
use demo::{AddToCart, Cart, DONE, Done, Failure, Framework, Login, Me, StartError};
use session_cookie_actix::{Session, SessionError, SessionManager, SessionMiddleware, session_cookie};

#[actix_web::main]
async fn main() -> Result<(), StartError> {
    #[cfg(unix)]
    let hangups = signal(SignalKind::hangup())?;
    let demo = demo::start()?;
    #[cfg(unix)]
    rt::spawn(reload_keys(hangups, demo.manager.clone()));
    let app = move || {
        let manager = demo.manager.clone();
        App::new().app_data(Data::new(manager.clone())).wrap(SessionMiddleware::new(manager)).configure(routes)
    };
    HttpServer::new(app).listen_auto_h2c(demo.listener)?.run().await?;
    Ok(())
}

/// Exchanges the keys at each SIGHUP.
#[cfg(unix)]
pub async fn reload_keys(mut hangups: Signal, manager: SessionManager) {
    while hangups.recv().await.is_some() {
        demo::reload_keys(&manager);
    }
}

/// The demo's routes. The application's data holds the manager.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/").route(get().to(page)))
        .service(web::resource("/login").route(web::post().to(login)))
        .service(web::resource("/me").route(get().to(me)))
        .service(web::resource("/logout").route(web::post().to(logout)))
        .service(web::resource("/cart").route(get().to(cart)))
        .service(web::resource("/cart/add").route(web::post().to(add_to_cart)))
        .service(web::resource("/break").route(web::post().to(break_cookie)))
        .service(web::resource("/health").route(get().to(health)));
}

/// `web::get()` would answer HEAD with 405.
fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

async fn login(session: Session, Query(login): Query<Login>) -> Result<Json<Done>, SessionError> {
    // Nothing from before the login is carried into it but the cart, unless it is no cart.
    let cart: Option<Vec<String>> = session.take("cart").unwrap_or_default();
    session.clear();
    if let Some(cart) = cart {
        session.insert("cart", cart)?;
    }
    login.choose_lifetime(&session)?;
    // Who it is comes last: a login that fails before has logged no one in.
    session.insert("user_id", "42")?;
    session.insert("username", "alice")?;
    Ok(Json(DONE))
}

async fn me(session: Session) -> Result<Json<Me>, SessionError> {
    Ok(Json(Me { user_id: session.get("user_id")?, username: session.get("username")? }))
}

async fn logout(session: Session) -> Json<Done> {
    session.clear();
    Json(DONE)
}

async fn cart(session: Session) -> Result<Json<Cart>, SessionError> {
    Ok(Json(Cart { items: session.get("cart")?.unwrap_or_default() }))
}

async fn add_to_cart(session: Session, Query(add): Query<AddToCart>) -> Result<Json<Cart>, CartError> {
    let items = session.update("cart", |cart: &mut Vec<String>| {
        cart.push(add.item);
        cart.clone()
    })?;
    Ok(Json(Cart { items }))
}

async fn health() -> Json<Done> {
    Json(DONE)
}

/// Tampers with the cookie, to show that it is refused.
async fn break_cookie(manager: Data<SessionManager>, request: HttpRequest) -> Result<HttpResponse, SessionError> {
    Ok(match demo::broken_cookie(&manager, request.headers().get_all(COOKIE))? {
        Some(set_cookie) => HttpResponse::Ok().insert_header((SET_COOKIE, set_cookie)).json(DONE),
        None => HttpResponse::Conflict().json(Failure::nothing_to_break()),
    })
}

async fn page(manager: Data<SessionManager>, session: Session) -> Result<impl Responder, SessionError> {
    let framework = Framework { name: "actix-web", adapter: "session-cookie-actix" };
    let html = Html::new(demo::page(&session, &manager, framework)?);
    Ok(html.customize().insert_header((CONTENT_SECURITY_POLICY, demo::content_security_policy())))
}

/// Tells the client that the cookie is full. Any other error is a plain 500.
#[derive(Debug)]
struct CartError(SessionError);

impl From<SessionError> for CartError {
    fn from(error: SessionError) -> Self {
        Self(error)
    }
}

impl fmt::Display for CartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for CartError {
    fn status_code(&self) -> StatusCode {
        match self.0 {
            SessionError::Session(session_cookie::SessionError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match &self.0 {
            SessionError::Session(full @ session_cookie::SessionError::TooLarge { .. }) => {
                HttpResponse::build(self.status_code()).json(Failure { error: full.to_string() })
            }
            other => other.error_response(),
        }
    }
}
