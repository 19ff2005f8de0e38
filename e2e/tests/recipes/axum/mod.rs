mod csrf;
mod guards;
mod testing;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::COOKIE;
use axum::response::Response;
use session_cookie_axum::{CookieConfig, Key, SessionManager};
use tower::ServiceExt;

fn manager() -> SessionManager {
    SessionManager::new(Key::new("the key of the recipes on axum, long").unwrap(), CookieConfig::default()).unwrap()
}

async fn fetch(app: Router, path: &str, cookie: &str) -> Response {
    app.oneshot(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}
