//! The keys of a manager and its siblings, which are exchanged for all of them at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use session_codec::{Codec, Key, UnixTime};

use crate::config::ConfigError;

pub(crate) const MAX_FALLBACK_KEYS: usize = 8;

/// What a sibling's key is derived for, followed by the name of its cookie. Fixed for ever.
const SIBLING: &str = "session-cookie/sibling/v1\0";

/// A key of a manager, and when it was last of use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInUse {
    /// Tells the key from others, as [`Key::fingerprint`] does.
    pub fingerprint: String,
    /// When the request came whose session this key verified last, to the second, by the manager's clock. `None`: it has verified none
    /// in this process since it was added. A session that no handler touches is not verified. A request that is touched long after it came
    /// can set this back to when it came.
    pub last_verified: Option<UnixTime>,
}

/// The keys of one time.
pub(crate) struct Keys {
    primary: SharedKey,
    fallback_keys: Vec<SharedKey>,
    /// Others have taken their place.
    are_replaced: AtomicBool,
}

struct SharedKey {
    key: Key,
    fingerprint: String,
    /// In seconds since the Unix epoch; 0 for never. Shared with the keys that are exchanged for these, if this key stays.
    last_verified: Arc<AtomicU64>,
}

impl SharedKey {
    fn new(key: Key) -> Self {
        Self { fingerprint: key.fingerprint().to_string(), key, last_verified: Arc::default() }
    }
}

impl Keys {
    /// # Errors
    ///
    /// [`ConfigError::TooManyFallbackKeys`].
    pub(crate) fn new(key: Key, fallback_keys: impl IntoIterator<Item = Key>) -> Result<Self, ConfigError> {
        let fallback_keys: Vec<_> = fallback_keys.into_iter().take(MAX_FALLBACK_KEYS + 1).map(SharedKey::new).collect();
        if fallback_keys.len() > MAX_FALLBACK_KEYS {
            return Err(ConfigError::TooManyFallbackKeys { limit: MAX_FALLBACK_KEYS });
        }
        Ok(Self { primary: SharedKey::new(key), fallback_keys, are_replaced: AtomicBool::new(false) })
    }

    /// Returns these keys and more, which no one has used yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooManyFallbackKeys`].
    pub(crate) fn with_fallback_keys(&self, keys: impl IntoIterator<Item = Key>) -> Result<Self, ConfigError> {
        let own = self.fallback_keys.iter().map(|SharedKey { key, .. }| key.clone());
        Self::new(self.primary.key.clone(), own.chain(keys))
    }

    fn iter(&self) -> impl Iterator<Item = &SharedKey> {
        std::iter::once(&self.primary).chain(&self.fallback_keys)
    }

    /// Returns whether a request that comes now gets others.
    pub(crate) fn are_replaced(&self) -> bool {
        self.are_replaced.load(Ordering::Acquire)
    }

    /// Returns the fingerprint of the key at this place.
    pub(crate) fn fingerprint(&self, index: usize) -> Option<&str> {
        self.iter().nth(index).map(|key| key.fingerprint.as_str())
    }

    /// Makes the codec that signs and verifies with these keys, or with those of the sibling of this name.
    pub(crate) fn codec(&self, sibling: Option<&str>) -> Codec {
        let key = |SharedKey { key, .. }: &SharedKey| match sibling {
            Some(name) => key.derive(&format!("{SIBLING}{name}")),
            None => key.clone(),
        };
        self.fallback_keys.iter().map(key).fold(Codec::new(key(&self.primary)), Codec::with_fallback_key)
    }

    /// Notes that the key at this place verified a session.
    pub(crate) fn verified(&self, index: usize, now: UnixTime) {
        let Some(SharedKey { last_verified, .. }) = self.iter().nth(index) else { return };
        // Not written for each request of a second: the cores share it. A clock that was ahead may be set back, so it may go down.
        if last_verified.load(Ordering::Relaxed) != now.as_secs() {
            last_verified.store(now.as_secs(), Ordering::Relaxed);
        }
    }

    pub(crate) fn in_use(&self) -> Vec<KeyInUse> {
        let in_use = |key: &SharedKey| {
            let seconds = key.last_verified.load(Ordering::Relaxed);
            let last_verified = (seconds > 0).then(|| UnixTime::from_secs(seconds));
            KeyInUse { fingerprint: key.fingerprint.clone(), last_verified }
        };
        self.iter().map(in_use).collect()
    }
}

/// The keys of now, for a manager, its clones and its siblings.
pub(crate) struct KeyRing(Mutex<Arc<Keys>>);

impl KeyRing {
    pub(crate) fn new(keys: Keys) -> Self {
        Self(Mutex::new(Arc::new(keys)))
    }

    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts these keys in the place of those of now. A key that stays keeps the time when it was last of use.
    pub(crate) fn replace(&self, mut keys: Keys) -> Arc<Keys> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in std::iter::once(&mut keys.primary).chain(&mut keys.fallback_keys) {
            if let Some(same) = current.iter().find(|same| same.fingerprint == key.fingerprint) {
                key.last_verified = Arc::clone(&same.last_verified);
            }
        }
        current.are_replaced.store(true, Ordering::Release);
        *current = Arc::new(keys);
        Arc::clone(&current)
    }
}
