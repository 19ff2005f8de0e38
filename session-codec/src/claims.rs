use core::time::Duration;

use crate::UnixTime;

/// What a token says besides its data: when it was issued, and how long it may live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `"t"`: when the token was signed, which starts its maximum age. Written in whole seconds.
    pub issued_at: UnixTime,
    /// `"c"`: when the session began, however often it was signed since. Written only when given.
    /// [`Verified::created_at`](crate::Verified::created_at) falls back to the time of issue.
    pub created_at: Option<UnixTime>,
    /// `"m"`: the token's own lifetime. Written only when given; `None` means "as the codec is configured".
    pub lifetime: Option<Lifetime>,
}

impl Claims {
    /// Claims of a token without the optional members.
    #[must_use]
    pub const fn new(issued_at: UnixTime) -> Self {
        Self { issued_at, created_at: None, lifetime: None }
    }

    /// The claims of an envelope, whose members are seconds.
    pub(crate) fn from_members(issued_at: Duration, created_at: Option<Duration>, lifetime: Option<Duration>) -> Self {
        Self {
            issued_at: UnixTime::from_duration(issued_at),
            created_at: created_at.map(UnixTime::from_duration),
            lifetime: lifetime.map(|lifetime| match lifetime {
                Duration::ZERO => Lifetime::BrowserSession,
                lifetime => Lifetime::For(lifetime),
            }),
        }
    }
}

/// A session's lifetime, if it differs from the configured one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// This long after the token was signed, and no longer than the [codec's](crate::Codec::with_max_age) maximum age.
    /// Written in whole seconds, rounded up, at least one.
    For(Duration),
    /// Until the browser closes, and no longer than the codec's maximum age. Written as `0`.
    BrowserSession,
}
