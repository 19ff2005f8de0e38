//! The session's contents: JSON members in insertion order, each kept as text.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use session_codec::{Verified, for_each_member};

use crate::same_json::same_json;

/// A session's members. Those that came with the cookie stay where they stand in its text, to the letter.
#[derive(Default)]
pub(crate) struct Members {
    signed: Option<Verified>,
    list: Vec<Member>,
}

#[derive(Clone)]
struct Member {
    /// A JSON string, quotes and escapes included.
    key: Text,
    value: Text,
}

#[derive(Clone)]
enum Text {
    Signed(Range<usize>),
    New(Arc<str>),
}

impl Text {
    fn get<'a>(&'a self, signed: &'a str) -> &'a str {
        match self {
            Self::Signed(range) => signed.get(range.clone()).unwrap_or_default(),
            Self::New(text) => text,
        }
    }
}

impl Members {
    /// The members of a token's data. `None`: the data is not a JSON object.
    ///
    /// Of a key that is there twice, the last value counts, in the place of the first, as in Python.
    pub(crate) fn from_verified(verified: Verified) -> Option<Self> {
        let text = verified.data_json();
        let mut list: Vec<Member> = Vec::with_capacity(16);
        let mut seen = SeenKeys::of(text);
        for_each_member(text, |key, value| {
            let member = Member { key: Text::Signed(key), value: Text::Signed(value) };
            let key = member.key.get(text);
            let earlier =
                seen.may_have(key).then(|| list.iter_mut().find(|earlier| same_key(earlier.key.get(text), key)));
            match earlier.flatten() {
                Some(earlier) => earlier.value = member.value,
                None => list.push(member),
            }
        })
        .ok()?;
        Some(Self { signed: Some(verified), list })
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The value's JSON text.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let signed = self.signed();
        position(&self.list, signed, key).and_then(|at| self.list.get(at)).map(|member| member.value.get(signed))
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.list
            .iter()
            .map(|member| {
                let text = member.key.get(self.signed());
                name(text).unwrap_or(Cow::Borrowed(unquoted(text))).into_owned()
            })
            .collect()
    }

    pub(crate) fn to_json(&self) -> String {
        to_json(&self.list, self.signed())
    }

    /// Length in bytes of [`Members::to_json`].
    pub(crate) fn json_length(&self) -> usize {
        json_length(&self.list, self.signed())
    }

    /// A copy to change, and to put in the place of these members if the result is accepted.
    pub(crate) fn draft(&self) -> Draft<'_> {
        Draft { signed: self.signed(), list: self.list.clone(), changed: false }
    }

    pub(crate) fn accept(&mut self, draft: Accepted) {
        self.list = draft.0;
    }

    fn signed(&self) -> &str {
        self.signed.as_ref().map(Verified::data_json).unwrap_or_default()
    }
}

/// A changed copy of the members.
pub(crate) struct Draft<'a> {
    signed: &'a str,
    list: Vec<Member>,
    changed: bool,
}

/// What a [`Draft`] came to, free of the borrow.
pub(crate) struct Accepted(Vec<Member>);

impl Draft<'_> {
    /// Puts the JSON text `value` under `key`. The value that is there already is not a change.
    pub(crate) fn insert(&mut self, key: &str, value: &str) {
        match position(&self.list, self.signed, key).and_then(|at| self.list.get_mut(at)) {
            Some(member) if same_json(member.value.get(self.signed), value) => return,
            Some(member) => member.value = Text::New(value.into()),
            None => self.list.push(Member { key: Text::New(quoted(key).into()), value: Text::New(value.into()) }),
        }
        self.changed = true;
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if let Some(at) = position(&self.list, self.signed, key) {
            self.list.remove(at);
            self.changed = true;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.changed |= !self.list.is_empty();
        self.list.clear();
    }

    /// Puts these members in the place of all that are there.
    pub(crate) fn replace(&mut self, object: &str) -> Option<()> {
        let old = mem::take(&mut self.list);
        let mut kept = 0;
        let mut all_named = true;
        for_each_member(object, |key, value| {
            let Some(key) = name(object.get(key).unwrap_or_default()) else {
                all_named = false;
                return;
            };
            let value = object.get(value).unwrap_or_default();
            let same = position(&old, self.signed, &key)
                .and_then(|at| old.get(at))
                .filter(|old| same_json(old.value.get(self.signed), value));
            match same {
                Some(same) if position(&self.list, self.signed, &key).is_none() => {
                    self.list.push(same.clone());
                    kept += 1;
                }
                _ => self.insert(&key, value),
            }
        })
        .ok()?;
        self.changed |= kept != old.len();
        all_named.then_some(())
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    pub(crate) fn json_length(&self) -> usize {
        json_length(&self.list, self.signed)
    }

    pub(crate) fn accepted(self) -> Accepted {
        Accepted(self.list)
    }
}

fn position(list: &[Member], signed: &str, key: &str) -> Option<usize> {
    list.iter().position(|member| is_named(member.key.get(signed), key))
}

/// Whether a key's JSON text names `key`. Text with escapes is always longer than what it names.
fn is_named(text: &str, key: &str) -> bool {
    let inside = unquoted(text);
    match inside.len().cmp(&key.len()) {
        Ordering::Less => false,
        Ordering::Equal => inside == key && !has_escapes(inside),
        Ordering::Greater => has_escapes(inside) && name(text).is_some_and(|name| name == key),
    }
}

/// Whether the JSON texts of two keys name the same.
fn same_key(a: &str, b: &str) -> bool {
    a == b || ((has_escapes(a) || has_escapes(b)) && name(a).is_some_and(|a| Some(a) == name(b)))
}

/// What a key's JSON text names. `None` for an escaped lone surrogate, which Python writes and Rust's strings can't
/// hold: such a member stays in the session, and no call can name it.
fn name(text: &str) -> Option<Cow<'_, str>> {
    let inside = unquoted(text);
    if has_escapes(inside) { serde_json::from_str(text).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

fn quoted(key: &str) -> String {
    serde_json::Value::from(key).to_string()
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn has_escapes(text: &str) -> bool {
    memchr::memchr(b'\\', text.as_bytes()).is_some()
}

fn to_json(list: &[Member], signed: &str) -> String {
    let mut json = String::with_capacity(json_length(list, signed));
    json.push('{');
    for (at, member) in list.iter().enumerate() {
        if at != 0 {
            json.push(',');
        }
        json.push_str(member.key.get(signed));
        json.push(':');
        json.push_str(member.value.get(signed));
    }
    json.push('}');
    json
}

fn json_length(list: &[Member], signed: &str) -> usize {
    let members: usize = list.iter().map(|m| m.key.get(signed).len() + 1 + m.value.get(signed).len()).sum();
    let commas = list.len().saturating_sub(1);
    members + commas + 2
}

/// Keys seen so far, as a set that may say yes wrongly and never no: most sessions have no key twice, and comparing
/// each key with all before it would take as long as finding them.
struct SeenKeys {
    marks: [u64; 4],
    /// Whether one key can be spelt in several ways.
    escapes: bool,
}

impl SeenKeys {
    fn of(text: &str) -> Self {
        Self { marks: [0; 4], escapes: has_escapes(text) }
    }

    /// Whether an earlier key may name the same as this JSON text; remembers it.
    fn may_have(&mut self, key: &str) -> bool {
        let hash = hash(key.as_bytes());
        let mark = 1 << (hash & 63);
        let Some(marks) = self.marks.get_mut((hash >> 62) as usize) else { return true };
        let seen = *marks & mark != 0;
        *marks |= mark;
        seen || self.escapes
    }
}

/// A hash of the length and of up to eight bytes at either end: enough to tell most keys apart.
fn hash(key: &[u8]) -> u64 {
    let (first, last) = match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (key.first_chunk(), key.last_chunk()) {
            (Some(first), Some(last)) => (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
            // A quote, perhaps one character, and a quote.
            _ => (key.get(1).copied().unwrap_or_default().into(), 0),
        },
    };
    let mixed = (first ^ last.rotate_left(29) ^ key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 32
}
