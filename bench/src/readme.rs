//! The table of this crate's README.md, between two markers there.

use std::fmt::Write as _;
use std::{env, fs, thread};

use crate::measure::MeasuredCase;
use crate::peers::{BISCOTTI_ONE_KEY, COOKIE_ONE_KEY, JWT_ONE_KEY};
use crate::tokens::{FLOOR, ONE_KEY};
use crate::velocipy::VELOCIPY_ONE_KEY;
use crate::{data, requests, tokens};

/// The size of the session in the table.
pub const SIZE: usize = 290;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- bench/run readme -->\n";
const END: &str = "<!-- end of bench/run readme -->\n";

/// One library, and the operations that do the same as ours.
struct Row {
    library: &'static str,
    token: Option<&'static str>,
    read: Option<&'static str>,
    change: Option<&'static str>,
    words: &'static str,
}

const ROWS: [Row; 9] = [
    Row {
        library: "HMAC-SHA256 and nothing else",
        token: Some(FLOOR),
        read: None,
        change: None,
        words: "no signed session takes less",
    },
    Row {
        library: "**this project**, on axum",
        token: Some(ONE_KEY),
        read: Some("axum: read one key"),
        change: Some("axum: change one key"),
        words: "signs, with an age",
    },
    Row {
        library: "**this project**, on actix-web",
        token: None,
        read: Some("actix: read one key"),
        change: Some("actix: change one key"),
        words: "the same",
    },
    Row {
        library: "`cookie`, and axum-extra's `SignedCookieJar` on it",
        token: Some(COOKIE_ONE_KEY),
        read: Some("SignedCookieJar: read one key"),
        change: Some("SignedCookieJar: change one key"),
        words: "signs, without an age; its private jar encrypts",
    },
    Row {
        library: "`jsonwebtoken`, HS256",
        token: Some(JWT_ONE_KEY),
        read: None,
        change: None,
        words: "signs, with an age; checks more claims too, such as issuer and audience",
    },
    Row {
        library: "`biscotti`, signed",
        token: Some(BISCOTTI_ONE_KEY),
        read: None,
        change: None,
        words: "signs the name too, without an age; encrypts if asked to",
    },
    Row {
        library: "`tower-sessions`, memory store, on axum",
        token: None,
        read: Some("tower-sessions, memory: read one key"),
        change: Some("tower-sessions, memory: change one key"),
        words: "signs nothing: keeps an id in the cookie and sessions of any size on the server, where it can revoke them",
    },
    Row {
        library: "`actix-session`, signed, on actix-web",
        token: None,
        read: Some("actix-session, signed: read one key"),
        change: Some("actix-session, signed: change one key"),
        words: "signs, without an age; encrypts, or keeps sessions in Redis, if asked to",
    },
    Row {
        library: "VelociPy, in Python",
        token: Some(VELOCIPY_ONE_KEY),
        read: None,
        change: None,
        words: "the same format",
    },
];

const HEAD: &str = "\
| nanoseconds (allocations) | read one key of a token | request that reads one key | request that changes one | |
| --- | ---: | ---: | ---: | --- |
";

/// What README.md has between its markers, by these measurements.
///
/// # Panics
///
/// If something is not measured that the table shows.
#[must_use]
pub fn table(measured: &[MeasuredCase<'_>]) -> String {
    let find = |name: &str| measured.iter().find(|case| case.case.name == name).expect("the case is measured");
    let (of_tokens, of_requests) = (find(&tokens::name::<data::Flat>(SIZE)), find(&requests::name()));
    let cell = |case: &MeasuredCase<'_>, name: Option<&str>, over: Option<&str>| {
        let Some(name) = name else { return "–".to_owned() };
        let (nanos, allocations) = over.map_or((0.0, 0), |over| (case.nanos(over), case.find(over).allocations));
        let nanos = with_commas(case.nanos(name) - nanos);
        match name == VELOCIPY_ONE_KEY {
            true => nanos, // Python's allocations are not counted.
            false => format!("{nanos} ({})", case.find(name).allocations - allocations),
        }
    };
    let mut table = HEAD.to_owned();
    for row in &ROWS {
        let bare = row.read.map(requests::bare);
        let cells =
            [cell(of_tokens, row.token, None), cell(of_requests, row.read, bare), cell(of_requests, row.change, bare)];
        writeln!(table, "| {} | {} | {} |", row.library, cells.join(" | "), row.words)
            .expect("a string takes anything");
    }
    let bytes = tokens::bytes::<data::Flat>(SIZE);
    format!("{table}\nMeasured on {}, with a session whose JSON has {bytes} bytes.\n", machine())
}

/// Puts the table into README.md.
///
/// # Panics
///
/// If README.md has no markers.
pub fn write(table: &str) {
    let text = fs::read_to_string(README).expect("README.md is there");
    let (before, _, after) = split(&text);
    fs::write(README, [before, BEGIN, "\n", table, "\n", END, after].concat()).expect("README.md can be written");
}

/// README.md before, between and after its markers.
fn split(text: &str) -> (&str, &str, &str) {
    let (before, rest) = text.split_once(BEGIN).expect("README.md has the first marker");
    let (between, after) = rest.split_once(END).expect("README.md has the second marker");
    (before, between, after)
}

/// The kind of this machine.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has_sha = cpu.split_ascii_whitespace().any(|flag| flag == "sha_ni" || flag == "sha2");
    let with = if has_sha { " with SHA extensions" } else { "" };
    format!("{cores} {} cores{with}", env::consts::ARCH.replace('_', "-"))
}

/// A whole number, with a comma before its thousands.
pub(crate) fn with_commas(number: f64) -> String {
    let number = format!("{number:.0}");
    match number.len().checked_sub(3) {
        Some(thousands @ 1..) => format!("{},{}", &number[..thousands], &number[thousands..]),
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readme_has_the_rows_that_the_benchmark_writes() {
        let text = fs::read_to_string(README).expect("README.md is there");
        let (_, between, _) = split(&text);
        let first_and_last = |row: &str| {
            let cells: Vec<String> = row.trim_matches(['|', ' ']).split(" | ").map(str::to_owned).collect();
            (cells.first().cloned(), cells.last().cloned())
        };
        let (head, rows) = between.trim_start().split_at(HEAD.len());
        let rows: Vec<_> = rows.lines().take_while(|line| line.starts_with('|')).map(first_and_last).collect();
        let wanted = ROWS.map(|row| (Some(row.library.to_owned()), Some(row.words.to_owned())));

        assert_eq!(head, HEAD);
        assert_eq!(rows, wanted, "`bench/run readme` writes them");
    }

    #[test]
    fn thousands_have_a_comma() {
        assert_eq!([7.4, 999.0, 1_000.0, 123_456.0].map(with_commas), ["7", "999", "1,000", "123,456"]);
    }
}
