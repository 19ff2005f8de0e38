//! Rules 7 to 9: what a handler changes, and what it may not.

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use e2e::checks;
use e2e::raw_http::Response;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Check;
use crate::expect::{assert_alice, assert_json, assert_no_set_cookie, set_cookie};
use crate::server::{ALICE, SECRET, Server, alice, alice_of_length, token_of_length};
use crate::signer::{now, open, token};

pub(crate) const CHECKS: &[Check] = checks![
    r07_a_change_leaves_the_other_members_to_the_letter,
    r07_members_keep_their_order,
    r07_a_login_keeps_the_cart_and_nothing_else,
    r07_any_text_survives_as_it_is,
    r07_any_depth_survives_a_change,
    http_the_page_escapes_what_it_shows_and_allows_no_script_but_its_own,
    r08_a_failed_call_leaves_the_session_as_it_was,
    r08_a_type_that_does_not_fit_is_a_plain_500,
    r09_a_cart_fills_up_to_4096_bytes_and_no_further,
    r09_a_refused_write_leaves_the_session_as_it_was,
    r09_the_attributes_count_too,
    r09_a_write_that_makes_the_session_smaller_is_never_refused,
    r09_an_item_beyond_every_limit_is_refused_at_once,
];

fn r07_a_change_leaves_the_other_members_to_the_letter(server: &Server) {
    for member in [
        r#""big":18446744073709551617"#,
        r#""bigger":18446744073709551618"#,
        r#""huge":10000000000000000000000000000000000000000"#,
        r#""neg":-1180591620717411303424"#,
        r#""pi":3.141592653589793238462643383279502884197"#,
        r#""tiny":5e-324"#,
        r#""exponent":1E+2"#,
        r#""zero":-0.0"#,
        r#""escapes":"\u00e9\ud83e\udd96\u2028\u0000\/\"\\""#,
        "\"text\":\"\u{e9}\u{1f996}\"",
        r#""nested":[[[[[[{"deep":true,"deep":[1,2.50,null]}]]]]]]"#,
        r#""d":{"d":{}}"#,
        r#""t":1"#,
        r#""":"""#,
    ] {
        let before = token(SECRET, &format!("{{{member}}}"), now() - 60);

        let response = server.post("/cart/add?item=egg", format!("session={before}"));

        assert_json(&response, 200, json!({"items": ["egg"]}));
        let after = open(SECRET, &set_cookie(&response).value);
        assert_eq!(after.data, format!(r#"{{{member},"cart":["egg"]}}"#));
    }
}

fn r07_members_keep_their_order(server: &Server) {
    let before = token(SECRET, r#"{"z":1,"cart":["a"],"user_id":"1","b":2}"#, now());

    let added = set_cookie(&server.post("/cart/add?item=c", format!("session={before}")));
    let again = set_cookie(&server.post("/cart/add?item=d", added.pair()));

    assert_eq!(open(SECRET, &added.value).data, r#"{"z":1,"cart":["a","c"],"user_id":"1","b":2}"#);
    assert_eq!(open(SECRET, &again.value).data, r#"{"z":1,"cart":["a","c","d"],"user_id":"1","b":2}"#);
}

fn r07_a_login_keeps_the_cart_and_nothing_else(server: &Server) {
    for (before, after) in [
        ("{}", ALICE.to_owned()),
        (ALICE, ALICE.to_owned()),
        (r#"{"username":"root","z":1,"user_id":"1","is_admin":true}"#, ALICE.to_owned()),
        (r#"{"z":1,"user_id":"1","cart":["a","b"],"y":2}"#, format!(r#"{{"cart":["a","b"],{}"#, &ALICE[1..])),
        (r#"{"cart":[],"z":1}"#, format!(r#"{{"cart":[],{}"#, &ALICE[1..])),
        (r#"{"cart":"no cart"}"#, ALICE.to_owned()),
        (r#"{"cart":[1],"z":1}"#, ALICE.to_owned()),
        (r#"{"cart":null}"#, ALICE.to_owned()),
    ] {
        let response = server.post("/login", format!("session={}", token(SECRET, before, now())));

        assert_json(&response, 200, json!({"ok": true}));
        assert_eq!(open(SECRET, &set_cookie(&response).value).data, after, "{before}");
    }
}

fn r07_any_text_survives_as_it_is(server: &Server) {
    for (item, text) in [
        ("", ""),
        ("%22%5C%2F", "\"\\/"),
        ("%00%01%1F%7F", "\0\u{1}\u{1f}\u{7f}"),
        ("%0D%0ASet-Cookie%3A%20x%3D1", "\r\nSet-Cookie: x=1"),
        ("%C3%A9%F0%9F%A6%96%E2%80%A8", "\u{e9}\u{1f996}\u{2028}"),
        ("a+b%2Bc%26d", "a b+c&d"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "<script>alert(1)</script>"),
    ] {
        let added = server.post(&format!("/cart/add?item={item}"), "");

        assert_json(&added, 200, json!({"items": [text]}));
        assert_json(&server.get("/cart", set_cookie(&added).pair()), 200, json!({"items": [text]}));
        let page = server.get("/", set_cookie(&added).pair());
        assert!(page.status == 200 && !page.text().contains("<script>alert"), "{}", page.text());
    }
}

fn r07_any_depth_survives_a_change(server: &Server) {
    for depth in [62, 64, 66, 126, 128, 130, 700] {
        let deep = format!("{}{}", "[{\"\":".repeat(depth / 2), "}]".repeat(depth / 2));
        let deep = deep.replace(":}", ":[]}");
        let before = token(SECRET, &format!(r#"{{"deep":{deep}}}"#), now());

        let response = server.post("/cart/add?item=egg", format!("session={before}"));

        assert_json(&response, 200, json!({"items": ["egg"]}));
        let after = open(SECRET, &set_cookie(&response).value);
        assert_eq!(after.data, format!(r#"{{"deep":{deep},"cart":["egg"]}}"#));
    }
}

fn http_the_page_escapes_what_it_shows_and_allows_no_script_but_its_own(server: &Server) {
    let added = server.post("/cart/add?item=%3Cscript%3Ealert(1)%3C/script%3E", "");

    let page = server.get("/", set_cookie(&added).pair());

    let html = page.text();
    assert!(html.contains("&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;") && !html.contains("<script>alert"));
    assert_eq!(page.header("content-type"), Some(b"text/html; charset=utf-8".as_slice()));
    let hash_of = |element: &str| {
        let (_, rest) = html.split_once(&format!("<{element}>")).unwrap();
        let (text, _) = rest.split_once(&format!("</{element}>")).unwrap();
        BASE64.encode(Sha256::digest(text))
    };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash_of("style"),
        hash_of("script")
    );
    assert_eq!(page.header("content-security-policy"), Some(policy.as_bytes()));
}

fn r08_a_failed_call_leaves_the_session_as_it_was(server: &Server) {
    for cart in ["1", "\"eggs\"", "{}", "[1]", "[null]", "true"] {
        let before = token(SECRET, &format!(r#"{{"user_id":"42","username":"alice","cart":{cart}}}"#), now());

        let response = server.post("/cart/add?item=egg", format!("session={before}"));

        assert_eq!(response.status, 500, "{cart}");
        assert_no_set_cookie(&response);
        assert_alice(&server.get("/me", format!("session={before}")));
    }
}

fn r08_a_type_that_does_not_fit_is_a_plain_500(server: &Server) {
    let before = token(SECRET, r#"{"user_id":40961,"username":"hidden"}"#, now());

    let response = server.get("/me", format!("session={before}"));

    assert_eq!(response.status, 500);
    assert_no_set_cookie(&response);
    let body = response.text();
    for detail in ["40961", "hidden", "user_id", "invalid type", "session", "expected"] {
        assert!(!body.contains(detail), "{body}");
    }
}

/// Adds an item of this many characters; the answer, and the cart's `Cookie` header afterwards.
fn add(server: &Server, cookie: &str, characters: usize) -> Response {
    server.post(&format!("/cart/add?item={}", "x".repeat(characters)), cookie)
}

/// The longest first item that this server takes, and the answer that took it.
fn fill(server: &Server) -> (usize, Response) {
    let (mut taken, mut refused) = (0, 4096);
    while refused - taken > 1 {
        let middle = usize::midpoint(taken, refused);
        if add(server, "", middle).status == 200 { taken = middle } else { refused = middle }
    }
    (taken, add(server, "", taken))
}

fn r09_a_cart_fills_up_to_4096_bytes_and_no_further(server: &Server) {
    let (longest, taken) = fill(server);
    let refused = add(server, "", longest + 1);

    assert_eq!((taken.status, refused.status), (200, 413));
    let length = set_cookie(&taken).length;
    // Room for a longer `t`, a `c` and an `m` has to stay free: under 100 bytes of base64.
    assert!((3996..=4096).contains(&length), "{length} bytes");
    assert_eq!(refused.header("content-type"), Some(b"application/json".as_slice()));
    let error: Value = serde_json::from_slice(&refused.body).unwrap();
    let error = error["error"].as_str().unwrap();
    let numbers: Vec<usize> = error.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    assert!(numbers.contains(&4096) && numbers.iter().any(|&size| size > 4096), "both sizes in: {error}");
}

fn r09_a_refused_write_leaves_the_session_as_it_was(server: &Server) {
    let logged_in = set_cookie(&server.post("/login", ""));
    let with_item = set_cookie(&add(server, &logged_in.pair(), 1000));

    let refused = add(server, &with_item.pair(), 3000);

    assert_eq!(refused.status, 413);
    assert_no_set_cookie(&refused);
    assert_alice(&server.get("/me", with_item.pair()));
    assert_json(&server.get("/cart", with_item.pair()), 200, json!({"items": ["x".repeat(1000)]}));
    let with_egg = set_cookie(&server.post("/cart/add", with_item.pair()));
    assert_json(&server.get("/cart", with_egg.pair()), 200, json!({"items": ["x".repeat(1000), "egg"]}));
}

fn r09_the_attributes_count_too(server: &Server) {
    let path = format!("/{}", "p".repeat(500));
    let domain = format!("{}.example", "d".repeat(500));
    let roomless = server.beside_with(&[("SESSION_PATH", &path), ("SESSION_DOMAIN", &domain)]);

    let (longest, taken) = fill(&roomless);

    assert!(set_cookie(&taken).length <= 4096);
    let (longest_by_default, _) = fill(server);
    // 1017 bytes more of attributes leave three quarters as many less for JSON.
    let less = longest_by_default - longest;
    assert!((761..=765).contains(&less), "{less} characters less");
}

fn r09_a_write_that_makes_the_session_smaller_is_never_refused(server: &Server) {
    // VelociPy counts no attributes, and may have filled up name and value.
    let filled_up = 4095 - "session".len();
    let members = r#""cart":["egg"],"user_id":"42""#;
    let response = server.post("/login", format!("session={}", token_of_length(SECRET, members, filled_up)));

    assert_json(&response, 200, json!({"ok": true}));
    // The login takes the cart out of the session as it came.
    assert_eq!(open(SECRET, &set_cookie(&response).value).data, format!(r#"{{"cart":["egg"],{}"#, &ALICE[1..]));
    let removal = server.post("/logout", format!("session={}", alice_of_length(SECRET, filled_up)));
    assert_eq!(set_cookie(&removal).value, "");
}

fn r09_an_item_beyond_every_limit_is_refused_at_once(server: &Server) {
    let response = add(server, &format!("session={}", alice()), 30_000);

    assert!((400..500).contains(&response.status), "{}", response.status);
    assert_no_set_cookie(&response);
}
