//! A raw HTTP/1.1 client: it sends exactly the bytes it is given and shows the bytes that come back.
//!
//! Client libraries tidy up what they send. They merge `Cookie` headers, refuse bytes that are not UTF-8 and never
//! hang up in the middle of a request; a hostile client does all of that.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use httparse::{EMPTY_HEADER, Status};

/// How long one answer may take, from the call that waits for it to its last byte.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Far more than any of the servers sends.
const MOST_HEADERS: usize = 64;

/// Requests that are none: a server refuses each of them, or closes the connection.
pub const MALFORMED: &[&[u8]] = &[
    b"\x00\x01\x02\r\n\r\n",
    b"GET /me HTTP/9.9\r\n\r\n",
    b"GET /me HTTP/1.1\r\nHost: localhost\r\nCookie: session=\x00\r\n\r\n",
    b"GET /me HTTP/1.1\r\nHost: localhost\r\nCookie: a=1\r\n session=x\r\n\r\n",
    b"GET /me HTTP/1.1\r\nHost: localhost\r\nCookie session=x\r\n\r\n",
    b"POST /cart/add?item=%ff%fe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
];

/// The bytes of one request, put together without any check.
#[derive(Clone, Debug)]
pub struct Request {
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Request {
    /// A request with a `Host` header and nothing else. A `POST` says that its body is empty.
    pub fn new(method: &str, target: &str) -> Self {
        let request =
            Self { head: format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n").into_bytes(), body: Vec::new() };
        if method == "POST" { request.header("Content-Length", "0") } else { request }
    }

    /// Adds a header field; its value may be any bytes.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.head.extend_from_slice(name.as_bytes());
        self.head.extend_from_slice(b": ");
        self.head.extend_from_slice(value.as_ref());
        self.head.extend_from_slice(b"\r\n");
        self
    }

    /// Adds one `Cookie` header; called again, it adds another one.
    #[must_use]
    pub fn cookie(self, value: impl AsRef<[u8]>) -> Self {
        self.header("Cookie", value)
    }

    /// What goes over the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.head.as_slice(), b"\r\n", &self.body].concat()
    }
}

/// One connection, kept alive for as long as the server wants.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Those of [`TcpStream::connect_timeout`].
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, DEADLINE)?;
        stream.set_write_timeout(Some(DEADLINE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, unread: Vec::new() })
    }

    /// Sends these bytes as they are.
    ///
    /// # Errors
    /// The server has closed the connection, or takes nothing until the deadline.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Says that nothing more will be sent, and still listens.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn finish_sending(&self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Waits for the next answer, the one to a request other than `HEAD`.
    ///
    /// # Errors
    /// `UnexpectedEof` when the server closed before the answer was complete, `TimedOut` after [`DEADLINE`],
    /// `InvalidData` when the bytes are not an HTTP/1 response.
    pub fn receive(&mut self) -> io::Result<Response> {
        self.receive_response(true)
    }

    /// Waits for the answer to a `HEAD` request: a head that may announce a body that never comes.
    ///
    /// # Errors
    /// As [`Connection::receive`].
    pub fn receive_head(&mut self) -> io::Result<Response> {
        self.receive_response(false)
    }

    /// Whether the server closes the connection, without another byte, before the deadline.
    ///
    /// # Errors
    /// Those of reading from the socket, a time-out apart.
    pub fn is_closed_by_peer(&mut self) -> io::Result<bool> {
        match self.read_more(Instant::now() + DEADLINE) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(true),
            other => Ok(other? == 0),
        }
    }

    fn receive_response(&mut self, has_body: bool) -> io::Result<Response> {
        let deadline = Instant::now() + DEADLINE;
        let mut response = self.take_parsed(deadline, Response::parse_head)?;
        if has_body && !matches!(response.status, 100..=199 | 204 | 304) {
            response.body = self.receive_body(&response, deadline)?;
        }
        Ok(response)
    }

    fn receive_body(&mut self, response: &Response, deadline: Instant) -> io::Result<Vec<u8>> {
        if response.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked")) {
            return self.receive_chunks(deadline);
        }
        if let Some(length) = response.header("content-length") {
            let length = str::from_utf8(length).map_err(invalid)?.parse().map_err(invalid)?;
            return self.take(length, deadline);
        }
        while self.read_more(deadline)? > 0 {}
        Ok(core::mem::take(&mut self.unread))
    }

    fn receive_chunks(&mut self, deadline: Instant) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = self.take_parsed(deadline, parse_chunk_size)?;
            body.extend(self.take(usize::try_from(size).map_err(invalid)?, deadline)?);
            if self.take(2, deadline)? != b"\r\n" {
                return Err(invalid("a chunk is longer than its size, or has a trailer"));
            }
            if size == 0 {
                return Ok(body);
            }
        }
    }

    /// Takes what `parse` finds at the beginning of the bytes to come, once they hold all of it.
    fn take_parsed<T>(&mut self, deadline: Instant, parse: impl Fn(&[u8]) -> io::Result<Parsed<T>>) -> io::Result<T> {
        loop {
            if let Some((length, parsed)) = parse(&self.unread)? {
                self.unread.drain(..length);
                return Ok(parsed);
            }
            self.read_or_fail(deadline)?;
        }
    }

    fn take(&mut self, length: usize, deadline: Instant) -> io::Result<Vec<u8>> {
        while self.unread.len() < length {
            self.read_or_fail(deadline)?;
        }
        Ok(self.unread.drain(..length).collect())
    }

    fn read_or_fail(&mut self, deadline: Instant) -> io::Result<()> {
        match self.read_more(deadline)? {
            0 => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("closed after {:?}", String::from_utf8_lossy(&self.unread)),
            )),
            _ => Ok(()),
        }
    }

    fn read_more(&mut self, deadline: Instant) -> io::Result<usize> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut block = [0; 8192];
        match self.stream.read(&mut block) {
            Ok(count) => {
                self.unread.extend(block.iter().take(count));
                Ok(count)
            }
            // The error of a socket whose read timeout has passed, on Unix.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::ErrorKind::TimedOut.into()),
            Err(error) => Err(error),
        }
    }
}

/// One answer, as the server wrote it.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Name and value of every header line in the order of the wire, the value without the space around it.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, chunks joined.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer that has no body yet.
    fn parse_head(bytes: &[u8]) -> io::Result<Parsed<Self>> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let Status::Complete(length) = head.parse(bytes).map_err(invalid)? else { return Ok(None) };
        let headers = head.headers.iter().map(|header| (header.name.to_owned(), header.value.to_vec())).collect();
        let status = head.code.expect("a whole head has a status");
        Ok(Some((length, Self { status, headers, body: Vec::new() })))
    }

    /// The values of this header, one for each line that carries it; the name counts in any case.
    pub fn header_lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(|line| line.0.eq_ignore_ascii_case(name)).map(|line| line.1.as_slice())
    }

    /// The first value of this header.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|line| line.0.eq_ignore_ascii_case(name)).map(|line| line.1.as_slice())
    }

    /// Returns the body as text. Bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A part of an answer and its length in bytes; `None` while bytes of it are missing.
type Parsed<T> = Option<(usize, T)>;

fn parse_chunk_size(bytes: &[u8]) -> io::Result<Parsed<u64>> {
    match httparse::parse_chunk_size(bytes) {
        Ok(Status::Complete(parsed)) => Ok(Some(parsed)),
        Ok(Status::Partial) => Ok(None),
        Err(_) => Err(invalid("the size of a chunk is none")),
    }
}

fn invalid(error: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
