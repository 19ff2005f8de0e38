//! VelociPy's signer in a process that takes its turn, where there is a Python that has VelociPy.

use std::cell::RefCell;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::SECRET;
use crate::operation::{Against, Operation};
use crate::tokens::{ENCODE, ONE_KEY};

/// VelociPy verifies and reads one member.
pub const VELOCIPY_ONE_KEY: &str = "VelociPy: verify, one key";

/// What VelociPy does with a session and its token; or why it can't be measured.
pub(crate) fn operations(session: &Value, token: &str) -> Result<[Operation; 2], String> {
    let signer = Rc::new(RefCell::new(Signer::start(session, token)?));
    let operation = |name: &str, command: &'static str, ours| {
        let signer = Rc::clone(&signer);
        let batch = move |times| signer.borrow_mut().time(command, times);
        Operation { name: name.to_owned(), against: Some(Against::Ours(ours)), batch: Box::new(batch) }
    };
    Ok([operation("VelociPy: sign", "sign", ENCODE), operation(VELOCIPY_ONE_KEY, "verify", ONE_KEY)])
}

/// The Python that imports these modules; or why VelociPy can't be measured.
pub(crate) fn python(modules: &str) -> Result<OsString, String> {
    let python = env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
    let has_them = Command::new(&python).args(["-c", &format!("import {modules}")]).output();
    match has_them.is_ok_and(|output| output.status.success()) {
        true => Ok(python),
        false => Err(format!("VelociPy is not measured: {} does not import {modules}", python.display())),
    }
}

struct Signer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Signer {
    fn start(session: &Value, token: &str) -> Result<Self, String> {
        let mut process = Command::new(python("velocipy.middleware.session")?)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/velocipy_signer.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it has just been started");
        let requests = process.stdin.take().expect("stdin is piped");
        let answers = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut signer = Self { process, requests, answers };
        let version = signer.ask(&json!({ "secret": SECRET, "session": session, "token": token }).to_string());
        assert_eq!(version, "0.3.0", "the VelociPy whose sessions these are");
        Ok(signer)
    }

    fn time(&mut self, command: &str, times: u32) -> Duration {
        let mut nanos = 0;
        allocation_counter::opt_out(|| {
            nanos = self.ask(&format!("{command} {times}")).parse().expect("it answers nanoseconds");
        });
        Duration::from_nanos(nanos)
    }

    fn ask(&mut self, line: &str) -> String {
        let mut answer = String::new();
        writeln!(self.requests, "{line}")
            .and_then(|()| self.answers.read_line(&mut answer))
            .expect("VelociPy's process runs; its own error is above");
        answer.trim_end().to_owned()
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _status = self.process.wait();
    }
}
