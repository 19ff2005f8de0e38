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
    /// Empty texts are none.
    fallback: [&'static str; 2],
}

impl Keys {
    /// Before the rotation.
    pub(crate) const OLD: Self = Self { primary: SECRETS[0], fallback: [""; 2] };
    /// After phase 1.
    pub(crate) const OLD_THEN_NEW: Self = Self { primary: SECRETS[0], fallback: [SECRETS[1], ""] };
    /// After phase 2.
    pub(crate) const NEW_THEN_OLD: Self = Self { primary: SECRETS[1], fallback: [SECRETS[0], ""] };
    /// After phase 3.
    pub(crate) const NEW: Self = Self { primary: SECRETS[1], fallback: [""; 2] };

    /// A key that is refused.
    pub(crate) const BROKEN: Self = Self { primary: "too short", fallback: [""; 2] };

    /// The phases of the rotation of this number, from 0 on.
    pub(crate) const fn phases(rotation: usize) -> [Self; 3] {
        let (old, new) = (SECRETS[rotation], SECRETS[rotation + 1]);
        [
            Self { primary: old, fallback: [new, ""] },
            Self { primary: new, fallback: [old, ""] },
            Self { primary: new, fallback: [""; 2] },
        ]
    }

    /// The same, with one file changed in each phase.
    pub(crate) const fn phases_of_one_file(rotation: usize) -> [Self; 3] {
        let (old, new) = (SECRETS[rotation], SECRETS[rotation + 1]);
        [
            Self { primary: old, fallback: [old, new] },
            Self { primary: new, fallback: [old, new] },
            Self { primary: new, fallback: [""; 2] },
        ]
    }

    pub(crate) const fn environment(self) -> Environment<'static> {
        [("SESSION_SECRET_KEY", self.primary), ("SESSION_FALLBACK_KEYS", self.fallback[0])]
    }

    /// The secrets that an instance with these keys accepts, of all that there are.
    pub(crate) fn accepted(self) -> Vec<&'static str> {
        SECRETS.into_iter().filter(|secret| self.primary == *secret || self.fallback.contains(secret)).collect()
    }

    /// The names and contents of the files.
    fn files(self) -> [(&'static str, String); 2] {
        [("key", self.primary.to_owned()), ("previous", self.fallback.join("\n").trim_end().to_owned())]
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
        fs::create_dir(self.path(&version))
            .and_then(|()| {
                keys.files().iter().try_for_each(|(file, text)| fs::write(self.path(&version).join(file), text))
            })
            .and_then(|()| symlink(&version, self.path("..data_tmp")))
            .and_then(|()| fs::rename(self.path("..data_tmp"), self.path("..data")))
            .unwrap_or_else(|error| panic!("the keys can't be exchanged: {error}"));
    }

    /// Puts another file in the place of the one that differs, as `mv` does, which also ends the link through `..data`.
    pub(crate) fn replace_one(&self, keys: Keys) {
        let differs = |(file, text): &(&str, String)| fs::read_to_string(self.path(file)).is_ok_and(|now| now != *text);
        let [(file, text)] = &keys.files().into_iter().filter(differs).collect::<Vec<_>>()[..] else {
            panic!("one file is to be changed");
        };
        fs::write(self.path("new"), text)
            .and_then(|()| fs::rename(self.path("new"), self.path(file)))
            .unwrap_or_else(|error| panic!("{file} can't be replaced: {error}"));
    }

    pub(crate) fn environment(&self) -> Environment<'_> {
        let [key, previous] = &self.files;
        [("SESSION_SECRET_KEY_FILE", key), ("SESSION_FALLBACK_KEYS_FILE", previous)]
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}
