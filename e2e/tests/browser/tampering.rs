//! A cookie that its owner has changed.

use e2e::{Cookie, checks};

use crate::Check;
use crate::stage::{ALICE, LOGGED_OUT, SHOP, Site, Stage};

pub(crate) const CHECKS: &[Check] =
    checks![a_tampered_cookie_starts_fresh, a_login_replaces_a_tampered_cookie, logout_removes_a_tampered_cookie];

fn a_tampered_cookie_starts_fresh(stage: &mut Stage<'_>) {
    let (site, cookie) = logged_in(stage);
    let browser = &stage.browser;
    let (payload, signature) = cookie.value.split_once('.').unwrap();

    for tampered in [
        format!("{}.{signature}", replaced(payload, 20)),
        format!("{payload}.{}", replaced(signature, 20)),
        format!("{signature}.{payload}"),
        format!("{payload}."),
        payload.to_owned(),
        format!("{}.", cookie.value),
    ] {
        browser.change_cookie(&cookie, &tampered);
        browser.open(&site.url(SHOP, "/"));

        browser.wait_for("#session", "Refused:");
        assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT, "{tampered}");
        assert_eq!(site.request("/me").header("cookie"), Some(&*format!("session={tampered}")));
    }
    // The one that was signed is still good.
    browser.change_cookie(&cookie, &cookie.value);
    assert_eq!(browser.fetch("GET", "/me"), ALICE);
}

fn a_login_replaces_a_tampered_cookie(stage: &mut Stage<'_>) {
    let (_site, cookie) = logged_in(stage);
    let browser = &stage.browser;
    browser.change_cookie(&cookie, &replaced(&cookie.value, 20));

    browser.fetch("POST", "/login");

    assert_eq!(browser.fetch("GET", "/me"), ALICE);
    assert_eq!(browser.cookies().len(), 1);
}

fn logout_removes_a_tampered_cookie(stage: &mut Stage<'_>) {
    let (_site, cookie) = logged_in(stage);
    let browser = &stage.browser;
    browser.change_cookie(&cookie, &replaced(&cookie.value, 20));

    browser.fetch("POST", "/logout");

    assert!(browser.cookies().is_empty(), "{:?}", browser.cookies());
}

/// The demo in its own page, and the cookie of a login.
fn logged_in(stage: &Stage<'_>) -> (Site, Cookie) {
    let site = stage.serve(&[]);
    stage.browser.open(&site.url(SHOP, "/"));
    stage.browser.fetch("POST", "/login");
    let cookie = stage.browser.only_cookie();
    (site, cookie)
}

/// With another letter at this place.
fn replaced(text: &str, at: usize) -> String {
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    [&text[..at], other, &text[at + 1..]].concat()
}
