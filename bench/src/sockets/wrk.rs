use std::io::ErrorKind;
use std::process::Command;

use super::Request;
use super::server::Server;

/// What the column of names is called in the table.
pub(super) const SETTINGS: &str = "32 connections";

const ARGUMENTS: [&str; 8] = [
    "--threads",
    "1",
    "--connections",
    "32",
    "--duration",
    "2s",
    "--script",
    concat!(env!("CARGO_MANIFEST_DIR"), "/src/sockets/wrk.lua"),
];

/// One kind of request to one server, and what came of it so far.
pub(super) struct Load {
    pub(super) server: Server,
    pub(super) request: Request,
    cookie: String,
    rounds: Vec<Round>,
}

/// What `wrk` measured; times in microseconds.
#[derive(Clone, Copy)]
pub(super) struct Round {
    pub(super) per_second: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    /// The server's CPU time for one request.
    pub(super) cpu: f64,
}

impl Load {
    pub(super) fn new(server: Server, request: Request, cookie: &str) -> Self {
        Self { server, request, cookie: cookie.to_owned(), rounds: Vec::new() }
    }

    /// Puts load on the server for two seconds.
    pub(super) fn run(&mut self) {
        let url = format!("http://{}{}", self.server.address, self.request.path());
        let cpu_before = self.server.cpu_time();
        let output = Command::new("wrk")
            .args(ARGUMENTS)
            .arg("--header")
            .arg(format!("Cookie: {}", self.cookie))
            .arg(url)
            .output();
        let output = match output {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("`wrk` is not there (Debian: apt-get install wrk)")
            }
            output => output.expect("`wrk` runs"),
        };
        let cpu = self.server.cpu_time() - cpu_before;
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers =
            text.lines().find_map(|line| line.strip_prefix("measured ")).unwrap_or_else(|| panic!("wrk: {output:?}"));
        let numbers: Vec<f64> = numbers.split(' ').map(|number| number.parse().expect("it is a number")).collect();
        let [requests, micros, p50, p99, errors] = numbers[..] else { panic!("{numbers:?} are not five") };
        assert_eq!(errors, 0.0, "{} answers each request: {text}", self.server.framework.name());
        let cpu = cpu.as_micros() as f64 / requests;
        self.rounds.push(Round { per_second: requests / micros * 1e6, p50, p99, cpu });
    }

    /// The median of each number.
    pub(super) fn median(&self) -> Round {
        let median = |number: fn(&Round) -> f64| {
            let mut numbers: Vec<f64> = self.rounds.iter().map(number).collect();
            numbers.sort_unstable_by(f64::total_cmp);
            numbers[numbers.len() / 2]
        };
        Round {
            per_second: median(|it| it.per_second),
            p50: median(|it| it.p50),
            p99: median(|it| it.p99),
            cpu: median(|it| it.cpu),
        }
    }
}
