//! VelociPy's own signer without a server around it, for tokens by the thousand.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::velocipy::python;

/// VelociPy's `_SessionSigner` and `SessionMiddleware` in a process that ends when this value is dropped.
#[derive(Debug)]
pub struct Signer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A token that VelociPy has signed.
#[derive(Debug, Clone, Deserialize)]
pub struct Signed {
    /// The token.
    pub token: String,
    /// The session in it, as Python writes JSON.
    pub json: String,
}

/// What VelociPy's middleware makes of a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A session, here as Python writes JSON.
    Accepted(String),
    /// An empty session.
    Refused,
    /// An exception of this type, and so a response with status 500.
    Raised(String),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Request<'a> {
    Sign { secret: &'a str, sign: &'a str },
    Verify { secret: &'a str, verify: &'a str },
    Load { secret: &'a str, now: f64, max_age: Option<u64>, load: &'a [String] },
    Compact { compact: &'a str },
}

#[derive(Deserialize)]
struct Read {
    json: String,
}

impl Signer {
    /// Starts a signer.
    ///
    /// # Panics
    ///
    /// Like [`python`].
    #[must_use]
    pub fn start() -> Self {
        let mut process = Command::new(python())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/velocipy/tokens.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("VelociPy's signer can't be started: {error}"));
        let requests = process.stdin.take().expect("stdin is piped");
        let answers = BufReader::new(process.stdout.take().expect("stdout is piped"));
        Self { process, requests, answers }
    }

    /// Signs a session that is given as JSON.
    pub fn sign(&mut self, secret: &str, json: &str) -> Signed {
        self.ask(&Request::Sign { secret, sign: json })
    }

    /// The session in `token` as Python writes JSON; `None` when VelociPy refuses it.
    ///
    /// The signer looks at no timestamp; VelociPy's middleware does that.
    pub fn verify(&mut self, secret: &str, token: &str) -> Option<String> {
        self.ask::<Option<Read>>(&Request::Verify { secret, verify: token }).map(|read| read.json)
    }

    /// What VelociPy's middleware makes of each token when its clock says `now`.
    pub fn load(&mut self, secret: &str, now: f64, max_age: Option<u64>, tokens: &[String]) -> Vec<Verdict> {
        self.ask(&Request::Load { secret, now, max_age, load: tokens })
    }

    /// A JSON text as Python writes it; `None` when Python can't read it.
    pub fn compact(&mut self, json: &str) -> Option<String> {
        self.ask::<Option<Read>>(&Request::Compact { compact: json }).map(|read| read.json)
    }

    fn ask<T: DeserializeOwned>(&mut self, request: &Request<'_>) -> T {
        let line = serde_json::to_string(request).expect("a request is JSON");
        let answer = writeln!(self.requests, "{line}")
            .and_then(|()| {
                let mut answer = String::new();
                self.answers.read_line(&mut answer).map(|_| answer)
            })
            .unwrap_or_else(|error| panic!("VelociPy's signer has ended: {error}"));
        serde_json::from_str(&answer).unwrap_or_else(|error| {
            panic!("VelociPy's signer answered `{answer}` to `{line}` (its own error is above): {error}")
        })
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _status = self.process.wait();
    }
}
