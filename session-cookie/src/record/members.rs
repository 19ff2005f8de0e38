//! The session's contents: a JSON object as text, and where its members are in it.
//!
//! Contents never change. Each edit returns new contents, in which the members that it did not touch are as they were
//! signed, to the letter.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use session_codec::json::{self, Member};

use super::same_json::same_json;

/// A session's members in insertion order, each kept as text.
#[derive(Clone)]
pub(crate) struct Members {
    json: String,
    list: Vec<Member>,
    /// Whether `json` is compact and has each key once, as [`Writer`] writes it.
    is_canonical: bool,
}

impl Default for Members {
    fn default() -> Self {
        Writer::new(0, 0).finish()
    }
}

impl Members {
    /// Returns `None` if the text is not a JSON object.
    pub(crate) fn parse(json: String) -> Option<Self> {
        // Room for most sessions: growing copies.
        let mut list = Vec::with_capacity(json.len() / 16);
        for member in json::members(&json) {
            list.push(member.ok()?);
        }
        Some(Self { json, list, is_canonical: false })
    }

    /// Returns whether calls can name each key: none is an escaped lone surrogate.
    pub(crate) fn can_be_named(&self) -> bool {
        self.iter().all(|(key, _)| json::unquote(key).is_some())
    }

    pub(crate) fn len(&self) -> usize {
        self.canonical().list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the value's JSON text. Of a key that is repeated the last value counts, as in Python.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.find(key).map(|member| self.text(&member.value))
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.canonical().iter().map(|(key, _)| name(key).into_owned()).collect()
    }

    /// Returns the object's text, of contents that were not edited to the letter.
    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    /// Returns these members as compact JSON in which each key is once.
    pub(crate) fn canonical(&self) -> Cow<'_, Self> {
        let entries = self.list.iter().map(|Member { key, value }| key.len() + ":".len() + value.len() + ",".len());
        let is_compact = || self.json.len() == (1 + entries.sum::<usize>()).max("{}".len());
        if self.is_canonical || (is_compact() && !self.has_repetitions()) {
            return Cow::Borrowed(self);
        }
        // In its first place, with its last value, as in Python.
        let mut last = by_key(self.iter());
        let mut writer = Writer::new(self.json.len(), self.list.len());
        for (text, _) in self.iter() {
            if let Some((_, value)) = last.remove(&identity(text)) {
                writer.push(text, value);
            }
        }
        Cow::Owned(writer.finish())
    }

    /// Puts the JSON text `value` under `key`. Returns `None` if that value is there already.
    pub(crate) fn with(&self, key: &str, value: &str) -> Option<Self> {
        let members = self.canonical();
        let Some(Member { value: place, .. }) = members.find(key).cloned() else {
            let Self { mut json, list, .. } = members.into_owned();
            json.pop();
            let mut writer = Writer { json, list };
            writer.push(&quoted(key), value);
            return Some(writer.finish());
        };
        if same_json(members.text(&place), value) {
            return None;
        }
        let mut members = Self { is_canonical: true, ..members.into_owned() };
        members.json.replace_range(place.clone(), value);
        let ranges = members.list.iter_mut().flat_map(|Member { key, value }| [key, value]);
        let bounds = ranges.flat_map(|range| [&mut range.start, &mut range.end]);
        for at in bounds.filter(|at| **at >= place.end) {
            *at = *at - place.len() + value.len();
        }
        Some(members)
    }

    /// Returns `None` if there is no value under `key`.
    pub(crate) fn without(&self, key: &str) -> Option<Self> {
        self.find(key)?;
        let members = self.canonical();
        let mut writer = Writer::new(members.json.len(), members.list.len());
        let kept = members.iter().filter(|(text, _)| !is_named(text, key));
        kept.for_each(|(text, value)| writer.push(text, value));
        Some(writer.finish())
    }

    /// Inserts all pairs of a key and a JSON text; for a repeated key, the last. Returns `None` if all of those
    /// values are there already.
    pub(crate) fn with_all(&self, pairs: &[(String, String)]) -> Option<Self> {
        let mut writer = Writer::new(0, pairs.len());
        pairs.iter().for_each(|(key, value)| writer.push(&quoted(key), value));
        self.merged_with(&Self::default(), &writer.finish(), |_| false)
    }

    /// Puts the members of `object`, which can be named, in the place of all that are there; those whose value is the same
    /// stay as they are.
    /// Returns `None` if that changes nothing.
    pub(crate) fn replaced_by(&self, object: &Self) -> Option<Self> {
        let (old, new) = (self.canonical(), object.canonical());
        let mut old_members = by_key(old.iter());
        let mut writer = Writer::new(object.json.len(), object.list.len());
        let mut is_changed = false;
        for (text, value) in new.iter() {
            match old_members.remove(&identity(text)) {
                Some((old_text, old)) if same_json(old, value) => writer.push(old_text, old),
                _ => {
                    is_changed = true;
                    writer.push(&quoted(&name(text)), value);
                }
            }
        }
        (is_changed || !old_members.is_empty()).then(|| writer.finish())
    }

    /// Takes over what changed from `before` to `after`. Members that neither has are removed if they are `read`. Returns
    /// `None` if that changes nothing.
    pub(crate) fn merged_with(&self, before: &Self, after: &Self, is_read: impl Fn(&str) -> bool) -> Option<Self> {
        let (before, mut new) = (by_key(before.iter()), by_key(after.iter()));
        let mut writer = Writer::new(self.json.len() + after.json.len(), self.list.len() + after.list.len());
        let mut is_changed = false;
        let members = self.canonical();
        for (text, old) in members.iter() {
            let key = identity(text);
            match (before.get(&key), new.remove(&key)) {
                (was, Some((_, value))) => {
                    let is_same = was.is_some_and(|(_, was)| *was == value) || same_json(old, value);
                    is_changed |= !is_same;
                    writer.push(text, if is_same { old } else { value });
                }
                (None, None) if !is_read(&name(text)) => writer.push(text, old),
                _ => is_changed = true,
            }
        }
        for (text, _) in after.iter() {
            if let Some((_, value)) = new.remove(&identity(text)) {
                is_changed = true;
                writer.push(&quoted(&name(text)), value);
            }
        }
        is_changed.then(|| writer.finish())
    }

    fn find(&self, key: &str) -> Option<&Member> {
        self.list.iter().rev().find(|member| is_named(self.text(&member.key), key))
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.json.get(range.clone()).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|Member { key, value }| (self.text(key), self.text(value)))
    }

    fn has_repetitions(&self) -> bool {
        // Most sessions have few members and no escapes: two keys are then the same if their texts are.
        if self.list.len() > 32 || memchr::memchr(b'\\', self.json.as_bytes()).is_some() {
            return by_key(self.iter()).len() < self.list.len();
        }
        let is_same = |a: &Member, b: &Member| a.key.len() == b.key.len() && self.text(&a.key) == self.text(&b.key);
        (1..).zip(&self.list).any(|(next, a)| self.list.iter().skip(next).any(|b| is_same(a, b)))
    }
}

/// Writes members as compact JSON.
struct Writer {
    json: String,
    list: Vec<Member>,
}

impl Writer {
    fn new(bytes: usize, members: usize) -> Self {
        let mut json = String::with_capacity(bytes + r#"{"":}"#.len());
        json.push('{');
        Self { json, list: Vec::with_capacity(members) }
    }

    fn push(&mut self, key: &str, value: &str) {
        if !self.list.is_empty() {
            self.json.push(',');
        }
        let key = self.append(key);
        self.json.push(':');
        let value = self.append(value);
        self.list.push(Member { key, value });
    }

    fn append(&mut self, text: &str) -> Range<usize> {
        let start = self.json.len();
        self.json.push_str(text);
        start..self.json.len()
    }

    fn finish(mut self) -> Members {
        self.json.push('}');
        Members { json: self.json, list: self.list, is_canonical: true }
    }
}

/// Identifies a key: by its characters, or by its text if it has an escaped lone surrogate, which Python writes and Rust's
/// strings can't hold. Such a member stays in the session, and no call can name it.
type Identity<'a> = Result<Cow<'a, str>, &'a str>;

fn identity(key: &str) -> Identity<'_> {
    json::unquote(key).ok_or(key)
}

/// Returns each key's last member.
fn by_key<'a>(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> HashMap<Identity<'a>, (&'a str, &'a str)> {
    members.into_iter().map(|member| (identity(member.0), member)).collect()
}

/// Returns whether a key's JSON text names `key`.
fn is_named(text: &str, key: &str) -> bool {
    let inside = inside(text);
    // Up to the first escape the text is what it names, and no escape names nothing. Most keys differ at once.
    match inside.bytes().zip(key.bytes()).find(|(text, key)| text != key || *text == b'\\') {
        Some((b'\\', _)) => json::unquote(text).is_some_and(|name| name == key),
        Some(_) => false,
        None => inside.len() == key.len(),
    }
}

/// Returns a key's characters, or its text if Rust's strings can't hold them.
fn name(key: &str) -> Cow<'_, str> {
    json::unquote(key).unwrap_or(Cow::Borrowed(inside(key)))
}

fn inside(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn quoted(key: &str) -> String {
    serde_json::Value::from(key).to_string()
}
