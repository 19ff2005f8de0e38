use session_cookie::{CookieConfig, Key, SessionManager, SessionSettings, SettingsError};

use crate::args::KeyArgs;

pub(crate) struct Keys {
    /// The primary key first.
    pub(crate) keys: Vec<Key>,
    pub(crate) fingerprints: Vec<String>,
}

/// Reads the keys as an application does at its start. `None`: none are given.
pub(crate) fn load(args: &KeyArgs) -> Result<Option<Keys>, Box<dyn std::error::Error>> {
    let settings: SessionSettings = match &args.key_file {
        Some(key_file) => serde_json::from_value(serde_json::json!({
            "secret_key_file": key_file,
            "fallback_keys_file": args.fallback_keys_file,
        }))?,
        None => SessionSettings::from_env()?,
    };
    if !settings.has_keys() {
        return Ok(None);
    }
    let (key, fallback_keys) = (settings.key()?, settings.fallback_keys()?);
    let manager = SessionManager::new(key.clone(), CookieConfig::default())
        .and_then(|manager| manager.with_fallback_keys(fallback_keys.iter().cloned()))
        .map_err(|error| SettingsError::Config { setting: "fallback_keys", error })?;
    let fingerprints = manager.keys_in_use().into_iter().map(|key| key.fingerprint).collect();
    Ok(Some(Keys { keys: [vec![key], fallback_keys].concat(), fingerprints }))
}
