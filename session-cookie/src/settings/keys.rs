//! The keys for [`SessionManager::set_keys`](crate::SessionManager::set_keys), read again while the server runs.

use session_codec::Key;

use super::{SessionSettings, SettingsError};

/// Enough for files that change once while they are read, and for those that someone swaps to and fro.
const MOST_READINGS: usize = 8;

impl SessionSettings {
    /// Reads the key and the fallback keys again, for [`SessionManager::set_keys`](crate::SessionManager::set_keys). The
    /// [`rotation`](crate::guide::rotation) recipe says when.
    ///
    /// Files are read until two readings in a row agree. With a mount that is swapped between its two files, one reading would give
    /// the new key and the old list: the instance would refuse sessions that all others accept, until the next call.
    ///
    /// What was given by a variable, in a configuration file or in code can't change: it is returned as it was, with a warning that names
    /// the setting that takes a file.
    ///
    /// ```
    /// # use session_cookie::{SessionManager, SessionSettings};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = std::env::temp_dir().join(format!("session-cookie-keys-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let file = folder.join("key");
    /// # std::fs::write(&file, "an example secret of 32 bytes or more")?;
    /// # let settings: SessionSettings = serde_json::from_value(serde_json::json!({"secret_key_file": file}))?;
    /// let manager = SessionManager::try_from(settings.clone())?;
    /// # let before = manager.keys_in_use();
    /// # std::fs::write(&file, "the next secret, of 32 bytes or longer")?;
    ///
    /// // At SIGHUP, say:
    /// let (key, fallback_keys) = settings.keys()?;
    /// manager.set_keys(key, fallback_keys)?;
    /// # assert_ne!(manager.keys_in_use(), before);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`SessionSettings::key`] and [`SessionSettings::fallback_keys`], and [`SettingsError::UnreadableFile`] for files that
    /// were different at each of eight readings. No keys are better then than those of the last reading: what the manager has was
    /// right a moment ago, and the caller can try again.
    pub fn keys(&self) -> Result<(Key, Vec<Key>), SettingsError> {
        let mut before = None;
        for _ in 0..MOST_READINGS {
            let keys = self.key().and_then(|key| Ok((key, self.fallback_keys()?)));
            // A file may be gone for a moment too, so an error is a reading like any other.
            let now = Some(keys.as_ref().map(fingerprints).map_err(Clone::clone));
            if now == before {
                return keys.inspect(|_| self.warn_of_no_file());
            }
            before = now;
        }
        let file = if self.fallback_keys_file.is_set() { "fallback_keys_file" } else { "secret_key_file" };
        let path = self.fallback_keys_file.text().or(self.secret_key_file.text()).ok();
        let reason = format!("the keys changed at each of {MOST_READINGS} readings");
        Err(SettingsError::UnreadableFile { setting: self.setting(file), path, reason })
    }

    fn warn_of_no_file(&self) {
        let has_list = !self.fallback_keys.clone().list().is_empty();
        let given = [
            (self.secret_key.is_set(), ["secret_key", "secret_key_file"]),
            (has_list, ["fallback_keys", "fallback_keys_file"]),
        ];
        for (_, options) in given.into_iter().filter(|(is_given, _)| *is_given) {
            let [setting, file] = options.map(|option| self.setting(option));
            tracing::warn!("{setting} was not read again, since only a file can change; set {file} instead");
        }
    }
}

fn fingerprints((key, fallback_keys): &(Key, Vec<Key>)) -> Vec<String> {
    std::iter::once(key).chain(fallback_keys).map(|key| key.fingerprint().to_string()).collect()
}
