//! Clients that misbehave, which must not affect other clients.

use e2e::checks;
use e2e::raw_http::{Connection, MALFORMED, Request};

use crate::Check;
use crate::expect::assert_alice;
use crate::server::{Server, alice};

pub(crate) const CHECKS: &[Check] = checks![
    http_an_oversize_header_ends_no_server,
    http_a_malformed_request_ends_no_server,
    http_a_client_that_goes_away_affects_no_other,
];

/// Sends bytes that a server may well refuse: a 4xx, or the end of the connection, and never a 5xx.
fn assert_refused_or_answered(server: &Server, bytes: &[u8]) {
    let mut connection = server.connect();
    // A server that has made up its mind closes while there is more to come.
    let _closed_early = connection.send(bytes).and_then(|()| connection.finish_sending());
    if let Ok(response) = connection.receive() {
        assert!(response.status < 500, "{}", response.status);
    }
}

fn http_an_oversize_header_ends_no_server(server: &Server) {
    for length in [5_000, 50_000, 100_000, 500_000, 2_000_000] {
        for cookie in [
            format!("session={}", "A".repeat(length)),
            format!("a={}; session={}", "A".repeat(length), alice()),
            format!("session={}; ", "A".repeat(50)).repeat(length / 50),
            ";".repeat(length),
            "session=\"".repeat(length / 9),
        ] {
            assert_refused_or_answered(server, &Request::new("GET", "/me").cookie(cookie).to_bytes());
        }
    }
    let many_headers = (0..1_000).fold(Request::new("GET", "/me"), |request, _| request.cookie("session=junk"));
    assert_refused_or_answered(server, &many_headers.to_bytes());

    assert_alice(&server.get("/me", format!("session={}", alice())));
}

fn http_a_malformed_request_ends_no_server(server: &Server) {
    // Some servers put up with these.
    let odd = [
        b"GET /me HTTP/1.1\r\nHost: localhost\r\nCookie : session=x\r\n\r\n".as_slice(),
        b"GET /me HTTP/1.1\nHost: localhost\nCookie: session=x\n\n",
        b"POST /cart/add?item=%00%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        b"POST /cart/add?item=a&item=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
    ];
    for bytes in MALFORMED.iter().chain(&odd) {
        assert_refused_or_answered(server, bytes);
    }

    assert_alice(&server.get("/me", format!("session={}", alice())));
}

fn http_a_client_that_goes_away_affects_no_other(server: &Server) {
    let own = server.beside_with(&[]);
    let login = Request::new("POST", "/login").to_bytes();
    let open_and_send = |bytes: &[u8]| -> Connection {
        let mut connection = own.connect();
        connection.send(bytes).unwrap();
        connection
    };
    for _ in 0..20 {
        drop(open_and_send(b""));
        drop(open_and_send(&login[..login.len() / 2]));
        drop(open_and_send(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf a bo"));
        drop(open_and_send(&login));
        drop(open_and_send(&login.repeat(50)));
        open_and_send(&login).finish_sending().unwrap();
    }

    assert_alice(&own.get("/me", format!("session={}", alice())));
    let log = own.stop();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
}
