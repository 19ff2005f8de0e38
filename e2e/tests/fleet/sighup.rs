//! One server at SIGHUP: what it does with its files, and with a request that is in progress.

use std::net::SocketAddr;

use e2e::{
    Check, DemoServer, Framework, Jar, checks,
    raw_http::{Connection, Request, Response},
    wire_format::sign_payload,
};

use crate::{
    fleet::{is_accepted, token},
    keys::{Environment, Keys, Mount, secrets},
};

pub(crate) const CHECKS: &[Check] = checks![
    a_forged_cookie_stays_forged_when_its_request_is_held_open_over_the_exchange_of_a_leaked_key,
    a_server_keeps_its_keys_when_their_files_are_wrong,
    a_server_with_keys_in_variables_says_what_to_set,
    a_server_with_a_random_key_says_what_to_set,
];

fn a_forged_cookie_stays_forged_when_its_request_is_held_open_over_the_exchange_of_a_leaked_key() {
    let [leaked, ..] = secrets();
    let mut mount = Mount::with(Keys::OLD);
    let servers =
        Framework::ALL.map(|framework| DemoServer::start_test_server(framework, &variables(mount.environment())));
    let forged = format!("session={}", token(leaked, r#"{"user_id":"admin"}"#));
    assert_eq!(servers.each_ref().map(|server| user(server, &forged)), ["admin"; 2]);
    let held_open = servers.each_ref().map(|server| HeldOpen::start(server.addr(), &forged));

    mount.swap(Keys::NEW);
    servers.iter().for_each(DemoServer::reload_keys);
    assert_eq!(servers.each_ref().map(|server| user(server, &forged)), ["null"; 2]);

    for response in held_open.map(HeldOpen::finish) {
        assert_eq!((response.status, response.text().as_str()), (200, r#"{"visits":1}"#));
        let mut jar = Jar::default();
        jar.take(&response);
        let cookie = jar.cookie().expect("the answer sets the cookie");
        let (payload, _) = cookie.trim_start_matches("session=").split_once('.').expect("a token has a dot");
        assert_eq!(cookie, format!("session={}", sign_payload(leaked, payload)), "it is signed with another key");
        assert_eq!(servers.each_ref().map(|server| user(server, cookie)), ["null"; 2]);
    }
}

fn a_server_keeps_its_keys_when_their_files_are_wrong() {
    let [old, new, ..] = secrets();
    for framework in Framework::ALL {
        let mut mount = Mount::with(Keys::OLD);
        let server = DemoServer::start(framework, &variables(mount.environment()));

        mount.swap(Keys::BROKEN);
        server.reload_keys();
        assert!(is_accepted(server.addr(), old));

        mount.swap(Keys::NEW);
        server.reload_keys();
        assert_eq!([old, new].map(|secret| is_accepted(server.addr(), secret)), [false, true]);

        let log = server.stop();
        let [error] = lines(&log, "ERROR")[..] else { panic!("{log}") };
        let reason = "the keys stay as they are: SESSION_SECRET_KEY_FILE: the secret is shorter than 32 bytes";
        assert!(error.contains(reason), "{error}");
        assert_eq!(lines(&log, "WARN"), [""; 0]);
    }
}

fn a_server_with_keys_in_variables_says_what_to_set() {
    let [old, ..] = secrets();
    for framework in Framework::ALL {
        let server = DemoServer::start(framework, &variables(Keys::OLD.environment()));

        server.reload_keys();

        assert!(is_accepted(server.addr(), old));
        let log = server.stop();
        let [warning] = lines(&log, "WARN")[..] else { panic!("{log}") };
        assert!(warning.contains("keys not read again, since only files change"), "{warning}");
        let files = r#"key_file="SESSION_SECRET_KEY_FILE" list_file="SESSION_FALLBACK_KEYS_FILE""#;
        assert!(warning.ends_with(files), "{warning}");
    }
}

fn a_server_with_a_random_key_says_what_to_set() {
    for framework in Framework::ALL {
        let server = DemoServer::start(framework, &[("SESSION_SECURE", "false"), ("RUST_LOG", "info")]);
        let mut jar = Jar::default();
        jar.take(&answer(server.addr(), &Request::new("POST", "/login")));

        server.reload_keys();

        assert_eq!(user(&server, jar.cookie().expect("a login sets the cookie")), "42");
        let log = server.stop();
        let [_at_start, warning] = lines(&log, "WARN")[..] else { panic!("{log}") };
        assert!(warning.contains("SESSION_SECRET_KEY_FILE and SESSION_FALLBACK_KEYS_FILE are not set"), "{warning}");
    }
}

/// A request whose body is sent in two halves.
struct HeldOpen(Connection);

impl HeldOpen {
    const HALF: &str = "half of what is uploaded";

    /// Sends the first half once the server waits for it, so that the request has begun there.
    fn start(addr: SocketAddr, cookie: &str) -> Self {
        let mut connection = Connection::open(addr).expect("the server listens");
        let length = 2 * Self::HALF.len();
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\
             Expect: 100-continue\r\n\r\n"
        );
        connection.send(head).expect("the server takes the head");
        let go_on = connection.receive().expect("the server asks for the body");
        assert_eq!(go_on.status, 100, "{go_on:?}");
        connection.send(Self::HALF).expect("the server takes one half");
        Self(connection)
    }

    fn finish(self) -> Response {
        let Self(mut connection) = self;
        connection.send(Self::HALF).expect("the server takes the other half");
        connection.receive().expect("the server answers")
    }
}

fn variables<'a>([key, fallback_keys]: Environment<'a>) -> [(&'a str, &'a str); 4] {
    [key, fallback_keys, ("SESSION_SECURE", "false"), ("RUST_LOG", "info")]
}

/// Who is logged in with this cookie, as the server sees it, or `null`.
fn user(server: &DemoServer, cookie: &str) -> String {
    let response = answer(server.addr(), &Request::new("GET", "/me").cookie(cookie));
    let me: serde_json::Value = serde_json::from_slice(&response.body).expect("it is JSON");
    me["user_id"].as_str().unwrap_or("null").to_owned()
}

fn answer(addr: SocketAddr, request: &Request) -> Response {
    let mut connection = Connection::open(addr).expect("the server listens");
    connection.send(request.to_bytes()).and_then(|()| connection.receive()).expect("the server answers")
}

fn lines<'a>(log: &'a str, level: &str) -> Vec<&'a str> {
    log.lines().filter(|line| line.contains(&format!(" {level} "))).collect()
}
