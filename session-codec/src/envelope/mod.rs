//! The JSON around the data: `{"d":<data>,"t":<issued at>}`, and where the feature is in use `"c"` and `"m"`.

mod any_order;
mod canonical;
mod serialize;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use serde::Serialize;

use self::serialize::{HEAD, after_head, head_with_room_for};
use crate::{Claims, EncodeError, Lifetime, UnixTime};

/// An envelope that was read: its text, where the data is in it, and the claims.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) json: String,
    pub(crate) data: Range<usize>,
    pub(crate) claims: Claims,
}

/// Writes the envelope of data that is not JSON yet.
pub(crate) fn write<T: Serialize + ?Sized>(data: &T, claims: Claims) -> Result<Vec<u8>, EncodeError> {
    let mut json = after_head(data).map_err(|_| EncodeError::Unserializable)?;
    match json.get(HEAD.len()) {
        Some(b'{') => write_tail(&mut json, claims),
        _ => return Err(EncodeError::NotAnObject),
    }
    Ok(json)
}

/// Writes the envelope of data that is a JSON object.
pub(crate) fn write_json(data: &str, claims: Claims) -> Vec<u8> {
    let mut json = head_with_room_for(data.len());
    json.extend_from_slice(data.as_bytes());
    write_tail(&mut json, claims);
    json
}

fn write_tail(json: &mut Vec<u8>, claims: Claims) {
    let lifetime = claims.lifetime.map(|lifetime| match lifetime {
        // Rounded up: zero marks a browser session.
        Lifetime::For(duration) => duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0)).max(1),
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

/// Finds data and claims. Returns `None` if it is not an envelope.
pub(crate) fn read(json: String) -> Option<Envelope> {
    let (data, claims) = canonical::read(&json).or_else(|| any_order::read(&json))?;
    Some(Envelope { json, data, claims })
}
