use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;
use session_codec::{Claims, Codec, Key, UnixTime};

use crate::answer::Answer;
use crate::config::CookieConfig;
use crate::config_error::ConfigError;
use crate::cookie_header::Candidates;
use crate::error::SessionError;
use crate::loaded::Loaded;
use crate::policy::{Decision, decide};
use crate::session::Session;
use crate::set_cookie::{MAX_COOKIE_SIZE, SetCookie};
use crate::shared::Shared;

/// Loads a session from a request's cookies, and says which headers its response gets.
///
/// Holds the keys, the configuration and the clock. A clone is the same manager, at the price of one counter.
///
/// ```
/// use session_cookie::{CookieConfig, Key, SessionManager};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = Key::new("an example secret of 32 bytes or more")?;
/// let manager = SessionManager::new(key, CookieConfig::default())?;
///
/// // A request without a cookie: the session is new.
/// let session = manager.load([b"theme=dark"]);
/// session.insert("user_id", "42")?;
/// let answer = manager.save(&session)?;
/// let cookie = answer.set_cookie().unwrap_or_default();
/// assert!(cookie.ends_with("; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"));
///
/// // The browser sends the cookie with the next request.
/// let (cookie, _attributes) = cookie.split_once(';').unwrap_or_default();
/// let session = manager.load([format!("theme=dark; {cookie}")]);
/// assert_eq!(session.get("user_id")?, Some("42".to_owned()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SessionManager {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    codec: Codec,
    fallback_keys: usize,
    config: CookieConfig,
    cookie: SetCookie,
    clock: Arc<dyn Fn() -> UnixTime + Send + Sync>,
}

impl SessionManager {
    /// How many fallback keys a manager takes: each makes a forged cookie cost one more HMAC.
    pub const MAX_FALLBACK_KEYS: usize = 8;

    /// A manager that signs with `key`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], if the configuration is one that browsers would refuse or that makes no sense.
    pub fn new(key: Key, config: CookieConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        if config.max_age.is_none() && config.max_lifetime.is_none() {
            tracing::warn!(
                cookie = config.name,
                "neither max_age nor max_lifetime is set: a session cookie that was copied is good for ever"
            );
        }
        let codec = Codec::new(key);
        let codec = match config.max_age {
            Some(max_age) => codec.with_max_age(max_age),
            None => codec,
        };
        let cookie = SetCookie::new(&config);
        let inner = Inner { codec, fallback_keys: 0, config, cookie, clock: Arc::new(UnixTime::now) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Accepts cookies that `key` signed too. They are signed anew with the primary key when a request touches them.
    ///
    /// At most [`SessionManager::MAX_FALLBACK_KEYS`]; a further one is logged at error and left out.
    /// [`SessionSettings`](crate::SessionSettings) refuses it.
    #[must_use]
    pub fn with_fallback_key(self, key: Key) -> Self {
        if self.inner.fallback_keys == Self::MAX_FALLBACK_KEYS {
            tracing::error!("more than {} fallback keys: this one is left out", Self::MAX_FALLBACK_KEYS);
            return self;
        }
        self.map(|inner| Inner {
            codec: inner.codec.with_fallback_key(key),
            fallback_keys: inner.fallback_keys + 1,
            ..inner
        })
    }

    /// Tells the time by `clock` instead of the system's, for tests that are exact.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> Self {
        self.map(|inner| Inner { clock: Arc::new(clock), ..inner })
    }

    /// The session of a request, from the values of its `Cookie` headers.
    ///
    /// Nothing is verified before the session is touched, and nothing here fails: a cookie that is malformed, forged,
    /// expired or otherwise no session gives a new, empty one, and [`Session::origin`] says why.
    #[must_use]
    pub fn load<I>(&self, cookie_headers: I) -> Session
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        self.load_inside(None, cookie_headers)
    }

    pub(crate) fn load_inside<I>(&self, outer: Option<Session>, cookie_headers: I) -> Session
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let candidates = Candidates::find(&self.inner.config.name, cookie_headers, MAX_COOKIE_SIZE);
        Session::new(Shared::new(self.clone(), outer, candidates))
    }

    /// Decides what the response says about the session, and seals it: a change after this is an error.
    ///
    /// # Errors
    ///
    /// [`SessionError::OtherManager`] for a session that another manager loaded; [`SessionError::ResponseSent`] the second
    /// time; [`SessionError::Encode`] if the session can't be signed, which is then sealed too.
    pub fn save(&self, session: &Session) -> Result<Answer, SessionError> {
        if !self.owns(session) {
            return Err(SessionError::OtherManager);
        }
        session.shared().seal(|loaded| {
            let set_cookie = match loaded {
                Some(loaded) => self.set_cookie(loaded)?,
                None => None,
            };
            Ok(Answer::new(loaded.is_some(), set_cookie))
        })
    }

    /// Whether this manager, or a clone of it, loaded `session`.
    #[must_use]
    pub fn owns(&self, session: &Session) -> bool {
        Arc::ptr_eq(&self.inner, &session.shared().manager().inner)
    }

    pub(crate) fn open(&self, candidates: &Candidates) -> Loaded {
        Loaded::open(candidates, &self.inner.codec, &self.inner.config, (self.inner.clock)())
    }

    pub(crate) fn config(&self) -> &CookieConfig {
        &self.inner.config
    }

    pub(crate) fn cookie(&self) -> &SetCookie {
        &self.inner.cookie
    }

    fn set_cookie(&self, loaded: &Loaded) -> Result<Option<String>, SessionError> {
        match decide(loaded, &self.inner.config, (self.inner.clock)()) {
            Decision::Keep => Ok(None),
            Decision::Remove => Ok(Some(self.inner.cookie.remove())),
            Decision::Sign { claims, max_age } => {
                let token = self.sign(loaded, claims)?;
                let text = self.inner.cookie.keep(&token, max_age);
                Ok(self.keep_if_sound(text, token.len(), loaded.changed))
            }
        }
    }

    /// A cookie above the limit comes from a session that a server which allows more has signed. Sent all the same if it
    /// holds a change, which can only have made it smaller, and if it can still come back.
    fn keep_if_sound(&self, set_cookie: String, token_length: usize, changed: bool) -> Option<String> {
        let cookie = &self.inner.config.name;
        let size = set_cookie.len();
        if size <= MAX_COOKIE_SIZE {
            return Some(set_cookie);
        }
        if !changed {
            tracing::warn!(cookie, size, "the session cookie is too large to be signed anew; the old one stays");
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

    fn sign(&self, loaded: &Loaded, claims: Claims) -> Result<String, SessionError> {
        let json = RawValue::from_string(loaded.members.to_json())
            .map_err(|_| SessionError::Encode(session_codec::EncodeError::Unserializable))?;
        self.inner.codec.encode_with(&json, claims).map_err(SessionError::Encode)
    }

    fn map(self, change: impl FnOnce(Inner) -> Inner) -> Self {
        Self { inner: Arc::new(change(Arc::unwrap_or_clone(self.inner))) }
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionManager").field("config", &self.inner.config).finish_non_exhaustive()
    }
}
