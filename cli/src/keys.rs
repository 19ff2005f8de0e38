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
    let key = settings.key().map(|key| vec![key]);
    let key = key.or_else(|error| in_use(error, "SESSION_SECRET_KEY", args.key_file.as_ref()))?;
    let fallback_keys = settings.fallback_keys();
    let fallback_keys =
        fallback_keys.or_else(|error| in_use(error, "SESSION_FALLBACK_KEYS", args.fallback_keys_file.as_ref()))?;
    let keys = [key, fallback_keys].concat();
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
fn in_use(error: SettingsError, variable: &str, file: Option<&String>) -> Result<Vec<Key>, Box<dyn Error>> {
    if !matches!(error, SettingsError::Key { flaw: SecretFlaw::TooShort | SecretFlaw::Padded, .. }) {
        return Err(error.into());
    }
    eprintln!("warning: {error}; here it is a key all the same");
    let file = file.cloned().or_else(|| env::var(format!("{variable}_FILE")).ok()).filter(|path| !path.is_empty());
    let text = file
        .as_ref()
        .map_or_else(|| Ok(env::var(variable)?), |path| Ok::<_, Box<dyn Error>>(fs::read_to_string(path)?))?;
    let secrets: Vec<_> = match (variable, file) {
        ("SESSION_SECRET_KEY", None) => vec![&*text],
        ("SESSION_SECRET_KEY", Some(_)) => {
            vec![text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line))]
        }
        (_, None) => text.split(',').collect(),
        (_, Some(_)) => text.lines().filter(|line| !line.trim().is_empty()).collect(),
    };
    Ok(secrets.into_iter().map(Key::with_short_secret).collect::<Result<_, _>>()?)
}
