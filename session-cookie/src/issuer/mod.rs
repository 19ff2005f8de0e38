//! What opens sessions and signs them: the keys, the cookie's options and the clock.

mod answer;
mod notices;
mod policy;

use std::sync::Arc;

use session_codec::{Codec, DecodeError, UnixTime, Verified};

pub use self::answer::{Answer, ResponseHeader};
pub(crate) use self::notices::{Notice, Notices};
use self::policy::{Decision, decide};
use crate::config::CookieConfig;
use crate::cookie::{Candidates, MAX_COOKIE_SIZE, SetCookie};
use crate::error::SessionError;
use crate::record::{Members, Origin, Record, Status};

#[derive(Clone)]
pub(crate) struct Issuer {
    pub(crate) codec: Codec,
    /// Of the primary key, for the log.
    pub(crate) fingerprint: String,
    pub(crate) fallback_keys: usize,
    pub(crate) config: CookieConfig,
    pub(crate) cookie: SetCookie,
    pub(crate) clock: Arc<dyn Fn() -> UnixTime + Send + Sync>,
    pub(crate) notices: Arc<Notices>,
}

/// What opening a session found.
#[derive(Default)]
pub(crate) struct Findings {
    /// How many cookies had a good signature and were not from the future.
    authentic: usize,
    /// Which cookies were rejected, and why.
    rejected: Vec<(usize, DecodeError)>,
}

impl Findings {
    /// Returns the origin of a session without a good cookie, with the reason of an authentic one first.
    fn origin(&self) -> Origin {
        let first = |is_wanted: fn(DecodeError) -> bool| {
            let wanted = self.rejected.iter().filter(|(_, reason)| is_wanted(*reason));
            wanted.min_by_key(|(at, _)| *at).map(|(_, reason)| Origin::Rejected(*reason))
        };
        first(is_authentic).or_else(|| first(|_| true)).unwrap_or(Origin::New)
    }
}

/// Orders authentic cookies by when they were signed, and then by whether the primary key signed them.
fn rank(verified: &Verified) -> (UnixTime, bool) {
    (verified.issued_at(), verified.key_index() == 0)
}

impl Issuer {
    /// Opens the session of a request that came at `now`. What is to be logged of it is returned: nothing of a
    /// subscriber's may run before the record is in its place.
    ///
    /// Of the cookies whose signature holds and which are not from the future, the one signed last is the session. Of
    /// equals, one of the primary key comes first, and then the last in the header.
    pub(crate) fn open(&self, candidates: &Candidates, now: UnixTime) -> (Record, Findings) {
        let mut found = Findings::default();
        let mut taken: Option<(usize, Verified)> = None;
        for (at, token) in candidates.iter().enumerate() {
            match self.authenticate(token, now) {
                Ok(verified) => {
                    found.authentic += 1;
                    if taken.as_ref().is_none_or(|(_, taken)| rank(&verified) >= rank(taken)) {
                        taken = Some((at, verified));
                    }
                }
                Err(reason) => found.rejected.push((at, reason)),
            }
        }
        let latest = taken.as_ref().map(|(_, taken)| taken.issued_at());
        let record = taken.and_then(|(at, verified)| {
            let opened = self.open_taken(verified, now);
            opened.map_err(|reason| found.rejected.push((at, reason))).ok()
        });
        let mut record = record.unwrap_or_else(|| Record::empty(found.origin()));
        record.supersedes(latest, found.authentic > 1);
        (record, found)
    }

    fn authenticate(&self, token: &[u8], now: UnixTime) -> Result<Verified, DecodeError> {
        let verified = self.codec.authenticate(token)?;
        match self.codec.check_age(&verified, now) {
            Err(DecodeError::IssuedInFuture) => Err(DecodeError::IssuedInFuture),
            _ => Ok(verified),
        }
    }

    fn open_taken(&self, verified: Verified, now: UnixTime) -> Result<Record, DecodeError> {
        self.codec.check_age(&verified, now)?;
        let created_at = verified.created_at();
        let claims = verified.claims();
        let origin = Origin::Verified {
            issued_at: claims.issued_at,
            created_at,
            lifetime: claims.lifetime,
            key_index: verified.key_index(),
        };
        let carries_created_at = self.config.max_lifetime.is_some() || claims.created_at.is_some();
        let members = Members::parse(verified.into_data_json()).ok_or(DecodeError::InvalidPayload)?;
        Ok(Record::signed(members, origin, carries_created_at.then_some(created_at), claims.lifetime))
    }

    /// Logs what opening a session found.
    pub(crate) fn log(&self, found: &Findings, response_sent: bool) {
        let cookie = self.config.name.as_str();
        for (_, reason) in &found.rejected {
            tracing::debug!(cookie, reason = name(*reason), key = self.fingerprint, "session cookie rejected");
            if *reason == DecodeError::IssuedInFuture {
                self.notices.log(Notice::FromFuture, cookie, None, None);
            }
        }
        if response_sent {
            self.notices.log(Notice::TouchedLate, cookie, None, None);
        }
        if found.authentic > 1 {
            self.notices.log(Notice::SeveralAuthentic, cookie, None, None);
        }
    }

    /// Decides what the response says about the session. `record` is `None` if it was not touched.
    pub(crate) fn answer(&self, record: Option<&Record>, is_superseded: bool) -> Result<Answer, SessionError> {
        let set_cookie = record.map(|record| self.set_cookie(record)).transpose()?.flatten();
        Ok(Answer {
            is_touched: record.is_some(),
            holds_change: record.is_some_and(Record::holds_change),
            set_cookie: set_cookie.map(|value| answer::SetCookie {
                value,
                is_superseded,
                notices: Arc::clone(&self.notices),
            }),
        })
    }

    fn set_cookie(&self, record: &Record) -> Result<Option<String>, SessionError> {
        match decide(record, &self.config, (self.clock)()) {
            Decision::Keep => Ok(None),
            Decision::Remove => Ok(Some(self.cookie.expire())),
            Decision::Sign { claims, max_age } => {
                let token = self.codec.encode_json(record.members().json(), claims).map_err(SessionError::Encode)?;
                let set_cookie = self.cookie.issue(&token, max_age);
                Ok(self.refuse_oversize(set_cookie, token.len(), record.status() >= Status::Changed))
            }
        }
    }

    /// A cookie above the limit comes from a session that a server with a higher one has signed. It is still sent
    /// if it holds a change, which can only have made it smaller, and if browsers can send it back.
    fn refuse_oversize(&self, set_cookie: String, token_length: usize, is_changed: bool) -> Option<String> {
        let cookie = &self.config.name;
        let size = set_cookie.len();
        if size <= MAX_COOKIE_SIZE {
            return Some(set_cookie);
        }
        let comes_back = cookie.len() + token_length <= MAX_COOKIE_SIZE;
        let notice = match (is_changed, comes_back) {
            (false, _) => Notice::TooLarge,
            (true, true) => Notice::StillLarge,
            (true, false) => Notice::LostChange,
        };
        self.notices.log(notice, cookie, Some(size), None);
        (is_changed && comes_back).then_some(set_cookie)
    }
}

/// Returns the name of a reason in the log.
fn name(reason: DecodeError) -> &'static str {
    match reason {
        DecodeError::Malformed => "malformed",
        DecodeError::InvalidSignature => "invalid signature",
        DecodeError::Expired => "expired",
        DecodeError::IssuedInFuture => "issued in future",
        _ => "invalid payload",
    }
}

fn is_authentic(reason: DecodeError) -> bool {
    !matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature)
}
