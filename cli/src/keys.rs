use std::error::Error;
use std::{env, fs, io};

use session_cookie::{CookieConfig, Key, SecretFlaw, SessionManager, SessionSettings, SettingsError};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::KeyArgs;

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
            eprintln!("warning: SESSION_SECRET_KEY is empty, which is no key: anyone can sign with an empty secret");
        }
        return Ok(None);
    }
    let mut keys = Vec::new();
    for (read, variable, file) in [
        (settings.key().map(|key| vec![key]), "SESSION_SECRET_KEY", &args.key_file),
        (settings.fallback_keys(), "SESSION_FALLBACK_KEYS", &args.fallback_keys_file),
    ] {
        keys.extend(read.or_else(|error| in_use(error, variable, file.clone()))?);
    }
    let (primary, fallback_keys) = keys.split_first().ok_or("no key is given")?;
    SessionManager::new(primary.clone(), CookieConfig::default())?.with_fallback_keys(fallback_keys.iter().cloned())?;
    Ok(Some(keys))
}

/// Reads the environment, and passes the library's warnings of misspelt variables on.
fn from_env() -> Result<SessionSettings, SettingsError> {
    let warnings = tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(LevelFilter::WARN);
    let _until_the_end = warnings.with_ansi(false).with_target(false).without_time().set_default();
    SessionSettings::from_env()
}

/// Makes keys of secrets that settings refuse for their form.
fn in_use(error: SettingsError, variable: &str, file: Option<String>) -> Result<Vec<Key>, Box<dyn Error>> {
    let SettingsError::Key { flaw: SecretFlaw::TooShort | SecretFlaw::Padded, number, .. } = error else {
        return Err(error.into());
    };
    eprintln!("warning: {error}; here it is a key all the same");
    let file = file.or_else(|| env::var(format!("{variable}_FILE")).ok()).filter(|path| !path.is_empty());
    let text = file.as_ref().map_or_else(|| Ok(env::var(variable).unwrap_or_default()), fs::read_to_string)?;
    let secrets: Vec<_> = match (number, file) {
        (None, None) => vec![&*text],
        // Without the line end that editors add.
        (None, Some(_)) => vec![text.strip_suffix("\r\n").or(text.strip_suffix('\n')).unwrap_or(&text)],
        (Some(_), None) => text.split(',').collect(),
        (Some(_), Some(_)) => text.lines().filter(|line| !line.trim().is_empty()).collect(),
    };
    Ok(secrets.into_iter().map(Key::with_short_secret).collect::<Result<_, _>>()?)
}
