use core::time::Duration;

use crate::UnixTime;

/// What a token says besides its data: when it was issued, and how long it may live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `"t"`: when the token was signed, the start of its maximum age. Written in whole seconds.
    pub issued_at: UnixTime,
    /// `"c"`: when the session began, however often it was signed since. Written only when given. A token without
    /// it began when it was issued; [`Verified::created_at`](crate::Verified::created_at) answers for both.
    pub created_at: Option<UnixTime>,
    /// `"m"`: this token's own maximum age, written only when given, in whole seconds, rounded up. It counts where it is
    /// below the [codec's](crate::Codec::with_max_age). Zero sets no limit of its own: it marks a session that the
    /// browser is to forget when it closes.
    pub lifetime: Option<Duration>,
}

impl Claims {
    /// Claims of a token without the optional members.
    #[must_use]
    pub const fn new(issued_at: UnixTime) -> Self {
        Self { issued_at, created_at: None, lifetime: None }
    }
}

impl From<UnixTime> for Claims {
    fn from(issued_at: UnixTime) -> Self {
        Self::new(issued_at)
    }
}
