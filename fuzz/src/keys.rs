//! The keys and the time of every target.

use session_codec::{Key, UnixTime};

/// Signs.
pub const PRIMARY: &str = "the secret that signs when fuzzing";
/// Signed before.
pub const FALLBACK: &str = "the secret that signed before fuzzing";
/// Known to nobody here.
pub const STRANGER: &str = "a secret that nobody here has seen";

/// What verifies, in order.
pub const ACCEPTED: [&str; 2] = [PRIMARY, FALLBACK];

/// 2023-11-14T22:13:20Z.
pub const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// The library's key of one of these secrets.
#[must_use]
pub fn key(secret: &str) -> Key {
    Key::new(secret).expect("32 bytes or more")
}
