//! Makes the libraries log each of their events.

use std::time::Duration;

use axum::http::{Request, Response};
use axum::response::IntoResponse;
use serde_json::json;
use session_codec::{Claims, Codec};
use session_cookie::{CookieConfig, Key, Refresh, Session, SessionManager, SessionSettings, UnixTime};
use session_cookie_axum::SessionLayer;
use tower::{Layer, ServiceExt};

const NOW: u64 = 1_767_225_600;
const SECRET: &str = "the secret of the page about the log";
const OLD_SECRET: &str = "the secret before it, long enough too";

pub(super) fn all() {
    building();
    opening();
    answering();
    calling();
    sending();
    adapters();
}

fn key(secret: &str) -> Key {
    Key::new(secret).unwrap()
}

fn manager_of(config: CookieConfig) -> SessionManager {
    SessionManager::new(key(SECRET), config).unwrap().with_clock(|| UnixTime::from_secs(NOW))
}

fn manager() -> SessionManager {
    manager_of(CookieConfig::default())
}

/// A cookie with these data, signed now with this secret.
fn cookie_of(secret: &str, data: &serde_json::Value, at: u64) -> String {
    let token = Codec::new(key(secret)).encode_with(data, Claims::new(UnixTime::from_secs(at))).unwrap();
    format!("session={token}")
}

fn cookie(at: u64) -> String {
    cookie_of(SECRET, &json!({"user_id": "42"}), at)
}

fn building() {
    // The first manager of the process, with `secure` unset.
    drop(manager_of(CookieConfig::default().with_max_age(None)));
    drop(manager_of(CookieConfig::default().with_max_age(Duration::from_secs(500 * 86_400))));
    drop(SessionManager::new(key("an example secret of 32 bytes or more"), CookieConfig::default()));
    drop(manager().sibling(CookieConfig::default().with_name("oauth")));
    manager().set_keys(key(SECRET), [key(OLD_SECRET)]).unwrap();
    let settings = SessionSettings::from_env().unwrap();
    settings.with_secret_key(SECRET).with_fallback_keys([OLD_SECRET]).keys().unwrap();
}

/// Touches the session of a request.
fn open(manager: &SessionManager, header: &str) {
    _ = manager.load([header]).len();
}

fn opening() {
    let manager = manager();
    let token = Codec::new(key(SECRET)).encode_json(r#"{"d":1}"#, Claims::new(UnixTime::from_secs(NOW))).unwrap();
    for header in [
        "",
        "theme=dark; lang=en",
        &cookie(NOW),
        "session=garbage",
        &cookie_of(OLD_SECRET, &json!({}), NOW),
        &cookie(NOW - 3601),
        &cookie(NOW + 61),
        &format!("{}; {}", cookie(NOW), cookie(NOW - 1)),
        &format!("session={token}"),
    ] {
        open(&manager, header);
    }
    let session = manager.load([cookie(NOW)]);
    _ = manager.save(&session).unwrap();
    _ = session.len();
}

/// Saves the session of a request after this.
fn answer(manager: &SessionManager, header: &str, act: fn(&Session)) {
    let session = manager.load([header]);
    act(&session);
    _ = manager.save(&session).unwrap().headers(|_| [""; 0]);
}

fn answering() {
    let refreshing = manager_of(CookieConfig::default().with_refresh(Refresh::After(Duration::from_secs(1))));
    let rotated = manager().with_fallback_keys([key(OLD_SECRET)]).unwrap();
    answer(&manager(), "", |session| session.insert("user_id", "42").unwrap());
    answer(&manager(), &cookie(NOW), |session| session.renew());
    answer(&manager(), &cookie(NOW), |session| session.clear());
    answer(&refreshing, &cookie(NOW - 2), |session| _ = session.len());
    answer(&rotated, &cookie_of(OLD_SECRET, &json!({"user_id": "42"}), NOW), |session| _ = session.len());

    // Of 4096 bytes without its attributes, as a server with a higher limit signs it.
    let large = cookie_of(SECRET, &json!({"k": "x".repeat(2994), "small": 1}), NOW);
    let with_created_at = manager_of(CookieConfig::default().with_max_lifetime(Duration::from_secs(86_400)));
    let shrink = |session: &Session| session.insert("k", "x".repeat(2993)).unwrap();
    answer(&manager(), &large, |session| session.renew());
    answer(&manager(), &large, shrink);
    answer(&with_created_at, &large, shrink);
}

fn calling() {
    let manager = manager();
    let session = manager.load([cookie(NOW)]);
    session.insert("note", "x".repeat(5000)).unwrap_err();
    _ = manager.save(&session).unwrap();
    session.insert("note", "x").unwrap_err();
    session.clear();
}

fn sending() {
    let changed = |manager: &SessionManager| {
        let (session, pending) = manager.begin(None, [""]);
        session.insert("user_id", "42").unwrap();
        (session, pending.unwrap())
    };
    let manager = manager();
    drop(changed(&manager));

    let (session, pending) = changed(&manager);
    let answer = manager.save(&session).unwrap();
    assert!(pending.save().is_none());
    _ = answer.headers(|name| (name == "set-cookie").then_some("session=x"));
    _ = answer.headers(|name| (name == "cache-control").then_some("public"));

    let (outer, _pending) = manager.begin(None, [""]);
    _ = manager_of(CookieConfig::default()).begin(Some(&outer), [""]);
}

fn adapters() {
    _ = session_cookie_axum::SessionError::MissingLayer.into_response();
    _ = actix_web::ResponseError::error_response(&session_cookie_actix::SessionError::MissingMiddleware);

    let service = SessionLayer::new(manager()).layer(tower::service_fn(async |request: Request<()>| {
        let session = request.extensions().get::<session_cookie_axum::Session>().unwrap();
        session.insert("user_id", "42").unwrap();
        Err::<Response<()>, _>("no answer")
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(service.oneshot(Request::new(()))).unwrap_err();
}
