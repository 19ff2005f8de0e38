//! The rules that only an adapter can show, by their numbers in the design.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, COOKIE, CacheControl, CacheDirective, HeaderValue, SET_COOKIE, VARY};
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Bytes;
use actix_web::{App, Error, HttpResponse, Route, web};
use futures_util::stream;
use session_cookie_actix::{Session, SessionError, SessionMiddleware};
use test_support::log::Log;

use crate::common::{all, cookie, fetch, fetch_with, handed_out, manager, manager_and_clock, send, text};

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
async fn r03_a_session_that_was_good_when_the_request_came_is_good_when_its_body_is_there() {
    async fn upload(session: Session, _: Bytes) -> Result<String, SessionError> {
        read(session).await
    }
    let (manager, later) = manager_and_clock();
    let name = cookie(&manager, "name", "alice");
    let app = App::new().wrap(SessionMiddleware::new(manager)).route("/", web::post().to(upload));
    let app = init_service(app).await;
    later.store(3600, Ordering::SeqCst);
    let body = stream::once(async move {
        later.store(7200, Ordering::SeqCst);
        Ok(Bytes::from_static(b"slow"))
    });
    let (request, _) = TestRequest::post()
        .insert_header((COOKIE, name))
        .to_request()
        .replace_payload(Payload::from(Box::pin(body) as std::pin::Pin<Box<dyn futures_util::Stream<Item = _>>>));

    let response = app.call(request).await.unwrap();

    assert_eq!(text(response).await, "alice");
}

#[actix_web::test]
async fn r03_a_streaming_body_that_is_the_first_to_touch_the_session_is_warned_of() {
    async fn streams(session: Session) -> HttpResponse {
        HttpResponse::Ok().streaming(stream::once(async move {
            let name: Option<String> = session.get("name").unwrap();
            Ok::<_, Infallible>(Bytes::from(name.unwrap()))
        }))
    }
    let app = app(web::get().to(streams)).await;
    let alice = cookie(&manager(), "name", "alice");
    let log = Log::capture();

    let response = fetch_with(&app, "/", &alice).await;

    assert_eq!(all(response.headers(), "vary"), [""; 0]);
    assert_eq!(log.text(), "");
    assert_eq!(text(response).await, "alice");
    assert!(log.text().contains("WARN") && log.text().contains("first touched after"), "{}", log.text());
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

    let log = Log::capture();

    let response = fetch(&app, "/").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies[..2], ["theme=dark", "session=theirs; Path=/other"]);
    assert_eq!(set_cookies.len(), 3);
    assert!(log.text().contains("WARN") && log.text().contains("a cookie of the session's name"), "{}", log.text());
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
async fn r16_public_is_taken_out_of_all_lines_and_warned_of() {
    async fn cached(session: Session) -> HttpResponse {
        session.insert("name", "alice").unwrap();
        HttpResponse::Ok()
            .append_header(CacheControl(vec![CacheDirective::Public, CacheDirective::MaxAge(60)]))
            .append_header((CACHE_CONTROL, "s-maxage=600, immutable"))
            .finish()
    }
    let app = app(web::get().to(cached)).await;
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert_eq!(all(response.headers(), "cache-control"), ["private, max-age=60, immutable"]);
    assert!(log.text().contains("WARN") && log.text().contains("cache-control"), "{}", log.text());
}

#[actix_web::test]
async fn r16_what_a_cdn_is_told_stays_and_is_warned_of() {
    for name in ["cdn-cache-control", "surrogate-control"] {
        let handler = move |session: Session| async move {
            session.insert("name", "alice").unwrap();
            HttpResponse::Ok().insert_header((name, "max-age=60")).finish()
        };
        let app = app(web::get().to(handler)).await;
        let log = Log::capture();

        let response = fetch(&app, "/").await;

        assert_eq!(all(response.headers(), name), ["max-age=60"]);
        assert!(log.text().contains("WARN") && log.text().contains(name), "{}", log.text());
    }
}

/// Middleware outside runs after the session's, so that one that overrides has the last word. `DefaultHeaders` does not.
#[actix_web::test]
async fn r16_middleware_that_sets_cache_control_is_kept_private_from_inside_and_not_from_outside() {
    async fn overriding(
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        let mut response = next.call(request).await?;
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
        Ok(response)
    }
    macro_rules! cache_control {
        ($app:expr) => {{
            let app = init_service($app.route("/", web::get().to(change))).await;
            all(fetch(&app, "/").await.headers(), "cache-control")
        }};
    }
    let default_headers = || DefaultHeaders::new().add((CACHE_CONTROL, "public, max-age=600"));
    let sessions = || SessionMiddleware::new(manager());

    assert_eq!(cache_control!(App::new().wrap(default_headers()).wrap(sessions())), ["private, max-age=600"]);
    assert_eq!(cache_control!(App::new().wrap(sessions()).wrap(default_headers())), ["private"]);
    assert_eq!(cache_control!(App::new().wrap(from_fn(overriding)).wrap(sessions())), ["private, max-age=600"]);
    assert_eq!(cache_control!(App::new().wrap(sessions()).wrap(from_fn(overriding))), ["public, max-age=600"]);
}
