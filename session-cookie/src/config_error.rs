//! What makes a configuration insecure nonsense, and how to mend it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::config::{CookieConfig, Refresh, SameSite};
use crate::set_cookie::{MAX_COOKIE_SIZE, SetCookie};

/// The longest path or domain that browsers take (rfc6265bis, section 5.6).
const MAX_ATTRIBUTE_LENGTH: usize = 1024;

/// Why a configuration was refused. Names the option, its value and the mend.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The name begins with a prefix that promises what the other options do not hold.
    Prefix {
        /// The cookie's name.
        name: String,
        /// The option that breaks the promise, and what it has to be.
        needs: &'static str,
    },
    /// The maximum age is under a second, or not of whole seconds.
    MaxAge(Duration),
    /// The absolute lifetime is under a second, not of whole seconds, or below the maximum age.
    MaxLifetime(Duration),
    /// A refresh after this long would come when the session has already expired.
    Refresh(Duration),
    /// The name and the attributes leave no room for a session in what browsers keep.
    NoRoom {
        /// Bytes of a cookie with an empty session.
        size: usize,
        /// Bytes that a cookie may have.
        limit: usize,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "name is {name:?}, which is no cookie name; use letters, digits and any of !#$%&'*+-.^_`|~ (RFC 6265, section 4.1.1)"
            ),
            Self::Path(path) => write!(
                f,
                "path is {path:?}; give one that begins with `/`, in ASCII without `;`, control characters and surrounding space, of at most {MAX_ATTRIBUTE_LENGTH} bytes"
            ),
            Self::Domain(domain) => write!(
                f,
                "domain is {domain:?}; give a host name in ASCII without `;`, control characters and surrounding space, of at most {MAX_ATTRIBUTE_LENGTH} bytes, or leave it out"
            ),
            Self::SameSiteNoneNeedsSecure => {
                f.write_str("same_site is none and secure is false, which browsers refuse; set secure to true, or same_site to lax or strict")
            }
            Self::PartitionedNeedsSecure => {
                f.write_str("partitioned is true and secure is false, which browsers refuse; set secure to true")
            }
            Self::Prefix { name, needs } => write!(
                f,
                "name is {name:?}, and browsers keep a cookie of that prefix only with {needs}; set it so, or choose a name without the prefix"
            ),
            Self::MaxAge(max_age) => {
                write!(f, "max_age is {max_age:?}; give whole seconds, at least one, or none for a browser session")
            }
            Self::MaxLifetime(max_lifetime) => write!(
                f,
                "max_lifetime is {max_lifetime:?}; give whole seconds, at least one and not below max_age, or none for no limit"
            ),
            Self::Refresh(after) => write!(
                f,
                "refresh is after {after:?}, when the session has already expired; give a time below max_age, and zero for every time"
            ),
            Self::NoRoom { size, limit } => write!(
                f,
                "name, path and domain are so long that an empty session's cookie has {size} bytes of the {limit} that browsers keep; shorten them"
            ),
        }
    }
}

impl Error for ConfigError {}

impl ConfigError {
    /// The option that has to change, by its name in settings.
    #[must_use]
    pub const fn option(&self) -> &'static str {
        match self {
            Self::Name(_) | Self::Prefix { .. } | Self::NoRoom { .. } => "name",
            Self::Path(_) => "path",
            Self::Domain(_) => "domain",
            Self::SameSiteNoneNeedsSecure => "same_site",
            Self::PartitionedNeedsSecure => "partitioned",
            Self::MaxAge(_) => "max_age",
            Self::MaxLifetime(_) => "max_lifetime",
            Self::Refresh(_) => "refresh",
        }
    }
}

impl CookieConfig {
    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        if !is_token(&self.name) {
            return Err(ConfigError::Name(self.name.clone()));
        }
        if !is_attribute_value(&self.path) || !self.path.starts_with('/') {
            return Err(ConfigError::Path(self.path.clone()));
        }
        if let Some(domain) = &self.domain
            && (!is_attribute_value(domain) || domain.is_empty())
        {
            return Err(ConfigError::Domain(domain.clone()));
        }
        if self.same_site == SameSite::None && !self.secure {
            return Err(ConfigError::SameSiteNoneNeedsSecure);
        }
        if self.partitioned && !self.secure {
            return Err(ConfigError::PartitionedNeedsSecure);
        }
        self.validate_prefix()?;
        self.validate_times()?;
        let size = SetCookie::new(self).largest_size("{}".len(), false, Duration::ZERO);
        if size > MAX_COOKIE_SIZE {
            return Err(ConfigError::NoRoom { size, limit: MAX_COOKIE_SIZE });
        }
        Ok(())
    }

    /// The promises of name prefixes (rfc6265bis, section 4.1.3), which browsers match in any case.
    fn validate_prefix(&self) -> Result<(), ConfigError> {
        let has_prefix =
            |prefix: &str| self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let host = has_prefix("__Host-");
        let http = has_prefix("__Http-") || has_prefix("__Host-Http-");
        let promises = [
            (host || http || has_prefix("__Secure-"), self.secure, "secure = true"),
            (http, self.http_only, "http_only = true"),
            (host, self.domain.is_none(), "no domain"),
            (host, self.path == "/", "path = \"/\""),
        ];
        match promises.into_iter().find(|(promised, held, _)| *promised && !held) {
            Some((_, _, needs)) => Err(ConfigError::Prefix { name: self.name.clone(), needs }),
            None => Ok(()),
        }
    }

    fn validate_times(&self) -> Result<(), ConfigError> {
        if let Some(max_age) = self.max_age.filter(|max_age| !is_lifetime(*max_age)) {
            return Err(ConfigError::MaxAge(max_age));
        }
        if let Some(max_lifetime) = self.max_lifetime
            && (!is_lifetime(max_lifetime) || self.max_age.is_some_and(|max_age| max_lifetime < max_age))
        {
            return Err(ConfigError::MaxLifetime(max_lifetime));
        }
        if let Refresh::After(after) = self.refresh
            && [self.max_age, self.max_lifetime].into_iter().flatten().any(|limit| after >= limit)
        {
            return Err(ConfigError::Refresh(after));
        }
        Ok(())
    }
}

/// Whether cookies can hold this time: `Max-Age` counts whole seconds, and zero of them removes the cookie.
pub(crate) fn is_lifetime(duration: Duration) -> bool {
    duration.as_secs() > 0 && duration.subsec_nanos() == 0
}

/// `token` of RFC 6265, section 4.1.1: visible ASCII without separators.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether browsers take the text as it is, and nothing in it ends the attribute.
fn is_attribute_value(text: &str) -> bool {
    text.len() <= MAX_ATTRIBUTE_LENGTH
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b';')
        && text.trim() == text
}
