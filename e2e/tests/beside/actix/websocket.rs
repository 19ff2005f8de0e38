//! A WebSocket upgrade, over a real socket.

use actix_web::web::Payload;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, rt, web};
use session_cookie_actix::{Session, SessionMiddleware};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::common::{cookie, manager};

/// Changes the session before the upgrade, and sends what it reads from it after.
async fn upgrade(session: Session, request: HttpRequest, body: Payload) -> Result<HttpResponse, Error> {
    session.insert("seen", true).unwrap();
    let (response, mut socket, _) = actix_ws::handle(&request, body)?;
    rt::spawn(async move {
        let name: Option<String> = session.get("name").unwrap();
        let late = session.insert("late", true);
        let text = format!("{} {}", name.unwrap(), late.is_err());
        socket.text(text).await.unwrap();
    });
    Ok(response)
}

#[actix_web::test]
async fn an_upgrade_reads_the_session_and_changes_it_before_it_answers() {
    let app = || App::new().wrap(SessionMiddleware::new(manager())).route("/", web::get().to(upgrade));
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    rt::spawn(server);

    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {}\r\n\r\n",
        cookie(&manager(), "name", "alice")
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let head = read_until(&mut socket, b"\r\n\r\n").await;
    // An unmasked text frame of ten bytes (RFC 6455, section 5.2).
    let frame = read_until(&mut socket, b"\x81\x0aalice true").await;
    handle.stop(false).await;

    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let set_cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let session = manager().load([set_cookie.split(';').next().unwrap()]);
    assert_eq!(session.keys(), ["name", "seen"]);
    assert!(frame.ends_with("alice true"));
}

async fn read_until(socket: &mut TcpStream, end: &[u8]) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end) {
        bytes.push(socket.read_u8().await.unwrap());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
