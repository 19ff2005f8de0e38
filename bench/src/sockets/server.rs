use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use super::{Request, THEME, actix, axum};
use crate::SECRET;
use crate::velocipy::python;

/// How long a server may take until it answers, or until it ends.
const DEADLINE: Duration = Duration::from_secs(20);

/// What a server is built with.
#[derive(Clone, Copy)]
pub enum Framework {
    /// axum.
    Axum,
    /// actix-web.
    Actix,
    /// VelociPy under granian.
    VelociPy,
}

impl Framework {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
            Self::VelociPy => "VelociPy",
        }
    }
}

/// Serves on loopback with one thread until stdin ends. This is what a server's process does, given the words `serve FRAMEWORK true`,
/// or `false` without sessions.
///
/// # Panics
///
/// On other words, and if it can't listen.
pub fn serve(words: &[String]) {
    let [framework, has_sessions] = words else { panic!("usage: serve FRAMEWORK HAS_SESSIONS") };
    let has_sessions = has_sessions.parse().expect("`true` or `false`");
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.set_nonblocking(true).expect("a socket can be set so");
    println!("{}", listener.local_addr().expect("it is bound"));
    thread::spawn(|| {
        let _ended = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
    match framework.as_str() {
        "axum" => axum::serve(listener, has_sessions),
        "actix" => actix::serve(listener, has_sessions),
        other => panic!("no server is built with {other}"),
    }
}

/// A server in its own process. It ends when its stdin does, so none outlives the benchmark, however that ends.
pub(super) struct Server {
    pub(super) framework: Framework,
    pub(super) address: String,
    process: Child,
}

impl Server {
    /// Starts it; or says why it can't be had.
    pub(super) fn start(framework: Framework, has_sessions: bool) -> Result<Self, String> {
        let mut command = match framework {
            Framework::Axum | Framework::Actix => {
                let mut command = Command::new(env::current_exe().expect("a running program has a path"));
                command.args(["serve", framework.name()]);
                command
            }
            Framework::VelociPy => {
                let mut command = Command::new(python("granian, velocipy")?);
                command.arg("velocipy_server.py").current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/sockets"));
                command.env("SECRET", SECRET).env("HAS_SESSIONS", has_sessions.to_string());
                command
            }
        };
        command.arg(has_sessions.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program is there");
        let mut address = String::new();
        let stdout = process.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut address).expect("it says where it listens");
        let server = Self { framework, address: address.trim_end().to_owned(), process };
        server.wait_until_it_listens();
        Ok(server)
    }

    fn wait_until_it_listens(&self) {
        let start = Instant::now();
        while let Err(error) = TcpStream::connect(&self.address) {
            assert!(start.elapsed() < DEADLINE, "{} at {:?}: {error}", self.framework.name(), self.address);
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Checks that it answers as the benchmark needs it to.
    pub(super) fn check(&self, request: Request, cookie: &str) {
        let response = self.get(request.path(), cookie).expect("it answers");
        let name = format!("{}, {}: {response}", self.framework.name(), request.name());
        let (head, body) = response.split_once("\r\n\r\n").expect(&name);
        assert!(head.starts_with("HTTP/1.1 200"), "{name}");
        assert_eq!(body, THEME, "{name}");
        assert_eq!(
            head.to_ascii_lowercase().contains("set-cookie: session="),
            matches!(request, Request::Change),
            "{name}"
        );
    }

    /// The CPU time that it has taken so far, its workers' included.
    pub(super) fn cpu_time(&self) -> Duration {
        let server = self.process.id();
        let ticks: u64 = fs::read_dir("/proc")
            .expect("this is Linux")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|process: u32| Some((process, fs::read_to_string(format!("/proc/{process}/stat")).ok()?)))
            .filter_map(|(process, stat)| {
                // After the name, which is in brackets, come the state, the parent's id, and in the 12th and 13th place the times.
                let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
                let is_ours = process == server || fields.get(1)?.parse() == Ok(server);
                let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
                is_ours.then_some(ticks(11)? + ticks(12)?)
            })
            .sum();
        Duration::from_millis(ticks * 10) // Linux counts in hundredths of a second.
    }

    fn get(&self, path: &str, cookie: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n")?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        Ok(response)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if start.elapsed() > DEADLINE {
                let _ended_meanwhile = self.process.kill();
                let _status = self.process.wait();
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}
