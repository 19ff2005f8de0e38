use session_codec::{DecodeError, Lifetime, UnixTime};

/// Where a session came from: the answer to "why did it start empty?"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The request carried no cookie of the session's name.
    New,
    /// The request carried a cookie that verified.
    #[non_exhaustive]
    Verified {
        /// When the cookie was signed.
        issued_at: UnixTime,
        /// When the session began, however often it was signed since: the time of issue, unless the cookie says.
        created_at: UnixTime,
        /// The session's own lifetime, if it has one.
        lifetime: Option<Lifetime>,
        /// Which key signed it: 0 for the primary key, 1 for the first fallback key.
        key_index: usize,
    },
    /// The request carried cookies of that name, and none verified. Of several reasons, that of an authentic one is
    /// given first.
    Rejected(DecodeError),
}
