//! A scanner that finds where each token of a JSON text ends.
//!
//! Each function takes an offset and returns the offset just past the token it is named after, or `None` if that token
//! is not there.

use alloc::vec::Vec;
use core::ops::Range;

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

pub(super) fn element(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let end = value(text, at)?;
    Some((at..end, end))
}

pub(super) fn one(byte: u8, text: &[u8], at: usize) -> Option<usize> {
    (*text.get(at)? == byte).then_some(at + 1)
}

pub(super) fn whitespace(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

/// The colon after a key, up to where the value starts.
fn colon(text: &[u8], at: usize) -> Option<usize> {
    Some(whitespace(text, one(b':', text, whitespace(text, at))?))
}

fn value(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'{' | b'[' => containers(text, at),
        _ => scalar(text, at),
    }
}

fn scalar(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string(text, at),
        b't' => literal(b"true", text, at),
        b'f' => literal(b"false", text, at),
        b'n' => literal(b"null", text, at),
        _ => number(text, at),
    }
}

/// An object or an array, with what is in it. Without recursion: no depth of nesting can exhaust the stack.
pub(super) fn containers(text: &[u8], mut at: usize) -> Option<usize> {
    let mut open = Nesting::default();
    loop {
        at = match text.get(at)? {
            b'{' => {
                at = whitespace(text, at + 1);
                if text.get(at)? != &b'}' {
                    open.push(Container::Object);
                    at = colon(text, string(text, at)?)?;
                    continue;
                }
                at + 1
            }
            b'[' => {
                at = whitespace(text, at + 1);
                if text.get(at)? != &b']' {
                    open.push(Container::Array);
                    continue;
                }
                at + 1
            }
            _ => scalar(text, at)?,
        };
        loop {
            let Some(container) = open.last() else { return Some(at) };
            at = whitespace(text, at);
            match (text.get(at)?, container) {
                (b',', Container::Array) => {
                    at = whitespace(text, at + 1);
                    break;
                }
                (b',', Container::Object) => {
                    at = colon(text, string(text, whitespace(text, at + 1))?)?;
                    break;
                }
                (b']', Container::Array) | (b'}', Container::Object) => {
                    open.pop();
                    at += 1;
                }
                _ => return None,
            }
        }
    }
}

fn string(text: &[u8], at: usize) -> Option<usize> {
    let mut at = one(b'"', text, at)?;
    loop {
        at = plain_characters(text, at);
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = escape(text, at + 1)?,
            _ => return None,
        }
    }
}

/// What follows a backslash.
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

fn literal(literal: &[u8], text: &[u8], at: usize) -> Option<usize> {
    text.get(at..)?.starts_with(literal).then_some(at + literal.len())
}

fn number(text: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(*text.get(at)? == b'-');
    at = match text.get(at)? {
        b'0' => at + 1,
        _ => digits(text, at)?,
    };
    if text.get(at) == Some(&b'.') {
        at = digits(text, at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1;
        at += usize::from(matches!(text.get(at)?, b'+' | b'-'));
        at = digits(text, at)?;
    }
    Some(at)
}

/// At least one digit.
fn digits(text: &[u8], at: usize) -> Option<usize> {
    text.get(at)?.is_ascii_digit().then_some(())?;
    let mut end = at + 1;
    while text.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    Some(end)
}

#[derive(Clone, Copy)]
enum Container {
    Array,
    Object,
}

/// The containers that are open, one bit each; up to 64 of them need no allocation.
#[derive(Default)]
struct Nesting {
    depth: usize,
    word: u64,
    full_words: Vec<u64>,
}

impl Nesting {
    fn push(&mut self, container: Container) {
        if self.depth != 0 && self.depth.is_multiple_of(64) {
            self.full_words.push(self.word);
        }
        self.word = self.word << 1 | u64::from(matches!(container, Container::Object));
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.word >>= 1;
        if self.depth.is_multiple_of(64) {
            self.word = self.full_words.pop().unwrap_or_default();
        }
    }

    fn last(&self) -> Option<Container> {
        match (self.depth, self.word & 1) {
            (0, _) => None,
            (_, 0) => Some(Container::Array),
            _ => Some(Container::Object),
        }
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use alloc::string::{String, ToString as _};
    use alloc::{format, vec};

    use serde_json::value::RawValue;

    use super::*;

    fn members(text: &str) -> Option<Vec<(&str, &str)>> {
        let members: Result<Vec<_>, _> = crate::json::members(text).collect();
        Some(members.ok()?.into_iter().map(|Member { key, value }| (&text[key], &text[value])).collect())
    }

    /// What `serde_json` says of the same text.
    fn is_object(text: &str) -> bool {
        serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get().starts_with('{'))
    }

    #[test]
    fn finds_each_member_where_it_stands() {
        assert_eq!(members("{}"), Some(vec![]));
        assert_eq!(members(" {\t} \r\n"), Some(vec![]));
        assert_eq!(
            members(r#"{"a":1,"":"","b\"":[{"c":[]},-1.5e+3],"a":null,"é":{"x":{}}}"#),
            Some(vec![
                ("\"a\"", "1"),
                ("\"\"", "\"\""),
                (r#""b\"""#, r#"[{"c":[]},-1.5e+3]"#),
                ("\"a\"", "null"),
                ("\"é\"", r#"{"x":{}}"#),
            ])
        );
        assert_eq!(
            members("{ \"a\" :\t[ 1 , { } ] ,\n\"b\": true }"),
            Some(vec![("\"a\"", "[ 1 , { } ]"), ("\"b\"", "true")])
        );
    }

    /// Compares the verdict with that of `serde_json` on every text of up to three changes to these.
    #[test]
    fn accepts_what_serde_json_accepts_and_nothing_else() {
        let seeds = [
            r#"{"user":"alice","n":[1,-2.5e+10,0],"o":{"k":null,"t":true,"f":false}}"#,
            r#"{"long text without a stop in it":"\u00e9\ud83e\udd96\ud800\"\\\/\b\f\n\r\t","":0.0}"#,
            "{ \"a\" : [ ] , \"b\" : { } , \"c\" : 1E5 }",
        ];
        let replacements = b"\"\\{}[]:,0123456789-+.eEutfna \n\x00\x1f\x7f";
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        let mut accepted = 0;
        for round in 0..60_000 {
            let mut text = seeds[round % seeds.len()].as_bytes().to_vec();
            for _ in 0..random(4) {
                let at = random(text.len());
                match random(3) {
                    0 => text[at] = replacements[random(replacements.len())],
                    1 => text.insert(at, replacements[random(replacements.len())]),
                    _ => drop(text.remove(at)),
                }
            }
            let text = String::from_utf8(text).unwrap();
            assert_eq!(members(&text).is_some(), is_object(&text), "{text:?}");
            accepted += usize::from(is_object(&text));
        }
        assert!((5_000..55_000).contains(&accepted), "{accepted} of the texts are objects");
    }

    #[test]
    fn each_character_that_ends_plain_text_is_seen_at_each_place() {
        for length in 0..20 {
            for at in 0..length {
                for stop in (0..=0x7f_u8).map(char::from).chain(['é', '🦖']) {
                    let mut inside = "a".repeat(length);
                    inside.replace_range(at..=at, &stop.to_string());
                    let text = format!("{{\"{inside}\":1}}");
                    assert_eq!(members(&text).is_some(), is_object(&text), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn any_depth_of_nesting_is_read_without_recursion() {
        for depth in [1, 63, 64, 65, 127, 128, 129, 100_000] {
            let value = "[{\"a\":".repeat(depth) + "1" + &"}]".repeat(depth);
            assert_eq!(members(&format!("{{\"k\":{value}}}")), Some(vec![("\"k\"", &*value)]));
            assert_eq!(members(&format!("{{\"k\":{value}]}}")), None);
            assert_eq!(members(&format!("{{\"k\":{}}}", value.replace("}]}]", "}]]}"))).is_some(), depth == 1);
        }
    }
}
