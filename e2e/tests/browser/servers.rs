//! Several servers behind one name: all of them accept the browser's one cookie.

use e2e::{Framework, Front, checks};

use crate::Check;
use crate::stage::{ALICE, SECRET, SHOP, Site, Stage};

pub(crate) const CHECKS: &[Check] =
    checks![a_login_is_good_on_the_other_framework, a_rotated_key_replaces_the_cookie_and_keeps_its_end];

fn a_login_is_good_on_the_other_framework(stage: &mut Stage<'_>) {
    let here = stage.serve(&[]);
    let other = Framework::ALL.into_iter().find(|other| *other != stage.framework).unwrap();
    let there = Site::new(other, &[], Front::plain);
    let browser = &stage.browser;
    browser.open(&here.url(SHOP, "/"));
    browser.fetch("POST", "/login?remember=false");

    browser.open(&there.url(SHOP, "/"));
    browser.fetch("POST", "/cart/add");
    browser.open(&here.url(SHOP, "/"));

    assert_eq!(browser.fetch("GET", "/me"), ALICE);
    assert_eq!(browser.fetch("GET", "/cart"), r#"{"items":["egg"]}"#);
    assert!(browser.only_cookie().session);
}

fn a_rotated_key_replaces_the_cookie_and_keeps_its_end(stage: &mut Stage<'_>) {
    let before = stage.serve(&[]);
    let after = stage
        .serve(&[("SESSION_SECRET_KEY", "the next key of the tests in a browser"), ("SESSION_FALLBACK_KEYS", SECRET)]);
    let browser = &stage.browser;
    browser.open(&before.url(SHOP, "/"));
    browser.fetch("POST", "/login");
    let old = browser.only_cookie();

    browser.open(&after.url(SHOP, "/"));

    browser.wait_for("#session", "Signed with an older key of this server.");
    let new = browser.only_cookie();
    assert_ne!(new.value, old.value);
    assert!((new.expires - old.expires).abs() <= 2.0, "{} and {}", old.expires, new.expires);
    browser.open(&after.url(SHOP, "/"));
    browser.wait_for("#session", "Signed with this server’s key.");
    assert_eq!(browser.fetch("GET", "/me"), ALICE);
}
