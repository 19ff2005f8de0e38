//! Validation of [`CookieConfig`], with errors that say what to change.

use std::time::Duration;

use super::error::MAX_ATTRIBUTE_LENGTH;
use super::{ConfigError, CookieConfig, LONGEST_COOKIE, Refresh, SameSite};

impl CookieConfig {
    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        if !is_token(&self.name) {
            return Err(ConfigError::Name(self.name.clone()));
        }
        if !is_path(&self.path) {
            return Err(ConfigError::Path(self.path.clone()));
        }
        if let Some(domain) = &self.domain
            && !is_host_name(domain)
        {
            return Err(ConfigError::Domain(domain.clone()));
        }
        if self.same_site == SameSite::None && !self.is_secure() {
            return Err(ConfigError::SameSiteNoneNeedsSecure);
        }
        if self.partitioned && !self.is_secure() {
            return Err(ConfigError::PartitionedNeedsSecure);
        }
        self.validate_prefix()?;
        self.validate_times()
    }

    /// The promises of name prefixes (rfc6265bis, section 4.1.3), which browsers match in any case.
    fn validate_prefix(&self) -> Result<(), ConfigError> {
        let has_prefix =
            |prefix: &str| self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let host = has_prefix("__Host-");
        let http = has_prefix("__Http-") || has_prefix("__Host-Http-");
        let promises = [
            (host || http || has_prefix("__Secure-"), self.is_secure(), "secure = true"),
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
        if let Some(max_age) = self.max_age.filter(|max_age| !is_whole_seconds(*max_age)) {
            return Err(ConfigError::MaxAge(max_age));
        }
        if let Some(max_lifetime) = self.max_lifetime
            && (!is_whole_seconds(max_lifetime) || self.max_age.is_some_and(|max_age| max_lifetime < max_age))
        {
            return Err(ConfigError::MaxLifetime(max_lifetime));
        }
        if let Some(default_lifetime) = self.default_lifetime
            && (!is_whole_seconds(default_lifetime)
                || [self.max_age, self.max_lifetime].into_iter().flatten().any(|limit| default_lifetime > limit))
        {
            return Err(ConfigError::DefaultLifetime(default_lifetime));
        }
        if let Refresh::After(after) = self.refresh
            && (after > LONGEST_COOKIE
                || [self.max_age, self.max_lifetime].into_iter().flatten().any(|limit| after >= limit))
        {
            return Err(ConfigError::Refresh(after));
        }
        Ok(())
    }
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
