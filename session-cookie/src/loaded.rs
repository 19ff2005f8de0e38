//! A session whose cookies were judged: its contents, where they came from and what was done to them.

use std::time::Duration;

use session_codec::{Codec, DecodeError, UnixTime, Verified};

use crate::config::CookieConfig;
use crate::cookie_header::Candidates;
use crate::error::SessionError;
use crate::members::{Draft, Members};
use crate::origin::Origin;
use crate::set_cookie::{MAX_COOKIE_SIZE, SetCookie};

pub(crate) struct Loaded {
    pub(crate) members: Members,
    pub(crate) origin: Origin,
    /// Whether the request carried a cookie of the session's name, accepted or not.
    pub(crate) came_with_cookie: bool,
    /// When the session began, where that is to be signed.
    pub(crate) created_at: Option<UnixTime>,
    /// The session's own lifetime; zero for "until the browser closes".
    pub(crate) lifetime: Option<Duration>,
    pub(crate) changed: bool,
    /// A call took the last member out of the session, or cleared it.
    pub(crate) emptied: bool,
    pub(crate) renewed: bool,
}

impl Loaded {
    /// Takes the first candidate that verifies.
    pub(crate) fn open(candidates: &Candidates, codec: &Codec, config: &CookieConfig, now: UnixTime) -> Self {
        let mut rejected: Option<DecodeError> = None;
        for token in candidates.iter() {
            match open_one(token, codec, config, now) {
                Ok(loaded) => return loaded,
                Err(reason) => {
                    tracing::debug!(cookie = config.name, %reason, "session cookie rejected");
                    if rejected.is_none_or(|earlier| is_authentic(reason) && !is_authentic(earlier)) {
                        rejected = Some(reason);
                    }
                }
            }
        }
        Self {
            members: Members::default(),
            origin: rejected.map_or(Origin::New, Origin::Rejected),
            came_with_cookie: !candidates.is_empty(),
            created_at: None,
            lifetime: None,
            changed: false,
            emptied: false,
            renewed: false,
        }
    }

    /// Makes a change, or none if it would make the cookie too large: what makes the session smaller always goes.
    pub(crate) fn change<R>(
        &mut self,
        cookie: &SetCookie,
        edit: impl FnOnce(&mut Draft<'_>) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        let mut draft = self.members.draft();
        let result = edit(&mut draft)?;
        if draft.is_changed() {
            let length = draft.json_length();
            if length >= self.members.json_length() {
                self.check_size(length, cookie)?;
            }
            let draft = draft.accepted();
            self.members.accept(draft);
            self.changed = true;
            self.emptied = self.members.is_empty();
        }
        Ok(result)
    }

    /// Refuses more members than a cookie has bytes, before time is spent on sorting them in.
    pub(crate) fn check_count(
        &self,
        members: usize,
        data_length: usize,
        cookie: &SetCookie,
    ) -> Result<(), SessionError> {
        if members > MAX_COOKIE_SIZE { self.check_size(data_length, cookie) } else { Ok(()) }
    }

    pub(crate) fn set_lifetime(&mut self, lifetime: Duration, cookie: &SetCookie) -> Result<(), SessionError> {
        if self.lifetime != Some(lifetime) {
            self.check_size(self.members.json_length(), cookie)?;
            self.lifetime = Some(lifetime);
            self.changed = true;
        }
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        let mut draft = self.members.draft();
        draft.clear();
        if draft.is_changed() || self.came_with_cookie {
            let draft = draft.accepted();
            self.members.accept(draft);
            self.changed = true;
            self.emptied = true;
        }
        self.created_at = None;
        self.lifetime = None;
    }

    fn check_size(&self, data_length: usize, cookie: &SetCookie) -> Result<(), SessionError> {
        let size = cookie.largest_size(data_length, self.created_at.is_some(), self.lifetime.unwrap_or_default());
        if size > MAX_COOKIE_SIZE {
            return Err(SessionError::TooLarge { size, limit: MAX_COOKIE_SIZE });
        }
        Ok(())
    }
}

fn open_one(token: &[u8], codec: &Codec, config: &CookieConfig, now: UnixTime) -> Result<Loaded, DecodeError> {
    let verified = codec.verify(token, now)?;
    let created_at = verified.created_at();
    if config.max_lifetime.is_some_and(|limit| age(created_at, now) > limit) {
        return Err(DecodeError::Expired);
    }
    let claims = verified.claims();
    let origin = Origin::Verified {
        issued_at: claims.issued_at,
        created_at,
        lifetime: claims.lifetime,
        key_index: verified.key_index(),
    };
    let carries_created_at = config.max_lifetime.is_some() || claims.created_at.is_some();
    Ok(Loaded {
        members: members(verified)?,
        origin,
        came_with_cookie: true,
        created_at: carries_created_at.then_some(created_at),
        lifetime: claims.lifetime,
        changed: false,
        emptied: false,
        renewed: false,
    })
}

fn members(verified: Verified) -> Result<Members, DecodeError> {
    Members::from_verified(verified).ok_or(DecodeError::InvalidPayload)
}

fn is_authentic(reason: DecodeError) -> bool {
    !matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature)
}

pub(crate) fn age(since: UnixTime, now: UnixTime) -> Duration {
    now.since_epoch().saturating_sub(since.since_epoch())
}
