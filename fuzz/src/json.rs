//! JSON: any value, and any text read by both the codec and `serde_json`.

use arbitrary::Arbitrary;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use session_codec::json::{InvalidJson, Member, members};

use crate::reference;

/// Checks that the codec finds the same members as `serde_json`, in the same places, or that neither finds an object.
pub fn check_members(text: &str) {
    let found: Result<Vec<Member>, InvalidJson> = members(text).collect();
    let found =
        found.map(|members| members.into_iter().map(|Member { key, value }| (&text[key], &text[value])).collect());
    assert_eq!(found.ok(), reference::members(text));
}

/// A JSON object, whose keys may repeat.
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
    /// Large numbers, beyond those that a float holds exactly.
    Unsigned(u128),
    /// Large numbers of either sign.
    Signed(i128),
    /// Written as `null` if it is infinite or not a number.
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
