//! Validation of [`CookieConfig`], with errors that say what to change.

use std::time::Duration;

use super::error::MAX_ATTRIBUTE_LENGTH;
use super::{ConfigError, CookieConfig, LONGEST_COOKIE, Refresh, SameSite};

impl CookieConfig {
    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        ensure(is_token(&self.name), ConfigError::Name(self.name.clone()))?;
        ensure(is_path(&self.path), ConfigError::Path(self.path.clone()))?;
        if let Some(domain) = &self.domain {
            ensure(is_host_name(domain), ConfigError::Domain(domain.clone()))?;
        }
        ensure(self.same_site != SameSite::None || self.secure == Some(true), ConfigError::SameSiteNoneNeedsSecure)?;
        ensure(!self.partitioned || self.secure == Some(true), ConfigError::PartitionedNeedsSecure)?;
        self.validate_prefix()?;
        self.validate_times()
    }

    /// The promises of name prefixes (rfc6265bis, section 4.1.3), which browsers match in any case.
    fn validate_prefix(&self) -> Result<(), ConfigError> {
        let has_prefix =
            |prefix: &str| self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let host = has_prefix("__Host-");
        let http = has_prefix("__Http-") || has_prefix("__Host-Http-");
        let secure = host || http || has_prefix("__Secure-");
        let unless = |needs, value| ConfigError::Prefix { name: self.name.clone(), needs, value };
        ensure(!secure || self.secure == Some(true), unless("secure", "true"))?;
        ensure(!http || self.http_only, unless("http_only", "true"))?;
        ensure(!host || self.domain.is_none(), unless("domain", "none"))?;
        ensure(!host || self.path == "/", unless("path", "/"))
    }

    fn validate_times(&self) -> Result<(), ConfigError> {
        let shortest = [self.max_age, self.max_lifetime].into_iter().flatten().min().unwrap_or(Duration::MAX);
        if let Some(max_age) = self.max_age {
            ensure(is_whole_seconds(max_age), ConfigError::MaxAge(max_age))?;
        }
        if let Some(max_lifetime) = self.max_lifetime {
            let covers_max_age = self.max_age.is_none_or(|max_age| max_lifetime >= max_age);
            ensure(is_whole_seconds(max_lifetime) && covers_max_age, ConfigError::MaxLifetime(max_lifetime))?;
        }
        if let Some(lifetime) = self.default_lifetime {
            ensure(is_whole_seconds(lifetime) && lifetime <= shortest, ConfigError::DefaultLifetime(lifetime))?;
        }
        if let Refresh::After(after) = self.refresh {
            ensure(after <= LONGEST_COOKIE && after < shortest, ConfigError::Refresh(after))?;
        }
        Ok(())
    }
}

fn ensure(holds: bool, error: ConfigError) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(error) }
}

/// Returns whether a cookie can hold this time: `Max-Age` counts whole seconds, and zero of them removes the cookie.
pub(crate) fn is_whole_seconds(duration: Duration) -> bool {
    duration.as_secs() > 0 && duration.subsec_nanos() == 0
}

/// `token` of RFC 6265, section 4.1.1: visible ASCII without separators.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A path of a URL (RFC 3986, section 3.3), without the `;` that ends the attribute.
fn is_path(path: &str) -> bool {
    path.len() <= MAX_ATTRIBUTE_LENGTH
        && path.starts_with('/')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,=:@".contains(&byte))
}

/// A host name, with one leading dot at most. Underscores are no part of host names, but of names that browsers reach.
fn is_host_name(domain: &str) -> bool {
    domain.len() <= MAX_ATTRIBUTE_LENGTH
        && domain.strip_prefix('.').unwrap_or(domain).split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        })
}
