use std::collections::BTreeMap;

use actix_http::Request;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, Error, web};
use serde_json::json;
use session_cookie_actix::{CookieConfig, Key, SessionManager, SessionMiddleware};

use self::tests::{login, me};

async fn send<S, B>(app: &S, cookies: &mut BTreeMap<String, String>, request: TestRequest) -> ServiceResponse<B>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = request.insert_header((COOKIE, pairs.join("; ")));
    let response = call_service(app, request.to_request()).await;
    for set_cookie in response.headers().get_all(SET_COOKIE) {
        keep(cookies, set_cookie.to_str().unwrap());
    }
    response
}

fn keep(cookies: &mut BTreeMap<String, String>, set_cookie: &str) {
    let (name, value) = set_cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
    match set_cookie.contains("; Max-Age=0") {
        true => cookies.remove(name),
        false => cookies.insert(name.to_owned(), value.to_owned()),
    };
}

fn routes(config: &mut web::ServiceConfig) {
    config.route("/login", web::post().to(login)).route("/me", web::get().to(me));
}

#[actix_web::test]
async fn a_user_is_logged_in_without_a_login() {
    let key = Key::new("an example secret of 32 bytes or more").unwrap();
    let manager = SessionManager::new(key, CookieConfig::default()).unwrap();
    let cookie = manager.cookie_for(&json!({"user_id": "42"})).unwrap();
    let app = init_service(App::new().configure(routes).wrap(SessionMiddleware::new(manager))).await;
    let request = TestRequest::get().uri("/me").insert_header((COOKIE, cookie));

    let response = call_service(&app, request.to_request()).await;

    assert_eq!(read_body(response).await, r#""42""#);
}

mod tests {
    use actix_web::HttpResponse;
    use actix_web::body::MessageBody;
    use actix_web::test::read_body_json;
    use serde_json::Value;
    use session_cookie_actix::{Session, SessionError};

    use super::super::manager;
    use super::*;

    // The handlers of README.

    pub(super) async fn login(session: Session) -> Result<&'static str, SessionError> {
        session.clear();
        session.insert("user_id", "42")?;
        Ok("welcome")
    }

    pub(super) async fn me(session: Session) -> Result<web::Json<Option<String>>, SessionError> {
        Ok(web::Json(session.get("user_id")?))
    }

    // Those of the seed, and a cookie of the application's too.

    async fn log_in(session: Session) -> Result<HttpResponse, SessionError> {
        session.insert("user_id", "42")?;
        session.insert("username", "alice")?;
        Ok(HttpResponse::Ok().insert_header((SET_COOKIE, "theme=dark; Path=/")).json(json!({"ok": true})))
    }

    async fn who(session: Session) -> Result<web::Json<Value>, SessionError> {
        let [user_id, username] = [session.get::<String>("user_id")?, session.get::<String>("username")?];
        Ok(web::Json(json!({"user_id": user_id, "username": username})))
    }

    async fn log_out(session: Session) -> web::Json<Value> {
        session.clear();
        web::Json(json!({"ok": true}))
    }

    fn seed(config: &mut web::ServiceConfig) {
        config
            .route("/login", web::post().to(log_in))
            .route("/me", web::get().to(who))
            .route("/logout", web::post().to(log_out));
    }

    async fn json_of(response: ServiceResponse<impl MessageBody>) -> Value {
        read_body_json(response).await
    }

    #[actix_web::test]
    async fn a_client_logs_in_and_out() {
        let app = init_service(App::new().configure(seed).wrap(SessionMiddleware::new(manager()))).await;
        let mut cookies = BTreeMap::new();
        let no_one = json!({"user_id": null, "username": null});

        assert_eq!(json_of(send(&app, &mut cookies, TestRequest::get().uri("/me")).await).await, no_one);
        assert_eq!(send(&app, &mut cookies, TestRequest::post().uri("/login")).await.status(), 200);
        let me = json_of(send(&app, &mut cookies, TestRequest::get().uri("/me")).await).await;
        assert_eq!(me, json!({"user_id": "42", "username": "alice"}));
        assert_eq!(send(&app, &mut cookies, TestRequest::post().uri("/logout")).await.status(), 200);
        assert_eq!(cookies, BTreeMap::from([("theme".to_owned(), "dark".to_owned())]));
        assert_eq!(json_of(send(&app, &mut cookies, TestRequest::get().uri("/me")).await).await, no_one);
    }

    #[actix_web::test]
    async fn a_client_begins_logged_in() {
        let app = init_service(App::new().configure(seed).wrap(SessionMiddleware::new(manager()))).await;
        let mut cookies = BTreeMap::new();
        keep(&mut cookies, &manager().cookie_for(&json!({"user_id": "7", "username": "bob"})).unwrap());

        let me = json_of(send(&app, &mut cookies, TestRequest::get().uri("/me")).await).await;
        assert_eq!(me, json!({"user_id": "7", "username": "bob"}));
    }
}
