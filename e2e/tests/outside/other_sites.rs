//! Requests that another site causes: the browser sends them without the cookie (`SameSite`), and heeds the `Set-Cookie` of
//! their answers all the same. A path that does not fit keeps the cookie back too.

use e2e::{Framework, Jar, checks, raw_http::Request};
use serde_json::{Value, json};

use crate::{
    Check,
    client::{answer, log_in, shown, start, user, with_cookie},
};

pub(crate) const CHECKS: &[Check] = checks![
    a_logout_that_came_without_the_cookie_removes_it,
    a_logout_outside_of_the_cookies_path_removes_it,
    the_guard_leaves_the_cookie_alone_that_the_browser_kept_back,
    the_guard_leaves_a_message_where_no_cookie_was_kept_back,
    the_guard_lets_a_user_in,
];

/// By a link with `Strict`, by another site's form with `Lax`.
fn a_logout_that_came_without_the_cookie_removes_it(framework: Framework) {
    let server = start(framework, &[]);
    for method in ["GET", "POST"] {
        let mut alice = log_in(&server, "alice");

        alice.take(&answer(server.addr(), &Request::new(method, "/logout").header("Sec-Fetch-Site", "cross-site")));

        assert_eq!(alice.cookie(), None, "{method}");
    }
}

fn a_logout_outside_of_the_cookies_path_removes_it(framework: Framework) {
    let server = start(framework, &[("SESSION_PATH", "/app")]);
    for method in ["GET", "POST"] {
        let response = answer(server.addr(), &Request::new(method, "/logout"));

        let set_cookie = String::from_utf8_lossy(response.header("set-cookie").unwrap_or_default());
        assert!(set_cookie.starts_with("session=; Max-Age=0; "), "{method}: {set_cookie}");
        assert!(set_cookie.contains("; Path=/app; "), "{method}: {set_cookie}");
    }
}

fn the_guard_leaves_the_cookie_alone_that_the_browser_kept_back(framework: Framework) {
    let server = start(framework, &[]);
    let mut alice = log_in(&server, "alice");

    let response = answer(server.addr(), &Request::new("GET", "/guarded").header("Sec-Fetch-Site", "cross-site"));
    alice.take(&response);

    assert_eq!((response.status, response.header("location")), (303, Some(b"/login".as_slice())));
    assert_eq!(response.header("set-cookie"), None);
    assert_eq!(user(&server, &alice), "alice");
}

/// From the site's own pages, from the address bar, from a browser that does not say, and with a cookie that is no session.
fn the_guard_leaves_a_message_where_no_cookie_was_kept_back(framework: Framework) {
    let server = start(framework, &[]);
    let request = || Request::new("GET", "/guarded");
    for request in [
        request(),
        request().header("Sec-Fetch-Site", "same-origin"),
        request().header("Sec-Fetch-Site", "same-site"),
        request().header("Sec-Fetch-Site", "none"),
        request().header("Sec-Fetch-Site", "cross-site").cookie("session=forged"),
    ] {
        let mut visitor = Jar::default();

        let response = answer(server.addr(), &request);
        visitor.take(&response);

        assert_eq!((response.status, response.header("location")), (303, Some(b"/login".as_slice())), "{request:?}");
        assert_eq!(shown(&server, "/login", &visitor, "message"), "Please log in first.", "{request:?}");
        assert_eq!(user(&server, &visitor), Value::Null);
    }
}

fn the_guard_lets_a_user_in(framework: Framework) {
    let server = start(framework, &[]);
    let request = with_cookie("GET", "/guarded", &log_in(&server, "alice"));

    // By a link with `Lax`.
    let response = answer(server.addr(), &request.header("Sec-Fetch-Site", "cross-site"));

    assert_eq!((response.status, response.text()), (200, json!({"ok": true}).to_string()));
}
