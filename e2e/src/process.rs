//! A server as a child process: started, waited for, and ended by its own process id.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How long a server may take until it listens or refuses. Generous, since a loaded CI machine is slow.
const START_DEADLINE: Duration = Duration::from_secs(60);
/// How long a server may take to end after it was asked to; then it is killed.
const STOP_DEADLINE: Duration = Duration::from_secs(5);

/// A child process whose output is read, and that ends when this value is dropped.
///
/// Don't keep one in a `static`: statics are never dropped, and the process would outlive the tests.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    /// In a mutex only because a `Receiver` alone is not `Sync`, and tests share servers between threads.
    stdout: Mutex<Receiver<String>>,
    stderr: Arc<Mutex<String>>,
    stderr_reader: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts `command`; `name` is what messages call it.
    ///
    /// # Panics
    ///
    /// When the program can't be started.
    pub fn spawn(name: impl Into<String>, command: &mut Command) -> Self {
        let name = name.into();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} can't be started: {error}\n{command:?}"));
        let stdout = read_lines(child.stdout.take().expect("stdout is piped"));
        let stderr = Arc::new(Mutex::new(String::new()));
        let stderr_reader = collect(child.stderr.take().expect("stderr is piped"), Arc::clone(&stderr));
        Self { name, child, stdout: Mutex::new(stdout), stderr, stderr_reader: Some(stderr_reader) }
    }

    /// Waits for a line on stdout that begins with `prefix`, and returns the rest of it.
    ///
    /// # Panics
    ///
    /// When the process ends, closes its stdout, or prints nothing of the kind for a minute.
    pub fn wait_for_line(&mut self, prefix: &str) -> String {
        let deadline = Instant::now() + START_DEADLINE;
        loop {
            match self.next_line(deadline) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(prefix) {
                        return rest.to_owned();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.fail(&format!("did not print `{prefix}...` within {START_DEADLINE:?}"))
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let how = self
                        .exit_by(Instant::now() + STOP_DEADLINE)
                        .map_or_else(|| "closed its stdout".to_owned(), |status| format!("ended with {status}"));
                    self.fail(&format!("{how} before it printed `{prefix}...`"))
                }
            }
        }
    }

    /// Waits until the process exits. Returns its status and its stderr.
    ///
    /// # Panics
    ///
    /// When it prints a line that begins with `unwanted`, or still runs after a minute.
    pub fn wait_for_exit(mut self, unwanted: &str) -> (ExitStatus, String) {
        let deadline = Instant::now() + START_DEADLINE;
        while let Ok(line) = self.next_line(deadline) {
            if line.starts_with(unwanted) {
                self.fail(&format!("had to end, and printed `{line}` instead"));
            }
        }
        match self.exit_by(deadline) {
            Some(status) => (status, self.stderr()),
            None => self.fail(&format!("had to end, and still runs after {START_DEADLINE:?}")),
        }
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the process's stderr so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends SIGHUP, and waits until `count` of what the process wrote to stderr is greater than before, and than `at_start`.
    ///
    /// # Panics
    ///
    /// When it is not greater within a minute, or the platform has no such signal.
    pub(crate) fn hang_up_until(&self, at_start: usize, count: impl Fn(&str) -> usize) {
        // What it wrote as it started may not have been read yet.
        let before = count(&self.stderr()).max(at_start);
        hang_up(&self.child);
        let deadline = Instant::now() + START_DEADLINE;
        while count(&self.stderr()) <= before {
            if Instant::now() >= deadline {
                self.fail(&format!("did not answer SIGHUP within {START_DEADLINE:?}"));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the process, and returns all that it wrote to stderr.
    pub fn stop(mut self) -> String {
        self.end();
        self.stderr()
    }

    /// Kills the process at once, like a crash. Returns its stderr.
    ///
    /// # Panics
    ///
    /// When it does not end even so.
    pub fn kill(mut self) -> String {
        self.end_at_once();
        self.stderr()
    }

    /// Asks the process to end, and kills it when it doesn't. Does nothing when it has ended.
    fn end(&mut self) {
        if self.exit_by(Instant::now()).is_some() {
            return;
        }
        terminate(&mut self.child);
        if self.exit_by(Instant::now() + STOP_DEADLINE).is_none() {
            self.end_at_once();
        }
    }

    fn end_at_once(&mut self) {
        self.child.kill().expect("a process of our own can be killed");
        self.exit_by(Instant::now() + STOP_DEADLINE).expect("a killed process ends");
    }

    /// How the process ended, once its stderr is read to the end; `None` if it still runs at the deadline.
    fn exit_by(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            let status = self.child.try_wait().expect("a process of our own can be waited for");
            if status.is_some() {
                if let Some(reader) = self.stderr_reader.take() {
                    reader.join().expect("reading stderr does not panic");
                }
                return status;
            }
            if Instant::now() >= deadline {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn next_line(&mut self, deadline: Instant) -> Result<String, RecvTimeoutError> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.stdout.get_mut().unwrap_or_else(PoisonError::into_inner).recv_timeout(left)
    }

    fn fail(&self, what: &str) -> ! {
        panic!("{} {what}; its stderr:\n{}", self.name, self.stderr())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Keeps reading after the receiver is gone, so that the process never blocks on a full pipe.
fn read_lines(stdout: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _receiver_is_gone = sender.send(line);
        }
    });
    receiver
}

fn collect(stderr: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut text = into.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    })
}

#[cfg(unix)]
fn terminate(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // A failure means that it ended meanwhile, which the caller is about to see.
    let _ended_meanwhile = kill_process(Pid::from_child(child), Signal::TERM);
}

#[cfg(not(unix))]
fn terminate(child: &mut Child) {
    let _ended_meanwhile = child.kill();
}

#[cfg(unix)]
fn hang_up(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_child(child), Signal::HUP).expect("a running process of our own takes signals");
}

#[cfg(not(unix))]
fn hang_up(_child: &Child) {
    panic!("this platform has no SIGHUP");
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        Process::spawn("the script", Command::new("sh").args(["-c", script]))
    }

    #[test]
    #[should_panic(expected = "ended with exit status: 7 before it printed `up...`; its stderr:\nno key")]
    fn a_start_that_fails_shows_status_and_stderr() {
        shell("echo no key >&2; exit 7").wait_for_line("up");
    }

    #[test]
    fn a_refusal_is_its_status_and_stderr() {
        let (status, stderr) = shell("echo hello; echo no key >&2; exit 7").wait_for_exit("up");

        assert_eq!(status.code(), Some(7));
        assert_eq!(stderr, "no key\n");
    }

    #[test]
    #[should_panic(expected = "had to end, and printed `up at 1` instead")]
    fn a_start_that_had_to_fail_is_told() {
        let _ended = shell("echo up at 1; exec sleep 60").wait_for_exit("up");
    }

    #[test]
    fn the_rest_of_the_line_is_returned() {
        assert_eq!(shell("echo hello; echo up at 1; exec sleep 60").wait_for_line("up "), "at 1");
    }
}
