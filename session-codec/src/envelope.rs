//! The JSON around the data: `{"d":<data>,"t":<issued at>}`, and where the feature is in use `"c"` and `"m"`.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use core::time::Duration;

use serde::Serialize;
use serde::de::Deserialize;
use serde::de::value::MapDeserializer;
use serde_json::value::RawValue;

use crate::{Claims, EncodeError, UnixTime, json};

/// What [`read`] found: the claims, and where in the text the data stands.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) json: String,
    pub(crate) data: Range<usize>,
    pub(crate) claims: Claims,
}

const HEAD: &str = r#"{"d":"#;

/// Room for a session of some hundred bytes without growing, and for the largest cookie with growing twice.
#[cfg(feature = "std")]
const CAPACITY: usize = 1024;

/// The envelope's compact JSON.
pub(crate) fn write<T: Serialize + ?Sized>(data: &T, claims: Claims) -> Result<Vec<u8>, EncodeError> {
    #[derive(serde::Serialize)]
    struct Members<'a, T: ?Sized> {
        d: &'a T,
        t: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        c: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        m: Option<u64>,
    }

    let json = to_json(&Members {
        d: data,
        t: claims.issued_at.as_secs(),
        c: claims.created_at.map(UnixTime::as_secs),
        m: claims.lifetime.map(seconds_up),
    })
    .map_err(|_| EncodeError::Unserializable)?;
    match json.get(HEAD.len()) {
        Some(b'{') => Ok(json),
        _ => Err(EncodeError::NotAnObject),
    }
}

/// Whole seconds, rounded up: the shortest lifetime must not become zero, which is no limit.
fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

#[cfg(feature = "std")]
fn to_json(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(CAPACITY);
    value.serialize(&mut serde_json::Serializer::new(&mut json))?;
    Ok(json)
}

#[cfg(not(feature = "std"))]
fn to_json(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(value)
}

/// Finds data and claims. `None`: this is no envelope.
pub(crate) fn read(json: String) -> Option<Envelope> {
    if let Some((data, claims)) = read_as_written(&json) {
        return Some(Envelope { json, data, claims });
    }
    let (data, claims) = read_any(&json)?;
    Some(Envelope { json: data.to_owned(), data: 0..data.len(), claims })
}

/// Reads the envelope as [`write()`] and VelociPy write it, from its end, without parsing the data.
///
/// In valid JSON the members taken off the end are members of the envelope, since a string can't hold `,"t"` without
/// escapes. What is not written so is left to [`read_any`].
fn read_as_written(json: &str) -> Option<(Range<usize>, Claims)> {
    let mut last = last_member(json.strip_suffix('}')?)?;
    let lifetime = (last.name == "m").then_some(last.seconds);
    if lifetime.is_some() {
        last = last_member(last.before)?;
    }
    let created_at = (last.name == "c").then_some(last.seconds);
    if created_at.is_some() {
        last = last_member(last.before)?;
    }
    if last.name != "t" {
        return None;
    }

    let data = last.before.strip_prefix(HEAD)?;
    if !data.starts_with('{') || !data.ends_with('}') || (may_end_early(data) && !json::is_one_container(data)) {
        return None;
    }
    let claims = Claims {
        issued_at: UnixTime::from_duration(last.seconds),
        created_at: created_at.map(UnixTime::from_duration),
        lifetime,
    };
    Some((HEAD.len()..last.before.len(), claims))
}

/// Whether the object that `text` begins with may end before `text` does, and another member follow it. Looks for a
/// `}` with a comma and a quote after it, which is soon done, and rare in sessions.
fn may_end_early(text: &str) -> bool {
    let text = text.as_bytes();
    memchr::memchr_iter(b'}', text).any(|at| {
        let after = text.get(at + 1..).unwrap_or_default().trim_ascii_start();
        after.strip_prefix(b",").is_some_and(|after| after.trim_ascii_start().first() == Some(&b'"'))
    })
}

struct LastMember<'a> {
    before: &'a str,
    name: &'a str,
    seconds: Duration,
}

/// The member at the end of `text`, if it is a plain number under a name of one letter.
fn last_member(text: &str) -> Option<LastMember<'_>> {
    let (text, number) = text.rsplit_once(':')?;
    let (before, name) = text.strip_suffix('"')?.split_at_checked(text.len().checked_sub(2)?)?;
    Some(LastMember { before: before.strip_suffix(",\"")?, name, seconds: plain_seconds(number)? })
}

/// Reads any valid JSON object with the envelope's members, in any order, beside any others.
fn read_any(json: &str) -> Option<(&str, Claims)> {
    let list = members(json)?;
    let members: BTreeMap<&str, &str> = list.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    if members.len() != list.len() {
        return None;
    }
    let member = |name| members.get(name).copied();
    let optional_seconds = |name| match member(name) {
        Some(value) => seconds(value).map(Some),
        None => Some(None),
    };
    let claims = Claims {
        issued_at: UnixTime::from_duration(seconds(member("t")?)?),
        created_at: optional_seconds("c")?.map(UnixTime::from_duration),
        lifetime: optional_seconds("m")?,
    };
    let data = member("d")?;
    data.starts_with('{').then_some((data, claims))
}

/// Parses the data. Of a member that is there twice, the last value counts: `serde`'s derived structs refuse
/// it, Python does not.
pub(crate) fn parse_data<'a, T: Deserialize<'a>>(data: &'a str) -> Option<T> {
    if let Ok(value) = serde_json::from_str(data) {
        return Some(value);
    }
    let list = members(data)?;
    let mut members: BTreeMap<&str, &RawValue> = BTreeMap::new();
    for (name, value) in &list {
        members.insert(name, serde_json::from_str(value).ok()?);
    }
    if members.len() == list.len() {
        return None;
    }
    T::deserialize(MapDeserializer::new(members.into_iter())).ok()
}

/// The members of a JSON object: each name, and each value as its text.
fn members(json: &str) -> Option<Vec<(String, &str)>> {
    let mut members = Vec::new();
    let mut all_named = true;
    json::for_each_member(json, |name, value| {
        let name = json.get(name).and_then(|name| serde_json::from_str(name).ok());
        let value = json.get(value).unwrap_or_default();
        all_named &= name.is_some();
        members.extend(name.map(|name| (name, value)));
    })
    .ok()?;
    all_named.then_some(members)
}

/// Seconds from the text of a JSON value: `None` unless it is a number of zero or more. What is beyond `Duration`
/// counts as its maximum, since it is beyond every limit as well.
fn seconds(json: &str) -> Option<Duration> {
    plain_seconds(json).or_else(|| {
        let number: f64 =
            json.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then(|| json.parse().ok())??;
        if number < 0.0 {
            return None;
        }
        Some(Duration::try_from_secs_f64(number.abs()).unwrap_or(Duration::MAX))
    })
}

/// Seconds from digits, with or without a fraction, as in `1700000000` and `1700000000.25`. To the nanosecond; what
/// is finer is cut off.
fn plain_seconds(text: &str) -> Option<Duration> {
    let Some((whole, fraction)) = text.split_once('.') else { return Some(Duration::from_secs(whole_number(text)?)) };
    let secs = whole_number(whole)?;
    if fraction.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let nanos = fraction.bytes().chain(core::iter::repeat(b'0')).take(9).filter_map(value_of);
    let nanos = nanos.fold(0, |nanos: u64, digit| nanos.saturating_mul(10).saturating_add(digit));
    Some(Duration::from_secs(secs).saturating_add(Duration::from_nanos(nanos)))
}

/// A number beyond `u64` counts as its maximum.
fn whole_number(text: &str) -> Option<u64> {
    if text.is_empty() || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.bytes().try_fold(0_u64, |number, digit| Some(number.saturating_mul(10).saturating_add(value_of(digit)?)))
}

fn value_of(digit: u8) -> Option<u64> {
    digit.is_ascii_digit().then(|| u64::from(digit.wrapping_sub(b'0')))
}
