//! The keys and the time that all targets use.

use session_codec::{Key, UnixTime};

/// The secret that signs.
pub const PRIMARY: &str = "the secret that signs when fuzzing";
/// The secret that signed before a rotation.
pub const FALLBACK: &str = "the secret that signed before fuzzing";
/// A secret that no codec and no manager here accepts.
pub const STRANGER: &str = "a secret that signs for a stranger";

/// The secrets that verify, in order.
pub const ACCEPTED: [&str; 2] = [PRIMARY, FALLBACK];

/// 2023-11-14T22:13:20Z.
pub const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// Makes the library's key from one of these secrets.
#[must_use]
pub fn key(secret: &str) -> Key {
    Key::new(secret).expect("32 bytes or more")
}
