//! Rules 1 and 3 to 6: which cookie becomes the session.

use e2e::checks;
use e2e::raw_http::Request;

use crate::Check;
use crate::expect::{assert_alice, assert_logged_out, assert_no_set_cookie, set_cookie, vary_cookie_count, warnings};
use crate::rotating::rotated;
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of, alice_of_length};
use crate::signer::{now, open, sign, token};

pub(crate) const CHECKS: &[Check] = checks![
    r01_no_cookie_header_is_an_empty_session,
    r01_an_empty_cookie_header_is_an_empty_session,
    r01_only_the_exact_name_counts,
    r03_a_route_that_leaves_the_session_alone_verifies_nothing,
    r04_other_cookies_around_it_never_cost_the_session,
    r04_several_cookie_headers_are_read_as_one,
    r04_the_header_counts_in_any_case,
    r04_thousands_of_other_cookies_cost_nothing,
    r05_seven_junk_cookies_end_no_session,
    r05_eight_are_tried_and_the_ninth_is_not,
    r05_of_several_authentic_cookies_the_one_signed_last_is_taken,
    r05_of_cookies_signed_at_once_one_of_the_primary_key_is_taken_and_then_the_last,
    r05_no_older_cookie_steps_in_for_one_that_has_expired,
    r05_a_login_is_signed_after_every_cookie_that_came_with_it,
    r05_a_login_is_signed_no_further_ahead_than_a_slower_server_accepts,
    r05_a_new_signature_keeps_its_time_beside_another_cookie,
    r05_several_authentic_cookies_are_logged_at_warn_once_a_minute,
    r05_the_count_runs_across_headers,
    r05_an_authentic_one_is_the_reason_that_is_given,
    r06_a_value_in_double_quotes_counts_without_them,
    r06_half_a_pair_of_quotes_does_not_count,
    r06_name_and_value_of_exactly_4096_bytes_are_read,
    r06_name_and_value_of_4097_bytes_are_refused,
];

fn r01_no_cookie_header_is_an_empty_session(server: &Server) {
    let response = server.answer(&Request::new("GET", "/me"));

    assert_logged_out(&response);
    assert_no_set_cookie(&response);
    let page = server.answer(&Request::new("GET", "/")).text();
    let (_, section) = page.split_once("<section id=\"session\"").unwrap();
    assert!(section.contains("No cookie.") && !section.contains("<pre>"), "{section}");
}

fn r01_an_empty_cookie_header_is_an_empty_session(server: &Server) {
    for cookie in ["", ";", " ", "=", "session", "session=", "session;", "session=;"] {
        let response = server.get("/me", cookie);

        assert_logged_out(&response);
        assert_no_set_cookie(&response);
    }
}

fn r01_only_the_exact_name_counts(server: &Server) {
    let alice = alice();
    for name in ["Session", "SESSION", "sessio", "session1", "xsession", "session-", "\"session\"", "session\u{e9}"] {
        assert_logged_out(&server.get("/me", format!("{name}={alice}")));
    }
}

fn r03_a_route_that_leaves_the_session_alone_verifies_nothing(server: &Server) {
    let talkative = server.beside_with(&[("RUST_LOG", "trace"), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);
    for cookie in ["junk".to_owned(), alice(), alice_of(OTHER_SECRET, 10)] {
        let response = talkative.get("/health", format!("session={cookie}"));

        assert_no_set_cookie(&response);
        assert_eq!(vary_cookie_count(&response), 0);
    }

    let log = talkative.stop();
    assert!(!log.contains("signature") && !log.contains("payload"), "{log}");
}

fn r04_other_cookies_around_it_never_cost_the_session(server: &Server) {
    let alice = alice();
    let session = format!("session={alice}");
    for (before, after) in [
        ("a=1; ", "; b=2"),
        ("", ";"),
        ("", " "),
        ("", "; "),
        ("  ", ""),
        ("\t", "\t"),
        ("", " ; b=2"),
        ("a=1;", ";b=2"),
        ("a=1;\t", ""),
        (";;; ; =; ", ";=;;"),
        ("novalue; ", "; novalue"),
        ("=nameless; ", ""),
        ("a=b=c=d; ", "; e==="),
        ("a=\"; ", "; b=\""),
        ("a=\\; ", "; b=\\"),
        ("a={\"session\":1}; ", ""),
        ("$Version=1; ", "; $Path=/"),
        ("a,b=c, d; ", ""),
        ("Session=x; sessions=x; xsession=x; ", ""),
        ("a=session=x; ", "; b=; c=session=y"),
        ("a=%zz%; ", ""),
    ] {
        assert_alice(&server.get("/me", format!("{before}{session}{after}")));
    }
    for (before, after) in [
        (b"\xff\xfe=\x80; ".as_slice(), b"".as_slice()),
        (b"", b"; caf\xe9=\xff"),
        (b"a=\xc3\x28; ", b"; b=\xed\xa0\x80"),
        (b"\xff; ", b"; \xff"),
        (b"a=\xf0\x9f\xa6\x96; ", b""),
    ] {
        assert_alice(&server.get("/me", [before, session.as_bytes(), after].concat()));
    }
}

fn r04_several_cookie_headers_are_read_as_one(server: &Server) {
    let session = format!("session={}", alice());
    for headers in [
        [b"a=1".as_slice(), session.as_bytes(), b"b=2"],
        [session.as_bytes(), b"a=1", b"b=2"],
        [b"a=1", b"b=2", session.as_bytes()],
        [b"\xff\xff\xff", b";;=;", session.as_bytes()],
        [session.as_bytes(), b"", b"\xff=\xff"],
        [b"session=junk", session.as_bytes(), b"session=junk"],
    ] {
        let request = headers.iter().fold(Request::new("GET", "/me"), |request, header| request.cookie(header));

        assert_alice(&server.answer(&request));
    }
}

fn r04_the_header_counts_in_any_case(server: &Server) {
    for name in ["cookie", "COOKIE", "cOoKiE"] {
        assert_alice(&server.answer(&Request::new("GET", "/me").header(name, format!("session={}", alice()))));
    }
}

fn r04_thousands_of_other_cookies_cost_nothing(server: &Server) {
    let many: String = (0..2_000).map(|n| format!("c{n}=1; ")).collect();
    let request = Request::new("GET", "/me").cookie(format!("{many}session={}; {many}", alice()));

    assert_alice(&server.answer(&request));
}

fn r05_seven_junk_cookies_end_no_session(server: &Server) {
    let junk = [
        "junk".to_owned(),
        String::new(),
        "A".repeat(4089),
        alice_of(OTHER_SECRET, 0),
        alice_of(SECRET, 4000),
        token(SECRET, ALICE, now() + 4000),
        sign(SECRET, "[]"),
    ];
    let session = format!("session={}", alice());
    for count in 1..=junk.len() {
        let junk: String = junk[..count].iter().map(|value| format!("session={value}; ")).collect();

        assert_alice(&server.get("/me", format!("{junk}{session}")));
    }
    assert_alice(&server.get("/me", [b"session=\xff\x80\xfe; ".repeat(7), session.into_bytes()].concat()));
}

fn r05_eight_are_tried_and_the_ninth_is_not(server: &Server) {
    let forged = format!("session={}; ", alice_of(OTHER_SECRET, 0));

    assert_alice(&server.get("/me", format!("{}session={}", forged.repeat(7), alice())));
    assert_logged_out(&server.get("/me", format!("{}session={}", forged.repeat(8), alice())));
    assert_logged_out(&server.get("/me", format!("{}session={}", forged.repeat(500), alice())));
}

/// Another user's session, which a cookie of an older domain or path may hold.
const MALLORY: &str = r#"{"user_id":"666","username":"mallory"}"#;

fn r05_of_several_authentic_cookies_the_one_signed_last_is_taken(server: &Server) {
    let t = now();
    let alice = |t: f64| sign(SECRET, format!(r#"{{"d":{ALICE},"t":{t:?}}}"#));
    let mallory = |t: f64| sign(SECRET, format!(r#"{{"d":{MALLORY},"t":{t:?}}}"#));
    let at = |seconds: f64| t as f64 + seconds;
    for (alices, mallorys) in [(-10.0, -11.0), (-10.25, -10.5), (30.0, -1.0), (-300.0, -3000.0), (-10.0, -4000.0)] {
        let (alice, mallory) = (alice(at(alices)), mallory(at(mallorys)));

        assert_alice(&server.get("/me", format!("session={alice}; session={mallory}")));
        assert_alice(&server.get("/me", format!("session={mallory}; session={alice}")));
        assert_alice(&server.get("/me", format!("session={mallory}; session=x; session={alice}; session={mallory}")));
        let two_lines = Request::new("GET", "/me").cookie(format!("session={alice}"));
        assert_alice(&server.answer(&two_lines.cookie(format!("session={mallory}"))));
    }
    // From the future, forged, or no session: their time does not count.
    for refused in [mallory(at(120.0)), token(OTHER_SECRET, MALLORY, t), sign(SECRET, format!(r#"{{"d":[],"t":{t}}}"#))]
    {
        assert_alice(&server.get("/me", format!("session={refused}; session={}", alice(at(-10.0)))));
        assert_alice(&server.get("/me", format!("session={}; session={refused}", alice(at(-10.0)))));
    }
}

fn r05_of_cookies_signed_at_once_one_of_the_primary_key_is_taken_and_then_the_last(server: &Server) {
    let t = now() - 10;
    let (alice, mallory) = (token(SECRET, ALICE, t), token(SECRET, MALLORY, t));
    assert_alice(&server.get("/me", format!("session={mallory}; session={alice}")));
    assert!(server.get("/me", format!("session={alice}; session={mallory}")).text().contains("mallory"));

    let rotated = rotated(server);
    let old = token(OTHER_SECRET, MALLORY, t);
    assert_alice(&rotated.get("/me", format!("session={alice}; session={old}")));
    assert_alice(&rotated.get("/me", format!("session={old}; session={alice}")));
}

fn r05_no_older_cookie_steps_in_for_one_that_has_expired(server: &Server) {
    let limited = server.beside_with(&[("SESSION_MAX_LIFETIME", "86400")]);
    let older = alice_of(SECRET, 200);
    for members in [format!(r#""t":{},"m":30"#, now() - 100), format!(r#""t":{},"c":{}"#, now() - 100, now() - 86_500)]
    {
        let latest = sign(SECRET, format!(r#"{{"d":{MALLORY},{members}}}"#));
        for cookies in [format!("session={older}; session={latest}"), format!("session={latest}; session={older}")] {
            assert_logged_out(&limited.get("/me", &cookies));
            let page = limited.get("/", &cookies).text();
            assert!(page.contains("is older than its maximum age"), "{page}");
        }
    }
}

fn r05_a_login_is_signed_after_every_cookie_that_came_with_it(server: &Server) {
    let start = now();
    let ahead = |seconds: u64| format!("session={}", token(SECRET, MALLORY, start + seconds));
    let fraction = format!("session={}", sign(SECRET, format!(r#"{{"d":{MALLORY},"t":{}.75}}"#, start + 20)));
    for (old, after) in [
        (ahead(30), 31),
        (fraction, 22),
        (format!("{}; {}", ahead(0), ahead(0)), 1),
        (format!("{}; {}", ahead(40), ahead(10)), 41),
    ] {
        let login = set_cookie(&server.post("/login", &old));

        let t = open(SECRET, &login.value).t;
        assert!((start + after..=now() + after).contains(&t), "{t}, and not {after} s after {start}: {old}");
        assert_alice(&server.get("/me", format!("{old}; {}", login.pair())));
        assert_alice(&server.get("/me", format!("{}; {old}", login.pair())));
    }
}

fn r05_a_login_is_signed_no_further_ahead_than_a_slower_server_accepts(server: &Server) {
    for ahead in [56, 58] {
        let before = now();
        let login = set_cookie(&server.post("/login", format!("session={}", token(SECRET, MALLORY, before + ahead))));

        assert!((before + 55..=now() + 55).contains(&open(SECRET, &login.value).t));
    }
    let before = now();
    let refused = format!("session={}", token(SECRET, MALLORY, before + 300));
    let login = set_cookie(&server.post("/login", &refused));
    assert!((before..=now()).contains(&open(SECRET, &login.value).t), "a cookie from the future moves no clock");
}

fn r05_a_new_signature_keeps_its_time_beside_another_cookie(server: &Server) {
    let t = now() - 100;
    let (alice, older) = (token(OTHER_SECRET, ALICE, t), token(SECRET, MALLORY, t - 100));

    let again = set_cookie(&rotated(server).get("/me", format!("session={older}; session={alice}")));

    let opened = open(SECRET, &again.value);
    assert_eq!((opened.data.as_str(), opened.t), (ALICE, t));
}

fn r05_several_authentic_cookies_are_logged_at_warn_once_a_minute(server: &Server) {
    let [quiet, warned] = [(); 2].map(|()| server.beside_with(&[("SESSION_SECURE", "false")]));
    let (alice, old) = (format!("session={}", alice()), format!("session={}", alice_of(SECRET, 4000)));
    let forged = format!("session={}", alice_of(OTHER_SECRET, 0));
    for _ in 0..3 {
        assert_alice(&warned.get("/me", format!("{old}; {alice}")));
        assert_alice(&quiet.get("/me", format!("session=x; {forged}; {alice}")));
        assert_eq!(quiet.get("/health", format!("{alice}; {alice}")).status, 200);
    }

    assert_eq!(warnings(&quiet.stop()), [""; 0]);
    let log = warned.stop();
    let [warning] = warnings(&log)[..] else { panic!("{log}") };
    assert!(warning.contains(" WARN ") && warning.contains("several authentic session cookies"), "{log}");
    assert!(!log.contains(&old["session=".len()..]), "{log}");
}

fn r05_the_count_runs_across_headers(server: &Server) {
    let forged = format!("session={}", alice_of(OTHER_SECRET, 0));
    let with_junk = |count: usize| {
        let junk = (0..count).fold(Request::new("GET", "/me"), |request, _| request.cookie(&forged));
        server.answer(&junk.cookie(format!("session={}", alice())))
    };

    assert_alice(&with_junk(7));
    assert_logged_out(&with_junk(8));
}

fn r05_an_authentic_one_is_the_reason_that_is_given(server: &Server) {
    let (expired, forged) = (alice_of(SECRET, 4000), alice_of(OTHER_SECRET, 0));
    for cookie in [
        format!("session={expired}"),
        format!("session=junk; session={expired}"),
        format!("session={forged}; session=junk; session={expired}; session=junk; session={forged}"),
    ] {
        let page = server.get("/", cookie).text();

        assert!(page.contains("is older than its maximum age"), "{page}");
    }
}

fn r06_a_value_in_double_quotes_counts_without_them(server: &Server) {
    let quoted = format!("session=\"{}\"", alice());

    assert_alice(&server.get("/me", &quoted));
    assert_alice(&server.get("/me", format!("a=1; {quoted}; b=\"2\"")));
    assert_alice(&server.get("/me", format!("session=\"\"; session=\"junk\"; {quoted}")));
}

fn r06_half_a_pair_of_quotes_does_not_count(server: &Server) {
    let alice = alice();
    for value in [format!("\"{alice}"), format!("{alice}\""), format!("\"\"{alice}\"\""), format!("'{alice}'")] {
        assert_logged_out(&server.get("/me", format!("session={value}")));
    }
    assert_logged_out(&server.get("/me", "session=\""));
}

fn r06_name_and_value_of_exactly_4096_bytes_are_read(server: &Server) {
    // A base64 text is never one longer than a multiple of four, so that no token fills up the name `session`.
    let server = server.beside_with(&[("SESSION_NAME", "sessions")]);

    assert_alice(&server.get("/me", format!("sessions={}", alice_of_length(SECRET, 4096 - 8))));
}

fn r06_name_and_value_of_4097_bytes_are_refused(server: &Server) {
    assert_alice(&server.get("/me", format!("session={}", alice_of_length(SECRET, 4095 - 7))));
    assert_logged_out(&server.get("/me", format!("session={}", alice_of_length(SECRET, 4097 - 7))));
}
