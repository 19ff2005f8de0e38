use std::fmt;

use crate::config::ConfigError;
use crate::error::debug_is_the_message;

/// Why settings do not make a manager. One line that names the option, or the variable or setter where it came from one, and
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
    /// Only one of the two, key and fallback keys, is in a file, so [`SessionSettings::keys`](super::SessionSettings::keys) can't
    /// read both again.
    OneFile {
        /// The option or variable of the file that is given.
        setting: &'static str,
        /// That of the file which is not.
        missing: &'static str,
    },
    /// The files were never the same at two readings in a row, so their keys may not belong together.
    FilesChange {
        /// The options or variables of the files.
        files: [&'static str; 2],
    },
    /// A secret was refused.
    Key {
        /// The option or variable.
        setting: &'static str,
        /// Which key of the list, from 1 on.
        number: Option<usize>,
        /// Why.
        flaw: SecretFlaw,
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

/// Why settings refuse a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretFlaw {
    /// It is empty.
    Empty,
    /// It has fewer than [`Key::MIN_LENGTH`](session_codec::Key::MIN_LENGTH) bytes.
    TooShort,
    /// It is not text.
    NotText,
    /// It begins or ends with white space or a quote, which is hardly a part of it.
    Padded,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::MissingKey { setting, file } => format!(
                "{setting} is missing or empty; set it to a secret of at least 32 bytes (`openssl rand -base64 32`), or {file} to the path of a file with one"
            ),
            Self::SecretAndFile { setting, file } => format!("{setting} and {file} are both set; remove one"),
            Self::UnreadableFile { setting, path, reason } => {
                let path = path.as_ref().map_or("a path that may be a secret".to_owned(), |path| format!("{path:?}"));
                format!(
                    "{setting}: can't read {path}: {reason}; give the path of a text file with the secret that this process may read"
                )
            }
            Self::OneFile { setting, missing } => {
                format!("{setting} was not read again; set {missing} too, in place of secrets given otherwise, or a rotation loses sessions")
            }
            Self::FilesChange { files: [key, list] } => {
                format!("{key} and {list} gave other keys at each reading; write each as a whole, then read them again")
            }
            Self::Key { setting, number, flaw } => refusal(setting, *number, *flaw),
            Self::Value { setting, value, expected } => format!("{setting} is {value}; give {expected}"),
            Self::Config { setting, error } if setting.starts_with("SESSION_") => {
                error.message(|option| format!("SESSION_{}", option.to_ascii_uppercase()))
            }
            Self::Config { error, .. } => error.to_string(),
            Self::NotUnicode { setting } => format!("{setting} is not valid Unicode; give text"),
        })
    }
}

debug_is_the_message!(SettingsError);

/// Returns why the secret is refused, and how code uses one that settings refuse.
fn refusal(setting: &str, number: Option<usize>, flaw: SecretFlaw) -> String {
    let place = number.map_or_else(|| setting.to_owned(), |number| format!("{setting}, key {number}"));
    let (fix, [before, after]) = match number {
        None => ("make one with `openssl rand -base64 32`", ["SessionManager::new(", ", settings.cookie_config()?)"]),
        Some(_) => (
            "give the whole secret, with commas between secrets only, or leave it out",
            ["manager.with_fallback_keys([", "])?"],
        ),
    };
    match flaw {
        SecretFlaw::Empty => format!("{place}: the secret is empty; remove it, or the comma too many"),
        SecretFlaw::TooShort => format!(
            "{place}: the secret is shorter than 32 bytes; {fix} (a short one that is already in use is given in code: `{before}Key::with_short_secret(secret)?{after}`)"
        ),
        SecretFlaw::NotText => format!("{place}: the secret is not text; give one of at least 32 bytes, in quotes"),
        SecretFlaw::Padded => format!(
            "{place}: the secret begins or ends with white space or a quote; remove that (a secret that really has it is given in code: `{before}Key::new(secret)?{after}`)"
        ),
    }
}
