//! Helpers for the tests of this crate. No clock moves by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use std::collections::HashMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use session_cookie_axum::{CookieConfig, Key, SessionManager, UnixTime};
use tower::ServiceExt;

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_767_225_600);

pub(crate) fn manager() -> SessionManager {
    manager_of(CookieConfig::default())
}

pub(crate) fn manager_of(config: CookieConfig) -> SessionManager {
    let key = Key::new("the key of the adapter's own tests").unwrap();
    SessionManager::new(key, config).unwrap().with_clock(|| NOW)
}

/// A manager with the default options, and how many seconds after [`NOW`] it is.
pub(crate) fn manager_and_clock() -> (SessionManager, Arc<AtomicU64>) {
    let later = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&later);
    let now = move || UnixTime::from_secs(NOW.as_secs() + clock.load(Ordering::SeqCst));
    (manager().with_clock(now), later)
}

/// The `name=value` of a session that holds one member.
pub(crate) fn cookie(manager: &SessionManager, key: &str, value: &str) -> String {
    manager.cookie_for(&HashMap::from([(key, value)])).unwrap()
}

pub(crate) async fn fetch(app: &Router, path: &str) -> Response {
    send(app, Request::get(path).body(Body::empty()).unwrap()).await
}

pub(crate) async fn fetch_with(app: &Router, path: &str, cookie: &str) -> Response {
    send(app, Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

pub(crate) async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Every value of a header, in order.
pub(crate) fn all(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// Loads the session that a response sets, as the client's next request would.
pub(crate) fn handed_out(manager: &SessionManager, headers: &HeaderMap) -> session_cookie::Session {
    let set_cookies = all(headers, "set-cookie");
    assert_eq!(set_cookies.len(), 1, "{set_cookies:?}");
    manager.load([pair(&set_cookies[0])])
}

fn pair(set_cookie: &str) -> String {
    set_cookie.split(';').next().unwrap().to_owned()
}
