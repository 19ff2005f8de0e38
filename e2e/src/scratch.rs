//! A temporary folder for the files that a test's programs write.

use std::fs;

use tempfile::{Builder, TempDir};

use crate::cargo::scratch_dir;

/// A new, empty folder below the target folder, removed when the value is dropped. Its name begins with `name`.
///
/// # Panics
///
/// When the folder can't be made.
#[must_use]
pub fn scratch(name: &str) -> TempDir {
    let parent = scratch_dir();
    fs::create_dir_all(&parent)
        .and_then(|()| Builder::new().prefix(name).tempdir_in(&parent))
        .unwrap_or_else(|error| panic!("no folder can be made in {}: {error}", parent.display()))
}
