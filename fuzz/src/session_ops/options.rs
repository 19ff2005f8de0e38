//! The options of a script's session manager.

use std::time::Duration;

use session_cookie::{CookieConfig, Refresh, SessionManager};

use crate::config::LONGEST_COOKIE;
use crate::keys::{PRIMARY, key};

/// The options that decide how long a session lives, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The cookie's maximum age.
    pub max_age: Option<u64>,
    /// The longest life of a session, refreshed or not.
    pub max_lifetime: Option<u64>,
    /// The age at which a session is signed again.
    pub refresh: Option<u64>,
    /// How long a session lives without an `m`.
    pub default_lifetime: Option<u64>,
}

impl Options {
    /// Reads the first line of a script. Options that the manager refuses become the defaults.
    pub fn parse(line: &str) -> Self {
        let mut words = line.split(' ').map(|word| word.parse().ok());
        let mut next = || words.next().flatten();
        let options = Self { max_age: next(), max_lifetime: next(), refresh: next(), default_lifetime: next() };
        if SessionManager::new(key(PRIMARY), options.config()).is_ok() {
            options
        } else {
            Self { max_age: Some(3600), ..Self::default() }
        }
    }

    /// Returns the longest lifetime that a session can be given, and the largest `Max-Age`.
    pub fn longest_cookie(self) -> Duration {
        self.max_age.map_or(LONGEST_COOKIE, |max_age| Duration::from_secs(max_age).min(LONGEST_COOKIE))
    }

    /// Returns the library's configuration with these options.
    pub fn config(self) -> CookieConfig {
        CookieConfig::default()
            .with_max_age(self.max_age.map(Duration::from_secs))
            .with_default_lifetime(self.default_lifetime.map(Duration::from_secs))
            .with_max_lifetime(self.max_lifetime.map(Duration::from_secs))
            .with_refresh(self.refresh.map_or(Refresh::OnChange, |after| Refresh::After(Duration::from_secs(after))))
    }
}
