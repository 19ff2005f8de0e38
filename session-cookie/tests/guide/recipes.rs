//! The recipes of the guide, run against an attacker.

use std::time::Duration;

use session_cookie::{CookieConfig, Origin, Refresh, Session, SessionManager, UnixTime};

use crate::common::*;

const LOGIN: u64 = NOW;

/// A server, and the clock that it looks at.
struct Server {
    clock: Clock,
    manager: SessionManager,
}

impl Server {
    fn new(config: CookieConfig) -> Self {
        let clock = Clock::at(LOGIN);
        Self { manager: clock.manager(config), clock }
    }
}

/// Someone with a cookie, who sends it however old it is.
#[derive(Clone, Default)]
struct Visitor {
    cookie: Option<String>,
}

impl Visitor {
    fn visits(&mut self, server: &Server, now: u64, handler: impl FnOnce(&Session)) {
        server.clock.set(now);
        let session = server.manager.load(&self.cookie);
        handler(&session);
        if let Some(set_cookie) = save(&server.manager, &session) {
            self.cookie = Some(pair(&set_cookie).to_owned());
        }
    }
}

fn log_in(session: &Session, now: u64) {
    let cart: Option<Vec<String>> = session.take("cart").unwrap();
    session.clear();
    session.insert("user_id", "42").unwrap();
    session.insert("auth_at", now).unwrap();
    if let Some(cart) = cart {
        session.insert("cart", cart).unwrap();
    }
}

fn is_logged_in(session: &Session, not_before: u64) -> bool {
    session.contains_key("user_id")
        && session.get::<u64>("auth_at").unwrap().is_some_and(|auth_at| auth_at >= not_before)
}

/// A login whose cookie was stolen right after.
fn stolen(server: &Server) -> (Visitor, Visitor) {
    let mut victim = Visitor::default();
    victim.visits(server, LOGIN, |session| log_in(session, LOGIN));
    let thief = victim.clone();
    (victim, thief)
}

#[test]
fn log_out_everywhere_ends_a_stolen_session() {
    let server = Server::new(CookieConfig::default());
    let (mut victim, mut thief) = stolen(&server);
    let log_out_everywhere = LOGIN + 60;

    thief.visits(&server, LOGIN + 59, |session| assert!(is_logged_in(session, 0)));
    thief.visits(&server, LOGIN + 61, |session| assert!(!is_logged_in(session, log_out_everywhere)));

    victim.visits(&server, LOGIN + 62, |session| log_in(session, LOGIN + 62));
    victim.visits(&server, LOGIN + 63, |session| assert!(is_logged_in(session, log_out_everywhere)));
}

#[test]
fn the_time_of_issue_would_not_end_a_stolen_session_since_any_write_renews_it() {
    let server = Server::new(CookieConfig::default());
    let (_, mut thief) = stolen(&server);
    let log_out_everywhere = LOGIN + 60;

    thief.visits(&server, LOGIN + 61, |session| session.insert("theme", "dark").unwrap());

    thief.visits(&server, LOGIN + 62, |session| {
        let Origin::Verified { issued_at, .. } = session.origin() else { panic!("{:?}", session.origin()) };
        assert!(issued_at >= UnixTime::from_secs(log_out_everywhere), "a check of the time of issue lets the thief in");
        assert!(!is_logged_in(session, log_out_everywhere), "auth_at does not");
    });
}

#[test]
fn a_read_with_a_refresh_renews_the_time_of_issue_too() {
    let server = Server::new(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));
    let (_, mut thief) = stolen(&server);

    thief.visits(&server, LOGIN + 61, |session| assert!(session.contains_key("user_id")));

    thief.visits(&server, LOGIN + 62, |session| {
        let Origin::Verified { issued_at, .. } = session.origin() else { panic!("{:?}", session.origin()) };
        assert_eq!(issued_at, UnixTime::from_secs(LOGIN + 61));
        assert!(!is_logged_in(session, LOGIN + 60));
    });
}

#[test]
fn a_copy_from_before_the_logout_is_good_until_it_expires() {
    let server = Server::new(CookieConfig::default());
    let (mut victim, mut thief) = stolen(&server);

    victim.visits(&server, LOGIN + 1, Session::clear);

    victim.visits(&server, LOGIN + 2, |session| assert!(!is_logged_in(session, 0)));
    thief.visits(&server, LOGIN + 3600, |session| assert!(is_logged_in(session, 0)));
    thief.visits(&server, LOGIN + 3601, |session| assert!(!is_logged_in(session, 0)));
}

#[test]
fn a_login_leaves_nothing_of_a_planted_session_but_what_is_kept_by_name() {
    let server = Server::new(CookieConfig::default());
    let mut attacker = Visitor::default();
    attacker.visits(&server, NOW, |session| {
        session.insert("return_to", "https://attacker.example").unwrap();
        session.insert("cart", ["egg"]).unwrap();
    });
    let mut victim = attacker.clone();

    victim.visits(&server, NOW + 1, |session| log_in(session, NOW + 1));

    victim.visits(&server, NOW + 2, |session| {
        assert_eq!(session.keys(), ["user_id", "auth_at", "cart"]);
        assert_eq!(session.get("cart"), Ok(Some(vec!["egg".to_owned()])));
    });
}

#[test]
fn the_cookie_that_was_planted_does_not_become_the_victims_session() {
    let server = Server::new(CookieConfig::default());
    let mut attacker = Visitor::default();
    attacker.visits(&server, NOW, |session| session.insert("cart", ["egg"]).unwrap());
    let mut victim = attacker.clone();

    victim.visits(&server, NOW + 1, |session| log_in(session, NOW + 1));

    attacker.visits(&server, NOW + 2, |session| assert_eq!(session.keys(), ["cart"]));
}

#[test]
fn the_page_about_oauth_has_the_code_of_the_example_that_the_browser_tests_run() {
    let page = include_str!("../../src/guide/oauth.md");
    let handlers = include_str!("../../../e2e/examples/oauth-axum.rs");
    let steps = include_str!("../../../e2e/examples/oauth/mod.rs").replace("pub(crate) fn", "fn");

    let blocks: Vec<&str> = page.split("```rs\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();

    assert_eq!(blocks.len(), 2);
    for block in blocks {
        assert!(handlers.contains(block) || steps.contains(block), "the example lacks this text:\n{block}");
    }
}
