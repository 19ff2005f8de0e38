//! The session that a handler touches.

mod lock;
mod typed;

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use session_codec::Lifetime;

use self::lock::SessionLock;
use crate::config::{LONGEST_COOKIE, is_whole_seconds};
use crate::cookie::Candidates;
use crate::error::SessionError;
use crate::issuer::{Answer, Issuer};
use crate::record::{Members, Origin};

/// The session of one request: a dictionary that travels in a signed cookie.
///
/// A handle: clones share one session, and concurrent use is safe. The cookie is verified on first use. It is sent
/// again only for a change, which is detected automatically, a removal, a renewal, a refresh that is due, or if a fallback key signed it.
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
/// let it read the old form with `#[serde(default)]` and `#[serde(alias = "..")]`, or drop what does not read (in an adapter's
/// handler the error is `SessionError::Session(session_cookie::SessionError::WrongType { .. })`):
///
/// ```
/// # use session_cookie::{CookieConfig, Key, SessionError, SessionManager};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
/// # let session = manager.new_session();
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
/// let session: Session = manager.new_session();
/// session.insert("user_id", "42")?;
/// assert_eq!(session.get::<String>("user_id")?.as_deref(), Some("42"));
/// # Ok(())
/// # }
/// ```
pub struct Session<E = SessionError> {
    shared: Arc<Shared>,
    error: PhantomData<fn() -> E>,
}

struct Shared {
    lock: SessionLock,
    /// The session that another manager loaded for the same request, before this one.
    outer: Option<Session>,
}

impl Session {
    pub(crate) fn new(issuer: Arc<Issuer>, outer: Option<Self>, candidates: Candidates) -> Self {
        let shared = Shared { lock: SessionLock::new(issuer, candidates), outer };
        Self { shared: Arc::new(shared), error: PhantomData }
    }

    /// Goes from this session of a request to the one that was begun first.
    pub(crate) fn outwards(session: Option<&Self>) -> impl Iterator<Item = &Self> {
        std::iter::successors(session, |session| session.shared.outer.as_ref())
    }
}

impl<E> Session<E> {
    pub(crate) fn issuer(&self) -> &Arc<Issuer> {
        &self.shared.lock.issuer
    }

    /// A cookie takes the place of those that sessions further out would give the same name.
    pub(crate) fn save(&self) -> Result<Answer, SessionError> {
        let answer = self.shared.lock.save()?;
        if answer.set_cookie().is_some() {
            let name = &self.issuer().options.config.name;
            Session::outwards(self.shared.outer.as_ref())
                .filter(|outer| outer.issuer().options.config.name == *name)
                .for_each(|outer| outer.shared.lock.supersede());
        }
        Ok(answer)
    }

    /// Ends the session's changes. Returns whether there were any.
    pub(crate) fn close(&self) -> bool {
        self.shared.lock.close()
    }

    /// Returns another handle to this session, whose methods return an `F` where they fail. Adapters use it, so that a handler
    /// sees one error.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, Session, SessionError, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// struct AppError(String);
    ///
    /// impl From<SessionError> for AppError {
    ///     fn from(error: SessionError) -> Self {
    ///         Self(error.to_string())
    ///     }
    /// }
    ///
    /// fn handler(session: &Session<AppError>) -> Result<(), AppError> {
    ///     session.insert("user_id", "42")
    /// }
    ///
    /// assert!(handler(&session.with_error()).is_ok());
    /// assert!(session.contains_key("user_id"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_error<F>(&self) -> Session<F> {
        Session { shared: Arc::clone(&self.shared), error: PhantomData }
    }
}

/// `E` is the error that an adapter chose; without one it is [`SessionError`].
impl<E: From<SessionError>> Session<E> {
    /// Returns the value under `key`, if there is one. A `null` is one only for a `T` that can be null.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("theme", "dark")?;
    /// assert_eq!(session.get::<String>("theme")?.as_deref(), Some("dark"));
    /// let language: Option<String> = session.get("language")?;
    /// assert_eq!(language, None);
    /// assert!(session.get::<u32>("theme").is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongType`], if the value does not read as a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, E> {
        Ok(typed::value(&self.shared.lock.read()?.members, key)?)
    }

    /// Stores `value` under `key`. Inserting the value that is there already is not a change.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("cart", ["egg", "ham"])?;
    ///
    /// // A browser would not keep it, so the call fails, and the session is as before.
    /// assert!(session.insert("cart", "x".repeat(5000)).is_err());
    /// assert_eq!(session.get::<Vec<String>>("cart")?.map(|cart| cart.len()), Some(2));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::Unserializable`]; [`SessionError::TooDeep`]; [`SessionError::TooLarge`], if the cookie would not fit
    /// into a browser.
    #[doc(alias = "set")]
    pub fn insert(&self, key: &str, value: impl Serialize) -> Result<(), E> {
        let json = typed::to_json(key, &value);
        self.log_refusal(json.and_then(|json| self.shared.lock.change(|members| members.with(key, &json))))?;
        Ok(())
    }

    /// Removes `key` and returns whether it was present.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("coupon", "SPRING")?;
    /// assert!(session.remove("coupon"));
    /// assert!(!session.remove("coupon"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("delete", "unset"))]
    #[allow(clippy::must_use_candidate, reason = "it is called to remove")]
    pub fn remove(&self, key: &str) -> bool {
        logged("remove", self.shared.lock.change(|members| members.without(key)))
    }

    /// Removes `key` and returns the value that it had. For messages that are shown once.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("flash", "Saved.")?;
    /// assert_eq!(session.take("flash")?, Some("Saved.".to_owned()));
    /// assert_eq!(session.take::<String>("flash")?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongType`], if the value does not read as a `T`; it then stays.
    #[doc(alias("pop", "flash"))]
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, E> {
        self.log_refusal(self.shared.lock.update(|members| Ok((typed::value(members, key)?, members.without(key)))))
    }

    /// Returns the value under `key`, after inserting what `default` returns if there was none. What `default` must
    /// not do is as for [`Session::update`].
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// let token: String = session.get_or_insert_with("csrf", || "a random text".to_owned())?;
    /// let again: String = session.get_or_insert_with("csrf", || "another one".to_owned())?;
    /// assert_eq!(token, again);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Session::get`] and [`Session::insert`]; [`SessionError::InsideUpdate`], if `default` uses the session.
    #[doc(alias = "setdefault")]
    pub fn get_or_insert_with<T>(&self, key: &str, default: impl FnOnce() -> T) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
    {
        let value = self.shared.lock.update(|members| {
            if let Some(value) = typed::value(members, key)? {
                return Ok((value, None));
            }
            let value = default();
            let json = typed::to_json(key, &value)?;
            Ok((value, members.with(key, &json)))
        });
        self.log_refusal(value)
    }

    /// Changes the value under `key` in place, starting from `T::default()` if there is none.
    /// Returns what the closure returns.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
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
    pub fn update<T, R>(&self, key: &str, change: impl FnOnce(&mut T) -> R) -> Result<R, E>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let Ok(result) = self.try_update(key, |value| Ok::<R, Infallible>(change(value)))?;
        Ok(result)
    }

    /// The same, for a closure that can fail: with its `Err` the session stays as it was.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// # session.insert("credit", 10)?;
    /// let spend = |amount: u32| {
    ///     session.try_update("credit", |credit: &mut u32| {
    ///         *credit = credit.checked_sub(amount).ok_or("not enough credit")?;
    ///         Ok(*credit)
    ///     })
    /// };
    /// assert_eq!(spend(7)?, Ok(3));
    /// assert_eq!(spend(7)?, Err("not enough credit"));
    /// # assert_eq!(session.get("credit")?, Some(3));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Session::update`]; inside, the closure's own.
    pub fn try_update<T, R, F>(&self, key: &str, change: impl FnOnce(&mut T) -> Result<R, F>) -> Result<Result<R, F>, E>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let result = self.shared.lock.update(|members| {
            let mut value: T = typed::value(members, key)?.unwrap_or_default();
            // Compared with what the value is written as, not with what was signed: a set has no order.
            let before = typed::to_text(&value).ok();
            let result = match change(&mut value) {
                Ok(result) => result,
                Err(error) => return Ok((Err(error), None)),
            };
            let after = typed::to_json(key, &value)?;
            let is_same = before.is_some_and(|before| before == after);
            Ok((Ok(result), if is_same { None } else { members.with(key, &after) }))
        });
        self.log_refusal(result)
    }

    /// Inserts all pairs, or none if one fails.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.extend([("user_id", "42"), ("name", "alice")])?;
    /// assert!(session.extend([("name", "bob".to_owned()), ("note", "x".repeat(5000))]).is_err());
    /// assert_eq!(session.get::<String>("name")?.as_deref(), Some("alice"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Session::insert`].
    pub fn extend<K: AsRef<str>, V: Serialize>(&self, pairs: impl IntoIterator<Item = (K, V)>) -> Result<(), E> {
        let pairs = pairs.into_iter().map(|(key, value)| {
            let key = key.as_ref();
            Ok((key.to_owned(), typed::to_json(key, &value)?))
        });
        // The keys are copied, since their `AsRef` may use the session.
        let pairs: Result<Vec<(String, String)>, SessionError> = pairs.collect();
        self.log_refusal(pairs.and_then(|pairs| self.shared.lock.change(|members| members.with_all(&pairs))))?;
        Ok(())
    }

    /// Empties the session. Also forgets when the session began and its own lifetime, so that what is put
    /// in afterwards is a new session. If nothing is, the browser is told to remove its cookie, even if it sent none: it
    /// [may have kept it back](crate::guide::login#requests-that-come-without-the-cookie).
    ///
    /// A copy of the cookie that someone made before stays good until it expires.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// let cookie = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// let session = manager.load([cookie]);
    /// session.clear();
    /// let answer = manager.save(&session)?;
    /// assert!(answer.set_cookie().unwrap_or_default().starts_with("session=; Max-Age=0"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("flush", "purge", "destroy", "invalidate", "logout"))]
    pub fn clear(&self) {
        logged("clear", self.shared.lock.write(|record, _| record.clear()));
    }

    /// Returns whether there is a value under `key`.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// let is_logged_in = session.contains_key("user_id");
    /// assert!(!is_logged_in);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "has")]
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.shared.lock.peek().members.get(key).is_some()
    }

    /// Returns the keys, in the order in which they were first inserted.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.extend([("b", 1), ("a", 2)])?;
    /// session.insert("b", 3)?;
    /// assert_eq!(session.keys(), ["b", "a"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.shared.lock.peek().members.keys()
    }

    /// Returns the number of keys.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.extend([("a", 1), ("b", 2)])?;
    /// assert_eq!(session.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.lock.peek().members.len()
    }

    /// Returns whether the session has no keys.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// assert!(session.is_empty()); // new, or its cookie was refused
    /// session.insert("a", 1)?;
    /// assert!(!session.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shared.lock.peek().members.is_empty()
    }

    /// Deserialises the whole session into one struct or map.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// use serde::Deserialize;
    ///
    /// #[derive(Default, Deserialize)]
    /// #[serde(default)] // a session lacks what was never put in
    /// struct User {
    ///     user_id: Option<String>,
    ///     theme: String,
    /// }
    ///
    /// session.insert("theme", "dark")?;
    /// let user: User = session.read()?;
    /// assert_eq!((user.user_id, user.theme.as_str()), (None, "dark"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongShape`], if it does not read as a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, E> {
        let record = self.shared.lock.read()?;
        Ok(typed::read(&record.members)?)
    }

    /// Replaces the whole session with one struct or map. Members that `value` does not have are removed; members whose
    /// value is the same stay as they are.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("cart", ["egg"])?;
    /// session.write(&serde_json::json!({"user_id": "42"}))?;
    /// assert_eq!(session.keys(), ["user_id"]); // the cart is gone; `modify` would have left it
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::NotAnObject`]; [`SessionError::TooDeep`]; [`SessionError::TooLarge`], if the cookie would not fit
    /// into a browser.
    pub fn write<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), E> {
        let object = typed::to_text(value).and_then(typed::object::<T>);
        self.log_refusal(object.and_then(|object| self.shared.lock.change(|members| members.replaced_by(&object))))?;
        Ok(())
    }

    /// Changes the whole session in place, as one struct. Returns what the closure returns.
    ///
    /// Unlike [`Session::write`] it leaves the members that `T` does not have as they are, since other code may have put them in,
    /// and those that the closure does not change. An empty session is `T::default()`; any other is read, so give `T` a
    /// `#[serde(default)]`, or it is [`SessionError::WrongShape`] as soon as other code stores a member. A closure that leaves the
    /// struct as it was changes nothing.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// #[serde(default)]
    /// struct Shop {
    ///     #[serde(alias = "basket")] // its name before the last deploy
    ///     cart: Vec<String>,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// session.insert("user_id", "42")?;
    /// session.insert("basket", ["egg"])?;
    /// session.modify(|shop: &mut Shop| shop.cart.push("ham".to_owned()))?;
    /// assert_eq!(session.keys(), ["user_id", "cart"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What the closure must not do is as for [`Session::update`].
    ///
    /// # Errors
    ///
    /// As [`Session::read`] and [`Session::write`]; the session then stays as it was.
    pub fn modify<T, R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, E>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let result = self.shared.lock.update(|members| {
            let (mut value, ignored) = match members.is_empty() {
                true => (T::default(), Vec::new()),
                false => typed::read_in_part(members)?,
            };
            let before = typed::to_text(&value).ok();
            let result = change(&mut value);
            let after = typed::to_text(&value)?;
            if before.as_ref() == Some(&after) {
                return Ok((result, None));
            }
            let after = typed::object::<T>(after)?;
            let before = before.and_then(Members::parse).unwrap_or_default();
            let is_read =
                |key: &str| !ignored.iter().any(|ignored| ignored == key) && typed::is_read::<T>(members, key);
            Ok((result, members.merged_with(&before, &after, is_read)))
        });
        self.log_refusal(result)
    }

    /// Takes back all changes of this request, `clear`, `renew` and `set_lifetime` too: the session is as the request brought
    /// it.
    ///
    /// For a login of which the second half fails: what the first half stored is not signed.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, Session, SessionError, SessionManager};
    /// # fn check_second_factor() -> bool { false }
    /// fn log_in(session: &Session) -> Result<(), SessionError> {
    ///     session.clear();
    ///     session.insert("user_id", "42")?;
    ///     if !check_second_factor() {
    ///         session.discard()?;
    ///     }
    ///     Ok(())
    /// }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// # log_in(&session)?;
    /// # assert!(manager.save(&session)?.set_cookie().is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::ResponseSent`]; [`SessionError::InsideUpdate`].
    #[doc(alias("rollback", "reset"))]
    pub fn discard(&self) -> Result<(), E> {
        self.log_refusal(self.shared.lock.discard())
    }

    /// Signs the session with a fresh timestamp even if nothing changed. At login, together with what the login stores.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// let cookie = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// let session = manager.load([cookie]);
    /// session.renew();
    /// assert!(manager.save(&session)?.set_cookie().is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("cycle", "touch", "regenerate"))]
    pub fn renew(&self) {
        logged("renew", self.shared.lock.write(|record, _| record.renew()));
    }

    /// Gives this session its own lifetime ("remember me"): whole seconds, not above the configured `max_age` nor the 400
    /// days for which browsers keep a cookie; or until the browser closes, which the server believes for the
    /// `default_lifetime`, or for `max_age` without one. It is signed into the cookie, so that the server enforces it and later
    /// changes keep it, until [`Session::clear`].
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, Lifetime, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::time::Duration;
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    /// const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    /// let config = CookieConfig::default().with_max_age(30 * DAY).with_default_lifetime(DAY);
    /// let manager = SessionManager::new(key, config)?;
    ///
    /// let session = manager.new_session();
    /// session.insert("user_id", "42")?;
    /// session.set_lifetime(Lifetime::For(30 * DAY))?; // the user ticked "remember me"
    /// assert!(session.set_lifetime(Lifetime::For(31 * DAY)).is_err());
    /// let answer = manager.save(&session)?;
    /// assert!(answer.set_cookie().unwrap_or_default().contains("; Max-Age=2592000;"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`SessionError::Lifetime`], if the lifetime is not of whole seconds, or too long.
    #[doc(alias("remember_me", "expiry", "set_expiry"))]
    pub fn set_lifetime(&self, lifetime: Lifetime) -> Result<(), E> {
        let set = self.shared.lock.write(|record, issuer| {
            let max_age = issuer.options.config.max_age;
            if let Lifetime::For(lifetime) = lifetime
                && (!is_whole_seconds(lifetime) || lifetime > max_age.unwrap_or(LONGEST_COOKIE).min(LONGEST_COOKIE))
            {
                return Err(SessionError::Lifetime { lifetime, max_age });
            }
            record.set_lifetime(lifetime, &issuer.options.cookie)
        });
        self.log_refusal(set.flatten())
    }

    /// Returns where the session came from, and why it started empty if it did.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// use session_cookie::{DecodeError, Origin};
    ///
    /// let cookie = manager.cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// let forged = cookie.replace("session=ey", "session=eY");
    /// assert_eq!(manager.load([forged]).origin(), Origin::Rejected(DecodeError::InvalidSignature));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("status", "is_new"))]
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.shared.lock.peek().origin
    }

    /// Logs why a change is refused: the caller has the error too, and may drop it.
    fn log_refusal<R>(&self, changed: Result<R, SessionError>) -> Result<R, E> {
        let cookie = &self.issuer().options.config.name;
        let result = changed.inspect_err(|error| tracing::debug!(cookie, %error, "session change refused"));
        Ok(result?)
    }
}

impl<E> Clone for Session<E> {
    fn clone(&self) -> Self {
        self.with_error()
    }
}

impl<E> fmt::Debug for Session<E> {
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
