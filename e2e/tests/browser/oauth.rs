//! A login through OAuth, by the examples: a `Strict` session, a provider on another site, and a `Lax` session for the way
//! there and back.

use std::net::SocketAddr;
use std::process::Command;

use e2e::raw_http::{Connection, Request, Response};
use e2e::{Chromium, Cookie, Front, Process, checks};
use serde_json::json;

use crate::Check;
use crate::stage::{OTHER, SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    oauth_logs_in_on_a_strict_session_and_keeps_the_cart,
    oauth_begun_in_another_tab_too_goes_on_in_the_last_one,
    oauth_refuses_the_callback_of_another_browser,
    oauth_refuses_a_callback_that_is_sent_again,
    oauth_refuses_an_error_without_a_state,
    oauth_callback_is_not_stored_and_its_url_goes_to_no_other_site,
    oauth_ends_with_a_logout_in_another_tab,
    oauth_is_not_finished_by_a_form_of_another_site,
    oauth_session_in_place_of_the_main_one_logs_no_one_in,
    main_session_in_place_of_the_oauth_one_logs_no_one_in,
];

const MAIN: &str = "__Host-session";
const OAUTH: &str = "__Host-oauth";

const NO_ONE: &str = "Not logged in.";
const ALICE: &str = "Logged in as Alice.";
const REFUSED: &str = "This login was not begun in this browser, or is over.";

/// The example, with its shop and its provider on two sites.
struct Example<'a> {
    browser: &'a Chromium,
    shop: Front,
    provider: Front,
    shop_addr: SocketAddr,
    provider_addr: SocketAddr,
    /// After the fronts, which have its connections.
    _process: Process,
}

impl<'a> Example<'a> {
    /// Starts it, with a browser that has an anonymous cart.
    fn start(stage: &'a Stage<'_>) -> Self {
        // The servers have to know the address of their front before they listen.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 1));
        let [shop, provider] = [Front::tls(nowhere), Front::tls(nowhere)];
        let mut process = Process::spawn(
            format!("the OAuth example on {}", stage.framework),
            Command::new(stage.framework.oauth_example())
                .envs([("BIND", "127.0.0.1:0"), ("PROVIDER_BIND", "127.0.0.1:0")])
                .envs([("SHOP_URL", shop.url(SHOP, "")), ("PROVIDER_URL", provider.url(OTHER, ""))]),
        );
        let provider_addr = process.wait_for_line("the provider is listening on http://").parse().unwrap();
        let shop_addr = process.wait_for_line("listening on http://").parse().unwrap();
        provider.forward_to(provider_addr);
        shop.forward_to(shop_addr);

        let example = Self { browser: stage.browser, shop, provider, shop_addr, provider_addr, _process: process };
        example.open_shop();
        example.browser.click("#add");
        example.browser.wait_for("#cart", "egg");
        example
    }

    fn open_shop(&self) {
        self.browser.open(&self.shop.url(SHOP, "/"));
    }

    fn begin_login(&self) {
        self.open_shop();
        self.browser.click("#login");
        self.browser.wait_for("#user", "May the egg shop know who you are?");
    }

    fn log_in(&self) {
        self.begin_login();
        self.browser.click("#alice");
        self.browser.wait_for("#user", ALICE);
    }

    /// Allows the login that the browser has begun, and returns the path of the callback without going there.
    fn allow(&self) -> String {
        let query = self.browser.run("return location.search", json!([]));
        self.callback_for(&format!("/authorize{}", query.as_str().unwrap()), 0)
    }

    /// The path of the callback that the provider answers to a user who allows this request.
    fn callback_for(&self, authorize: &str, user: usize) -> String {
        let url = location(&post(self.provider_addr, &format!("{authorize}&user={user}")));
        url.strip_prefix(&self.shop.url(SHOP, "")).unwrap_or_else(|| panic!("{url}")).to_owned()
    }

    /// Begins a login and calls back, but stops before the form that finishes it: what a script fetches is not shown.
    fn begin_and_call_back(&self) {
        self.begin_login();
        let callback = self.allow();
        self.open_shop();
        let page = self.browser.fetch("GET", &callback);
        assert!(page.contains("/login/finish"), "{page}");
    }

    /// Clicks on a link to `path` of the shop on a page of the provider's site.
    fn follow_link(&self, path: &str) {
        self.browser.open(&self.provider.url(OTHER, "/nothing"));
        self.browser
            .run("document.body.innerHTML = `<a href='${arguments[0]}'>There</a>`", json!([self.shop.url(SHOP, path)]));
        self.browser.click("a");
    }

    fn cookie(&self, name: &str) -> Cookie {
        let cookies = self.browser.cookies();
        let cookie = cookies.iter().find(|cookie| cookie.name == name);
        cookie.unwrap_or_else(|| panic!("no {name} in {cookies:?}")).clone()
    }

    #[track_caller]
    fn assert_shows(&self, user: &str, cart: &str) {
        self.open_shop();
        assert_eq!((&*self.browser.text("#user"), &*self.browser.text("#cart")), (user, cart));
    }
}

fn oauth_logs_in_on_a_strict_session_and_keeps_the_cart(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_login();
    let oauth = example.cookie(OAUTH);
    assert_eq!(oauth.same_site.as_deref(), Some("Lax"));
    assert!(oauth.http_only && oauth.secure && !oauth.session, "{oauth:?}");

    let callback = example.allow();
    example.follow_link(&callback);
    example.browser.wait_for("#user", ALICE);

    let main = example.browser.only_cookie();
    assert_eq!((&*main.name, main.same_site.as_deref()), (MAIN, Some("Strict")));
    assert_eq!(example.browser.text("#cart"), "Cart: egg");
    assert_eq!(example.browser.run("return location.pathname", json!([])), "/");
    // What the page in between is for: the callback comes without the main cookie, and what follows has it.
    let cookies = |target: &str| example.shop.request(target).header("cookie").unwrap_or_default().to_owned();
    assert!(cookies(&callback).starts_with(OAUTH) && !cookies(&callback).contains(MAIN), "{}", cookies(&callback));
    assert!(cookies("/login/finish").contains(MAIN) && cookies("/login/finish").contains(OAUTH));
    // A guard against forms of other sites lets this one pass.
    assert_eq!(example.shop.request("/login/finish").header("origin"), Some(&*example.shop.url(SHOP, "")));
    assert_eq!(cookies("/"), format!("{MAIN}={}", main.value));
}

fn oauth_begun_in_another_tab_too_goes_on_in_the_last_one(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_login();
    let first = example.allow();
    example.begin_login();
    let last = example.allow();

    example.follow_link(&first);
    example.browser.wait_for("#user", REFUSED);

    example.follow_link(&last);
    example.browser.wait_for("#user", ALICE);
}

fn oauth_refuses_the_callback_of_another_browser(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    // Mallory begins a login, allows it as Mallory, and sends the victim to the end of it.
    let mallorys = || {
        let provider = location(&post(example.shop_addr, "/login"));
        let authorize = provider.strip_prefix(&example.provider.url(OTHER, "")).unwrap();
        example.callback_for(authorize, 1)
    };

    example.follow_link(&mallorys());
    example.browser.wait_for("#user", REFUSED);
    example.assert_shows(NO_ONE, "Cart: egg");

    // The victim's own login is under way, and goes on.
    example.begin_login();
    let own = example.allow();
    example.follow_link(&mallorys());
    example.browser.wait_for("#user", REFUSED);
    example.follow_link(&own);
    example.browser.wait_for("#user", ALICE);

    // Nor does it end a login that is done.
    example.follow_link(&mallorys());
    example.browser.wait_for("#user", REFUSED);
    example.assert_shows(ALICE, "Cart: egg");
}

fn oauth_refuses_a_callback_that_is_sent_again(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_login();
    let callback = example.allow();
    let copy = example.cookie(OAUTH);
    example.follow_link(&callback);
    example.browser.wait_for("#user", ALICE);
    example.browser.click("#logout");
    example.browser.wait_for("#user", NO_ONE);

    example.follow_link(&callback);
    example.browser.wait_for("#user", REFUSED);

    // With a copy of the cookie from before, the provider refuses the code.
    example.browser.change_cookie(&copy, &copy.value);
    example.follow_link(&callback);
    example.browser.wait_for("#user", REFUSED);
    assert!(example.shop.request(&callback).header("cookie").unwrap().contains(&copy.value));
    example.assert_shows(NO_ONE, "Cart:");
}

fn oauth_refuses_an_error_without_a_state(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_login();
    let callback = example.allow();

    example.follow_link("/callback?error=server_error");
    example.browser.wait_for("#user", REFUSED);

    // The login that is under way goes on.
    example.follow_link(&callback);
    example.browser.wait_for("#user", ALICE);
}

fn oauth_callback_is_not_stored_and_its_url_goes_to_no_other_site(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_login();
    let callback = example.allow();
    example.open_shop();
    let headers = "return fetch(arguments[0]).then(answer => [answer.status, answer.headers.get('referrer-policy'), \
                   answer.headers.get('cache-control')])";

    for status in [200, 400] {
        let answer = example.browser.run(headers, json!([callback]));
        assert_eq!(answer, json!([status, "same-origin", "no-store"]));
    }
}

fn oauth_ends_with_a_logout_in_another_tab(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_and_call_back();

    example.browser.fetch("POST", "/logout");

    assert!(example.browser.cookies().is_empty(), "{:?}", example.browser.cookies());
    let finish = example.browser.fetch("POST", "/login/finish");
    assert!(finish.contains(REFUSED), "{finish}");
}

fn oauth_is_not_finished_by_a_form_of_another_site(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.begin_and_call_back();
    let before = [MAIN, OAUTH].map(|name| example.cookie(name).value);

    example.browser.open(&example.provider.url(OTHER, "/nothing"));
    example.browser.run(
        "document.body.innerHTML = `<form method=post action='${arguments[0]}'><button>Win</button></form>`",
        json!([example.shop.url(SHOP, "/login/finish")]),
    );
    example.browser.click("button");
    example.browser.wait_for("#user", REFUSED);

    assert_eq!(example.shop.request("/login/finish").header("cookie"), None);
    assert_eq!([MAIN, OAUTH].map(|name| example.cookie(name).value), before);
    // One of the shop's own does, once.
    example.open_shop();
    example.browser.fetch("POST", "/login/finish");
    let again = example.browser.fetch("POST", "/login/finish");
    assert!(again.contains(REFUSED), "{again}");
    example.assert_shows(ALICE, "Cart: egg");
}

fn oauth_session_in_place_of_the_main_one_logs_no_one_in(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    let main = example.cookie(MAIN);
    // Begun, and then with the user in it.
    example.begin_login();
    let begun = example.cookie(OAUTH).value;
    example.begin_and_call_back();
    let returned = example.cookie(OAUTH).value;
    assert_ne!(begun, returned);

    for oauth in [begun, returned] {
        example.browser.change_cookie(&main, &oauth);
        example.assert_shows(NO_ONE, "Cart:");
        assert!(example.shop.request("/").header("cookie").unwrap().contains(&format!("{MAIN}={oauth}")));
    }
}

fn main_session_in_place_of_the_oauth_one_logs_no_one_in(stage: &mut Stage<'_>) {
    let example = Example::start(stage);
    example.log_in();
    let main = example.cookie(MAIN).value;
    example.browser.click("#logout");
    example.browser.wait_for("#user", NO_ONE);
    example.begin_login();
    let callback = example.allow();
    let oauth = example.cookie(OAUTH);

    example.browser.change_cookie(&oauth, &main);
    example.follow_link(&callback);
    example.browser.wait_for("#user", REFUSED);

    // The cookie is still there, since nothing was changed in the session.
    example.browser.change_cookie(&oauth, &main);
    example.open_shop();
    example.browser.fetch("POST", "/login/finish");
    assert!(example.shop.request("/login/finish").header("cookie").unwrap().contains(&format!("{OAUTH}={main}")));
    example.assert_shows(NO_ONE, "Cart:");
}

fn post(addr: SocketAddr, target: &str) -> Response {
    let mut connection = Connection::open(addr).unwrap();
    connection.send(Request::new("POST", target).to_bytes()).unwrap();
    connection.receive().unwrap()
}

fn location(response: &Response) -> String {
    assert_eq!(response.status, 303, "{}", response.text());
    String::from_utf8(response.header("location").unwrap().to_vec()).unwrap()
}
