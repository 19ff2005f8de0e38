//! The demo, driven in process by a client that keeps its cookies.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test expects by panicking")]

mod common;

#[allow(dead_code, unreachable_pub, reason = "it is a program, with a `main` of its own")]
#[path = "../examples/sessions-actix.rs"]
mod sessions_actix;

use std::cell::RefCell;

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::COOKIE;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error};
use common::{all, manager, text};
use serde_json::{Value, json};
use session_cookie_actix::SessionMiddleware;

/// A browser with one jar: it keeps what `Set-Cookie` says, and forgets what is removed.
struct Client<S> {
    app: S,
    jar: RefCell<Option<String>>,
}

impl<S, B> Client<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    async fn get(&self, path: &str) -> ServiceResponse<B> {
        self.send(Method::GET, path).await
    }

    async fn post(&self, path: &str) -> ServiceResponse<B> {
        self.send(Method::POST, path).await
    }

    async fn send(&self, method: Method, path: &str) -> ServiceResponse<B> {
        let mut request = TestRequest::with_uri(path).method(method);
        if let Some(cookie) = self.jar.borrow().as_deref() {
            request = request.insert_header((COOKIE, cookie));
        }
        let response = common::send(&self.app, request).await;
        for set_cookie in all(response.headers(), "set-cookie") {
            let (cookie, attributes) = set_cookie.split_once("; ").unwrap();
            let removed = attributes.split("; ").any(|attribute| attribute == "Max-Age=0");
            *self.jar.borrow_mut() = (!removed).then(|| cookie.to_owned());
        }
        response
    }
}

async fn client() -> Client<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>> {
    let app = App::new().wrap(SessionMiddleware::new(manager())).configure(sessions_actix::routes);
    Client { app: init_service(app).await, jar: RefCell::default() }
}

#[actix_web::test]
async fn login_and_logout() {
    let client = client().await;

    assert_eq!(text(client.get("/me").await).await, r#"{"user_id":null,"username":null}"#);
    assert_eq!(text(client.post("/login").await).await, r#"{"ok":true}"#);
    assert_eq!(text(client.get("/me").await).await, r#"{"user_id":"42","username":"alice"}"#);
    assert_eq!(text(client.post("/logout").await).await, r#"{"ok":true}"#);
    assert_eq!(text(client.get("/me").await).await, r#"{"user_id":null,"username":null}"#);
}

#[actix_web::test]
async fn login_sends_the_cookie_and_reading_does_not() {
    let client = client().await;

    let login = client.post("/login").await;
    let me = client.get("/me").await;

    let set_cookie = &all(login.headers(), "set-cookie")[0];
    let (_, attributes) = set_cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    assert!(!me.headers().contains_key("set-cookie"));
}

#[actix_web::test]
async fn logout_removes_the_cookie() {
    let client = client().await;
    client.post("/login").await;

    let logout = client.post("/logout").await;

    let set_cookie = &all(logout.headers(), "set-cookie")[0];
    assert!(set_cookie.starts_with("session=;"), "{set_cookie}");
    assert!(set_cookie.contains("Max-Age=0"), "{set_cookie}");
}

#[actix_web::test]
async fn remember_me_is_for_the_login_to_say() {
    let client = client().await;

    let browser_session = client.post("/login?remember=false").await;
    let remembered = client.post("/login?remember=true").await;
    let neither = client.post("/login?remember=maybe").await;

    assert!(!all(browser_session.headers(), "set-cookie")[0].contains("Max-Age"));
    assert!(all(remembered.headers(), "set-cookie")[0].contains("; Max-Age=3600;"));
    assert_eq!(neither.status(), StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn the_cart_fills() {
    let client = client().await;

    assert_eq!(text(client.get("/cart").await).await, r#"{"items":[]}"#);
    assert_eq!(text(client.post("/cart/add").await).await, r#"{"items":["egg"]}"#);
    assert_eq!(text(client.post("/cart/add?item=spam%20%C3%A4").await).await, r#"{"items":["egg","spam ä"]}"#);
    assert_eq!(text(client.get("/cart").await).await, r#"{"items":["egg","spam ä"]}"#);
}

#[actix_web::test]
async fn a_full_cookie_is_a_clear_4xx_and_keeps_the_cart() {
    let client = client().await;
    client.post("/cart/add").await;

    let full = client.post(&format!("/cart/add?item={}", "x".repeat(4000))).await;

    assert_eq!(full.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(!full.headers().contains_key("set-cookie"));
    let failure: Value = serde_json::from_str(&text(full).await).unwrap();
    assert!(failure["error"].as_str().unwrap().contains("4096"), "{failure}");
    let cart: Value = serde_json::from_str(&text(client.get("/cart").await).await).unwrap();
    assert_eq!(cart, json!({ "items": ["egg"] }));
}

#[actix_web::test]
async fn health_never_touches_the_session() {
    let client = client().await;
    client.post("/login").await;

    let health = client.get("/health").await;

    assert!(!health.headers().contains_key("vary"));
    assert_eq!(text(health).await, r#"{"ok":true}"#);
}

#[actix_web::test]
async fn head_is_answered_where_get_is() {
    let client = client().await;

    for path in ["/", "/me", "/cart", "/health"] {
        assert_eq!(client.send(Method::HEAD, path).await.status(), StatusCode::OK, "{path}");
    }
}

#[actix_web::test]
async fn the_page_shows_the_session_with_its_values_escaped() {
    let client = client().await;
    client.post("/cart/add?item=%3Cscript%3Ealert(1)%3C/script%3E").await;

    let page = client.get("/").await;

    assert_eq!(all(page.headers(), "content-type"), ["text/html; charset=utf-8"]);
    assert_eq!(all(page.headers(), "content-security-policy"), [demo::content_security_policy()]);
    let page = text(page).await;
    assert!(page.contains("&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;"), "{page}");
    assert!(!page.contains("<script>alert"));
}
