//! The JSON around the data: `{"d":<data>,"t":<issued at>}`, and where the feature is in use `"c"` and `"m"`.

mod any_order;
mod canonical;
mod serialize;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use core::time::Duration;

use serde::Serialize;

use crate::{Claims, EncodeError, Lifetime, UnixTime, json, seconds};

/// An envelope that was read: its text, where the data is in it, and the claims.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) json: String,
    pub(crate) data: Range<usize>,
    pub(crate) claims: Claims,
}

const HEAD: &str = r#"{"d":"#;

/// Bytes after the data: `t`, `c` and `m` with all digits that they can have, and the brace.
const LONGEST_TAIL: usize = 3 * r#","t":18446744073709551615"#.len() + 1;

/// Writes the envelope of data that is not JSON yet.
pub(crate) fn write<T: Serialize + ?Sized>(data: &T, claims: Claims) -> Result<Vec<u8>, EncodeError> {
    let mut json = serialize::after_head(data).map_err(|_| EncodeError::Unserializable)?;
    match json.get(HEAD.len()) {
        Some(b'{') => write_tail(&mut json, claims),
        _ => return Err(EncodeError::NotAnObject),
    }
    Ok(json)
}

/// Writes the envelope of data that is JSON.
pub(crate) fn write_json(data: &str, claims: Claims) -> Result<Vec<u8>, EncodeError> {
    if !data.starts_with('{') || !json::is_one_container(data) {
        return Err(EncodeError::NotAnObject);
    }
    let mut json = head_with_room_for(data.len());
    json.extend_from_slice(data.as_bytes());
    write_tail(&mut json, claims);
    Ok(json)
}

fn head_with_room_for(data_length: usize) -> Vec<u8> {
    let mut json = Vec::with_capacity(HEAD.len() + data_length + LONGEST_TAIL);
    json.extend_from_slice(HEAD.as_bytes());
    json
}

fn write_tail(json: &mut Vec<u8>, claims: Claims) {
    let lifetime = claims.lifetime.map(|lifetime| match lifetime {
        Lifetime::For(duration) => seconds::round_up(duration).max(1),
        Lifetime::BrowserSession => 0,
    });
    let members = [
        (r#","t":"#, Some(claims.issued_at.as_secs())),
        (r#","c":"#, claims.created_at.map(UnixTime::as_secs)),
        (r#","m":"#, lifetime),
    ];
    for (name, seconds) in members {
        if let Some(seconds) = seconds {
            json.extend_from_slice(name.as_bytes());
            json.extend_from_slice(itoa::Buffer::new().format(seconds).as_bytes());
        }
    }
    json.push(b'}');
}

/// Finds data and claims. Returns `None` if this is no envelope.
pub(crate) fn read(json: String) -> Option<Envelope> {
    let (data, claims) = canonical::read(&json).or_else(|| any_order::read(&json))?;
    Some(Envelope { json, data, claims })
}

fn claims(issued_at: Duration, created_at: Option<Duration>, lifetime: Option<Duration>) -> Claims {
    Claims {
        issued_at: UnixTime::from_duration(issued_at),
        created_at: created_at.map(UnixTime::from_duration),
        lifetime: lifetime.map(|lifetime| match lifetime {
            Duration::ZERO => Lifetime::BrowserSession,
            lifetime => Lifetime::For(lifetime),
        }),
    }
}
