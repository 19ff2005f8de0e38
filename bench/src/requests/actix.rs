use std::hint::black_box;

use actix_http::Request;
use actix_session::SessionMiddleware as PeerMiddleware;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_web::body::MessageBody;
use actix_web::cookie::Key;
use actix_web::dev::{Service as _, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error, HttpResponse, web};
use session_cookie_actix::{Session, SessionMiddleware};

use super::{Second, THEME, members, pair, poll_once, second_manager, two_cookies};
use crate::manager;
use crate::operation::{Against, Operation};
use crate::peers::long_key;

pub(super) const BARE: &str = "actix: bare";

pub(super) fn operations(cookie: &str) -> Vec<Operation> {
    let bare = web::get().to(async || done());
    let mut operations = vec![operation(BARE, start(App::new().route("/", bare)), cookie)];
    operations.extend(ours(cookie));
    operations.extend(actix_session());
    operations
}

fn ours(cookie: &str) -> [Operation; 6] {
    let session = || SessionMiddleware::new(manager());
    let app = |route| start(App::new().wrap(session()).route("/", route));
    let second_session = SessionMiddleware::new(second_manager()).named::<Second>();

    let untouched = web::get().to(async |_: Session| done());
    let read = web::get().to(async |session: Session| {
        drop(black_box(theme(&session)));
        done()
    });
    let change = web::get().to(async |session: Session| {
        session.insert(THEME, "lite").expect("it is as long");
        done()
    });
    let remove = web::get().to(async |session: Session| {
        assert!(session.remove(THEME));
        done()
    });
    let clear = web::get().to(async |session: Session| {
        session.clear();
        done()
    });
    let read_two = web::get().to(async |session: Session, second: Session<Second>| {
        drop(black_box((theme(&session), theme(&second))));
        done()
    });
    [
        operation("actix: untouched", app(untouched), cookie),
        operation("actix: read one key", app(read), cookie),
        setting("actix: change one key", app(change), cookie),
        setting("actix: remove one key", app(remove), cookie),
        setting("actix: clear", app(clear), cookie),
        operation(
            "actix: two sessions, read a key of each",
            start(App::new().wrap(second_session).wrap(session()).route("/", read_two)),
            &two_cookies(cookie),
        ),
    ]
}

/// An empty response, as axum makes of `()`.
fn done() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn theme<N>(session: &Session<N>) -> String {
    session.get(THEME).expect("it is a text").expect("it is there")
}

fn actix_session() -> [Operation; 3] {
    use actix_session::Session;

    let session = || {
        PeerMiddleware::builder(CookieSessionStore::default(), Key::from(&long_key()))
            .cookie_content_security(CookieContentSecurity::Signed)
            .build()
    };
    let app = |route| start(App::new().wrap(session()).route("/", route));
    let fill = web::get().to(async |session: Session| {
        for (key, value) in members() {
            session.insert(key, value).expect("it is JSON");
        }
        done()
    });
    let untouched = web::get().to(async |_: Session| done());
    let read = web::get().to(async |session: Session| {
        let theme: Option<String> = session.get(THEME).expect("it is a text");
        drop(black_box(theme.expect("it is there")));
        done()
    });
    let change = web::get().to(async |session: Session| {
        session.insert(THEME, "lite").expect("it is a text");
        done()
    });
    let cookie = &set_cookie(app(fill));
    [
        operation("actix-session, signed: untouched", app(untouched), cookie),
        operation("actix-session, signed: read one key", app(read), cookie),
        setting("actix-session, signed: change one key", app(change), cookie),
    ]
}

/// A request whose response sets no cookie.
fn operation<B: 'static>(
    name: &'static str,
    send: impl Fn(Request) -> ServiceResponse<B> + 'static,
    cookie: &str,
) -> Operation {
    operation_that(false, name, send, cookie)
}

/// A request whose response sets a cookie.
fn setting<B: 'static>(
    name: &'static str,
    send: impl Fn(Request) -> ServiceResponse<B> + 'static,
    cookie: &str,
) -> Operation {
    operation_that(true, name, send, cookie)
}

fn operation_that<B: 'static>(
    sets_cookie: bool,
    name: &'static str,
    send: impl Fn(Request) -> ServiceResponse<B> + 'static,
    cookie: &str,
) -> Operation {
    let cookie = HeaderValue::from_str(cookie).expect("it is a header's value");
    let request = move || TestRequest::get().insert_header((COOKIE, cookie.clone())).to_request();
    let response = send(request());
    assert_eq!(response.status(), StatusCode::OK, "{name}");
    assert_eq!(response.headers().contains_key(SET_COOKIE), sets_cookie, "{name}");
    let operation = Operation::with_input(name, request, send);
    if name == BARE { operation } else { operation.against(Against::Bare(BARE)) }
}

/// The app as a worker runs it.
fn start<T, B>(app: App<T>) -> impl Fn(Request) -> ServiceResponse<B>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = ()>
        + 'static,
    B: MessageBody + 'static,
{
    let app = poll_once(init_service(app));
    move |request| poll_once(app.call(request)).expect("the session makes no error")
}

/// The cookie that a response sets.
fn set_cookie<B>(send: impl Fn(Request) -> ServiceResponse<B>) -> String {
    let response = send(TestRequest::get().to_request());
    let set_cookie = response.headers().get(SET_COOKIE).expect("it sets one");
    pair(set_cookie.to_str().expect("it is ASCII")).to_owned()
}
