//! How many full cookies pass the limits of proxies and servers to the headers of a request and of a response. The numbers are
//! read from the guide's page of rules.

use std::net::SocketAddr;

use e2e::{
    DemoServer, Framework, checks,
    raw_http::{Connection, DEADLINE, Request},
};
#[cfg(feature = "nginx")]
use e2e::{Nginx, raw_http::Response};
use http::header::{COOKIE, USER_AGENT};

#[cfg(feature = "nginx")]
use crate::client::{answer, start};
use crate::{Check, client::SECRET};

pub(crate) const CHECKS: &[Check] = checks![
    #[cfg(feature = "nginx")]
    full_cookies_pass_nginx_with_the_directives_of_the_guide_and_with_no_smaller_ones,
    #[cfg(feature = "nginx")]
    nginx_with_its_defaults_passes_what_the_guide_says,
    #[cfg(feature = "nginx")]
    nginx_passes_as_many_full_cookies_over_http2_as_the_guide_says,
    #[cfg(feature = "nginx")]
    nginx_refuses_a_buffer_of_16k_alone,
    a_server_takes_as_many_full_cookies_as_the_guide_says,
];

/// What the guide says about the limits.
fn section() -> &'static str {
    let guide = include_str!("../../../session-cookie/src/guide/rules.md");
    guide.split_once("\n## How many fit through a proxy\n").expect("the section is there").1
}

#[cfg(feature = "nginx")]
#[track_caller]
fn assert_guide_says(text: &str) {
    let section = section().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(section.contains(text), "the guide lacks: {text}");
}

/// The rows of a table of the guide, without its first column.
fn rows<const N: usize>(first: [&str; N]) -> [Vec<&'static str>; N] {
    first.map(|first| {
        let row = section().lines().find_map(|line| line.strip_prefix(&format!("| {first} | "))?.strip_suffix(" |"));
        row.unwrap_or_else(|| panic!("the guide has no row of {first}")).split(" | ").collect()
    })
}

/// The directives in a cell; none where nginx's defaults will do.
#[cfg(feature = "nginx")]
fn directives(cell: &'static str) -> &'static str {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or_else(|| {
        assert_eq!(cell, "its defaults");
        ""
    })
}

/// Asks a test server to do this with so many of its three sessions.
#[cfg(feature = "nginx")]
fn with_sessions(action: &str, count: usize) -> Request {
    let query: Vec<_> = ["main", "second", "third"][..count].iter().map(|name| format!("{name}={action}")).collect();
    Request::new("POST", &format!("/several?{}", query.join("&")))
}

#[cfg(feature = "nginx")]
fn pairs(response: &Response) -> Vec<String> {
    let lines = response.header_lines("set-cookie").map(|line| str::from_utf8(line).unwrap());
    lines.map(|line| line.split(';').next().unwrap().to_owned()).collect()
}

#[cfg(feature = "nginx")]
fn full_cookies_pass_nginx_with_the_directives_of_the_guide_and_with_no_smaller_ones(framework: Framework) {
    let server = start(framework, &[]);
    let rows = rows(["1", "2", "3"]).map(|row| [directives(row[0]), directives(row[1])]);
    let mut smaller_buffer = "";
    for (count, [for_request, for_response]) in (1..).zip(rows) {
        let filled = answer(server.addr(), &with_sessions("fill", count));
        let cookies = pairs(&filled);
        assert_eq!((filled.status, cookies.len()), (200, count));
        // The cookies are short of 4096 bytes by what a later `c` and `m` need.
        let others = format!("other={}", "x".repeat(200));
        let read = with_sessions("read", count).cookie(format!("{others}; {}", cookies.join("; ")));

        let nginx = Nginx::start_with(server.addr(), &format!("{for_request} {for_response}"), false);
        let passed = answer(nginx.addr(), &with_sessions("fill", count));
        assert_eq!((passed.status, pairs(&passed).len()), (200, count), "{count} in a response");
        let passed = answer(nginx.addr(), &read);
        assert_eq!((passed.status, passed.text()), (200, filled.text()), "{count} in a request");

        let nginx = Nginx::start_with(server.addr(), smaller_buffer, false);
        let status = answer(nginx.addr(), &with_sessions("fill", count)).status;
        assert_eq!(status, 502, "{count} in a response, with `{smaller_buffer}`");
        let status = answer(nginx.addr(), &read).status;
        assert_eq!(status, if count == 1 { 200 } else { 400 }, "{count} in a request");
        smaller_buffer = for_response;
    }
}

#[cfg(feature = "nginx")]
fn nginx_with_its_defaults_passes_what_the_guide_says(framework: Framework) {
    let server = start(framework, &[]);
    let nginx = Nginx::start_with(server.addr(), "", false);

    assert_eq!(answer(nginx.addr(), &with_sessions("write", 3)).status, 200);
    assert_eq!(answer(nginx.addr(), &with_sessions("fill", 1)).status, 502);
    // A line of a request has to fit into 8 KB.
    let most = 78;
    assert_guide_says(&format!("two full cookies only if all other cookies in it have {most} bytes or less"));
    for (others, status) in [(most, 200), (most + 1, 400)] {
        let cookies = [full_cookies(2), vec!["x".repeat(others)]].concat();
        assert_eq!(status_over_http1(nginx.addr(), &cookies), Some(status), "{others} bytes of others");
    }
}

#[cfg(feature = "nginx")]
fn nginx_passes_as_many_full_cookies_over_http2_as_the_guide_says(framework: Framework) {
    let server = start(framework, &[]);
    let nginx = Nginx::start_with(server.addr(), "", true);

    assert_guide_says("seven full cookies pass beside 2000 bytes of other headers");
    assert_guide_says("eight pass beside 250 bytes and not beside 300");
    assert_guide_says("nine do not pass");
    for (count, others, status) in [(7, 2000, Some(200)), (8, 250, Some(200)), (8, 300, None), (9, 0, None)] {
        let answered = status_over_http2(nginx.addr(), &full_cookies(count), others);
        assert_eq!(answered, status, "{count} beside {others} bytes");
    }
}

#[cfg(feature = "nginx")]
fn nginx_refuses_a_buffer_of_16k_alone(_: Framework) {
    let refusal = Nginx::refusal_of("proxy_buffer_size 16k;");

    assert!(refusal.contains("proxy_busy_buffers_size"), "{refusal}");
}

fn a_server_takes_as_many_full_cookies_as_the_guide_says(framework: Framework) {
    // axum's demo is built without HTTP/2.
    let server = DemoServer::start_test_server(framework, &[("SESSION_SECRET_KEY", SECRET)]);
    let [row] = rows([framework.name()]);
    let statuses: [fn(_, &[_]) -> _; 2] = [status_over_http1, |addr, cookies| status_over_http2(addr, cookies, 0)];
    for (cell, status) in row.into_iter().zip(statuses) {
        let (count, is_most) = cell.strip_suffix(" or more").map_or((cell, true), |count| (count, false));
        let count = count.parse().unwrap();

        assert_eq!(status(server.addr(), &full_cookies(count)), Some(200), "{count}");
        if is_most {
            assert_eq!(status(server.addr(), &full_cookies(count + 1)), Some(431), "{count} and one more");
        }
    }
}

/// Name and value of so many cookies that are full with the attributes of the default configuration.
fn full_cookies(count: usize) -> Vec<String> {
    let cookie = |number| {
        let attributes = "; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax";
        let name = format!("full{number}=");
        format!("{name}{}", "x".repeat(4096 - attributes.len() - name.len()))
    };
    (0..count).map(cookie).collect()
}

/// The status of the answer to a request with these cookies in one `Cookie` header; `None` without an answer.
fn status_over_http1(addr: SocketAddr, cookies: &[String]) -> Option<u16> {
    let mut connection = Connection::open(addr).unwrap();
    // A server may refuse the header before it has read all of it.
    let _ = connection.send(Request::new("GET", "/me").cookie(cookies.join("; ")).to_bytes());
    connection.receive().ok().map(|response| response.status)
}

/// The status of the answer to a request over HTTP/2 with each of these cookies in its own field, as browsers send them, and so
/// many bytes in another header; `None` without an answer.
fn status_over_http2(addr: SocketAddr, cookies: &[String], others: usize) -> Option<u16> {
    let request = http::Request::get("http://localhost/me").header(USER_AGENT, "x".repeat(others));
    let request = cookies.iter().fold(request, |request, cookie| request.header(COOKIE, cookie)).body(()).unwrap();
    let status = async {
        let stream = tokio::net::TcpStream::connect(addr).await.unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        let answer = async {
            let (response, _) = client.ready().await?.send_request(request, true)?;
            // The connection lasts as long as the response.
            response.await.map(|response| response.status().as_u16())
        };
        let (_, answer) = tokio::join!(connection, answer);
        answer.ok()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(DEADLINE, status).await.unwrap() })
}
