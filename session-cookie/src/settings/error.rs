use std::error::Error;
use std::fmt;

use session_codec::KeyError;

use crate::config::ConfigError;
use crate::manager::SessionManager;

/// Why settings do not make a manager. One line that names the option, or the variable where it came from one, and
/// never repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// There is no secret to sign with.
    MissingKey {
        /// The option or variable.
        setting: &'static str,
    },
    /// A secret was refused.
    Key {
        /// The option or variable.
        setting: &'static str,
        /// Why.
        error: KeyError,
    },
    /// A secret is not text, or a list of secrets has space around a comma.
    SecretNotText {
        /// The option or variable.
        setting: &'static str,
    },
    /// More fallback keys than a manager takes.
    TooManyFallbackKeys {
        /// The option or variable.
        setting: &'static str,
    },
    /// A value is of the wrong kind.
    Value {
        /// The option or variable.
        setting: &'static str,
        /// The value.
        value: String,
        /// What the option takes.
        expected: &'static str,
    },
    /// The options are of the right kind and make no sense.
    Config {
        /// The option or variable that the error is about.
        setting: &'static str,
        /// Why.
        error: ConfigError,
    },
    /// A variable is not valid Unicode.
    NotUnicode {
        /// The variable.
        setting: &'static str,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingKey { setting } => {
                write!(f, "{setting} is missing; give a secret of at least 32 bytes (`openssl rand -base64 32`)")
            }
            Self::Key { setting, error } => write!(f, "{setting}: {error}"),
            Self::SecretNotText { setting } => {
                write!(f, "{setting} is not a secret as text, or secrets with commas and no spaces between them")
            }
            Self::TooManyFallbackKeys { setting } => write!(
                f,
                "{setting} has more than {} keys; remove those that no unexpired cookie is signed with",
                SessionManager::MAX_FALLBACK_KEYS
            ),
            Self::Value { setting, value, expected } => write!(f, "{setting} is {value}; give {expected}"),
            Self::Config { setting, error } => write!(f, "{setting}: {error}"),
            Self::NotUnicode { setting } => write!(f, "{setting} is not valid Unicode; give text"),
        }
    }
}

impl Error for SettingsError {}
