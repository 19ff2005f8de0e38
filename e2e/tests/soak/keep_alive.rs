//! A connection that is used again, as a browser does.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use e2e::raw_http::{Connection, Response};

/// Well below the 5 seconds after which actix-web closes an idle connection, so that no request meets that end and
/// has to be sent again: a connection that breaks is a fault.
const LONGEST_IDLE: Duration = Duration::from_secs(1);

/// A connection to one server, opened when it is needed.
pub(crate) struct KeepAlive {
    addr: SocketAddr,
    connection: Option<Connection>,
    last_used: Instant,
}

impl KeepAlive {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        Self { addr, connection: None, last_used: Instant::now() }
    }

    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<Response> {
        self.send(request)?;
        self.receive()
    }

    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<()> {
        let mut connection = match self.connection.take() {
            Some(connection) if self.last_used.elapsed() < LONGEST_IDLE => connection,
            _ => Connection::open(self.addr)?,
        };
        connection.send(request)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Waits for the answer.
    pub(crate) fn receive(&mut self) -> io::Result<Response> {
        let mut connection = self.connection.take().ok_or(io::ErrorKind::NotConnected)?;
        let response = connection.receive()?;
        if response.header("connection") != Some(b"close") {
            self.connection = Some(connection);
            self.last_used = Instant::now();
        }
        Ok(response)
    }

    pub(crate) fn hang_up(&mut self) {
        self.connection = None;
    }
}
