use core::time::Duration;

/// A point in time: the time since the Unix epoch, 1970-01-01T00:00:00Z, without leap seconds.
///
/// This crate writes whole seconds. VelociPy writes fractions, which are compared exactly.
///
/// ```
/// use core::time::Duration;
/// use session_codec::UnixTime;
///
/// let time = UnixTime::from_duration(Duration::from_millis(1_700_000_000_250));
/// assert_eq!(time.as_secs(), 1_700_000_000);
/// assert!(time > UnixTime::from_secs(1_700_000_000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(Duration);

impl UnixTime {
    /// Returns the time this many seconds after the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    /// Returns the time this long after the epoch.
    #[must_use]
    pub const fn from_duration(since_epoch: Duration) -> Self {
        Self(since_epoch)
    }

    /// Returns the whole seconds since the epoch; a fraction is cut off.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0.as_secs()
    }

    /// Returns the time since the epoch.
    #[must_use]
    pub const fn since_epoch(self) -> Duration {
        self.0
    }

    /// Reads the system's clock.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn now() -> Self {
        std::time::SystemTime::now().into()
    }
}

/// A time before 1970 counts as the epoch itself.
#[cfg(feature = "std")]
impl From<std::time::SystemTime> for UnixTime {
    fn from(time: std::time::SystemTime) -> Self {
        Self(time.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default())
    }
}
