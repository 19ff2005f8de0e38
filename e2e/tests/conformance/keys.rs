//! Rules 23 and 24: which keys are accepted, and what is never logged.

use e2e::{DemoServer, checks, raw_http::Request};

use crate::Check;
use crate::configuring::assert_refused;
use crate::expect::{assert_alice, assert_logged_out, assert_no_set_cookie, set_cookie};
use crate::rotating::rotated;
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::{now, open, sign, token};

pub(crate) const CHECKS: &[Check] = checks![
    r23_signing_is_by_the_primary_key_only,
    r23_every_one_of_eight_fallback_keys_verifies,
    r23_a_key_that_was_removed_no_longer_counts,
    r23_a_secret_counts_by_its_bytes_as_given,
    r23_without_a_key_the_demo_warns_once_and_signs_with_a_random_one,
    r23_a_key_that_is_too_short_is_refused_and_not_repeated,
    r23_more_than_eight_fallback_keys_are_refused,
    r23_fallback_keys_without_a_primary_key_are_refused,
    r24_no_secret_token_or_value_is_in_the_log,
    r24_no_secret_token_or_value_is_in_an_error_answer,
];

fn r23_signing_is_by_the_primary_key_only(server: &Server) {
    let rotated = rotated(server);
    let old = format!("session={}", alice_of(OTHER_SECRET, 10));

    for cookie in ["", &old] {
        assert_eq!(open(SECRET, &set_cookie(&rotated.post("/login", cookie)).value).data, ALICE);
    }
}

fn r23_every_one_of_eight_fallback_keys_verifies(server: &Server) {
    let keys: Vec<String> = (1..=8).map(|n| format!("fallback key number {n}: long enough")).collect();
    let rotating = server.beside_with(&[("SESSION_FALLBACK_KEYS", &keys.join(","))]);

    for key in &keys {
        let response = rotating.get("/me", format!("session={}", alice_of(key, 10)));

        assert_alice(&response);
        open(SECRET, &set_cookie(&response).value);
    }
    let response = rotating.get("/me", format!("session={}", alice()));
    assert_alice(&response);
    assert_no_set_cookie(&response);
}

fn r23_a_key_that_was_removed_no_longer_counts(server: &Server) {
    let rotated = server.beside_with(&[("SESSION_SECRET_KEY", OTHER_SECRET)]);

    assert_logged_out(&rotated.get("/me", format!("session={}", alice())));
    assert_alice(&rotated.get("/me", format!("session={}", alice_of(OTHER_SECRET, 0))));
}

fn r23_a_secret_counts_by_its_bytes_as_given(server: &Server) {
    for (secret, tidied) in [
        (" spaces around a secret, and a tab\t", "spaces around a secret, and a tab"),
        ("\"a secret in double quotes, as in a file\"", "a secret in double quotes, as in a file"),
        ("\u{1f996} \u{e9}, = ; % ' \\ $HOME `x` # and so on", "\u{1f996} e\u{301}, = ; % ' \\ $HOME `x` # and so on"),
        ("A SECRET THAT IS ALL CAPITAL LETTERS", "a secret that is all capital letters"),
    ] {
        let exact = server.beside_with(&[("SESSION_SECRET_KEY", secret)]);

        assert_alice(&exact.get("/me", format!("session={}", alice_of(secret, 0))));
        assert_logged_out(&exact.get("/me", format!("session={}", alice_of(tidied, 0))));
        open(secret, &set_cookie(&exact.post("/login", "")).value);
    }
}

fn r23_without_a_key_the_demo_warns_once_and_signs_with_a_random_one(server: &Server) {
    let (one, other) = (server.beside_without_key(), server.beside_without_key());
    let session = set_cookie(&one.post("/login", "")).pair();

    for _ in 0..3 {
        assert_alice(&one.get("/me", &session));
    }
    assert_logged_out(&other.get("/me", &session));

    let log = one.stop();
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("WARN")).collect();
    assert!(matches!(warnings[..], [warning] if warning.contains("SESSION_SECRET_KEY")), "{log}");
}

fn r23_a_key_that_is_too_short_is_refused_and_not_repeated(server: &Server) {
    for (env, variable, short) in [
        ([("SESSION_SECRET_KEY", "hunter2-hunter2")], "SESSION_SECRET_KEY", "hunter2"),
        ([("SESSION_SECRET_KEY", "thirty-one bytes are one short.")], "SESSION_SECRET_KEY", "thirty-one bytes"),
        ([("SESSION_SECRET_KEY", "1234567890")], "SESSION_SECRET_KEY", "1234567890"),
        ([("SESSION_FALLBACK_KEYS", "hunter2-hunter2")], "SESSION_FALLBACK_KEYS", "hunter2"),
        (
            [("SESSION_FALLBACK_KEYS", "another key of the conformance suite,hunter2-hunter2")],
            "SESSION_FALLBACK_KEYS",
            "hunter2",
        ),
    ] {
        let line = assert_refused(server, &env, variable);

        assert!(line.contains("with_short_secret") && line.contains("32"), "{line}");
        assert!(!line.contains(short), "{line}");
    }
    assert_refused(server, &[("SESSION_SECRET_KEY", "")], "SESSION_SECRET_KEY");
    assert_refused(
        server,
        &[("SESSION_FALLBACK_KEYS", "another key of the conformance suite,,")],
        "SESSION_FALLBACK_KEYS",
    );
}

fn r23_more_than_eight_fallback_keys_are_refused(server: &Server) {
    let keys = [OTHER_SECRET; 9].join(",");

    let line = assert_refused(server, &[("SESSION_FALLBACK_KEYS", &keys)], "SESSION_FALLBACK_KEYS");

    assert!(line.contains('8'), "{line}");
}

fn r23_fallback_keys_without_a_primary_key_are_refused(server: &Server) {
    let refusal = DemoServer::start_expecting_failure(server.framework(), &[("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);

    assert!(refusal.stderr.contains("SESSION_SECRET_KEY") && !refusal.stderr.contains(OTHER_SECRET), "{refusal:?}");
}

/// The texts that no log and no answer may hold.
const VALUES: [&str; 6] = ["value-4711", "value-4712", "value-4713", "40961.5", "value-4714", "value-4715"];

/// Requests whose sessions hold [`VALUES`] where they don't fit, so that errors have something to quote.
fn tokens_with_values() -> Vec<String> {
    vec![
        token(SECRET, r#"{"user_id":"value-4711","username":["value-4712"],"cart":"value-4713"}"#, now()),
        token(SECRET, r#"{"user_id":40961.5,"username":{"value-4714":1},"cart":["value-4711",40961.5]}"#, now()),
        token(SECRET, r#"{"user_id":["value-4715"],"cart":{"value-4712":"value-4713"}}"#, now()),
        token(SECRET, r#"{"user_id":value-4711,"cart":[value-4712]}"#, now()),
        sign(SECRET, format!(r#"{{"d":"value-4711","t":{}}}"#, now())),
        sign(SECRET, r#"{"d":{"user_id":"value-4711"},"t":"value-4712"}"#),
        token(SECRET, r#"{"user_id":"value-4711"}"#, now() - 4000),
        token(OTHER_SECRET, r#"{"user_id":"value-4711"}"#, now()),
        token("a third key that no server knows of", r#"{"user_id":"value-4711"}"#, now()),
    ]
}

fn r24_no_secret_token_or_value_is_in_the_log(server: &Server) {
    let talkative = server.beside_with(&[("RUST_LOG", "trace"), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);
    let mut tokens = tokens_with_values();
    for token in tokens.clone() {
        for (method, target) in
            [("GET", "/me"), ("GET", "/cart"), ("GET", "/"), ("POST", "/login"), ("POST", "/logout")]
        {
            let response = talkative.answer(&Request::new(method, target).cookie(format!("session={token}")));
            tokens.extend(response.header("set-cookie").map(|_| set_cookie(&response).value));
        }
        for item in ["value-4711", &"value-4712".repeat(400)] {
            let request = Request::new("POST", &format!("/cart/add?item={item}"));
            let response = talkative.answer(&request.cookie(format!("session={token}")));
            tokens.extend(response.header("set-cookie").map(|_| set_cookie(&response).value));
        }
    }

    let log = talkative.stop();
    assert!(log.contains("DEBUG"), "the log level did not take effect: {log}");
    for secret in [SECRET, OTHER_SECRET] {
        assert!(!log.contains(secret), "a secret in: {log}");
    }
    for value in VALUES {
        let line = log.lines().find(|line| line.contains(value) && !line.contains("/cart/add?item="));
        assert_eq!(line, None, "a session's value in the log");
    }
    for token in tokens.iter().filter(|token| !token.is_empty()) {
        let (payload, signature) = token.split_once('.').unwrap();
        assert!(!log.contains(payload) && !log.contains(signature), "{token} in: {log}");
    }
}

fn r24_no_secret_token_or_value_is_in_an_error_answer(server: &Server) {
    for token in tokens_with_values() {
        for (method, target) in [("GET", "/me"), ("GET", "/cart"), ("POST", "/cart/add"), ("GET", "/nowhere")] {
            let response = server.answer(&Request::new(method, target).cookie(format!("session={token}")));

            if response.status >= 400 {
                let body = response.text();
                for value in VALUES.iter().chain(&[SECRET, "user_id", "invalid type", &token]) {
                    assert!(!body.contains(value), "{body}");
                }
            }
        }
    }
}
