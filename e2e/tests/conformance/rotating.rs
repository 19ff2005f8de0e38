//! Rules 12 and 17 after the key has changed: a cookie of a fallback key is signed again, whatever the answer is.

use e2e::checks;
use e2e::raw_http::Request;

use crate::Check;
use crate::expect::{assert_alice, assert_max_age_until, assert_no_set_cookie, set_cookie, vary_cookie_count};
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice_of, alice_of_length};
use crate::signer::{now, open, sign, token};

pub(crate) const CHECKS: &[Check] = checks![
    r12_a_cookie_of_a_fallback_key_is_signed_again_with_its_own_time,
    r12_a_cookie_that_was_signed_again_needs_no_more_of_it,
    r12_a_fraction_of_a_second_survives_the_new_signature_as_whole_seconds,
    r12_a_new_signature_keeps_when_the_session_began_and_its_own_lifetime,
    r12_a_browser_session_is_signed_again_without_max_age,
    r12_a_change_to_a_cookie_of_a_fallback_key_takes_a_fresh_timestamp,
    r12_a_new_signature_that_does_not_fit_is_skipped_and_logged,
    r17_an_error_answer_carries_the_cookie_too,
];

/// A server that has just been given a new key and still knows the other one.
pub(crate) fn rotated(server: &Server) -> Server {
    server.beside_with(&[("SESSION_FALLBACK_KEYS", OTHER_SECRET)])
}

fn r12_a_cookie_of_a_fallback_key_is_signed_again_with_its_own_time(server: &Server) {
    let rotated = rotated(server);
    let data = r#"{"z":18446744073709551617,"user_id":"42","pi":3.10,"username":"\u0061lice"}"#;
    let t = now() - 1000;

    let response = rotated.get("/me", format!("session={}", token(OTHER_SECRET, data, t)));

    assert_alice(&response);
    let cookie = set_cookie(&response);
    let opened = open(SECRET, &cookie.value);
    assert_eq!((opened.data.as_str(), opened.t), (data, t));
    assert_max_age_until(&cookie, t + 3600);
    assert_eq!(cookie.attributes.split_once("; ").unwrap().1, "Path=/; HttpOnly; SameSite=Lax");
}

fn r12_a_cookie_that_was_signed_again_needs_no_more_of_it(server: &Server) {
    let rotated = rotated(server);
    let again = set_cookie(&rotated.get("/me", format!("session={}", alice_of(OTHER_SECRET, 1000))));

    let response = rotated.get("/me", again.pair());

    assert_alice(&response);
    assert_no_set_cookie(&response);
}

fn r12_a_fraction_of_a_second_survives_the_new_signature_as_whole_seconds(server: &Server) {
    let t = now() - 1000;
    let velocipys = sign(OTHER_SECRET, format!(r#"{{"d":{ALICE},"t":{t}.7587588}}"#));

    let cookie = set_cookie(&rotated(server).get("/me", format!("session={velocipys}")));

    // Rounded up, each new signature could make a session a little younger.
    assert_eq!(open(SECRET, &cookie.value).t, t);
    assert_max_age_until(&cookie, t + 3600);
}

fn r12_a_new_signature_keeps_when_the_session_began_and_its_own_lifetime(server: &Server) {
    let rotated = rotated(server);
    let (t, c) = (now() - 10, now() - 5000);
    for (members, kept) in [
        (format!(r#""t":{t},"c":{c}"#), (Some(c), None)),
        (format!(r#""t":{t},"m":100"#), (None, Some(100))),
        (format!(r#""t":{t},"m":0"#), (None, Some(0))),
        (format!(r#""t":{t},"c":{c},"m":100"#), (Some(c), Some(100))),
    ] {
        let old = sign(OTHER_SECRET, format!(r#"{{"d":{ALICE},{members}}}"#));

        let cookie = set_cookie(&rotated.get("/me", format!("session={old}")));

        let opened = open(SECRET, &cookie.value);
        assert_eq!((opened.t, opened.c, opened.m), (t, kept.0, kept.1));
        match kept.1 {
            None => assert_max_age_until(&cookie, t + 3600),
            Some(0) => assert_eq!(cookie.attributes, "Path=/; HttpOnly; SameSite=Lax"),
            Some(m) => assert_max_age_until(&cookie, t + m),
        }
    }
}

fn r12_a_browser_session_is_signed_again_without_max_age(server: &Server) {
    let rotated = server.beside_with(&[("SESSION_MAX_AGE", "none"), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);

    let cookie = set_cookie(&rotated.get("/me", format!("session={}", token(OTHER_SECRET, ALICE, 1))));

    assert_eq!(cookie.attributes, "Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(open(SECRET, &cookie.value).t, 1);
}

fn r12_a_change_to_a_cookie_of_a_fallback_key_takes_a_fresh_timestamp(server: &Server) {
    let before = now();
    let cookie = set_cookie(&rotated(server).post("/cart/add", format!("session={}", alice_of(OTHER_SECRET, 1000))));

    assert_eq!(cookie.max_age(), 3600);
    assert!((before..=now()).contains(&open(SECRET, &cookie.value).t));
}

fn r12_a_new_signature_that_does_not_fit_is_skipped_and_logged(server: &Server) {
    let rotated = rotated(server);
    let old = alice_of_length(OTHER_SECRET, 4095 - "session".len());

    let response = rotated.get("/me", format!("session={old}"));

    assert_alice(&response);
    assert_no_set_cookie(&response);
    assert_eq!(vary_cookie_count(&response), 1);
    let log = rotated.stop();
    assert!(log.contains("WARN") || log.contains("ERROR"), "{log}");
}

fn r17_an_error_answer_carries_the_cookie_too(server: &Server) {
    let rotated = rotated(server);
    let data = r#"{"user_id":1,"cart":2}"#;
    let broken = format!("session={}", token(OTHER_SECRET, data, now() - 10));
    let full = format!("/cart/add?item={}", "x".repeat(4000));
    for (method, target, status) in [("GET", "/me", 500), ("GET", "/cart", 500), ("POST", "/cart/add", 500)] {
        let response = rotated.answer(&Request::new(method, target).cookie(&broken));

        assert_eq!(response.status, status, "{method} {target}");
        assert_eq!(open(SECRET, &set_cookie(&response).value).data, data);
        assert_eq!(vary_cookie_count(&response), 1);
        assert_eq!(response.header("cache-control"), Some(b"private".as_slice()));
    }
    let response = rotated.post(&full, format!("session={}", alice_of(OTHER_SECRET, 10)));
    assert_eq!(response.status, 413);
    assert_eq!(open(SECRET, &set_cookie(&response).value).data, ALICE);
}
