//! What is logged when a manager is built, or gets other keys.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::{CookieConfig, LONGEST_COOKIE};
use crate::issuer::{KeyInUse, Keys};

/// The fingerprints of the secrets that are or were examples in documentation, ours and VelociPy's.
const EXAMPLES: [&str; 5] = ["8e9946ca", "ec8e7d9f", "2bc638f5", "22c0f90a", "391a6259"];

static WARNED_OF_SECURE: AtomicBool = AtomicBool::new(false);

/// Logs a new manager, whose keys may be those of another manager already.
pub(crate) fn log(keys: &Keys, known: &[KeyInUse], config: &CookieConfig) {
    log_keys(keys, known, config, false);
    let cookie = &config.name;
    if [config.max_age, config.default_lifetime, config.max_lifetime] == [None; 3] {
        tracing::warn!(cookie, "max_age, default_lifetime and max_lifetime are none: a copied cookie is good for ever");
    }
    for (option, lifetime) in [("max_age", config.max_age), ("default_lifetime", config.default_lifetime)] {
        if lifetime.is_some_and(|lifetime| lifetime > LONGEST_COOKIE) {
            tracing::warn!(cookie, option, "longer than the 400 days after which browsers forget a cookie");
        }
    }
    if config.secure.is_none() && !WARNED_OF_SECURE.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            cookie,
            "secure is not set, so browsers send sessions over plain HTTP too; set true, as `hardened` does, or false"
        );
    }
}

/// Logs the fingerprints of the keys, and warns of each whose secret everyone can read in documentation, unless it is known.
pub(crate) fn log_keys(keys: &Keys, known: &[KeyInUse], config: &CookieConfig, exchanged: bool) {
    let keys: Vec<String> = keys.in_use().into_iter().map(|key| key.fingerprint).collect();
    let [key, fallback_keys @ ..] = &*keys else { return };
    tracing::info!(cookie = config.name, exchanged, ?fallback_keys, %key, "sessions are signed with this key");
    let is_known = |key: &String| known.iter().any(|known| known.fingerprint == *key);
    for key in keys.iter().filter(|key| EXAMPLES.contains(&key.as_str()) && !is_known(key)) {
        tracing::warn!(%key, "anyone can sign with this example from documentation; use `openssl rand -base64 32`");
    }
}
