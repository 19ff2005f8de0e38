//! Sessions over HTTP/1.1: connections with many requests, and all kinds of methods and answers.

use std::thread;

use e2e::checks;
use e2e::raw_http::{Request, Response};
use serde_json::json;

use crate::Check;
use crate::expect::{assert_alice, assert_json, assert_logged_out, assert_no_set_cookie, set_cookie};
use crate::rotating::rotated;
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::{now, open, token};

pub(crate) const CHECKS: &[Check] = checks![
    http_a_login_lasts_until_the_logout,
    http_requests_of_one_connection_do_not_share_a_session,
    http_pipelined_requests_do_not_share_a_session,
    http_a_hundred_pipelined_requests_are_answered_in_order,
    http_concurrent_clients_see_their_own_session,
    r18_of_several_requests_at_once_each_answers_with_its_own_change,
    http_head_answers_as_get_does_and_without_a_body,
    http_options_leaves_the_session_alone,
    http_an_unknown_path_is_404_and_leaves_the_session_alone,
    http_a_wrong_method_is_405_and_leaves_the_session_alone,
    http_a_500_leaves_connection_and_session_usable,
    http_an_unread_body_is_not_the_next_request,
    http_1_0_reads_the_session,
    http_a_request_that_trickles_in_is_read,
];

fn http_a_login_lasts_until_the_logout(server: &Server) {
    let mut connection = server.connect();
    let mut answer = |request: Request| {
        connection.send(request.to_bytes()).unwrap();
        connection.receive().unwrap()
    };

    assert_logged_out(&answer(Request::new("GET", "/me")));
    let login = answer(Request::new("POST", "/login"));
    assert_json(&login, 200, json!({"ok": true}));
    let session = set_cookie(&login).pair();
    assert_alice(&answer(Request::new("GET", "/me").cookie(&session)));
    assert_json(&answer(Request::new("GET", "/cart").cookie(&session)), 200, json!({"items": []}));
    let health = answer(Request::new("GET", "/health").cookie(&session));
    assert_json(&health, 200, json!({"ok": true}));
    assert_eq!(["set-cookie", "vary", "cache-control"].map(|name| health.header(name)), [None; 3]);
    let added = answer(Request::new("POST", "/cart/add?item=spam%20%26%20eggs").cookie(&session));
    assert_json(&added, 200, json!({"items": ["spam & eggs"]}));
    let session = set_cookie(&added).pair();
    let added = answer(Request::new("POST", "/cart/add").cookie(&session));
    assert_json(&added, 200, json!({"items": ["spam & eggs", "egg"]}));
    let session = set_cookie(&added).pair();
    let cart = answer(Request::new("GET", "/cart").cookie(&session));
    assert_json(&cart, 200, json!({"items": ["spam & eggs", "egg"]}));
    assert_no_set_cookie(&cart);
    assert_alice(&answer(Request::new("GET", "/me").cookie(&session)));
    let logout = answer(Request::new("POST", "/logout").cookie(&session));
    assert_json(&logout, 200, json!({"ok": true}));
    assert_eq!(set_cookie(&logout).max_age(), 0);
    assert_logged_out(&answer(Request::new("GET", "/me")));
}

fn http_requests_of_one_connection_do_not_share_a_session(server: &Server) {
    let mut connection = server.connect();
    let mut answer = |request: Request| {
        connection.send(request.to_bytes()).unwrap();
        connection.receive().unwrap()
    };

    for _ in 0..3 {
        assert_alice(&answer(Request::new("GET", "/me").cookie(format!("session={}", alice()))));
        assert_logged_out(&answer(Request::new("GET", "/me")));
        assert_eq!(answer(Request::new("POST", "/login")).status, 200);
        assert_logged_out(&answer(Request::new("GET", "/me").cookie("session=junk")));
        assert_no_set_cookie(&answer(Request::new("GET", "/health")));
    }
}

fn http_pipelined_requests_do_not_share_a_session(server: &Server) {
    let mut connection = server.connect();
    let session = format!("session={}", alice());
    let forged = format!("session={}", alice_of(OTHER_SECRET, 0));
    let requests = [
        Request::new("GET", "/me").cookie(&session),
        Request::new("GET", "/me"),
        Request::new("GET", "/me").cookie(&session),
        Request::new("GET", "/me").cookie(&forged),
        Request::new("POST", "/login"),
        Request::new("GET", "/me"),
        Request::new("POST", "/logout").cookie(&session),
        Request::new("GET", "/me"),
        Request::new("GET", "/me").cookie(&session),
    ];

    connection.send(requests.each_ref().map(Request::to_bytes).concat()).unwrap();
    let [first, second, third, fourth, login, after_login, logout, after_logout, last] =
        requests.map(|_| connection.receive().unwrap());

    for response in [&first, &third, &last] {
        assert_alice(response);
        assert_no_set_cookie(response);
    }
    for response in [&second, &fourth, &after_login, &after_logout] {
        assert_logged_out(response);
        assert_no_set_cookie(response);
    }
    assert_ne!(set_cookie(&login).value, "");
    assert_eq!(set_cookie(&logout).value, "");
}

/// `GET /me` of a user of this number, and whether an answer is theirs.
fn user(number: usize) -> (Request, impl Fn(&Response)) {
    let data = format!(r#"{{"user_id":"{number}","username":"user {number}"}}"#);
    let request = Request::new("GET", "/me").cookie(format!("session={}", token(SECRET, &data, now())));
    (request, move |response: &Response| assert_eq!(response.text(), data))
}

fn http_a_hundred_pipelined_requests_are_answered_in_order(server: &Server) {
    let mut connection = server.connect();
    let bytes: Vec<u8> = (0..100).flat_map(|number| user(number).0.to_bytes()).collect();

    connection.send(bytes).unwrap();

    for number in 0..100 {
        user(number).1(&connection.receive().unwrap());
    }
}

fn http_concurrent_clients_see_their_own_session(server: &Server) {
    thread::scope(|scope| {
        for client in 0..8 {
            scope.spawn(move || {
                let (request, assert_own) = user(client);
                let mut connection = server.connect();
                for _ in 0..50 {
                    connection.send(request.to_bytes()).unwrap();
                    assert_own(&connection.receive().unwrap());
                }
            });
        }
    });
}

fn r18_of_several_requests_at_once_each_answers_with_its_own_change(server: &Server) {
    let session = format!("session={}", alice());
    let mut connections: Vec<_> = (0..16).map(|_| server.connect()).collect();
    for (number, connection) in connections.iter_mut().enumerate() {
        let request = Request::new("POST", &format!("/cart/add?item={number}")).cookie(&session);
        connection.send(request.to_bytes()).unwrap();
    }

    for (number, connection) in connections.iter_mut().enumerate() {
        let response = connection.receive().unwrap();

        let data = open(SECRET, &set_cookie(&response).value).data;
        assert_eq!(data, format!(r#"{},"cart":["{number}"]}}"#, &ALICE[..ALICE.len() - 1]));
    }
}

fn http_head_answers_as_get_does_and_without_a_body(server: &Server) {
    let rotated = rotated(server);
    let mut connection = rotated.connect();
    for (age, secret, is_sent_again) in [(10, SECRET, false), (10, OTHER_SECRET, true)] {
        let session = format!("session={}", alice_of(secret, age));
        connection.send(Request::new("HEAD", "/me").cookie(&session).to_bytes()).unwrap();
        let head = connection.receive_head().unwrap();

        assert_eq!(head.status, 200);
        assert_eq!(head.header("set-cookie").is_some(), is_sent_again);
        assert_eq!(head.header("vary").map(<[u8]>::to_ascii_lowercase), Some(b"cookie".to_vec()));
        connection.send(Request::new("GET", "/me").cookie(&session).to_bytes()).unwrap();
        assert_alice(&connection.receive().unwrap());
    }
    for target in ["/", "/me", "/cart", "/health"] {
        connection.send(Request::new("HEAD", target).to_bytes()).unwrap();
        assert_eq!(connection.receive_head().unwrap().status, 200, "{target}");
    }
}

fn http_options_leaves_the_session_alone(server: &Server) {
    for target in ["/me", "/login", "/nowhere"] {
        let response = server.answer(&Request::new("OPTIONS", target).cookie(format!("session={}", alice())));

        assert!(response.status < 500);
        assert_no_set_cookie(&response);
    }
}

fn http_an_unknown_path_is_404_and_leaves_the_session_alone(server: &Server) {
    let rotated = rotated(server);
    for session in [alice(), alice_of(OTHER_SECRET, 10), "junk".to_owned()] {
        for target in ["/nowhere", "/me/", "/me/x", "/cart/", "//me", "/ME"] {
            let response = rotated.get(target, format!("session={session}"));

            assert_eq!(response.status, 404, "{target}");
            assert_no_set_cookie(&response);
        }
    }
}

fn http_a_wrong_method_is_405_and_leaves_the_session_alone(server: &Server) {
    for (method, target) in
        [("GET", "/login"), ("GET", "/logout"), ("GET", "/cart/add"), ("POST", "/me"), ("PUT", "/me")]
    {
        let response = server.answer(&Request::new(method, target).cookie(format!("session={}", alice())));

        assert_eq!(response.status, 405, "{method} {target}");
        assert!(response.header("allow").is_some(), "{method} {target}");
        assert_no_set_cookie(&response);
    }
}

fn http_a_500_leaves_connection_and_session_usable(server: &Server) {
    let mut connection = server.connect();
    let broken = format!("session={}", token(SECRET, r#"{"user_id":42,"username":"alice"}"#, now()));
    let session = format!("session={}", alice());
    let requests =
        [&broken, &session, &broken, &broken, &session].map(|cookie| Request::new("GET", "/me").cookie(cookie));

    connection.send(requests.each_ref().map(Request::to_bytes).concat()).unwrap();
    let responses = requests.map(|_| connection.receive().unwrap());

    assert_eq!(responses.each_ref().map(|response| response.status), [500, 200, 500, 500, 200]);
    assert_alice(&responses[4]);
}

fn http_an_unread_body_is_not_the_next_request(server: &Server) {
    let smuggled = Request::new("GET", "/me").cookie(format!("session={}", alice())).to_bytes();
    let head = format!("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", smuggled.len());
    let mut connection = server.connect();

    connection.send([head.as_bytes(), &smuggled, &Request::new("GET", "/me").to_bytes()].concat()).unwrap();

    assert_json(&connection.receive().unwrap(), 200, json!({"ok": true}));
    // A server may also close a connection whose body it did not read.
    if let Ok(second) = connection.receive() {
        assert_logged_out(&second);
    }
}

fn http_1_0_reads_the_session(server: &Server) {
    let mut connection = server.connect();

    connection.send(format!("GET /me HTTP/1.0\r\nCookie: session={}\r\n\r\n", alice())).unwrap();

    assert_alice(&connection.receive().unwrap());
    assert!(connection.is_closed_by_peer().unwrap());
}

fn http_a_request_that_trickles_in_is_read(server: &Server) {
    let mut connection = server.connect();

    for byte in Request::new("GET", "/me").cookie(format!("a=1; session={}", alice())).to_bytes() {
        connection.send([byte]).unwrap();
    }

    assert_alice(&connection.receive().unwrap());
}
