//! JSON as text: where the members of an object and the elements of an array are, without parsing what is in them.
//!
//! Lets code keep a session as the signed text, so that unchanged members keep their exact spelling.
//! `serde_json`'s `RawValue` could do that in about twice the time, and after the HMAC this is where a request's time
//! goes.
//!
//! The grammar is that of RFC 8259. An escaped lone surrogate passes, as it does in Python. No depth of nesting
//! exhausts the stack.

mod last_values;
mod plain_characters;
mod scan;

use alloc::borrow::Cow;
use core::iter::{self, FusedIterator};
use core::ops::Range;
use core::{fmt, mem};

pub(crate) use self::last_values::from_last_values;
pub use self::scan::Member;
use crate::error::debug_is_the_message;

/// Finds the members of a JSON object, in order, repeated ones too.
///
/// The text is checked along the way: the last item is an error if `json` is not exactly one valid JSON object.
///
/// ```
/// use session_codec::json;
///
/// let text = r#"{"user_id":"42","cart":["egg",{"spam":2}]}"#;
/// let cart = json::members(text).nth(1).unwrap()?;
/// assert_eq!(&text[cart.key], r#""cart""#);
/// assert_eq!(&text[cart.value], r#"["egg",{"spam":2}]"#);
///
/// assert!(json::members("[]").any(|member| member.is_err()));
/// # Ok::<(), json::InvalidJson>(())
/// ```
#[must_use = "it checks as it goes: the last item is the error"]
pub fn members(json: &str) -> impl FusedIterator<Item = Result<Member, InvalidJson>> {
    entries(json, *b"{}", scan::member)
}

/// Finds the elements of a JSON array, in order.
///
/// The text is checked along the way: the last item is an error if `json` is not exactly one valid JSON array.
///
/// ```
/// use session_codec::json;
///
/// let text = r#"["egg",{"spam":2}]"#;
/// let elements: Vec<_> = json::elements(text).map(|element| Ok(&text[element?])).collect::<Result<_, _>>()?;
/// assert_eq!(elements, [r#""egg""#, r#"{"spam":2}"#]);
/// # Ok::<(), json::InvalidJson>(())
/// ```
#[must_use = "it checks as it goes: the last item is the error"]
pub fn elements(json: &str) -> impl FusedIterator<Item = Result<Range<usize>, InvalidJson>> {
    entries(json, *b"[]", |text, at| scan::value(text, at).map(|end| (at..end, end)))
}

/// Returns the characters of a JSON string, which is given with its quotes.
///
/// Returns `None` for an escaped lone surrogate, which Python writes and Rust's strings can't hold.
///
/// ```
/// use session_codec::json;
///
/// assert_eq!(json::unquote(r#""caf\u00e9""#).as_deref(), Some("café"));
/// assert_eq!(json::unquote(r#""\ud800""#), None);
/// ```
#[must_use]
pub fn unquote(string: &str) -> Option<Cow<'_, str>> {
    let inside = string.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    serde_json::from_str(string).ok().map(Cow::Owned)
}

/// Returns whether the text, which begins with `{` or `[`, is one valid JSON value.
pub(crate) fn is_one_container(json: &str) -> bool {
    scan::containers(json.as_bytes(), 0) == Some(json.len())
}

/// The text is not one valid JSON object, or array, whichever was looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InvalidJson;

debug_is_the_message!(InvalidJson);

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not one valid JSON object or array of the kind that was looked for")
    }
}

/// Finds the entries between two brackets. `entry` reads one, and returns the offset after it.
fn entries<T>(
    json: &str,
    brackets: [u8; 2],
    entry: impl Fn(&[u8], usize) -> Option<(T, usize)>,
) -> impl FusedIterator<Item = Result<T, InvalidJson>> {
    let text = json.as_bytes();
    let (mut at, mut is_first, mut is_over) = (0, true, false);
    let mut advance = move || {
        let Some(start) = scan::next_entry(text, at, brackets, mem::take(&mut is_first))? else { return Some(None) };
        let (entry, end) = entry(text, start)?;
        at = end;
        Some(Some(entry))
    };
    let next = move || {
        let found = if is_over { None } else { advance().ok_or(InvalidJson).transpose() };
        is_over = !matches!(found, Some(Ok(_)));
        found
    };
    iter::from_fn(next).fuse()
}
