//! A running server with the demo's routes.

use std::{env, net::SocketAddr, process::Command};

use crate::{Framework, Process};

/// The text that a server prints before its address once it listens.
const LISTENING: &str = "listening on http://";

/// What a server logs when it has read its keys again, failed to, or has no keys to read. It logs the first when it starts too.
const RELOADED: [&str; 3] =
    ["sessions are signed with this key", "the keys stay as they are", "the random key stays as it is"];

/// A running server with the demo's routes, on its own loopback port. It ends when this value is dropped.
#[derive(Debug)]
pub struct DemoServer {
    process: Process,
    addr: SocketAddr,
}

impl DemoServer {
    /// Starts the demo of `framework`, built if need be, and waits until it listens.
    ///
    /// It sees `env` and none of the caller's own `SESSION_*` variables. The kernel picks the port, unless `env`
    /// holds a `BIND`.
    ///
    /// # Panics
    ///
    /// If the demo does not build or does not listen. The message holds its stderr.
    #[must_use]
    pub fn start(framework: Framework, env: &[(&str, &str)]) -> Self {
        Self::listen(spawn(framework, env))
    }

    /// Starts the test server of `framework`, built if need be, and waits until it listens.
    ///
    /// It takes the same variables as the demo, and needs a key. Its further routes are in
    /// `examples/test_server/mod.rs`.
    ///
    /// # Panics
    ///
    /// Like [`DemoServer::start`].
    #[must_use]
    pub fn start_test_server(framework: Framework, env: &[(&str, &str)]) -> Self {
        let mut command = Command::new(framework.test_server());
        set_environment(&mut command, env);
        Self::listen(Process::spawn(format!("the {framework} test server"), &mut command))
    }

    /// Starts the demo of `framework` with settings that it has to refuse, and waits until it has ended.
    ///
    /// # Panics
    ///
    /// When it listens instead, or does not end.
    #[must_use]
    pub fn start_expecting_failure(framework: Framework, env: &[(&str, &str)]) -> Refusal {
        let (status, stderr) = spawn(framework, env).wait_for_exit(LISTENING);
        Refusal { exit_code: status.code(), stderr }
    }

    /// The command that starts the demo of `framework`, for a test that has to say more than `env` can.
    ///
    /// # Panics
    ///
    /// When the demo does not build.
    #[must_use]
    pub fn command(framework: Framework, env: &[(&str, &str)]) -> Command {
        let mut command = Command::new(framework.demo());
        set_environment(&mut command, env);
        command
    }

    pub(crate) fn listen(mut process: Process) -> Self {
        let address = process.wait_for_line(LISTENING);
        let addr = address
            .trim_end_matches('/')
            .parse()
            .unwrap_or_else(|error| panic!("`{LISTENING}{address}` names no address: {error}"));
        Self { process, addr }
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The URL of `path`, which begins with a `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks the server to read its keys again (SIGHUP), and waits until it has logged what came of it.
    ///
    /// # Panics
    ///
    /// When it logs nothing of it, or the platform has no such signal.
    pub fn reload_keys(&self) {
        const AT_START: usize = 1;
        self.process.hang_up_until(AT_START, |log| RELOADED.iter().map(|line| log.matches(line).count()).sum());
    }

    /// Returns its stderr so far, which has its log.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.process.stderr()
    }

    /// Ends the server, and returns all that it wrote to stderr.
    pub fn stop(self) -> String {
        self.process.stop()
    }

    /// Kills the server as a crash would, and returns all that it wrote to stderr.
    ///
    /// # Panics
    ///
    /// When it does not end even so.
    pub fn kill(self) -> String {
        self.process.kill()
    }
}

/// How a demo refused its settings.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// `None` when a signal ended it.
    pub exit_code: Option<i32>,
    /// All that it wrote to stderr.
    pub stderr: String,
}

fn spawn(framework: Framework, env: &[(&str, &str)]) -> Process {
    Process::spawn(format!("the {framework} demo"), &mut DemoServer::command(framework, env))
}

/// Gives a server `env` and its own port, and removes the session variables that the caller has set.
pub(crate) fn set_environment(command: &mut Command, env: &[(&str, &str)]) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("SESSION_") {
            command.env_remove(name);
        }
    }
    command.env("BIND", "127.0.0.1:0").envs(env.iter().copied());
}
