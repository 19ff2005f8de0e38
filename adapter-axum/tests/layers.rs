//! Where the layer can go, and with which other layers.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::SET_COOKIE;
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::get;
use session_cookie_axum::{CookieConfig, Refresh, Session, SessionError, SessionLayer, SessionManager};
use test_support::log::Log;
use tower::{Layer, Service, ServiceExt, service_fn};

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

async fn mark_outer(request: Request, next: Next) -> impl IntoResponse {
    request.extensions().get::<Session>().unwrap().insert("outer", true).unwrap();
    next.run(request).await
}

fn cookie_names(response: &Response<impl Sized>) -> Vec<String> {
    let name = |value: String| value.split('=').next().unwrap().to_owned();
    all(response.headers(), "set-cookie").into_iter().map(name).collect()
}

#[tokio::test]
async fn the_same_layer_met_twice_passes_through() {
    let layer = SessionLayer::new(manager());
    let app = Router::new().route("/", get(count)).layer(layer.clone()).layer(from_fn(mark_outer)).layer(layer);

    let response = fetch(&app, "/").await;

    assert_eq!(handed_out(&manager(), response.headers()).keys(), ["outer", "count"]);
    assert_eq!(all(response.headers(), "vary"), ["Cookie"]);
}

#[tokio::test]
async fn of_two_different_layers_the_innermost_wins() {
    let app = Router::new()
        .route("/", get(count))
        .layer(SessionLayer::new(named("inner")))
        .layer(SessionLayer::new(named("outer")));

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["inner"]);
    assert_eq!(all(response.headers(), "vary"), ["Cookie"]);
}

#[tokio::test]
async fn of_two_different_layers_each_saves_its_own_session() {
    let app = Router::new()
        .route("/", get(count))
        .layer(SessionLayer::new(named("inner")))
        .layer(from_fn(mark_outer))
        .layer(SessionLayer::new(named("outer")));

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["inner", "outer"]);
    assert_eq!(all(response.headers(), "vary"), ["Cookie"]);
}

#[tokio::test]
async fn the_same_layer_met_again_behind_another_passes_through() {
    let layer = SessionLayer::new(named("outer"));
    let app = Router::new()
        .route("/", get(count))
        .layer(layer.clone())
        .layer(SessionLayer::new(named("inner")))
        .layer(from_fn(mark_outer))
        .layer(layer);

    let response = fetch(&app, "/").await;

    assert_eq!(cookie_names(&response), ["outer"]);
    assert_eq!(handed_out(&named("outer"), response.headers()).keys(), ["outer", "count"]);
}

#[tokio::test]
async fn r10_a_timeout_outside_the_layer_loses_changes_but_not_in_silence() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let app = Router::new().route(
        "/",
        get(move |session: Session| async move {
            session.insert("early", 1).unwrap();
            sender.lock().unwrap().take().unwrap().send(session).unwrap();
            std::future::pending::<()>().await;
        }),
    );
    let app = app.layer(SessionLayer::new(manager()));
    let log = Log::capture();

    let answer = tokio::time::timeout(Duration::from_millis(1), fetch(&app, "/")).await;

    assert!(answer.is_err());
    let session = receiver.await.unwrap();
    assert!(session.insert("late", 1).is_err());
    assert!(log.text().contains("are lost"), "{}", log.text());
}

#[tokio::test]
async fn route_layer_covers_the_routes_above_it() {
    let app = Router::new()
        .route("/in", get(has_session))
        .route_layer(SessionLayer::new(manager()))
        .route("/out", get(has_session));

    assert_eq!(text(fetch(&app, "/in").await).await, "true");
    assert_eq!(text(fetch(&app, "/out").await).await, "false");
}

#[tokio::test]
async fn a_nested_router_has_the_session_of_its_layer_or_of_the_one_around_it() {
    let outside = Router::new().nest("/api", Router::new().route("/count", get(count)));
    let outside = outside.layer(SessionLayer::new(manager()));
    let inside = Router::new().route("/count", get(count)).layer(SessionLayer::new(manager()));
    let inside = Router::new().nest("/api", inside).route("/out", get(has_session));

    assert_eq!(text(fetch(&outside, "/api/count").await).await, "1");
    assert_eq!(text(fetch(&inside, "/api/count").await).await, "1");
    assert_eq!(text(fetch(&inside, "/out").await).await, "false");
}

#[tokio::test]
async fn middleware_finds_the_session_in_the_extensions() {
    async fn require_login(request: Request, next: Next) -> Result<impl IntoResponse, StatusCode> {
        let session = request.extensions().get::<Session>().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        if session.contains_key("user_id") { Ok(next.run(request).await) } else { Err(StatusCode::UNAUTHORIZED) }
    }
    let app = Router::new().route("/", get(count)).layer(from_fn(require_login)).layer(SessionLayer::new(manager()));

    assert_eq!(fetch(&app, "/").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(fetch_with(&app, "/", &cookie(&manager(), "user_id", "42")).await.status(), StatusCode::OK);
}

/// A manager for the nested routes and one for the app, as when each reads the settings for itself.
fn twins() -> Router {
    let nested = Router::new().route("/count", get(count)).route("/session", get(has_session));
    Router::new()
        .nest("/nested", nested.layer(SessionLayer::new(manager())))
        .route("/count", get(count))
        .layer(from_fn(mark_outer))
        .layer(SessionLayer::new(manager()))
}

#[tokio::test]
async fn r25_of_two_managers_of_one_cookie_name_the_inner_ones_cookie_is_sent() {
    let app = twins();

    let both_changed = fetch(&app, "/nested/count").await;
    let outer_changed = fetch(&app, "/nested/session").await;
    let outside = fetch(&app, "/count").await;

    assert_eq!(handed_out(&manager(), both_changed.headers()).keys(), ["count"]);
    assert_eq!(handed_out(&manager(), outer_changed.headers()).keys(), ["outer"]);
    assert_eq!(handed_out(&manager(), outside.headers()).keys(), ["outer", "count"]);
}

#[tokio::test]
async fn r25_two_managers_of_one_cookie_name_are_logged_once_at_error() {
    let app = twins();
    let log = Log::capture();

    fetch(&app, "/count").await;
    assert_eq!(log.text(), "");
    for _ in 0..3 {
        fetch(&app, "/nested/count").await;
    }

    assert_eq!(log.text().lines().count(), 1, "{}", log.text());
    assert!(log.text().contains("ERROR") && log.text().contains("same cookie name"), "{}", log.text());
}

/// A layer in between that answers with another page drops the inner one's cookie.
#[tokio::test]
async fn r25_the_outer_ones_cookie_is_sent_if_the_inner_ones_is_no_longer_there() {
    async fn own_page(request: Request, next: Next) -> impl IntoResponse {
        next.run(request).await;
        "another page"
    }
    let app = Router::new().route("/", get(count)).layer(SessionLayer::new(manager())).layer(from_fn(own_page));
    let app = app.layer(from_fn(mark_outer)).layer(SessionLayer::new(manager()));

    let response = fetch(&app, "/").await;

    assert_eq!(handed_out(&manager(), response.headers()).keys(), ["outer"]);
}

#[tokio::test]
async fn bodies_may_be_of_any_type() {
    struct Upload(u8);
    #[derive(Debug, PartialEq)]
    struct Download(u8);
    let service = SessionLayer::new(manager()).layer(service_fn(|request: Request<Upload>| async move {
        request.extensions().get::<Session>().unwrap().insert("name", "alice").unwrap();
        Ok::<_, Infallible>(Response::new(Download(request.body().0 + 1)))
    }));

    let response = service.oneshot(Request::new(Upload(1))).await.unwrap();

    assert_eq!(response.body(), &Download(2));
    assert!(response.headers().contains_key(SET_COOKIE));
}

/// The result of a service's `poll_ready`.
struct Ready(Poll<Result<(), &'static str>>);

impl Service<Request> for Ready {
    type Response = Response<Body>;
    type Error = &'static str;
    type Future = std::future::Pending<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0
    }

    fn call(&mut self, _: Request) -> Self::Future {
        std::future::pending()
    }
}

#[test]
fn it_takes_a_request_when_what_it_wraps_takes_one() {
    for ready in [Poll::Pending, Poll::Ready(Ok(())), Poll::Ready(Err("out of order"))] {
        let mut service = SessionLayer::new(manager()).layer(Ready(ready));

        assert_eq!(service.poll_ready(&mut Context::from_waker(Waker::noop())), ready);
    }
}

#[tokio::test]
async fn an_inner_error_passes_through_and_the_lost_change_is_logged() {
    let kept: Arc<Mutex<Option<Session>>> = Arc::default();
    let shelf = Arc::clone(&kept);
    let service = SessionLayer::new(manager()).layer(service_fn(move |request: Request<()>| {
        let session = request.extensions().get::<Session>().unwrap().clone();
        session.insert("name", "alice").unwrap();
        *shelf.lock().unwrap() = Some(session);
        async { Err::<Response<()>, _>("no answer") }
    }));
    let log = Log::capture();

    let result = service.oneshot(Request::new(())).await;

    assert_eq!(result.unwrap_err(), "no answer");
    assert!(log.text().contains("session changes are lost"), "{}", log.text());
    assert!(kept.lock().unwrap().take().unwrap().insert("name", "bob").is_err());
}

#[tokio::test]
async fn an_inner_error_without_a_change_is_not_logged() {
    let service =
        SessionLayer::new(manager()).layer(service_fn(|_: Request<()>| async { Err::<Response<()>, _>("no answer") }));
    let log = Log::capture();

    let result = service.oneshot(Request::new(())).await;

    assert_eq!(result.unwrap_err(), "no answer");
    assert_eq!(log.text(), "");
}

/// The next request makes up for it.
#[tokio::test]
async fn a_refresh_that_was_due_is_no_change_to_lose() {
    let manager = manager_of(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));
    let request = || {
        let request = Request::builder().header("cookie", cookie(&manager, "name", "alice"));
        request.body(Body::empty()).unwrap()
    };
    fn reads(request: Request) {
        assert!(request.extensions().get::<Session>().unwrap().contains_key("name"));
    }
    let fails = SessionLayer::new(manager.clone()).layer(service_fn(async |request: Request| {
        reads(request);
        Err::<Response<()>, _>("no answer")
    }));
    let never_answers = SessionLayer::new(manager.clone()).layer(service_fn(async |request: Request| {
        reads(request);
        std::future::pending::<Result<Response<()>, Infallible>>().await
    }));
    let log = Log::capture();

    let failed = fails.oneshot(request()).await;
    let gone = tokio::time::timeout(Duration::from_millis(1), never_answers.oneshot(request())).await;

    assert!(failed.is_err() && gone.is_err());
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn a_failed_save_is_logged_and_the_response_goes_out() {
    let manager = manager();
    let layer = SessionLayer::new(manager.clone());
    let saves_by_itself = move |session: Session| {
        let manager = manager.clone();
        async move {
            session.insert("name", "alice").unwrap();
            let _ = manager.save(&session).unwrap();
            "done"
        }
    };
    let app = Router::new().route("/", get(saves_by_itself)).layer(layer);
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert!(log.text().contains("the session was not saved"), "{}", log.text());
    assert_eq!(text(response).await, "done");
}
