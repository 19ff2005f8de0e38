//! "Remember me": how long the browser keeps the cookie.

use e2e::{Chromium, Cookie, Front, checks};
use serde_json::json;
use session_codec::UnixTime;

use crate::Check;
use crate::stage::{ALICE, BLOG, LOGGED_OUT, OTHER, SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    without_remember_me_the_cookie_has_no_expiry,
    with_remember_me_the_cookie_has_an_expiry,
    without_a_word_about_it_the_configured_lifetime_counts,
    a_later_change_keeps_the_lifetime_that_was_chosen,
    a_later_login_can_choose_another_lifetime,
    when_the_browser_closes_only_a_remembered_login_stays,
    a_remembered_login_lasts_a_month_and_any_other_an_hour,
    a_cookie_whose_time_is_over_is_forgotten,
];

fn without_remember_me_the_cookie_has_no_expiry(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));

    browser.click("#login");
    browser.wait_for("#session", "alice");

    let cookie = browser.only_cookie();
    assert!(cookie.session && cookie.expires < 0.0, "{cookie:?}");
    assert!(!site.set_cookie().unwrap().contains("Max-Age"));
}

fn with_remember_me_the_cookie_has_an_expiry(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));

    browser.click("#remember");
    browser.click("#login");
    browser.wait_for("#session", "alice");

    assert_ends_in(&browser.only_cookie(), 3600.0);
}

fn without_a_word_about_it_the_configured_lifetime_counts(stage: &mut Stage<'_>) {
    for (max_age, end) in [("3600", Some(3600.0)), ("86400", Some(86400.0)), ("none", None)] {
        let site = stage.serve(&[("SESSION_MAX_AGE", max_age)]);
        let browser = &stage.browser;
        browser.open(&site.url(SHOP, "/"));
        browser.fetch("POST", "/logout");

        browser.fetch("POST", "/login");

        match end {
            Some(seconds) => assert_ends_in(&browser.only_cookie(), seconds),
            None => assert!(browser.only_cookie().session),
        }
    }
}

fn a_later_change_keeps_the_lifetime_that_was_chosen(stage: &mut Stage<'_>) {
    let site = stage.serve(&[("SESSION_REFRESH", "0")]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    for (remember, is_session) in [("false", true), ("true", false)] {
        browser.fetch("POST", &format!("/login?remember={remember}"));

        for (method, path) in [("POST", "/cart/add"), ("GET", "/me")] {
            let before = browser.only_cookie().value;
            // A token that is signed again a second later differs.
            browser.run("return new Promise(done => setTimeout(done, 1001))", json!([]));
            browser.fetch(method, path);

            let cookie = browser.only_cookie();
            assert_ne!(cookie.value, before, "{method} {path}");
            assert_eq!(cookie.session, is_session, "{method} {path}: {cookie:?}");
        }
    }
}

fn a_later_login_can_choose_another_lifetime(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));

    for is_remembered in [false, true, false] {
        browser.fetch("POST", &format!("/login?remember={is_remembered}"));

        assert_eq!(browser.only_cookie().session, !is_remembered);
    }
}

fn when_the_browser_closes_only_a_remembered_login_stays(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &mut stage.browser;
    for (host, query) in [(SHOP, "?remember=true"), (BLOG, "?remember=false"), (OTHER, "")] {
        browser.open(&site.url(host, "/"));
        browser.fetch("POST", &format!("/login{query}"));
        assert_eq!(browser.fetch("GET", "/me"), ALICE);
    }

    browser.restart();

    for (host, me) in [(SHOP, ALICE), (BLOG, LOGGED_OUT), (OTHER, ALICE)] {
        browser.open(&site.url(host, "/me"));
        assert_eq!(browser.body(), me, "{host}");
    }
}

/// The server's clock is moved. How long the browser keeps a cookie, its jar says.
fn a_remembered_login_lasts_a_month_and_any_other_an_hour(stage: &mut Stage<'_>) {
    const HOUR: u64 = 60 * 60;
    const DAY: u64 = 24 * HOUR;
    let servers = [0, HOUR - 300, HOUR + 1, 29 * DAY, 30 * DAY + 1].map(|ahead: u64| {
        let month = [("SESSION_MAX_AGE", "2592000"), ("SESSION_DEFAULT_LIFETIME", "3600")];
        stage.start_test_server(&[month.as_slice(), &[("CLOCK_AHEAD", &ahead.to_string())]].concat())
    });
    let front = Front::tls(servers[0].addr());
    let browser = &mut stage.browser;
    let log_in = |browser: &Chromium, host: &str, query: &str| {
        browser.open(&front.url(host, "/health"));
        browser.fetch("POST", &format!("/login{query}"));
        assert_eq!(browser.fetch("GET", "/me"), ALICE, "{host}");
    };
    for (host, query, seconds) in [(SHOP, "?remember=true", 30 * DAY), (OTHER, "", HOUR)] {
        log_in(browser, host, query);
        assert_ends_in(&cookie_of(browser, host), seconds as f64);
    }
    log_in(browser, BLOG, "?remember=false");
    assert!(cookie_of(browser, BLOG).session);

    browser.restart();
    let me = |browser: &Chromium| {
        [SHOP, BLOG, OTHER].map(|host| {
            browser.open(&front.url(host, "/me"));
            browser.body()
        })
    };
    assert_eq!(me(browser), [ALICE, LOGGED_OUT, ALICE]);

    log_in(browser, BLOG, "?remember=false");
    let seen = servers.each_ref().map(|server| {
        front.forward_to(server.addr());
        me(browser)
    });
    assert_eq!(
        seen,
        [
            [ALICE, ALICE, ALICE],
            [ALICE, ALICE, ALICE],
            [ALICE, LOGGED_OUT, LOGGED_OUT],
            [ALICE, LOGGED_OUT, LOGGED_OUT],
            [LOGGED_OUT, LOGGED_OUT, LOGGED_OUT],
        ]
    );
}

fn a_cookie_whose_time_is_over_is_forgotten(stage: &mut Stage<'_>) {
    let site = stage.serve(&[("SESSION_MAX_AGE", "1")]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.fetch("POST", "/login");
    assert!(site.set_cookie().unwrap().contains("; Max-Age=1;"));

    browser.run("return new Promise(done => setTimeout(done, 1500))", json!([]));

    assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT);
    assert_eq!(site.request("/me").header("cookie"), None);
}

/// The cookie of this host alone.
#[track_caller]
fn cookie_of(browser: &Chromium, host: &str) -> Cookie {
    let mut cookies = browser.cookies();
    cookies.retain(|cookie| cookie.domain == host);
    match <[Cookie; 1]>::try_from(cookies) {
        Ok([cookie]) => cookie,
        Err(cookies) => panic!("one cookie of {host} expected, found {cookies:?}"),
    }
}

#[track_caller]
fn assert_ends_in(cookie: &Cookie, seconds: f64) {
    let now = UnixTime::now().since_epoch().as_secs_f64();
    let left = cookie.expires - now;
    assert!(!cookie.session && (seconds - 10.0..=seconds).contains(&left), "{left} s left of {cookie:?}");
}
