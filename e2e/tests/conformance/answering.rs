//! Rules 12 to 16: which headers an answer gets. Rule 14 can't be seen here, since the demos set no other cookie.

use e2e::checks;
use e2e::raw_http::{Request, Response};

use crate::Check;
use crate::expect::{assert_alice, assert_logged_out, assert_no_set_cookie, set_cookie, vary_cookie_count};
use crate::rotating::rotated;
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::{now, open, sign, token};

pub(crate) const CHECKS: &[Check] = checks![
    r12_reading_sends_no_cookie,
    r12_a_login_sends_the_cookie_to_the_letter,
    r12_every_option_is_sent_to_the_letter,
    r12_a_change_takes_a_fresh_timestamp,
    r12_a_login_is_sent_although_the_session_stays_the_same,
    r12_an_empty_session_is_neither_refreshed_nor_signed_again,
    r12_a_login_into_an_empty_session_takes_neither_its_beginning_nor_its_lifetime,
    r13_a_logout_removes_the_cookie_to_the_letter,
    r13_a_logout_removes_a_cookie_that_was_refused,
    r13_a_logout_without_that_cookie_removes_it_all_the_same,
    r13_nothing_but_a_logout_removes_a_cookie_that_did_not_come,
    r13_a_removal_is_sent_once_for_many_cookies,
    r13_a_removal_has_the_flags_of_what_it_removes,
    r15_an_answer_that_touched_the_session_varies_by_cookie,
    r15_an_answer_that_left_the_session_alone_does_not_vary,
    r16_an_answer_that_sets_the_cookie_is_private,
    r16_an_answer_that_sets_no_cookie_says_nothing_of_caching,
    the_demo_breaks_a_cookie_that_is_due_for_a_refresh,
];

fn r12_reading_sends_no_cookie(server: &Server) {
    let session = format!("session={}", alice_of(SECRET, 3000));
    for target in ["/me", "/cart", "/health", "/"] {
        let response = server.get(target, &session);

        assert_eq!(response.status, 200, "{target}");
        assert_no_set_cookie(&response);
    }
}

fn r12_a_login_sends_the_cookie_to_the_letter(server: &Server) {
    let before = now();
    let cookie = set_cookie(&server.answer(&Request::new("POST", "/login")));

    assert_eq!(cookie.name, "session");
    assert_eq!(cookie.attributes, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    let opened = open(SECRET, &cookie.value);
    assert_eq!(opened.data, ALICE);
    assert!((before..=now()).contains(&opened.t));
    assert_eq!((opened.c, opened.m), (None, None));
}

/// Settings, and the attributes that follow `Max-Age=3600`, or `Max-Age=0` and the `Expires` of a removal.
const ATTRIBUTES: [(&[(&str, &str)], &str); 14] = [
    (&[("SESSION_PATH", "/app")], "Path=/app; HttpOnly; SameSite=Lax"),
    (&[("SESSION_PATH", "/a%20b,c='d'")], "Path=/a%20b,c='d'; HttpOnly; SameSite=Lax"),
    (&[("SESSION_DOMAIN", "example.com")], "Domain=example.com; Path=/; HttpOnly; SameSite=Lax"),
    (&[("SESSION_DOMAIN", "none")], "Path=/; HttpOnly; SameSite=Lax"),
    (&[("SESSION_SECURE", "true")], "Path=/; Secure; HttpOnly; SameSite=Lax"),
    (&[("SESSION_SECURE", "false")], "Path=/; HttpOnly; SameSite=Lax"),
    (&[("SESSION_HTTP_ONLY", "false")], "Path=/; SameSite=Lax"),
    (&[("SESSION_SAME_SITE", "strict")], "Path=/; HttpOnly; SameSite=Strict"),
    (&[("SESSION_SAME_SITE", "Strict")], "Path=/; HttpOnly; SameSite=Strict"),
    (&[("SESSION_SAME_SITE", "lax")], "Path=/; HttpOnly; SameSite=Lax"),
    (&[("SESSION_SAME_SITE", "none"), ("SESSION_SECURE", "true")], "Path=/; Secure; HttpOnly; SameSite=None"),
    (
        &[("SESSION_PARTITIONED", "true"), ("SESSION_SECURE", "true")],
        "Path=/; Secure; HttpOnly; SameSite=Lax; Partitioned",
    ),
    (
        &[("SESSION_NAME", "__Host-session"), ("SESSION_SECURE", "true"), ("SESSION_SAME_SITE", "strict")],
        "Path=/; Secure; HttpOnly; SameSite=Strict",
    ),
    (
        &[
            ("SESSION_NAME", "a!#$%&'*+-.^_`|~0"),
            ("SESSION_PATH", "/app/"),
            ("SESSION_DOMAIN", "sub.example.com"),
            ("SESSION_SECURE", "true"),
            ("SESSION_HTTP_ONLY", "false"),
            ("SESSION_SAME_SITE", "none"),
            ("SESSION_PARTITIONED", "true"),
        ],
        "Domain=sub.example.com; Path=/app/; Secure; SameSite=None; Partitioned",
    ),
];

fn name_in(env: &[(&str, &str)]) -> String {
    env.iter().find(|(name, _)| *name == "SESSION_NAME").map_or("session", |(_, value)| value).to_owned()
}

fn r12_every_option_is_sent_to_the_letter(server: &Server) {
    for (env, attributes) in ATTRIBUTES {
        let server = server.beside_with(env);

        let cookie = set_cookie(&server.post("/login", ""));

        assert_eq!(
            (&cookie.name, cookie.attributes.as_str()),
            (&name_in(env), &*format!("Max-Age=3600; {attributes}"))
        );
        assert_alice(&server.get("/me", cookie.pair()));
    }
    for (max_age, attributes) in [
        ("1", "Max-Age=1; Path=/; HttpOnly; SameSite=Lax"),
        ("604800", "Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"),
        ("34560000", "Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax"),
        ("18446744073709551615", "Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax"),
        ("none", "Path=/; HttpOnly; SameSite=Lax"),
    ] {
        let server = server.beside_with(&[("SESSION_MAX_AGE", max_age)]);

        assert_eq!(set_cookie(&server.post("/login", "")).attributes, attributes);
    }
}

fn r12_a_change_takes_a_fresh_timestamp(server: &Server) {
    let before = now();
    let cookie = set_cookie(&server.post("/cart/add", format!("session={}", alice_of(SECRET, 3000))));

    assert_eq!(cookie.attributes, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    assert!((before..=now()).contains(&open(SECRET, &cookie.value).t));
}

fn r12_a_login_is_sent_although_the_session_stays_the_same(server: &Server) {
    let before = now();
    let cookie = set_cookie(&server.post("/login", format!("session={}", alice_of(SECRET, 3000))));

    let opened = open(SECRET, &cookie.value);
    assert_eq!(opened.data, ALICE);
    assert!((before..=now()).contains(&opened.t));
}

fn r12_an_empty_session_is_neither_refreshed_nor_signed_again(server: &Server) {
    let eager = server.beside_with(&[("SESSION_REFRESH", "0"), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);
    for empty in [token(SECRET, "{}", now() - 100), token(OTHER_SECRET, "{ }", now() - 100)] {
        for target in ["/", "/me", "/cart"] {
            assert_no_set_cookie(&eager.get(target, format!("session={empty}")));
        }
    }
}

fn r12_a_login_into_an_empty_session_takes_neither_its_beginning_nor_its_lifetime(server: &Server) {
    let limited = server.beside_with(&[("SESSION_MAX_LIFETIME", "86400")]);
    let empty = sign(SECRET, format!(r#"{{"d":{{}},"t":{},"c":{},"m":600}}"#, now() - 100, now() - 80_000));
    for (server, begins) in [(server, false), (&limited, true)] {
        let login = set_cookie(&server.post("/login", format!("session={empty}")));

        let opened = open(SECRET, &login.value);
        assert_eq!((opened.c, opened.m), (begins.then_some(opened.t), None));
        assert_eq!(login.max_age(), 3600);
    }
}

const REMOVED: &str = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

fn r13_a_logout_removes_the_cookie_to_the_letter(server: &Server) {
    for data in [ALICE, r#"{"cart":["egg"]}"#, "{}"] {
        let cookie = set_cookie(&server.post("/logout", format!("session={}", token(SECRET, data, now()))));

        assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("session", ""));
        assert_eq!(cookie.attributes, format!("{REMOVED}; Path=/; HttpOnly; SameSite=Lax"));
    }
}

fn r13_a_logout_removes_a_cookie_that_was_refused(server: &Server) {
    for refused in [
        String::new(),
        "junk".to_owned(),
        alice_of(OTHER_SECRET, 0),
        alice_of(SECRET, 4000),
        sign(SECRET, "[]"),
        "A".repeat(5000),
        "\"\"".to_owned(),
    ] {
        let cookie = set_cookie(&server.post("/logout", format!("a=1; session={refused}")));

        assert_eq!(cookie.value, "");
        assert_eq!(cookie.attributes, format!("{REMOVED}; Path=/; HttpOnly; SameSite=Lax"));
    }
    assert_eq!(set_cookie(&server.post("/logout", b"\xff; session=\xff\xfe")).value, "");
}

/// `SameSite` or the path may have kept the cookie back in the browser.
fn r13_a_logout_without_that_cookie_removes_it_all_the_same(server: &Server) {
    let assert_removal = |response: &Response| {
        let cookie = set_cookie(response);
        assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("session", ""));
        assert_eq!(cookie.attributes, format!("{REMOVED}; Path=/; HttpOnly; SameSite=Lax"));
        assert_eq!(response.header("cache-control"), Some(b"private".as_slice()));
    };
    assert_removal(&server.answer(&Request::new("POST", "/logout")));
    for cookie in ["", "a=1", "Session=1; sessions=2; asession=3", "a=session=1", "session"] {
        assert_removal(&server.post("/logout", cookie));
    }
}

fn r13_nothing_but_a_logout_removes_a_cookie_that_did_not_come(server: &Server) {
    for target in ["/", "/me", "/cart", "/health", "/nowhere"] {
        assert_no_set_cookie(&server.answer(&Request::new("GET", target)));
    }
    let full = format!("/cart/add?item={}", "x".repeat(4000));
    assert_no_set_cookie(&server.answer(&Request::new("POST", &full)));
}

fn r13_a_removal_is_sent_once_for_many_cookies(server: &Server) {
    let session = format!("session={}; ", alice());

    assert_eq!(set_cookie(&server.post("/logout", session.repeat(3))).value, "");
    assert_eq!(set_cookie(&server.post("/logout", format!("{}{session}", "session=x; ".repeat(20)))).value, "");
}

fn r13_a_removal_has_the_flags_of_what_it_removes(server: &Server) {
    for (env, attributes) in ATTRIBUTES {
        let cookie = set_cookie(&server.beside_with(env).post("/logout", format!("{}={}", name_in(env), alice())));

        assert_eq!((&cookie.name, cookie.value.as_str()), (&name_in(env), ""));
        assert_eq!(cookie.attributes, format!("{REMOVED}; {attributes}"));
    }
    let browser_session = server.beside_with(&[("SESSION_MAX_AGE", "none")]);
    let cookie = set_cookie(&browser_session.post("/logout", format!("session={}", alice())));
    assert_eq!(cookie.attributes, format!("{REMOVED}; Path=/; HttpOnly; SameSite=Lax"));
}

fn r15_an_answer_that_touched_the_session_varies_by_cookie(server: &Server) {
    let broken = format!("session={}", token(SECRET, r#"{"user_id":1,"cart":2}"#, now()));
    let full = format!("/cart/add?item={}", "x".repeat(4000));
    for cookie in ["", "session=junk", &format!("session={}", alice()), &broken] {
        for (method, target) in [
            ("GET", "/me"),
            ("GET", "/cart"),
            ("GET", "/"),
            ("POST", "/login"),
            ("POST", "/logout"),
            ("POST", "/cart/add"),
            ("POST", &full),
        ] {
            let response = server.answer(&Request::new(method, target).cookie(cookie));

            assert_eq!(vary_cookie_count(&response), 1, "{method} {target}: {response:?}");
        }
    }
}

fn r15_an_answer_that_left_the_session_alone_does_not_vary(server: &Server) {
    for cookie in ["", "session=junk", &format!("session={}", alice())] {
        for (method, target) in [("GET", "/health"), ("GET", "/nowhere"), ("DELETE", "/me"), ("GET", "/login")] {
            let response = server.answer(&Request::new(method, target).cookie(cookie));

            assert_eq!(vary_cookie_count(&response), 0, "{method} {target}: {response:?}");
        }
    }
}

fn r16_an_answer_that_sets_the_cookie_is_private(server: &Server) {
    let rotated = rotated(server);
    let old = format!("session={}", alice_of(OTHER_SECRET, 10));
    for (method, target) in [("GET", "/me"), ("POST", "/login"), ("POST", "/logout"), ("POST", "/cart/add")] {
        let response = rotated.answer(&Request::new(method, target).cookie(&old));

        assert!(response.header("set-cookie").is_some(), "{method} {target}");
        let lines: Vec<_> = response.header_lines("cache-control").collect();
        assert_eq!(lines, [b"private"], "{method} {target}");
    }
}

fn r16_an_answer_that_sets_no_cookie_says_nothing_of_caching(server: &Server) {
    for cookie in ["", "session=junk", &format!("session={}", alice())] {
        for target in ["/me", "/cart", "/health"] {
            assert_eq!(server.get(target, cookie).header("cache-control"), None, "{target}");
        }
    }
}

fn the_demo_breaks_a_cookie_that_is_due_for_a_refresh(server: &Server) {
    let eager = server.beside_with(&[("SESSION_REFRESH", "0"), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);
    for secret in [SECRET, OTHER_SECRET] {
        let broken = set_cookie(&eager.post("/break", format!("session={}", alice_of(secret, 0))));

        assert!(broken.value.ends_with(&"A".repeat(43)), "{}", broken.value);
        assert_logged_out(&eager.get("/me", format!("session={}", broken.value)));
    }
}
