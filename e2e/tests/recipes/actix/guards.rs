use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::ErrorUnauthorized;
use actix_web::http::header::LOCATION;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, web};
use session_cookie_actix::SessionExt;

struct User {
    id: String,
}

impl FromRequest for User {
    type Error = Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(User::of(request))
    }
}

impl User {
    fn of(request: &HttpRequest) -> Result<Self, Error> {
        let id = request.session()?.get("user_id")?;
        id.map(|id| Self { id }).ok_or_else(|| ErrorUnauthorized("Log in first."))
    }
}

async fn greet(user: User) -> String {
    format!("Hello, {}!", user.id)
}

async fn require_login(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match request.session()?.contains_key("user_id") {
        true => Ok(next.call(request).await?.map_into_boxed_body()),
        false => Ok(request.into_response(HttpResponse::SeeOther().insert_header((LOCATION, "/login")).finish())),
    }
}

fn routes(config: &mut web::ServiceConfig) {
    config
        // The guard wraps the scope. What is registered beside the scope is open to all.
        .service(web::scope("/account").wrap(from_fn(require_login)).route("", web::get().to(greet)))
        .route("/login", web::get().to(|| async { "the form" }));
}

mod tests {
    use actix_web::App;
    use actix_web::http::StatusCode;
    use actix_web::test::{call_service, init_service, read_body};
    use serde_json::json;
    use session_cookie_actix::SessionMiddleware;

    use super::super::{get, manager, status};
    use super::*;

    /// The handler without the guard, so that its extractor decides.
    fn without_guard(config: &mut web::ServiceConfig) {
        config.route("/account", web::get().to(greet));
    }

    #[actix_web::test]
    async fn the_extractor_and_the_guard_let_a_user_pass() {
        let cookie = manager().cookie_for(&json!({"user_id": "42"})).unwrap();
        for routes in [without_guard, routes] {
            let app = init_service(App::new().configure(routes).wrap(SessionMiddleware::new(manager()))).await;

            let response = call_service(&app, get("/account", &cookie)).await;

            assert_eq!(read_body(response).await, "Hello, 42!");
        }
    }

    #[actix_web::test]
    async fn the_extractor_refuses_a_visitor() {
        let app = init_service(App::new().configure(without_guard).wrap(SessionMiddleware::new(manager()))).await;
        assert_eq!(status(&app, get("/account", "")).await, StatusCode::UNAUTHORIZED);
    }

    #[actix_web::test]
    async fn the_extractor_without_the_middleware_is_a_500() {
        let app = init_service(App::new().configure(without_guard)).await;
        assert_eq!(status(&app, get("/account", "")).await, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[actix_web::test]
    async fn the_guard_sends_a_visitor_to_the_login_which_is_open() {
        let app = init_service(App::new().configure(routes).wrap(SessionMiddleware::new(manager()))).await;

        let response = call_service(&app, get("/account", "")).await;

        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers().get(LOCATION).unwrap(), "/login");
        assert_eq!(status(&app, get("/login", "")).await, StatusCode::OK);
    }
}
