use axum::Router;
use axum::routing::get;
use session_cookie_axum::{SessionLayer, SessionManager};
use tower_http::csrf::CsrfLayer;

use self::tests::transfer;

fn app(manager: SessionManager) -> Router {
    Router::new()
        .route("/transfer", get(|| async { "the form" }).post(transfer))
        .layer(CsrfLayer::new())
        .layer(SessionLayer::new(manager))
}

mod tests {
    use axum::body::Body;
    use axum::http::header::{COOKIE, HOST, ORIGIN};
    use axum::http::{Request, StatusCode};
    use serde_json::json;
    use session_cookie_axum::{Session, SessionError};
    use tower::ServiceExt;

    use super::super::manager;
    use super::*;
    use crate::FORGED_OR_NOT;

    pub(super) async fn transfer(session: Session) -> Result<String, SessionError> {
        Ok(session.get("user_id")?.unwrap_or_default())
    }

    #[tokio::test]
    async fn a_request_that_another_site_forges_is_refused() {
        let cookie = manager().cookie_for(&json!({"user_id": "42"})).unwrap();
        for (method, site, origin, passes) in FORGED_OR_NOT {
            let request = Request::builder().method(*method).uri("/transfer").header(HOST, "example.com");
            let request = site.iter().fold(request, |request, site| request.header("sec-fetch-site", *site));
            let request = origin.iter().fold(request, |request, origin| request.header(ORIGIN, *origin));
            let request = request.header(COOKIE, &cookie).body(Body::empty()).unwrap();

            let status = app(manager()).oneshot(request).await.unwrap().status();

            let expected = if *passes { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{method} {site:?} {origin:?}");
        }
    }
}
