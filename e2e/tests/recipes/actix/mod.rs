mod csrf;
mod guards;
mod testing;

use actix_http::Request;
use actix_web::Error;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::COOKIE;
use actix_web::test::TestRequest;
use session_cookie_actix::{CookieConfig, Key, SessionManager};

fn manager() -> SessionManager {
    SessionManager::new(Key::new("the key of the recipes on actix, long").unwrap(), CookieConfig::default()).unwrap()
}

fn get(path: &str, cookie: &str) -> Request {
    TestRequest::with_uri(path).insert_header((COOKIE, cookie)).to_request()
}

/// The status of the answer, or of the one that the error becomes.
async fn status<S, B>(app: &S, request: Request) -> StatusCode
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    app.call(request).await.map_or_else(|error| error.as_response_error().status_code(), |response| response.status())
}
