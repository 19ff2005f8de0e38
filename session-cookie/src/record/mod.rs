//! One request's session: its contents, their origin, and what was done to them.

mod depth;
mod members;
mod origin;
mod same_json;

use session_codec::{Lifetime, UnixTime};

pub(crate) use self::depth::{MAX_DEPTH, depth};
pub(crate) use self::members::Members;
pub use self::origin::Origin;
use crate::cookie::SetCookie;
use crate::error::SessionError;

/// The furthest that a signed time is ahead of the clock, in seconds: less than the codec's clock skew of 60, for a server
/// whose clock is a little behind.
const MAX_LEAD: u64 = 55;

/// The fields are for reading: what belongs together is changed by the methods.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) members: Members,
    pub(crate) origin: Origin,
    /// When the session began, where that is to be signed.
    pub(crate) created_at: Option<UnixTime>,
    pub(crate) lifetime: Option<Lifetime>,
    /// When the last of the authentic cookies was signed, and whether there were several: found when it was opened.
    pub(crate) latest: Option<UnixTime>,
    pub(crate) has_rivals: bool,
    /// `clear` was called.
    is_cleared: bool,
    pub(crate) status: Status,
}

/// What was done to a session, from nothing to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Unchanged,
    /// It is to be signed with a fresh timestamp.
    Renewed,
    Changed,
    /// A call took its last member out.
    Emptied,
}

impl Record {
    pub(crate) fn empty(origin: Origin) -> Self {
        Self::signed(Members::default(), origin, None, None)
    }

    /// An empty session gives no times to what is put in: VelociPy's logout leaves one.
    pub(crate) fn signed(
        members: Members,
        origin: Origin,
        created_at: Option<UnixTime>,
        lifetime: Option<Lifetime>,
    ) -> Self {
        let is_used = !members.is_empty();
        Self {
            members,
            origin,
            created_at: created_at.filter(|_| is_used),
            lifetime: lifetime.filter(|_| is_used),
            latest: None,
            has_rivals: false,
            is_cleared: false,
            status: Status::Unchanged,
        }
    }

    /// Returns the time to sign with: `now`, or a whole second after all cookies that it must win against. A clock that
    /// is ahead and a fraction of VelociPy's then make no old cookie win. It is never further ahead than a slower
    /// server accepts.
    pub(crate) fn fresh_time(&self, now: UnixTime) -> UnixTime {
        let Some(latest) = self.latest else { return now };
        let whole_now = UnixTime::from_secs(now.as_secs());
        if !self.has_rivals && latest <= whole_now {
            return now;
        }
        let has_fraction = latest.since_epoch().subsec_nanos() > 0;
        let after = latest.as_secs().saturating_add(1 + u64::from(has_fraction));
        UnixTime::from_secs(after.clamp(now.as_secs(), now.as_secs().saturating_add(MAX_LEAD)))
    }

    /// Returns whether a call did something that the response has to tell the browser.
    pub(crate) fn holds_change(&self) -> bool {
        self.status > Status::Unchanged && (!self.members.is_empty() || self.is_removed())
    }

    /// Returns whether the browser has to remove its cookie. After `clear` also if it sent none: `SameSite` or the path may
    /// have kept it back.
    pub(crate) fn is_removed(&self) -> bool {
        let came_with_cookie = self.origin != Origin::New;
        self.members.is_empty() && (self.is_cleared || (self.status == Status::Emptied && came_with_cookie))
    }

    /// Takes `members` as the new contents, unless they make the cookie too large. Smaller ones always fit.
    pub(crate) fn change(&mut self, members: Members, cookie: &SetCookie) -> Result<(), SessionError> {
        let length = members.json().len();
        if length >= self.members.json().len() {
            cookie.check_size(length, self.created_at.is_some(), self.lifetime)?;
        }
        self.status = if members.is_empty() { Status::Emptied } else { Status::Changed };
        self.members = members;
        Ok(())
    }

    /// Asks for a fresh timestamp.
    pub(crate) fn renew(&mut self) {
        self.status = self.status.max(Status::Renewed);
    }

    pub(crate) fn set_lifetime(&mut self, lifetime: Lifetime, cookie: &SetCookie) -> Result<(), SessionError> {
        if self.lifetime != Some(lifetime) {
            cookie.check_size(self.members.json().len(), self.created_at.is_some(), self.lifetime)?;
            self.lifetime = Some(lifetime);
            self.status = self.status.max(Status::Changed);
        }
        Ok(())
    }

    /// Empties the session, and forgets when it began and its own lifetime.
    pub(crate) fn clear(&mut self) {
        self.members = Members::default();
        self.created_at = None;
        self.lifetime = None;
        self.is_cleared = true;
        self.status = Status::Emptied;
    }
}
