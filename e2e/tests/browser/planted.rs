//! Cookies of the session's name that another site or page has set: for a longer path, or for the parent domain.

use e2e::checks;
use e2e::wire_format::sign;
use serde_json::json;
use session_codec::UnixTime;

use crate::Check;
use crate::stage::{ALICE, BLOG, LOGGED_OUT, SECRET, SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    junk_in_a_path_below_ends_no_session,
    junk_for_the_domain_above_ends_no_session,
    seven_junk_cookies_end_no_session,
    a_login_beside_junk_works_and_so_does_its_logout,
    a_session_that_a_neighbour_owns_wins_until_the_next_login,
];

const MALLORY: &str = r#"{"user_id":"7","username":"mallory"}"#;

fn junk_in_a_path_below_ends_no_session(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.fetch("POST", "/login");
    let session = browser.only_cookie().value;
    plant(stage, "session=junk; path=/me");
    plant(stage, "session=junk; path=/cart");

    assert_eq!(browser.fetch("GET", "/me"), ALICE);
    assert_eq!(browser.fetch("POST", "/cart/add"), r#"{"items":["egg"]}"#);
    assert_eq!(browser.fetch("GET", "/cart"), r#"{"items":["egg"]}"#);

    // A longer path comes first, so that the junk comes before the session.
    assert_eq!(site.request("/me").header("cookie"), Some(&*format!("session=junk; session={session}")));
}

fn junk_for_the_domain_above_ends_no_session(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url("evil.shop.test", "/"));
    plant(stage, "session=junk; path=/; domain=shop.test");

    browser.open(&site.url(BLOG, "/"));
    browser.fetch("POST", "/login");
    assert_eq!(browser.fetch("GET", "/me"), ALICE);

    // The older one comes first.
    let cookies = site.request("/me").header("cookie").unwrap().to_owned();
    assert!(cookies.starts_with("session=junk; session="), "{cookies}");
    assert_eq!(browser.cookies().len(), 2);
}

fn seven_junk_cookies_end_no_session(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    let host = "a.b.c.shop.test";
    browser.open(&site.url(host, "/"));
    let plant_for = |domain: &str, path: &str| plant(stage, &format!("session=junk; path={path}; domain={domain}"));
    for domain in ["shop.test", "c.shop.test", "b.c.shop.test", host] {
        plant_for(domain, "/me");
    }
    for domain in ["shop.test", "c.shop.test", "b.c.shop.test"] {
        plant_for(domain, "/");
    }

    browser.fetch("POST", "/login");
    assert_eq!(browser.fetch("GET", "/me"), ALICE);

    let cookies = site.request("/me").header("cookie").unwrap().to_owned();
    assert!(cookies.starts_with(&"session=junk; ".repeat(7)), "{cookies}");

    // The eighth is one too many, as documented.
    plant(stage, "session=junk; path=/me");
    assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT);
}

fn a_login_beside_junk_works_and_so_does_its_logout(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(BLOG, "/"));
    plant(stage, "session=junk; path=/; domain=shop.test");
    browser.open(&site.url(BLOG, "/"));
    browser.wait_for("#session", "Refused:");

    browser.click("#login");
    browser.wait_for("#session", "Verified.");
    browser.click("#logout");
    browser.wait_for("#session", "Refused:");

    assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT);
    assert_eq!(browser.only_cookie().value, "junk");
}

fn a_session_that_a_neighbour_owns_wins_until_the_next_login(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(BLOG, "/"));
    browser.fetch("POST", "/login");
    let plant_own = |ahead: u64| {
        let t = UnixTime::now().as_secs() + ahead;
        let token = sign(SECRET, format!(r#"{{"d":{{"user_id":"7","username":"mallory"}},"t":{t}}}"#));
        browser.open(&site.url("evil.shop.test", "/"));
        plant(stage, &format!("session={token}; path=/; domain=shop.test"));
        browser.open(&site.url(BLOG, "/"));
        assert_eq!(browser.fetch("GET", "/me"), MALLORY);
    };

    // The victim's next write goes into a copy of that session, in the victim's own cookie.
    plant_own(1);
    browser.fetch("POST", "/cart/add");
    plant(stage, "session=; path=/; domain=shop.test; max-age=0");
    assert_eq!(browser.only_cookie().domain, BLOG);
    assert_eq!(browser.fetch("GET", "/me"), MALLORY);

    plant_own(10);
    browser.fetch("POST", "/login");
    assert_eq!(browser.cookies().len(), 2);
    assert_eq!(browser.fetch("GET", "/me"), ALICE);
}

fn plant(stage: &Stage<'_>, cookie: &str) {
    stage.browser.run("document.cookie = arguments[0]", json!([cookie]));
}
