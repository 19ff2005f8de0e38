//! Each log line that the page about symptoms quotes is provoked here, and has to be logged in the page's words.

use session_cookie::{CookieConfig, Key, Session, SessionError, SessionManager, UnixTime};
use test_support::log::logged;

const PAGE: &str = include_str!("../../../session-cookie/src/guide/troubleshooting.md");
const NOW: u64 = 1_767_225_600;

/// A manager whose clock is this many seconds after the present of the tests.
fn manager(secret: &str, later: u64) -> SessionManager {
    SessionManager::new(Key::new(secret.repeat(32)).unwrap(), CookieConfig::default())
        .unwrap()
        .with_clock(move || UnixTime::from_secs(NOW + later))
}

fn cookie(secret: &str, later: u64) -> String {
    manager(secret, later).cookie_for(&serde_json::json!({"user_id": "42"})).unwrap()
}

/// The log of reading the session of this `Cookie` header.
fn log_of(header: &str) -> String {
    let manager = manager("a", 0);
    logged(|| manager.load([header]).is_empty()).1
}

/// The log of a response that has this header and gets the session's cookie.
fn log_of_answer(header: &str, value: &str) -> String {
    let manager = manager("a", 0);
    let session = manager.new_session();
    session.insert("user_id", "42").unwrap();
    let answer = manager.save(&session).unwrap();
    logged(|| drop(answer.headers(|name| (name == header).then_some(value)))).1
}

/// Asserts that the page quotes this text, in one line or over two.
fn assert_quoted(text: &str) {
    let page: Vec<&str> = PAGE.split_whitespace().collect();
    assert!(page.join(" ").contains(&format!("`{text}")), "troubleshooting.md lacks `{text}`");
}

/// The line of the page that shows this event.
fn shown(event: &str) -> &str {
    PAGE.lines().find(|line| line.starts_with("DEBUG") && line.contains(event)).unwrap()
}

fn assert_logged(log: &str, text: &str) {
    assert_quoted(text);
    assert!(log.contains(text), "{text:?} is not in\n{log}");
}

#[test]
fn a_rejected_cookie_is_logged_with_its_reason_as_the_page_shows() {
    let expired = manager("a", 0).with_clock(|| UnixTime::from_secs(NOW - 3601));
    let expired = expired.cookie_for(&serde_json::json!({"user_id": "42"})).unwrap();
    for (header, reason) in [
        ("session=garbage", "malformed"),
        (&*cookie("b", 0), "invalid signature"),
        (&*expired, "expired"),
        (&*cookie("a", 3600), "issued in future"),
    ] {
        let log = log_of(header);

        assert_quoted(reason);
        let line =
            format!("DEBUG session_cookie::issuer: session cookie rejected cookie=\"session\" reason={reason:?} key=");
        assert!(log.contains(&line), "{line} is not in\n{log}");
        assert_eq!(log.contains(shown("session cookie rejected")), reason == "expired", "as on the page:\n{log}");
    }
}

#[test]
fn a_request_without_the_cookie_is_logged_with_the_names_that_came() {
    let log = log_of("theme=dark; Session=x");

    assert_quoted("session cookie missing");
    assert!(log.contains(shown("session cookie missing")), "as on the page:\n{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
}

#[test]
fn a_request_whose_session_no_handler_touches_logs_nothing() {
    let manager = manager("a", 0);
    for header in ["theme=dark", "session=garbage", &cookie("a", 0)] {
        assert_eq!(logged(|| drop(manager.load([header]))).1, "");
    }
}

#[test]
fn a_cookie_that_is_good_is_logged() {
    let manager = manager("a", 12);

    let (_, log) = logged(|| manager.load([cookie("a", 0)]).len());

    assert!(log.contains(shown("session cookie verified")), "as on the page:\n{log}");
}

#[test]
fn a_change_that_is_refused_is_logged_where_its_error_is_dropped() {
    let manager = manager("a", 0);
    let session = manager.new_session();
    let _answer = manager.save(&session).unwrap();

    let (_, log) = logged(|| session.insert("user_id", "42"));

    assert_logged(&log, "session change refused");
    assert!(log.contains("the response's headers are already sent"), "{log}");
}

#[test]
fn a_cookie_that_a_response_sets_is_logged() {
    let manager = manager("a", 0);
    let session = manager.new_session();
    session.insert("user_id", "42").unwrap();

    let (_, log) = logged(|| manager.save(&session).unwrap().headers(|_| [""; 0]));

    assert_logged(&log, "session cookie set");
    assert!(log.contains(r#"cookie="session" why="changed""#), "{log}");
}

#[test]
fn a_manager_logs_its_key_when_it_is_built() {
    assert_logged(&logged(|| manager("a", 0)).1, "sessions are signed with this key");
}

#[test]
fn a_clock_that_is_ahead_is_logged() {
    let log = log_of(&cookie("a", 3600));
    assert_logged(&log, "a session cookie was signed by a server whose clock is ahead of this one's");
}

#[test]
fn several_authentic_cookies_are_logged() {
    let log = log_of(&[cookie("a", 0), cookie("a", 1)].join("; "));
    assert_logged(&log, "a browser sent several authentic session cookies");
}

#[test]
fn a_response_that_caches_may_store_is_logged() {
    let log = log_of_answer("cache-control", "public, max-age=60");
    assert_logged(&log, "a response with a session's Set-Cookie lets shared caches store it");
}

#[test]
fn a_response_that_sets_the_cookie_itself_is_logged() {
    let log = log_of_answer("set-cookie", "session=x");
    assert_logged(&log, "a response sets a cookie of the session's name too");
}

#[test]
fn two_managers_of_one_name_are_logged() {
    let outer = manager("a", 0).new_session();

    let (_, log) = logged(|| drop(manager("b", 0).begin(Some(&outer), ["x=y"])));

    assert_logged(&log, "two session managers in one stack have the same cookie name");
}

#[test]
fn a_change_after_the_response_is_told() {
    let manager = manager("a", 0);
    let session = manager.new_session();
    let _answer = manager.save(&session).unwrap();

    let ((), log) = logged(|| Session::clear(&session));

    assert_logged(&log, "a call on the session did nothing");
    assert_says(session.insert("user_id", "42"), "the response's headers are already sent");
}

#[test]
fn errors_say_what_the_page_says() {
    #[derive(Debug, serde::Deserialize)]
    struct Shape {
        #[serde(rename = "user_id")]
        _user_id: u64,
    }
    let manager = manager("a", 0);
    assert_says(manager.load([cookie("a", 0)]).read::<Shape>(), "the session does not read as");
    assert_says(manager.new_session().insert("x", "x".repeat(5000)), "the session cookie would have");
}

#[test]
fn what_the_adapters_log_is_what_the_page_says() {
    let session = session_cookie_axum::SessionError::MissingLayer;
    let (_, axum) = logged(|| axum::response::IntoResponse::into_response(session));
    let session = session_cookie_actix::SessionError::MissingMiddleware;
    let (_, actix) = logged(|| actix_web::ResponseError::error_response(&session));

    for log in [axum, actix] {
        assert_logged(&log, "session error; responding with 500");
        assert_logged(&log, "the request carries no session");
    }
    assert_quoted("session changes are lost: the inner service failed");
    assert!(
        include_str!("../../../adapter-axum/src/future.rs")
            .contains("session changes are lost: the inner service failed")
    );
}

fn assert_says<T: std::fmt::Debug>(result: Result<T, SessionError>, text: &str) {
    assert_quoted(text);
    let error = result.unwrap_err().to_string();
    assert!(error.starts_with(text), "{error}");
}
