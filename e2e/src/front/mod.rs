//! A reverse proxy in front of a server: it terminates TLS and records what goes over the wire.

mod certificate;
mod upstream;
mod wire;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{self, Runtime},
};
use tokio_rustls::TlsAcceptor;

pub(crate) use self::certificate::public_key_hash;
pub use self::wire::SentRequest;
use self::{
    upstream::Upstream,
    wire::{Splitter, Wire},
};

/// A front on its own loopback port. It forwards the bytes unchanged, and ends when this value is dropped.
#[derive(Debug)]
pub struct Front {
    scheme: &'static str,
    addr: SocketAddr,
    wire: Arc<Wire>,
    upstream: Arc<Upstream>,
    /// Dropping it closes all connections.
    runtime: Runtime,
}

impl Front {
    /// A front that only listens in.
    ///
    /// # Panics
    ///
    /// When there is no loopback port left, as in all of these.
    #[must_use]
    pub fn plain(upstream: SocketAddr) -> Self {
        Self::start("http", upstream, None)
    }

    /// A front that speaks TLS with the certificate that [`Chromium`](crate::Chromium) accepts, and HTTP/1.1 inside.
    #[must_use]
    pub fn tls(upstream: SocketAddr) -> Self {
        Self::start("https", upstream, Some(certificate::acceptor(b"http/1.1")))
    }

    /// A front that speaks TLS, and HTTP/2 inside. Its traffic is not recorded, since HTTP/2 is not text.
    #[must_use]
    pub fn tls_http2(upstream: SocketAddr) -> Self {
        Self::start("https", upstream, Some(certificate::acceptor(b"h2")))
    }

    fn start(scheme: &'static str, upstream: SocketAddr, tls: Option<TlsAcceptor>) -> Self {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_io().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let addr = listener.local_addr().unwrap();
        let wire = Arc::new(Wire::default());
        let upstream = Arc::new(Upstream::new(upstream));
        runtime.spawn(serve(listener, Arc::clone(&upstream), tls, Arc::clone(&wire)));
        Self { scheme, addr, wire, upstream, runtime }
    }

    /// Forwards to another server from now on, as after a deploy. Returns when the connections to the one before are closed.
    pub fn forward_to(&self, upstream: SocketAddr) {
        for connection in self.upstream.replace(upstream) {
            connection.abort();
            let _cancelled_or_ended = self.runtime.block_on(connection);
        }
    }

    /// The URL of `path` on `host`, a name that the browser takes to loopback.
    #[must_use]
    pub fn url(&self, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", self.scheme, self.addr.port())
    }

    /// The latest request for `target`, its path and query.
    ///
    /// # Panics
    ///
    /// When there was none.
    #[must_use]
    #[track_caller]
    pub fn request(&self, target: &str) -> SentRequest {
        self.wire.request(target).unwrap_or_else(|| panic!("no request for {target} came by"))
    }

    /// The value of the latest `Set-Cookie`, if one came by.
    #[must_use]
    pub fn set_cookie(&self) -> Option<String> {
        self.wire.set_cookie()
    }
}

async fn serve(listener: TcpListener, upstream: Arc<Upstream>, tls: Option<TlsAcceptor>, wire: Arc<Wire>) {
    while let Ok((client, _)) = listener.accept().await {
        let (tls, wire) = (tls.clone(), Arc::clone(&wire));
        upstream.connect(|addr| {
            tokio::spawn(async move {
                // A connection that a browser opened and gave up is no news.
                let _ended = match tls {
                    Some(tls) => match tls.accept(client).await {
                        Ok(client) => forward(client, addr, &wire).await,
                        Err(error) => Err(error),
                    },
                    None => forward(client, addr, &wire).await,
                };
            })
        });
    }
}

async fn forward(client: impl AsyncRead + AsyncWrite, upstream: SocketAddr, wire: &Wire) -> io::Result<()> {
    let server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    // The demo's requests have no bodies, so that each head follows the one before.
    let mut heads = Splitter::at(b"\r\n\r\n");
    let mut lines = Splitter::at(b"\r\n");
    tokio::try_join!(
        relay(from_client, to_server, |bytes| heads.split(bytes, |head| wire.note_request(head))),
        relay(from_server, to_client, |bytes| lines.split(bytes, |line| wire.note_response_line(line))),
    )?;
    Ok(())
}

/// Each side waits for the other's end, as TCP does.
async fn relay(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut note: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut block = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut block).await?;
        let bytes = block.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return to.shutdown().await;
        }
        // Before it is forwarded: who sees the answer finds its request noted.
        note(bytes);
        to.write_all(bytes).await?;
        to.flush().await?;
    }
}
