//! The session middleware beside actix-web's own.

use actix_web::App;
use actix_web::body::BoxBody;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, SET_COOKIE};
use actix_web::middleware::{Compress, Condition, DefaultHeaders, ErrorHandlers, Logger, NormalizePath};
use actix_web::test::{TestRequest, init_service};
use actix_web::web;
use session_cookie_actix::{Session, SessionError, SessionMiddleware};

use super::common::{all, fetch, fetch_with, handed_out, manager, send, text};

async fn count(session: Session) -> Result<String, SessionError> {
    let count = session.update("count", |count: &mut u64| {
        *count += 1;
        *count
    })?;
    Ok(count.to_string())
}

/// Two requests of one session.
macro_rules! assert_counts_to_two {
    ($app:expr) => {{
        let app = init_service($app.route("/", web::get().to(count))).await;
        let first = fetch(&app, "/").await;
        let cookie = all(first.headers(), "set-cookie")[0].split(';').next().unwrap().to_owned();

        let second = fetch_with(&app, "/", &cookie).await;

        assert!(all(second.headers(), "vary").join(",").contains("Cookie"));
        assert_eq!(handed_out(&manager(), second.headers()).get::<u64>("count").unwrap(), Some(2));
        assert_eq!(text(second).await, "2");
    }};
}

/// With the other middleware inside, and then outside.
macro_rules! assert_works_beside {
    ($middleware:expr) => {{
        assert_counts_to_two!(App::new().wrap($middleware).wrap(SessionMiddleware::new(manager())));
        assert_counts_to_two!(App::new().wrap(SessionMiddleware::new(manager())).wrap($middleware));
    }};
}

#[actix_web::test]
async fn it_works_beside_other_middleware_in_any_order() {
    assert_works_beside!(Compress::default());
    assert_works_beside!(Logger::default());
    assert_works_beside!(NormalizePath::trim());
    assert_works_beside!(ErrorHandlers::<BoxBody>::new());
    assert_works_beside!(DefaultHeaders::new().add(("X-Version", "1")));
    assert_works_beside!(Condition::new(true, Compress::default()));
}

#[actix_web::test]
async fn a_compressed_response_carries_the_cookie_and_varies_by_both() {
    async fn long(session: Session) -> String {
        session.insert("name", "alice").unwrap();
        "x".repeat(1000)
    }
    macro_rules! assert_compressed {
        ($app:expr) => {{
            let app = init_service($app.route("/", web::get().to(long))).await;
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, "gzip"));

            let response = send(&app, request).await;

            assert_eq!(response.headers().get(CONTENT_ENCODING).unwrap(), "gzip");
            assert!(response.headers().contains_key(SET_COOKIE));
            let vary = all(response.headers(), "vary").join(", ").to_ascii_lowercase();
            assert!(vary.contains("accept-encoding") && vary.contains("cookie"), "{vary}");
        }};
    }
    assert_compressed!(App::new().wrap(Compress::default()).wrap(SessionMiddleware::new(manager())));
    assert_compressed!(App::new().wrap(SessionMiddleware::new(manager())).wrap(Compress::default()));
}
