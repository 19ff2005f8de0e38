//! Reads the envelope as this crate and VelociPy write it, from its end, without parsing the data.
//!
//! Finding the data from the front takes a scan of all of it, which makes `Codec::verify` 38 to 81 % slower on flat
//! sessions (benchmark `Codec::verify`). Where an object is followed by another member the scan is still needed.

use core::ops::Range;
use core::time::Duration;

use super::serialize::HEAD;
use crate::{Claims, json, seconds};

/// Returns where the data is, and the claims; `None` if the envelope is written in another way.
///
/// In valid JSON the members taken off the end are members of the envelope, since a string can't hold `,"t"` without
/// escapes.
pub(super) fn read(json: &str) -> Option<(Range<usize>, Claims)> {
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
    Some((HEAD.len()..last.before.len(), Claims::from_members(last.seconds, created_at, lifetime)))
}

/// Returns whether the object that `text` begins with may end before `text` does, with another member after it. Searches for a
/// `}` with a comma and a quote after it: a fast search that rarely matches in a session.
fn may_end_early(text: &str) -> bool {
    let text = text.strip_suffix('}').unwrap_or(text).as_bytes();
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

/// Returns the member at the end of `text`, if it is a plain number under a name of one letter.
fn last_member(text: &str) -> Option<LastMember<'_>> {
    let (text, number) = text.split_at_checked(memchr::memrchr(b':', text.as_bytes())?)?;
    let number = number.strip_prefix(':')?;
    let (before, name) = text.strip_suffix('"')?.split_at_checked(text.len().checked_sub(2)?)?;
    Some(LastMember { before: before.strip_suffix(",\"")?, name, seconds: seconds::read_plain(number)? })
}
