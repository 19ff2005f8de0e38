//! What opens sessions and signs them: the keys, the cookie's options and the clock.

mod answer;
mod policy;

use std::sync::Arc;

use session_codec::{Codec, DecodeError, UnixTime};

pub use self::answer::{Answer, ResponseHeader};
use self::policy::{Decision, decide};
use crate::config::CookieConfig;
use crate::cookie::{Candidates, MAX_COOKIE_SIZE, SetCookie};
use crate::error::SessionError;
use crate::record::{Members, Origin, Record, Status};

#[derive(Clone)]
pub(crate) struct Issuer {
    pub(crate) codec: Codec,
    pub(crate) fallback_keys: usize,
    pub(crate) config: CookieConfig,
    pub(crate) cookie: SetCookie,
    pub(crate) clock: Arc<dyn Fn() -> UnixTime + Send + Sync>,
}

impl Issuer {
    /// Opens the first candidate that verifies. Returns also why those before it were rejected, for
    /// [`Issuer::log_rejected`].
    pub(crate) fn open(&self, candidates: &Candidates) -> (Record, Vec<DecodeError>) {
        let now = (self.clock)();
        let mut rejected = Vec::new();
        for token in candidates.iter() {
            match self.open_one(token, now) {
                Ok(record) => return (record, rejected),
                Err(reason) => rejected.push(reason),
            }
        }
        let first_authentic = rejected.iter().find(|reason| is_authentic(**reason));
        let origin = first_authentic.or(rejected.first()).map_or(Origin::New, |reason| Origin::Rejected(*reason));
        (Record::empty(origin), rejected)
    }

    pub(crate) fn log_rejected(&self, reasons: &[DecodeError]) {
        for reason in reasons {
            tracing::debug!(cookie = self.config.name, %reason, "session cookie rejected");
        }
    }

    fn open_one(&self, token: &[u8], now: UnixTime) -> Result<Record, DecodeError> {
        let verified = self.codec.verify(token, now)?;
        let created_at = verified.created_at();
        if self.config.max_lifetime.is_some_and(|limit| policy::age(created_at, now) > limit) {
            return Err(DecodeError::Expired);
        }
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

    /// Decides what the response says about the session. `record` is `None` if it was not touched.
    pub(crate) fn answer(&self, record: Option<&Record>) -> Result<Answer, SessionError> {
        let set_cookie = match record {
            Some(record) => self.set_cookie(record)?,
            None => None,
        };
        Ok(Answer::new(record.is_some(), set_cookie))
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
        if !is_changed {
            tracing::warn!(cookie, size, "the session cookie is too large to be signed again; the old one stays");
            return None;
        }
        if cookie.len() + token_length > MAX_COOKIE_SIZE {
            tracing::error!(
                cookie,
                size,
                "the session cookie is too large to come back; the old one stays, and the change is lost"
            );
            return None;
        }
        tracing::warn!(
            cookie,
            size,
            "the session cookie is larger than browsers are sure to keep, but smaller than before"
        );
        Some(set_cookie)
    }
}

fn is_authentic(reason: DecodeError) -> bool {
    !matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature)
}
