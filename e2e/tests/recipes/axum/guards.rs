use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use session_cookie_axum::{Session, SessionError, SessionLayer, SessionManager};

struct User {
    id: String,
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session: Session = Session::from_request_parts(parts, state).await.map_err(SessionError::into_response)?;
        match session.get("user_id") {
            Ok(Some(id)) => Ok(Self { id }),
            Ok(None) => Err(StatusCode::UNAUTHORIZED.into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

async fn greet(user: User) -> String {
    format!("Hello, {}!", user.id)
}

async fn require_login(session: Session, request: Request, next: Next) -> Result<Response, SessionError> {
    match session.contains_key("user_id") {
        true => Ok(next.run(request).await),
        false => Ok(Redirect::to("/login").into_response()),
    }
}

fn app(manager: SessionManager) -> Router {
    Router::new()
        .route("/account", get(greet))
        .route_layer(from_fn(require_login))
        // Routes that are added below the guard are open to all.
        .route("/login", get(|| async { "the form" }))
        .layer(SessionLayer::new(manager))
}

mod tests {
    use axum::http::header::LOCATION;
    use serde_json::json;

    use super::super::{fetch, manager, text};
    use super::*;

    /// The handler without the guard, so that its extractor decides.
    fn without_guard(manager: SessionManager) -> Router {
        Router::new().route("/account", get(greet)).layer(SessionLayer::new(manager))
    }

    #[tokio::test]
    async fn the_extractor_gives_the_user_who_is_logged_in() {
        let cookie = manager().cookie_for(&json!({"user_id": "42"})).unwrap();
        assert_eq!(text(fetch(without_guard(manager()), "/account", &cookie).await).await, "Hello, 42!");
    }

    #[tokio::test]
    async fn the_extractor_refuses_a_visitor() {
        assert_eq!(fetch(without_guard(manager()), "/account", "").await.status(), StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn the_extractor_without_the_layer_is_a_500() {
        let app = Router::new().route("/account", get(greet));
        assert_eq!(fetch(app, "/account", "").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn the_guard_lets_a_user_pass() {
        let cookie = manager().cookie_for(&json!({"user_id": "42"})).unwrap();
        assert_eq!(text(fetch(app(manager()), "/account", &cookie).await).await, "Hello, 42!");
    }

    #[tokio::test]
    async fn the_guard_sends_a_visitor_to_the_login_which_is_open() {
        let response = fetch(app(manager()), "/account", "").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[LOCATION], "/login");
        assert_eq!(fetch(app(manager()), "/login", "").await.status(), StatusCode::OK);
    }
}
