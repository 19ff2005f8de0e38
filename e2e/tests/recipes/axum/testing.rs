use axum::body::Body;
use axum::http::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use session_cookie_axum::{Session, SessionError, SessionLayer};
use tower::ServiceExt;

use super::{manager, text};

/// Keeps the session's cookie between requests, as a browser does.
struct TestClient {
    app: Router,
    cookie: Option<String>,
}

impl TestClient {
    async fn send(&mut self, method: &str, path: &str) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = self.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        if let Some(set_cookie) = response.headers().get(SET_COOKIE) {
            let set_cookie = set_cookie.to_str().unwrap();
            let pair = set_cookie.split(';').next().map(str::to_owned);
            self.cookie = pair.filter(|_| !set_cookie.contains("; Max-Age=0"));
        }
        response
    }
}

async fn login(session: Session) -> Result<Json<Value>, SessionError> {
    session.insert("user_id", "42")?;
    session.insert("username", "alice")?;
    Ok(Json(json!({"ok": true})))
}

async fn me(session: Session) -> Result<Json<Value>, SessionError> {
    let [user_id, username] = [session.get::<String>("user_id")?, session.get::<String>("username")?];
    Ok(Json(json!({"user_id": user_id, "username": username})))
}

async fn logout(session: Session) -> Json<Value> {
    session.clear();
    Json(json!({"ok": true}))
}

fn app() -> Router {
    Router::new()
        .route("/login", post(login))
        .route("/me", get(me))
        .route("/logout", post(logout))
        .layer(SessionLayer::new(manager()))
}

async fn json_of(response: Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

#[tokio::test]
async fn a_client_logs_in_and_out() {
    let mut client = TestClient { app: app(), cookie: None };
    let no_one = json!({"user_id": null, "username": null});

    assert_eq!(json_of(client.send("GET", "/me").await).await, no_one);
    assert_eq!(client.send("POST", "/login").await.status(), 200);
    assert_eq!(json_of(client.send("GET", "/me").await).await, json!({"user_id": "42", "username": "alice"}));
    assert_eq!(client.send("POST", "/logout").await.status(), 200);
    assert_eq!(client.cookie, None);
    assert_eq!(json_of(client.send("GET", "/me").await).await, no_one);
}

#[tokio::test]
async fn a_client_begins_logged_in() {
    let cookie = manager().cookie_for(&json!({"user_id": "7", "username": "bob"})).unwrap();
    let mut client = TestClient { app: app(), cookie: Some(cookie) };

    assert_eq!(json_of(client.send("GET", "/me").await).await, json!({"user_id": "7", "username": "bob"}));
}
