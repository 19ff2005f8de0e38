use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::{Cookie, Key};
use session_cookie_axum::{Session, SessionLayer};
use tower::ServiceExt as _;
use tower_sessions::{MemoryStore, SessionManagerLayer};

use super::{Second, THEME, data, members, pair, poll_once, second_manager, two_cookies};
use crate::data::{Flat, OneKey};
use crate::manager;
use crate::operation::{Against, Operation};
use crate::peers::long_key;

pub(super) const BARE: &str = "axum: bare";

pub(super) fn operations(cookie: &str) -> Vec<Operation> {
    let mut operations = vec![
        operation(BARE, app(async || {}), cookie),
        operation("axum: least layer", app(async |_: Extension<Arc<()>>| {}).layer(Extension(Arc::new(()))), cookie),
    ];
    operations.extend(ours(cookie));
    operations.extend(tower_sessions());
    operations.extend(signed_cookie_jar());
    operations
}

fn ours(cookie: &str) -> [Operation; 6] {
    let layer = || SessionLayer::new(manager());
    let second_layer = SessionLayer::new(second_manager()).named::<Second>();
    let untouched = async |_: Session| {};
    let read = async |session: Session| drop(black_box(theme(&session)));
    let change = async |session: Session| session.insert(THEME, "lite");
    let remove = async |session: Session| assert!(session.remove(THEME));
    let clear = async |session: Session| session.clear();
    let read_two = async |session: Session, second: Session<Second>| {
        drop(black_box((theme(&session), theme(&second))));
    };
    [
        operation("axum: untouched", app(untouched).layer(layer()), cookie),
        operation("axum: read one key", app(read).layer(layer()), cookie),
        setting("axum: change one key", app(change).layer(layer()), cookie),
        setting("axum: remove one key", app(remove).layer(layer()), cookie),
        setting("axum: clear", app(clear).layer(layer()), cookie),
        operation(
            "axum: two sessions, read a key of each",
            app(read_two).layer(second_layer).layer(layer()),
            &two_cookies(cookie),
        ),
    ]
}

fn theme<N>(session: &Session<N>) -> String {
    session.get(THEME).expect("it is a text").expect("it is there")
}

fn tower_sessions() -> [Operation; 3] {
    use tower_sessions::Session;

    let layer = SessionManagerLayer::new(MemoryStore::default());
    let cookie = &set_cookie(app(fill).layer(layer.clone()));
    async fn fill(session: Session) {
        for (key, value) in members() {
            session.insert(&key, value).await.expect("it is JSON");
        }
    }
    let read = async |session: Session| {
        let theme: Option<String> = session.get(THEME).await.expect("it is a text");
        drop(black_box(theme.expect("it is there")));
    };
    // The store keeps what the request before has written, and to write it again changes nothing.
    let dark = Arc::new(AtomicBool::new(false));
    let change = async move |session: Session| {
        let theme = if dark.fetch_xor(true, Ordering::Relaxed) { "dark" } else { "lite" };
        session.insert(THEME, theme).await.expect("it is a text");
    };
    [
        operation("tower-sessions, memory: untouched", app(async |_: Session| {}).layer(layer.clone()), cookie),
        operation("tower-sessions, memory: read one key", app(read).layer(layer.clone()), cookie),
        setting("tower-sessions, memory: change one key", app(change).layer(layer), cookie),
    ]
}

fn signed_cookie_jar() -> [Operation; 2] {
    const NAME: &str = "session";

    let app = |handler| Router::new().route("/", handler).with_state(Key::from(&long_key()));
    let add = |jar: SignedCookieJar, data: &Flat| {
        jar.add(Cookie::new(NAME, serde_json::to_string(data).expect("it is plain data")))
    };
    let fill = async move |jar: SignedCookieJar| add(jar, &data());
    let read = async |jar: SignedCookieJar| {
        let cookie = jar.get(NAME).expect("verifies");
        drop(black_box(serde_json::from_str::<OneKey>(cookie.value()).expect("the key is there").theme));
    };
    let change = async move |jar: SignedCookieJar| {
        let mut data: Flat = serde_json::from_str(jar.get(NAME).expect("verifies").value()).expect("it is a `Flat`");
        data.theme = "lite".to_owned();
        add(jar, &data)
    };
    let cookie = &set_cookie(app(get(fill)));
    [
        operation("SignedCookieJar: read one key", app(get(read)), cookie),
        setting("SignedCookieJar: change one key", app(get(change)), cookie),
    ]
}

fn app<T: 'static>(handler: impl Handler<T, ()>) -> Router {
    Router::new().route("/", get(handler))
}

/// A request whose response sets no cookie.
fn operation(name: &'static str, app: Router, cookie: &str) -> Operation {
    operation_that(false, name, app, cookie)
}

/// A request whose response sets a cookie.
fn setting(name: &'static str, app: Router, cookie: &str) -> Operation {
    operation_that(true, name, app, cookie)
}

fn operation_that(sets_cookie: bool, name: &'static str, app: Router, cookie: &str) -> Operation {
    // As `axum::serve` does. Without it every layer is applied again in each request.
    let app = app.with_state::<()>(());
    let cookie = HeaderValue::from_str(cookie).expect("it is a header's value");
    let request = move || {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert(COOKIE, cookie.clone());
        request
    };
    let response = send(&app, request());
    assert_eq!(response.status(), StatusCode::OK, "{name}");
    assert_eq!(response.headers().contains_key(SET_COOKIE), sets_cookie, "{name}");
    let operation = Operation::with_input(name, request, move |request| send(&app, request));
    if name == BARE { operation } else { operation.against(Against::Bare(BARE)) }
}

/// `axum::serve` clones the router for each request too.
fn send(app: &Router, request: Request) -> Response {
    let Ok(response) = poll_once(app.clone().oneshot(request));
    response
}

/// The cookie that a response sets.
fn set_cookie(app: Router) -> String {
    let response = send(&app, Request::new(Body::empty()));
    pair(response.headers()[SET_COOKIE].to_str().expect("it is ASCII")).to_owned()
}
