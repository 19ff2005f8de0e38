//! The server behind a front, which can be exchanged for another.

use std::{
    mem,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::task::JoinHandle;

#[derive(Debug)]
pub(super) struct Upstream(Mutex<Server>);

#[derive(Debug)]
struct Server {
    addr: SocketAddr,
    /// Some of them may have ended.
    connections: Vec<JoinHandle<()>>,
}

impl Upstream {
    pub(super) fn new(addr: SocketAddr) -> Self {
        Self(Mutex::new(Server { addr, connections: Vec::new() }))
    }

    /// Adds the connection that `forward` starts.
    pub(super) fn connect(&self, forward: impl FnOnce(SocketAddr) -> JoinHandle<()>) {
        let mut server = self.server();
        let connection = forward(server.addr);
        server.connections.retain(|connection| !connection.is_finished());
        server.connections.push(connection);
    }

    /// Returns the connections to the server before.
    pub(super) fn replace(&self, addr: SocketAddr) -> Vec<JoinHandle<()>> {
        mem::replace(&mut *self.server(), Server { addr, connections: Vec::new() }).connections
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
