//! The keys of an instance, in its variables or in files.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use e2e::scratch;
use tempfile::TempDir;

/// Each takes the place of the one before it.
const SECRETS: [&str; 4] = [
    "the-old-key-that-signs-when-the-test-begins",
    "the-new-key-that-is-to-take-the-old-one's-place",
    "the-third-key-that-is-to-take-the-second's-place",
    "the-fourth-key-that-signs-when-the-test-is-over",
];

/// How often the key can be rotated.
pub(crate) const ROTATIONS: usize = SECRETS.len() - 1;

/// Variables of an instance, and their values.
pub(crate) type Environment<'a> = [(&'static str, &'a str); 2];

/// The key that an instance signs with, and the keys that it accepts too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    primary: &'static str,
    fallback: &'static str,
}

impl Keys {
    /// Before the rotation.
    pub(crate) const OLD: Self = Self { primary: SECRETS[0], fallback: "" };
    /// After phase 1.
    pub(crate) const OLD_THEN_NEW: Self = Self { primary: SECRETS[0], fallback: SECRETS[1] };
    /// After phase 2.
    pub(crate) const NEW_THEN_OLD: Self = Self { primary: SECRETS[1], fallback: SECRETS[0] };
    /// After phase 3.
    pub(crate) const NEW: Self = Self { primary: SECRETS[1], fallback: "" };

    /// A key that is refused.
    pub(crate) const BROKEN: Self = Self { primary: "too short", fallback: "" };

    /// The phases of the rotation of this number, from 0 on.
    pub(crate) const fn phases(rotation: usize) -> [Self; 3] {
        let (old, new) = (SECRETS[rotation], SECRETS[rotation + 1]);
        [
            Self { primary: old, fallback: new },
            Self { primary: new, fallback: old },
            Self { primary: new, fallback: "" },
        ]
    }

    pub(crate) const fn environment(self) -> Environment<'static> {
        [("SESSION_SECRET_KEY", self.primary), ("SESSION_FALLBACK_KEYS", self.fallback)]
    }

    /// The secrets that an instance with these keys accepts, of all that there are.
    pub(crate) fn accepted(self) -> Vec<&'static str> {
        SECRETS.into_iter().filter(|secret| [self.primary, self.fallback].contains(secret)).collect()
    }
}

/// All secrets, the one of [`Keys::OLD`] first, that of [`Keys::NEW`] second.
pub(crate) const fn secrets() -> [&'static str; 4] {
    SECRETS
}

/// Keys in files that all instances share, and that are exchanged at once: a Kubernetes secret, whose files are links through
/// `..data`.
pub(crate) struct Mount {
    folder: TempDir,
    files: [String; 2],
    versions: usize,
}

impl Mount {
    pub(crate) fn with(keys: Keys) -> Self {
        let folder = scratch("keys-");
        let files = ["key", "previous"].map(|file| {
            let path = folder.path().join(file);
            symlink(Path::new("..data").join(file), &path).expect("a new folder takes a link");
            path.into_os_string().into_string().expect("the target folder's path is UTF-8")
        });
        let mut mount = Self { folder, files, versions: 0 };
        mount.swap(keys);
        mount
    }

    /// Gives the files these keys. Instances go on with what they have read until they are told to read again.
    pub(crate) fn swap(&mut self, keys: Keys) {
        self.versions += 1;
        let version = format!("..{}", self.versions);
        let files = [("key", keys.primary), ("previous", keys.fallback)];
        fs::create_dir(self.path(&version))
            .and_then(|()| {
                files.iter().try_for_each(|(file, secret)| fs::write(self.path(&version).join(file), secret))
            })
            .and_then(|()| symlink(&version, self.path("..data_tmp")))
            .and_then(|()| fs::rename(self.path("..data_tmp"), self.path("..data")))
            .unwrap_or_else(|error| panic!("the keys can't be exchanged: {error}"));
    }

    pub(crate) fn environment(&self) -> Environment<'_> {
        let [key, previous] = &self.files;
        [("SESSION_SECRET_KEY_FILE", key), ("SESSION_FALLBACK_KEYS_FILE", previous)]
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}
