//! The demo's page: what a person can do there, and what its scripts can't.

use std::fs;

use e2e::{Cookie, checks};
use serde_json::{Value, json};

use crate::Check;
use crate::stage::{LOGGED_OUT, SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    the_buttons_log_in_say_who_it_is_fill_the_cart_and_log_out,
    the_page_shows_origin_age_and_lifetime,
    the_page_shows_how_full_the_cookie_is_and_when_it_ends,
    a_broken_cookie_is_refused_and_the_session_starts_fresh,
    scripts_cannot_see_the_session,
    scripts_cannot_replace_the_session,
    markup_in_the_session_is_shown_and_does_not_run,
    the_page_fits_wide_and_narrow_in_light_and_dark,
];

fn the_buttons_log_in_say_who_it_is_fill_the_cart_and_log_out(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    let press = |button: &str, answer: &str, session: &str| {
        browser.click(button);
        browser.wait_for("#answer", answer);
        browser.wait_for("#session", session);
    };

    press("#me", r#"200 {"user_id":null,"username":null}"#, "No cookie.");
    press("#login", r#"200 {"ok":true}"#, r#""username": "alice""#);
    press("#me", r#"200 {"user_id":"42","username":"alice"}"#, "Verified.");
    press("#add", r#"200 {"items":["egg"]}"#, r#""cart": ["egg"]"#);
    browser.fill("#item", "spam & ä\u{1f996}");
    press("#add", "200 {\"items\":[\"egg\",\"spam & ä\u{1f996}\"]}", "spam & ä\u{1f996}");
    press("#cart", "200 {\"items\":[\"egg\",\"spam & ä\u{1f996}\"]}", "Verified.");
    press("#logout", r#"200 {"ok":true}"#, "No cookie.");
    press("#me", r#"200 {"user_id":null,"username":null}"#, "No cookie.");

    assert!(browser.cookies().is_empty(), "{:?}", browser.cookies());
}

fn the_page_shows_origin_age_and_lifetime(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));

    browser.click("#login");
    browser.wait_for("#session", "Signed with this server’s key.");
    browser.wait_for("#session", "When you close the browser");
    browser.wait_for("#session time", "1 second ago");

    browser.click("#remember");
    browser.click("#login");
    browser.wait_for("#session", "Remembered for 1 hour after it was signed.");

    browser.fetch("POST", "/logout");
    browser.fetch("POST", "/login");
    browser.open(&site.url(SHOP, "/"));
    browser.wait_for("#session", "as this server is set up.");
}

fn the_page_shows_how_full_the_cookie_is_and_when_it_ends(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.click("#login");
    browser.wait_for("#session", "When you close the browser, or in 59 minutes.");

    // The cookie as it came: its `Set-Cookie` is what browsers limit.
    let set_cookie = |path: &str| {
        let url = site.url(SHOP, path);
        browser.fetch("POST", &url);
        let Cookie { value, .. } = browser.only_cookie();
        format!("session={value}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax").len()
    };
    let size = set_cookie("/login?remember=true");
    browser.open(&site.url(SHOP, "/"));
    browser.wait_for("#session", &format!("{size} of the 4096 bytes"));
    browser.wait_for("#session", "In 59 minutes. Remembered");
    let larger = set_cookie(&format!("/cart/add?item={}", "x".repeat(1000)));
    browser.open(&site.url(SHOP, "/"));
    browser.wait_for("#session", &format!("{larger} of the 4096 bytes"));
    assert!(larger > size + 1000);
}

fn a_broken_cookie_is_refused_and_the_session_starts_fresh(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.click("#break");
    browser.wait_for("#said", "The server refused: there is nothing to break yet");
    browser.click("#login");
    browser.wait_for("#session", "Verified.");
    let signed = browser.only_cookie();

    browser.click("#break");

    browser.wait_for("#session", "Refused: its signature was not made with any of this server’s keys.");
    browser.wait_for("#said", "Your cookie now says that you are the admin");
    let broken = browser.only_cookie();
    let kept = |cookie: &Cookie| {
        (cookie.name.clone(), cookie.path.clone(), cookie.http_only, cookie.session, cookie.same_site.clone())
    };
    assert_eq!(kept(&broken), kept(&signed));
    assert!(broken.value.split('.').next() != signed.value.split('.').next());
    assert_eq!(browser.fetch("GET", "/me"), LOGGED_OUT);
    browser.click("#login");
    browser.wait_for("#session", "Verified.");
}

fn scripts_cannot_see_the_session(stage: &mut Stage<'_>) {
    let visible = [("SESSION_HTTP_ONLY", "false"), ("SESSION_NAME", "visible")];
    let (hidden, visible) = (stage.serve(&[]), stage.serve(&visible));
    let browser = &stage.browser;
    for site in [&hidden, &visible] {
        browser.open(&site.url(SHOP, "/"));
        browser.fetch("POST", "/login");
    }

    let seen = browser.run("return document.cookie", json!([]));

    let names: Vec<_> = browser.cookies().into_iter().map(|cookie| cookie.name).collect();
    assert!(names.contains(&"session".to_owned()) && names.contains(&"visible".to_owned()), "{names:?}");
    // The other cookie shows that the script does see cookies that are not hidden.
    let seen = seen.as_str().unwrap();
    assert!(seen.starts_with("visible=") && !seen.contains("session="), "{seen}");
}

fn scripts_cannot_replace_the_session(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.fetch("POST", "/login");
    let before = browser.only_cookie().value;

    browser.run("document.cookie = 'session=junk; path=/'; document.cookie = 'session=; path=/; max-age=0'", json!([]));

    assert_eq!(browser.only_cookie().value, before);
}

fn markup_in_the_session_is_shown_and_does_not_run(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    let markup = "</pre><img src=x onerror=document.title='ran'><script>document.title='ran'</script>";
    browser.open(&site.url(SHOP, "/"));
    browser.fill("#item", markup);

    browser.click("#add");
    browser.wait_for("#session", markup);
    browser.open(&site.url(SHOP, "/"));
    browser.wait_for("#session", markup);

    assert_eq!(browser.run("return document.title", json!([])), "Signed-cookie session");
    assert_eq!(browser.run("return document.querySelectorAll('img').length", json!([])), 0);
}

fn the_page_fits_wide_and_narrow_in_light_and_dark(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    let browser = &stage.browser;
    browser.open(&site.url(SHOP, "/"));
    browser.click("#remember");
    browser.click("#login");
    browser.fetch("POST", "/cart/add?item=spam");
    browser.fetch("POST", &format!("/cart/add?item={}", "long".repeat(40)));
    browser.click("#add");
    browser.wait_for("#session", "egg");

    let mut pictures = Vec::new();
    for color_scheme in ["light", "dark"] {
        for (width, height) in [(1280, 900), (360, 780)] {
            browser.emulate(width, height, color_scheme);
            let name = format!("{}-{color_scheme}-{width}", stage.framework);
            pictures.push(fs::read(browser.screenshot(&name)).unwrap());

            let wider = browser.run("return document.documentElement.scrollWidth - innerWidth", json!([]));
            assert!(wider.as_i64().is_some_and(|pixels| pixels <= 0), "{width} {color_scheme}: wider by {wider}");
            assert_eq!(texts_that_are_hard_to_read(stage), json!([]), "{width} {color_scheme}");
        }
    }
    for (index, picture) in pictures.iter().enumerate() {
        assert!(picture.starts_with(b"\x89PNG") && !pictures[..index].contains(picture), "picture {index}");
    }
}

/// Elements whose text has a contrast below 4.5 to 1 (WCAG 2.2, 1.4.3).
fn texts_that_are_hard_to_read(stage: &Stage<'_>) -> Value {
    stage.browser.run(
        "const rgb = color => color.match(/[\\d.]+/g).map(Number);
         const luminance = ([r, g, b]) => [r, g, b]
             .map(c => c / 255)
             .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
             .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
         const background = element => {
             const color = rgb(getComputedStyle(element).backgroundColor);
             return color[3] === 0 && element.parentElement ? background(element.parentElement) : color;
         };
         const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
         return [...document.body.querySelectorAll('*')]
             .filter(element => hasText(element) && element.checkVisibility())
             .filter(element => !['SCRIPT', 'STYLE'].includes(element.tagName))
             .map(element => {
                 const [light, dark] = [rgb(getComputedStyle(element).color), background(element)]
                     .map(luminance).sort((a, b) => b - a);
                 return [element.outerHTML.slice(0, 60), (light + 0.05) / (dark + 0.05)];
             })
             .filter(([, contrast]) => !(contrast >= 4.5))",
        json!([]),
    )
}
