//! Between the application's types and the session's JSON text.

use std::any::type_name;
use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_ignored::Path;
use session_codec::json::{self, Member};

use crate::error::SessionError;
use crate::record::{MAX_DEPTH, Members, depth};

/// A `null` that does not read as a `T` counts as nothing: VelociPy's handlers store `None`, and get `None` back.
pub(super) fn value<T: DeserializeOwned>(members: &Members, key: &str) -> Result<Option<T>, SessionError> {
    let Some(json) = members.get(key) else { return Ok(None) };
    match serde_json::from_str(json) {
        Ok(value) => Ok(Some(value)),
        Err(_) if json == "null" => Ok(None),
        Err(_) => Err(SessionError::WrongType {
            key: key.to_owned(),
            expected: type_name::<T>(),
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

pub(super) fn to_json<T: Serialize>(key: &str, value: &T) -> Result<String, SessionError> {
    let json = serde_json::to_string(value)
        .map_err(|_| SessionError::Unserializable { key: key.to_owned(), value: type_name::<T>() })?;
    if depth(&json) > MAX_DEPTH {
        return Err(SessionError::TooDeep { limit: MAX_DEPTH });
    }
    Ok(json)
}

/// Reads all members as one `T`.
pub(super) fn read<T: DeserializeOwned>(members: &Members) -> Result<T, SessionError> {
    let json = members.to_canonical_json();
    serde_json::from_str(&json).map_err(|error| wrong_shape::<T>(&json, &error))
}

/// The same, and hands over the keys that `T` ignores.
pub(super) fn read_in_part<T: DeserializeOwned>(
    members: &Members,
    mut ignored: impl FnMut(String),
) -> Result<T, SessionError> {
    let json = members.to_canonical_json();
    let mut deserializer = serde_json::Deserializer::from_str(&json);
    let value = serde_ignored::deserialize(&mut deserializer, |path| {
        if let Path::Map { parent, key } = path
            && is_root(parent)
        {
            ignored(key);
        }
    });
    value.map_err(|error| wrong_shape::<T>(&json, &error))
}

/// Names the key whose value is where reading failed, unless that is at the end, since a member is missing.
fn wrong_shape<T>(json: &str, error: &serde_json::Error) -> SessionError {
    let is_it =
        |member: &Member| error.line() == 1 && (member.value.start..=member.value.end).contains(&error.column());
    let member = json::members(json).flatten().find(is_it);
    let key = member.and_then(|member| json::unquote(json.get(member.key)?).map(Cow::into_owned));
    SessionError::WrongShape { expected: type_name::<T>(), key }
}

fn is_root(path: &Path<'_>) -> bool {
    match path {
        Path::Root => true,
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => is_root(parent),
        Path::Seq { .. } | Path::Map { .. } => false,
    }
}

pub(super) fn to_object<T: Serialize + ?Sized>(value: &T) -> Result<Members, SessionError> {
    let not_an_object = || SessionError::NotAnObject { value: type_name::<T>() };
    let json = serde_json::to_string(value).map_err(|_| not_an_object())?;
    if depth(&json) > MAX_DEPTH + 1 {
        return Err(SessionError::TooDeep { limit: MAX_DEPTH });
    }
    Members::parse(json).filter(Members::can_be_named).ok_or_else(not_an_object)
}
