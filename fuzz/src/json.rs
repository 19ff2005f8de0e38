//! JSON: any value, and any text judged by the codec's reader and by `serde_json`.

use arbitrary::Arbitrary;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use session_codec::for_each_member;

use crate::reference;

/// Any text: members are found if and only if `serde_json` finds them, in the same places.
pub fn check_members(text: &str) {
    let mut found = Vec::new();
    let verdict = for_each_member(text, |key, value| found.push((&text[key], &text[value])));
    match reference::members(text) {
        Some(members) => {
            assert_eq!(verdict, Ok(()));
            assert_eq!(found, members);
        }
        None => assert!(verdict.is_err(), "{text:?} is no object"),
    }
}

/// A JSON object, whose keys may be there twice.
#[derive(Arbitrary, Clone, Debug)]
pub struct Object(pub Vec<(String, Json)>);

/// Any JSON value that Rust has a type for.
#[derive(Arbitrary, Clone, Debug)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` and `false`.
    Boolean(bool),
    /// Most numbers.
    Integer(i64),
    /// Above all that a float holds exactly.
    Unsigned(u128),
    /// Below it.
    Signed(i128),
    /// `null` where JSON has no word for it.
    Float(f64),
    /// Any text.
    Text(String),
    /// Any values.
    Array(Vec<Self>),
    /// Any members.
    Object(Object),
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => value.serialize(serializer),
            Self::Integer(value) => value.serialize(serializer),
            Self::Unsigned(value) => value.serialize(serializer),
            Self::Signed(value) => value.serialize(serializer),
            Self::Float(value) => value.serialize(serializer),
            Self::Text(value) => value.serialize(serializer),
            Self::Array(value) => value.serialize(serializer),
            Self::Object(value) => value.serialize(serializer),
        }
    }
}
