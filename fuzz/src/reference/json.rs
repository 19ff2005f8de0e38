//! JSON, read by `serde_json`, and its numbers, read by `bigdecimal`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Returns whether `text` is JSON.
#[must_use]
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Returns whether `text` is a JSON object.
#[must_use]
pub fn is_object(text: &str) -> bool {
    is_json(text) && text.trim_start().starts_with('{')
}

/// Returns the members of a JSON object as texts, repeated ones included, or `None` if it is not an object.
#[must_use]
pub fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    struct Members;

    impl<'a> Visitor<'a> for Members {
        type Value = Vec<(&'a str, &'a str)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                members.push((key.get(), value.get()));
            }
            Ok(members)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Members).ok()?;
    deserializer.end().ok()?;
    Some(members)
}

/// Returns whether arrays and objects are nested more than this many levels deep.
#[must_use]
pub fn is_deeper(text: &str, levels: u8) -> bool {
    let inside: Vec<&str> = match text.as_bytes().first() {
        Some(b'{') => members(text).into_iter().flatten().map(|(_, value)| value).collect(),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text).into_iter().flatten().map(RawValue::get).collect(),
        _ => return false,
    };
    match levels.checked_sub(1) {
        Some(below) => inside.iter().any(|value| is_deeper(value, below)),
        None => true,
    }
}

/// A JSON value independent of its spelling: two texts of the same value have equal canonical forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canonical {
    /// A number. Integers differ from floats, and zero has a sign.
    Number {
        /// Written without fraction and exponent.
        integer: bool,
        /// Written with a minus sign.
        negative: bool,
        /// The digits without trailing zeros, and their power of ten.
        digits: (BigInt, i64),
    },
    /// The characters.
    String(String),
    /// The items.
    Array(Vec<Self>),
    /// The members, sorted; of repeated ones the last.
    Object(BTreeMap<String, Self>),
    /// `true`, `false` and `null`, and values that only their text can compare: more than 128 levels deep, with an escaped
    /// lone surrogate, or with an exponent beyond 64 bits.
    Text(String),
}

/// Returns the canonical form of a JSON text.
#[must_use]
pub fn canonical(text: &str) -> Canonical {
    to_depth(text, 128)
}

fn to_depth(text: &str, depth: u8) -> Canonical {
    let Some(below) = depth.checked_sub(1) else { return Canonical::Text(text.to_owned()) };
    let form = match text.as_bytes().first() {
        Some(b'{') => serde_json::from_str::<BTreeMap<String, &RawValue>>(text).ok().map(|members| {
            Canonical::Object(members.into_iter().map(|(name, value)| (name, to_depth(value.get(), below))).collect())
        }),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)
            .ok()
            .map(|items| Canonical::Array(items.into_iter().map(|item| to_depth(item.get(), below)).collect())),
        Some(b'"') => serde_json::from_str(text).ok().map(Canonical::String),
        Some(b'-' | b'0'..=b'9') => BigDecimal::from_str(text).ok().map(|number| Canonical::Number {
            integer: !text.contains(['.', 'e', 'E']),
            negative: text.starts_with('-'),
            digits: number.normalized().into_bigint_and_exponent(),
        }),
        _ => None,
    };
    form.unwrap_or_else(|| Canonical::Text(text.to_owned()))
}
