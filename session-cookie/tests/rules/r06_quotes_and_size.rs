//! Rule 6: a value in double quotes, and a cookie that is too large to be read.

use session_cookie::{CookieConfig, DecodeError, Origin};

use crate::common::*;

/// A cookie of this many bytes, name and value, that verifies.
fn cookie_of_size(name: &str, size: usize) -> String {
    let token_length = size - name.len();
    let filler = (2900..3072).find(|filler| token(&data_of(*filler), NOW).len() == token_length);
    let token = token(&data_of(filler.expect("base64 reaches this length")), NOW);
    assert_eq!(name.len() + token.len(), size);
    format!("{name}={token}")
}

fn data_of(filler: usize) -> String {
    format!(r#"{{"user_id":"42","filler":"{}"}}"#, "x".repeat(filler))
}

#[test]
fn r06_a_value_in_double_quotes_counts_without_them() {
    let token = token(r#"{"user_id":"42"}"#, NOW);
    for header in [format!("session=\"{token}\""), format!("a=1; session= \"{token}\" ; b=2")] {
        assert_eq!(user(&manager().load([&header])).as_deref(), Some("42"), "{header}");
    }
}

#[test]
fn r06_half_or_double_quotes_are_part_of_the_value() {
    let token = token(r#"{"user_id":"42"}"#, NOW);
    for value in
        [format!("\"{token}"), format!("{token}\""), format!("\"\"{token}\"\""), format!("'{token}'"), "\"".to_owned()]
    {
        let session = manager().load([format!("session={value}")]);

        assert!(matches!(session.origin(), Origin::Rejected(_)), "{value}");
    }
}

#[test]
fn r06_name_and_value_of_4096_bytes_are_read() {
    let manager = manager_of(CookieConfig::default().with_name("sessions"));
    let cookie = cookie_of_size("sessions", 4096);

    assert_eq!(user(&manager.load([cookie])).as_deref(), Some("42"));
}

#[test]
fn r06_name_and_value_of_4097_bytes_are_refused() {
    assert_rejected(cookie_of_size("session", 4097), DecodeError::Malformed);
}

#[test]
fn r06_quotes_do_not_count_towards_the_4096_bytes() {
    let manager = manager_of(CookieConfig::default().with_name("sessions"));
    let cookie = cookie_of_size("sessions", 4096);
    let (name, value) = cookie.split_once('=').unwrap();

    assert_eq!(user(&manager.load([format!("{name}=\"{value}\"")])).as_deref(), Some("42"));
}

#[test]
fn r06_an_oversize_cookie_is_a_cookie_that_was_there() {
    let manager = manager();
    let session = manager.load([cookie_of_size("session", 4097)]);

    session.clear();

    assert!(save(&manager, &session).unwrap().starts_with("session=; Max-Age=0"));
}
