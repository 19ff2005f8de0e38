//! Rules 2 and 12 with the options `refresh`, `default_lifetime` and `max_lifetime`: how long a session is accepted.

use e2e::checks;

use crate::Check;
use crate::expect::{assert_alice, assert_logged_out, assert_max_age_until, assert_no_set_cookie, set_cookie};
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice_of};
use crate::signer::{now, open, sign};

pub(crate) const CHECKS: &[Check] = checks![
    r12_a_session_that_is_read_in_time_is_refreshed,
    r12_a_refresh_of_zero_comes_every_time,
    r12_a_refresh_keeps_the_lifetime_of_the_session_itself,
    r12_the_login_says_for_how_long_it_is_remembered,
    r12_a_default_lifetime_is_that_of_a_login_without_one_of_its_own,
    r02_a_default_lifetime_ends_sessions_without_one_of_their_own,
    r12_an_absolute_lifetime_is_counted_from_the_login,
    r12_an_absolute_lifetime_limits_max_age,
    r02_an_absolute_lifetime_ends_whatever_is_refreshed,
];

fn r12_a_session_that_is_read_in_time_is_refreshed(server: &Server) {
    let sliding = server.beside_with(&[("SESSION_REFRESH", "600"), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);

    for age in [0, 540] {
        let response = sliding.get("/me", format!("session={}", alice_of(SECRET, age)));
        assert_alice(&response);
        assert_no_set_cookie(&response);
    }
    for secret in [SECRET, OTHER_SECRET] {
        let before = now();
        let cookie = set_cookie(&sliding.get("/me", format!("session={}", alice_of(secret, 610))));
        let opened = open(SECRET, &cookie.value);
        assert_eq!((opened.data.as_str(), cookie.max_age()), (ALICE, 3600));
        assert!((before..=now()).contains(&opened.t));
    }
    for cookie in [alice_of(SECRET, 610), alice_of(SECRET, 3610), "junk".to_owned()] {
        assert_no_set_cookie(&sliding.get("/health", format!("session={cookie}")));
    }
    for refused in [alice_of(SECRET, 3610), "junk".to_owned()] {
        assert_no_set_cookie(&sliding.get("/me", format!("session={refused}")));
    }
}

fn r12_a_refresh_of_zero_comes_every_time(server: &Server) {
    let sliding = server.beside_with(&[("SESSION_REFRESH", "0")]);

    let cookie = set_cookie(&sliding.get("/me", format!("session={}", alice_of(SECRET, 0))));
    assert_eq!(open(SECRET, &cookie.value).data, ALICE);
    assert_no_set_cookie(&sliding.get("/health", cookie.pair()));
    assert_no_set_cookie(&sliding.get("/me", ""));
}

fn r12_a_refresh_keeps_the_lifetime_of_the_session_itself(server: &Server) {
    let sliding = server.beside_with(&[("SESSION_REFRESH", "60")]);
    for (m, attributes) in [(900, "Max-Age=900; Path=/; HttpOnly; SameSite=Lax"), (0, "Path=/; HttpOnly; SameSite=Lax")]
    {
        let old = sign(SECRET, format!(r#"{{"d":{ALICE},"t":{},"m":{m}}}"#, now() - 70));

        let cookie = set_cookie(&sliding.get("/me", format!("session={old}")));

        assert_eq!((open(SECRET, &cookie.value).m, cookie.attributes.as_str()), (Some(m), attributes));
    }
}

fn r12_the_login_says_for_how_long_it_is_remembered(server: &Server) {
    for (remember, m, attributes) in
        [("false", 0, "Path=/; HttpOnly; SameSite=Lax"), ("true", 3600, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax")]
    {
        let cookie = set_cookie(&server.post(&format!("/login?remember={remember}"), ""));

        assert_eq!((open(SECRET, &cookie.value).m, cookie.attributes.as_str()), (Some(m), attributes));
    }
    let neither = server.post("/login?remember=maybe", "");
    assert_eq!(neither.status, 400);
    assert_no_set_cookie(&neither);
}

/// "Remember me" for a month, any other login for an hour.
const MONTH_OR_HOUR: [(&str, &str); 2] = [("SESSION_MAX_AGE", "2592000"), ("SESSION_DEFAULT_LIFETIME", "3600")];

fn r12_a_default_lifetime_is_that_of_a_login_without_one_of_its_own(server: &Server) {
    let server = server.beside_with(&MONTH_OR_HOUR);
    for (query, m, attributes) in [
        ("", None, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"),
        ("?remember=false", Some(0), "Path=/; HttpOnly; SameSite=Lax"),
        ("?remember=true", Some(2_592_000), "Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"),
    ] {
        let cookie = set_cookie(&server.post(&format!("/login{query}"), ""));

        assert_eq!((open(SECRET, &cookie.value).m, cookie.attributes.as_str()), (m, attributes), "{query}");
        assert_alice(&server.get("/me", cookie.pair()));
    }
}

fn r02_a_default_lifetime_ends_sessions_without_one_of_their_own(server: &Server) {
    let server = server.beside_with(&MONTH_OR_HOUR);
    let me = |member: &str, age: u64| {
        let session = sign(SECRET, format!(r#"{{"d":{ALICE},"t":{}{member}}}"#, now() - age));
        server.get("/me", format!("session={session}"))
    };
    let (hour, month) = (3600, 2_592_000);
    for (member, longest) in [("", hour), (r#","m":0"#, hour), (r#","m":86400"#, 86_400), (r#","m":9999999"#, month)] {
        assert_alice(&me(member, longest - 60));
        assert_logged_out(&me(member, longest + 5));
    }
}

fn r12_an_absolute_lifetime_is_counted_from_the_login(server: &Server) {
    let limited = server.beside_with(&[("SESSION_MAX_LIFETIME", "86400")]);

    let login = open(SECRET, &set_cookie(&limited.post("/login", "")).value);
    assert_eq!(login.c, Some(login.t));

    let (t, c) = (now() - 600, now() - 70_000);
    for (members, began) in [(format!(r#""t":{t},"c":{c}"#), c), (format!(r#""t":{t}"#), t)] {
        let session = sign(SECRET, format!(r#"{{"d":{ALICE},{members}}}"#));

        let changed = open(SECRET, &set_cookie(&limited.post("/cart/add", format!("session={session}"))).value);
        let logged_in = open(SECRET, &set_cookie(&limited.post("/login", format!("session={session}"))).value);

        assert_eq!((changed.c, logged_in.c), (Some(began), Some(logged_in.t)));
    }
}

fn r12_an_absolute_lifetime_limits_max_age(server: &Server) {
    let limited = server.beside_with(&[("SESSION_MAX_LIFETIME", "86400")]);
    let (t, end) = (now() - 10, now() + 100);
    let session = sign(SECRET, format!(r#"{{"d":{ALICE},"t":{t},"c":{}}}"#, end - 86_400));

    let cookie = set_cookie(&limited.post("/cart/add", format!("session={session}")));

    assert_max_age_until(&cookie, end);
    assert_eq!(set_cookie(&limited.post("/login", format!("session={session}"))).max_age(), 3600);
}

fn r02_an_absolute_lifetime_ends_whatever_is_refreshed(server: &Server) {
    for max_age in ["3600", "none"] {
        let limited = server.beside_with(&[
            ("SESSION_MAX_AGE", max_age),
            ("SESSION_MAX_LIFETIME", "86400"),
            ("SESSION_REFRESH", "0"),
        ]);
        let began = |age: u64| sign(SECRET, format!(r#"{{"d":{ALICE},"t":{},"c":{}}}"#, now(), now() - age));

        assert_alice(&limited.get("/me", format!("session={}", began(86_340))));
        assert_logged_out(&limited.get("/me", format!("session={}", began(86_410))));
    }
}
