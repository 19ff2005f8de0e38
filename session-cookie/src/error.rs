use std::fmt;
use std::time::Duration;

/// Shows an error by its message in `Debug` too, since a `main` that returns it prints its `Debug`.
macro_rules! debug_is_the_message {
    ($($error:ty),+) => {$(
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
        impl std::error::Error for $error {}
    )+};
}
pub(crate) use debug_is_the_message;

/// Why a call on a session failed. The session is as it was before the call.
///
/// Names keys, types and sizes, never a value, and has no `source`: the messages of `serde` quote values.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The value under this key does not read as the type that was asked for.
    WrongType {
        /// The key.
        key: String,
        /// The Rust type that was asked for.
        expected: &'static str,
        /// The kind of JSON value that is there.
        found: &'static str,
    },
    /// The session as a whole does not read as the type that was asked for.
    WrongShape {
        /// The Rust type that was asked for.
        expected: &'static str,
        /// The key of the value that does not fit; `None` if a member is missing, unknown or there under two names, or if it
        /// can't be told.
        key: Option<String>,
    },
    /// The value can't be written as JSON: a map's key is not text, or its `Serialize` failed.
    Unserializable {
        /// The key.
        key: String,
        /// The Rust type of the value.
        value: &'static str,
    },
    /// The value given for the whole session can't be written as a JSON object.
    NotAnObject {
        /// The Rust type of the value.
        value: &'static str,
    },
    /// The cookie would become larger than browsers keep.
    TooLarge {
        /// Bytes that the cookie could have: name, value and attributes.
        size: usize,
        /// Bytes that it may have.
        limit: usize,
    },
    /// The value is nested deeper than it could be read back.
    TooDeep {
        /// The most levels that a value may have.
        limit: usize,
    },
    /// The lifetime is not one that this session can have.
    Lifetime {
        /// The lifetime that was asked for.
        lifetime: Duration,
        /// The longest one that the configuration allows.
        max_age: Option<Duration>,
    },
    /// The response's headers are out, so a change could no longer reach the browser.
    ResponseSent,
    /// The call was made on a session inside the closure of an `update` or the like on that session.
    InsideUpdate,
    /// The session was loaded by another `SessionManager` than the one that saves it.
    OtherManager,
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::WrongType { key, expected, found } => {
                format!("the session's value under {key:?} is {found}, which does not read as `{expected}`")
            }
            Self::WrongShape { expected, key: Some(key) } => {
                format!("the session does not read as `{expected}`: the value under {key:?} does not fit")
            }
            Self::WrongShape { expected, key: None } => format!(
                "the session does not read as `{expected}`: a member is missing (`#[serde(default)]` lets it be), or one is unknown, there twice, or of another type"
            ),
            Self::Unserializable { key, value } => format!(
                "the `{value}` for the session's key {key:?} can't be written as JSON: a map's key is not text, or `Serialize` failed"
            ),
            Self::NotAnObject { value } => {
                format!("`{value}` can't be written as a JSON object; a whole session is a struct or a map")
            }
            Self::TooLarge { size, limit } => format!(
                "the session cookie would have {size} bytes, and browsers keep at most {limit}; store less, or an identifier of what is kept elsewhere"
            ),
            Self::TooDeep { limit } => {
                format!("the value has more than {limit} levels of nesting, so it could not be read back; store it flat")
            }
            Self::Lifetime { lifetime, max_age: Some(max_age) } => format!(
                "a session can't have a lifetime of {lifetime:?}: give whole seconds, at least one, not above the configured max_age of {max_age:?} and at most 400 days"
            ),
            Self::Lifetime { lifetime, max_age: None } => {
                format!("a session can't have a lifetime of {lifetime:?}: give whole seconds, at least one and at most 400 days")
            }
            Self::ResponseSent => {
                "the response's headers are already sent, so this change to the session would be lost; change it before the handler answers".to_owned()
            }
            Self::InsideUpdate => {
                "the session was used inside the closure of its `update`, `try_update`, `modify` or `get_or_insert_with`; read what the closure needs before".to_owned()
            }
            Self::OtherManager => "the session was loaded by another `SessionManager`; save it with the one that loaded it".to_owned(),
        })
    }
}

debug_is_the_message!(SessionError);
