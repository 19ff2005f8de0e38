//! The language of the scripts: lines, of which none is wrong.
//!
//! ```text
//! 3600 86400 60             max_age, max_lifetime and refresh; anything else is none
//! p{"d":{"a":1},"t":0}      the cookie of the first request: p primary key, f fallback key, s stranger, else none;
//!                           o2994 for a session with so many characters in it, which may be more than we would write
//! +a:[1,2]                  insert. A value that is no JSON is a text
//! .600                      the response; the next request, after as many seconds
//! ```
//!
//! The other calls are listed at [`Call`].

use std::time::Duration;

use session_cookie::{CookieConfig, Key, Refresh, SessionManager};

use super::call::Call;
use crate::keys::{FALLBACK, PRIMARY, STRANGER};
use crate::reference;

/// More than this shows nothing new.
const MAX_LINES: usize = 200;

/// What is run.
pub struct Script {
    /// The manager's.
    pub options: Options,
    /// What the browser has at the beginning.
    pub cookie: Option<String>,
    /// One after another.
    pub requests: Vec<Request>,
}

/// A request and what its handler does.
#[derive(Default)]
pub struct Request {
    /// Seconds since the last one.
    pub after: u64,
    /// In order.
    pub calls: Vec<Call>,
}

/// Those that decide how long a session lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// In seconds.
    pub max_age: Option<u64>,
    /// In seconds.
    pub max_lifetime: Option<u64>,
    /// In seconds.
    pub refresh: Option<u64>,
}

impl Script {
    /// Reads a script. Options that the manager refuses become the defaults.
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

impl Options {
    fn parse(line: &str) -> Self {
        let mut words = line.split(' ').map(|word| word.parse().ok());
        let mut next = || words.next().flatten();
        let options = Self { max_age: next(), max_lifetime: next(), refresh: next() };
        let key = Key::new(PRIMARY).expect("32 bytes or more");
        if SessionManager::new(key, options.config()).is_ok() {
            options
        } else {
            Self { max_age: Some(3600), ..Self::default() }
        }
    }

    /// The library's.
    pub fn config(self) -> CookieConfig {
        CookieConfig::default()
            .with_max_age(self.max_age.map(Duration::from_secs))
            .with_max_lifetime(self.max_lifetime.map(Duration::from_secs))
            .with_refresh(self.refresh.map_or(Refresh::OnChange, |after| Refresh::After(Duration::from_secs(after))))
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
