//! The session layer beside the layers of tower-http.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{Route, get};
use session_cookie_axum::{Session, SessionError, SessionLayer};
use tower::{Layer, Service};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use super::common::{all, fetch, fetch_with, handed_out, manager, send, text};

async fn count(session: Session) -> Result<String, SessionError> {
    let count = session.update("count", |count: &mut u64| {
        *count += 1;
        *count
    })?;
    Ok(count.to_string())
}

/// Two requests of one session, with `layer` inside of the session layer and then outside of it.
async fn works_beside<L>(layer: L)
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    let routes = Router::new().route("/", get(count));
    let inside = routes.clone().layer(layer.clone()).layer(SessionLayer::new(manager()));
    let outside = routes.layer(SessionLayer::new(manager())).layer(layer);
    for app in [inside, outside] {
        let first = fetch(&app, "/").await;
        let cookie = all(first.headers(), "set-cookie")[0].split(';').next().unwrap().to_owned();

        let second = fetch_with(&app, "/", &cookie).await;

        assert!(all(second.headers(), "vary").join(",").contains("Cookie"));
        assert_eq!(handed_out(&manager(), second.headers()).get::<u64>("count").unwrap(), Some(2));
        assert_eq!(text(second).await, "2");
    }
}

#[tokio::test]
async fn it_works_beside_other_layers_in_any_order() {
    works_beside(CompressionLayer::new()).await;
    works_beside(TraceLayer::new_for_http()).await;
    works_beside(CatchPanicLayer::new()).await;
    works_beside(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60))).await;
    works_beside(CorsLayer::permissive()).await;
    works_beside(RequestBodyLimitLayer::new(1024)).await;
    works_beside(NormalizePathLayer::trim_trailing_slash()).await;
    works_beside(MapResponseBodyLayer::new(Body::new)).await;
}

#[tokio::test]
async fn a_compressed_response_carries_the_cookie_and_varies_by_both() {
    let handler = |session: Session| async move {
        session.insert("name", "alice").unwrap();
        "x".repeat(1000)
    };
    let routes = Router::new().route("/", get(handler));
    let inside = routes.clone().layer(CompressionLayer::new()).layer(SessionLayer::new(manager()));
    let outside = routes.layer(SessionLayer::new(manager())).layer(CompressionLayer::new());
    for app in [inside, outside] {
        let request = Request::get("/").header(ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();

        let response = send(&app, request).await;

        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        assert!(response.headers().contains_key(SET_COOKIE));
        let vary = all(response.headers(), "vary").join(", ").to_ascii_lowercase();
        assert!(vary.contains("accept-encoding") && vary.contains("cookie"), "{vary}");
    }
}

#[tokio::test]
async fn r17_a_panic_that_becomes_a_response_inside_the_layer_is_saved() {
    async fn panics(session: Session) {
        session.insert("name", "alice").unwrap();
        panic!("on purpose");
    }
    let app = Router::new().route("/", get(panics)).layer(CatchPanicLayer::new()).layer(SessionLayer::new(manager()));

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(handed_out(&manager(), response.headers()).contains_key("name"));
}

#[tokio::test]
async fn the_answer_of_a_timeout_inside_the_layer_is_saved() {
    let handler = |session: Session| async move {
        session.insert("name", "alice").unwrap();
        std::future::pending::<()>().await;
    };
    let app = Router::new()
        .route("/", get(handler))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::ZERO))
        .layer(SessionLayer::new(manager()));

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    assert!(handed_out(&manager(), response.headers()).contains_key("name"));
}

async fn login(session: Session) -> Result<(), SessionError> {
    session.insert("name", "alice")
}

/// What `Cache-Control` says at last, with this layer inside of the session's and then outside of it.
async fn cache_control_beside(layer: SetResponseHeaderLayer<HeaderValue>) -> [Vec<String>; 2] {
    let inside = Router::new().route("/", get(login)).layer(layer.clone()).layer(SessionLayer::new(manager()));
    let outside = Router::new().route("/", get(login)).layer(SessionLayer::new(manager())).layer(layer);
    let said = |response: axum::response::Response| all(response.headers(), "cache-control");
    [said(fetch(&inside, "/").await), said(fetch(&outside, "/").await)]
}

/// A layer outside runs after the session's, so that one that overrides has the last word.
#[tokio::test]
async fn r16_a_layer_that_sets_cache_control_is_kept_private_from_inside_and_not_from_outside() {
    const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=600");
    type Set = SetResponseHeaderLayer<HeaderValue>;

    let overriding = cache_control_beside(Set::overriding(CACHE_CONTROL, CACHED)).await;
    let appending = cache_control_beside(Set::appending(CACHE_CONTROL, CACHED)).await;
    let if_not_present = cache_control_beside(Set::if_not_present(CACHE_CONTROL, CACHED)).await;

    let inside = vec!["private, max-age=600".to_owned()];
    assert_eq!(overriding, [inside.clone(), vec!["public, max-age=600".to_owned()]]);
    assert_eq!(appending, [inside.clone(), vec!["private".to_owned(), "public, max-age=600".to_owned()]]);
    assert_eq!(if_not_present, [inside, vec!["private".to_owned()]]);
}
