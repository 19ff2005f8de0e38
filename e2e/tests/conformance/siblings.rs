//! Rule 25: several sessions in one request, each with its own cookie, options and key. The demos have one session, so these
//! checks run against the test servers.

use e2e::checks;
use e2e::raw_http::Response;
use e2e::wire_format::mac;
use serde_json::{Value, json};

use crate::Check;
use crate::expect::{assert_json, assert_no_set_cookie, set_cookie, set_cookies, vary_cookie_count, warnings};
use crate::server::{OTHER_SECRET, SECRET, Server, token_of_length};
use crate::signer::{now, open, token};

pub(crate) const CHECKS: &[Check] = checks![
    r25_two_sessions_that_changed_send_two_cookies_with_their_own_attributes_and_one_vary,
    r25_a_session_that_is_read_beside_one_that_changed_sends_no_cookie,
    r25_siblings_that_no_handler_touches_send_nothing,
    r25_a_sibling_is_opened_with_the_key_that_is_derived_for_its_name,
    r25_swapped_cookies_are_refused_both_ways,
    r25_the_removal_of_one_session_leaves_the_other,
    r25_a_full_sibling_fits_beside_a_full_session,
    r25_cookies_of_4096_bytes_are_read_beside_each_other,
    r25_a_sibling_is_signed_again_after_a_fallback_key,
    r25_two_siblings_of_one_cookie_name_are_logged_once_at_error,
];

/// The key of the sibling with this cookie name, made by nothing but HMAC-SHA256.
fn key_of(secret: &str, name: &str) -> [u8; 32] {
    mac(secret, &format!("session-codec/derive/v1\0session-cookie/sibling/v1\0{name}"))
}

/// A cookie of the main session in which this text is stored.
fn main_cookie(text: &str) -> String {
    format!("session={}", token(SECRET, &json!({"text": text}).to_string(), now()))
}

/// A cookie of the sibling `second` in which this text is stored.
fn second_cookie(secret: &str, text: &str) -> String {
    format!("second={}", token(key_of(secret, "second"), &json!({"text": text}).to_string(), now()))
}

/// The answer of `/several` with these texts.
#[track_caller]
fn assert_texts(response: &Response, main: impl Into<Value>, second: impl Into<Value>) {
    let (main, second): (Value, Value) = (main.into(), second.into());
    assert_json(response, 200, json!({"main": main, "second": second, "third": null}));
}

fn r25_two_sessions_that_changed_send_two_cookies_with_their_own_attributes_and_one_vary(server: &Server) {
    let server = server.test_server_with(&[]);

    let response = server.post("/several?main=write&second=write", "");

    let [second, main] = &set_cookies(&response)[..] else { panic!("{response:?}") };
    assert_eq!((main.name.as_str(), second.name.as_str()), ("session", "second"));
    assert_eq!(main.attributes, "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(second.attributes, "Max-Age=600; Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(open(SECRET, &main.value).data, r#"{"text":"short"}"#);
    assert_eq!(open(key_of(SECRET, "second"), &second.value).data, r#"{"text":"short"}"#);
    assert_eq!(vary_cookie_count(&response), 1);
    assert_eq!(response.header_lines("cache-control").collect::<Vec<_>>(), [b"private"]);
    let cookies = [main.pair(), second.pair()];
    for cookies in [cookies.join("; "), format!("{}; {}", cookies[1], cookies[0])] {
        assert_texts(&server.post("/several?main=read&second=read", cookies), "short", "short");
    }
}

fn r25_a_session_that_is_read_beside_one_that_changed_sends_no_cookie(server: &Server) {
    let server = server.test_server_with(&[]);
    let cookies = format!("{}; {}", main_cookie("of main"), second_cookie(SECRET, "of second"));
    for (query, main, second, changed) in [
        ("main=read&second=write", json!("of main"), json!("short"), "second"),
        ("main=write&second=read", json!("short"), json!("of second"), "session"),
        ("second=write", Value::Null, json!("short"), "second"),
        ("main=write", json!("short"), Value::Null, "session"),
    ] {
        let response = server.post(&format!("/several?{query}"), &cookies);

        assert_texts(&response, main, second);
        assert_eq!(set_cookie(&response).name, changed, "{query}");
        assert_eq!(vary_cookie_count(&response), 1, "{query}");
    }
    let both_read = server.post("/several?main=read&second=read", &cookies);
    assert_texts(&both_read, "of main", "of second");
    assert_no_set_cookie(&both_read);
    assert_eq!(vary_cookie_count(&both_read), 1);
}

fn r25_siblings_that_no_handler_touches_send_nothing(server: &Server) {
    let server = server.test_server_with(&[]);
    let cookies = format!("{}; second=junk; {}", main_cookie("of main"), second_cookie(OTHER_SECRET, "forged"));

    let response = server.post("/several", &cookies);

    assert_texts(&response, Value::Null, Value::Null);
    assert_no_set_cookie(&response);
    assert_eq!(vary_cookie_count(&response), 0);
}

fn r25_a_sibling_is_opened_with_the_key_that_is_derived_for_its_name(server: &Server) {
    let server = server.test_server_with(&[]);
    let data = r#"{"text":"stored"}"#;
    for (key, text) in [
        (key_of(SECRET, "second").to_vec(), json!("stored")),
        (key_of(SECRET, "third").to_vec(), Value::Null),
        (key_of(SECRET, "session").to_vec(), Value::Null),
        (key_of(OTHER_SECRET, "second").to_vec(), Value::Null),
        (SECRET.as_bytes().to_vec(), Value::Null),
    ] {
        let cookie = format!("second={}", token(&key, data, now()));

        assert_texts(&server.post("/several?second=read", cookie), Value::Null, text);
    }
}

fn r25_swapped_cookies_are_refused_both_ways(server: &Server) {
    let server = server.test_server_with(&[]);
    let made = server.post("/several?main=write&second=write&third=write", "");
    let made = set_cookies(&made);
    let names = ["second", "session", "third"];
    assert_eq!(made.iter().map(|cookie| cookie.name.as_str()).collect::<Vec<_>>(), names);

    for (from, cookie) in names.iter().zip(&made) {
        for to in names {
            let response = server.post("/several?main=read&second=read&third=read", format!("{to}={}", cookie.value));

            let text = |name: &str| if name == to && to == *from { json!("short") } else { Value::Null };
            let texts = json!({"main": text("session"), "second": text("second"), "third": text("third")});
            assert_json(&response, 200, texts);
        }
    }
}

fn r25_the_removal_of_one_session_leaves_the_other(server: &Server) {
    let server = server.test_server_with(&[]);
    let (main, second) = (main_cookie("of main"), second_cookie(SECRET, "of second"));
    let cookies = format!("{main}; {second}");

    let response = server.post("/several?main=read&second=clear", &cookies);
    assert_texts(&response, "of main", Value::Null);
    let removal = set_cookie(&response);
    assert_eq!((removal.pair().as_str(), removal.max_age()), ("second=", 0));
    assert!(removal.attributes.ends_with("Path=/; HttpOnly; SameSite=Strict"), "{removal:?}");
    assert_texts(&server.post("/several?main=read&second=read", main), "of main", Value::Null);

    let response = server.post("/several?main=clear&second=read", &cookies);
    assert_texts(&response, Value::Null, "of second");
    let removal = set_cookie(&response);
    assert_eq!((removal.pair().as_str(), removal.max_age()), ("session=", 0));
    assert!(removal.attributes.ends_with("Path=/; HttpOnly; SameSite=Lax"), "{removal:?}");
    assert_texts(&server.post("/several?main=read&second=read", second), Value::Null, "of second");

    let both = server.post("/several?main=clear&second=clear", &cookies);
    let removals: Vec<_> = set_cookies(&both).iter().map(|cookie| (cookie.pair(), cookie.max_age())).collect();
    assert_eq!(removals, [("second=".to_owned(), 0), ("session=".to_owned(), 0)]);
}

fn r25_a_full_sibling_fits_beside_a_full_session(server: &Server) {
    let server = server.test_server_with(&[]);

    let filled = server.post("/several?main=fill&second=fill", "");

    let cookies = set_cookies(&filled);
    assert_eq!(cookies.len(), 2, "{filled:?}");
    for cookie in &cookies {
        // What is missing is room for a later `c` and `m`.
        assert!((4060..=4096).contains(&cookie.length), "{} has {} bytes", cookie.name, cookie.length);
    }
    let pairs = format!("{}; {}", cookies[0].pair(), cookies[1].pair());
    let read = server.post("/several?main=read&second=read", &pairs);
    assert_eq!((read.status, &read.body), (200, &filled.body));
    assert_no_set_cookie(&read);
    // The room of one is not that of the other.
    let shortened = server.post("/several?main=write&second=read", &pairs);
    assert_eq!(set_cookie(&shortened).name, "session");
}

fn r25_cookies_of_4096_bytes_are_read_beside_each_other(server: &Server) {
    let server = server.test_server_with(&[]);
    let of_length = |secret: &[u8], name: &str, length: usize| {
        format!("{name}={}", token_of_length(secret, &format!(r#""text":"of {name}""#), length - name.len()))
    };
    // No token fills up the name `session`.
    let main = of_length(SECRET.as_bytes(), "session", 4095);
    let second = of_length(&key_of(SECRET, "second"), "second", 4096);

    for cookies in [format!("{main}; {second}"), format!("{second}; {main}")] {
        let response = server.post("/several?main=read&second=read", cookies);
        assert_texts(&response, "of session", "of second");
    }
}

fn r25_a_sibling_is_signed_again_after_a_fallback_key(server: &Server) {
    let server = server.test_server_with(&[("SESSION_FALLBACK_KEYS", OTHER_SECRET)]);

    let response = server.post("/several?second=read", second_cookie(OTHER_SECRET, "old"));

    assert_texts(&response, Value::Null, "old");
    assert_eq!(open(key_of(SECRET, "second"), &set_cookie(&response).value).data, r#"{"text":"old"}"#);
}

fn r25_two_siblings_of_one_cookie_name_are_logged_once_at_error(server: &Server) {
    let [twins, others] =
        ["second", "third"].map(|name| server.test_server_with(&[("THIRD_NAME", name), ("SESSION_SECURE", "false")]));
    for server in [&twins, &others] {
        for _ in 0..3 {
            assert_eq!(server.post("/several?second=read&third=read", "").status, 200);
        }
    }
    // Of the two changes the inner one's is sent.
    let response = twins.post("/several?second=write&third=fill", "");
    assert!(set_cookie(&response).length > 4000, "{response:?}");

    let log = twins.stop();
    let errors: Vec<_> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
    let [error] = errors[..] else { panic!("{log}") };
    assert!(error.contains("two session managers") && error.contains(r#"cookie="second""#), "{log}");
    assert_eq!(warnings(&others.stop()), [""; 0]);
}
