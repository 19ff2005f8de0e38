//! Rule 16: a response with our `Set-Cookie` is kept out of shared caches.

use crate::common::*;

#[test]
fn r16_a_response_with_our_cookie_and_no_cache_control_is_private() {
    let answer = changed_answer();
    let (header, log) = logged(|| header(&answer, "cache-control", &[], &[]));

    assert_eq!(header.as_deref(), Some("private"));
    assert_eq!(log.lines().count(), lines(&log, "DEBUG").len(), "{log}");
}

#[test]
fn r16_a_removal_is_private_too() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.clear();

    assert_eq!(header(&manager.save(&session).unwrap(), "cache-control", &[], &[]).as_deref(), Some("private"));
}

#[test]
fn r16_a_response_without_our_cookie_is_left_alone() {
    let answer = touched_answer();
    let (headers, log) = logged(|| headers(&answer, &["Cookie"], &["public, max-age=60"]));

    assert_eq!(headers, []);
    assert_eq!(log.lines().count(), lines(&log, "DEBUG").len(), "{log}");
}

#[test]
fn r16_private_goes_beside_what_is_there() {
    for (there, expected) in [
        (&["max-age=60"][..], "private, max-age=60"),
        (&["no-cache, max-age=0"], "private, no-cache, max-age=0"),
        (&["no-cache", "max-age=0"], "private, no-cache, max-age=0"),
        (&["publicity, x=public"], "private, publicity, x=public"),
        (&["", " , "], "private"),
        // Other white space belongs to the directive, which no cache knows then.
        (&["\u{a0}private"], "private, \u{a0}private"),
        (&["\u{a0}public"], "private, \u{a0}public"),
        (&["no-store, must-understand"], "private, no-store, must-understand"),
        (&[r#"private="set-cookie""#], r#"private, private="set-cookie""#),
        (&[r#"no-cache="a, no-store""#], r#"private, no-cache="a, no-store""#),
        (&[r#"x="a\", private""#], r#"private, x="a\", private""#),
        (&[r#"x="a\", private, b""#], r#"private, x="a\", private, b""#),
        (&[r#"x="unclosed, private"#], r#"private, x="unclosed, private"#),
    ] {
        let answer = changed_answer();
        let (header, log) = logged(|| header(&answer, "cache-control", &[], there));

        assert_eq!(header.as_deref(), Some(expected), "{there:?}");
        assert_eq!(log.lines().count(), lines(&log, "DEBUG").len(), "{there:?}: {log}");
    }
}

#[test]
fn r16_what_keeps_shared_caches_out_already_is_left_alone() {
    for there in ["no-store", "private", "PRIVATE", "no-store, max-age=60", "max-age=60 ,Private", r"x=\, private"] {
        let answer = changed_answer();
        let (header, log) = logged(|| header(&answer, "cache-control", &[], &[there]));

        assert_eq!(header, None, "{there}");
        assert_eq!(log.lines().count(), lines(&log, "DEBUG").len(), "{there}: {log}");
    }
}

#[test]
fn r16_public_and_s_maxage_are_taken_out_and_that_is_logged_at_warn() {
    for (there, expected) in [
        (&["public"][..], "private"),
        (&["Public"], "private"),
        (&["max-age=60, public"], "private, max-age=60"),
        (&["max-age=60,PUBLIC ,x"], "private, max-age=60, x"),
        (&["max-age=60", "public"], "private, max-age=60"),
        (&["s-maxage=600"], "private"),
        (&["S-MaxAge = 600, max-age=1"], "private, max-age=1"),
        (&["public, no-store"], "no-store"),
        (&["private, s-maxage=1"], "private"),
    ] {
        let answer = changed_answer();
        let (header, log) = logged(|| header(&answer, "cache-control", &[], there));

        assert_eq!(header.as_deref(), Some(expected), "{there:?}");
        assert_eq!(lines(&log, "WARN").len(), 1, "{there:?}: {log}");
        assert!(log.contains("cache-control"), "{log}");
    }
}

#[test]
fn r16_a_header_that_lets_a_sites_own_cache_store_is_logged_at_warn() {
    let warnings = |name: &str, value: &str| {
        let answer = changed_answer();
        let (_, log) = logged(|| answer.headers(|header| (header == name).then_some(value)));
        lines(&log, "WARN").len()
    };
    for name in ["cdn-cache-control", "surrogate-control", "cloudflare-cdn-cache-control", "vercel-cdn-cache-control"] {
        for (value, lines) in [("max-age=60", 1), ("no-store", 0), ("private, max-age=1", 0), ("no-cache", 1), ("", 0)]
        {
            assert_eq!(warnings(name, value), lines, "{name}: {value}");
        }
    }
    for (value, lines) in [("600", 1), ("@1700000000", 1), ("0", 0), ("", 0)] {
        assert_eq!(warnings("x-accel-expires", value), lines, "{value}");
    }
}

#[test]
fn r16_a_cache_control_that_is_not_text_is_replaced() {
    let answer = changed_answer();
    let headers = answer.headers(|name| (name == "cache-control").then_some(b"\xff, max-age=1".as_slice()));

    assert_eq!(headers.iter().find(|header| header.name == "cache-control").unwrap().value, "private");
}
