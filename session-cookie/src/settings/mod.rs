//! The typed configuration: from a file through any configuration crate, or from the environment.

mod error;
mod value;

use std::fmt;

use serde::Deserialize;
use session_codec::Key;

pub use self::error::SettingsError;
use self::value::Value;
use crate::config::{CookieConfig, ParseOptionError};
use crate::manager::SessionManager;

/// Keys and cookie options as a deployment gives them: the options of [`CookieConfig`], `secret_key` and
/// `fallback_keys`.
///
/// Deserialises from any format, and refuses names that it does not know. Every option takes its own type or its text
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
/// **Caution:** crates such as `toml` quote the offending line, so a misspelt `secret_key` can put the secret into your
/// log.
///
/// Values are checked when the manager is made, in one place and with one message each:
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

/// Each option, the variable that [`SessionSettings::from_env`] reads it from, and where it is kept.
type Variable = (&'static str, &'static str, fn(&mut SessionSettings) -> &mut Value);
const VARIABLES: [Variable; 12] = [
    ("secret_key", "SESSION_SECRET_KEY", |settings| &mut settings.secret_key),
    ("fallback_keys", "SESSION_FALLBACK_KEYS", |settings| &mut settings.fallback_keys),
    ("name", "SESSION_NAME", |settings| &mut settings.name),
    ("max_age", "SESSION_MAX_AGE", |settings| &mut settings.max_age),
    ("path", "SESSION_PATH", |settings| &mut settings.path),
    ("domain", "SESSION_DOMAIN", |settings| &mut settings.domain),
    ("secure", "SESSION_SECURE", |settings| &mut settings.secure),
    ("http_only", "SESSION_HTTP_ONLY", |settings| &mut settings.http_only),
    ("same_site", "SESSION_SAME_SITE", |settings| &mut settings.same_site),
    ("partitioned", "SESSION_PARTITIONED", |settings| &mut settings.partitioned),
    ("refresh", "SESSION_REFRESH", |settings| &mut settings.refresh),
    ("max_lifetime", "SESSION_MAX_LIFETIME", |settings| &mut settings.max_lifetime),
];

impl SessionSettings {
    /// Reads the variables of the table above, and no others: desktops set `SESSION_MANAGER`.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NotUnicode`]. What is in the variables is checked when the manager is made.
    pub fn from_env() -> Result<Self, SettingsError> {
        let mut settings = Self { from_env: true, ..Self::default() };
        for (_, variable, value) in VARIABLES {
            if let Some(text) = std::env::var_os(variable) {
                let text = text.into_string().map_err(|_| SettingsError::NotUnicode { setting: variable })?;
                *value(&mut settings) = Value::Text(text);
            }
        }
        Ok(settings)
    }

    /// Returns whether any key is given. A demo may make a random key if not; a deployment must not.
    #[must_use]
    pub const fn has_keys(&self) -> bool {
        self.secret_key.is_given() || self.fallback_keys.is_given()
    }

    /// Returns the cookie's options, the defaults where none are given.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Value`] for an option whose value is of the wrong kind. [`SessionManager::new`] checks whether
    /// they make sense together.
    pub fn cookie_config(&self) -> Result<CookieConfig, SettingsError> {
        let mut config = CookieConfig::default();
        self.read("name", &self.name, Value::text, &mut config.name)?;
        self.read("max_age", &self.max_age, Value::seconds_or_none, &mut config.max_age)?;
        self.read("path", &self.path, Value::text, &mut config.path)?;
        self.read("domain", &self.domain, Value::host_or_none, &mut config.domain)?;
        self.read("secure", &self.secure, Value::boolean, &mut config.secure)?;
        self.read("http_only", &self.http_only, Value::boolean, &mut config.http_only)?;
        self.read("same_site", &self.same_site, Value::parsed, &mut config.same_site)?;
        self.read("partitioned", &self.partitioned, Value::boolean, &mut config.partitioned)?;
        self.read("refresh", &self.refresh, Value::parsed, &mut config.refresh)?;
        self.read("max_lifetime", &self.max_lifetime, Value::seconds_or_none, &mut config.max_lifetime)?;
        Ok(config)
    }

    /// Puts the option's value in the place of its default, if it is given.
    fn read<T>(
        &self,
        option: &'static str,
        value: &Value,
        read: impl FnOnce(&Value) -> Result<T, ParseOptionError>,
        into: &mut T,
    ) -> Result<(), SettingsError> {
        if !value.is_absent() {
            *into = read(value).map_err(|ParseOptionError(expected)| SettingsError::Value {
                setting: self.setting(option),
                value: value.to_string(),
                expected,
            })?;
        }
        Ok(())
    }

    fn key(&self) -> Result<Key, SettingsError> {
        let setting = self.setting("secret_key");
        if !self.secret_key.is_given() {
            return Err(SettingsError::MissingKey { setting });
        }
        let secret = self.secret_key.text().map_err(|_| SettingsError::SecretNotText { setting })?;
        Key::new(secret).map_err(|error| SettingsError::Key { setting, error })
    }

    fn fallback_keys(&self) -> Result<Vec<Key>, SettingsError> {
        let setting = self.setting("fallback_keys");
        let secrets = self.fallback_keys.list().ok_or(SettingsError::SecretNotText { setting })?;
        if secrets.len() > SessionManager::MAX_FALLBACK_KEYS {
            return Err(SettingsError::TooManyFallbackKeys { setting });
        }
        secrets.iter().map(|secret| Key::new(secret).map_err(|error| SettingsError::Key { setting, error })).collect()
    }

    /// What the person who reads an error calls the option.
    fn setting(&self, option: &'static str) -> &'static str {
        let variable = VARIABLES.iter().find(|(name, ..)| self.from_env && *name == option);
        variable.map_or(option, |(_, variable, _)| variable)
    }
}

impl TryFrom<SessionSettings> for SessionManager {
    type Error = SettingsError;

    fn try_from(settings: SessionSettings) -> Result<Self, SettingsError> {
        let key = settings.key()?;
        let fallback_keys = settings.fallback_keys()?;
        let manager = Self::new(key, settings.cookie_config()?)
            .map_err(|error| SettingsError::Config { setting: settings.setting(error.option()), error })?;
        manager
            .with_fallback_keys(fallback_keys)
            .map_err(|error| SettingsError::Config { setting: settings.setting(error.option()), error })
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
