//! What is logged when a manager is built.

use std::sync::atomic::{AtomicBool, Ordering};

use session_codec::Key;

use crate::config::CookieConfig;

/// The fingerprints of the secrets that are or were examples in documentation, ours and VelociPy's.
const EXAMPLES: [&str; 4] = ["8e9946ca", "ec8e7d9f", "2bc638f5", "22c0f90a"];

static WARNED_OF_SECURE: AtomicBool = AtomicBool::new(false);

pub(crate) fn log(key: &Key, config: &CookieConfig) {
    tracing::info!(cookie = config.name, key = %key.fingerprint(), "sessions are signed with this key");
    warn_of_example(key);
    if config.secure.is_none() && !WARNED_OF_SECURE.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            cookie = config.name,
            "secure is not set, so browsers send the session over plain HTTP too; set it to true behind HTTPS, as \
             `CookieConfig::hardened` and the preset `hardened` do, or to false if HTTP is meant"
        );
    }
}

/// Warns if everyone can read the key's secret in documentation.
pub(crate) fn warn_of_example(key: &Key) {
    let fingerprint = key.fingerprint().to_string();
    if EXAMPLES.contains(&fingerprint.as_str()) {
        tracing::warn!(
            key = fingerprint,
            "this key's secret is an example from documentation, so anyone can sign sessions; make one with \
             `openssl rand -base64 32`"
        );
    }
}
