//! Helpers for the tests of this crate. No clock moves by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use std::collections::HashMap;

use actix_http::Request;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{COOKIE, HeaderMap};
use actix_web::test::{TestRequest, read_body};

use session_cookie_actix::{CookieConfig, Key, SessionManager, UnixTime};

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

pub(crate) async fn fetch<S, B>(app: &S, path: &str) -> ServiceResponse<B>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    send(app, TestRequest::with_uri(path)).await
}

pub(crate) async fn fetch_with<S, B>(app: &S, path: &str, cookie: &str) -> ServiceResponse<B>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    send(app, TestRequest::with_uri(path).insert_header((COOKIE, cookie))).await
}

pub(crate) async fn send<S, B>(app: &S, request: TestRequest) -> ServiceResponse<B>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    app.call(request.to_request()).await.unwrap()
}

pub(crate) async fn text(response: ServiceResponse<impl MessageBody>) -> String {
    String::from_utf8(read_body(response).await.to_vec()).unwrap()
}

/// Every value of a header, in order.
pub(crate) fn all(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).map(|value| value.to_str().unwrap().to_owned()).collect()
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
