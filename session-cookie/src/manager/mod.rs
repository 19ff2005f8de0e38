mod startup;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use session_codec::{Key, UnixTime};

use crate::config::{ConfigError, CookieConfig};
use crate::cookie::Candidates;
use crate::error::SessionError;
use crate::issuer::{Answer, Issuer, KeyInUse, KeyRing, Keys, MAX_FALLBACK_KEYS, Notice, Options};
use crate::session::Session;

/// Loads a session from a request's cookies, and decides which headers its response gets.
///
/// It holds the keys, the configuration and the clock. Cheap to clone: clones share one `Arc`.
///
/// **The keys** are one object for a manager, its clones, its [siblings](SessionManager::sibling) and what
/// [`SessionManager::with_clock`] makes of it: [`SessionManager::set_keys`] on one reaches all.
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
pub struct SessionManager(Arc<Shared>);

struct Shared {
    options: Arc<Options>,
    /// Made of the options and the ring's keys, and again when those were exchanged.
    issuer: RwLock<Arc<Issuer>>,
}

impl SessionManager {
    /// The most fallback keys that a manager takes: each makes a forged cookie cost one more HMAC.
    pub const MAX_FALLBACK_KEYS: usize = MAX_FALLBACK_KEYS;

    /// Makes a manager that signs with `key`.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    /// let manager = SessionManager::new(key.clone(), CookieConfig::hardened())?;
    ///
    /// let error = SessionManager::new(key, CookieConfig::default().with_name("__Host-session")).unwrap_err();
    /// assert!(error.to_string().contains("secure")); // what such a name needs
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError`], if the configuration is one that browsers would refuse or that makes no sense.
    pub fn new(key: Key, config: CookieConfig) -> Result<Self, ConfigError> {
        Self::with_keys(Keys::new(key, [])?, config)
    }

    pub(crate) fn with_keys(keys: Keys, config: CookieConfig) -> Result<Self, ConfigError> {
        let ring = Arc::new(KeyRing::new(keys));
        let options = Options::new(config, Arc::new(UnixTime::now), ring)?;
        startup::log(&options.ring.keys(), &[], &options.config);
        Ok(Self::of(options))
    }

    fn of(options: Options) -> Self {
        let options = Arc::new(options);
        let issuer = RwLock::new(Arc::new(Issuer::new(Arc::clone(&options), options.ring.keys())));
        Self(Arc::new(Shared { options, issuer }))
    }

    /// Accepts cookies that these keys signed too, tried in order. They are signed again with the primary key when a request
    /// touches them.
    ///
    /// The manager that it returns has its keys for itself: siblings and clones that were made before keep theirs. So call it
    /// before [`SessionManager::sibling`] and `clone`.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let old_secret = "an example secret of 32 bytes or more";
    /// # let new_secret = "the next secret, of 32 bytes or longer";
    /// let before = SessionManager::new(Key::new(old_secret)?, CookieConfig::default())?;
    /// let cookie = before.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    ///
    /// let manager = SessionManager::new(Key::new(new_secret)?, CookieConfig::default())?
    ///     .with_fallback_keys([Key::new(old_secret)?])?;
    /// assert!(manager.load([cookie]).contains_key("user_id"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooManyFallbackKeys`], if there are more than [`SessionManager::MAX_FALLBACK_KEYS`], with those of an
    /// earlier call.
    #[doc(alias("rotate", "rotation", "with_fallback_key"))]
    pub fn with_fallback_keys(self, keys: impl IntoIterator<Item = Key>) -> Result<Self, ConfigError> {
        let Options { config, ring, .. } = &*self.0.options;
        let keys = ring.keys().with_fallback_keys(keys)?;
        startup::log_keys(&keys, &self.keys_in_use(), config, false);
        Ok(Self::of(Options { ring: Arc::new(KeyRing::new(keys)), ..Options::clone(&self.0.options) }))
    }

    /// Exchanges the keys while the server runs, for this manager, its clones and its siblings: all of them, or none if it
    /// fails. The [`rotation`](crate::guide::rotation) recipe says in which order.
    ///
    /// A request that is in progress is opened and signed with the keys that were there when it came. With the new ones at its
    /// answer, a cookie that a thief forged with the old key would become a good one.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let old_secret = "an example secret of 32 bytes or more";
    /// # let new_secret = "the next secret, of 32 bytes or longer";
    /// let manager = SessionManager::new(Key::new(old_secret)?, CookieConfig::default())?;
    /// let cookie = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    ///
    /// manager.set_keys(Key::new(new_secret)?, [Key::new(old_secret)?])?;
    /// assert!(manager.load([&cookie]).contains_key("user_id"));
    ///
    /// manager.set_keys(Key::new(new_secret)?, [])?;
    /// assert!(manager.load([&cookie]).is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooManyFallbackKeys`]; the keys then stay as they are.
    #[doc(alias("rotate", "rotation", "reload"))]
    pub fn set_keys(&self, key: Key, fallback_keys: impl IntoIterator<Item = Key>) -> Result<(), ConfigError> {
        let Options { config, ring, .. } = &*self.0.options;
        let keys = Keys::new(key, fallback_keys)?;
        let known = self.keys_in_use();
        startup::log_keys(&ring.replace(keys), &known, config, true);
        Ok(())
    }

    /// Returns the keys, the primary one first, each with the time when it last verified a session of this manager, its clones or
    /// its siblings in this process. It shows whether an old key is still in use.
    ///
    /// Only sessions that a handler touched count, and only since the key was last added: a key that
    /// [`SessionManager::set_keys`] leaves in its place keeps its time. The clock is the manager's.
    ///
    /// That an old key is not in use is no reason to remove it: a session that was signed with it is good until it expires.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// for key in manager.keys_in_use() {
    ///     println!("{key:?}"); // its fingerprint, and when it last verified a session
    /// }
    /// assert_eq!(manager.keys_in_use().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn keys_in_use(&self) -> Vec<KeyInUse> {
        self.0.options.ring.keys().in_use()
    }

    /// Makes a manager of another cookie beside this one, for a request that has both sessions: a login through OAuth keeps its
    /// `state` in a `Lax` cookie beside a `Strict` session.
    ///
    /// It signs with keys that are derived from those of this manager by the name of its cookie, so that a user can't swap the two
    /// cookies. So a new name ends its sessions, and VelociPy can't read them. The clock is that of this manager.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use session_cookie::{CookieConfig, Key, SameSite, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = Key::new("an example secret of 32 bytes or more")?;
    /// let manager = SessionManager::new(key, CookieConfig::default().with_same_site(SameSite::Strict))?;
    /// let oauth = CookieConfig::default().with_name("oauth").with_max_age(Duration::from_secs(600));
    /// let oauth = manager.sibling(oauth)?;
    ///
    /// let cookie = oauth.cookie_for(&serde_json::json!({"state": "xyz"}))?;
    /// assert!(oauth.load([&cookie]).contains_key("state"));
    /// assert!(manager.load([cookie.replace("oauth=", "session=")]).is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`SessionManager::new`]; and [`ConfigError::SiblingName`] for the name of this manager, or of the one that this is a sibling
    /// of. Two siblings may have one name, since they have one key.
    pub fn sibling(&self, config: CookieConfig) -> Result<Self, ConfigError> {
        let Options { config: CookieConfig { name, .. }, clock, ring, sibling_of, .. } = &*self.0.options;
        let main = sibling_of.as_ref().unwrap_or(name);
        if [main, name].contains(&&config.name) {
            return Err(ConfigError::SiblingName(config.name));
        }
        let options = Options::new(config, Arc::clone(clock), Arc::clone(ring))?;
        startup::log(&ring.keys(), &self.keys_in_use(), &options.config);
        Ok(Self::of(Options { sibling_of: Some(main.clone()), ..options }))
    }

    /// Uses `clock` instead of the system clock, so that tests are deterministic. Call it before [`SessionManager::sibling`] and
    /// `clone`: those that were made before keep their clock.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager, UnixTime};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// let now = Arc::new(AtomicU64::new(1_700_000_000));
    /// let clock = Arc::clone(&now);
    /// let manager = manager.with_clock(move || UnixTime::from_secs(clock.load(Ordering::Relaxed)));
    ///
    /// let cookie = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// now.fetch_add(3600, Ordering::Relaxed);
    /// assert!(manager.load([&cookie]).contains_key("user_id"));
    /// now.fetch_add(1, Ordering::Relaxed);
    /// assert!(manager.load([&cookie]).is_empty()); // expired
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> Self {
        Self::of(Options { clock: Arc::new(clock), ..Options::clone(&self.0.options) })
    }

    /// Returns the session of a request, from the values of its `Cookie` headers.
    ///
    /// Nothing is verified before the session is touched, and nothing here fails: a cookie that is malformed, forged,
    /// expired or otherwise no session gives a new, empty one, and [`Session::origin`] says why.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// let cookie = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// // Two `Cookie` headers, as over HTTP/2, with other cookies in them.
    /// let session = manager.load(["theme=dark".to_owned(), format!("lang=en; {cookie}")]);
    /// assert!(session.contains_key("user_id"));
    /// assert!(manager.load(["session=junk"]).is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn load<I: IntoIterator<Item: AsRef<[u8]>>>(&self, cookie_headers: I) -> Session {
        self.load_inside(None, cookie_headers)
    }

    /// Returns an empty session that no request brought, for a test or a script.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, Session, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// fn greet(session: &Session) -> &'static str {
    ///     if session.contains_key("user_id") { "Hello." } else { "Please log in." }
    /// }
    ///
    /// assert_eq!(greet(&manager.new_session()), "Please log in.");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn new_session(&self) -> Session {
        Session::new(self.issuer(None), None, Candidates::default())
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
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("user_id", "42")?;
    /// let answer = manager.save(&session)?;
    /// assert!(answer.set_cookie().is_some());
    /// assert!(session.insert("late", true).is_err()); // the headers are out
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::OtherManager`] for a session that another manager loaded; [`SessionError::ResponseSent`] the second
    /// time.
    pub fn save<E>(&self, session: &Session<E>) -> Result<Answer, SessionError> {
        if self.owns(session) { session.save() } else { Err(SessionError::OtherManager) }
    }

    /// Returns the session of a request that other session layers may have seen before. Adapters call this before the
    /// handler, and [`PendingSave::save`] after it.
    ///
    /// `outer` is the session that was begun last for the request, of whatever name. If this manager loaded it, or one around it, that
    /// session is the request's, and the layer that loaded it saves it: there is nothing to save here. Otherwise a new one is
    /// loaded for the handlers inside.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// // A layer, around the handler:
    /// let (session, pending) = manager.begin(None, ["theme=dark"]);
    /// session.insert("user_id", "42")?;
    /// // The same layer again, further in: it has the same session, and leaves the saving to the outer one.
    /// let (_, nothing_to_save) = manager.begin(Some(&session), ["theme=dark"]);
    /// assert!(nothing_to_save.is_none());
    ///
    /// let answer = pending.and_then(|pending| pending.save()).ok_or("the session was not saved")?;
    /// assert!(answer.set_cookie().is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "`PendingSave::save` saves the session"]
    pub fn begin<I: IntoIterator<Item: AsRef<[u8]>>>(
        &self,
        outer: Option<&Session>,
        cookie_headers: I,
    ) -> (Session, Option<PendingSave>) {
        for session in Session::outwards(outer) {
            if self.owns(session) {
                return (session.clone(), None);
            }
            let Options { config: CookieConfig { name: cookie, .. }, notices, .. } = &*self.0.options;
            if session.issuer().options.config.name == *cookie && notices.is_first_twin() {
                tracing::error!(
                    cookie,
                    "two session managers in one stack have the same cookie name; make one and clone it, or rename one"
                );
            }
        }
        let session = self.load_inside(outer.cloned(), cookie_headers);
        (session.clone(), Some(PendingSave(Some(session))))
    }

    fn load_inside<I: IntoIterator<Item: AsRef<[u8]>>>(&self, outer: Option<Session>, cookie_headers: I) -> Session {
        Session::new(self.issuer(outer.as_ref()), outer, Candidates::find(&self.0.options.config.name, cookie_headers))
    }

    /// Returns what opens and signs the sessions of a request that comes now, or that has sessions already: those of one ring
    /// have the same keys, since a handler may copy what a forged one holds into another.
    fn issuer(&self, outer: Option<&Session>) -> Arc<Issuer> {
        let Shared { options, issuer } = &*self.0;
        let current = Arc::clone(&issuer.read().unwrap_or_else(PoisonError::into_inner));
        let mut outers = Session::outwards(outer).map(Session::issuer);
        let keys = match outers.find(|outer| Arc::ptr_eq(&outer.options.ring, &options.ring)) {
            Some(outer) => Arc::clone(&outer.keys),
            None if current.keys.are_replaced() => options.ring.keys(),
            None => return current,
        };
        if Arc::ptr_eq(&keys, &current.keys) {
            return current;
        }
        let made = Arc::new(Issuer::new(Arc::clone(options), keys));
        issuer.write().unwrap_or_else(PoisonError::into_inner).clone_from(&made);
        made
    }

    /// Returns whether this manager, or a clone of it, loaded `session`.
    fn owns<E>(&self, session: &Session<E>) -> bool {
        Arc::ptr_eq(&self.0.options, &session.issuer().options)
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionManager").field("config", &self.0.options.config).finish_non_exhaustive()
    }
}

/// A session that an adapter has to save when the response is there.
///
/// If it is dropped unsaved (client gone, outer timeout), the session is closed too, so a later write fails loudly.
#[derive(Debug)]
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
            let options = &session.issuer().options;
            options.notices.log(Notice::NoResponse, &options.config.name, None, None);
        }
    }
}
