use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::{App, Error, web};
use serde_json::{Value, json};
use session_cookie_actix::{Session, SessionError, SessionMiddleware};

use super::manager;

async fn send<S, B>(app: &S, cookie: &mut Option<String>, request: TestRequest) -> ServiceResponse<B>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    let request = match &*cookie {
        Some(cookie) => request.insert_header((COOKIE, cookie.as_str())),
        None => request,
    };
    let response = call_service(app, request.to_request()).await;
    if let Some(set_cookie) = response.headers().get(SET_COOKIE) {
        let set_cookie = set_cookie.to_str().unwrap();
        let pair = set_cookie.split(';').next().map(str::to_owned);
        *cookie = pair.filter(|_| !set_cookie.contains("; Max-Age=0"));
    }
    response
}

async fn login(session: Session) -> Result<web::Json<Value>, SessionError> {
    session.insert("user_id", "42")?;
    session.insert("username", "alice")?;
    Ok(web::Json(json!({"ok": true})))
}

async fn me(session: Session) -> Result<web::Json<Value>, SessionError> {
    let [user_id, username] = [session.get::<String>("user_id")?, session.get::<String>("username")?];
    Ok(web::Json(json!({"user_id": user_id, "username": username})))
}

async fn logout(session: Session) -> web::Json<Value> {
    session.clear();
    web::Json(json!({"ok": true}))
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/login", web::post().to(login))
        .route("/me", web::get().to(me))
        .route("/logout", web::post().to(logout));
}

async fn json_of(response: ServiceResponse<impl MessageBody>) -> Value {
    read_body_json(response).await
}

#[actix_web::test]
async fn a_client_logs_in_and_out() {
    let app = init_service(App::new().configure(routes).wrap(SessionMiddleware::new(manager()))).await;
    let mut cookie = None;
    let no_one = json!({"user_id": null, "username": null});

    assert_eq!(json_of(send(&app, &mut cookie, TestRequest::get().uri("/me")).await).await, no_one);
    assert_eq!(send(&app, &mut cookie, TestRequest::post().uri("/login")).await.status(), 200);
    let me = json_of(send(&app, &mut cookie, TestRequest::get().uri("/me")).await).await;
    assert_eq!(me, json!({"user_id": "42", "username": "alice"}));
    assert_eq!(send(&app, &mut cookie, TestRequest::post().uri("/logout")).await.status(), 200);
    assert_eq!(cookie, None);
    assert_eq!(json_of(send(&app, &mut cookie, TestRequest::get().uri("/me")).await).await, no_one);
}

#[actix_web::test]
async fn a_client_begins_logged_in() {
    let app = init_service(App::new().configure(routes).wrap(SessionMiddleware::new(manager()))).await;
    let mut cookie = Some(manager().cookie_for(&json!({"user_id": "7", "username": "bob"})).unwrap());

    let me = json_of(send(&app, &mut cookie, TestRequest::get().uri("/me")).await).await;
    assert_eq!(me, json!({"user_id": "7", "username": "bob"}));
}
