//! The same session over HTTP/2 with prior knowledge, where a client may send each cookie in a separate field
//! (RFC 9113, section 8.2.3). With the test servers, since axum's demo is built without HTTP/2.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use bytes::Bytes;
use e2e::checks;
use e2e::raw_http::DEADLINE;
use h2::client::SendRequest;
use http::{
    HeaderMap, Request,
    header::{COOKIE, SET_COOKIE},
};

use crate::Check;
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::{now, open, token};

pub(crate) const CHECKS: &[Check] = checks![
    http2_a_login_lasts_until_the_logout,
    r04_http2_cookies_in_fields_of_their_own_are_read_as_one,
    r05_http2_the_count_of_eight_runs_across_fields,
    http2_concurrent_streams_see_their_own_session,
    http2_set_cookie_is_marked_sensitive,
];

/// One answer over HTTP/2.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// The value of the session cookie that it sets.
    #[track_caller]
    fn set_value(&self) -> &str {
        let line = self.headers.get(SET_COOKIE).unwrap().to_str().unwrap();
        line.strip_prefix("session=").unwrap().split(';').next().unwrap()
    }
}

/// Runs a check over one HTTP/2 connection, and gives up at the deadline.
fn over_http2<F: Future<Output = ()>>(server: &Server, check: impl FnOnce(SendRequest<Bytes>) -> F) {
    let server = server.test_server_with(&[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let on_connection = async {
        let stream = tokio::net::TcpStream::connect(server.addr()).await.unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::select! {
            result = connection => panic!("the connection ended: {result:?}"),
            () = check(client) => {}
        }
    };
    runtime.block_on(async { tokio::time::timeout(DEADLINE, on_connection).await.unwrap() });
}

/// Sends a request with these `cookie` fields.
async fn send<C: AsRef<[u8]>>(client: &SendRequest<Bytes>, method: &str, path: &str, cookies: &[C]) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("http://localhost{path}"));
    for cookie in cookies {
        request = request.header(COOKIE, cookie.as_ref());
    }
    let mut client = client.clone().ready().await.unwrap();
    let (response, _) = client.send_request(request.body(()).unwrap(), true).unwrap();
    let (head, mut stream) = response.await.unwrap().into_parts();
    let mut body = Vec::new();
    while let Some(data) = stream.data().await {
        let data = data.unwrap();
        stream.flow_control().release_capacity(data.len()).unwrap();
        body.extend(data);
    }
    Answer { status: head.status.as_u16(), headers: head.headers, body: String::from_utf8(body).unwrap() }
}

/// The answer of `GET /me` to someone without a session; that to Alice reads as her session does.
const LOGGED_OUT: &str = r#"{"user_id":null,"username":null}"#;

fn http2_a_login_lasts_until_the_logout(server: &Server) {
    over_http2(server, async |client| {
        assert_eq!(send(&client, "GET", "/me", &["a=1"]).await.body, LOGGED_OUT);
        let login = send(&client, "POST", "/login", &["a=1"]).await;
        let session = format!("session={}", login.set_value());
        assert_eq!(open(SECRET, login.set_value()).data, ALICE);

        let me = send(&client, "GET", "/me", &["a=1", &session]).await;
        assert_eq!((me.status, me.body.as_str()), (200, ALICE));
        assert_eq!(me.headers.get(SET_COOKIE), None);
        assert_eq!(send(&client, "POST", "/logout", &[&session]).await.set_value(), "");
        assert_eq!(send(&client, "GET", "/me", &["a=1"]).await.body, LOGGED_OUT);
    });
}

fn r04_http2_cookies_in_fields_of_their_own_are_read_as_one(server: &Server) {
    let session = format!("session={}", alice());
    over_http2(server, async |client| {
        for cookies in [
            [b"a=1".as_slice(), session.as_bytes(), b"b=2"],
            [session.as_bytes(), b"a=1", b"b=2"],
            [b"a=1", b"b=2", session.as_bytes()],
            [b"\xff\xfe=\x80", b"caf\xe9", session.as_bytes()],
            [b"", b";;=;", session.as_bytes()],
            [b"session=junk", session.as_bytes(), b"session=junk"],
        ] {
            assert_eq!(send(&client, "GET", "/me", &cookies).await.body, ALICE, "{cookies:?}");
        }
        let crumbs: Vec<String> = (0..100).map(|n| format!("crumb{n}=1")).chain([session.clone()]).collect();
        assert_eq!(send(&client, "GET", "/me", &crumbs).await.body, ALICE);
    });
}

fn r05_http2_the_count_of_eight_runs_across_fields(server: &Server) {
    let forged = format!("session={}", alice_of(OTHER_SECRET, 0));
    over_http2(server, async |client| {
        for (count, expected) in [(7, ALICE), (8, LOGGED_OUT)] {
            let mut cookies = vec![forged.clone(); count];
            cookies.push(format!("session={}", alice()));

            assert_eq!(send(&client, "GET", "/me", &cookies).await.body, expected);
        }
    });
}

fn http2_concurrent_streams_see_their_own_session(server: &Server) {
    over_http2(server, async |client| {
        let mut streams = tokio::task::JoinSet::new();
        for number in 0..100 {
            let client = client.clone();
            streams.spawn(async move {
                let data = format!(r#"{{"user_id":"{number}","username":"user {number}"}}"#);
                let session = format!("session={}", token(SECRET, &data, now()));
                // Every third one comes without a cookie, and must not find another's.
                let (cookie, expected) =
                    if number % 3 == 0 { ("a=1", LOGGED_OUT) } else { (session.as_str(), data.as_str()) };

                assert_eq!(send(&client, "GET", "/me", &[cookie]).await.body, expected);
            });
        }
        while let Some(result) = streams.join_next().await {
            result.unwrap();
        }
    });
}

/// A frame of HTTP/2 (RFC 9113, section 4.1) with a payload that is shorter than 256 bytes.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Header compression must never index the cookie, and says so on the wire: RFC 7541, section 7.1.3.
fn http2_set_cookie_is_marked_sensitive(server: &Server) {
    const SETTINGS: u8 = 4;
    const HEADERS: u8 = 1;
    const END_STREAM_AND_HEADERS: u8 = 5;
    // `:method: POST`, `:scheme: http`, `:path: /login`, `:authority: localhost`, as in RFC 7541, appendix A.
    let request = [b"\x83\x86\x04\x06/login".as_slice(), b"\x01\x09localhost"].concat();
    let server = server.test_server_with(&[]);
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let hello = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &frame(SETTINGS, 0, 0, b"")].concat();
    stream.write_all(&[hello, frame(HEADERS, END_STREAM_AND_HEADERS, 1, &request)].concat()).unwrap();

    let block = loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).unwrap();
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        stream.read_exact(&mut payload).unwrap();
        if head[3] == HEADERS {
            break payload;
        }
    };

    // "Never indexed" with the name `set-cookie`, number 55 of the static table, in a prefix of four bits.
    assert!(block.windows(2).any(|bytes| bytes == [0x1f, 55 - 15]), "{block:02x?}");
}
