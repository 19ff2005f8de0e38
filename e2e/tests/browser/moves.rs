//! A deploy that moves the session's cookie: to another domain, path or partition, or also to another name.
//!
//! The browser keeps the old cookie beside the new one, and sends both where it can. The server takes the one that was
//! signed last. A logout removes the cookie of the new scope only, so that the old one is out of its reach.

use std::net::SocketAddr;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use e2e::wire_format::sign;
use e2e::{Chromium, Cookie, DemoServer, Front};
use serde_json::Value;
use session_codec::UnixTime;

use crate::Check;
use crate::stage::{ALICE, LOGGED_OUT, SECRET, SHOP, Stage};

type Settings = [(&'static str, &'static str)];

const DOMAIN: (&str, &str) = ("SESSION_DOMAIN", SHOP);
const PATH: (&str, &str) = ("SESSION_PATH", "/app");
const SECURE: (&str, &str) = ("SESSION_SECURE", "true");
const PARTITIONED: (&str, &str) = ("SESSION_PARTITIONED", "true");
const NAME: (&str, &str) = ("SESSION_NAME", "session2");
const REFRESH: (&str, &str) = ("SESSION_REFRESH", "0");

pub(crate) const CHECKS: &[Check] = &[
    Check { name: "a_deploy_from_domain_to_host_only", run: |stage| deploy(stage, &[DOMAIN], &[]) },
    Check { name: "a_deploy_from_host_only_to_domain", run: |stage| deploy(stage, &[], &[DOMAIN]) },
    Check { name: "a_deploy_from_a_path_to_the_whole_host", run: |stage| deploy(stage, &[PATH], &[]) },
    Check { name: "a_deploy_from_the_whole_host_to_a_path", run: |stage| deploy(stage, &[], &[PATH]) },
    Check {
        name: "a_deploy_from_unpartitioned_to_partitioned",
        run: |stage| deploy(stage, &[SECURE], &[SECURE, PARTITIONED]),
    },
    Check { name: "a_deploy_to_host_only_and_another_name", run: |stage| deploy(stage, &[DOMAIN], &[NAME]) },
];

const BOB: &str = r#"{"user_id":"bob","username":"bob"}"#;

/// When the old cookie says that it was signed, for a login at this time. Each is the text of its `t`.
const OLD_TIMES: [fn(f64) -> String; 4] = [
    // Not in the second of the new login: of cookies of one second, the last in the header is taken.
    |now| (now.floor() - 10.0).to_string(),
    // By a server whose clock is ahead.
    |now| (now.floor() + 50.0).to_string(),
    // By VelociPy, which signs the fraction of a second too.
    |now| now.to_string(),
    |now| (now + 0.9).to_string(),
];

/// Follows users from a server with the settings `old` to one with `new`, without a refresh and with one at every request.
fn deploy(stage: &Stage<'_>, old: &Settings, new: &Settings) {
    let old_server = stage.start_test_server(old);
    let front = Front::tls(old_server.addr());
    stage.browser.open(&front.url(SHOP, "/app/health"));
    let reads_old = !new.contains(&NAME);
    for refresh in [None, Some(REFRESH)] {
        // Returns whether the new server's log says that several authentic cookies came.
        let warns = |story: fn(&Deploy<'_>)| {
            let new_server = stage.start_test_server(&[new, refresh.as_slice()].concat());
            let [old, new] = [&old_server, &new_server].map(DemoServer::addr);
            stage.browser.forget_cookies();
            story(&Deploy { browser: stage.browser, front: &front, old, new, reads_old });
            // The server waits for its connections when it ends.
            front.forward_to(old);
            new_server.stop().contains("several authentic session cookies")
        };
        assert!(!warns(|deploy| deploy.logout_removes_a_cookie_that_is_alone()), "{refresh:?}");
        // A refresh puts a second cookie beside the old one before the logout.
        let several_came = reads_old && refresh.is_some();
        assert_eq!(warns(|deploy| deploy.logout_leaves_the_old_cookie()), several_came, "{refresh:?}");
        assert_eq!(warns(|deploy| deploy.login_wins_against_the_old_cookie()), reads_old, "{refresh:?}");
    }
}

struct Deploy<'a> {
    browser: &'a Chromium,
    front: &'a Front,
    old: SocketAddr,
    new: SocketAddr,
    /// Whether the new server reads the cookie that the old one has set.
    reads_old: bool,
}

impl Deploy<'_> {
    fn logout_removes_a_cookie_that_is_alone(&self) {
        self.front.forward_to(self.new);
        self.browser.fetch("POST", "/app/login");
        assert_eq!(self.browser.fetch("GET", "/app/me"), ALICE);

        self.browser.fetch("POST", "/app/logout");

        assert_eq!(self.browser.fetch("GET", "/app/me"), LOGGED_OUT);
        assert!(self.browser.cookies().is_empty(), "{:?}", self.browser.cookies());
    }

    fn logout_leaves_the_old_cookie(&self) {
        let old = self.log_in_before();
        self.visit_after();

        self.browser.fetch("POST", "/app/logout");

        assert_eq!(self.browser.only_cookie().value, old.value);
        for _ in 0..2 {
            assert_eq!(self.browser.fetch("GET", "/app/me"), self.whose_old_cookie());
        }
    }

    fn login_wins_against_the_old_cookie(&self) {
        for old_time in OLD_TIMES {
            self.browser.forget_cookies();
            let mut old = self.log_in_before();
            let t = old_time(UnixTime::now().since_epoch().as_secs_f64());
            old.value = sign(SECRET, format!(r#"{{"d":{},"t":{t}}}"#, envelope(&old)["d"]));
            self.browser.change_cookie(&old, &old.value);
            self.visit_after();

            self.browser.fetch("POST", "/app/login?user=bob");

            self.assert_newer_than(&old);
            for _ in 0..3 {
                assert_eq!(self.browser.fetch("GET", "/app/me"), BOB, "beside alice's cookie of {t}");
            }
            self.assert_newer_than(&old);
        }
    }

    /// Logs alice in before the deploy, and returns her cookie.
    fn log_in_before(&self) -> Cookie {
        self.front.forward_to(self.old);
        self.browser.fetch("POST", "/app/login");
        self.browser.only_cookie()
    }

    /// Reads the session after the deploy, with the old cookie alone.
    fn visit_after(&self) {
        self.front.forward_to(self.new);
        assert_eq!(self.browser.fetch("GET", "/app/me"), self.whose_old_cookie());
    }

    /// The answer of `GET /me` to the old cookie.
    fn whose_old_cookie(&self) -> &'static str {
        if self.reads_old { ALICE } else { LOGGED_OUT }
    }

    /// Expects one cookie beside the old one, signed later where both are of one name.
    #[track_caller]
    fn assert_newer_than(&self, old: &Cookie) {
        let (olds, news): (Vec<_>, Vec<_>) =
            self.browser.cookies().into_iter().partition(|cookie| cookie.value == old.value);
        assert_eq!((olds.len(), news.len()), (1, 1), "{olds:?} {news:?}");
        let [old, new] = [old, &news[0]].map(|cookie| envelope(cookie)["t"].as_f64().unwrap());
        assert!(new > old || !self.reads_old, "signed at {new}, and the old one at {old}");
    }
}

/// What the cookie's token holds.
fn envelope(cookie: &Cookie) -> Value {
    let (payload, _signature) = cookie.value.split_once('.').unwrap();
    serde_json::from_slice(&BASE64.decode(payload).unwrap()).unwrap()
}
