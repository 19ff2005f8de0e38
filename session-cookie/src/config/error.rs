use std::fmt;
use std::time::Duration;

use crate::error::debug_is_the_message;

debug_is_the_message!(ConfigError, ParseOptionError);

/// The longest path or domain that browsers take, in bytes (rfc6265bis, section 5.6).
pub(super) const MAX_ATTRIBUTE_LENGTH: usize = 1024;

/// Why a configuration was refused. The message names the option, its value and the fix.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The name is not an RFC 6265 token.
    Name(String),
    /// The path is not one that a browser would keep as it is.
    Path(String),
    /// The domain is not one that a browser would keep as it is.
    Domain(String),
    /// `SameSite=None` without `Secure`: browsers refuse such a cookie.
    SameSiteNoneNeedsSecure,
    /// `Partitioned` without `Secure`: browsers refuse such a cookie.
    PartitionedNeedsSecure,
    /// The name begins with a prefix whose requirements the other options do not meet.
    Prefix {
        /// The cookie's name.
        name: String,
        /// The option that breaks the promise.
        needs: &'static str,
        /// What it has to be.
        value: &'static str,
    },
    /// The maximum age is under a second, or not of whole seconds.
    MaxAge(Duration),
    /// The default lifetime is under a second, not of whole seconds, or above the maximum age or the absolute lifetime.
    DefaultLifetime(Duration),
    /// The absolute lifetime is under a second, not of whole seconds, or below the maximum age.
    MaxLifetime(Duration),
    /// A refresh after this long would come when the session has already expired.
    Refresh(Duration),
    /// A sibling has the cookie name of the manager that it is a sibling of.
    SiblingName(String),
    /// More fallback keys than a manager takes.
    TooManyFallbackKeys {
        /// How many it takes.
        limit: usize,
    },
    /// The name and the attributes leave no room for a session in what browsers keep.
    NoRoomForSession {
        /// Bytes of a cookie with an empty session.
        size: usize,
        /// Bytes that a cookie may have.
        limit: usize,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(str::to_owned))
    }
}

impl ConfigError {
    /// Returns the option that has to change, by its name in settings.
    #[must_use]
    pub const fn option(&self) -> &'static str {
        match self {
            Self::Name(_) | Self::SiblingName(_) | Self::Prefix { .. } | Self::NoRoomForSession { .. } => "name",
            Self::Path(_) => "path",
            Self::Domain(_) => "domain",
            Self::SameSiteNoneNeedsSecure => "same_site",
            Self::PartitionedNeedsSecure => "partitioned",
            Self::MaxAge(_) => "max_age",
            Self::DefaultLifetime(_) => "default_lifetime",
            Self::MaxLifetime(_) => "max_lifetime",
            Self::Refresh(_) => "refresh",
            Self::TooManyFallbackKeys { .. } => "fallback_keys",
        }
    }

    /// Returns the message for a reader to whom an option is what `named` makes of its name in settings.
    pub(crate) fn message(&self, named: fn(&str) -> String) -> String {
        let option = named(self.option());
        let [path, domain, secure] = ["path", "domain", "secure"].map(named);
        let [max_age, max_lifetime] = ["max_age", "max_lifetime"].map(named);
        match self {
            Self::Name(name) => format!(
                "{option} is {name:?}, which is no cookie name; use letters, digits and any of !#$%&'*+-.^_`|~ (RFC 6265, section 4.1.1)"
            ),
            Self::Path(path) => format!(
                "{option} is {path:?}; give one that begins with `/` and has only characters of a URL's path without `;`, of at most {MAX_ATTRIBUTE_LENGTH} bytes"
            ),
            Self::Domain(domain) => format!(
                "{option} is {domain:?}; give a host name alone, such as example.com, without scheme, port, path, `*` or trailing dot, of at most {MAX_ATTRIBUTE_LENGTH} bytes, or leave it out"
            ),
            Self::SameSiteNoneNeedsSecure => format!(
                "{option} is none and {secure} is false, which browsers refuse; set {secure} to true, or {option} to lax or strict"
            ),
            Self::PartitionedNeedsSecure => {
                format!("{option} is true and {secure} is false, which browsers refuse; set {secure} to true")
            }
            Self::Prefix { name, needs, value } => format!(
                "{option} is {name:?}{}, and browsers refuse a cookie with that prefix unless {} is {value}; set it so, or choose a name without the prefix",
                if name == "__Host-session" { " (the name that hardened gives)" } else { "" },
                named(needs)
            ),
            Self::MaxAge(time) => format!(
                "{option} is {} s; give whole seconds, at least one, or none for a browser session",
                time.as_secs_f64()
            ),
            Self::DefaultLifetime(time) => format!(
                "{option} is {} s; give whole seconds, at least one and not above {max_age} or {max_lifetime}, or raise those; none takes {max_age}",
                time.as_secs_f64()
            ),
            Self::MaxLifetime(time) => format!(
                "{option} is {} s; give whole seconds, at least one and not below {max_age}, or none for no limit; or lower {max_age}",
                time.as_secs_f64()
            ),
            Self::Refresh(after) => format!(
                "{option} is after {} s, when the session or the browser's cookie has expired; give a time below {max_age} and {max_lifetime} and at most 400 days, or raise those, or 0 for every time",
                after.as_secs_f64()
            ),
            Self::SiblingName(name) => format!(
                "{option} is {name:?}, which is the name of the manager that this is a sibling of; choose another"
            ),
            Self::TooManyFallbackKeys { limit } => format!("{option} has more than {limit} keys; remove the oldest"),
            Self::NoRoomForSession { size, limit } => format!(
                "{option}, {path} and {domain} are so long that an empty session's cookie has {size} bytes of the {limit} that browsers keep; shorten them"
            ),
        }
    }
}

/// Why text is not an option's value. The message says what to give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ParseOptionError(pub(crate) &'static str);

impl fmt::Display for ParseOptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "give {}", self.0)
    }
}
