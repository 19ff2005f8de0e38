mod startup;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use session_codec::{Codec, Key, UnixTime};

use crate::config::{ConfigError, CookieConfig};
use crate::cookie::{Candidates, SetCookie};
use crate::error::SessionError;
use crate::issuer::{Answer, Issuer, Notice};
use crate::session::Session;

/// Loads a session from a request's cookies, and decides which headers its response gets.
///
/// It holds the keys, the configuration and the clock. Cheap to clone: clones share one `Arc`.
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
pub struct SessionManager(Arc<Issuer>);

impl SessionManager {
    /// The most fallback keys that a manager takes: each makes a forged cookie cost one more HMAC.
    pub const MAX_FALLBACK_KEYS: usize = 8;

    /// Makes a manager that signs with `key`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], if the configuration is one that browsers would refuse or that makes no sense.
    pub fn new(key: Key, config: CookieConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let cookie = SetCookie::new(&config)?;
        let fingerprint = key.fingerprint().to_string();
        startup::log(&fingerprint, &config);
        let codec = config.max_age.into_iter().fold(Codec::new(key), Codec::with_max_age);
        let codec = config.default_lifetime.into_iter().fold(codec, Codec::with_default_lifetime);
        let codec = config.max_lifetime.into_iter().fold(codec, Codec::with_max_lifetime);
        Ok(Self(Arc::new(Issuer {
            codec,
            fingerprint,
            fallback_keys: 0,
            config,
            cookie,
            clock: Arc::new(UnixTime::now),
            notices: Arc::default(),
        })))
    }

    /// Accepts cookies that these keys signed too, tried in order. They are signed again with the primary key when a request
    /// touches them.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooManyFallbackKeys`], if there are more than [`SessionManager::MAX_FALLBACK_KEYS`], with those of an
    /// earlier call.
    #[doc(alias("rotate", "rotation", "with_fallback_key"))]
    pub fn with_fallback_keys(self, keys: impl IntoIterator<Item = Key>) -> Result<Self, ConfigError> {
        let mut issuer = Arc::unwrap_or_clone(self.0);
        for key in keys {
            if issuer.fallback_keys == Self::MAX_FALLBACK_KEYS {
                return Err(ConfigError::TooManyFallbackKeys { limit: Self::MAX_FALLBACK_KEYS });
            }
            startup::warn_of_example(&key.fingerprint().to_string());
            issuer.codec = issuer.codec.with_fallback_key(key);
            issuer.fallback_keys += 1;
        }
        Ok(Self(Arc::new(issuer)))
    }

    /// Uses `clock` instead of the system clock, so that tests are deterministic.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(Issuer { clock: Arc::new(clock), ..Arc::unwrap_or_clone(self.0) }))
    }

    /// Returns the session of a request, from the values of its `Cookie` headers.
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

    /// Returns an empty session that no request brought, for a test or a script.
    #[must_use]
    pub fn new_session(&self) -> Session {
        self.load([""; 0])
    }

    /// Returns the `name=value` that a browser would send for a session with this data, which is a struct or a map. It is
    /// empty for an empty session, which has no cookie.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// let logged_in = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// assert!(logged_in.starts_with("session="));
    /// assert!(manager.load([logged_in]).contains_key("user_id"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Session::write`].
    pub fn cookie_for<T: Serialize + ?Sized>(&self, data: &T) -> Result<String, SessionError> {
        let session = self.new_session();
        session.write(data)?;
        let answer = session.save()?;
        let pair = answer.set_cookie().and_then(|set_cookie| set_cookie.split(';').next());
        Ok(pair.unwrap_or_default().to_owned())
    }

    /// Decides what the response says about the session, after which a change to it is an error.
    ///
    /// # Errors
    ///
    /// [`SessionError::OtherManager`] for a session that another manager loaded; [`SessionError::ResponseSent`] the second
    /// time; [`SessionError::Encode`] if the session can't be signed, which can't be changed then either.
    pub fn save<E>(&self, session: &Session<E>) -> Result<Answer, SessionError> {
        if self.owns(session) { session.save() } else { Err(SessionError::OtherManager) }
    }

    /// Returns the session of a request that other session layers may have seen before. Adapters call this before the
    /// handler, and [`PendingSave::save`] after it.
    ///
    /// `outer` is the session that the request carries already. If this manager loaded it, or one around it, that session
    /// is the request's, and the layer that loaded it saves it: there is nothing to save here. Otherwise a new one is
    /// loaded for the handlers inside.
    #[must_use = "`PendingSave::save` saves the session"]
    pub fn begin<I>(&self, outer: Option<&Session>, cookie_headers: I) -> (Session, Option<PendingSave>)
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        for session in outer.into_iter().flat_map(|outer| std::iter::once(outer).chain(outer.outers())) {
            if self.owns(session) {
                return (session.clone(), None);
            }
            if session.issuer().config.name == self.0.config.name && self.0.notices.is_first_twin() {
                tracing::error!(
                    cookie = self.0.config.name,
                    "two session managers in one stack have the same cookie name, so one's cookie replaces the other's; \
                     make one manager and clone it, or give each its name"
                );
            }
        }
        let session = self.load_inside(outer.cloned(), cookie_headers);
        (session.clone(), Some(PendingSave(Some(session))))
    }

    fn load_inside<I>(&self, outer: Option<Session>, cookie_headers: I) -> Session
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let candidates = Candidates::find(&self.0.config.name, cookie_headers);
        Session::new(Arc::clone(&self.0), outer, candidates)
    }

    /// Returns whether this manager, or a clone of it, loaded `session`.
    fn owns<E>(&self, session: &Session<E>) -> bool {
        Arc::ptr_eq(&self.0, session.issuer())
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionManager").field("config", &self.0.config).finish_non_exhaustive()
    }
}

/// A session that an adapter has to save when the response is there.
///
/// If it is dropped unsaved (client gone, outer timeout), the session is closed too, so a later write fails loudly.
#[must_use = "the session is saved with `PendingSave::save`"]
pub struct PendingSave(Option<Session>);

impl PendingSave {
    /// Decides what the response says about the session, as [`SessionManager::save`] does. A failure is logged at error,
    /// and the response then goes out without the session's headers.
    #[must_use]
    pub fn save(mut self) -> Option<Answer> {
        let saved = self.0.take()?.save();
        saved.inspect_err(|error| tracing::error!(%error, "the session was not saved")).ok()
    }
}

impl Drop for PendingSave {
    fn drop(&mut self) {
        let Some(session) = self.0.take() else { return };
        if session.close() {
            let issuer = session.issuer();
            issuer.notices.log(Notice::NoResponse, &issuer.config.name, None, None);
        }
    }
}

impl fmt::Debug for PendingSave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PendingSave").field(&self.0).finish()
    }
}
