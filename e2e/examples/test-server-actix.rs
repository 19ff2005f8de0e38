//! The test server on actix-web.

// Another program, whose `main` is not run here.
#[allow(dead_code, unreachable_pub)]
#[path = "../../adapter-actix/examples/sessions-actix.rs"]
mod sessions_actix;
mod test_server;

use std::io;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{Next, from_fn};
#[cfg(unix)]
use actix_web::rt::{
    self,
    signal::unix::{SignalKind, signal},
};
use actix_web::web::{self, Bytes, Json, Query, Redirect, ServiceConfig};
use actix_web::{App, Either, HttpRequest, HttpResponse, HttpServer};
use demo::{DONE, Demo, Done};
use session_cookie_actix::{Session, SessionError, SessionMiddleware};
use test_server::{Actions, Cached, Greeting, Login, Message, Second, Texts, Third, Visits, current};

#[actix_web::main]
async fn main() -> io::Result<()> {
    #[cfg(unix)]
    let hangups = signal(SignalKind::hangup())?;
    let Demo { manager, listener } = test_server::start();
    #[cfg(unix)]
    rt::spawn(sessions_actix::reload_keys(hangups, manager.clone()));
    let [second, third] = test_server::siblings(&manager);
    let app = move || {
        App::new()
            .app_data(web::Data::new(manager.clone()))
            .service(web::scope("/app").configure(routes))
            .configure(routes)
            .wrap(SessionMiddleware::new(third.clone()).named::<Third>())
            .wrap(SessionMiddleware::new(second.clone()).named::<Second>())
            .wrap(from_fn(async |session: Session, request: ServiceRequest, next: Next<BoxBody>| {
                current::enter(&session.with_error());
                next.call(request).await
            }))
            .wrap(SessionMiddleware::new(manager.clone()))
            .wrap(from_fn(async |request: ServiceRequest, next: Next<BoxBody>| {
                current::scope(async { next.call(request).await }).await
            }))
    };
    HttpServer::new(app).workers(2).listen_auto_h2c(listener)?.run().await
}

fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/login").get(message).post(login))
        .service(web::resource("/logout").get(logout).post(logout))
        .route("/guarded", web::get().to(guarded))
        .route("/cached", web::get().to(cached))
        .route("/upload", web::post().to(upload))
        .route("/greeting", web::get().to(greeting))
        .route("/several", web::post().to(several))
        // After the others, since the first one that fits is taken.
        .configure(sessions_actix::routes);
}

async fn login(session: Session, Query(login): Query<Login>) -> Result<Json<Done>, SessionError> {
    test_server::log_in(&session.with_error(), &login)?;
    Ok(Json(DONE))
}

async fn message(session: Session) -> Result<Json<Message>, SessionError> {
    Ok(Json(test_server::take_message(&session.with_error())?))
}

async fn logout(session: Session) -> Json<Done> {
    session.clear();
    Json(DONE)
}

async fn guarded(session: Session, request: HttpRequest) -> Result<Either<Redirect, Json<Done>>, SessionError> {
    let sec_fetch_site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    Ok(match test_server::guard(&session.with_error(), sec_fetch_site)? {
        Some(page) => Either::Left(Redirect::to(page).see_other()),
        None => Either::Right(Json(DONE)),
    })
}

async fn cached(session: Session, Query(cached): Query<Cached>) -> Result<HttpResponse, SessionError> {
    let visits = test_server::count_visit(&session.with_error())?;
    let mut response = HttpResponse::Ok();
    if let Some(text) = cached.cache_control {
        response.insert_header((CACHE_CONTROL, text));
    }
    Ok(response.json(visits))
}

async fn upload(session: Session, _body: Bytes) -> Result<Json<Visits>, SessionError> {
    Ok(Json(test_server::count_visit(&session.with_error())?))
}

async fn greeting(session: Session) -> Result<Json<Option<Greeting>>, SessionError> {
    Ok(Json(session.get("user_id")?))
}

async fn several(
    main: Session,
    second: Session<Second>,
    third: Session<Third>,
    Query(actions): Query<Actions>,
) -> Result<Json<Texts>, SessionError> {
    Ok(Json(test_server::several(&main.with_error(), &second.with_error(), &third.with_error(), actions)?))
}
