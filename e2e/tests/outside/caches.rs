//! A shared cache in front of a server, which stores answers with a `Set-Cookie`.

use e2e::{
    DemoServer, Framework, Jar, Nginx, checks,
    raw_http::{Request, Response},
};
use serde_json::Value;

use crate::{
    Check,
    client::{answer, log_in, start, user, with_cookie},
};

pub(crate) const CHECKS: &[Check] = checks![
    no_visitor_gets_the_cookie_of_another,
    a_cache_that_ignores_cache_control_gives_a_visitor_the_cookie_of_another
];

/// What the handler says in its `Cache-Control`.
const CACHE_CONTROLS: [Option<&str>; 8] = [
    Some("max-age=600"),
    Some("s-maxage=600"),
    Some("public, max-age=600"),
    Some("public"),
    None,
    Some(""),
    // Only the headers of these names are to stay out of the cache. nginx reads a plain `private` or `no-cache` in them.
    Some(r#"private="x", max-age=60"#),
    Some(r#"no-cache="set-cookie""#),
];

fn no_visitor_gets_the_cookie_of_another(framework: Framework) {
    let server = start(framework, &[]);
    let cache = Nginx::start_cache(server.addr(), &["Set-Cookie", "Vary"]);
    // It does store what it may store.
    let health = || cache_status(&answer(cache.addr(), &Request::new("GET", "/health")));
    assert_eq!([health(), health()], ["MISS", "HIT"]);

    let visits = CACHE_CONTROLS.map(|cache_control| (cache_control, second_visit(&server, &cache, cache_control)));

    assert_eq!(visits, CACHE_CONTROLS.map(|cache_control| (cache_control, ("MISS".to_owned(), Value::Null))));
}

/// The control.
fn a_cache_that_ignores_cache_control_gives_a_visitor_the_cookie_of_another(framework: Framework) {
    let server = start(framework, &[]);
    let cache = Nginx::start_cache(server.addr(), &["Set-Cookie", "Vary", "Cache-Control", "Expires"]);

    let visits = CACHE_CONTROLS.map(|cache_control| (cache_control, second_visit(&server, &cache, cache_control)));

    assert_eq!(visits, CACHE_CONTROLS.map(|cache_control| (cache_control, ("HIT".to_owned(), "alice".into()))));
}

/// Alice asks for a page, whose answer sets her cookie; then someone without a cookie asks for it. Returns where that answer
/// came from, and who is logged in by the cookie in it.
fn second_visit(server: &DemoServer, cache: &Nginx, cache_control: Option<&str>) -> (String, Value) {
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let query = cache_control.map_or_else(String::new, |text| format!("?cache_control={}", percent(text)));
    let target = format!("/cached{query}");

    let mut alice = log_in(server, "alice");
    let first = answer(cache.addr(), &with_cookie("GET", &target, &alice));
    assert!(alice.take(&first), "no Set-Cookie in {first:?}");

    let mut visitor = Jar::default();
    let second = answer(cache.addr(), &with_cookie("GET", &target, &visitor));
    assert!(visitor.take(&second), "no Set-Cookie in {second:?}");
    (cache_status(&second), user(server, &visitor))
}

fn cache_status(response: &Response) -> String {
    String::from_utf8_lossy(response.header("x-cache-status").unwrap_or_default()).into_owned()
}
