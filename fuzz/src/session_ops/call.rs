//! One call, made on the library's session and on the model.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use session_cookie::{Lifetime, Session, SessionError};

use super::model::{MAX_DEPTH, Model, refuse_too_deep};
use crate::reference::{is_deeper, is_json, members};

type Raw = Box<RawValue>;

/// One line of a script: a character that names the call, then its key and value.
pub enum Call {
    /// `+key:value`
    Insert(String, Raw),
    /// `-key`
    Remove(String),
    /// `?key`
    Get(String),
    /// `<key`
    Take(String),
    /// `|key:value`
    GetOrInsert(String, Raw),
    /// `>key:value`: an update that appends to a list; without a value, two updates that do nothing.
    Update(String, Option<Raw>),
    /// `#key:value`: an update that appends to a list and then fails.
    FailedUpdate(String, Raw),
    /// `{key:value`: puts a member into a map of the whole session.
    Modify(String, Raw),
    /// `/`
    Discard,
    /// `&:object`
    Extend(Vec<(String, Raw)>),
    /// `=:value`. If a member is repeated, its last value counts.
    Write(Raw),
    /// `!`
    Clear,
    /// `*`
    Renew,
    /// `@milliseconds`, or `@` for a session that ends when the browser closes
    SetLifetime(Lifetime),
    /// `%key:value`: uses the session inside an update of the same session.
    Nested(String, Raw),
}

impl Call {
    /// Returns `None` if the line says nothing.
    pub fn parse(line: &str) -> Option<Self> {
        let mut characters = line.chars();
        let call = characters.next()?;
        let rest = characters.as_str();
        let (key, text) = rest.split_once(':').map_or((rest, None), |(key, text)| (key, Some(text)));
        let value = raw(text.unwrap_or_default());
        let key = key.to_owned();
        Some(match call {
            '+' => Self::Insert(key, value),
            '-' => Self::Remove(key),
            '?' => Self::Get(key),
            '<' => Self::Take(key),
            '|' => Self::GetOrInsert(key, value),
            '>' => Self::Update(key, text.map(raw)),
            '#' => Self::FailedUpdate(key, value),
            '{' => Self::Modify(key, value),
            '/' => Self::Discard,
            '&' => Self::Extend(pairs(value.get())?),
            '=' => Self::Write(value),
            '!' => Self::Clear,
            '*' => Self::Renew,
            '@' => Self::SetLifetime(match rest.parse() {
                Ok(milliseconds) => Lifetime::For(Duration::from_millis(milliseconds)),
                Err(_) => Lifetime::BrowserSession,
            }),
            '%' => Self::Nested(key, value),
            _ => return None,
        })
    }

    /// Makes the call on both and checks that they return the same.
    pub fn run(&self, session: &Session, model: &mut Model) {
        match self {
            Self::Insert(key, value) => assert_eq!(session.insert(key, value), model.insert(&[(key, value.get())])),
            Self::Remove(key) => assert_eq!(session.remove(key), model.remove(key)),
            Self::Get(key) => {
                assert_eq!(session.get::<Raw>(key).map(text), Ok(model.get(key).map(str::to_owned)));
                same_typed::<String>(session, model, key);
                same_typed::<u64>(session, model, key);
                same_typed::<Vec<bool>>(session, model, key);
            }
            Self::Take(key) => {
                let value = model.get(key).map(str::to_owned);
                if same_type(&session.take::<Vec<Raw>>(key).map(drop), value.as_deref().map_or(Ok(()), is_list)) {
                    model.remove(key);
                    assert_eq!(session.take::<Raw>(key).map(text), Ok(None));
                }
            }
            Self::GetOrInsert(key, value) => {
                let result = session.get_or_insert_with(key, || value.clone()).map(|value| text(Some(value)));
                let expected = match model.get(key) {
                    Some(present) => Ok(present.to_owned()),
                    None => model.insert(&[(key, value.get())]).map(|()| value.get().to_owned()),
                };
                assert_eq!(result, expected.map(Some));
            }
            Self::Update(key, Some(value)) => {
                let result = session.update(key, |list: &mut Vec<Raw>| list.push(value.clone()));
                let present = model.get(key).unwrap_or("null").to_owned();
                if result.is_ok() || same_type(&result, is_list(&present)) {
                    let mut list: Vec<Raw> = serde_json::from_str(&present).unwrap_or_default();
                    list.push(value.clone());
                    let list = serde_json::to_string(&list).expect("texts");
                    assert_eq!(result, model.insert(&[(key, &list)]));
                }
            }
            // Neither is a change, though both types write some values in another way than they were signed.
            Self::Update(key, None) => {
                no_update::<Vec<Raw>>(session, model, key);
                no_update::<Value>(session, model, key);
            }
            Self::FailedUpdate(key, value) => {
                let result = session.try_update(key, |list: &mut Vec<Raw>| {
                    list.push(value.clone());
                    Err::<(), _>("refused")
                });
                let is_list = is_list(model.get(key).unwrap_or("null"));
                if same_type(&result.as_ref().map(drop).map_err(Clone::clone), is_list) {
                    assert_eq!(result, Ok(Err("refused")));
                }
            }
            Self::Modify(key, value) => {
                let result = session.modify(|members: &mut BTreeMap<String, Raw>| {
                    members.insert(key.clone(), value.clone());
                });
                match model.modify(key, value.get()) {
                    Some(expected) => assert_eq!(result, expected),
                    None => assert!(matches!(result, Err(SessionError::WrongShape { .. })), "{result:?}"),
                }
            }
            Self::Discard => {
                assert_eq!(session.discard(), Ok(()));
                model.discard();
            }
            Self::Extend(pairs) => {
                let texts: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (key.as_str(), value.get())).collect();
                assert_eq!(session.extend(pairs.iter().map(|(key, value)| (key, value))), model.extend(&texts));
            }
            Self::Write(value) => {
                let result = session.write(value);
                match model.write(pairs(value.get())) {
                    Some(expected) => assert_eq!(result, expected),
                    None if is_deeper(value.get(), MAX_DEPTH) && result == refuse_too_deep(value.get()) => {}
                    None => assert!(matches!(result, Err(SessionError::NotAnObject { .. })), "{result:?}"),
                }
            }
            Self::Clear => {
                session.clear();
                model.clear();
            }
            Self::Renew => {
                session.renew();
                model.renew();
            }
            Self::SetLifetime(lifetime) => assert_eq!(session.set_lifetime(*lifetime), model.set_lifetime(*lifetime)),
            Self::Nested(key, value) => {
                let result = session.get_or_insert_with(key, || {
                    let too_deep = refuse_too_deep(value.get());
                    assert_eq!(session.insert(key, value), too_deep.and(Err(SessionError::InsideUpdate)));
                    assert_eq!(session.get::<Raw>(key).map(text), Err(SessionError::InsideUpdate));
                    assert!(!session.remove(key) && !session.contains_key(key));
                    session.clear();
                    value.clone()
                });
                if model.get(key).is_none() {
                    assert_eq!(result.map(drop), model.insert(&[(key, value.get())]));
                }
            }
        }
    }
}

fn text(value: Option<Raw>) -> Option<String> {
    value.map(|value| value.get().to_owned())
}

/// Returns `text` if it is JSON, or else its JSON string. `#2950` means a text of 2,950 characters, and `^126` an array 126
/// levels deep.
fn raw(text: &str) -> Raw {
    let number = |mark: char| text.strip_prefix(mark).and_then(|number| number.parse::<u16>().ok()).map(usize::from);
    let long = number('#').map(|length| "x".repeat(length));
    let deep = number('^').map(|levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels)));
    let text = long.or(deep).unwrap_or_else(|| text.to_owned());
    let text = text.as_str();
    let json = if is_json(text) { text.to_owned() } else { Value::from(text).to_string() };
    RawValue::from_string(json).expect("JSON")
}

/// Returns the members of an object, or `None` if a key is not a Rust string.
fn pairs(json: &str) -> Option<Vec<(String, Raw)>> {
    let pair = |(key, value): (&str, &str)| Some((serde_json::from_str(key).ok()?, raw(value)));
    members(json)?.into_iter().map(pair).collect()
}

/// A `null` counts as an absent value.
fn is_list(json: &str) -> Result<(), ()> {
    if json.starts_with('[') { Ok(()) } else { is_null(json) }
}

fn is_null(json: &str) -> Result<(), ()> {
    if json == "null" { Ok(()) } else { Err(()) }
}

/// Checks that both agree on whether the value has the requested type, and returns whether it does.
fn same_type(result: &Result<(), SessionError>, expected: Result<(), ()>) -> bool {
    match (result, expected) {
        (Err(SessionError::WrongType { .. }), Err(())) => false,
        (Err(SessionError::WrongType { .. }), Ok(())) => panic!("{result:?}"),
        (Ok(()), Err(())) => panic!("of another type"),
        _ => true,
    }
}

/// Makes an update whose closure does nothing. It changes nothing, and fails where the value could not be written.
fn no_update<T: Default + Serialize + DeserializeOwned>(session: &Session, model: &Model, key: &str) {
    let result = session.update(key, |_: &mut T| {});
    let present = model.get(key).unwrap_or("null");
    if same_type(&result, serde_json::from_str::<T>(present).map(drop).or_else(|_| is_null(present))) {
        assert_eq!(result, refuse_too_deep(present));
    }
}

fn same_typed<T: DeserializeOwned + PartialEq + std::fmt::Debug>(session: &Session, model: &Model, key: &str) {
    let result = session.get::<T>(key);
    match model.get(key).map(serde_json::from_str::<T>) {
        None => assert_eq!(result, Ok(None)),
        Some(Ok(value)) => assert_eq!(result, Ok(Some(value))),
        Some(Err(_)) if model.get(key) == Some("null") => assert_eq!(result, Ok(None)),
        Some(Err(_)) => assert!(matches!(result, Err(SessionError::WrongType { .. })), "{result:?}"),
    }
}
