use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use serde_json::Value;
use session_cookie_axum::{CookieConfig, Key, SessionManager};
use tower::ServiceExt;

use crate::tower_after::app;

fn key() -> Key {
    Key::new([7; 32]).unwrap()
}

/// Sends a request with this cookie. Returns the `Set-Cookie`, if there is one, and the body.
async fn send(app: &Router, method: &str, path: &str, cookie: &str) -> (Option<String>, String) {
    let request = Request::builder().method(method).uri(path).header(COOKIE, cookie).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    assert!(response.status().is_success());
    let set = response.headers().get(SET_COOKIE).map(|set| set.to_str().unwrap().to_owned());
    (set, String::from_utf8(to_bytes(response.into_body(), 4096).await.unwrap().to_vec()).unwrap())
}

fn pair(set_cookie: Option<String>) -> String {
    set_cookie.unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_application_after_the_move_logs_in_keeps_a_cart_and_logs_out() {
    let app = app(key()).unwrap();

    let (set, _) = send(&app, "POST", "/login", "").await;
    assert!(set.as_deref().unwrap().contains("Max-Age=3600") && set.as_deref().unwrap().contains("Secure"), "{set:?}");
    let cookie = pair(set);
    assert_eq!(send(&app, "GET", "/me", &cookie).await, (None, r#""42""#.to_owned()));
    let cookie = pair(send(&app, "POST", "/add", &cookie).await.0);
    let cookie = pair(send(&app, "POST", "/add", &cookie).await.0);
    let session = SessionManager::new(key(), CookieConfig::default()).unwrap().load([cookie.as_str()]);
    assert_eq!(session.get::<Value>("cart").unwrap(), Some(serde_json::json!(["apple", "apple"])));
    assert_eq!(pair(send(&app, "POST", "/logout", &cookie).await.0), "session=");
}

#[tokio::test]
async fn a_login_carries_nothing_over_from_before_it() {
    let app = app(key()).unwrap();
    let cookie = pair(send(&app, "POST", "/add", "").await.0);

    let cookie = pair(send(&app, "POST", "/login", &cookie).await.0);

    let session = SessionManager::new(key(), CookieConfig::default()).unwrap().load([cookie.as_str()]);
    assert_eq!(session.keys(), ["user_id"]);
}
