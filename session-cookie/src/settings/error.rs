use std::fmt;

use session_codec::KeyError;

use crate::config::ConfigError;
use crate::error::debug_is_the_message;

/// Why settings do not make a manager. One line that names the option, or the variable where it came from one, and
/// never repeats a secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// There is no secret to sign with.
    MissingKey {
        /// The option or variable.
        setting: &'static str,
        /// That for a file.
        file: &'static str,
    },
    /// A secret and its file are both given.
    SecretAndFile {
        /// The option or variable.
        setting: &'static str,
        /// That for a file.
        file: &'static str,
    },
    /// A secret's file can't be read, or is not UTF-8.
    UnreadableFile {
        /// The option or variable.
        setting: &'static str,
        /// The path. `None` if it may be a secret that was given by mistake: relative, and as long as a secret.
        path: Option<String>,
        /// Why, as the operating system says it.
        reason: String,
    },
    /// A secret was refused.
    Key {
        /// The option or variable.
        setting: &'static str,
        /// Which key of the list, from 1 on.
        number: Option<usize>,
        /// Why.
        error: KeyError,
    },
    /// A secret is not text.
    SecretNotText {
        /// The option or variable.
        setting: &'static str,
        /// Which key of the list, from 1 on.
        number: Option<usize>,
    },
    /// A secret begins or ends with white space or a quote, which is hardly a part of it.
    SecretPadded {
        /// The option or variable.
        setting: &'static str,
        /// Which key of the list, from 1 on.
        number: Option<usize>,
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
            Self::MissingKey { setting, file } => write!(
                f,
                "{setting} is missing or empty; set it to a secret of at least 32 bytes (`openssl rand -base64 32`), or {file} to the path of a file with one"
            ),
            Self::SecretAndFile { setting, file } => write!(f, "{setting} and {file} are both set; remove one"),
            Self::UnreadableFile { setting, path, reason } => {
                let path =
                    path.as_ref().map_or_else(|| "a path that may be a secret".to_owned(), |path| format!("{path:?}"));
                write!(
                    f,
                    "{setting}: can't read {path}: {reason}; give the path of a text file with the secret that this process may read"
                )
            }
            Self::Key { setting, number: Some(number), error: KeyError::Empty } => {
                write!(f, "{setting}, key {number}: the secret is empty; remove it, or the comma too many")
            }
            Self::Key { setting, number, error: KeyError::TooShort } => write!(
                f,
                "{}: the secret is shorter than 32 bytes; {} (a short one that is already in use is given in code: {})",
                place(setting, *number),
                if number.is_none() {
                    "make one with `openssl rand -base64 32`"
                } else {
                    "give the whole secret, with commas between secrets only, or leave it out"
                },
                in_code("with_short_secret", *number)
            ),
            Self::Key { setting, number, error } => write!(f, "{}: {error}", place(setting, *number)),
            Self::SecretNotText { setting, number } => {
                write!(
                    f,
                    "{}: the secret is not text; give one of at least 32 bytes, in quotes",
                    place(setting, *number)
                )
            }
            Self::SecretPadded { setting, number } => write!(
                f,
                "{}: the secret begins or ends with white space or a quote; remove that (a secret that really has it is given in code: {})",
                place(setting, *number),
                in_code("new", *number)
            ),
            Self::Value { setting, value, expected } => write!(f, "{setting} is {value}; give {expected}"),
            Self::Config { setting, error } if setting.starts_with("SESSION_") => {
                error.write(f, |option| format!("SESSION_{}", option.to_ascii_uppercase()))
            }
            Self::Config { error, .. } => error.fmt(f),
            Self::NotUnicode { setting } => write!(f, "{setting} is not valid Unicode; give text"),
        }
    }
}

debug_is_the_message!(SettingsError);

/// Returns the setting, and which key of its list.
fn place(setting: &str, number: Option<usize>) -> String {
    number.map_or_else(|| setting.to_owned(), |number| format!("{setting}, key {number}"))
}

/// Returns how code uses a secret that settings refuse: with this constructor of [`Key`](session_codec::Key).
fn in_code(constructor: &str, number: Option<usize>) -> String {
    match number {
        None => format!("`SessionManager::new(Key::{constructor}(secret)?, settings.cookie_config()?)`"),
        Some(_) => format!("`manager.with_fallback_keys([Key::{constructor}(secret)?])?`"),
    }
}
