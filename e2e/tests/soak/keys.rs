//! Keys, and tokens that no server of this test has issued.

use std::time::Duration;

use serde::Serialize;
use session_codec::{Codec, Key, UnixTime};

/// Signs on every server.
pub(crate) const PRIMARY: &str = "the key that signs while the test runs";
/// Signed before the rotation.
pub(crate) const OLD: &str = "the key that signed before the rotation";
/// No server knows it.
pub(crate) const STRANGER: &str = "a key that no server has ever heard of";

/// A token over `data`, issued so long ago.
pub(crate) fn token<T: Serialize + ?Sized>(secret: &str, data: &T, age: Duration) -> String {
    issued(secret, data, UnixTime::now().since_epoch() - age)
}

/// A token that will have been issued in an hour.
pub(crate) fn token_from_the_future<T: Serialize + ?Sized>(secret: &str, data: &T) -> String {
    issued(secret, data, UnixTime::now().since_epoch() + Duration::from_secs(3600))
}

fn issued<T: Serialize + ?Sized>(secret: &str, data: &T, since_epoch: Duration) -> String {
    let key = Key::new(secret).expect("the test's keys are long enough");
    Codec::new(key).encode(data, UnixTime::from_duration(since_epoch)).expect("the test's data are JSON")
}
