//! The session's contents: JSON members in insertion order, each kept as text.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use session_codec::{Verified, for_each_member};

use crate::same_json::same_json;
use crate::seen_keys::SeenKeys;

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

/// Up to this many members, comparing one with all others is cheaper than hashing all.
const FEW: usize = 128;

impl Members {
    /// The members of a token's data. `None`: the data is not a JSON object.
    ///
    /// Of a key that is there twice, the last value counts, in the place of the first, as in Python.
    pub(crate) fn from_verified(verified: Verified) -> Option<Self> {
        let text = verified.data_json();
        let has_escapes_somewhere = has_escapes(text);
        let mut list: Vec<Member> = Vec::with_capacity(16);
        let mut seen = SeenKeys::default();
        let mut may_repeat = false;
        for_each_member(text, |key, value| {
            let member = Member { key: Text::Signed(key), value: Text::Signed(value) };
            let key = member.key.get(text);
            let is_escaped = has_escapes_somewhere && has_escapes(key);
            let may_be_there = seen.may_have(key);
            may_repeat |= is_escaped || (may_be_there && (list.len() > FEW || has_text(&list, key, text)));
            list.push(member);
        })
        .ok()?;
        let list = if may_repeat { without_repetitions(list, text) } else { list };
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

    /// Puts these members in the place of all that are there. `None`: this is no object, or a key of it has no name.
    pub(crate) fn replace(&mut self, object: &str) -> Option<()> {
        let old = mem::take(&mut self.list);
        let mut all_named = true;
        for_each_member(object, |key, value| match name(object.get(key).unwrap_or_default()) {
            Some(key) => self.put(&key, object.get(value).unwrap_or_default(), &old),
            None => all_named = false,
        })
        .ok()?;
        let is_old = |member: &Member| {
            let (key, value) = (member.key.get(self.signed), member.value.get(self.signed));
            old.iter().any(|old| old.key.get(self.signed) == key && old.value.get(self.signed) == value)
        };
        self.changed |= old.len() != self.list.len() || !self.list.iter().all(is_old);
        all_named.then_some(())
    }

    /// Puts in a member: the old one, if that has this value already.
    fn put(&mut self, key: &str, value: &str, old: &[Member]) {
        let same = position(old, self.signed, key).and_then(|at| old.get(at));
        let member = match same.filter(|old| same_json(old.value.get(self.signed), value)) {
            Some(same) => same.clone(),
            None => Member { key: Text::New(quoted(key).into()), value: Text::New(value.into()) },
        };
        match position(&self.list, self.signed, key).and_then(|at| self.list.get_mut(at)) {
            Some(earlier) => *earlier = member,
            None => self.list.push(member),
        }
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

fn has_text(list: &[Member], key: &str, signed: &str) -> bool {
    list.iter().any(|member| member.key.get(signed) == key)
}

/// Each key once: in its first place, with its last value.
fn without_repetitions(list: Vec<Member>, signed: &str) -> Vec<Member> {
    let mut unique: Vec<Member> = Vec::with_capacity(list.len());
    let mut places = HashMap::with_capacity(list.len());
    for member in list {
        let text = member.key.get(signed);
        // A key that has no name is the same only as its text.
        let place = *places.entry(name(text).map(Cow::into_owned).ok_or(text.to_owned())).or_insert(unique.len());
        match unique.get_mut(place) {
            Some(earlier) => earlier.value = member.value,
            None => unique.push(member),
        }
    }
    unique
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
