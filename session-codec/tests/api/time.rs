//! The system's time as `UnixTime`.

use std::time::{Duration, SystemTime};

use session_codec::UnixTime;

#[test]
fn the_systems_time_is_taken_with_its_fraction() {
    let since_epoch = Duration::new(1_700_000_000, 250_000_000);

    assert_eq!(UnixTime::from(SystemTime::UNIX_EPOCH + since_epoch), UnixTime::from_duration(since_epoch));
}

#[test]
fn a_time_before_1970_counts_as_the_epoch() {
    assert_eq!(UnixTime::from(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), UnixTime::from_secs(0));
}
