//! The language of the scripts. Every line is valid; one that says nothing is skipped.
//!
//! ```text
//! 3600 86400 60 600         max_age, max_lifetime, refresh and default_lifetime in seconds; any other word means none
//! p{"d":{"a":1},"t":0}      the cookie of the first request, signed by p (primary), f (fallback) or s (stranger);
//!                           o2994 for a session with a text of that length, even if the library would not sign it;
//!                           any other line for no cookie
//! ;p{"d":{"a":1},"t":0}     another cookie of the name, in the same words, that the browser has too and sends before the
//!                           session's own, from this request on; after it, if the line begins with a comma
//! +a:[1,2]                  inserts a value. A value that is not JSON is a text
//! ~5                        five seconds pass
//! $                         the manager gets other keys, until the next request comes
//! cache-control:no-cache    the response has this header already, before the session's are set; or vary
//! .600                      sends the response; the next request comes that many seconds later
//! ```
//!
//! [`Call`] lists the other calls. Seconds may have a fraction.

use std::time::Duration;

use super::call::Call;
use super::options::Options;
use crate::keys::{FALLBACK, PRIMARY, STRANGER};
use crate::reference::{self, ends_its_quotes};

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
    /// Time since the last request.
    pub after: Duration,
    /// Cookies of the same name but of another path, which the browser has from now on: those that it sends before the
    /// session's own, and those that it sends after it.
    pub others: (Vec<String>, Vec<String>),
    /// The handler's steps, in order.
    pub steps: Vec<Step>,
    /// The lines of the response's own `Vary`.
    pub vary: Vec<String>,
    /// The lines of the response's own `Cache-Control`.
    pub cache_control: Vec<String>,
}

/// What a handler does next.
pub enum Step {
    /// Calls the session.
    Call(Call),
    /// Lets time pass.
    Wait(Duration),
    /// Exchanges the keys, which changes nothing for this request.
    ExchangeKeys,
}

impl Script {
    /// Reads a script.
    pub fn parse(text: &str) -> Self {
        let mut lines = text.split('\n').take(MAX_LINES);
        let options = Options::parse(lines.next().unwrap_or_default());
        let cookie = cookie(lines.next().unwrap_or_default());
        let mut requests = Vec::new();
        let mut request = Request::default();
        for line in lines {
            match line.strip_prefix('.') {
                Some(after) => {
                    requests.push(std::mem::take(&mut request));
                    request.after = seconds(after);
                }
                None => request.add(line),
            }
        }
        requests.push(request);
        Self { options, cookie, requests }
    }
}

impl Request {
    fn add(&mut self, line: &str) {
        if let Some(line) = line.strip_prefix(';') {
            self.others.0.extend(cookie(line));
        } else if let Some(line) = line.strip_prefix(',') {
            self.others.1.extend(cookie(line));
        } else if let Some(line) = line.strip_prefix('~') {
            self.steps.push(Step::Wait(seconds(line)));
        } else if line == "$" {
            self.steps.push(Step::ExchangeKeys);
        } else if let Some(line) = line.strip_prefix("vary:") {
            self.vary.push(header(line));
        } else if let Some(line) = line.strip_prefix("cache-control:") {
            // What follows a quoted string without an end means something else to each cache.
            if self.cache_control.last().is_none_or(|last| ends_its_quotes(last)) {
                self.cache_control.push(header(line));
            }
        } else {
            self.steps.extend(Call::parse(line).map(Step::Call));
        }
    }
}

/// Reads whole milliseconds. What is no time is none.
fn seconds(text: &str) -> Duration {
    let seconds = text.trim().parse::<f64>().unwrap_or_default();
    let time = Duration::try_from_secs_f64(seconds).unwrap_or_default().min(Duration::from_secs(u32::MAX.into()));
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or_default())
}

/// Leaves out what no header can have.
fn header(text: &str) -> String {
    text.chars().filter(|character| *character == '\t' || !character.is_ascii_control()).collect()
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
