//! A browser, and a server behind a front.

use std::net::SocketAddr;
use std::ops::Deref;

use e2e::{Chromium, DemoServer, Framework, Front};

/// What every server signs with, unless the check says otherwise.
pub(crate) const SECRET: &str = "the key of the tests in a browser";

/// The demo's site.
pub(crate) const SHOP: &str = "shop.test";
/// A neighbour: another host of the same site.
pub(crate) const BLOG: &str = "blog.shop.test";
/// Another site.
pub(crate) const OTHER: &str = "other.test";

/// The answers of `GET /me`.
pub(crate) const ALICE: &str = r#"{"user_id":"42","username":"alice"}"#;
pub(crate) const LOGGED_OUT: &str = r#"{"user_id":null,"username":null}"#;

/// The options of `CookieConfig::hardened`, as variables.
pub(crate) const HARDENED: [(&str, &str); 4] = [
    ("SESSION_NAME", "__Host-session"),
    ("SESSION_SECURE", "true"),
    ("SESSION_SAME_SITE", "strict"),
    ("SESSION_MAX_AGE", "604800"),
];

/// What each check gets: a browser without cookies, and a framework to serve with.
pub(crate) struct Stage<'a> {
    pub(crate) framework: Framework,
    pub(crate) browser: &'a mut Chromium,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(framework: Framework, browser: &'a mut Chromium) -> Self {
        Self { framework, browser }
    }

    /// The demo with these settings, over HTTP.
    pub(crate) fn serve(&self, env: &[(&str, &str)]) -> Site {
        Site::new(self.framework, env, Front::plain)
    }

    /// The demo with these settings, over TLS.
    pub(crate) fn serve_tls(&self, env: &[(&str, &str)]) -> Site {
        Site::new(self.framework, env, Front::tls)
    }

    /// The test server with these settings, over TLS.
    pub(crate) fn serve_test_server(&self, env: &[(&str, &str)]) -> Site {
        let server = self.start_test_server(env);
        Site { front: Front::tls(server.addr()), server }
    }

    /// The test server with these settings, without a front.
    pub(crate) fn start_test_server(&self, env: &[(&str, &str)]) -> DemoServer {
        DemoServer::start_test_server(self.framework, &with_secret(env))
    }

    /// The test server with these settings, over TLS and HTTP/2, which axum's demo is built without.
    pub(crate) fn serve_http2(&self, env: &[(&str, &str)]) -> Site {
        let server = self.start_test_server(env);
        Site { front: Front::tls_http2(server.addr()), server }
    }
}

/// A running server and the front before it.
pub(crate) struct Site {
    /// Before the server, which waits for its connections when it ends.
    front: Front,
    server: DemoServer,
}

impl Site {
    pub(crate) fn new(framework: Framework, env: &[(&str, &str)], front: fn(SocketAddr) -> Front) -> Self {
        let server = DemoServer::start(framework, &with_secret(env));
        Self { front: front(server.addr()), server }
    }

    /// Another front before the same server, without TLS.
    pub(crate) fn in_the_clear(&self) -> Front {
        Front::plain(self.server.addr())
    }
}

impl Deref for Site {
    type Target = Front;

    fn deref(&self) -> &Front {
        &self.front
    }
}

fn with_secret<'a>(env: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("SESSION_SECRET_KEY", SECRET), ("RUST_LOG", "info")], env].concat()
}
