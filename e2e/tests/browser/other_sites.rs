//! `SameSite`: what another site can do with a user who is logged in here.

use e2e::checks;
use serde_json::json;

use crate::Check;
use crate::stage::{ALICE, BLOG, LOGGED_OUT, OTHER, SHOP, Site, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    strict_is_not_sent_with_a_link_from_another_site,
    strict_is_sent_with_a_link_from_a_neighbour,
    lax_is_sent_with_a_link_from_another_site,
    lax_and_strict_are_not_sent_with_a_form_of_another_site,
    lax_and_strict_are_not_sent_with_a_script_of_another_site,
    another_site_cannot_read_an_answer,
    a_link_from_another_site_logs_a_strict_session_out,
    a_form_of_another_site_logs_a_lax_session_out,
    the_guard_of_the_guide_keeps_a_strict_session_behind_a_link_from_another_site,
    a_handler_that_writes_without_the_cookie_replaces_a_strict_session,
];

const STRICT: [(&str, &str); 1] = [("SESSION_SAME_SITE", "strict")];
const LAX: [(&str, &str); 1] = [("SESSION_SAME_SITE", "lax")];

const DONE: &str = r#"{"ok":true}"#;

fn strict_is_not_sent_with_a_link_from_another_site(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&STRICT);
    log_in(stage, &site);

    follow_link(stage, &site, OTHER, "/me", "user_id");

    assert_eq!(stage.browser.body(), LOGGED_OUT);
    let request = site.request("/me");
    assert_eq!((request.header("sec-fetch-site"), request.header("cookie")), (Some("cross-site"), None));

    // The session is still there, for someone who types the address.
    stage.browser.open(&site.url(SHOP, "/me"));
    assert_eq!(stage.browser.body(), ALICE);
}

fn strict_is_sent_with_a_link_from_a_neighbour(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&STRICT);
    log_in(stage, &site);

    follow_link(stage, &site, BLOG, "/me", "user_id");

    assert_eq!(stage.browser.body(), ALICE);
    assert_eq!(site.request("/me").header("sec-fetch-site"), Some("same-site"));
}

fn lax_is_sent_with_a_link_from_another_site(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&LAX);
    log_in(stage, &site);

    follow_link(stage, &site, OTHER, "/me", "user_id");

    assert_eq!(stage.browser.body(), ALICE);
    assert_eq!(site.request("/me").header("sec-fetch-site"), Some("cross-site"));
}

fn lax_and_strict_are_not_sent_with_a_form_of_another_site(stage: &mut Stage<'_>) {
    for env in [LAX, STRICT] {
        let site = stage.serve_tls(&env);
        log_in(stage, &site);
        let before = stage.browser.only_cookie().value;

        send_form(stage, &site, OTHER, "/cart/add?item=planted", r#"{"items":["planted"]}"#);

        let request = site.request("/cart/add?item=planted");
        assert_eq!((request.header("sec-fetch-site"), request.header("cookie")), (Some("cross-site"), None), "{env:?}");
        // The browser did store the answer: a form of another site can replace a session, not use it.
        assert_ne!(stage.browser.only_cookie().value, before, "{env:?}");
    }
}

fn lax_and_strict_are_not_sent_with_a_script_of_another_site(stage: &mut Stage<'_>) {
    for env in [LAX, STRICT] {
        let site = stage.serve_tls(&env);
        log_in(stage, &site);
        let before = stage.browser.only_cookie().value;

        stage.browser.open(&site.url(OTHER, "/health"));
        for (method, path) in [("GET", "/me"), ("POST", "/logout")] {
            stage.browser.run(
                "return fetch(arguments[1], {method: arguments[0], mode: 'no-cors', credentials: 'include'}).then(() => {})",
                json!([method, site.url(SHOP, path)]),
            );

            let request = site.request(path);
            assert_eq!((request.header("sec-fetch-site"), request.header("cookie")), (Some("cross-site"), None));
        }

        // The logout was answered with a removal, which the browser does not take from an answer to a script of another site.
        assert!(is_removal(site.set_cookie()), "{:?}", site.set_cookie());
        assert_eq!(stage.browser.only_cookie().value, before, "{env:?}");
    }
}

fn another_site_cannot_read_an_answer(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&[]);
    log_in(stage, &site);
    stage.browser.open(&site.url(OTHER, "/health"));

    let result = stage.browser.run(
        "return fetch(arguments[0], {credentials: 'include'}).then(answer => answer.text(), error => error.name)",
        json!([site.url(SHOP, "/me")]),
    );

    assert_eq!(result, "TypeError");
}

fn a_link_from_another_site_logs_a_strict_session_out(stage: &mut Stage<'_>) {
    let site = stage.serve_test_server(&STRICT);
    log_in(stage, &site);

    follow_link(stage, &site, OTHER, "/logout", DONE);

    assert_logged_out_without_the_cookie(stage, &site);
}

fn a_form_of_another_site_logs_a_lax_session_out(stage: &mut Stage<'_>) {
    let site = stage.serve_test_server(&LAX);
    log_in(stage, &site);

    send_form(stage, &site, OTHER, "/logout", DONE);

    assert_logged_out_without_the_cookie(stage, &site);
}

#[track_caller]
fn assert_logged_out_without_the_cookie(stage: &Stage<'_>, site: &Site) {
    let request = site.request("/logout");
    assert_eq!((request.header("sec-fetch-site"), request.header("cookie")), (Some("cross-site"), None));
    assert!(is_removal(site.set_cookie()), "{:?}", site.set_cookie());
    assert!(stage.browser.cookies().is_empty(), "{:?}", stage.browser.cookies());
    stage.browser.open(&site.url(SHOP, "/me"));
    assert_eq!(stage.browser.body(), LOGGED_OUT);
}

fn the_guard_of_the_guide_keeps_a_strict_session_behind_a_link_from_another_site(stage: &mut Stage<'_>) {
    let site = stage.serve_test_server(&STRICT);
    // A visitor who typed the address is sent to the login with a message in the session.
    stage.browser.open(&site.url(SHOP, "/guarded"));
    stage.browser.wait_for("body", r#"{"message":"Please log in first."}"#);
    log_in(stage, &site);
    let before = stage.browser.only_cookie().value;

    follow_link(stage, &site, OTHER, "/guarded", r#"{"message":null}"#);

    let request = site.request("/guarded");
    assert_eq!((request.header("sec-fetch-site"), request.header("cookie")), (Some("cross-site"), None));
    assert_eq!(stage.browser.only_cookie().value, before);
    stage.browser.open(&site.url(SHOP, "/guarded"));
    assert_eq!(stage.browser.body(), DONE);
}

fn a_handler_that_writes_without_the_cookie_replaces_a_strict_session(stage: &mut Stage<'_>) {
    let site = stage.serve_test_server(&STRICT);
    log_in(stage, &site);

    follow_link(stage, &site, OTHER, "/cached", r#"{"visits":1}"#);

    let request = site.request("/cached");
    assert_eq!((request.header("sec-fetch-site"), request.header("cookie")), (Some("cross-site"), None));
    stage.browser.open(&site.url(SHOP, "/me"));
    assert_eq!(stage.browser.body(), LOGGED_OUT);
}

fn is_removal(set_cookie: Option<String>) -> bool {
    set_cookie.is_some_and(|set_cookie| set_cookie.starts_with("session=; Max-Age=0;"))
}

fn log_in(stage: &Stage<'_>, site: &Site) {
    stage.browser.open(&site.url(SHOP, "/health"));
    stage.browser.fetch("POST", "/login");
    assert_eq!(stage.browser.fetch("GET", "/me"), ALICE);
}

/// Clicks on a link to `target` on a page of `host`, and waits for the answer.
fn follow_link(stage: &Stage<'_>, site: &Site, host: &str, target: &str, answer: &str) {
    stage.browser.open(&site.url(host, "/health"));
    stage
        .browser
        .run("document.body.innerHTML = `<a href='${arguments[0]}'>There</a>`", json!([site.url(SHOP, target)]));
    stage.browser.click("a");
    stage.browser.wait_for("body", answer);
}

/// Posts a form to `target` from a page of `host`, and waits for the answer.
fn send_form(stage: &Stage<'_>, site: &Site, host: &str, target: &str, answer: &str) {
    stage.browser.open(&site.url(host, "/health"));
    stage.browser.run(
        "document.body.innerHTML = `<form method=post action='${arguments[0]}'><button>Win</button></form>`",
        json!([site.url(SHOP, target)]),
    );
    stage.browser.click("button");
    stage.browser.wait_for("body", answer);
}
