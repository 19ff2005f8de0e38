//! The server that a check talks to, and its client.

use e2e::{
    DemoServer, Framework, Refusal,
    raw_http::{Connection, Request, Response},
};

use crate::signer;

/// What every server of the suite signs with, unless the check says otherwise.
pub(crate) const SECRET: &str = "the conformance suite's primary key";
/// A key that no server knows, unless the check makes it a fallback key.
pub(crate) const OTHER_SECRET: &str = "another key of the conformance suite";

/// The session that `POST /login` makes.
pub(crate) const ALICE: &str = r#"{"user_id":"42","username":"alice"}"#;

/// A running demo.
pub(crate) struct Server {
    framework: Framework,
    demo: DemoServer,
}

impl Server {
    /// The demo with its default options.
    pub(crate) fn start(framework: Framework) -> Self {
        Self::start_with(framework, &[])
    }

    /// A second server of the same framework, with these settings.
    pub(crate) fn beside_with(&self, env: &[(&str, &str)]) -> Self {
        Self::start_with(self.framework, env)
    }

    /// A second server of the same framework that was given no key.
    pub(crate) fn beside_without_key(&self) -> Self {
        let env = [("RUST_LOG", "info"), ("SESSION_SECURE", "false")];
        Self { framework: self.framework, demo: DemoServer::start(self.framework, &env) }
    }

    /// The test server of the same framework, which has siblings of the session, with these settings.
    pub(crate) fn test_server_with(&self, env: &[(&str, &str)]) -> Self {
        Self { framework: self.framework, demo: DemoServer::start_test_server(self.framework, &with_secret(env)) }
    }

    /// How a second server refuses these settings.
    pub(crate) fn refusal_of(&self, env: &[(&str, &str)]) -> Refusal {
        DemoServer::start_expecting_failure(self.framework, &with_secret(env))
    }

    fn start_with(framework: Framework, env: &[(&str, &str)]) -> Self {
        Self { framework, demo: DemoServer::start(framework, &with_secret(env)) }
    }

    /// Which framework serves.
    pub(crate) fn framework(&self) -> Framework {
        self.framework
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> std::net::SocketAddr {
        self.demo.addr()
    }

    /// Ends the server, and returns its log.
    pub(crate) fn stop(self) -> String {
        self.demo.stop()
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.demo.addr()).unwrap()
    }

    /// The answer to one request on a new connection.
    pub(crate) fn answer(&self, request: &Request) -> Response {
        let mut connection = self.connect();
        connection.send(request.to_bytes()).unwrap();
        connection.receive().unwrap()
    }

    /// The answer to a `GET` with this `Cookie` header.
    pub(crate) fn get(&self, target: &str, cookie: impl AsRef<[u8]>) -> Response {
        self.answer(&Request::new("GET", target).cookie(cookie))
    }

    /// The answer to a `POST` with this `Cookie` header.
    pub(crate) fn post(&self, target: &str, cookie: impl AsRef<[u8]>) -> Response {
        self.answer(&Request::new("POST", target).cookie(cookie))
    }
}

/// These settings, and the suite's key unless they hold one.
pub(crate) fn with_secret<'a>(env: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    // The demo's default level: the caller's must not change what is logged.
    [&[("SESSION_SECRET_KEY", SECRET), ("RUST_LOG", "info")], env].concat()
}

/// A token for Alice, issued just now.
pub(crate) fn alice() -> String {
    alice_of(SECRET, 0)
}

/// A token for Alice, signed with this key this many seconds ago.
pub(crate) fn alice_of(secret: &str, age: u64) -> String {
    signer::token(secret, ALICE, signer::now() - age)
}

/// A token for Alice with so much else in her session that it has exactly this length.
pub(crate) fn alice_of_length(secret: &str, length: usize) -> String {
    token_of_length(secret, r#""user_id":"42","username":"alice""#, length)
}

/// A token of a session with these members and so much else that it has exactly this length.
pub(crate) fn token_of_length(secret: impl AsRef<[u8]>, members: &str, length: usize) -> String {
    let t = signer::now() - 10;
    let envelope = |padding: usize| format!(r#"{{"d":{{{members},"x":"{}"}},"t":{t}}}"#, "x".repeat(padding));
    let signature_and_dot = 44;
    let json_length = (length - signature_and_dot) * 3 / 4;
    let token = signer::sign(secret, envelope(json_length - envelope(0).len()));
    assert_eq!(token.len(), length, "base64 has no text of this length");
    token
}
