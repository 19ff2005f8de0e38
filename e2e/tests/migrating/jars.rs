use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::routing::get;
use axum_extra::extract::cookie::Key;
use tower::ServiceExt;

use crate::jar_before::{login, me};

#[tokio::test]
async fn the_private_jar_that_the_page_moves_from_hides_the_value_from_the_client() {
    let app = Router::new().route("/login", get(login)).route("/me", get(me)).with_state(Key::from(&[7; 64]));

    let response = app.clone().oneshot(Request::get("/login").body(Body::empty()).unwrap()).await.unwrap();

    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
    assert!(cookie.starts_with("user_id=") && cookie != "user_id=42", "{cookie}");
    let request = Request::get("/me").header(COOKIE, cookie).body(Body::empty()).unwrap();
    let body = app.oneshot(request).await.unwrap().into_body();
    assert_eq!(to_bytes(body, 64).await.unwrap(), "42");
}
