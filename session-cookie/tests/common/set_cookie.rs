//! What a `Set-Cookie` says.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use super::SECRET;
use super::token::signature;

/// `name=value` of a `Set-Cookie`.
pub(crate) fn pair(set_cookie: &str) -> &str {
    set_cookie.split(';').next().unwrap()
}

pub(crate) fn value_of(set_cookie: &str) -> &str {
    pair(set_cookie).split_once('=').unwrap().1
}

/// What follows `name=value` in a `Set-Cookie`.
pub(crate) fn attributes(set_cookie: &str) -> &str {
    set_cookie.split_once(';').map_or("", |(_, attributes)| attributes.trim_start())
}

pub(crate) fn max_age(set_cookie: &str) -> Option<u64> {
    attributes(set_cookie)
        .split("; ")
        .find_map(|attribute| attribute.strip_prefix("Max-Age="))
        .map(|n| n.parse().unwrap())
}

/// The JSON that this was signed over. Panics if it was not signed with the primary key.
pub(crate) fn signed_json(set_cookie: &str) -> String {
    let value = value_of(set_cookie);
    let (payload, claimed) = value.split_once('.').expect("payload.signature");
    assert_eq!(claimed, signature(SECRET, payload), "signed with the primary key");
    String::from_utf8(Base64UrlUnpadded::decode_vec(payload).unwrap()).unwrap()
}
