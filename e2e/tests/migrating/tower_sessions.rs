use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use session_cookie_axum::{CookieConfig, Key, Origin, Session, SessionError, SessionLayer, SessionManager};
use tower::ServiceExt;
use tower_sessions::cookie::time::Duration;
use tower_sessions::session::{Id, Record};
use tower_sessions::{MemoryStore, Session as OldSession, SessionManagerLayer, SessionStore};

use crate::tower_before::Failed;
use crate::{tower_after as after, tower_before as before};

async fn take_over(new: Session, old: OldSession, request: Request, next: Next) -> Result<Response, Failed> {
    let came = old.id().is_some();
    let moved = came && matches!(new.origin(), Origin::Verified { .. });
    if came && !moved {
        let kept = [("user_id", old.get_value("user_id").await?), ("cart", old.get_value("cart").await?)];
        new.extend(kept.into_iter().filter_map(|(key, value)| Some((key, value?))))?;
    }
    let response = next.run(request).await;
    if moved || came && new.is_empty() && !response.status().is_server_error() {
        old.flush().await?; // the old layer removes its cookie
    }
    Ok(response)
}

fn before(store: &MemoryStore) -> Router {
    let router = Router::new().route("/me", get(before::me)).route("/login", get(before::login));
    router.route("/logout", get(before::logout)).layer(SessionManagerLayer::new(store.clone()))
}

fn after(store: &MemoryStore, bridge: bool) -> Router {
    moved(bridge, SessionManagerLayer::new(store.clone()))
}

fn moved(bridge: bool, old: SessionManagerLayer<MemoryStore>) -> Router {
    let manager = SessionManager::new(Key::new([7; 32]).unwrap(), CookieConfig::default()).unwrap();
    let router = Router::new().route("/guarded", get(after::me)).route_layer(from_fn(require_login));
    let router = router.route("/me", get(after::me)).route("/login", get(after::login)).route("/other", get(other));
    let router = router.route("/add", get(after::add)).route("/logout", get(after::logout)).route("/fails", get(fails));
    let router = if bridge { router.layer(from_fn(take_over)) } else { router };
    router.layer(old).layer(SessionLayer::new(manager))
}

async fn require_login(session: Session, request: Request, next: Next) -> Response {
    match session.contains_key("user_id") {
        true => next.run(request).await,
        false => Response::builder().status(StatusCode::UNAUTHORIZED).body(Body::empty()).unwrap(),
    }
}

/// Logs another user in.
async fn other(session: Session) -> Result<(), SessionError> {
    session.clear();
    session.insert("user_id", "43")
}

async fn fails(session: Session) -> Result<StatusCode, SessionError> {
    session.discard()?;
    Ok(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Returns the response's `Set-Cookie`s as `name=value`, and its body.
async fn send(router: Router, path: &str, cookies: &str) -> (Vec<String>, String) {
    let request = Request::get(path).header(COOKIE, cookies).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let set = response.headers().get_all(SET_COOKIE).iter();
    let set = set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
    (set, String::from_utf8(to_bytes(response.into_body(), 4096).await.unwrap().to_vec()).unwrap())
}

async fn old_login(store: &MemoryStore) -> String {
    let (set, _) = send(before(store), "/login", "").await;
    assert!(set[0].starts_with("id=") && set.len() == 1, "{set:?}");
    set[0].clone()
}

/// Changes the stored record of the session that this cookie names.
async fn alter(store: &MemoryStore, cookie: &str, change: impl FnOnce(&mut Record)) -> Id {
    let id: Id = cookie.trim_start_matches("id=").parse().unwrap();
    let mut record = store.load(&id).await.unwrap().unwrap();
    change(&mut record);
    store.save(&record).await.unwrap();
    id
}

#[tokio::test]
async fn a_user_of_tower_sessions_stays_logged_in_and_the_next_request_ends_the_old_session() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    assert_eq!(send(before(&store), "/me", &old).await.1, r#""42""#);

    let (set, body) = send(after(&store, true), "/me", &old).await;

    assert_eq!(body, r#""42""#);
    let [ours] = &*set else { panic!("{set:?}") };
    assert!(ours.starts_with("session="), "{ours}");
    let both = format!("{old}; {ours}");
    assert_eq!(send(after(&store, true), "/me", &both).await, (vec!["id=".to_owned()], r#""42""#.to_owned()));
    assert_eq!(send(after(&store, true), "/me", &old).await.1, "null", "a copy of the old cookie");
    assert_eq!(send(after(&store, true), "/me", ours).await, (vec![], r#""42""#.to_owned()));
    assert_eq!(send(after(&store, false), "/me", ours).await.1, r#""42""#, "without the bridge, taken away again");
}

#[tokio::test]
async fn the_next_request_ends_an_old_session_of_tower_sessions_that_every_response_saves() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    let layer = || SessionManagerLayer::new(store.clone()).with_always_save(true);
    let (set, _) = send(moved(true, layer()), "/me", &old).await;
    let ours = set.iter().find(|cookie| cookie.starts_with("session=")).unwrap();

    assert_eq!(send(moved(true, layer()), "/me", &format!("{old}; {ours}")).await.0, ["id="]);

    assert_eq!(send(moved(true, layer()), "/me", &old).await.1, "null", "a copy of the old cookie");
}

#[tokio::test]
async fn a_guard_inside_of_the_bridge_lets_a_user_of_tower_sessions_pass() {
    let store = MemoryStore::default();

    assert_eq!(send(after(&store, true), "/guarded", &old_login(&store).await).await.1, r#""42""#);
    assert_eq!(send(after(&store, true), "/guarded", "").await.1, "", "a visitor");
}

#[tokio::test]
async fn another_user_who_logs_in_stays_when_the_old_session_of_tower_sessions_ends() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    let (set, _) = send(after(&store, true), "/other", &old).await;

    let both = format!("{old}; {}", set[0]);

    assert_eq!(send(after(&store, true), "/me", &both).await, (vec!["id=".to_owned()], r#""43""#.to_owned()));
    assert_eq!(send(after(&store, true), "/me", &old).await.1, "null", "a copy of the old cookie");
}

#[tokio::test]
async fn a_handler_that_fails_and_discards_does_not_end_the_session_of_tower_sessions() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;

    assert_eq!(send(after(&store, true), "/fails", &old).await.0, [""; 0]);

    assert_eq!(send(after(&store, true), "/me", &old).await.1, r#""42""#);
}

#[tokio::test]
async fn a_login_at_an_instance_without_the_bridge_is_ignored_while_the_browser_has_a_session_of_ours() {
    let store = MemoryStore::default();
    let (set, _) = send(after(&store, true), "/other", "").await;

    let both = format!("{}; {}", set[0], old_login(&store).await);

    assert_eq!(send(after(&store, true), "/me", &both).await, (vec!["id=".to_owned()], r#""43""#.to_owned()));
}

#[tokio::test]
async fn a_request_that_was_under_way_with_the_old_cookie_is_taken_over_too() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;

    send(after(&store, true), "/me", &old).await;

    assert_eq!(send(after(&store, true), "/me", &old).await.1, r#""42""#);
}

#[tokio::test]
async fn without_the_bridge_a_user_of_tower_sessions_is_logged_out() {
    let store = MemoryStore::default();

    assert_eq!(send(after(&store, false), "/me", &old_login(&store).await).await.1, "null");
}

#[tokio::test]
async fn a_logout_removes_both_cookies_of_tower_sessions_and_ours() {
    let store = MemoryStore::default();

    let (mut set, _) = send(after(&store, true), "/logout", &old_login(&store).await).await;

    set.sort();
    assert_eq!(set, ["id=", "session="]);
}

#[tokio::test]
async fn a_logout_with_the_old_cookie_ends_the_record_of_tower_sessions_too() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;

    send(after(&store, true), "/logout", &old).await;

    assert_eq!(send(after(&store, true), "/me", &old).await.1, "null", "a copy of the old cookie");
}

#[tokio::test]
async fn an_old_cookie_of_tower_sessions_that_outlived_the_move_is_removed_and_does_not_undo_a_logout() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    let (set, _) = send(after(&store, true), "/me", &old).await;
    let both = format!("{old}; {}", set.iter().find(|cookie| cookie.starts_with("session=")).unwrap());

    assert_eq!(send(after(&store, true), "/me", &both).await, (vec!["id=".to_owned()], r#""42""#.to_owned()));
    let (mut set, _) = send(after(&store, true), "/logout", &both).await;
    set.sort();
    assert_eq!(set, ["id=", "session="]);
    assert_eq!(send(after(&store, true), "/me", &old).await.1, "null", "a copy of the old cookie");
}

#[tokio::test]
async fn a_session_of_ours_is_not_overwritten_with_the_values_of_tower_sessions() {
    let store = MemoryStore::default();
    let (set, _) = send(after(&store, true), "/add", "").await;

    let cookies = format!("{}; {}", set[0], old_login(&store).await);

    assert_eq!(send(after(&store, true), "/me", &cookies).await.1, "null", "the user of our session is not logged in");
}

#[tokio::test]
async fn an_expired_session_of_tower_sessions_is_not_taken_over() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    alter(&store, &old, |record| record.expiry_date -= Duration::weeks(3)).await;

    let (set, body) = send(after(&store, true), "/me", &old).await;

    assert_eq!((set, body.as_str()), (vec!["id=".to_owned()], "null"));
}

#[tokio::test]
async fn an_old_session_of_tower_sessions_without_a_chosen_key_ends() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    let id = alter(&store, &old, |record| record.data = [("theme".to_owned(), "dark".into())].into()).await;

    assert_eq!(send(after(&store, true), "/me", &old).await, (vec!["id=".to_owned()], "null".to_owned()));
    assert!(store.load(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_old_session_of_tower_sessions_that_does_not_fit_is_a_500_and_stays_in_the_store() {
    let store = MemoryStore::default();
    let old = old_login(&store).await;
    alter(&store, &old, |record| _ = record.data.insert("cart".to_owned(), vec!["apple"; 1000].into())).await;

    let request = Request::get("/me").header(COOKIE, &old).body(Body::empty()).unwrap();
    let response = after(&store, true).oneshot(request).await.unwrap();

    assert_eq!(response.status(), 500);
    assert!(response.headers().get_all(SET_COOKIE).iter().next().is_none());
    assert_eq!(send(before(&store), "/me", &old).await.1, r#""42""#);
}

#[tokio::test]
async fn an_id_that_tower_sessions_never_gave_is_not_taken_over() {
    let (set, body) = send(after(&MemoryStore::default(), true), "/me", "id=AAAAAAAAAAAAAAAAAAAAAA").await;

    assert_eq!((set, body.as_str()), (vec!["id=".to_owned()], "null"));
}

#[tokio::test]
async fn junk_in_place_of_our_cookie_does_not_end_the_session_of_tower_sessions() {
    let store = MemoryStore::default();
    let cookies = format!("session=junk; {}", old_login(&store).await);

    assert_eq!(send(after(&store, true), "/me", &cookies).await.1, r#""42""#);
}
