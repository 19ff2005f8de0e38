//! What a response says about the session's cookie, and for how long.

use std::time::Duration;

use session_codec::{Claims, UnixTime};

use crate::config::{CookieConfig, Refresh};
use crate::loaded::{Loaded, age};
use crate::origin::Origin;

/// What is to become of the browser's cookie.
#[derive(Debug, PartialEq)]
pub(crate) enum Decision {
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

pub(crate) fn decide(loaded: &Loaded, config: &CookieConfig, now: UnixTime) -> Decision {
    if loaded.members.is_empty() && loaded.emptied {
        return if loaded.came_with_cookie { Decision::Remove } else { Decision::Keep };
    }
    let issued_at = match loaded.origin {
        Origin::Verified { issued_at, key_index, .. } => {
            let is_due = match config.refresh {
                Refresh::OnChange => false,
                Refresh::After(limit) => limit.is_zero() || age(issued_at, now) > limit,
            };
            if loaded.changed || loaded.renewed || is_due {
                now
            } else if key_index != 0 {
                issued_at
            } else {
                return Decision::Keep;
            }
        }
        _ if loaded.members.is_empty() => return Decision::Keep,
        _ => now,
    };
    let claims = Claims {
        issued_at,
        created_at: loaded.created_at.or(config.max_lifetime.map(|_| now)),
        lifetime: loaded.lifetime,
    };
    Decision::Sign { claims, max_age: browser_max_age(&claims, config, now) }
}

/// What is left of the time for which the server believes a cookie with these claims. At the very end of it the
/// cookie is still good, so it is kept for a last second: `Max-Age=0` would remove it.
fn browser_max_age(claims: &Claims, config: &CookieConfig, now: UnixTime) -> Option<u64> {
    let own = match claims.lifetime {
        Some(Duration::ZERO) => return None,
        own => own,
    };
    let left = |limit: Duration, since: UnixTime| {
        limit.as_secs().saturating_sub(now.as_secs().saturating_sub(since.as_secs()))
    };
    let max_age = [own, config.max_age].into_iter().flatten().min()?;
    let until_expiry = left(max_age, claims.issued_at);
    let until_end = match (config.max_lifetime, claims.created_at) {
        (Some(limit), Some(created_at)) => left(limit, created_at),
        _ => u64::MAX,
    };
    Some(until_expiry.min(until_end).max(1))
}
