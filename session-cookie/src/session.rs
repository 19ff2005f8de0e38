use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use session_codec::for_each_member;

use crate::config_error::is_lifetime;
use crate::error::SessionError;
use crate::loaded::Loaded;
use crate::manager::SessionManager;
use crate::origin::Origin;
use crate::shared::Shared;

/// The session of one request: a dictionary that travels in a signed cookie.
///
/// A handle: clones share one session, and concurrent use is safe. The cookie is verified at the first call, and sent
/// anew only if something changed, which is noticed by itself.
///
/// **The browser's owner can read all of it.** Store who someone is, not what they must not know.
///
/// After the response's headers are out (see [`SessionManager::save`]) a change is an error. The calls
/// that return no `Result` then do nothing, return `false` where they return something, and are logged at error.
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

/// Each method names what it is in Python, where VelociPy's session is a `dict`.
impl Session {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// The value under `key`, if there is one: `s.get(key)`. A `null` is one only for a `T` that can be null.
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongType`], if the value does not read as a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        self.0.read(|loaded| value(loaded, key))
    }

    /// Puts `value` under `key`: `s[key] = value`. Inserting the value that is there already is not a change.
    ///
    /// As in all of `serde_json`, a float that is not a number, or is infinite, becomes `null`.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unserializable`]; [`SessionError::TooLarge`], if the cookie would not fit into a browser.
    pub fn insert(&self, key: &str, value: impl Serialize) -> Result<(), SessionError> {
        let json = to_json(key, &value)?;
        self.0.write(|loaded, manager| {
            loaded.change(manager.cookie(), |draft| {
                draft.insert(key, &json);
                Ok(())
            })
        })
    }

    /// Takes `key` out: `del s[key]`. Whether it was there.
    pub fn remove(&self, key: &str) -> bool {
        self.logged("remove", |loaded, manager| {
            loaded.change(manager.cookie(), |draft| {
                draft.remove(key);
                Ok(draft.is_changed())
            })
        })
    }

    /// Takes the value under `key` out and returns it: `s.pop(key, None)`. For messages that are shown once.
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongType`], if the value does not read as a `T`; it then stays.
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        self.0.write(|loaded, manager| {
            let value = value(loaded, key)?;
            loaded.change(manager.cookie(), |draft| {
                draft.remove(key);
                Ok(())
            })?;
            Ok(value)
        })
    }

    /// The value under `key`, after putting in what `default` returns if there was none: `s.setdefault(key, default)`.
    ///
    /// # Errors
    ///
    /// As [`Session::get`] and [`Session::insert`]; [`SessionError::InsideUpdate`], if `default` uses the session.
    pub fn get_or_insert_with<T>(&self, key: &str, default: impl FnOnce() -> T) -> Result<T, SessionError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.0.update(
            |loaded| value(loaded, key),
            |present| match present {
                Some(value) => Ok((value, None)),
                None => {
                    let value = default();
                    let json = to_json(key, &value)?;
                    Ok((value, Some(json)))
                }
            },
            |loaded, manager, (value, json)| {
                if let Some(json) = json {
                    loaded.change(manager.cookie(), |draft| {
                        draft.insert(key, &json);
                        Ok(())
                    })?;
                }
                Ok(value)
            },
        )
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
    /// Other threads that write to the session wait for the closure, so the closure must not wait for them.
    ///
    /// # Errors
    ///
    /// As [`Session::get`] and [`Session::insert`]; the session then stays as it was. A call on the session inside the
    /// closure returns [`SessionError::InsideUpdate`].
    pub fn update<T, R>(&self, key: &str, change: impl FnOnce(&mut T) -> R) -> Result<R, SessionError>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        self.0.update(
            |loaded| value(loaded, key),
            |present| {
                let mut value: T = present.unwrap_or_default();
                let result = change(&mut value);
                Ok((to_json(key, &value)?, result))
            },
            |loaded, manager, (json, result)| {
                loaded.change(manager.cookie(), |draft| {
                    draft.insert(key, &json);
                    Ok(())
                })?;
                Ok(result)
            },
        )
    }

    /// Puts in all pairs, or none if one fails: `s.update(pairs)`.
    ///
    /// # Errors
    ///
    /// As [`Session::insert`].
    pub fn extend<K: AsRef<str>, V: Serialize>(
        &self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), SessionError> {
        // Each key once, in its first place and with its last value, as the session will hold it.
        let mut list: Vec<(K, String)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (key, value) in pairs {
            let json = to_json(key.as_ref(), &value)?;
            let place = *places.entry(key.as_ref().to_owned()).or_insert(list.len());
            match list.get_mut(place) {
                Some((_, earlier)) => *earlier = json,
                None => list.push((key, json)),
            }
        }
        let length = list.iter().map(|(key, json)| r#""":,"#.len() + key.as_ref().len() + json.len()).sum();
        self.0.write(|loaded, manager| {
            loaded.check_count(list.len(), length, manager.cookie())?;
            loaded.change(manager.cookie(), |draft| {
                list.iter().for_each(|(key, json)| draft.insert(key.as_ref(), json));
                Ok(())
            })
        })
    }

    /// Empties the session: `s.clear()`. Also forgets when the session began and its own lifetime, so that what is put
    /// in afterwards is a new session. The browser is told to remove its cookie, if it sent one.
    ///
    /// A copy of the cookie that someone made before stays good until it expires.
    pub fn clear(&self) {
        self.logged("clear", |loaded, _| {
            loaded.clear();
            Ok(())
        });
    }

    /// Whether there is a value under `key`: `key in s`.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.look(|loaded| loaded.members.get(key).is_some())
    }

    /// The keys, in the order in which they were first inserted: `list(s)`.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.look(|loaded| loaded.members.keys())
    }

    /// How many keys there are: `len(s)`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.look(|loaded| loaded.members.len())
    }

    /// Whether there is none: `not s`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.look(|loaded| loaded.members.is_empty())
    }

    /// The whole session as one typed value.
    ///
    /// # Errors
    ///
    /// [`SessionError::WrongShape`], if it does not read as a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, SessionError> {
        self.0.read(|loaded| {
            serde_json::from_str(&loaded.members.to_json())
                .map_err(|_| SessionError::WrongShape { expected: std::any::type_name::<T>() })
        })
    }

    /// Puts one typed value, a struct or a map, in the place of the whole session. Members that `value` does not have are
    /// taken out; members whose value is the same stay as they are.
    ///
    /// # Errors
    ///
    /// [`SessionError::NotAnObject`]; [`SessionError::TooLarge`], if the cookie would not fit into a browser.
    pub fn write<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), SessionError> {
        let not_an_object = || SessionError::NotAnObject { value: std::any::type_name::<T>() };
        let object = serde_json::to_string(value).map_err(|_| not_an_object())?;
        let mut count = 0;
        for_each_member(&object, |_, _| count += 1).map_err(|_| not_an_object())?;
        self.0.write(|loaded, manager| {
            loaded.check_count(count, object.len(), manager.cookie())?;
            loaded.change(manager.cookie(), |draft| draft.replace(&object).ok_or_else(not_an_object))
        })
    }

    /// Signs the session with a fresh timestamp even if nothing changed. At login, together with what the login stores.
    pub fn renew(&self) {
        self.logged("renew", |loaded, _| {
            loaded.renewed = true;
            Ok(())
        });
    }

    /// Gives this session a lifetime of its own ("remember me"), in whole seconds and not above the configured
    /// `max_age`; or, with `None`, lets it live until the browser closes, and `max_age` at most. Signed into the
    /// cookie, so that the server enforces it and later changes keep it, until [`Session::clear`].
    ///
    /// # Errors
    ///
    /// [`SessionError::Lifetime`], if the lifetime is not of whole seconds, or too long.
    pub fn set_lifetime(&self, lifetime: impl Into<Option<Duration>>) -> Result<(), SessionError> {
        let lifetime = lifetime.into();
        self.0.write(|loaded, manager| {
            let max_age = manager.config().max_age;
            let is_allowed = |lifetime| is_lifetime(lifetime) && max_age.is_none_or(|max_age| lifetime <= max_age);
            match lifetime {
                Some(lifetime) if !is_allowed(lifetime) => Err(SessionError::Lifetime { lifetime, max_age }),
                lifetime => loaded.set_lifetime(lifetime.unwrap_or_default(), manager.cookie()),
            }
        })
    }

    /// Where the session came from, and why it started empty if it did.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.0.look(|loaded| loaded.origin)
    }

    /// For calls without a `Result`: a failure is logged, and nothing happens.
    fn logged<R: Default>(
        &self,
        call: &str,
        write: impl FnOnce(&mut Loaded, &SessionManager) -> Result<R, SessionError>,
    ) -> R {
        self.0.write(write).unwrap_or_else(|error| {
            tracing::error!(call, %error, "a call on the session did nothing");
            R::default()
        })
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

fn to_json<T: Serialize>(key: &str, value: &T) -> Result<String, SessionError> {
    serde_json::to_string(value)
        .map_err(|_| SessionError::Unserializable { key: key.to_owned(), value: std::any::type_name::<T>() })
}

/// A `null` that does not read as a `T` counts as nothing: VelociPy's handlers store `None`, and get `None` back.
fn value<T: DeserializeOwned>(loaded: &Loaded, key: &str) -> Result<Option<T>, SessionError> {
    let Some(json) = loaded.members.get(key) else { return Ok(None) };
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
