use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read};

use session_cookie::{CookieConfig, Key, SecretFlaw, SessionManager, SessionSettings, SettingsError};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::KeyArgs;
use crate::text::{MOST_INPUT, warn};

/// Reads the keys as an application does at its start, the primary one first. `None`: none are given.
///
/// Secrets that settings refuse, and other programs or code may use, are keys here all the same. What settings say of them goes to stderr.
pub(crate) fn load(args: &KeyArgs) -> Result<Option<Vec<Key>>, Box<dyn Error>> {
    let settings = match &args.key_file {
        Some(key_file) => serde_json::from_value(serde_json::json!({
            "secret_key_file": key_file,
            "fallback_keys_file": args.fallback_keys_file,
        }))?,
        None => from_env()?,
    };
    if !settings.has_keys() {
        if env::var_os("SESSION_SECRET_KEY").is_some() {
            warn("warning: SESSION_SECRET_KEY is empty, which is no key: anyone can sign with an empty secret");
        }
        return Ok(None);
    }
    let variable = |name| env::var(name).ok().filter(|text| args.key_file.is_none() && !text.is_empty());
    let mut keys = Vec::new();
    for (is_list, [name, file_name, option], file) in [
        (false, ["SESSION_SECRET_KEY", "SESSION_SECRET_KEY_FILE", "secret_key_file"], &args.key_file),
        (true, ["SESSION_FALLBACK_KEYS", "SESSION_FALLBACK_KEYS_FILE", "fallback_keys_file"], &args.fallback_keys_file),
    ] {
        let of_file = if file.is_some() { option } else { file_name };
        let (setting, text) = match (variable(name), file.clone().or_else(|| variable(file_name))) {
            (None, Some(path)) => (of_file, read_file(of_file, &path)?),
            (text, path) => (name, text.filter(|_| path.is_none())),
        };
        let text = text.filter(|text| !(text.is_empty() || is_list && text.eq_ignore_ascii_case("none")));
        match text {
            // Settings say what is missing or wrong.
            None if is_list => keys.extend(settings.fallback_keys()?),
            None => keys.push(settings.key()?),
            Some(text) => {
                let secrets: Vec<_> = match is_list {
                    false => vec![&*text],
                    true if setting == name => text.split(',').collect(),
                    true => text.lines().filter(|line| !line.trim().is_empty()).collect(),
                };
                for (number, secret) in (1..).zip(secrets) {
                    keys.push(key(setting, is_list.then_some(number), secret)?);
                }
            }
        }
    }
    let (primary, fallback_keys) = keys.split_first().ok_or("no key is given")?;
    SessionManager::new(primary.clone(), CookieConfig::default())?.with_fallback_keys(fallback_keys.iter().cloned())?;
    Ok(Some(keys))
}

/// Reads the environment, and passes the library's warnings of misspelt variables on.
fn from_env() -> Result<SessionSettings, SettingsError> {
    let warnings = tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(LevelFilter::WARN);
    let warnings = warnings.log_internal_errors(false).with_ansi(false).with_target(false).without_time();
    let _until_the_end = warnings.set_default();
    SessionSettings::from_env()
}

/// Reads a file once, since it may be a pipe, without the line end that editors add. `None`: settings say why not.
fn read_file(setting: &'static str, path: &str) -> Result<Option<String>, SettingsError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_INPUT + 1).read_to_end(&mut bytes));
    if bytes.len() as u64 > MOST_INPUT {
        let reason = "it is larger than 1 MiB".to_owned();
        return Err(SettingsError::UnreadableFile { setting, path: Some(path.to_owned()), reason });
    }
    let text = read.ok().and_then(|_| String::from_utf8(bytes).ok());
    if text.as_ref().is_some_and(|text| text.starts_with('\u{feff}')) {
        warn(&format!("warning: {setting}: the file begins with a byte order mark, which is a part of the secret"));
    }
    Ok(text.map(|text| text.strip_suffix("\r\n").or(text.strip_suffix('\n')).unwrap_or(&text).to_owned()))
}

/// Makes a key of a secret, also of one that settings refuse for its form.
fn key(setting: &'static str, number: Option<usize>, secret: &str) -> Result<Key, Box<dyn Error>> {
    let settings = SessionSettings::default().with_fallback_keys([secret]);
    if let Err(SettingsError::Key { flaw, .. }) = settings.fallback_keys() {
        let error = SettingsError::Key { setting, number, flaw };
        if !matches!(flaw, SecretFlaw::TooShort | SecretFlaw::Padded) {
            return Err(error.into());
        }
        warn(&format!("warning: {error}; here it is a key all the same"));
    }
    Ok(Key::with_short_secret(secret)?)
}
