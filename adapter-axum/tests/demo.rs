//! The demo, driven in process by a client that keeps its cookies.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test expects by panicking")]

mod common;

#[allow(dead_code, unreachable_pub, reason = "it is a program, with a `main` of its own")]
#[path = "../examples/sessions-axum.rs"]
mod sessions_axum;

use axum::http::StatusCode;
use axum_test::TestServer;
use common::manager;
use serde_json::{Value, json};

fn client() -> TestServer {
    TestServer::builder().save_cookies().build(sessions_axum::router(manager()))
}

#[tokio::test]
async fn login_and_logout() {
    let client = client();

    client.get("/me").await.assert_text(r#"{"user_id":null,"username":null}"#);
    client.post("/login").await.assert_text(r#"{"ok":true}"#);
    client.get("/me").await.assert_text(r#"{"user_id":"42","username":"alice"}"#);
    client.post("/logout").await.assert_text(r#"{"ok":true}"#);
    client.get("/me").await.assert_text(r#"{"user_id":null,"username":null}"#);
}

#[tokio::test]
async fn login_sends_the_cookie_and_reading_does_not() {
    let client = client();

    let login = client.post("/login").await;
    let me = client.get("/me").await;

    let set_cookie = login.header("set-cookie");
    let (_, attributes) = set_cookie.to_str().unwrap().split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    assert!(me.maybe_header("set-cookie").is_none());
}

#[tokio::test]
async fn logout_removes_the_cookie() {
    let client = client();
    client.post("/login").await;

    let logout = client.post("/logout").await;

    let set_cookie = logout.header("set-cookie");
    let set_cookie = set_cookie.to_str().unwrap();
    assert!(set_cookie.starts_with("session=;"), "{set_cookie}");
    assert!(set_cookie.contains("Max-Age=0"), "{set_cookie}");
}

#[tokio::test]
async fn remember_me_is_for_the_login_to_say() {
    let client = client();

    let browser_session = client.post("/login?remember=false").await;
    let remembered = client.post("/login?remember=true").await;
    let neither = client.post("/login?remember=maybe").await;

    assert!(!browser_session.header("set-cookie").to_str().unwrap().contains("Max-Age"));
    assert!(remembered.header("set-cookie").to_str().unwrap().contains("; Max-Age=3600;"));
    neither.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_cart_fills() {
    let client = client();

    client.get("/cart").await.assert_text(r#"{"items":[]}"#);
    client.post("/cart/add").await.assert_text(r#"{"items":["egg"]}"#);
    client.post("/cart/add?item=spam%20%C3%A4").await.assert_text(r#"{"items":["egg","spam ä"]}"#);
    client.get("/cart").await.assert_text(r#"{"items":["egg","spam ä"]}"#);
}

#[tokio::test]
async fn a_full_cookie_is_a_clear_4xx_and_keeps_the_cart() {
    let client = client();
    client.post("/cart/add").await;

    let full = client.post(&format!("/cart/add?item={}", "x".repeat(4000))).await;

    full.assert_status(StatusCode::PAYLOAD_TOO_LARGE);
    assert!(full.json::<Value>()["error"].as_str().unwrap().contains("4096"), "{}", full.text());
    assert!(full.maybe_header("set-cookie").is_none());
    client.get("/cart").await.assert_json(&json!({ "items": ["egg"] }));
}

#[tokio::test]
async fn health_never_touches_the_session() {
    let client = client();
    client.post("/login").await;

    let health = client.get("/health").await;

    health.assert_text(r#"{"ok":true}"#);
    assert!(health.maybe_header("vary").is_none());
}

#[tokio::test]
async fn the_page_shows_the_session_with_its_values_escaped() {
    let client = client();
    client.post("/cart/add?item=%3Cscript%3Ealert(1)%3C/script%3E").await;

    let page = client.get("/").await;

    assert!(page.text().contains("&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;"), "{}", page.text());
    assert!(!page.text().contains("<script>alert"));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-security-policy"), demo::content_security_policy());
}
