//! A test server, and what a client asks of it.

use std::net::SocketAddr;

use e2e::{
    DemoServer, Framework, Jar,
    raw_http::{Connection, Request, Response},
};
use serde_json::Value;

/// The key of every server here.
pub(crate) const SECRET: &str = "the key of the tests of what is outside";

/// The test server, with a key and these settings.
pub(crate) fn start(framework: Framework, env: &[(&str, &str)]) -> DemoServer {
    DemoServer::start_test_server(framework, &[&[("SESSION_SECRET_KEY", SECRET)], env].concat())
}

/// The answer to one request on a new connection.
pub(crate) fn answer(addr: SocketAddr, request: &Request) -> Response {
    let mut connection = Connection::open(addr).unwrap();
    connection.send(request.to_bytes()).unwrap();
    connection.receive().unwrap()
}

/// The jar of a browser in which this user is logged in.
pub(crate) fn log_in(server: &DemoServer, user: &str) -> Jar {
    let mut jar = Jar::default();
    assert!(jar.take(&answer(server.addr(), &Request::new("POST", &format!("/login?user={user}")))));
    jar
}

/// A request with the cookie of this jar.
pub(crate) fn with_cookie(method: &str, target: &str, jar: &Jar) -> Request {
    let request = Request::new(method, target);
    match jar.cookie() {
        Some(cookie) => request.cookie(cookie),
        None => request,
    }
}

/// What a member of the JSON says that the server answers to a `GET`.
pub(crate) fn shown(server: &DemoServer, target: &str, jar: &Jar, member: &str) -> Value {
    let response = answer(server.addr(), &with_cookie("GET", target, jar));
    assert_eq!(response.status, 200, "{target}");
    let json: Value = serde_json::from_slice(&response.body).unwrap();
    json[member].clone()
}

/// Who is logged in; `null` for no one.
pub(crate) fn user(server: &DemoServer, jar: &Jar) -> Value {
    shown(server, "/me", jar, "user_id")
}
