//! Rule 2: which cookies start a new, empty session.

use e2e::checks;
use e2e::raw_http::Request;

use crate::Check;
use crate::expect::{assert_alice, assert_logged_out, assert_no_set_cookie, fingerprint, rejections, warnings};
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::{now, sign, token};

pub(crate) const CHECKS: &[Check] = checks![
    r02_a_malformed_cookie_is_an_empty_session,
    r02_a_forged_cookie_is_an_empty_session,
    r02_a_change_of_any_character_is_a_forgery,
    r02_another_spelling_of_the_signature_is_refused,
    r02_an_expired_cookie_is_an_empty_session,
    r02_a_cookie_that_is_about_to_expire_still_counts,
    r02_a_cookie_from_the_future_is_an_empty_session,
    r02_a_cookie_from_the_future_is_logged_at_warn_once_a_minute_and_no_other_is,
    r02_a_clock_that_is_a_little_ahead_is_forgiven,
    r02_a_refused_cookie_is_not_removed_by_reading,
    r02_the_reason_is_known_to_the_handler_and_in_the_debug_log,
    r02_no_bytes_whatever_are_a_server_error,
];

fn r02_a_malformed_cookie_is_an_empty_session(server: &Server) {
    let signature = "A".repeat(43);
    for value in [
        "x".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "x.y".to_owned(),
        "x.y.z".to_owned(),
        "null".to_owned(),
        "{\"d\":{},\"t\":1}".to_owned(),
        "%2e%2e/%00".to_owned(),
        signature.clone(),
        format!(".{signature}"),
        format!("{signature}."),
        format!("x.{signature}"),
        format!("x.{signature}A"),
        "A".repeat(4000),
        ".".repeat(4000),
    ] {
        assert_logged_out(&server.get("/me", format!("session={value}")));
    }
}

fn r02_a_forged_cookie_is_an_empty_session(server: &Server) {
    let alice = alice();
    let (payload, signature) = alice.split_once('.').unwrap();
    let other = token(SECRET, r#"{"user_id":"1","username":"root"}"#, now());
    let (other_payload, other_signature) = other.split_once('.').unwrap();
    for forged in [
        alice_of(OTHER_SECRET, 0),
        alice_of("", 0),
        payload.to_owned(),
        format!("{payload}."),
        format!(".{signature}"),
        format!("{signature}.{payload}"),
        format!("{payload}.{other_signature}"),
        format!("{other_payload}.{signature}"),
        format!("{payload}.{}", &signature[..42]),
        format!("{payload}.{signature}{signature}"),
        format!("{payload}.{}", "A".repeat(43)),
        format!("{payload}{other_payload}.{signature}"),
        format!("{payload}.{other_payload}.{signature}"),
    ] {
        assert_logged_out(&server.get("/me", format!("session={forged}")));
    }
}

fn r02_a_change_of_any_character_is_a_forgery(server: &Server) {
    let alice = alice();
    let mut connection = server.connect();
    for at in 0..alice.len() {
        let mut forged = alice.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        connection.send(Request::new("GET", "/me").cookie([b"session=", &forged[..]].concat()).to_bytes()).unwrap();

        assert_logged_out(&connection.receive().unwrap());
    }
}

fn r02_another_spelling_of_the_signature_is_refused(server: &Server) {
    let alice = alice();
    // 43 characters hold 258 bits and a MAC has 256: without a strict decoder four last characters mean the same.
    let (rest, last) = alice.split_at(alice.len() - 1);
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.".chars() {
        if !last.contains(other) {
            assert_logged_out(&server.get("/me", format!("session={rest}{other}")));
        }
    }

    // A signature with both of the characters in which the alphabets of base64 differ.
    let differing = (0..).map(|age| alice_of(SECRET, age)).find(|token| {
        let signature = token.split_once('.').unwrap().1;
        signature.contains('-') && signature.contains('_')
    });
    let differing = differing.unwrap();
    assert_alice(&server.get("/me", format!("session={differing}")));
    for spelling in [
        differing.replace('-', "+"),
        differing.replace('_', "/"),
        format!("{differing}="),
        format!("{differing}=="),
        differing.replace('.', "=."),
        format!("{differing} x"),
        differing.replace('-', "%2D"),
    ] {
        assert_logged_out(&server.get("/me", format!("session={spelling}")));
    }
}

fn r02_an_expired_cookie_is_an_empty_session(server: &Server) {
    for t in [now() - 3605, now() - 86_400, 1, 0] {
        assert_logged_out(&server.get("/me", format!("session={}", token(SECRET, ALICE, t))));
    }
}

fn r02_a_cookie_that_is_about_to_expire_still_counts(server: &Server) {
    assert_alice(&server.get("/me", format!("session={}", alice_of(SECRET, 3540))));
}

fn r02_a_cookie_from_the_future_is_an_empty_session(server: &Server) {
    for t in [now() + 120, now() + 86_400, 253_402_300_800, u64::MAX] {
        assert_logged_out(&server.get("/me", format!("session={}", token(SECRET, ALICE, t))));
    }
}

fn r02_a_cookie_from_the_future_is_logged_at_warn_once_a_minute_and_no_other_is(server: &Server) {
    let [quiet, warned] = [(); 2].map(|()| server.beside_with(&[("SESSION_SECURE", "false")]));
    for _ in 0..3 {
        assert_logged_out(&warned.get("/me", format!("session={}", token(SECRET, ALICE, now() + 120))));
        for refused in ["junk".to_owned(), alice_of(OTHER_SECRET, 0), alice_of(SECRET, 4000), sign(SECRET, "[]")] {
            assert_logged_out(&quiet.get("/me", format!("session={refused}")));
        }
        // Without the key no one makes such a line.
        assert_logged_out(&quiet.get("/me", format!("session={}", token(OTHER_SECRET, ALICE, now() + 120))));
    }

    assert_eq!(warnings(&quiet.stop()), [""; 0]);
    let log = warned.stop();
    let [warning] = warnings(&log)[..] else { panic!("{log}") };
    assert!(warning.contains(" WARN ") && warning.contains("clock"), "{log}");
}

fn r02_a_clock_that_is_a_little_ahead_is_forgiven(server: &Server) {
    assert_alice(&server.get("/me", format!("session={}", token(SECRET, ALICE, now() + 55))));
}

fn r02_a_refused_cookie_is_not_removed_by_reading(server: &Server) {
    for refused in ["junk".to_owned(), alice_of(OTHER_SECRET, 0), alice_of(SECRET, 4000), sign(SECRET, "[]")] {
        for target in ["/me", "/cart"] {
            let response = server.get(target, format!("session={refused}"));

            assert_eq!(response.status, 200);
            assert_no_set_cookie(&response);
        }
    }
}

fn r02_the_reason_is_known_to_the_handler_and_in_the_debug_log(server: &Server) {
    for (cookie, text, reason, age_and_limit) in [
        ("junk".to_owned(), "is not of the form", "malformed", None),
        (alice_of(OTHER_SECRET, 0), "was not made with any of", "invalid signature", None),
        (alice_of(SECRET, 4000), "is older than its maximum age", "expired", Some((4000.0, "3600.0"))),
        (token(SECRET, ALICE, now() + 4000), "lies in the future", "issued in future", Some((-4000.0, "-60.0"))),
        (sign(SECRET, "[]"), "is authentic, but its payload", "invalid payload", None),
    ] {
        let talkative = server.beside_with(&[("RUST_LOG", "debug")]);
        let page = talkative.get("/", format!("session={cookie}"));

        assert!(page.text().contains(text), "{text} in: {}", page.text());
        let log = talkative.stop();
        let rejection = format!(r#"cookie="session" reason="{reason}" key="{}""#, fingerprint(&log));
        let [line] = rejections(&log)[..] else { panic!("{log}") };
        let (_, rest) = line.split_once(&rejection).unwrap_or_else(|| panic!("{rejection} in: {log}"));
        match age_and_limit {
            None => assert_eq!(rest, ""),
            Some((expected, limit)) => {
                let age = rest.strip_prefix(" age=").and_then(|rest| rest.strip_suffix(&format!(" limit={limit}")));
                let age: f64 = age.unwrap_or_else(|| panic!("{rest}")).parse().unwrap();
                // The server may take a while to start.
                assert!((expected..expected + 30.0).contains(&age), "{age}");
            }
        }
    }
}

fn r02_no_bytes_whatever_are_a_server_error(server: &Server) {
    // xorshift64: the same bytes at every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let valid = format!("session={}", alice());
    let pieces: [&[u8]; 14] = [
        b"session",
        b"=",
        b";",
        b" ",
        b"\t",
        b"\"",
        b",",
        b".",
        b"\\",
        b"\xff",
        b"\x80",
        b"A",
        b"session=",
        valid.as_bytes(),
    ];
    let mut connection = server.connect();
    for _ in 0..500 {
        let cookie: Vec<u8> = (0..random(40)).flat_map(|_| pieces[random(pieces.len())]).copied().collect();
        connection.send(Request::new("GET", "/me").cookie(&cookie).to_bytes()).unwrap();

        let response = connection.receive().unwrap();

        assert_eq!(response.status, 200, "{:?}", String::from_utf8_lossy(&cookie));
        assert_no_set_cookie(&response);
    }
}
