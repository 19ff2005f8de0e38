//! What is logged when a manager is built, or gets other keys.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::{CookieConfig, LONGEST_COOKIE};
use crate::issuer::{KeyInUse, Keys};

/// The fingerprints of the secrets that are or were examples in documentation, ours and VelociPy's.
const EXAMPLES: [&str; 5] = ["8e9946ca", "ec8e7d9f", "2bc638f5", "22c0f90a", "391a6259"];

static WARNED_OF_SECURE: AtomicBool = AtomicBool::new(false);

pub(crate) fn log(keys: &Keys, config: &CookieConfig) {
    log_keys(keys, config);
    if [config.max_age, config.default_lifetime, config.max_lifetime] == [None; 3] {
        tracing::warn!(
            cookie = config.name,
            "none of max_age, default_lifetime and max_lifetime is set: a session cookie that was copied is good for ever"
        );
    }
    for (option, lifetime) in [("max_age", config.max_age), ("default_lifetime", config.default_lifetime)] {
        if lifetime.is_some_and(|lifetime| lifetime > LONGEST_COOKIE) {
            tracing::warn!(
                cookie = config.name,
                option,
                "more than the 400 days for which browsers keep a cookie; they will forget it before the server does"
            );
        }
    }
    if config.secure.is_none() && !WARNED_OF_SECURE.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            cookie = config.name,
            "secure is not set, so browsers send the session over plain HTTP too; set it to true behind HTTPS, as \
             `CookieConfig::hardened` and the preset `hardened` do, or to false if HTTP is meant"
        );
    }
}

pub(crate) fn log_keys(keys: &Keys, config: &CookieConfig) {
    tracing::info!(cookie = config.name, key = %keys.fingerprint(), "sessions are signed with this key");
    warn_of_examples(keys.in_use());
}

/// Warns of keys whose secret everyone can read in documentation.
pub(crate) fn warn_of_examples(keys: impl IntoIterator<Item = KeyInUse>) {
    for KeyInUse { fingerprint, .. } in keys {
        if EXAMPLES.contains(&fingerprint.as_str()) {
            tracing::warn!(
                key = %fingerprint,
                "this key's secret is an example from documentation, so anyone can sign sessions; make one with \
                 `openssl rand -base64 32`"
            );
        }
    }
}
