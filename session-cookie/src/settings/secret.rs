//! Secrets: the file that holds one, and the key that is made of one.

use std::fs;
use std::path::Path;

use session_codec::Key;

use super::error::{SecretFlaw, SettingsError};
use super::value::Value;

/// # Errors
///
/// [`SettingsError::UnreadableFile`].
pub(super) fn read_file(setting: &'static str, path: &str) -> Result<String, SettingsError> {
    fs::read_to_string(path).map_err(|error| {
        let may_be_a_secret = path.len() >= Key::MIN_LENGTH && Path::new(path).is_relative();
        let path = (!may_be_a_secret).then(|| path.to_owned());
        SettingsError::UnreadableFile { setting, path, reason: error.to_string() }
    })
}

/// The secret in a file's text: all of it but one line end, which editors and `echo` add.
pub(super) fn of_file(text: &str) -> Value {
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Value::Text(line.unwrap_or(text).to_owned())
}

/// The secrets in a file's text, one a line.
pub(super) fn list_of_file(text: &str) -> Value {
    Value::List(text.lines().filter(|line| !line.trim().is_empty()).map(|line| Value::Text(line.to_owned())).collect())
}

/// Makes a key of the secret that this setting gave, which is that of this number if it is a list.
pub(super) fn key(setting: &'static str, number: Option<usize>, secret: &Value) -> Result<Key, SettingsError> {
    let is_padding = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let key = match secret {
        Value::NotSet => Err(SecretFlaw::Empty),
        Value::Text(secret) if secret.is_empty() => Err(SecretFlaw::Empty),
        Value::Text(secret) if secret.trim_matches(is_padding) != secret => Err(SecretFlaw::Padded),
        Value::Text(secret) => Key::new(secret).map_err(|_| SecretFlaw::TooShort),
        _ => Err(SecretFlaw::NotText),
    };
    key.map_err(|flaw| SettingsError::Key { setting, number, flaw })
}
