//! The language of the scripts. Every line is valid; one that says nothing is skipped.
//!
//! ```text
//! 3600 86400 60             max_age, max_lifetime and refresh in seconds; any other word means none
//! p{"d":{"a":1},"t":0}      the cookie of the first request, signed by p (primary), f (fallback) or s (stranger);
//!                           o2994 for a session with a text of that length, even if the library would not sign it;
//!                           any other line for no cookie
//! +a:[1,2]                  inserts a value. A value that is not JSON is a text
//! .600                      sends the response; the next request comes that many seconds later
//! ```
//!
//! [`Call`] lists the other calls.

use super::call::Call;
use super::options::Options;
use crate::keys::{FALLBACK, PRIMARY, STRANGER};
use crate::reference;

/// Longer scripts are slow and find nothing new.
const MAX_LINES: usize = 200;

/// A browser's requests to one session manager.
pub struct Script {
    /// The manager's options.
    pub options: Options,
    /// The cookie that the browser has at the beginning.
    pub cookie: Option<String>,
    /// The requests, one after another.
    pub requests: Vec<Request>,
}

/// A request and what its handler does.
#[derive(Default)]
pub struct Request {
    /// Seconds since the last request.
    pub after: u64,
    /// The handler's calls, in order.
    pub calls: Vec<Call>,
}

impl Script {
    /// Reads a script.
    pub fn parse(text: &str) -> Self {
        let mut lines = text.split('\n').take(MAX_LINES);
        let options = Options::parse(lines.next().unwrap_or_default());
        let cookie = cookie(lines.next().unwrap_or_default());
        let mut requests = vec![Request::default()];
        for line in lines {
            match line.strip_prefix('.') {
                Some(after) => {
                    requests.push(Request { after: after.trim().parse::<u32>().unwrap_or(0).into(), calls: Vec::new() })
                }
                None => requests.last_mut().expect("one at least").calls.extend(Call::parse(line)),
            }
        }
        Self { options, cookie, requests }
    }
}

fn cookie(line: &str) -> Option<String> {
    let mut characters = line.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    let (secret, json) = match first {
        'p' => (PRIMARY, rest.to_owned()),
        'f' => (FALLBACK, rest.to_owned()),
        's' => (STRANGER, rest.to_owned()),
        'o' => (PRIMARY, large_session(rest.parse().ok()?)),
        _ => return None,
    };
    Some(reference::sign_json(secret, json.as_bytes()))
}

fn large_session(length: u16) -> String {
    format!(r#"{{"d":{{"a":1,"k":"{}"}},"t":1700000000}}"#, "x".repeat(length.into()))
}
