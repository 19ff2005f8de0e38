//! A missing layer is no compile error: the first request says so.

use test_support::log::Log;

/// Marks a session whose layer the applications lack.
struct OAuth;

/// The client learns nothing, and the log names the line to add.
fn assert_told(log: &Log, body: &[u8], line: &str) {
    assert_eq!(String::from_utf8_lossy(body), "");
    let text = log.text();
    let [error] = text.lines().filter(|line| line.contains(" ERROR ")).collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    assert!(error.contains("the request carries no session"), "{error}");
    assert!(error.contains(line) && error.contains("with `.named::<N>()` for a `Session<N>`"), "{error}");
}

mod on_axum {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::{Router, routing::get};
    use session_cookie_axum::{CookieConfig, Key, Session, SessionLayer, SessionManager};
    use tower::ServiceExt;

    use super::*;

    async fn assert_told_by(app: Router) {
        let log = Log::capture();

        let response = app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_told(
            &log,
            &body,
            "add `.layer(SessionLayer::new(manager))` below the routes and the middleware that use it",
        );
    }

    #[tokio::test]
    async fn without_a_layer_the_log_names_the_line_to_add() {
        assert_told_by(Router::new().route("/", get(async |_: Session| "not reached"))).await;
    }

    #[tokio::test]
    async fn with_the_layer_of_another_session_it_does_too() {
        test_support::log::install();
        let key = Key::new("a secret of the tests without a layer").unwrap();
        let manager = SessionManager::new(key, CookieConfig::default()).unwrap();
        let app = Router::new().route("/", get(async |_: Session<OAuth>| "not reached"));

        assert_told_by(app.layer(SessionLayer::new(manager))).await;
    }
}

mod on_actix {
    use actix_web::http::StatusCode;
    use actix_web::{App, test, web};
    use session_cookie_actix::{CookieConfig, Key, Session, SessionManager, SessionMiddleware};

    use super::*;

    const LINE: &str = "add `.wrap(SessionMiddleware::new(manager))` to the app";

    #[actix_web::test]
    async fn without_a_middleware_the_log_names_the_line_to_add() {
        let app = test::init_service(App::new().route("/", web::get().to(async |_: Session| "not reached"))).await;
        let log = Log::capture();

        let response = test::call_service(&app, test::TestRequest::get().to_request()).await;

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_told(&log, &test::read_body(response).await, LINE);
    }

    #[actix_web::test]
    async fn with_the_middleware_of_another_session_it_does_too() {
        test_support::log::install();
        let key = Key::new("a secret of the tests without a layer").unwrap();
        let manager = SessionManager::new(key, CookieConfig::default()).unwrap();
        let app = App::new().wrap(SessionMiddleware::new(manager));
        let app = test::init_service(app.route("/", web::get().to(async |_: Session<OAuth>| "not reached"))).await;
        let log = Log::capture();

        let response = test::call_service(&app, test::TestRequest::get().to_request()).await;

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_told(&log, &test::read_body(response).await, LINE);
    }
}
