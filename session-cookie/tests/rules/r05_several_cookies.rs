//! Rule 5: several cookies of one name.

use session_cookie::{DecodeError, Origin};

use crate::common::*;

#[test]
fn r05_of_several_cookies_the_first_that_verifies_wins() {
    let first = cookie(r#"{"user_id":"1"}"#);
    let second = cookie(r#"{"user_id":"2"}"#);

    let session = manager().load([format!("session=junk; {first}; {second}")]);

    assert_eq!(user(&session).as_deref(), Some("1"));
}

#[test]
fn r05_an_expired_and_a_strange_cookie_before_it_do_not_cost_the_session() {
    let expired = token(r#"{"user_id":"1"}"#, NOW - 3601);
    let no_session = sign(SECRET, "[]");
    let strange = sign(STRANGE_SECRET, envelope("{}", NOW));
    let good = token(r#"{"user_id":"42"}"#, NOW);

    let session =
        manager().load([format!("session={expired}; session={no_session}; session={strange}; session={good}")]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_seven_junk_cookies_end_no_session() {
    let junk = "session=junk; ".repeat(7);

    let session = manager().load([format!("{junk}{}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_the_ninth_cookie_is_not_tried() {
    let junk = "session=junk; ".repeat(8);

    let session = manager().load([format!("{junk}{}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(session.origin(), Origin::Rejected(DecodeError::Malformed));
    assert!(session.is_empty());
}

#[test]
fn r05_empty_quoted_and_oversize_junk_counts_as_junk_and_ends_no_session() {
    let huge = "x".repeat(5000);
    let forged = sign(STRANGE_SECRET, envelope("{}", NOW));
    let junk = format!(
        "session=; session=\"\"; session=\"; session={huge}; session=\"{huge}\"; session={forged}; session=a=b"
    );

    let session = manager().load([format!("{junk}; {}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_cookies_of_other_names_are_not_counted() {
    let others = "theme=dark; ".repeat(100);

    let session = manager().load([format!("{others}{}", cookie(r#"{"user_id":"42"}"#))]);

    assert_eq!(user(&session).as_deref(), Some("42"));
}

#[test]
fn r05_of_several_rejected_the_origin_reports_an_authentic_one_first() {
    let expired = cookie_of("{}", NOW - 3601);
    let early = cookie_of("{}", NOW + 61);
    let no_session = signed_cookie("[]");
    let forged = format!("session={}", sign(STRANGE_SECRET, "{}"));
    let junk = "session=junk".to_owned();
    for (cookies, reported) in [
        ([&junk, &expired], DecodeError::Expired),
        ([&expired, &junk], DecodeError::Expired),
        ([&forged, &early], DecodeError::IssuedInFuture),
        ([&early, &forged], DecodeError::IssuedInFuture),
        ([&forged, &no_session], DecodeError::InvalidPayload),
        ([&no_session, &junk], DecodeError::InvalidPayload),
        ([&expired, &early], DecodeError::Expired),
        ([&early, &expired], DecodeError::IssuedInFuture),
        ([&junk, &forged], DecodeError::Malformed),
        ([&forged, &junk], DecodeError::InvalidSignature),
    ] {
        let session = manager().load(cookies);

        assert_eq!(session.origin(), Origin::Rejected(reported), "{cookies:?}");
    }
}
