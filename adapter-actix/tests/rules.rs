//! The rules that only an adapter can show, by their numbers in the design.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test expects by panicking")]

mod common;

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, COOKIE, HeaderMap, HeaderValue, SET_COOKIE, VARY};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{Bytes, Path};
use actix_web::{App, Error, HttpResponse, Route, web};
use common::{Log, all, cookie, fetch, fetch_with, handed_out, manager, text};
use futures_util::future::join;
use futures_util::stream;
use session_cookie_actix::{Session, SessionError, SessionMiddleware};
use tokio::sync::Barrier;

async fn read(session: Session) -> Result<String, SessionError> {
    Ok(session.get::<String>("name")?.unwrap_or_default())
}

async fn change(session: Session) -> Result<HttpResponse, SessionError> {
    session.insert("name", "alice")?;
    Ok(HttpResponse::Ok().finish())
}

async fn clear(session: Session) -> HttpResponse {
    session.clear();
    HttpResponse::Ok().finish()
}

async fn app(handler: Route) -> impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error> {
    init_service(App::new().wrap(SessionMiddleware::new(manager())).route("/", handler)).await
}

#[actix_web::test]
async fn r01_no_cookie_is_a_new_empty_session() {
    let handler = |session: Session| async move { format!("{:?} {}", session.origin(), session.len()) };
    let app = app(web::get().to(handler)).await;

    let response = fetch(&app, "/").await;

    assert_eq!(text(response).await, "New 0");
}

#[actix_web::test]
async fn r02_a_forged_cookie_is_an_empty_session_and_no_error() {
    let app = app(web::get().to(read)).await;
    let forged = cookie(&manager(), "name", "alice").replace('.', ".x");

    let response = fetch_with(&app, "/", &forged).await;

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "");
}

#[actix_web::test]
async fn r04_several_cookie_headers_are_read_as_one() {
    let app = app(web::get().to(read)).await;
    let request = TestRequest::default()
        .append_header((COOKIE, "theme=dark"))
        .append_header((COOKIE, HeaderValue::from_bytes(b"junk=\xff\xfe").unwrap()))
        .append_header((COOKIE, cookie(&manager(), "name", "alice")));

    let response = common::send(&app, request).await;

    assert_eq!(text(response).await, "alice");
}

#[actix_web::test]
async fn r10_a_write_after_the_headers_are_out_fails() {
    let kept: Rc<RefCell<Option<Session>>> = Rc::default();
    let shelf = Rc::clone(&kept);
    let handler = move |session: Session| {
        session.insert("name", "alice").unwrap();
        *shelf.borrow_mut() = Some(session);
        async { "done" }
    };
    let app = app(web::get().to(handler)).await;

    let response = fetch(&app, "/").await;
    let log = Log::capture();
    let late = kept.take().unwrap();

    assert!(late.insert("name", "bob").is_err());
    assert!(!late.remove("name"));
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert_eq!(late.get::<String>("name").unwrap().as_deref(), Some("alice"));
    assert_eq!(handed_out(&manager(), response.headers()).get::<String>("name").unwrap().as_deref(), Some("alice"));
}

#[actix_web::test]
async fn r10_a_streaming_body_reads_the_session_and_cannot_change_it() {
    async fn streams(session: Session) -> HttpResponse {
        session.insert("name", "alice").unwrap();
        HttpResponse::Ok().streaming(stream::once(async move {
            let name: Option<String> = session.get("name").unwrap();
            let write = session.insert("name", "bob");
            Ok::<_, Infallible>(Bytes::from(format!("{name:?} {}", write.is_err())))
        }))
    }
    let app = app(web::get().to(streams)).await;

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "set-cookie").len(), 1);
    assert_eq!(text(response).await, r#"Some("alice") true"#);
}

#[actix_web::test]
async fn r12_an_untouched_session_sends_nothing() {
    let app = app(web::get().to(HttpResponse::Ok)).await;

    let response = fetch_with(&app, "/", &cookie(&manager(), "name", "alice")).await;

    for header in [SET_COOKIE, VARY, CACHE_CONTROL] {
        assert!(!response.headers().contains_key(&header), "{header}");
    }
}

#[actix_web::test]
async fn r12_reading_sends_no_cookie() {
    let app = app(web::get().to(read)).await;

    let response = fetch_with(&app, "/", &cookie(&manager(), "name", "alice")).await;

    assert!(!response.headers().contains_key(SET_COOKIE));
    assert_eq!(text(response).await, "alice");
}

#[actix_web::test]
async fn r12_a_change_sends_the_cookie() {
    let app = app(web::get().to(change)).await;

    let response = fetch(&app, "/").await;

    assert_eq!(handed_out(&manager(), response.headers()).get::<String>("name").unwrap().as_deref(), Some("alice"));
}

#[actix_web::test]
async fn r12_renew_sends_the_cookie_without_a_change() {
    async fn renew(session: Session) -> HttpResponse {
        session.renew();
        HttpResponse::Ok().finish()
    }
    let app = app(web::get().to(renew)).await;

    let response = fetch_with(&app, "/", &cookie(&manager(), "name", "alice")).await;

    assert_eq!(handed_out(&manager(), response.headers()).get::<String>("name").unwrap().as_deref(), Some("alice"));
}

#[actix_web::test]
async fn r13_an_emptied_session_removes_the_cookie() {
    let app = app(web::get().to(clear)).await;

    let response = fetch_with(&app, "/", &cookie(&manager(), "name", "alice")).await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies.len(), 1);
    assert!(set_cookies[0].starts_with("session=;"), "{set_cookies:?}");
    assert!(set_cookies[0].contains("Max-Age=0"), "{set_cookies:?}");
}

#[actix_web::test]
async fn r13_with_nothing_to_remove_nothing_is_sent() {
    let app = app(web::get().to(clear)).await;

    let response = fetch(&app, "/").await;

    assert!(!response.headers().contains_key(SET_COOKIE));
}

#[actix_web::test]
async fn r14_set_cookie_is_appended() {
    async fn with_others(session: Session) -> HttpResponse {
        session.insert("name", "alice").unwrap();
        HttpResponse::Ok()
            .append_header((SET_COOKIE, "theme=dark"))
            .append_header((SET_COOKIE, "session=theirs; Path=/other"))
            .finish()
    }
    let app = app(web::get().to(with_others)).await;

    let response = fetch(&app, "/").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies[..2], ["theme=dark", "session=theirs; Path=/other"]);
    assert_eq!(set_cookies.len(), 3);
}

#[actix_web::test]
async fn r14_set_cookie_is_marked_sensitive() {
    let app = app(web::get().to(change)).await;

    let response = fetch(&app, "/").await;

    assert!(response.headers().get(SET_COOKIE).unwrap().is_sensitive());
    assert!(!response.headers().get(VARY).unwrap().is_sensitive());
}

#[actix_web::test]
async fn r15_vary_is_merged_once() {
    let cases: [(&[&str], &str); 6] = [
        (&[], "Cookie"),
        (&["Accept-Encoding"], "Accept-Encoding, Cookie"),
        (&["Accept-Encoding", "Origin"], "Accept-Encoding, Origin, Cookie"),
        (&["accept, COOKIE"], "accept, COOKIE"),
        (&["Cookie"], "Cookie"),
        (&["*"], "*"),
    ];
    for (before, after) in cases {
        let handler = move |session: Session| async move {
            let mut response = HttpResponse::Ok();
            for value in before {
                response.append_header((VARY, *value));
            }
            response.body(session.len().to_string())
        };
        let app = app(web::get().to(handler)).await;

        let response = fetch(&app, "/").await;

        assert_eq!(all(response.headers(), "vary").join(", "), after, "{before:?}");
    }
}

#[actix_web::test]
async fn r16_a_response_with_our_cookie_is_private() {
    let app = app(web::get().to(change)).await;

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["private"]);
}

async fn changed_and_says(session: Session, cache_control: &'static str) -> HttpResponse {
    session.insert("name", "alice").unwrap();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, cache_control)).finish()
}

#[actix_web::test]
async fn r16_a_cache_control_of_its_own_stays() {
    let app = app(web::get().to(|session| changed_and_says(session, "no-store"))).await;

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["no-store"]);
}

#[actix_web::test]
async fn r16_public_is_left_alone_and_warned_of() {
    let app = app(web::get().to(|session| changed_and_says(session, "public, max-age=60"))).await;
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["public, max-age=60"]);
    assert!(log.text().contains("WARN"), "{}", log.text());
}

#[actix_web::test]
async fn r18_of_several_requests_at_once_each_answers_with_its_own_change() {
    let both_are_in = Arc::new(Barrier::new(2));
    let handler = move |key: Path<String>, session: Session| {
        let both_are_in = Arc::clone(&both_are_in);
        async move {
            let before = session.len();
            both_are_in.wait().await;
            session.insert(&key, true).unwrap();
            before.to_string()
        }
    };
    let app = App::new().wrap(SessionMiddleware::new(manager())).route("/{key}", web::get().to(handler));
    let app = init_service(app).await;
    let cookie = cookie(&manager(), "name", "alice");

    let (left, right) = join(fetch_with(&app, "/left", &cookie), fetch_with(&app, "/right", &cookie)).await;

    let keys = |headers: &HeaderMap| handed_out(&manager(), headers).keys();
    assert_eq!(keys(left.headers()), ["name", "left"]);
    assert_eq!(keys(right.headers()), ["name", "right"]);
}
