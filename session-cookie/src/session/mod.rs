//! The session that a handler touches.

mod lock;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use session_codec::Lifetime;

use self::lock::SessionLock;
use crate::config::{LONGEST_COOKIE, is_whole_seconds};
use crate::cookie::Candidates;
use crate::error::SessionError;
use crate::issuer::{Answer, Issuer};
use crate::record::{MAX_DEPTH, Members, Origin, Record, depth};

/// The session of one request: a dictionary that travels in a signed cookie.
///
/// A handle: clones share one session, and concurrent use is safe. The cookie is verified on first use and re-sent only
/// if something changed; changes are detected automatically.
///
/// **The browser's owner can read all of it.** Store who someone is, not what they must not know.
///
/// After the response's headers are out (see [`SessionManager::save`](crate::SessionManager::save)) a change is an error. The calls
/// that return no `Result` then do nothing, return `false` where they return something, and are logged at error.
///
/// A float that is not a number, or is infinite, is stored as `null`, as in all of `serde_json`.
///
/// **A value of the type before a deploy** is in the browsers until it expires. If it does not read as the new type, `get` and the
/// like return [`SessionError::WrongType`], which by plain `?` is a 500 at every request. Store a changed type under a new key,
/// let it read the old form with `#[serde(default)]` and `#[serde(alias = "..")]`, or drop what does not read:
///
/// ```
/// # use session_cookie::{CookieConfig, Key, SessionError, SessionManager};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
/// # let session = manager.load([""; 0]);
/// # session.insert("cart", "egg")?;
/// let cart: Vec<String> = match session.get("cart") {
///     Err(SessionError::WrongType { key, .. }) => {
///         session.remove(&key);
///         Vec::new()
///     }
///     cart => cart?.unwrap_or_default(),
/// };
/// # assert!(cart.is_empty() && session.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// The examples below begin with a new session:
///
/// ```
/// # use session_cookie::{CookieConfig, Key, Session, SessionManager};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
/// let session: Session = manager.load([""; 0]);
/// session.insert("user_id", "42")?;
/// assert_eq!(session.get::<String>("user_id")?.as_deref(), Some("42"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    lock: SessionLock,
    /// The session that another manager loaded for the same request, before this one.
    outer: Option<Session>,
}

/// Each method names what it is in Python, where VelociPy's session is a `dict`.
impl Session {
    pub(crate) fn new(issuer: Arc<Issuer>, outer: Option<Self>, candidates: Candidates) -> Self {
        Self(Arc::new(Shared { lock: SessionLock::new(issuer, candidates), outer }))
    }

    pub(crate) fn issuer(&self) -> &Arc<Issuer> {
        self.0.lock.issuer()
    }

    /// Goes from the session that another manager loaded last, before this one, to the one that was loaded first.
    pub(crate) fn outers(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.0.outer.as_ref(), |session| session.0.outer.as_ref())
    }

    /// A cookie takes the place of those that sessions further out would give the same name.
    pub(crate) fn save(&self) -> Result<Answer, SessionError> {
        let answer = self.0.lock.save()?;
        if answer.set_cookie().is_some() {
            let name = &self.issuer().config.name;
            self.outers()
                .filter(|outer| outer.issuer().config.name == *name)
                .for_each(|outer| outer.0.lock.supersede());
        }
        Ok(answer)
    }

    /// Ends the session's changes. Returns whether there were any.
    pub(crate) fn close(&self) -> bool {
        self.0.lock.close()
    }

    /// Returns the value under `key`, if there is one: `s.get(key)`. A `null` is one only for a `T` that can be null.
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongType`], if the value does not read as a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        value(self.0.lock.read()?.members(), key)
    }

    /// Stores `value` under `key`: `s[key] = value`. Inserting the value that is there already is not a change.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unserializable`]; [`SessionError::TooDeep`]; [`SessionError::TooLarge`], if the cookie would not fit
    /// into a browser.
    #[doc(alias = "set")]
    pub fn insert(&self, key: &str, value: impl Serialize) -> Result<(), SessionError> {
        let json = to_json(key, &value)?;
        self.0.lock.change(|members| members.with(key, &json))?;
        Ok(())
    }

    /// Removes `key` and returns whether it was present: `del s[key]`.
    #[doc(alias("delete", "unset"))]
    #[allow(clippy::must_use_candidate, reason = "it is called to remove")]
    pub fn remove(&self, key: &str) -> bool {
        logged("remove", self.0.lock.change(|members| members.without(key)))
    }

    /// Removes `key` and returns the value that it had: `s.pop(key, None)`. For messages that are shown once.
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongType`], if the value does not read as a `T`; it then stays.
    #[doc(alias("pop", "flash"))]
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        self.0.lock.update(|members| Ok((value(members, key)?, members.without(key))))
    }

    /// Returns the value under `key`, after inserting what `default` returns if there was none:
    /// `s.setdefault(key, default)`. What `default` must not do is as for [`Session::update`].
    ///
    /// # Errors
    ///
    /// As [`Session::get`] and [`Session::insert`]; [`SessionError::InsideUpdate`], if `default` uses the session.
    #[doc(alias = "setdefault")]
    pub fn get_or_insert_with<T>(&self, key: &str, default: impl FnOnce() -> T) -> Result<T, SessionError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.0.lock.update(|members| {
            if let Some(value) = value(members, key)? {
                return Ok((value, None));
            }
            let value = default();
            let json = to_json(key, &value)?;
            Ok((value, members.with(key, &json)))
        })
    }

    /// Changes the value under `key` in place, starting from `T::default()` if there is none: `s[key].append(..)`.
    /// Returns what the closure returns.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.load([""; 0]);
    /// session.update("cart", |cart: &mut Vec<String>| cart.push("egg".to_owned()))?;
    /// assert_eq!(session.get("cart")?, Some(vec!["egg".to_owned()]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A closure that leaves the value as it was changes nothing.
    ///
    /// Other threads that write to the session wait for the closure. So the closure must not wait for them: never block on a
    /// future in it, and never write to a second session, whose own update may be waiting for this one.
    ///
    /// # Errors
    ///
    /// As [`Session::get`] and [`Session::insert`]; the session then stays as it was. A call on the session inside the
    /// closure returns [`SessionError::InsideUpdate`].
    pub fn update<T, R>(&self, key: &str, change: impl FnOnce(&mut T) -> R) -> Result<R, SessionError>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        self.0.lock.update(|members| {
            let mut value: T = value(members, key)?.unwrap_or_default();
            // Compared with what the value is written as, not with what was signed: a set has no order.
            let before = to_json(key, &value).ok();
            let result = change(&mut value);
            let after = to_json(key, &value)?;
            let is_same = before.is_some_and(|before| before == after);
            Ok((result, if is_same { None } else { members.with(key, &after) }))
        })
    }

    /// Inserts all pairs, or none if one fails: `s.update(pairs)`.
    ///
    /// # Errors
    ///
    /// As [`Session::insert`].
    pub fn extend<K: AsRef<str>, V: Serialize>(
        &self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), SessionError> {
        let pairs = pairs.into_iter().map(|(key, value)| {
            let key = key.as_ref();
            Ok((key.to_owned(), to_json(key, &value)?))
        });
        // The keys are copied, since their `AsRef` may use the session.
        let pairs = pairs.collect::<Result<Vec<(String, String)>, SessionError>>()?;
        self.0.lock.change(|members| members.with_all(&pairs))?;
        Ok(())
    }

    /// Empties the session: `s.clear()`. Also forgets when the session began and its own lifetime, so that what is put
    /// in afterwards is a new session. If nothing is, the browser is told to remove its cookie, even if it sent none: it
    /// [may have kept it back](crate::guide::login#requests-that-come-without-the-cookie).
    ///
    /// A copy of the cookie that someone made before stays good until it expires.
    #[doc(alias("flush", "purge", "destroy", "invalidate", "logout"))]
    pub fn clear(&self) {
        let cleared = self.0.lock.write(|record, _| {
            record.clear();
            Ok(())
        });
        logged("clear", cleared);
    }

    /// Returns whether there is a value under `key`: `key in s`.
    #[doc(alias = "has")]
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.peek().members().get(key).is_some()
    }

    /// Returns the keys, in the order in which they were first inserted: `list(s)`.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.peek().members().keys()
    }

    /// Returns the number of keys: `len(s)`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peek().members().len()
    }

    /// Returns whether the session has no keys: `not s`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peek().members().is_empty()
    }

    /// Deserialises the whole session into one struct or map.
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongShape`], if it does not read as a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, SessionError> {
        let record = self.0.lock.read()?;
        serde_json::from_str(&record.members().to_canonical_json())
            .map_err(|_| SessionError::WrongShape { expected: std::any::type_name::<T>() })
    }

    /// Replaces the whole session with one struct or map. Members that `value` does not have are removed; members whose
    /// value is the same stay as they are.
    ///
    /// # Errors
    ///
    /// [`SessionError::NotAnObject`]; [`SessionError::TooDeep`]; [`SessionError::TooLarge`], if the cookie would not fit
    /// into a browser.
    pub fn write<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SessionError> {
        let not_an_object = || SessionError::NotAnObject { value: std::any::type_name::<T>() };
        let json = serde_json::to_string(value).map_err(|_| not_an_object())?;
        if depth(&json) > MAX_DEPTH + 1 {
            return Err(SessionError::TooDeep { limit: MAX_DEPTH });
        }
        let object = Members::parse(json).ok_or_else(not_an_object)?;
        self.0.lock.write(|record, issuer| match record.members().replaced_by(&object).ok_or_else(not_an_object)? {
            Some(members) => record.change(members, &issuer.cookie),
            None => Ok(()),
        })
    }

    /// Signs the session with a fresh timestamp even if nothing changed. At login, together with what the login stores.
    #[doc(alias("cycle", "touch", "regenerate"))]
    pub fn renew(&self) {
        let renewed = self.0.lock.write(|record, _| {
            record.renew();
            Ok(())
        });
        logged("renew", renewed);
    }

    /// Gives this session its own lifetime ("remember me"): whole seconds, not above the configured `max_age` nor the 400
    /// days for which browsers keep a cookie; or until the browser closes, and `max_age` at most. It is signed into the cookie, so that the server enforces it and
    /// later changes keep it, until [`Session::clear`].
    ///
    /// # Errors
    ///
    /// [`SessionError::Lifetime`], if the lifetime is not of whole seconds, or too long.
    #[doc(alias("remember_me", "expiry", "set_expiry"))]
    pub fn set_lifetime(&self, lifetime: Lifetime) -> Result<(), SessionError> {
        self.0.lock.write(|record, issuer| {
            let max_age = issuer.config.max_age;
            if let Lifetime::For(lifetime) = lifetime
                && (!is_whole_seconds(lifetime) || lifetime > max_age.unwrap_or(LONGEST_COOKIE).min(LONGEST_COOKIE))
            {
                return Err(SessionError::Lifetime { lifetime, max_age });
            }
            record.set_lifetime(lifetime, &issuer.cookie)
        })
    }

    /// Returns where the session came from, and why it started empty if it did.
    #[doc(alias("status", "is_new"))]
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.peek().origin()
    }

    fn peek(&self) -> Arc<Record> {
        self.0.lock.peek()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

/// For calls without a `Result`: a failure is logged, and nothing happens.
fn logged<R: Default>(call: &str, result: Result<R, SessionError>) -> R {
    result.unwrap_or_else(|error| {
        tracing::error!(call, %error, "a call on the session did nothing");
        R::default()
    })
}

fn to_json<T: Serialize>(key: &str, value: &T) -> Result<String, SessionError> {
    let json = serde_json::to_string(value)
        .map_err(|_| SessionError::Unserializable { key: key.to_owned(), value: std::any::type_name::<T>() })?;
    if depth(&json) > MAX_DEPTH {
        return Err(SessionError::TooDeep { limit: MAX_DEPTH });
    }
    Ok(json)
}

/// A `null` that does not read as a `T` counts as nothing: VelociPy's handlers store `None`, and get `None` back.
fn value<T: DeserializeOwned>(members: &Members, key: &str) -> Result<Option<T>, SessionError> {
    let Some(json) = members.get(key) else { return Ok(None) };
    match serde_json::from_str(json) {
        Ok(value) => Ok(Some(value)),
        Err(_) if json == "null" => Ok(None),
        Err(_) => Err(SessionError::WrongType {
            key: key.to_owned(),
            expected: std::any::type_name::<T>(),
            found: match json.as_bytes().first() {
                Some(b'{') => "an object",
                Some(b'[') => "an array",
                Some(b'"') => "a string",
                Some(b't' | b'f') => "a boolean",
                _ => "a number",
            },
        }),
    }
}
