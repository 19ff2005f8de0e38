//! What a response says about the session's cookie, and for how long.

use std::time::Duration;

use session_codec::{Claims, Lifetime, UnixTime, Verified};

use crate::config::{CookieConfig, LONGEST_COOKIE, Refresh};
use crate::record::{Origin, Record, Status};

/// How far ahead of the clock the codec lets a cookie be, in seconds.
pub(super) const CLOCK_SKEW: f64 = 60.0;

/// What happens to the browser's cookie.
pub(super) enum Decision {
    /// It stays as it is.
    Keep,
    /// The browser is to forget it.
    Remove,
    /// It is replaced by one with these claims.
    Sign {
        claims: Claims,
        /// `Max-Age` in seconds; `None` for a cookie that goes when the browser closes.
        max_age: Option<u64>,
    },
}

pub(super) fn decide(record: &Record, config: &CookieConfig, clock: impl Fn() -> UnixTime) -> Decision {
    let status = record.status;
    if record.members.is_empty() {
        return if record.is_removed() { Decision::Remove } else { Decision::Keep };
    }
    let came_with_primary = matches!(record.origin, Origin::Verified { key_index: 0, .. });
    if status == Status::Unchanged && came_with_primary && config.refresh == Refresh::OnChange {
        return Decision::Keep;
    }
    // Most requests end before this: they need not wait for the clock.
    let now = clock();
    let is_due = |at| matches!(config.refresh, Refresh::After(limit) if limit.is_zero() || age(at, now) > limit);
    let kept = match record.origin {
        Origin::Verified { issued_at, .. } if status == Status::Unchanged && !is_due(issued_at) => Some(issued_at),
        _ => None,
    };
    if came_with_primary && kept.is_some() {
        return Decision::Keep;
    }
    let claims = Claims {
        issued_at: kept.unwrap_or_else(|| record.fresh_time(now)),
        created_at: record.created_at.or(config.max_lifetime.map(|_| now)),
        lifetime: record.lifetime,
    };
    Decision::Sign { claims, max_age: browser_max_age(&claims, config, now) }
}

/// Returns for the log the age of a cookie that the codec found too old, and the limit that it has passed.
pub(super) fn passed_limit(cookie: &Verified, config: &CookieConfig, now: UnixTime) -> Option<(f64, f64)> {
    let Claims { issued_at, lifetime, .. } = cookie.claims();
    let own = if let Some(Lifetime::For(lifetime)) = lifetime { Some(lifetime) } else { config.default_lifetime };
    let limits = [(issued_at, own), (issued_at, config.max_age), (cookie.created_at(), config.max_lifetime)];
    let mut passed = limits.into_iter().filter_map(|(since, limit)| Some((since, limit?)));
    let (since, limit) = passed.find(|(since, limit)| age(*since, now) > *limit)?;
    Some((seconds(since, now), limit.as_secs_f64()))
}

/// Returns an age in seconds, below zero for the future, rounded away from zero to the millisecond: one that has just passed a
/// limit is beyond it.
pub(super) fn seconds(since: UnixTime, now: UnixTime) -> f64 {
    let rounded = |duration: Duration| {
        Duration::from_millis(duration.as_nanos().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX)).as_secs_f64()
    };
    if since > now { -rounded(age(now, since)) } else { rounded(age(since, now)) }
}

fn age(since: UnixTime, now: UnixTime) -> Duration {
    now.since_epoch().saturating_sub(since.since_epoch())
}

/// Returns the seconds for which the server still accepts a cookie with these claims, at least one: `Max-Age=0` would remove
/// it while it is still good.
fn browser_max_age(claims: &Claims, config: &CookieConfig, now: UnixTime) -> Option<u64> {
    let own = match claims.lifetime {
        Some(Lifetime::BrowserSession) => return None,
        Some(Lifetime::For(lifetime)) => Some(lifetime),
        None => config.default_lifetime,
    };
    let passed = |since: UnixTime| now.as_secs().saturating_sub(since.as_secs());
    let left = |limit: Duration, since| limit.as_secs().saturating_sub(passed(since));
    let max_age = [own, config.max_age].into_iter().flatten().min()?;
    let until_expiry = left(max_age, claims.issued_at);
    let until_end = config.max_lifetime.zip(claims.created_at).map_or(u64::MAX, |(limit, since)| left(limit, since));
    Some(until_expiry.min(until_end).min(LONGEST_COOKIE.as_secs()).max(1))
}
