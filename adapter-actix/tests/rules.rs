//! The rules that only an adapter can show, by their numbers in the design.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, COOKIE, HeaderValue, SET_COOKIE, VARY};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Bytes;
use actix_web::{App, Error, HttpResponse, Route, web};
use futures_util::stream;
use session_cookie_actix::{Session, SessionError, SessionMiddleware};
use test_support::log::Log;

use crate::common::{all, cookie, fetch, handed_out, manager, send, text};

async fn read(session: Session) -> Result<String, SessionError> {
    Ok(session.get::<String>("name")?.unwrap_or_default())
}

async fn change(session: Session) -> Result<HttpResponse, SessionError> {
    session.insert("name", "alice")?;
    Ok(HttpResponse::Ok().finish())
}

async fn app(handler: Route) -> impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error> {
    init_service(App::new().wrap(SessionMiddleware::new(manager())).route("/", handler)).await
}

#[actix_web::test]
async fn r04_several_cookie_headers_are_read_as_one() {
    let app = app(web::get().to(read)).await;
    let request = TestRequest::default()
        .append_header((COOKIE, "theme=dark"))
        .append_header((COOKIE, HeaderValue::from_bytes(b"junk=\xff\xfe").unwrap()))
        .append_header((COOKIE, cookie(&manager(), "name", "alice")));

    let response = send(&app, request).await;

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
async fn r16_the_responses_cache_control_stays() {
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
