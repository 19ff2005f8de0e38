//! Rule 16: a response with our `Set-Cookie` is kept out of shared caches.

use crate::common::*;

#[test]
fn r16_a_response_with_our_cookie_and_no_cache_control_is_private() {
    let (header, log) = logged(|| header(&changed_answer(), "cache-control", &[], &[]));

    assert_eq!(header.as_deref(), Some("private"));
    assert_eq!(log, "");
}

#[test]
fn r16_a_removal_is_private_too() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.clear();

    assert_eq!(header(&manager.save(&session).unwrap(), "cache-control", &[], &[]).as_deref(), Some("private"));
}

#[test]
fn r16_a_response_without_our_cookie_is_left_alone() {
    let (headers, log) = logged(|| headers(&touched_answer(), &["Cookie"], &["public, max-age=60"]));

    assert_eq!(headers, []);
    assert_eq!(log, "");
}

#[test]
fn r16_the_responses_cache_control_is_not_changed() {
    for there in ["no-store", "private", "max-age=60", "no-cache, max-age=0", "s-maxage=1, publicity", "x=public"] {
        let (header, log) = logged(|| header(&changed_answer(), "cache-control", &[], &[there]));

        assert_eq!(header, None, "{there}");
        assert_eq!(log, "", "{there}");
    }
}

#[test]
fn r16_one_that_says_public_is_left_alone_and_logged_at_warn() {
    for there in
        [&["public"][..], &["Public"], &["max-age=60, public"], &["max-age=60,PUBLIC ,x"], &["max-age=60", "public"]]
    {
        let (header, log) = logged(|| header(&changed_answer(), "cache-control", &[], there));

        assert_eq!(header, None, "{there:?}");
        assert_eq!(lines(&log, "WARN").len(), 1, "{there:?}: {log}");
        assert!(log.contains("public"), "{log}");
    }
}
