//! A scanner that finds where each token of a JSON text ends.
//!
//! Each function takes an offset and returns the offset just past the token it is named after, or `None` if that token
//! is not there.

use core::ops::Range;

use serde::de::IgnoredAny;
use smallvec::SmallVec;

use super::plain_characters::plain_characters;

/// A member of a JSON object: where its key and its value are in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key, quotes included.
    pub key: Range<usize>,
    /// The value.
    pub value: Range<usize>,
}

/// A key, a colon and a value.
pub(super) fn member(text: &[u8], at: usize) -> Option<(Member, usize)> {
    let key_end = string(text, at)?;
    let start = colon(text, key_end)?;
    let end = value(text, start)?;
    Some((Member { key: at..key_end, value: start..end }, end))
}

/// Returns the offset of the next entry between brackets, after the one that ends at `at`. Returns `Some(None)` at
/// a valid end of the text.
pub(super) fn next_entry(text: &[u8], at: usize, [open, close]: [u8; 2], is_first: bool) -> Option<Option<usize>> {
    let at = whitespace(text, if is_first { one(open, text, whitespace(text, at))? } else { at });
    match text.get(at)? {
        byte if *byte == close => (whitespace(text, at + 1) == text.len()).then_some(None),
        _ if is_first => Some(Some(at)),
        b',' => Some(Some(whitespace(text, at + 1))),
        _ => None,
    }
}

fn one(byte: u8, text: &[u8], at: usize) -> Option<usize> {
    (*text.get(at)? == byte).then_some(at + 1)
}

fn whitespace(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

/// The colon after a key, up to where the value starts.
fn colon(text: &[u8], at: usize) -> Option<usize> {
    Some(whitespace(text, one(b':', text, whitespace(text, at))?))
}

#[inline]
pub(super) fn value(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'{' | b'[' => containers(text, at),
        _ => scalar(text, at),
    }
}

#[inline]
fn scalar(text: &[u8], at: usize) -> Option<usize> {
    // Most values are strings: asked for first, since a jump table is often predicted wrong.
    if text.get(at) == Some(&b'"') { string(text, at) } else { other_scalar(text, at) }
}

/// A number or a word. `serde_json` knows them, and most numbers need no look.
fn other_scalar(text: &[u8], at: usize) -> Option<usize> {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let scalar = text.get(at..at + text.get(at..)?.iter().take_while(is_part).count())?;
    let is_plain = matches!(scalar, [b'0'] | [b'1'..=b'9', ..]) && scalar.iter().all(u8::is_ascii_digit);
    (is_plain || serde_json::from_slice::<IgnoredAny>(scalar).is_ok()).then_some(at + scalar.len())
}

/// Skips an object or an array. Does not recurse, so that no nesting exhausts the stack.
pub(super) fn containers(text: &[u8], mut at: usize) -> Option<usize> {
    // The closing brackets of the containers that are open. Up to 64 need no allocation.
    let mut closers = SmallVec::<[u8; 64]>::new();
    loop {
        at = match text.get(at)? {
            opener @ (b'{' | b'[') => {
                let closer = if *opener == b'{' { b'}' } else { b']' };
                at = whitespace(text, at + 1);
                if *text.get(at)? != closer {
                    closers.push(closer);
                    at = entry_value(text, at, closer)?;
                    continue;
                }
                at + 1
            }
            _ => scalar(text, at)?,
        };
        loop {
            let Some(closer) = closers.last() else { return Some(at) };
            at = whitespace(text, at);
            match text.get(at)? {
                b',' => {
                    at = entry_value(text, whitespace(text, at + 1), *closer)?;
                    break;
                }
                byte if byte == closer => {
                    closers.pop();
                    at += 1;
                }
                _ => return None,
            }
        }
    }
}

/// Skips the key, if the container is an object.
fn entry_value(text: &[u8], at: usize, closer: u8) -> Option<usize> {
    if closer == b'}' { colon(text, string(text, at)?) } else { Some(at) }
}

#[inline]
fn string(text: &[u8], at: usize) -> Option<usize> {
    let at = plain_characters(text, one(b'"', text, at)?);
    if *text.get(at)? == b'"' { Some(at + 1) } else { string_from_escape(text, at) }
}

/// Skips the rest of a string. Out of the way, since few strings have escapes.
#[cold]
fn string_from_escape(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = plain_characters(text, escape(text, at + 1)?),
            _ => return None,
        }
    }
}

/// Skips the rest of an escape.
fn escape(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => {
            let digits = text.get(at + 1..)?.first_chunk::<4>()?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(at + 5)
        }
        _ => None,
    }
}
