//! Several cookies of one name: rule 5.

use std::time::Duration;

use session_codec::{DecodeError, UnixTime};

/// How far ahead of the clock a cookie may have been signed, and how far ahead a fresh one is signed at most.
const CLOCK_SKEW: Duration = Duration::from_secs(60);
const LONGEST_LEAD: Duration = Duration::from_secs(55);

/// A cookie whose signature holds.
#[derive(Clone, Debug)]
pub struct Signed<T> {
    /// `"t"`.
    pub issued_at: UnixTime,
    /// The position of the secret that signed it.
    pub key_index: usize,
    /// What it holds.
    pub contents: T,
}

/// Refuses a cookie that was signed in the future.
///
/// # Errors
///
/// [`DecodeError::IssuedInFuture`].
pub fn not_from_the_future<T>(signed: Signed<T>, now: UnixTime) -> Result<Signed<T>, DecodeError> {
    let ahead = signed.issued_at.since_epoch().saturating_sub(now.since_epoch());
    if ahead > CLOCK_SKEW { Err(DecodeError::IssuedInFuture) } else { Ok(signed) }
}

/// Takes the cookie that was signed last. `open` checks its age and opens it; no other cookie steps in where that fails.
/// Returns `Ok(None)` if there is no cookie.
///
/// # Errors
///
/// The reason of the first authentic cookie that was refused, or else of the first of all.
pub fn open_signed_last<T, S>(
    cookies: &[Result<Signed<T>, DecodeError>],
    open: impl FnOnce(&Signed<T>) -> Result<S, DecodeError>,
) -> Result<Option<S>, DecodeError> {
    // Of equals, `max_by_key` returns the last.
    let rank = |signed: &Signed<T>| (signed.issued_at, signed.key_index == 0);
    let signed = cookies.iter().enumerate().filter_map(|(at, cookie)| Some((at, cookie.as_ref().ok()?)));
    let taken = signed.max_by_key(|(_, signed)| rank(signed));
    let opened = taken.map(|(at, signed)| (at, open(signed)));

    let mut reasons: Vec<DecodeError> = Vec::new();
    for (at, cookie) in cookies.iter().enumerate() {
        match (cookie, &opened) {
            (Err(reason), _) => reasons.push(*reason),
            (Ok(_), Some((taken, Err(reason)))) if *taken == at => reasons.push(*reason),
            (Ok(_), _) => {}
        }
    }
    if let Some((_, Ok(session))) = opened {
        return Ok(Some(session));
    }
    let is_authentic =
        |reason: &&DecodeError| !matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature);
    match reasons.iter().find(is_authentic).or_else(|| reasons.first()) {
        Some(reason) => Err(*reason),
        None => Ok(None),
    }
}

/// Returns the whole seconds with which a session is signed `now`, after a request that came with cookies signed at these
/// times.
#[must_use]
pub fn fresh_time(issued_at: &[UnixTime], now: UnixTime) -> u64 {
    let Some(latest) = issued_at.iter().max() else { return now.as_secs() };
    if issued_at.len() == 1 && *latest <= UnixTime::from_secs(now.as_secs()) {
        return now.as_secs();
    }
    let a_second_after = latest.since_epoch() + Duration::from_secs(1);
    let whole = a_second_after.as_secs() + u64::from(a_second_after.subsec_nanos() > 0);
    whole.min((now.since_epoch() + LONGEST_LEAD).as_secs()).max(now.as_secs())
}
