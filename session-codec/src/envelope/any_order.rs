//! Reads the envelope however it is written: any valid JSON object with its members, in any order, beside any others.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use core::ops::Range;

use crate::{Claims, json, seconds};

/// Returns where the data is, and the claims; `None` if it is not an envelope.
pub(super) fn read(json: &str) -> Option<(Range<usize>, Claims)> {
    let mut members: BTreeMap<Cow<'_, str>, Range<usize>> = BTreeMap::new();
    for member in json::members(json) {
        let json::Member { key, value } = member.ok()?;
        if members.insert(json::unquote(json.get(key)?)?, value).is_some() {
            return None;
        }
    }
    let optional_seconds = |name| match members.get(name) {
        Some(value) => seconds::read(json.get(value.clone())?).map(Some),
        None => Some(None),
    };
    let claims = Claims::from_members(optional_seconds("t")??, optional_seconds("c")?, optional_seconds("m")?);
    let data = members.get("d")?.clone();
    json.get(data.clone())?.starts_with('{').then_some((data, claims))
}
