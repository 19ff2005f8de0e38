//! What opens sessions and signs them: the keys, the cookie's options and the clock.

mod answer;
mod keys;
mod notices;
mod policy;

use std::sync::Arc;

use session_codec::{Codec, DecodeError, UnixTime, Verified};

pub use self::answer::{Answer, ResponseHeader};
pub use self::keys::KeyInUse;
pub(crate) use self::keys::{KeyRing, Keys, MAX_FALLBACK_KEYS};
pub(crate) use self::notices::{Notice, Notices};
use self::policy::{Decision, decide};
use crate::config::{ConfigError, CookieConfig};
use crate::cookie::{Candidates, MAX_COOKIE_SIZE, SetCookie};
use crate::record::{Members, Origin, Record, Status};

/// What a manager opens and signs sessions with, until its keys are exchanged.
pub(crate) struct Issuer {
    pub(crate) options: Arc<Options>,
    pub(crate) keys: Arc<Keys>,
    codec: Codec,
}

pub(crate) type Clock = Arc<dyn Fn() -> UnixTime + Send + Sync>;

/// What a manager was built with, but for its keys.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) config: CookieConfig,
    pub(crate) cookie: SetCookie,
    pub(crate) clock: Clock,
    pub(crate) notices: Arc<Notices>,
    pub(crate) ring: Arc<KeyRing>,
    /// The cookie's name of the manager that this is a sibling of.
    pub(crate) sibling_of: Option<String>,
}

impl Options {
    /// # Errors
    ///
    /// [`ConfigError`].
    pub(crate) fn new(config: CookieConfig, clock: Clock, ring: Arc<KeyRing>) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self { cookie: SetCookie::new(&config)?, config, clock, notices: Arc::default(), ring, sibling_of: None })
    }
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
    pub(crate) fn new(options: Arc<Options>, keys: Arc<Keys>) -> Self {
        let config = &options.config;
        let codec = keys.codec(options.sibling_of.as_ref().map(|_| config.name.as_str()));
        let codec = config.max_age.into_iter().fold(codec, Codec::with_max_age);
        let codec = config.default_lifetime.into_iter().fold(codec, Codec::with_default_lifetime);
        let codec = config.max_lifetime.into_iter().fold(codec, Codec::with_max_lifetime);
        Self { options, keys, codec }
    }

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
        (record.latest, record.has_rivals) = (latest, found.authentic > 1);
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
        let carries_created_at = self.options.config.max_lifetime.is_some() || claims.created_at.is_some();
        let key_index = verified.key_index();
        let members = Members::parse(verified.into_data_json()).ok_or(DecodeError::InvalidPayload)?;
        self.keys.verified(key_index, now);
        Ok(Record::signed(members, origin, carries_created_at.then_some(created_at), claims.lifetime))
    }

    /// Logs what opening a session found.
    pub(crate) fn log(&self, found: &Findings, response_sent: bool) {
        let Options { config: CookieConfig { name: cookie, .. }, notices, .. } = &*self.options;
        for (_, reason) in &found.rejected {
            tracing::debug!(cookie, reason = name(*reason), key = self.keys.fingerprint(), "session cookie rejected");
            if *reason == DecodeError::IssuedInFuture {
                notices.log(Notice::FromFuture, cookie, None, None);
            }
        }
        if response_sent {
            notices.log(Notice::TouchedLate, cookie, None, None);
        }
        if found.authentic > 1 {
            notices.log(Notice::SeveralAuthentic, cookie, None, None);
        }
    }

    /// Decides what the response says about the session. `record` is `None` if it was not touched.
    pub(crate) fn answer(&self, record: Option<&Record>, is_superseded: bool) -> Answer {
        let set_cookie = record.and_then(|record| self.set_cookie(record));
        Answer {
            is_touched: record.is_some(),
            holds_change: record.is_some_and(Record::holds_change),
            set_cookie: set_cookie.map(|value| answer::SetCookie {
                value,
                is_superseded,
                notices: Arc::clone(&self.options.notices),
            }),
        }
    }

    fn set_cookie(&self, record: &Record) -> Option<String> {
        let Options { config, cookie, clock, .. } = &*self.options;
        match decide(record, config, &**clock) {
            Decision::Keep => None,
            Decision::Remove => Some(cookie.expire()),
            Decision::Sign { claims, max_age } => {
                let (set_cookie, token) = cookie.issue(&self.codec, record.members.json(), claims, max_age);
                self.refuse_oversize(set_cookie, token, record.status >= Status::Changed)
            }
        }
    }

    /// A cookie above the limit comes from a session that a server with a higher one has signed. It is still sent
    /// if it holds a change, which can only have made it smaller, and if browsers can send it back.
    fn refuse_oversize(&self, set_cookie: String, token_length: usize, is_changed: bool) -> Option<String> {
        let Options { config: CookieConfig { name: cookie, .. }, notices, .. } = &*self.options;
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
        notices.log(notice, cookie, Some(size), None);
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
