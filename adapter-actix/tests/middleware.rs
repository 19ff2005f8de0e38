//! Where the middleware can go, and with which other middleware.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use actix_web::middleware::{ErrorHandlerResponse, ErrorHandlers, Next, from_fn};
use actix_web::test::init_service;
use actix_web::{App, Error, HttpResponse, web};
use session_cookie_actix::{
    CookieConfig, Refresh, Session, SessionError, SessionExt, SessionManager, SessionMiddleware,
};
use test_support::log::Log;

use crate::common::{all, cookie, fetch, fetch_with, handed_out, manager, manager_of, text};

fn named(name: &str) -> SessionManager {
    manager_of(CookieConfig::default().with_name(name))
}

async fn count(session: Session) -> Result<String, SessionError> {
    let count = session.update("count", |count: &mut u64| {
        *count += 1;
        *count
    })?;
    Ok(count.to_string())
}

async fn has_session(session: Option<Session>) -> String {
    session.is_some().to_string()
}

async fn mark_outer<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    request.session()?.insert("outer", true).unwrap();
    next.call(request).await
}

fn cookie_names<B>(response: &ServiceResponse<B>) -> Vec<String> {
    let name = |value: String| value.split('=').next().unwrap().to_owned();
    all(response.headers(), "set-cookie").into_iter().map(name).collect()
}

#[actix_web::test]
async fn the_same_middleware_met_twice_passes_through() {
    let sessions = SessionMiddleware::new(manager());
    let app = App::new().wrap(sessions.clone()).wrap(from_fn(mark_outer)).wrap(sessions);
    let app = init_service(app.route("/", web::get().to(count))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(handed_out(&manager(), response.headers()).keys(), ["outer", "count"]);
    assert_eq!(all(response.headers(), "vary"), ["Cookie"]);
}

#[actix_web::test]
async fn of_two_different_ones_the_innermost_wins() {
    let app = App::new().wrap(SessionMiddleware::new(named("inner"))).wrap(SessionMiddleware::new(named("outer")));
    let app = init_service(app.route("/", web::get().to(count))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["inner"]);
    assert_eq!(all(response.headers(), "vary"), ["Cookie"]);
}

#[actix_web::test]
async fn of_two_different_ones_each_saves_its_own_session() {
    let app = App::new()
        .wrap(SessionMiddleware::new(named("inner")))
        .wrap(from_fn(mark_outer))
        .wrap(SessionMiddleware::new(named("outer")));
    let app = init_service(app.route("/", web::get().to(count))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["inner", "outer"]);
    assert_eq!(all(response.headers(), "vary"), ["Cookie"]);
}

#[actix_web::test]
async fn the_same_middleware_met_again_behind_another_passes_through() {
    let sessions = SessionMiddleware::new(named("outer"));
    let app = App::new()
        .wrap(sessions.clone())
        .wrap(SessionMiddleware::new(named("inner")))
        .wrap(from_fn(mark_outer))
        .wrap(sessions);
    let app = init_service(app.route("/", web::get().to(count))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["outer"]);
    assert_eq!(handed_out(&named("outer"), response.headers()).keys(), ["outer", "count"]);
}

#[actix_web::test]
async fn code_around_another_middleware_has_its_own_session_back_when_that_is_done() {
    async fn mark_on_the_way_out(
        request: ServiceRequest,
        next: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let response = next.call(request).await?;
        response.request().session()?.insert("out", true)?;
        Ok(response.map_into_boxed_body())
    }
    let app = App::new()
        .wrap(SessionMiddleware::new(named("inner")))
        .wrap(from_fn(mark_on_the_way_out))
        .wrap(SessionMiddleware::new(named("outer")));
    let app = init_service(app.route("/", web::get().to(count))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["inner", "outer"]);
    let set_cookies = all(response.headers(), "set-cookie");
    let outer = named("outer").load([set_cookies[1].split(';').next().unwrap()]);
    assert_eq!(outer.keys(), ["out"]);
}

/// A manager for a scope and one for the app, as when each reads the settings for itself.
macro_rules! twins {
    () => {{
        let nested = web::scope("/nested")
            .wrap(SessionMiddleware::new(manager()))
            .route("/count", web::get().to(count))
            .route("/session", web::get().to(has_session));
        let app = App::new().wrap(from_fn(mark_outer)).wrap(SessionMiddleware::new(manager()));
        init_service(app.service(nested).route("/count", web::get().to(count))).await
    }};
}

#[actix_web::test]
async fn r25_of_two_managers_of_one_cookie_name_the_inner_ones_cookie_is_sent() {
    let app = twins!();

    let both_changed = fetch(&app, "/nested/count").await;
    let outer_changed = fetch(&app, "/nested/session").await;
    let outside = fetch(&app, "/count").await;

    assert_eq!(handed_out(&manager(), both_changed.headers()).keys(), ["count"]);
    assert_eq!(handed_out(&manager(), outer_changed.headers()).keys(), ["outer"]);
    assert_eq!(handed_out(&manager(), outside.headers()).keys(), ["outer", "count"]);
}

#[actix_web::test]
async fn r25_two_managers_of_one_cookie_name_are_logged_once_at_error() {
    let app = twins!();
    let log = Log::capture();

    fetch(&app, "/count").await;
    assert_eq!(log.text(), "");
    for _ in 0..3 {
        fetch(&app, "/nested/count").await;
    }

    assert_eq!(log.text().lines().count(), 1, "{}", log.text());
    assert!(log.text().contains("ERROR") && log.text().contains("same cookie name"), "{}", log.text());
}

/// Middleware in between that answers with another page drops the inner one's cookie.
#[actix_web::test]
async fn r25_the_outer_ones_cookie_is_sent_if_the_inner_ones_is_no_longer_there() {
    async fn own_page(
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let (request, _) = next.call(request).await?.into_parts();
        Ok(ServiceResponse::new(request, HttpResponse::Ok().body("another page")))
    }
    let app = App::new().wrap(SessionMiddleware::new(manager())).wrap(from_fn(own_page));
    let app = app.wrap(from_fn(mark_outer)).wrap(SessionMiddleware::new(manager()));
    let app = init_service(app.route("/", web::get().to(count))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(handed_out(&manager(), response.headers()).keys(), ["outer"]);
}

#[actix_web::test]
async fn it_wraps_a_scope() {
    let scope = web::scope("/api").wrap(SessionMiddleware::new(manager())).route("/count", web::get().to(count));
    let app = init_service(App::new().service(scope).route("/out", web::get().to(has_session))).await;

    let inside = fetch(&app, "/api/count").await;

    assert!(inside.headers().contains_key(SET_COOKIE));
    assert_eq!(text(inside).await, "1");
    assert_eq!(text(fetch(&app, "/out").await).await, "false");
}

#[actix_web::test]
async fn it_wraps_a_resource() {
    let resource = web::resource("/count").wrap(SessionMiddleware::new(manager())).route(web::get().to(count));
    let app = init_service(App::new().service(resource).route("/out", web::get().to(has_session))).await;

    let inside = fetch(&app, "/count").await;

    assert!(inside.headers().contains_key(SET_COOKIE));
    assert_eq!(text(inside).await, "1");
    assert_eq!(text(fetch(&app, "/out").await).await, "false");
}

#[actix_web::test]
async fn middleware_finds_the_session() {
    async fn require_login(
        request: ServiceRequest,
        next: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        if request.session()?.contains_key("user_id") {
            Ok(next.call(request).await?.map_into_boxed_body())
        } else {
            Ok(request.into_response(HttpResponse::Unauthorized().finish()))
        }
    }
    let app = App::new().wrap(from_fn(require_login)).wrap(SessionMiddleware::new(manager()));
    let app = init_service(app.route("/", web::get().to(count))).await;

    assert_eq!(fetch(&app, "/").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(fetch_with(&app, "/", &cookie(&manager(), "user_id", "42")).await.status(), StatusCode::OK);
}

/// The result of a service's `poll_ready`.
struct Ready(fn() -> Poll<Result<(), Error>>);

impl Service<ServiceRequest> for Ready {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = std::future::Pending<Result<Self::Response, Self::Error>>;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        (self.0)()
    }

    fn call(&self, _: ServiceRequest) -> Self::Future {
        std::future::pending()
    }
}

#[actix_web::test]
async fn it_takes_a_request_when_what_it_wraps_takes_one() {
    let inner =
        [|| Poll::Pending, || Poll::Ready(Ok(())), || Poll::Ready(Err(ErrorInternalServerError("out of order")))];
    for ready in inner {
        let service = SessionMiddleware::new(manager()).new_transform(Ready(ready)).await.unwrap();

        let seen = service.poll_ready(&mut Context::from_waker(Waker::noop()));

        assert_eq!(seen.map_err(|error| error.to_string()), ready().map_err(|error| error.to_string()));
    }
}

#[actix_web::test]
async fn error_handlers_see_the_error_and_the_cookie_stays() {
    async fn fails(session: Session) -> Result<String, SessionError> {
        session.insert("name", "alice")?;
        session.insert("note", "x".repeat(5000))?;
        Ok(String::new())
    }
    fn explain<B>(response: ServiceResponse<B>) -> actix_web::Result<ErrorHandlerResponse<B>> {
        let error = response.response().error().and_then(|error| error.as_error::<SessionError>()).unwrap().to_string();
        let (request, response) = response.into_parts();
        let response = ServiceResponse::new(request, response.set_body(error).map_into_boxed_body());
        Ok(ErrorHandlerResponse::Response(response.map_into_right_body()))
    }
    macro_rules! assert_explained {
        ($app:expr) => {{
            let app = init_service($app.route("/", web::get().to(fails))).await;

            let response = fetch(&app, "/").await;

            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(handed_out(&manager(), response.headers()).keys(), ["name"]);
            assert!(text(response).await.contains("4096"));
        }};
    }
    let handlers = || ErrorHandlers::new().handler(StatusCode::INTERNAL_SERVER_ERROR, explain);
    assert_explained!(App::new().wrap(handlers()).wrap(SessionMiddleware::new(manager())));
    assert_explained!(App::new().wrap(SessionMiddleware::new(manager())).wrap(handlers()));
}

/// Error handlers that render a page of their own drop the headers of the response that they were given.
#[actix_web::test]
async fn error_handlers_with_a_page_of_their_own_keep_the_cookie_only_inside() {
    async fn fails(session: Session) -> HttpResponse {
        session.insert("name", "alice").unwrap();
        HttpResponse::NotFound().finish()
    }
    fn render<B>(response: ServiceResponse<B>) -> actix_web::Result<ErrorHandlerResponse<B>> {
        let (request, _) = response.into_parts();
        let page = HttpResponse::NotFound().body("not here");
        Ok(ErrorHandlerResponse::Response(ServiceResponse::new(request, page.map_into_right_body())))
    }
    macro_rules! cookies {
        ($app:expr) => {{
            let app = init_service($app.route("/", web::get().to(fails))).await;
            cookie_names(&fetch(&app, "/").await)
        }};
    }
    let handlers = || ErrorHandlers::new().handler(StatusCode::NOT_FOUND, render);

    assert_eq!(cookies!(App::new().wrap(handlers()).wrap(SessionMiddleware::new(manager()))), ["session"]);
    assert_eq!(cookies!(App::new().wrap(SessionMiddleware::new(manager())).wrap(handlers())), [""; 0]);
}

/// The next request makes up for it.
#[actix_web::test]
async fn a_refresh_that_was_due_is_no_change_to_lose() {
    async fn never_answers(session: Session) -> HttpResponse {
        assert!(session.contains_key("name"));
        std::future::pending().await
    }
    let manager = manager_of(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));
    let app = App::new().wrap(SessionMiddleware::new(manager.clone())).route("/", web::get().to(never_answers));
    let app = init_service(app).await;
    let name = cookie(&manager, "name", "alice");
    let log = Log::capture();

    let gone = actix_web::rt::time::timeout(Duration::from_millis(1), fetch_with(&app, "/", &name)).await;

    assert!(gone.is_err());
    assert_eq!(log.text(), "");
}

#[actix_web::test]
async fn a_failed_save_is_logged_and_the_response_goes_out() {
    let manager = manager();
    let sessions = SessionMiddleware::new(manager.clone());
    let saves_by_itself = move |session: Session| {
        session.insert("name", "alice").unwrap();
        let _ = manager.save(&session).unwrap();
        async { "done" }
    };
    let app = init_service(App::new().wrap(sessions).route("/", web::get().to(saves_by_itself))).await;
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert!(log.text().contains("the session was not saved"), "{}", log.text());
    assert_eq!(text(response).await, "done");
}
