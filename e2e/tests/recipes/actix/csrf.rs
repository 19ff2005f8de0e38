use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HOST;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// Refuses a request that changes something and comes from another origin.
async fn refuse_forged(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match is_forged(&request) {
        false => Ok(next.call(request).await?.map_into_boxed_body()),
        true => Ok(request.into_response(HttpResponse::Forbidden().finish())),
    }
}

fn is_forged(request: &ServiceRequest) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let header = |name: &str| request.headers().get(name).map(|value| value.as_bytes());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site != b"same-origin" && site != b"none",
        // Browsers from before 2023, and plain HTTP: the origin's host has to be the one that was asked.
        (None, Some(origin)) => !is_origin_of(origin, host(request)),
        (None, None) => false,
    }
}

fn is_origin_of(origin: &[u8], host: Option<&[u8]>) -> bool {
    let authority = origin.strip_prefix(b"https://").or_else(|| origin.strip_prefix(b"http://"));
    authority.is_some() && authority == host
}

/// The request's own host: over HTTP/2 it is in the target.
fn host(request: &ServiceRequest) -> Option<&[u8]> {
    let target = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    target.or_else(|| request.headers().get(HOST).map(|host| host.as_bytes()))
}

mod tests {
    use actix_web::http::StatusCode;
    use actix_web::http::header::{COOKIE, ORIGIN};
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service};
    use actix_web::{App, web};
    use serde_json::json;
    use session_cookie_actix::{Session, SessionError, SessionMiddleware};

    use super::super::{manager, status};
    use super::*;
    use crate::FORGED_OR_NOT;

    async fn transfer(session: Session) -> Result<String, SessionError> {
        Ok(session.get("user_id")?.unwrap_or_default())
    }

    #[actix_web::test]
    async fn a_request_that_another_site_forges_is_refused() {
        let app = App::new().route("/transfer", web::route().to(transfer));
        let app = init_service(app.wrap(from_fn(refuse_forged)).wrap(SessionMiddleware::new(manager()))).await;
        let cookie = manager().cookie_for(&json!({"user_id": "42"})).unwrap();
        for (method, site, origin, passes) in FORGED_OR_NOT {
            let request = TestRequest::with_uri("/transfer").method(Method::from_bytes(method.as_bytes()).unwrap());
            let request = request.insert_header((HOST, "example.com")).insert_header((COOKIE, &*cookie));
            let request = site.iter().fold(request, |request, site| request.insert_header(("sec-fetch-site", *site)));
            let request = origin.iter().fold(request, |request, origin| request.insert_header((ORIGIN, *origin)));

            let expected = if *passes { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status(&app, request.to_request()).await, expected, "{method} {site:?} {origin:?}");
        }
    }

    #[actix_web::test]
    async fn over_http2_the_host_is_in_the_target() {
        for (origin, forged) in [("https://example.com", false), ("https://attacker.example", true)] {
            let request = TestRequest::post().uri("https://example.com/transfer").insert_header((ORIGIN, origin));
            assert_eq!(is_forged(&request.to_srv_request()), forged, "{origin}");
        }
    }
}
