//! nginx in front of servers: it spreads the requests, or it caches the answers.

use std::{
    env,
    ffi::OsString,
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Process, scratch::scratch};

const CONFIGURATION: &str = include_str!("../nginx/nginx.conf");
const FLEET: &str = include_str!("../nginx/fleet.conf");
const CACHE: &str = include_str!("../nginx/cache.conf");
const NEEDS_NGINX: &str =
    "Install nginx (Debian: apt-get install nginx-light), or name its program in the variable NGINX.";

/// How long nginx may take to listen, and to end a worker whose clients go on asking.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running nginx on its own loopback port. It ends when this value is dropped, and takes its folder along.
///
/// Its configuration is in the folder `nginx`.
#[derive(Debug)]
pub struct Nginx {
    process: Process,
    addr: SocketAddr,
    /// The value of its directive `listen`.
    listen: String,
    /// The part of the configuration that says what it does.
    role: String,
    /// After the process, which still writes to it while it ends.
    folder: TempDir,
}

impl Nginx {
    /// Starts an nginx that asks one of `servers` after the other, and waits until it listens. Each answer says in
    /// `Served-By` which servers were asked for it.
    ///
    /// The program is the one that the variable `NGINX` names, or `nginx`.
    ///
    /// # Panics
    ///
    /// When nginx is missing or does not start. The message says what to install.
    #[must_use]
    pub fn start(servers: &[SocketAddr]) -> Self {
        Self::start_as(FLEET.to_owned(), servers)
    }

    /// Like [`Nginx::start`], but for a cache that stores every answer with status 200 for a minute, unless a header of the
    /// answer forbids it that is not one of `ignored`. Each answer says in `X-Cache-Status` whether it is a stored one.
    ///
    /// # Panics
    ///
    /// Like [`Nginx::start`].
    #[must_use]
    pub fn start_cache(server: SocketAddr, ignored: &[&str]) -> Self {
        Self::start_as(CACHE.replace("{ignored}", &ignored.join(" ")), &[server])
    }

    /// Like [`Nginx::start`], but with these directives, and otherwise with nginx's default limits. Over HTTP/2 it takes
    /// requests with prior knowledge alone.
    ///
    /// # Panics
    ///
    /// Like [`Nginx::start`].
    #[must_use]
    pub fn start_with(server: SocketAddr, directives: &str, is_http2: bool) -> Self {
        Self::start_listening(if is_http2 { " http2" } else { "" }, directives.to_owned(), &[server])
    }

    /// Returns why nginx does not start with these directives.
    ///
    /// # Panics
    ///
    /// When nginx is missing, or accepts them.
    #[must_use]
    pub fn refusal_of(directives: &str) -> String {
        assert_is_installed();
        let folder = scratch("nginx-");
        let addr = free_address();
        configure(&folder, &addr.to_string(), directives, &[addr]);
        let output = nginx_in(folder.path()).arg("-t").output().expect("nginx has been run before");
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "nginx accepts `{directives}`: {log}");
        log
    }

    fn start_as(role: String, servers: &[SocketAddr]) -> Self {
        Self::start_listening("", role, servers)
    }

    fn start_listening(protocol: &str, role: String, servers: &[SocketAddr]) -> Self {
        assert_is_installed();
        let folder = scratch("nginx-");
        let addr = free_address();
        let listen = format!("{addr}{protocol}");
        configure(&folder, &listen, &role, servers);
        let process = Process::spawn("nginx", &mut nginx_in(folder.path()));
        let nginx = Self { process, addr, listen, role, folder };
        nginx.wait_until("listen", || TcpStream::connect(addr).is_ok());
        nginx
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Replaces the servers, and waits until nginx sends no more requests to the old ones.
    ///
    /// # Panics
    ///
    /// When nginx refuses, or goes on with the servers before.
    pub fn reload(&mut self, servers: &[SocketAddr]) {
        configure(&self.folder, &self.listen, &self.role, servers);
        let ended_workers = self.ended_workers();
        let output = nginx_in(self.folder.path()).args(["-s", "reload"]).output().expect("nginx has been run before");
        assert!(output.status.success(), "nginx refuses: {}", String::from_utf8_lossy(&output.stderr));
        self.wait_until("end the worker before", || self.ended_workers() > ended_workers);
    }

    fn ended_workers(&self) -> usize {
        self.process.stderr().matches("exited with code 0").count()
    }

    fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !is_so() {
            let end_of_log = || end(&self.process.stderr());
            assert!(Instant::now() < deadline, "nginx did not {what} within {DEADLINE:?}; its log:\n{}", end_of_log());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The last lines. There may be thousands, one for each server that was away when it was asked.
fn end(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

fn configure(folder: &TempDir, listen: &str, role: &str, servers: &[SocketAddr]) {
    // `max_fails=0`: no server is left out for a while because it was away, so that one which is back is asked at once.
    let servers: Vec<_> = servers.iter().map(|server| format!("        server {server} max_fails=0;")).collect();
    let configuration = CONFIGURATION
        .replace("{user}", if is_root() { "user root root;" } else { "" })
        .replace("{role}", role)
        .replace("{listen}", listen)
        .replace("{servers}", &servers.join("\n"));
    let file = folder.path().join("nginx.conf");
    fs::write(&file, configuration).unwrap_or_else(|error| panic!("{} can't be written: {error}", file.display()));
}

fn assert_is_installed() {
    assert!(
        nginx().arg("-v").output().is_ok_and(|output| output.status.success()),
        "`{} -v` can't be run. {NEEDS_NGINX}",
        program().display()
    );
}

/// nginx can't be asked for just any port.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("loopback has a free port")
}

fn nginx_in(folder: &Path) -> Command {
    let mut command = nginx();
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "stderr"]);
    command
}

fn nginx() -> Command {
    let mut command = Command::new(program());
    command.stdin(Stdio::null());
    command
}

fn program() -> OsString {
    env::var_os("NGINX").unwrap_or_else(|| {
        // Debian puts it where only root's PATH looks.
        let debians = Path::new("/usr/sbin/nginx");
        if debians.exists() { debians.into() } else { "nginx".into() }
    })
}

/// Only then does nginx take the name of a user; its workers have to reach the folder.
fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}
