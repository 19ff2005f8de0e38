//! `__Host-`, `Secure` and `Partitioned`: what the browser enforces for the server.

use e2e::checks;
use serde_json::json;

use crate::Check;
use crate::stage::{ALICE, BLOG, HARDENED, LOGGED_OUT, OTHER, SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    a_hardened_session_is_stored_and_sent_over_tls,
    logout_really_removes_a_hardened_session,
    a_hardened_session_is_not_stored_over_plain_http,
    a_hardened_session_is_never_sent_over_plain_http,
    every_prefix_is_stored_and_removed_over_tls,
    a_neighbour_and_plain_http_cannot_plant_a_host_cookie,
    a_script_cannot_plant_an_http_cookie,
    over_http2_the_session_survives_among_cookies_that_are_split,
    a_partitioned_session_is_one_for_each_site_that_embeds_it,
];

fn a_hardened_session_is_stored_and_sent_over_tls(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&HARDENED);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));

    browser.click("#remember");
    browser.click("#login");
    browser.wait_for("#session", "alice");
    browser.click("#me");
    browser.wait_for("#answer", ALICE);

    let cookie = browser.only_cookie();
    assert_eq!(cookie.name, "__Host-session");
    assert_eq!((cookie.domain.as_str(), cookie.path.as_str()), (SHOP, "/"));
    assert!(cookie.secure && cookie.http_only && !cookie.session, "{cookie:?}");
    assert_eq!(cookie.same_site.as_deref(), Some("Strict"));
    assert_eq!(site.request("/me").header("cookie"), Some(&*format!("__Host-session={}", cookie.value)));
}

fn logout_really_removes_a_hardened_session(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&HARDENED);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.click("#login");
    browser.wait_for("#session", "alice");
    assert_eq!(browser.cookies().len(), 1);

    browser.click("#logout");
    browser.wait_for("#session", "No cookie.");

    assert!(browser.cookies().is_empty(), "{:?}", browser.cookies());
    assert!(site.set_cookie().unwrap().starts_with("__Host-session=; Max-Age=0; "));
    assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT);
    assert_eq!(site.request("/me").header("cookie"), None);
}

fn a_hardened_session_is_not_stored_over_plain_http(stage: &mut Stage<'_>) {
    let (hardened, default) = (stage.serve(&HARDENED), stage.serve(&[]));
    let browser = &stage.browser;
    for (site, is_stored) in [(&hardened, false), (&default, true)] {
        browser.open(&site.url(SHOP, "/"));
        assert_eq!(browser.fetch("POST", "/login"), r#"{"ok":true}"#);

        assert!(site.set_cookie().is_some());
        assert_eq!(!browser.cookies().is_empty(), is_stored);
        assert_eq!(browser.fetch("GET", "/me"), if is_stored { ALICE } else { LOGGED_OUT });
    }
}

fn a_hardened_session_is_never_sent_over_plain_http(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&HARDENED);
    let clear = site.in_the_clear();
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.fetch("POST", "/login");
    assert_eq!(browser.fetch("GET", "/me"), ALICE);

    browser.open(&clear.url(SHOP, "/me"));

    assert_eq!(browser.body(), LOGGED_OUT);
    assert_eq!(clear.request("/me").header("cookie"), None);
    assert_eq!(browser.cookies().len(), 1);
}

fn every_prefix_is_stored_and_removed_over_tls(stage: &mut Stage<'_>) {
    for name in ["__Secure-session", "__Host-session", "__Http-session", "__Host-Http-session", "__hOST-session"] {
        let site = stage.serve_tls(&[("SESSION_NAME", name), ("SESSION_SECURE", "true")]);
        let browser = &stage.browser;
        browser.open(&site.url(SHOP, "/"));

        browser.fetch("POST", "/login");
        assert_eq!(browser.only_cookie().name, name);
        assert_eq!(browser.fetch("GET", "/me"), ALICE, "{name}");

        browser.fetch("POST", "/logout");
        assert!(browser.cookies().is_empty(), "{name}: {:?}", browser.cookies());
    }
}

fn a_neighbour_and_plain_http_cannot_plant_a_host_cookie(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&HARDENED);
    let clear = site.in_the_clear();
    let browser = &stage.browser;
    let plant = |url: String, name: &str, attributes: &str| {
        browser.open(&url);
        browser.run("document.cookie = arguments[0]", json!([format!("{name}=junk; {attributes}")]));
    };

    plant(site.url(BLOG, "/"), "__Host-session", "secure; path=/; domain=shop.test");
    plant(site.url(SHOP, "/"), "__Host-session", "secure; path=/me");
    plant(clear.url(SHOP, "/"), "__Host-session", "path=/");
    plant(clear.url(SHOP, "/"), "__Host-session", "secure; path=/");
    assert!(browser.cookies().is_empty(), "{:?}", browser.cookies());

    // The same without the prefix is let through.
    plant(site.url(BLOG, "/"), "session", "secure; path=/; domain=shop.test");
    assert_eq!(browser.only_cookie().domain, ".shop.test");
}

fn a_script_cannot_plant_an_http_cookie(stage: &mut Stage<'_>) {
    let site = stage.serve_tls(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));

    for name in ["__Http-session", "__Host-Http-session", "__Host-session"] {
        browser.run("document.cookie = arguments[0]", json!([format!("{name}=junk; secure; path=/")]));
    }

    // A script may write a `__Host-` cookie on its own host, and no `__Http-` cookie anywhere.
    assert_eq!(browser.only_cookie().name, "__Host-session");
}

fn over_http2_the_session_survives_among_cookies_that_are_split(stage: &mut Stage<'_>) {
    let site = stage.serve_http2(&HARDENED);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    for count in 0..20 {
        browser.run("document.cookie = `other${arguments[0]}=${'x'.repeat(100)}; secure; path=/`", json!([count]));
    }

    browser.fetch("POST", "/login");

    assert_eq!(browser.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol", json!([])), "h2");
    assert_eq!(browser.cookies().len(), 21);
    assert_eq!(browser.fetch("GET", "/me"), ALICE);
    browser.fetch("POST", "/logout");
    assert_eq!(browser.cookies().len(), 20);
    assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT);
}

fn a_partitioned_session_is_one_for_each_site_that_embeds_it(stage: &mut Stage<'_>) {
    let embedded = [("SESSION_SECURE", "true"), ("SESSION_SAME_SITE", "none"), ("SESSION_PARTITIONED", "true")];
    let site = stage.serve_tls(&embedded);
    let browser = &stage.browser;
    let embed = |page: &str, path: &str| {
        browser.open(&site.url(page, "/health"));
        browser.run(
            "return new Promise(done => {
                 const frame = document.createElement('iframe');
                 frame.onload = done;
                 frame.src = arguments[0];
                 document.body.append(frame);
             })",
            json!([site.url(SHOP, path)]),
        );
        browser.enter_frame("iframe");
    };

    embed(OTHER, "/health");
    browser.fetch("POST", "/login");
    assert_eq!(browser.fetch("GET", "/me"), ALICE);

    let cookie = browser.only_cookie();
    assert_eq!(cookie.domain, SHOP);
    assert_eq!(cookie.partition_key.as_ref().map(|key| key.top_level_site.as_str()), Some("https://other.test"));

    embed("third.test", "/me");
    assert_eq!(browser.body(), LOGGED_OUT);
    browser.open(&site.url(SHOP, "/me"));
    assert_eq!(browser.body(), LOGGED_OUT);

    embed(OTHER, "/me");
    assert_eq!(browser.body(), ALICE);
    browser.fetch("POST", "/logout");
    assert!(browser.cookies().is_empty(), "{:?}", browser.cookies());
}
