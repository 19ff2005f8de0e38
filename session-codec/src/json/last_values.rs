//! Reads an object whose keys are repeated. The last value of a key counts, as in Python; `serde`'s derived structs refuse
//! such an object.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, btree_map};

use serde::de::value::{CowStrDeserializer, MapAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, IntoDeserializer as _, MapAccess};

use super::{members, unquote};

/// Returns `None` if no key of `object` is repeated, or if it does not read as a `T`.
pub(crate) fn from_last_values<'a, T: Deserialize<'a>>(object: &'a str) -> Option<T> {
    let mut values = BTreeMap::new();
    let mut is_repeated = false;
    for member in members(object) {
        let member = member.ok()?;
        let key = unquote(object.get(member.key)?)?;
        is_repeated |= values.insert(key, object.get(member.value)?).is_some();
    }
    let values = LastValues { members: values.into_iter(), value: "" };
    if is_repeated { T::deserialize(MapAccessDeserializer::new(values)).ok() } else { None }
}

struct LastValues<'a> {
    members: btree_map::IntoIter<Cow<'a, str>, &'a str>,
    /// That of the key which was read.
    value: &'a str,
}

impl<'a> MapAccess<'a> for LastValues<'a> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        let Some((key, value)) = self.members.next() else { return Ok(None) };
        self.value = value;
        let key: CowStrDeserializer<'a, _> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        seed.deserialize(&mut serde_json::Deserializer::from_str(self.value))
    }
}
