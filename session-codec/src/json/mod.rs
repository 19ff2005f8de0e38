//! JSON as text: where the members of an object and the elements of an array are, without parsing what is in them.
//!
//! For code that keeps a session as the text that was signed, so that what is not touched stays as it is, to the letter.
//! `serde_json`'s `RawValue` could do that in about twice the time, and after the HMAC this is where a request's time
//! goes.
//!
//! The grammar is that of RFC 8259. An escaped lone surrogate passes, as it does in Python. No depth of nesting
//! exhausts the stack.

mod last_values;
mod plain_characters;
mod scan;

use alloc::borrow::Cow;
use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

pub(crate) use self::last_values::from_last_values;
pub use self::scan::Member;

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
    Entries { text: json.as_bytes(), open: b'{', close: b'}', at: At::Start, entry: scan::member }
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
    Entries { text: json.as_bytes(), open: b'[', close: b']', at: At::Start, entry: scan::element }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidJson;

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not one valid JSON object or array of the kind that was looked for")
    }
}

impl core::error::Error for InvalidJson {}

/// The entries between two brackets.
struct Entries<'a, F> {
    text: &'a [u8],
    open: u8,
    close: u8,
    at: At,
    /// Reads one entry, and returns the offset after it.
    entry: F,
}

#[derive(Clone, Copy)]
enum At {
    Start,
    AfterEntry(usize),
    End,
}

impl<T, F: Fn(&[u8], usize) -> Option<(T, usize)>> Entries<'_, F> {
    /// Returns the offset of the next entry. `Some(None)`: there is none, and the text ends as it should.
    fn next_start(&self) -> Option<Option<usize>> {
        let text = self.text;
        let at = match self.at {
            At::Start => scan::one(self.open, text, scan::whitespace(text, 0))?,
            At::AfterEntry(at) => at,
            At::End => return Some(None),
        };
        let at = scan::whitespace(text, at);
        match (text.get(at)?, self.at) {
            (byte, _) if *byte == self.close => (scan::whitespace(text, at + 1) == text.len()).then_some(None),
            (_, At::Start) => Some(Some(at)),
            (b',', _) => Some(Some(scan::whitespace(text, at + 1))),
            _ => None,
        }
    }

    fn advance(&mut self) -> Option<Option<T>> {
        let Some(start) = self.next_start()? else { return Some(None) };
        let (entry, end) = (self.entry)(self.text, start)?;
        self.at = At::AfterEntry(end);
        Some(Some(entry))
    }
}

impl<T, F: Fn(&[u8], usize) -> Option<(T, usize)>> Iterator for Entries<'_, F> {
    type Item = Result<T, InvalidJson>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.advance().ok_or(InvalidJson).transpose();
        if !matches!(entry, Some(Ok(_))) {
            self.at = At::End;
        }
        entry
    }
}

impl<T, F: Fn(&[u8], usize) -> Option<(T, usize)>> FusedIterator for Entries<'_, F> {}
