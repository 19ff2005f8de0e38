//! Rule 1: without a cookie of the configured name a session is new and empty.

use session_cookie::{CookieConfig, Origin};

use crate::common::*;

#[test]
fn r01_without_a_cookie_header_the_session_is_new_and_empty() {
    let session = manager().load(NO_HEADERS);

    assert_eq!(session.origin(), Origin::New);
    assert!(session.is_empty());
    assert_eq!(session.len(), 0);
    assert_eq!(session.keys(), Vec::<String>::new());
}

#[test]
fn r01_without_a_cookie_of_that_name_the_session_is_new_and_empty() {
    let header = format!("theme=dark; other={}", token(r#"{"user_id":"42"}"#, NOW));

    let session = manager().load([header]);

    assert_eq!(session.origin(), Origin::New);
    assert!(session.is_empty());
}

#[test]
fn r01_a_cookie_whose_name_only_begins_or_ends_like_it_is_another() {
    let token = token(r#"{"user_id":"42"}"#, NOW);
    for name in ["session2", "sessio", "my_session", "session.x", "session[0]", "$session", "x session"] {
        let session = manager().load([format!("{name}={token}")]);

        assert_eq!(session.origin(), Origin::New, "{name}");
    }
}

#[test]
fn r01_cookie_names_are_compared_with_their_case() {
    let session = manager().load([format!("Session={}", token("{}", NOW))]);

    assert_eq!(session.origin(), Origin::New);
}

#[test]
fn r01_a_name_without_a_value_is_no_cookie_of_that_name() {
    for header in ["session", "; ;session;", "theme=dark; session", ""] {
        assert_eq!(manager().load([header]).origin(), Origin::New, "{header}");
    }
}

#[test]
fn r01_the_configured_name_is_the_one_that_counts() {
    let manager = manager_of(CookieConfig::default().with_name("id"));
    let token = token(r#"{"user_id":"42"}"#, NOW);

    assert_eq!(user(&manager.load([format!("id={token}")])).as_deref(), Some("42"));
    assert_eq!(manager.load([format!("session={token}")]).origin(), Origin::New);
}
