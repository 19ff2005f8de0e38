//! Rules 23 and 24: which keys are accepted, and what is never logged.

use std::fs;
use std::path::Path;

use e2e::{DemoServer, checks, raw_http::Request};

use crate::Check;
use crate::configuring::assert_refused;
use crate::expect::{
    assert_alice, assert_logged_out, assert_no_set_cookie, fingerprint, rejections, set_cookie, warnings,
};
use crate::rotating::rotated;
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::{now, open, sign, token};

pub(crate) const CHECKS: &[Check] = checks![
    r23_signing_is_by_the_primary_key_only,
    r23_every_one_of_eight_fallback_keys_verifies,
    r23_a_key_that_was_removed_no_longer_counts,
    r23_a_secret_counts_by_its_bytes_as_given,
    r23_without_a_key_the_demo_warns_once_and_signs_with_a_random_one,
    r23_a_fleet_with_its_secret_in_files_and_variables_shares_its_logins,
    r23_fallback_keys_in_a_file_are_one_a_line,
    r23_a_secret_and_its_file_are_refused_together,
    r23_a_file_without_a_good_secret_is_refused_and_not_repeated,
    r23_a_secret_with_white_space_or_quotes_at_its_ends_is_refused_and_not_repeated,
    r23_a_secret_from_documentation_is_warned_of_at_each_start,
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
        ("spaces  within a secret, and a \t tab", "spaces within a secret, and a tab"),
        ("a secret with \"double quotes\" in the middle", "a secret with double quotes in the middle"),
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
    assert!(matches!(warnings(&log)[..], [warning] if warning.contains("SESSION_SECRET_KEY")), "{log}");
    assert_ne!(fingerprint(&log), fingerprint(&other.stop()));

    let blank = server.beside_with(&[("SESSION_SECRET_KEY", ""), ("SESSION_SECURE", "false")]);
    assert_logged_out(&blank.get("/me", format!("session={}", alice_of("", 0))));
    let log = blank.stop();
    assert!(matches!(warnings(&log)[..], [warning] if warning.contains("SESSION_SECRET_KEY")), "{log}");
}

/// A file with this text. `name` tells it from those of the other checks.
fn file(server: &Server, name: &str, text: impl AsRef<[u8]>) -> String {
    let name = format!("conformance {name} {}", server.framework());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// A server whose secret is in this file. Blank is not set.
fn beside_with_file(server: &Server, path: &str) -> Server {
    server.beside_with(&[("SESSION_SECRET_KEY", ""), ("SESSION_SECRET_KEY_FILE", path), ("RUST_LOG", "debug")])
}

fn r23_a_fleet_with_its_secret_in_files_and_variables_shares_its_logins(server: &Server) {
    let files = [("LF", "\n"), ("CRLF", "\r\n")].map(|(name, end)| file(server, name, format!("{SECRET}{end}")));
    let debug = ("RUST_LOG", "debug");
    let [one, two] = files.each_ref().map(|path| beside_with_file(server, path));
    let fleet = [one, two, server.beside_with(&[debug]), server.beside_with(&[debug])];
    let stranger = server.beside_with(&[debug, ("SESSION_SECRET_KEY", OTHER_SECRET)]);

    for instance in &fleet {
        let login = set_cookie(&instance.post("/login", ""));
        assert_eq!(open(SECRET, &login.value).data, ALICE);
        for other in &fleet {
            assert_alice(&other.get("/me", login.pair()));
        }
        assert_logged_out(&stranger.get("/me", login.pair()));
    }
    let foreign = set_cookie(&stranger.post("/login", "")).pair();
    assert_alice(&stranger.get("/me", &foreign));
    for instance in &fleet {
        assert_logged_out(&instance.get("/me", &foreign));
    }

    let stranger = stranger.stop();
    let logs = fleet.map(Server::stop);
    let own = fingerprint(&logs[0]);
    assert_ne!(fingerprint(&stranger), own);
    for log in &logs {
        assert_eq!(fingerprint(log), own);
        let rejection = format!(r#" reason="invalid signature" key="{own}""#);
        assert!(matches!(rejections(log)[..], [line] if line.ends_with(&rejection)), "{rejection} in: {log}");
    }
    let rejection = format!(r#" reason="invalid signature" key="{}""#, fingerprint(&stranger));
    let rejections = rejections(&stranger);
    assert!(rejections.len() == 4 && rejections.iter().all(|line| line.ends_with(&rejection)), "{stranger}");
}

fn r23_fallback_keys_in_a_file_are_one_a_line(server: &Server) {
    let third = "a third key of the conformance suite";
    for (name, text) in [
        ("two keys", format!("{OTHER_SECRET}\n{third}\n")),
        ("two keys of Windows", format!("{OTHER_SECRET}\r\n\r\n{third}")),
    ] {
        let rotating = server.beside_with(&[("SESSION_FALLBACK_KEYS_FILE", &file(server, name, text))]);

        for key in [OTHER_SECRET, third] {
            let response = rotating.get("/me", format!("session={}", alice_of(key, 10)));
            assert_alice(&response);
            open(SECRET, &set_cookie(&response).value);
        }
        assert_logged_out(&rotating.get("/me", format!("session={}", alice_of("", 0))));
    }
}

fn r23_a_secret_and_its_file_are_refused_together(server: &Server) {
    let path = file(server, "both", SECRET);
    for (env, message) in [
        (
            // The server has a secret already.
            &[("SESSION_SECRET_KEY_FILE", path.as_str())] as &[_],
            "SESSION_SECRET_KEY and SESSION_SECRET_KEY_FILE are both set; remove one",
        ),
        (
            &[("SESSION_FALLBACK_KEYS", OTHER_SECRET), ("SESSION_FALLBACK_KEYS_FILE", &path)],
            "SESSION_FALLBACK_KEYS and SESSION_FALLBACK_KEYS_FILE are both set; remove one",
        ),
    ] {
        let line = assert_refused(server, env, "_FILE");

        assert_eq!(line, format!("Error: {message}"));
    }
}

fn r23_a_file_without_a_good_secret_is_refused_and_not_repeated(server: &Server) {
    for (name, text, reason) in [
        ("nothing", b"".as_slice(), "it is empty"),
        ("a line end", b"\n", "it is empty"),
        ("two line ends", b"the conformance suite's primary key\n\n", "begins or ends with white space"),
        ("a space", b"the conformance suite's primary key \n", "begins or ends with white space"),
        ("quotes", b"'the conformance suite's primary key'", "begins or ends with white space or a quote"),
        ("a short secret", b"hunter2-hunter2\n", "shorter than 32 bytes"),
        ("no text", b"\xffthe conformance suite's primary key", "UTF-8"),
    ] {
        let path = file(server, name, text);
        let env = [("SESSION_SECRET_KEY", ""), ("SESSION_SECRET_KEY_FILE", &*path)];

        let line = assert_refused(server, &env, "SESSION_SECRET_KEY_FILE");

        assert!(line.contains(reason) && !line.contains("hunter2"), "{reason} in: {line}");
    }
    let env = [("SESSION_SECRET_KEY", ""), ("SESSION_SECRET_KEY_FILE", "/nowhere/session_key")];
    let line = assert_refused(server, &env, "SESSION_SECRET_KEY_FILE");
    assert!(line.contains("can't read \"/nowhere/session_key\""), "{line}");
    // A secret that was taken for a path.
    let env = [("SESSION_SECRET_KEY", ""), ("SESSION_SECRET_KEY_FILE", OTHER_SECRET)];
    assert_refused(server, &env, "SESSION_SECRET_KEY_FILE");
}

fn r23_a_secret_with_white_space_or_quotes_at_its_ends_is_refused_and_not_repeated(server: &Server) {
    for (before, after) in
        [("", "\n"), ("", "\r\n"), ("", " "), (" ", ""), ("\t", ""), ("\"", "\""), ("'", ""), ("", "\u{a0}")]
    {
        let padded = format!("{before}{OTHER_SECRET}{after}");
        for (variable, place) in [
            ("SESSION_SECRET_KEY", "SESSION_SECRET_KEY: "),
            ("SESSION_FALLBACK_KEYS", "SESSION_FALLBACK_KEYS, key 1: "),
        ] {
            let line = assert_refused(server, &[(variable, &padded)], variable);

            let message = format!("Error: {place}the secret begins or ends with white space or a quote; remove that");
            assert!(line.starts_with(&message), "{line}");
        }
    }
}

fn r23_a_secret_from_documentation_is_warned_of_at_each_start(server: &Server) {
    for is_signing in [true, false] {
        let example = "an example secret of 32 bytes or more";
        let variable = if is_signing { "SESSION_SECRET_KEY" } else { "SESSION_FALLBACK_KEYS" };
        for _ in 0..2 {
            let log = server.beside_with(&[(variable, example), ("SESSION_SECURE", "false")]).stop();

            assert!(matches!(warnings(&log)[..], [warning] if warning.contains("example from documentation")), "{log}");
            assert!(!log.contains(example), "{log}");
        }
    }
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
    assert_refused(
        server,
        &[("SESSION_FALLBACK_KEYS", "another key of the conformance suite,,")],
        "SESSION_FALLBACK_KEYS",
    );
}

fn r23_more_than_eight_fallback_keys_are_refused(server: &Server) {
    let keys = [OTHER_SECRET; 9].join(",");

    let line =
        assert_refused(server, &[("SESSION_FALLBACK_KEYS", &keys), ("RUST_LOG", "error")], "SESSION_FALLBACK_KEYS");

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
