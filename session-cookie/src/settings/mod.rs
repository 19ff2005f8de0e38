//! The typed configuration: from a file through any configuration crate, or from the environment.

mod error;
mod keys;
mod misspelt;
mod secret;
mod value;

use std::{env, fmt};

use serde::Deserialize;
use session_codec::Key;

pub use self::error::{SecretFlaw, SettingsError};
use self::value::Value;
use crate::config::{CookieConfig, ParseOptionError};
use crate::issuer::Keys;
use crate::manager::SessionManager;

/// Keys and cookie options as a deployment gives them: the options of [`CookieConfig`], and those for secrets.
///
/// Deserialises from any format, and refuses names that it does not know. Every option takes its own type or its text
/// (`60` or `"60"`, `true` or `"true"`), and its words in upper or lower case. Empty text and null mean that the option is
/// not set. `none` means none.
///
/// | option | variable | takes |
/// | --- | --- | --- |
/// | `secret_key` | `SESSION_SECRET_KEY` | at least 32 bytes; required, here or in a file |
/// | `secret_key_file` | `SESSION_SECRET_KEY_FILE` | the path of a file with the secret |
/// | `fallback_keys` | `SESSION_FALLBACK_KEYS` | previous secrets: a list, or text with commas between them; at most 8 |
/// | `fallback_keys_file` | `SESSION_FALLBACK_KEYS_FILE` | the path of a file with previous secrets, one a line |
/// | `preset` | `SESSION_PRESET` | `hardened`: starts from [`CookieConfig::hardened`], which the other options override |
/// | `name` (or `session_cookie`) | `SESSION_NAME` | the cookie's name |
/// | `max_age` | `SESSION_MAX_AGE` | seconds, or `none` |
/// | `default_lifetime` | `SESSION_DEFAULT_LIFETIME` | seconds, or `none` |
/// | `path` | `SESSION_PATH` | |
/// | `domain` | `SESSION_DOMAIN` | a host name, or `none` |
/// | `secure` | `SESSION_SECURE` | `true` or `false` |
/// | `http_only` | `SESSION_HTTP_ONLY` | `true` or `false` |
/// | `same_site` | `SESSION_SAME_SITE` | `lax`, `strict` or `none` |
/// | `partitioned` | `SESSION_PARTITIONED` | `true` or `false` |
/// | `refresh` | `SESSION_REFRESH` | seconds, or `on_change` |
/// | `max_lifetime` | `SESSION_MAX_LIFETIME` | seconds, or `none` |
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
///
/// # Secrets
///
/// Text, or the path of a file: [secrets in containers](crate::guide::secrets) has both for Docker, Kubernetes, systemd and
/// a secrets manager. A secret in a file loses one line end. Whatever else begins or ends with white space or a quote is refused, in
/// files and elsewhere. A secret that really has them is given to [`Key::new`] in code.
///
/// **Caution:** crates such as `toml` quote the offending line, so a misspelt `secret_key` can put the secret into your
/// log.
///
/// **Caution:** `#[serde(flatten)]` on a field of this type lets unknown names through, so a mistyped option has no effect. Give
/// the settings a table of their own, such as `[session]`.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    secret_key: Value,
    secret_key_file: Value,
    fallback_keys: Value,
    fallback_keys_file: Value,
    preset: Value,
    #[serde(alias = "session_cookie")]
    name: Value,
    max_age: Value,
    default_lifetime: Value,
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
    /// The setters that gave what is now in the options of their names. Errors name them too.
    #[serde(skip)]
    setters: Vec<&'static str>,
}

/// Each option, the variable that [`SessionSettings::from_env`] reads it from, and where it is kept.
type Variable = (&'static str, &'static str, fn(&mut SessionSettings) -> &mut Value);
const VARIABLES: [Variable; 16] = [
    ("secret_key", "SESSION_SECRET_KEY", |settings| &mut settings.secret_key),
    ("secret_key_file", "SESSION_SECRET_KEY_FILE", |settings| &mut settings.secret_key_file),
    ("fallback_keys", "SESSION_FALLBACK_KEYS", |settings| &mut settings.fallback_keys),
    ("fallback_keys_file", "SESSION_FALLBACK_KEYS_FILE", |settings| &mut settings.fallback_keys_file),
    ("preset", "SESSION_PRESET", |settings| &mut settings.preset),
    ("name", "SESSION_NAME", |settings| &mut settings.name),
    ("max_age", "SESSION_MAX_AGE", |settings| &mut settings.max_age),
    ("default_lifetime", "SESSION_DEFAULT_LIFETIME", |settings| &mut settings.default_lifetime),
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
    /// A variable that is written a little differently, as other frameworks do (`SESSION_COOKIE_SECURE`, `SESSION_SAMESITE`), is
    /// not read, and a warning names the right one.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NotUnicode`]. What is in the variables is checked when the manager is made.
    pub fn from_env() -> Result<Self, SettingsError> {
        let mut settings = Self { from_env: true, ..Self::default() };
        for (_, variable, value) in VARIABLES {
            if let Some(text) = env::var_os(variable) {
                let text = text.into_string().map_err(|_| SettingsError::NotUnicode { setting: variable })?;
                *value(&mut settings) = Value::from(text);
            }
        }
        misspelt::warn_of_misspelt(&VARIABLES.map(|(_, variable, _)| variable));
        Ok(settings)
    }

    /// Signs with this secret, instead of the one that was given or its file: for a secret from a secrets manager beside
    /// options from the environment. It is checked as any other secret in settings.
    ///
    /// ```
    /// # use session_cookie::{SessionManager, SessionSettings};
    /// # fn secret_from_a_vault() -> &'static str { "an example secret of 32 bytes or more" }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let settings = SessionSettings::from_env()?.with_secret_key(secret_from_a_vault());
    /// let manager = SessionManager::try_from(settings)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_secret_key(mut self, secret: impl Into<String>) -> Self {
        self.setters.push("with_secret_key");
        Self { secret_key: Value::from(secret.into()), secret_key_file: Value::NotSet, ..self }
    }

    /// Accepts cookies that these secrets signed, instead of those that were given or their file.
    ///
    /// ```
    /// # use session_cookie::SessionSettings;
    /// let settings = SessionSettings::default().with_fallback_keys(["the previous secret, 32 bytes or longer"]);
    /// assert_eq!(settings.fallback_keys()?.len(), 1);
    /// # Ok::<(), session_cookie::SettingsError>(())
    /// ```
    #[must_use]
    pub fn with_fallback_keys(mut self, secrets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.setters.push("with_fallback_keys");
        let secrets = secrets.into_iter().map(|secret| Value::from(secret.into())).collect();
        Self { fallback_keys: Value::List(secrets), fallback_keys_file: Value::NotSet, ..self }
    }

    /// Returns whether any key is given. A demo may make a random key if not; a deployment must not.
    #[must_use]
    pub const fn has_keys(&self) -> bool {
        self.secret_key.is_set()
            || self.secret_key_file.is_set()
            || self.fallback_keys.is_set()
            || self.fallback_keys_file.is_set()
    }

    /// Returns the cookie's options, the defaults where none are given.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Value`] for an option whose value is of the wrong kind. [`SessionManager::new`] checks whether
    /// they make sense together.
    pub fn cookie_config(&self) -> Result<CookieConfig, SettingsError> {
        let mut config = CookieConfig::default();
        self.read("preset", &self.preset, Value::preset, &mut config)?;
        self.read("name", &self.name, Value::text, &mut config.name)?;
        self.read("max_age", &self.max_age, Value::seconds_or_none, &mut config.max_age)?;
        self.read("default_lifetime", &self.default_lifetime, Value::seconds_or_none, &mut config.default_lifetime)?;
        self.read("path", &self.path, Value::text, &mut config.path)?;
        self.read("domain", &self.domain, Value::host_or_none, &mut config.domain)?;
        self.read("secure", &self.secure, |value| value.boolean().map(Some), &mut config.secure)?;
        self.read("http_only", &self.http_only, Value::boolean, &mut config.http_only)?;
        self.read("same_site", &self.same_site, Value::parsed, &mut config.same_site)?;
        let read = |value: &Value| value.boolean().map_err(|_| ParseOptionError("true or false (true needs secure)"));
        self.read("partitioned", &self.partitioned, read, &mut config.partitioned)?;
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
        if value.is_set() {
            *into = read(value).map_err(|ParseOptionError(expected)| SettingsError::Value {
                setting: self.setting(option),
                value: value.to_string(),
                expected,
            })?;
        }
        Ok(())
    }

    /// Returns the key that signs. A file is read at each call.
    ///
    /// ```
    /// # use session_cookie::SessionSettings;
    /// let settings = SessionSettings::default().with_secret_key("an example secret of 32 bytes or more");
    /// let csrf_key = settings.key()?.derive("csrf");
    /// # Ok::<(), session_cookie::SettingsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettingsError`], if there is no secret or it is refused.
    pub fn key(&self) -> Result<Key, SettingsError> {
        let options = ["secret_key", "secret_key_file"];
        let (setting, secret) = self.secrets(options, [&self.secret_key, &self.secret_key_file], secret::of_file)?;
        if !secret.is_set() {
            return Err(SettingsError::MissingKey { setting, file: self.setting("secret_key_file") });
        }
        if matches!(&secret, Value::Text(text) if text.is_empty()) {
            let path = self.secret_key_file.text().ok();
            return Err(SettingsError::UnreadableFile { setting, path, reason: "it is empty".to_owned() });
        }
        secret::key(setting, None, &secret)
    }

    /// Returns the keys that verify beside [`SessionSettings::key`]. A file is read at each call.
    ///
    /// # Errors
    ///
    /// [`SettingsError`], if one is refused. Whether there are too many, the manager checks.
    pub fn fallback_keys(&self) -> Result<Vec<Key>, SettingsError> {
        let options = ["fallback_keys", "fallback_keys_file"];
        let values = [&self.fallback_keys, &self.fallback_keys_file];
        let (setting, secrets) = self.secrets(options, values, secret::list_of_file)?;
        (1..).zip(&secrets.list()).map(|(number, secret)| secret::key(setting, Some(number), secret)).collect()
    }

    /// Reads what is given by the first of two options, or is in the file that the second names. Returns which setting that was.
    fn secrets(
        &self,
        [option, file_option]: [&'static str; 2],
        [value, path_value]: [&Value; 2],
        of_file: fn(&str) -> Value,
    ) -> Result<(&'static str, Value), SettingsError> {
        let [setting, file] = [option, file_option].map(|option| self.setting(option));
        let mut path = String::new();
        self.read(file_option, path_value, Value::text, &mut path)?;
        if path.is_empty() {
            return Ok((setting, value.clone()));
        }
        if value.is_set() {
            return Err(SettingsError::SecretAndFile { setting, file });
        }
        Ok((file, of_file(&secret::read_file(file, &path)?)))
    }

    /// What the person who reads an error calls the option.
    fn setting(&self, option: &'static str) -> &'static str {
        let setter = self.setters.iter().find(|setter| setter.strip_prefix("with_") == Some(option));
        let variable = VARIABLES.iter().find(|(name, ..)| self.from_env && *name == option);
        setter.copied().or(variable.map(|(_, variable, _)| *variable)).unwrap_or(option)
    }
}

impl TryFrom<SessionSettings> for SessionManager {
    type Error = SettingsError;

    fn try_from(settings: SessionSettings) -> Result<Self, SettingsError> {
        let fallback_keys = settings.fallback_keys()?;
        let (key, config) = (settings.key()?, settings.cookie_config()?);
        Keys::new(key, fallback_keys)
            .and_then(|keys| Self::with_keys(keys, config))
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
