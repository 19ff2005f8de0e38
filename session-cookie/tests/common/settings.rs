//! Settings from JSON and from the environment, and the managers that are made of settings.

use session_cookie::{SessionManager, SessionSettings, SettingsError};

use super::{SECRET, log, now};

pub(crate) fn parse(json: &str) -> SessionSettings {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// The settings of these members and a good key.
pub(crate) fn with_key(members: &str) -> SessionSettings {
    let comma = if members.is_empty() { "" } else { "," };
    parse(&format!(r#"{{"secret_key":"{SECRET}"{comma}{members}}}"#))
}

pub(crate) fn from_env() -> SessionSettings {
    SessionSettings::from_env().unwrap()
}

/// A manager of these settings, at [`NOW`](super::NOW).
pub(crate) fn manager_from(settings: SessionSettings) -> Result<SessionManager, SettingsError> {
    log::install();
    SessionManager::try_from(settings).map(|manager| manager.with_clock(now))
}

/// Why no manager is made of these settings. Its message is one line that names all of these.
pub(crate) fn refusal(settings: SessionSettings, words: &[&str]) -> SettingsError {
    let options = format!("{settings:?}");
    let error = manager_from(settings).map(|_| ()).expect_err(&options);
    let message = error.to_string();
    for word in words {
        assert!(message.contains(word), "{word:?} is missing in {message:?}: {options}");
    }
    assert_eq!(message.lines().count(), 1, "{message:?}");
    error
}
