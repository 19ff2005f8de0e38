//! One request's session: its contents, their origin, and what was done to them.

mod members;
mod origin;
mod same_json;

use session_codec::{Lifetime, UnixTime};

pub(crate) use self::members::Members;
pub use self::origin::Origin;
use crate::cookie::{MAX_COOKIE_SIZE, SetCookie};
use crate::error::SessionError;

#[derive(Clone)]
pub(crate) struct Record {
    members: Members,
    origin: Origin,
    /// When the session began, where that is to be signed.
    created_at: Option<UnixTime>,
    lifetime: Option<Lifetime>,
    status: Status,
}

/// What was done to a session, from nothing to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Unchanged,
    /// It is to be signed with a fresh timestamp.
    Renewed,
    Changed,
    /// It was cleared, or its last member was taken out.
    Emptied,
}

impl Record {
    pub(crate) fn empty(origin: Origin) -> Self {
        Self::signed(Members::default(), origin, None, None)
    }

    pub(crate) fn signed(
        members: Members,
        origin: Origin,
        created_at: Option<UnixTime>,
        lifetime: Option<Lifetime>,
    ) -> Self {
        Self { members, origin, created_at, lifetime, status: Status::Unchanged }
    }

    pub(crate) fn members(&self) -> &Members {
        &self.members
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    pub(crate) fn created_at(&self) -> Option<UnixTime> {
        self.created_at
    }

    pub(crate) fn lifetime(&self) -> Option<Lifetime> {
        self.lifetime
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// Returns whether the request carried a cookie of the session's name, accepted or not.
    pub(crate) fn came_with_cookie(&self) -> bool {
        self.origin != Origin::New
    }

    /// Takes `members` as the new contents, unless they make the cookie too large. Smaller ones always fit.
    pub(crate) fn change(&mut self, members: Members, cookie: &SetCookie) -> Result<(), SessionError> {
        let length = members.json().len();
        if length >= self.members.json().len() {
            check_size(length, self.created_at, self.lifetime, cookie)?;
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
            check_size(self.members.json().len(), self.created_at, self.lifetime, cookie)?;
            self.lifetime = Some(lifetime);
            self.status = self.status.max(Status::Changed);
        }
        Ok(())
    }

    /// Empties the session, and forgets when it began and its own lifetime.
    pub(crate) fn clear(&mut self) {
        *self = Self { status: Status::Emptied, ..Self::empty(self.origin) };
    }
}

fn check_size(
    json_length: usize,
    created_at: Option<UnixTime>,
    lifetime: Option<Lifetime>,
    cookie: &SetCookie,
) -> Result<(), SessionError> {
    let size = cookie.largest_size(json_length, created_at.is_some(), lifetime);
    if size > MAX_COOKIE_SIZE {
        return Err(SessionError::TooLarge { size, limit: MAX_COOKIE_SIZE });
    }
    Ok(())
}
