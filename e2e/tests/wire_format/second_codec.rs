//! `codec.py` as a process that ends when its value is dropped.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::answer::{Answer, decimal};
use crate::cases::{Case, Times};

#[derive(Debug)]
pub(crate) struct SecondCodec {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// As `codec.py` documents it.
#[derive(Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Request<'a> {
    Verify { token: String, keys: Vec<String>, now: String, skew: String, max_age: Option<String> },
    Encode { data: &'a str, key: String, t: String, c: Option<String>, m: Option<String> },
    Derive { secret: String, purpose: &'a str },
}

#[derive(Deserialize)]
struct Written {
    token: String,
}

#[derive(Deserialize)]
struct Derived {
    key: String,
}

impl SecondCodec {
    /// `None` without a `python3`, which is told.
    pub(crate) fn start() -> Option<Self> {
        let started = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/wire_format/codec.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut process = match started {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("not tested: there is no python3 to run the second codec");
                return None;
            }
            started => started.unwrap(),
        };
        let requests = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, requests, answers })
    }

    pub(crate) fn verify(&mut self, case: &Case) -> Answer {
        let answer: Answer = self.ask(&Request::Verify {
            token: case.token.iter().copied().map(char::from).collect(),
            keys: case.keys.iter().map(hex).collect(),
            now: decimal(case.now),
            skew: decimal(case.skew),
            max_age: case.max_age.map(decimal),
        });
        answer.comparable()
    }

    pub(crate) fn encode(&mut self, key: &[u8], data: &str, Times { t, c, m }: Times) -> String {
        let request = Request::Encode { data, key: hex(key), t: decimal(t), c: c.map(decimal), m: m.map(decimal) };
        self.ask::<Written>(&request).token
    }

    pub(crate) fn derive(&mut self, secret: &str, purpose: &str) -> Vec<u8> {
        let key = self.ask::<Derived>(&Request::Derive { secret: hex(secret), purpose }).key;
        (0..key.len()).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap()).collect()
    }

    fn ask<T: DeserializeOwned>(&mut self, request: &Request<'_>) -> T {
        let line = serde_json::to_string(request).unwrap();
        let mut answer = String::new();
        writeln!(self.requests, "{line}")
            .and_then(|()| self.answers.read_line(&mut answer))
            .unwrap_or_else(|error| panic!("codec.py has ended: {error}"));
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("codec.py answers `{answer}` to `{line}`: {error}"))
    }
}

impl Drop for SecondCodec {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _status = self.process.wait();
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
