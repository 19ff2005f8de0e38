//! The keys for [`SessionManager::set_keys`](crate::SessionManager::set_keys), read again while the server runs.

use std::{fs, iter};

use session_codec::Key;

use super::value::Value;
use super::{SessionSettings, SettingsError};

/// Enough for files that change once while they are read, and for those that someone swaps to and fro.
const MOST_READINGS: usize = 8;

impl SessionSettings {
    /// Reads the key and the fallback keys again, for [`SessionManager::set_keys`](crate::SessionManager::set_keys). The
    /// [`rotation`](crate::guide::rotation) recipe says when.
    ///
    /// Both, or neither, must be files. If only one of the two could change, a rotation would lose sessions, so that is an error.
    /// What was given by a variable, in a configuration file or in code can't change: it is returned as it was, with a warning that
    /// names the settings that take files. Keys that code fetches from a secrets manager need no `keys`: code gives them to
    /// [`SessionManager::set_keys`](crate::SessionManager::set_keys).
    ///
    /// The files are read until two readings in a row agree, which is enough where both are swapped as one. Where one is written
    /// after the other, a reading between the two gives the one without the other. The recipe changes one file at a time.
    ///
    /// ```
    /// # use session_cookie::{SessionManager, SessionSettings};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = std::env::temp_dir().join(format!("session-cookie-keys-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let [file, list] = ["key", "fallback_keys"].map(|name| folder.join(name));
    /// # std::fs::write(&file, "an example secret of 32 bytes or more")?;
    /// # std::fs::write(&list, "")?;
    /// # let files = serde_json::json!({"secret_key_file": file, "fallback_keys_file": list});
    /// # let settings: SessionSettings = serde_json::from_value(files)?;
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
    /// Those of [`SessionSettings::key`] and [`SessionSettings::fallback_keys`], and
    ///
    /// - [`SettingsError::OneFile`], if only one of the two is a file;
    /// - [`SettingsError::UnreadableFile`] for a pipe, which gives its text only once: a start can read it, and this can't;
    /// - [`SettingsError::FilesChange`] for files that gave other keys at each of eight readings. The caller can try again.
    pub fn keys(&self) -> Result<(Key, Vec<Key>), SettingsError> {
        let [key, key_file, list_file] =
            ["secret_key", "secret_key_file", "fallback_keys_file"].map(|option| self.setting(option));
        match [&self.secret_key_file, &self.fallback_keys_file].map(Value::is_set) {
            [true, true] => self.files_that_agree([key_file, list_file]),
            [true, false] => Err(SettingsError::OneFile { setting: key_file, missing: list_file }),
            [false, true] => Err(SettingsError::OneFile { setting: list_file, missing: key_file }),
            [false, false] => self.key_and_list().inspect(|_| {
                tracing::warn!(
                    option = key,
                    key_file,
                    list_file,
                    "keys not read again, since only files change; set key_file and list_file in place of option"
                );
            }),
        }
    }

    fn files_that_agree(&self, files: [&'static str; 2]) -> Result<(Key, Vec<Key>), SettingsError> {
        let paths = [&self.secret_key_file, &self.fallback_keys_file].map(Value::text);
        for (setting, path) in iter::zip(files, paths) {
            if let Ok(path) = path
                && fs::metadata(&path).is_ok_and(|file| !file.is_file())
            {
                let reason = "it is not a regular file, so it can't be read again".to_owned();
                return Err(SettingsError::UnreadableFile { setting, path: Some(path), reason });
            }
        }
        let mut before = None;
        for _ in 0..MOST_READINGS {
            let keys = self.key_and_list();
            // A file may be gone for a moment too, so an error is a reading like any other.
            let now = Some(keys.as_ref().map(fingerprints).map_err(Clone::clone));
            if now == before {
                return keys;
            }
            before = now;
        }
        Err(SettingsError::FilesChange { files })
    }

    fn key_and_list(&self) -> Result<(Key, Vec<Key>), SettingsError> {
        Ok((self.key()?, self.fallback_keys()?))
    }
}

fn fingerprints((key, fallback_keys): &(Key, Vec<Key>)) -> Vec<String> {
    iter::once(key).chain(fallback_keys).map(|key| key.fingerprint().to_string()).collect()
}
