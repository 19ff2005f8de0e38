use actix_session::storage::CookieSessionStore;
use actix_session::{Session as OldSession, SessionMiddleware as OldMiddleware};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::Key as OldKey;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse, Result, web};
use serde_json::Value;
use session_cookie_actix::{CookieConfig, Key, Origin, Session, SessionManager, SessionMiddleware};

use crate::{actix_after as after, actix_before as before};

async fn take_over(new: Session, old: OldSession, req: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse> {
    let came = !old.entries().is_empty();
    let moved = came && matches!(new.origin(), Origin::Verified { .. });
    if came && !moved {
        let kept = ["user_id", "cart"].map(|key| Some((key, old.get::<Value>(key).ok()??)));
        new.extend(kept.into_iter().flatten())?;
    }
    let response = next.call(req).await?;
    if moved || came && new.is_empty() && !response.status().is_server_error() {
        old.purge(); // the old middleware removes its cookie
    }
    Ok(response)
}

/// Sends a request, to the application of before the move or of after it. Returns its `Set-Cookie`s as `name=value`, and its body.
async fn send(moved: bool, bridge: bool, path: &str, cookies: &str) -> (Vec<String>, String) {
    let old = || OldMiddleware::new(CookieSessionStore::default(), OldKey::from(&[7; 64]));
    let manager = SessionManager::new(Key::new([7; 32]).unwrap(), CookieConfig::default()).unwrap();
    let request = TestRequest::with_uri(path).insert_header((COOKIE, cookies)).to_request();
    let response = if moved {
        let app = App::new()
            .route("/me", web::get().to(after::me))
            .route("/login", web::get().to(after::login))
            .route("/add", web::get().to(after::add))
            .route("/logout", web::get().to(after::logout))
            .route("/other", web::get().to(other))
            .route("/fails", web::get().to(fails))
            .service(web::scope("/guarded").wrap(from_fn(require_login)).route("", web::get().to(after::me)))
            .wrap(Condition::new(bridge, from_fn(take_over)))
            .wrap(old())
            .wrap(SessionMiddleware::new(manager));
        call_service(&init_service(app).await, request).await.map_into_boxed_body()
    } else {
        let app = App::new()
            .route("/me", web::get().to(before::me))
            .route("/login", web::get().to(before::login))
            .route("/logout", web::get().to(before::logout))
            .route(
                "/theme",
                web::get().to(async |session: actix_session::Session| session.insert("theme", "dark").map(|()| "")),
            )
            .wrap(old());
        call_service(&init_service(app).await, request).await.map_into_boxed_body()
    };
    let set = response.headers().get_all(SET_COOKIE);
    let set = set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
    (set, String::from_utf8(read_body(response).await.to_vec()).unwrap())
}

async fn require_login(
    session: Session,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse> {
    match session.contains_key("user_id") {
        true => Ok(next.call(request).await?.map_into_boxed_body()),
        false => Ok(request.into_response(HttpResponse::Unauthorized().finish())),
    }
}

/// Logs another user in.
async fn other(session: Session) -> Result<HttpResponse> {
    session.clear();
    session.insert("user_id", "43")?;
    Ok(HttpResponse::NoContent().finish())
}

async fn fails(session: Session) -> Result<HttpResponse> {
    session.discard()?;
    Ok(HttpResponse::InternalServerError().finish())
}

async fn old_login() -> String {
    let (set, _) = send(false, false, "/login", "").await;
    assert!(set[0].starts_with("id=") && set.len() == 1, "{set:?}");
    set[0].clone()
}

#[actix_web::test]
async fn a_user_of_actix_session_stays_logged_in_and_the_next_request_ends_the_old_session() {
    let old = old_login().await;
    assert_eq!(send(false, false, "/me", &old).await.1, r#""42""#);

    let (set, body) = send(true, true, "/me", &old).await;

    assert_eq!(body, r#""42""#);
    let [ours] = &*set else { panic!("{set:?}") };
    assert!(ours.starts_with("session="), "{ours}");
    let both = format!("{old}; {ours}");
    assert_eq!(send(true, true, "/me", &both).await, (vec!["id=".to_owned()], r#""42""#.to_owned()));
    assert_eq!(send(true, true, "/me", ours).await, (vec![], r#""42""#.to_owned()));
    assert_eq!(send(true, false, "/me", ours).await.1, r#""42""#, "without the bridge, when it was taken away again");
}

#[actix_web::test]
async fn a_request_that_was_under_way_with_the_cookie_of_actix_session_is_taken_over_too() {
    let old = old_login().await;

    send(true, true, "/me", &old).await;

    assert_eq!(send(true, true, "/me", &old).await.1, r#""42""#);
}

#[actix_web::test]
async fn a_guard_inside_of_the_bridge_lets_a_user_of_actix_session_pass() {
    assert_eq!(send(true, true, "/guarded", &old_login().await).await.1, r#""42""#);
    assert_eq!(send(true, true, "/guarded", "").await.1, "", "a visitor");
}

#[actix_web::test]
async fn another_user_who_logs_in_stays_when_the_old_session_of_actix_session_ends() {
    let old = old_login().await;
    let (set, _) = send(true, true, "/other", &old).await;

    let both = format!("{old}; {}", set[0]);

    assert_eq!(send(true, true, "/me", &both).await, (vec!["id=".to_owned()], r#""43""#.to_owned()));
}

#[actix_web::test]
async fn a_handler_that_fails_and_discards_does_not_end_the_session_of_actix_session() {
    let old = old_login().await;

    assert_eq!(send(true, true, "/fails", &old).await.0, [""; 0]);

    assert_eq!(send(true, true, "/me", &old).await.1, r#""42""#);
}

#[actix_web::test]
async fn without_the_bridge_a_user_of_actix_session_is_logged_out() {
    assert_eq!(send(true, false, "/me", &old_login().await).await.1, "null");
}

#[actix_web::test]
async fn a_logout_removes_both_cookies_of_actix_session_and_ours() {
    let (mut set, _) = send(true, true, "/logout", &old_login().await).await;

    set.sort();
    assert_eq!(set, ["id=", "session="]);
}

#[actix_web::test]
async fn an_old_cookie_of_actix_session_that_outlived_the_move_is_removed_and_does_not_undo_a_logout() {
    let old = old_login().await;
    let (set, _) = send(true, true, "/me", &old).await;
    let both = format!("{old}; {}", set.iter().find(|cookie| cookie.starts_with("session=")).unwrap());

    assert_eq!(send(true, true, "/me", &both).await, (vec!["id=".to_owned()], r#""42""#.to_owned()));
    let (mut set, _) = send(true, true, "/logout", &both).await;
    set.sort();
    assert_eq!(set, ["id=", "session="]);
}

#[actix_web::test]
async fn a_session_of_ours_is_not_overwritten_with_the_values_of_actix_session() {
    let (set, _) = send(true, true, "/add", "").await;

    let (_, body) = send(true, true, "/me", &format!("{}; {}", set[0], old_login().await)).await;

    assert_eq!(body, "null", "the user of our session is not logged in");
}

#[actix_web::test]
async fn an_old_session_of_actix_session_without_a_chosen_key_ends() {
    let (old, _) = send(false, false, "/theme", "").await;

    assert_eq!(send(true, true, "/me", &old[0]).await, (vec!["id=".to_owned()], "null".to_owned()));
}

#[actix_web::test]
async fn a_forged_cookie_of_actix_session_is_not_taken_over() {
    let (set, body) = send(true, true, "/me", "id=eyJ1c2VyX2lkIjoiNDIifQ").await;

    assert_eq!((set, body.as_str()), (vec![], "null"));
}

#[actix_web::test]
async fn junk_in_place_of_our_cookie_does_not_end_the_session_of_actix_session() {
    let (_, body) = send(true, true, "/me", &format!("session=junk; {}", old_login().await)).await;

    assert_eq!(body, r#""42""#);
}
