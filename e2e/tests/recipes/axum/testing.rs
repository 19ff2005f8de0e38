use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;
use session_cookie_axum::{CookieConfig, Key, SessionLayer, SessionManager};
use tower::ServiceExt;

use self::tests::{login, me};

/// Keeps cookies by name between requests.
struct TestClient {
    app: Router,
    cookies: BTreeMap<String, String>,
}

impl TestClient {
    async fn send(&mut self, method: &str, path: &str, form: &str) -> Response {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(path).header(COOKIE, pairs.join("; "));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.app.clone().oneshot(request.body(Body::from(form.to_owned())).unwrap()).await.unwrap();
        for set_cookie in response.headers().get_all(SET_COOKIE) {
            keep(&mut self.cookies, set_cookie.to_str().unwrap());
        }
        response
    }
}

fn keep(cookies: &mut BTreeMap<String, String>, set_cookie: &str) {
    let (name, value) = set_cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
    match set_cookie.contains("; Max-Age=0") {
        true => cookies.remove(name),
        false => cookies.insert(name.to_owned(), value.to_owned()),
    };
}

fn app(manager: SessionManager) -> Router {
    Router::new().route("/login", post(login)).route("/me", get(me)).layer(SessionLayer::new(manager))
}

#[tokio::test]
async fn a_user_is_logged_in_without_a_login() {
    let key = Key::new("an example secret of 32 bytes or more").unwrap();
    let manager = SessionManager::new(key, CookieConfig::default()).unwrap();
    let cookie = manager.cookie_for(&json!({"user_id": "42"})).unwrap();
    let request = Request::get("/me").header(COOKIE, cookie).body(Body::empty()).unwrap();

    let response = app(manager).oneshot(request).await.unwrap();

    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, r#""42""#);
}

mod tests {
    use axum::response::IntoResponse;
    use axum::{Form, Json};
    use serde_json::Value;
    use session_cookie_axum::{Session, SessionError};

    use super::super::{manager, text};
    use super::*;

    // The handlers of README.

    pub(super) async fn login(session: Session) -> Result<(), SessionError> {
        session.clear();
        session.insert("user_id", "42")
    }

    pub(super) async fn me(session: Session) -> Result<Json<Option<String>>, SessionError> {
        Ok(Json(session.get("user_id")?))
    }

    // Those of the seed, and a cookie of the application's too.

    async fn log_in(session: Session) -> Result<impl IntoResponse, SessionError> {
        session.insert("user_id", "42")?;
        session.insert("username", "alice")?;
        Ok(([(SET_COOKIE, "theme=dark; Path=/")], Json(json!({"ok": true}))))
    }

    async fn who(session: Session) -> Result<Json<Value>, SessionError> {
        let [user_id, username] = [session.get::<String>("user_id")?, session.get::<String>("username")?];
        Ok(Json(json!({"user_id": user_id, "username": username})))
    }

    async fn log_out(session: Session) -> Json<Value> {
        session.clear();
        Json(json!({"ok": true}))
    }

    fn seed() -> Router {
        Router::new()
            .route("/login", post(log_in))
            .route("/me", get(who))
            .route("/logout", post(log_out))
            .layer(SessionLayer::new(manager()))
    }

    async fn json_of(response: Response) -> Value {
        serde_json::from_str(&text(response).await).unwrap()
    }

    #[tokio::test]
    async fn a_client_logs_in_and_out() {
        let mut client = TestClient { app: seed(), cookies: BTreeMap::new() };
        let no_one = json!({"user_id": null, "username": null});

        assert_eq!(json_of(client.send("GET", "/me", "").await).await, no_one);
        assert_eq!(client.send("POST", "/login", "").await.status(), 200);
        assert_eq!(json_of(client.send("GET", "/me", "").await).await, json!({"user_id": "42", "username": "alice"}));
        assert_eq!(client.send("POST", "/logout", "").await.status(), 200);
        assert_eq!(client.cookies, BTreeMap::from([("theme".to_owned(), "dark".to_owned())]));
        assert_eq!(json_of(client.send("GET", "/me", "").await).await, no_one);
    }

    #[tokio::test]
    async fn a_client_begins_logged_in() {
        let cookie = manager().cookie_for(&json!({"user_id": "7", "username": "bob"})).unwrap();
        let mut client = TestClient { app: seed(), cookies: BTreeMap::new() };
        keep(&mut client.cookies, &cookie);

        assert_eq!(json_of(client.send("GET", "/me", "").await).await, json!({"user_id": "7", "username": "bob"}));
    }

    #[tokio::test]
    async fn a_client_sends_a_form() {
        let echo = async |Form(form): Form<BTreeMap<String, String>>| form.get("user").cloned().unwrap_or_default();
        let mut client = TestClient { app: Router::new().route("/login", post(echo)), cookies: BTreeMap::new() };

        assert_eq!(text(client.send("POST", "/login", "user=alice&password=x").await).await, "alice");
    }
}
