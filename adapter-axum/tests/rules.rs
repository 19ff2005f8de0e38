//! The rules that only an adapter can show, by their numbers in the design.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use axum::http::{HeaderValue, Request};
use axum::response::AppendHeaders;
use axum::routing::{MethodRouter, get, post};
use futures_util::stream;
use session_cookie_axum::{Session, SessionError, SessionLayer};
use test_support::log::Log;

use crate::common::{all, cookie, fetch, fetch_with, handed_out, manager, manager_and_clock, send, text};

async fn read(session: Session) -> Result<String, SessionError> {
    Ok(session.get::<String>("name")?.unwrap_or_default())
}

async fn change(session: Session) -> Result<(), SessionError> {
    session.insert("name", "alice")
}

fn app(handler: MethodRouter) -> Router {
    Router::new().route("/", handler).layer(SessionLayer::new(manager()))
}

#[tokio::test]
async fn r03_a_session_that_was_good_when_the_request_came_is_good_when_its_body_is_there() {
    let (manager, later) = manager_and_clock();
    let name = cookie(&manager, "name", "alice");
    let upload = post(async |session: Session, _: Bytes| read(session).await);
    let app = Router::new().route("/", upload).layer(SessionLayer::new(manager));
    later.store(3600, Ordering::SeqCst);
    let body = stream::once(async move {
        later.store(7200, Ordering::SeqCst);
        Ok::<_, Infallible>("slow")
    });
    let request = Request::post("/").header("cookie", name).body(Body::from_stream(body)).unwrap();

    let response = send(&app, request).await;

    assert_eq!(text(response).await, "alice");
}

#[tokio::test]
async fn r03_a_streaming_body_that_is_the_first_to_touch_the_session_is_warned_of() {
    let app = app(get(|session: Session| async move {
        let body = stream::once(async move { read(session).await.map_err(|error| error.to_string()) });
        Body::from_stream(body)
    }));
    let alice = cookie(&manager(), "name", "alice");
    let log = Log::capture();

    let response = fetch_with(&app, "/", &alice).await;

    assert_eq!(all(response.headers(), "vary"), [""; 0]);
    assert_eq!(log.text(), "");
    assert_eq!(text(response).await, "alice");
    assert!(log.text().contains("WARN") && log.text().contains("first touched after"), "{}", log.text());
}

#[tokio::test]
async fn r04_several_cookie_headers_are_read_as_one() {
    let app = app(get(read));
    let request = Request::get("/")
        .header("cookie", "theme=dark")
        .header("cookie", HeaderValue::from_bytes(b"junk=\xff\xfe").unwrap())
        .header("cookie", cookie(&manager(), "name", "alice"))
        .body(Body::empty())
        .unwrap();

    let response = send(&app, request).await;

    assert_eq!(text(response).await, "alice");
}

#[tokio::test]
async fn r10_a_write_after_the_headers_are_out_fails() {
    let kept: Arc<Mutex<Option<Session>>> = Arc::default();
    let shelf = Arc::clone(&kept);
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice").unwrap();
        *shelf.lock().unwrap() = Some(session);
    }));

    let response = fetch(&app, "/").await;
    let log = Log::capture();
    let late = kept.lock().unwrap().take().unwrap();

    assert!(late.insert("name", "bob").is_err());
    assert!(!late.remove("name"));
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert_eq!(late.get::<String>("name").unwrap().as_deref(), Some("alice"));
    assert_eq!(handed_out(&manager(), response.headers()).get::<String>("name").unwrap().as_deref(), Some("alice"));
}

#[tokio::test]
async fn r10_a_streaming_body_reads_the_session_and_cannot_change_it() {
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice").unwrap();
        Body::from_stream(stream::once(async move {
            let name: Option<String> = session.get("name").unwrap();
            let write = session.insert("name", "bob");
            Ok::<_, Infallible>(format!("{name:?} {}", write.is_err()))
        }))
    }));

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "set-cookie").len(), 1);
    assert_eq!(text(response).await, r#"Some("alice") true"#);
}

#[tokio::test]
async fn r14_set_cookie_is_appended() {
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice").unwrap();
        AppendHeaders([(SET_COOKIE, "theme=dark"), (SET_COOKIE, "session=theirs; Path=/other")])
    }));

    let log = Log::capture();

    let response = fetch(&app, "/").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies[..2], ["theme=dark", "session=theirs; Path=/other"]);
    assert_eq!(set_cookies.len(), 3);
    assert!(log.text().contains("WARN") && log.text().contains("a cookie of the session's name"), "{}", log.text());
}

#[tokio::test]
async fn r14_set_cookie_is_marked_sensitive() {
    let app = app(get(change));

    let response = fetch(&app, "/").await;

    assert!(response.headers()[SET_COOKIE].is_sensitive());
    assert!(!response.headers()[VARY].is_sensitive());
}

#[tokio::test]
async fn r15_vary_is_merged_once() {
    let cases: [(&[&'static str], &str); 6] = [
        (&[], "Cookie"),
        (&["Accept-Encoding"], "Accept-Encoding, Cookie"),
        (&["Accept-Encoding", "Origin"], "Accept-Encoding, Origin, Cookie"),
        (&["accept, COOKIE"], "accept, COOKIE"),
        (&["Cookie"], "Cookie"),
        (&["*"], "*"),
    ];
    for (before, after) in cases {
        let app = app(get(move |session: Session| async move {
            let _ = session.len();
            AppendHeaders(before.iter().map(|value| (VARY, *value)).collect::<Vec<_>>())
        }));

        let response = fetch(&app, "/").await;

        assert_eq!(all(response.headers(), "vary").join(", "), after, "{before:?}");
    }
}

#[tokio::test]
async fn r16_a_response_with_our_cookie_is_private() {
    let app = app(get(change));

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["private"]);
}

#[tokio::test]
async fn r16_the_responses_cache_control_stays() {
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice").unwrap();
        [(CACHE_CONTROL, "no-store")]
    }));

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["no-store"]);
}

#[tokio::test]
async fn r16_public_is_taken_out_of_all_lines_and_warned_of() {
    let app = app(get(|session: Session| async move {
        session.insert("name", "alice").unwrap();
        AppendHeaders([(CACHE_CONTROL, "public, max-age=60"), (CACHE_CONTROL, "s-maxage=600, immutable")])
    }));
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["private, max-age=60, immutable"]);
    assert!(log.text().contains("WARN") && log.text().contains("cache-control"), "{}", log.text());
}

#[tokio::test]
async fn r16_what_a_cdn_is_told_stays_and_is_warned_of() {
    for name in ["cdn-cache-control", "surrogate-control"] {
        let app = app(get(move |session: Session| async move {
            session.insert("name", "alice").unwrap();
            [(name, "max-age=60")]
        }));
        let log = Log::capture();

        let response = fetch(&app, "/").await;

        assert_eq!(all(response.headers(), name), ["max-age=60"]);
        assert!(log.text().contains("WARN") && log.text().contains(name), "{}", log.text());
    }
}
