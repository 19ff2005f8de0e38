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
    let members = members.canonical();
    serde_json::from_str(members.json()).map_err(|error| wrong_shape::<T>(members.json(), &error))
}

/// The same. Also returns the keys that `T` ignores.
pub(super) fn read_in_part<T: DeserializeOwned>(members: &Members) -> Result<(T, Vec<String>), SessionError> {
    let members = members.canonical();
    let json = members.json();
    let mut ignored = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = serde_ignored::deserialize(&mut deserializer, |path| {
        if let Path::Map { parent, key } = path
            && is_root(parent)
        {
            ignored.push(key);
        }
    });
    Ok((value.map_err(|error| wrong_shape::<T>(json, &error))?, ignored))
}

/// Names the key whose value is where reading failed, unless that is at the end, since a member is missing.
fn wrong_shape<T>(json: &str, error: &serde_json::Error) -> SessionError {
    let is_it =
        |member: &Member| error.line() == 1 && (member.value.start..=member.value.end).contains(&error.column());
    let member = json::members(json).flatten().find(is_it);
    let key = member.and_then(|member| json::unquote(json.get(member.key)?).map(Cow::into_owned));
    SessionError::WrongShape { expected: type_name::<T>(), key }
}

/// Returns whether `T` reads what is under `key`, which `read_in_part` did not name.
///
/// It names nothing where serde has buffered all members, for `#[serde(flatten)]` or an enum's tag. Such a `T` does not read
/// what is under `key` if it can be a string, and the string is not written.
pub(super) fn is_read<T: Serialize + DeserializeOwned>(members: &Members, key: &str) -> bool {
    const PROBE: &str = "session-cookie/probe";
    let with_probe = |key: &str| read_in_part::<T>(&members.with(key, &format!("{PROBE:?}"))?).ok();
    let is_buffered = with_probe(PROBE).is_some_and(|(_, ignored)| ignored.is_empty());
    let is_unread = || {
        let json = serde_json::to_string(&with_probe(key)?.0).ok()?;
        Some(!json.contains(PROBE))
    };
    !(is_buffered && is_unread().unwrap_or(false))
}

fn is_root(path: &Path<'_>) -> bool {
    match path {
        Path::Root => true,
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => is_root(parent),
        Path::Seq { .. } | Path::Map { .. } => false,
    }
}

pub(super) fn to_text<T: Serialize + ?Sized>(value: &T) -> Result<String, SessionError> {
    serde_json::to_string(value).map_err(|_| SessionError::NotAnObject { value: type_name::<T>() })
}

/// Takes the text of a `T` as a whole session.
pub(super) fn object<T: ?Sized>(json: String) -> Result<Members, SessionError> {
    if depth(&json) > MAX_DEPTH + 1 {
        return Err(SessionError::TooDeep { limit: MAX_DEPTH });
    }
    let not_an_object = || SessionError::NotAnObject { value: type_name::<T>() };
    Members::parse(json).filter(Members::can_be_named).ok_or_else(not_an_object)
}
