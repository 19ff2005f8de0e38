//! Which configurations are accepted, and what a refusal says.

use session_cookie::{ConfigError, CookieConfig, SessionManager};

use super::key;

pub(crate) fn default() -> CookieConfig {
    CookieConfig::default()
}

pub(crate) fn build(config: CookieConfig) -> Result<SessionManager, ConfigError> {
    SessionManager::new(key(), config)
}

pub(crate) fn assert_accepted(config: CookieConfig) {
    if let Err(error) = build(config.clone()) {
        panic!("{config:?}: {error}");
    }
}

/// The message names all of these: the option, its value, and the fix.
pub(crate) fn assert_refused(config: CookieConfig, words: &[&str]) -> ConfigError {
    let error = build(config.clone()).map(|_| ()).expect_err(&format!("{config:?}"));
    let message = error.to_string();
    for word in words {
        assert!(message.contains(word), "{word:?} is missing in {message:?}");
    }
    assert_eq!(format!("{error:?}"), message, "a `main` that returns the error prints its `Debug`");
    assert_eq!(message.lines().count(), 1, "one line: {message:?}");
    assert!(message.chars().all(|c| !c.is_control()), "fit for a log: {message:?}");
    error
}
