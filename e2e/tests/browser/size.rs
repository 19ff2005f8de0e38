//! The largest session that we allow: the browser keeps it.

use e2e::checks;
use serde_json::json;

use crate::Check;
use crate::stage::{SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![the_largest_session_that_we_allow_is_kept_byte_for_byte];

fn the_largest_session_that_we_allow_is_kept_byte_for_byte(stage: &mut Stage<'_>) {
    // A cookie of VelociPy's kind, and one with all that a cookie can have.
    let everything = [
        ("SESSION_NAME", "__Host-Http-a-session-with-a-long-name"),
        ("SESSION_SECURE", "true"),
        ("SESSION_SAME_SITE", "none"),
        ("SESSION_PARTITIONED", "true"),
        ("SESSION_MAX_LIFETIME", "31536000"),
    ];
    for (site, name) in [(stage.serve(&[]), "session"), (stage.serve_tls(&everything), everything[0].1)] {
        let browser = &stage.browser;
        browser.open(&site.url(SHOP, "/"));
        browser.fetch("POST", "/login?remember=true");
        // The last items fill the cookie to the byte: an item that is one byte longer is refused.
        let mut length = 2048;
        let mut largest = 0;
        while length > 0 {
            if is_added(stage, largest + length) {
                largest += length;
                empty_cart(stage);
            }
            length /= 2;
        }
        assert!(!is_added(stage, largest + 1));
        assert!(is_added(stage, largest));

        let set_cookie = site.set_cookie().unwrap();
        let (pair, _attributes) = set_cookie.split_once("; ").unwrap();
        let cookie = browser.only_cookie();
        assert_eq!(format!("{}={}", cookie.name, cookie.value), pair, "what the browser keeps");
        browser.fetch("GET", "/cart");
        assert_eq!(site.request("/cart").header("cookie"), Some(pair), "what the browser sends");
        assert!(set_cookie.len() <= 4096 && set_cookie.len() > 4096 - 80, "{}", set_cookie.len());
        assert_eq!(cookie.name, name);
        assert_eq!(cart_length(stage), largest);
        browser.forget_all();
    }
}

/// Whether an item of this length fits into the cart.
fn is_added(stage: &Stage<'_>, length: usize) -> bool {
    let status = stage.browser.run(
        "return fetch('/cart/add?item=' + 'x'.repeat(arguments[0]), {method: 'POST'}).then(answer => answer.status)",
        json!([length]),
    );
    match status.as_u64() {
        Some(200) => true,
        Some(413) => false,
        _ => panic!("an item of {length} bytes was answered with {status}"),
    }
}

fn empty_cart(stage: &Stage<'_>) {
    stage.browser.fetch("POST", "/logout");
    stage.browser.fetch("POST", "/login?remember=true");
}

fn cart_length(stage: &Stage<'_>) -> usize {
    let cart: serde_json::Value = serde_json::from_str(&stage.browser.fetch("GET", "/cart")).unwrap();
    cart["items"].as_array().unwrap().iter().filter_map(|item| item.as_str()).map(str::len).sum()
}
