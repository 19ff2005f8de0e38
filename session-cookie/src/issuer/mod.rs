//! What opens sessions and signs them: the keys, the cookie's options and the clock.

mod answer;
mod keys;
mod notices;
mod policy;

use std::sync::Arc;

use session_codec::{Claims, Codec, DecodeError, UnixTime, Verified};

pub use self::answer::{Answer, ResponseHeader};
pub use self::keys::KeyInUse;
pub(crate) use self::keys::{KeyRing, Keys, MAX_FALLBACK_KEYS};
pub(crate) use self::notices::{Notice, Notices};
use self::policy::{CLOCK_SKEW, Decision, decide, passed_limit, seconds};
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
    /// When the request came, if it brought a cookie.
    came_at: Option<UnixTime>,
    /// Which cookies were rejected, and why.
    rejected: Vec<(usize, Rejection)>,
}

/// Why a cookie was rejected, with its age and the limit that the age has passed.
type Rejection = (DecodeError, Option<(f64, f64)>);

impl Findings {
    /// Returns the origin of a session without a good cookie, with the reason of an authentic one first.
    fn origin(&self) -> Origin {
        let first = self.rejected.iter().min_by_key(|(at, (reason, _))| (!is_authentic(*reason), *at));
        first.map_or(Origin::New, |(_, (reason, _))| Origin::Rejected(*reason))
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
        let mut found = Findings { came_at: Some(now), ..Findings::default() };
        let mut taken: Option<(usize, Verified)> = None;
        for (at, token) in candidates.iter().enumerate() {
            match self.authenticate(token, now) {
                Ok(verified) => {
                    found.authentic += 1;
                    if taken.as_ref().is_none_or(|(_, taken)| rank(&verified) >= rank(taken)) {
                        taken = Some((at, verified));
                    }
                }
                Err(rejection) => found.rejected.push((at, rejection)),
            }
        }
        let latest = taken.as_ref().map(|(_, taken)| taken.issued_at());
        let record = taken.and_then(|(at, verified)| {
            let opened = self.open_taken(verified, now);
            opened.map_err(|rejection| found.rejected.push((at, rejection))).ok()
        });
        let mut record = record.unwrap_or_else(|| Record::empty(found.origin()));
        (record.latest, record.has_rivals) = (latest, found.authentic > 1);
        (record, found)
    }

    fn authenticate(&self, token: &[u8], now: UnixTime) -> Result<Verified, Rejection> {
        let verified = self.codec.authenticate(token).map_err(|reason| (reason, None))?;
        match self.codec.check_age(&verified, now) {
            Err(reason @ DecodeError::IssuedInFuture) => {
                Err((reason, Some((seconds(verified.issued_at(), now), -CLOCK_SKEW))))
            }
            _ => Ok(verified),
        }
    }

    fn open_taken(&self, verified: Verified, now: UnixTime) -> Result<Record, Rejection> {
        let passed = || passed_limit(&verified, &self.options.config, now);
        self.codec.check_age(&verified, now).map_err(|reason| (reason, passed()))?;
        let (claims, created_at, key_index) = (verified.claims(), verified.created_at(), verified.key_index());
        let Claims { issued_at, lifetime, .. } = claims;
        let origin = Origin::Verified { issued_at, created_at, lifetime, key_index };
        let carries_created_at = self.options.config.max_lifetime.is_some() || claims.created_at.is_some();
        let members = Members::parse(verified.into_data_json()).ok_or((DecodeError::InvalidPayload, None))?;
        self.keys.verified(key_index, now);
        Ok(Record::signed(members, origin, carries_created_at.then_some(created_at), lifetime))
    }

    /// Logs what opening a session found.
    pub(crate) fn log(&self, candidates: &Candidates, record: &Record, found: &Findings, response_sent: bool) {
        let Self { keys, options, .. } = self;
        let Options { config: CookieConfig { name: cookie, .. }, notices, .. } = &**options;
        if let (true, Some(others)) = (candidates.is_empty(), &candidates.others) {
            tracing::debug!(cookie, ?others, "session cookie missing");
        }
        if let (Origin::Verified { issued_at: since, key_index: at, .. }, Some(now)) = (record.origin, found.came_at) {
            tracing::debug!(cookie, key = keys.fingerprint(at), age = seconds(since, now), "session cookie verified");
        }
        for (_, (reason, passed)) in &found.rejected {
            let (key, (age, limit)) = (keys.fingerprint(0), passed.unzip());
            tracing::debug!(cookie, reason = name(*reason), key, age, limit, "session cookie rejected");
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
        let set_cookie = record.and_then(|record| {
            let (value, notices) = (self.set_cookie(record)?, Arc::clone(&self.options.notices));
            Some(answer::SetCookie { value, why: why(record), is_superseded, notices })
        });
        Answer { is_touched: record.is_some(), holds_change: record.is_some_and(Record::holds_change), set_cookie }
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

/// Returns why a cookie is set, for the log.
fn why(record: &Record) -> &'static str {
    match (record.status, record.origin) {
        (Status::Emptied, _) => "removed",
        (Status::Changed, _) => "changed",
        (Status::Renewed, _) => "renewed",
        (Status::Unchanged, Origin::Verified { key_index: 0, .. }) => "refreshed",
        (Status::Unchanged, _) => "re-signed",
    }
}

fn is_authentic(reason: DecodeError) -> bool {
    !matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature)
}
