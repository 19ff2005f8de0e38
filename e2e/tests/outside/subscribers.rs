//! Code that reads the session while the session's own code runs: a log's subscriber at each event, and a `Deserialize`. If
//! the session were locked meanwhile, its thread would wait for itself for ever.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use e2e::{
    DemoServer, Framework, checks,
    raw_http::{Connection, Request, Response},
    wire_format::sign,
};

use crate::{
    Check,
    client::{SECRET, log_in, start, user, with_cookie},
};

pub(crate) const CHECKS: &[Check] =
    checks![a_subscriber_that_reads_the_session_hangs_no_worker, a_deserialize_that_reads_the_session_hangs_no_worker];

/// A test server has as many.
const WORKERS: usize = 2;
/// For requests that take milliseconds.
const DEADLINE: Duration = Duration::from_secs(2);

fn a_subscriber_that_reads_the_session_hangs_no_worker(framework: Framework) {
    let server = start(framework, &[("RUST_LOG", "debug"), ("SESSION_REFRESH", "0")]);
    let [alice, bob] = ["alice", "bob"].map(|user| log_in(&server, user));
    let [alice_cookie, bob_cookie] = [&alice, &bob].map(|jar| jar.cookie().unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let token = |padding: usize, t| sign(SECRET, format!(r#"{{"d":{{"user_id":"{:a<padding$}"}},"t":{t}}}"#, "dave"));
    let get = |cookie: &str| Request::new("GET", "/me").cookie(cookie);

    for request in [
        get("session=forged"),
        get(&format!("session={}", token(0, now + 3600))),
        // Less than 4096 bytes, but not with the attributes.
        get(&format!("session={}", token(2980, now))),
        get(&format!("{alice_cookie}; {bob_cookie}")),
        with_cookie("GET", "/cached?cache_control=public", &alice),
    ] {
        for response in answers_of_all_workers(&server, &request) {
            assert_eq!(response.status, 200);
        }
    }

    let log = server.stop();
    for (user_id, event) in [
        ("None", "session cookie rejected"),
        ("None", "whose clock is ahead"),
        ("Some(", "several authentic session cookies"),
        (r#"Some("dave"#, "too large to be signed again"),
        (r#"Some("alice")"#, "lets shared caches store it"),
    ] {
        let is_there = |line: &str| line.starts_with(&format!("user_id={user_id}")) && line.contains(event);
        assert!(log.lines().any(is_there), "no line of {user_id} with `{event}`:\n{log}");
    }
}

fn a_deserialize_that_reads_the_session_hangs_no_worker(framework: Framework) {
    let server = start(framework, &[]);
    let alice = log_in(&server, "alice");

    for response in answers_of_all_workers(&server, &with_cookie("GET", "/greeting", &alice)) {
        assert_eq!(response.text(), r#""hello alice, user alice""#);
    }
}

/// Sends the request to each worker at the same time, and then one that has to be answered in any case.
fn answers_of_all_workers(server: &DemoServer, request: &Request) -> Vec<Response> {
    let asked = Instant::now();
    // The workers get connections in turn.
    let mut connections: Vec<_> = (0..WORKERS).map(|_| Connection::open(server.addr()).unwrap()).collect();
    for connection in &mut connections {
        connection.send(request.to_bytes()).unwrap();
    }
    let carol = log_in(server, "carol");
    assert_eq!(user(server, &carol), "carol");
    let answers = connections.iter_mut().map(|connection| connection.receive().unwrap()).collect();
    let time = asked.elapsed();
    assert!(time < DEADLINE, "{request:?} and those after it took {time:?}");
    answers
}
