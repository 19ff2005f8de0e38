//! The typed configuration: from a file through any configuration crate, or from the environment.

mod error;
mod value;

use std::fmt;

use serde::Deserialize;
use session_codec::Key;

pub use self::error::SettingsError;
use self::value::Value;
use crate::config::{CookieConfig, Refresh, SameSite};
use crate::manager::SessionManager;

/// Keys and cookie options as a deployment gives them: the options of [`CookieConfig`], `secret_key` and
/// `fallback_keys`.
///
/// Deserialises from any format, and refuses names that it does not know. (A configuration crate may quote the line with
/// such a name, as `toml` does: mind a mistyped `secret_key` in a log.) Every option takes its own type or its text
/// (`60` or `"60"`, `true` or `"true"`), and `none` means none, since an environment holds nothing but text.
///
/// | option | variable | takes |
/// | --- | --- | --- |
/// | `secret_key` | `SESSION_SECRET_KEY` | at least 32 bytes; required |
/// | `fallback_keys` | `SESSION_FALLBACK_KEYS` | previous secrets: a list, or text with commas between them; at most 8 |
/// | `name` (or `session_cookie`) | `SESSION_NAME` | the cookie's name |
/// | `max_age` | `SESSION_MAX_AGE` | seconds, or `none` |
/// | `path` | `SESSION_PATH` | |
/// | `domain` | `SESSION_DOMAIN` | a host name, or `none` |
/// | `secure` | `SESSION_SECURE` | `true` or `false` |
/// | `http_only` | `SESSION_HTTP_ONLY` | `true` or `false` |
/// | `same_site` | `SESSION_SAME_SITE` | `lax`, `strict` or `none` |
/// | `partitioned` | `SESSION_PARTITIONED` | `true` or `false` |
/// | `refresh` | `SESSION_REFRESH` | seconds, or `on_change` |
/// | `max_lifetime` | `SESSION_MAX_LIFETIME` | seconds, or `none` |
///
/// Values are judged when the manager is made, in one place and with one message each:
///
/// ```
/// use session_cookie::{SessionManager, SessionSettings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let settings: SessionSettings = serde_json::from_str(
///     r#"{"secret_key": "an example secret of 32 bytes or more", "max_age": 1800, "secure": "true"}"#,
/// )?;
/// let manager = SessionManager::try_from(settings)?;
///
/// let settings: SessionSettings = serde_json::from_str(r#"{"secret_key": "hunter2"}"#)?;
/// let error = SessionManager::try_from(settings).unwrap_err().to_string();
/// assert!(error.starts_with("secret_key: the secret is shorter than 32 bytes"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    secret_key: Value,
    fallback_keys: Value,
    #[serde(alias = "session_cookie")]
    name: Value,
    max_age: Value,
    path: Value,
    domain: Value,
    secure: Value,
    http_only: Value,
    same_site: Value,
    partitioned: Value,
    refresh: Value,
    max_lifetime: Value,
    /// Errors then name the variable.
    #[serde(skip)]
    from_env: bool,
}

/// The options and the variables that [`SessionSettings::from_env`] reads.
const VARIABLES: [(&str, &str); 12] = [
    ("secret_key", "SESSION_SECRET_KEY"),
    ("fallback_keys", "SESSION_FALLBACK_KEYS"),
    ("name", "SESSION_NAME"),
    ("max_age", "SESSION_MAX_AGE"),
    ("path", "SESSION_PATH"),
    ("domain", "SESSION_DOMAIN"),
    ("secure", "SESSION_SECURE"),
    ("http_only", "SESSION_HTTP_ONLY"),
    ("same_site", "SESSION_SAME_SITE"),
    ("partitioned", "SESSION_PARTITIONED"),
    ("refresh", "SESSION_REFRESH"),
    ("max_lifetime", "SESSION_MAX_LIFETIME"),
];

impl SessionSettings {
    /// Reads the variables of the table above, and no others: desktops set `SESSION_MANAGER`.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NotUnicode`]. What is in the variables is judged when the manager is made.
    pub fn from_env() -> Result<Self, SettingsError> {
        let mut found = Vec::new();
        for (option, variable) in VARIABLES {
            if let Some(value) = std::env::var_os(variable) {
                let value = value.into_string().map_err(|_| SettingsError::NotUnicode { setting: variable })?;
                found.push((option.to_owned(), value));
            }
        }
        let settings: Self = envy::from_iter(found).map_err(|_| SettingsError::Unreadable)?;
        Ok(Self { from_env: true, ..settings })
    }

    /// Whether a `secret_key` or `fallback_keys` are given: if not, a demo may make up a key, a deployment must not.
    #[must_use]
    pub const fn has_keys(&self) -> bool {
        self.secret_key.is_given() || self.fallback_keys.is_given()
    }

    /// The cookie's options, the defaults where none are given.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Value`] for an option whose value is of the wrong kind. Whether they make sense together is
    /// judged by [`SessionManager::new`].
    pub fn cookie_config(&self) -> Result<CookieConfig, SettingsError> {
        let default = CookieConfig::default();
        Ok(CookieConfig {
            name: self.option("name", &self.name, "text", Value::text, default.name)?,
            max_age: self.option(
                "max_age",
                &self.max_age,
                "whole seconds, or none",
                Value::seconds,
                default.max_age,
            )?,
            path: self.option("path", &self.path, "text", Value::text, default.path)?,
            domain: self.option("domain", &self.domain, "a host name, or none", Value::text_or_none, default.domain)?,
            secure: self.option("secure", &self.secure, "true or false", Value::boolean, default.secure)?,
            http_only: self.option("http_only", &self.http_only, "true or false", Value::boolean, default.http_only)?,
            same_site: self.option(
                "same_site",
                &self.same_site,
                "lax, strict or none",
                same_site,
                default.same_site,
            )?,
            partitioned: self.option(
                "partitioned",
                &self.partitioned,
                "true or false",
                Value::boolean,
                default.partitioned,
            )?,
            refresh: self.option("refresh", &self.refresh, "whole seconds, or on_change", refresh, default.refresh)?,
            max_lifetime: self.option(
                "max_lifetime",
                &self.max_lifetime,
                "whole seconds, or none",
                Value::seconds,
                default.max_lifetime,
            )?,
        })
    }

    fn option<T>(
        &self,
        option: &'static str,
        value: &Value,
        expected: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
        default: T,
    ) -> Result<T, SettingsError> {
        if value.is_absent() {
            return Ok(default);
        }
        read(value).ok_or_else(|| SettingsError::Value {
            setting: self.setting(option),
            value: value.to_string(),
            expected,
        })
    }

    fn key(&self) -> Result<Key, SettingsError> {
        let setting = self.setting("secret_key");
        if !self.secret_key.is_given() {
            return Err(SettingsError::MissingKey { setting });
        }
        let secret = self.secret_key.text().ok_or(SettingsError::SecretIsNoText { setting })?;
        Key::new(secret).map_err(|error| SettingsError::Key { setting, error })
    }

    fn fallback_keys(&self) -> Result<Vec<Key>, SettingsError> {
        let setting = self.setting("fallback_keys");
        let secrets = self.fallback_keys.list().ok_or(SettingsError::SecretIsNoText { setting })?;
        if secrets.len() > SessionManager::MAX_FALLBACK_KEYS {
            return Err(SettingsError::TooManyFallbackKeys { setting });
        }
        secrets.iter().map(|secret| Key::new(secret).map_err(|error| SettingsError::Key { setting, error })).collect()
    }

    /// What the person who reads an error calls the option.
    fn setting(&self, option: &'static str) -> &'static str {
        let variable = VARIABLES.iter().find(|(name, _)| self.from_env && *name == option);
        variable.map_or(option, |(_, variable)| variable)
    }
}

fn same_site(value: &Value) -> Option<SameSite> {
    match value.text()?.to_ascii_lowercase().as_str() {
        "lax" => Some(SameSite::Lax),
        "strict" => Some(SameSite::Strict),
        "none" => Some(SameSite::None),
        _ => None,
    }
}

fn refresh(value: &Value) -> Option<Refresh> {
    match value.text().as_deref() {
        Some("on_change") => Some(Refresh::OnChange),
        _ => value.seconds()?.map(Refresh::After),
    }
}

impl TryFrom<SessionSettings> for SessionManager {
    type Error = SettingsError;

    fn try_from(settings: SessionSettings) -> Result<Self, SettingsError> {
        let key = settings.key()?;
        let fallback_keys = settings.fallback_keys()?;
        let manager = Self::new(key, settings.cookie_config()?)
            .map_err(|error| SettingsError::Config { setting: settings.setting(error.option()), error })?;
        Ok(fallback_keys.into_iter().fold(manager, Self::with_fallback_key))
    }
}

/// Shows no secret.
impl fmt::Debug for SessionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionSettings")
            .field("has_keys", &self.has_keys())
            .field("cookie", &self.cookie_config())
            .finish_non_exhaustive()
    }
}
