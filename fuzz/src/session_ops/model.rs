//! The session as a plain list of texts.

use std::time::Duration;

use serde_json::value::RawValue;
use session_codec::{DecodeError, Lifetime, UnixTime};
use session_cookie::{Origin, Session, SessionError};

use super::options::Options;
use crate::reference::{Limits, Signed, canonical, is_deeper, members, not_from_the_future, open_signed_last};
use crate::tokens::codec;

/// A session, and what a handler did to it.
#[derive(Clone)]
pub struct Model {
    pub(super) options: Options,
    pub(super) now: UnixTime,
    pub(super) verified: Option<Verified>,
    rejected: Option<DecodeError>,
    pub(super) came_with_cookie: bool,
    /// When the cookies were signed whose signature holds and that are not from the future.
    pub(super) signed_at: Vec<UnixTime>,
    members: Vec<Member>,
    /// The data as it was signed, until an edit.
    signed: Option<String>,
    pub(super) created_at: Option<UnixTime>,
    pub(super) lifetime: Option<Lifetime>,
    pub(super) changed: bool,
    pub(super) emptied: bool,
    pub(super) cleared: bool,
    pub(super) renewed: bool,
    /// Whether the session was small enough for the library to sign when it came. VelociPy allows more.
    pub(super) fitted: bool,
    /// The session as it came.
    opened: Option<Box<Self>>,
}

/// What the cookie said.
#[derive(Clone)]
pub struct Verified {
    pub(super) issued_at: UnixTime,
    created_at: UnixTime,
    lifetime: Option<Lifetime>,
    pub(super) key_index: usize,
}

/// A key and its value, as JSON texts.
#[derive(Clone)]
struct Member {
    key: String,
    value: String,
}

impl Member {
    /// Returns `None` for an escaped lone surrogate, which no Rust string can hold.
    fn name(&self) -> Option<String> {
        serde_json::from_str(&self.key).ok()
    }

    fn is(&self, key: &str) -> bool {
        self.name().as_deref() == Some(key)
    }
}

/// More cookies of one name are not tried.
const MAX_COOKIES: usize = 8;

fn authenticate(token: &str, now: UnixTime) -> Result<Signed<session_codec::Verified>, DecodeError> {
    if "session".len() + token.len() > 4096 {
        return Err(DecodeError::Malformed);
    }
    let verified = codec().authenticate(token)?;
    let signed = Signed { issued_at: verified.issued_at(), key_index: verified.key_index(), contents: verified };
    not_from_the_future(signed, now)
}

/// The most levels of a value: `serde_json` reads 127, and the session's object is one.
pub const MAX_DEPTH: u8 = 126;

/// Refuses a value that could not be read back.
pub fn refuse_too_deep(json: &str) -> Result<(), SessionError> {
    if is_deeper(json, MAX_DEPTH) { Err(SessionError::TooDeep { limit: MAX_DEPTH.into() }) } else { Ok(()) }
}

/// Keeps a repeated key in its first place, with its last value.
fn last_of_each(pairs: Vec<(String, Box<RawValue>)>) -> Vec<(String, Box<RawValue>)> {
    let mut list: Vec<(String, Box<RawValue>)> = Vec::new();
    for (key, value) in pairs {
        match list.iter_mut().find(|(other, _)| *other == key) {
            Some((_, earlier)) => *earlier = value,
            None => list.push((key, value)),
        }
    }
    list
}

impl Model {
    /// Loads the session of a request that came `now` with these cookies. The codec authenticates them, since other targets
    /// test the codec.
    pub fn load(options: Options, cookies: &[&str], now: UnixTime) -> Self {
        let mut model = Self {
            options,
            now,
            verified: None,
            rejected: None,
            came_with_cookie: !cookies.is_empty(),
            signed_at: Vec::new(),
            members: Vec::new(),
            signed: None,
            created_at: None,
            lifetime: None,
            changed: false,
            emptied: false,
            cleared: false,
            renewed: false,
            fitted: true,
            opened: None,
        };
        let cookies: Vec<_> = cookies.iter().take(MAX_COOKIES).map(|token| authenticate(token, now)).collect();
        model.signed_at = cookies.iter().flatten().map(|signed| signed.issued_at).collect();
        model.rejected = open_signed_last(&cookies, |signed| model.open(&signed.contents)).err();
        model.fitted = model.largest_size(model.text().len()) <= 4096;
        model.opened = Some(Box::new(model.clone()));
        model
    }

    fn open(&mut self, token: &session_codec::Verified) -> Result<(), DecodeError> {
        let Options { max_age, max_lifetime, default_lifetime, .. } = self.options;
        let (claims, created_at) = (token.claims(), token.created_at());
        let limits = Limits {
            now: self.now,
            max_age: max_age.map(Duration::from_secs),
            default_lifetime: default_lifetime.map(Duration::from_secs),
            max_lifetime: max_lifetime.map(Duration::from_secs),
            clock_skew: Duration::from_secs(60),
        };
        limits.check(&claims)?;
        for (key, value) in members(token.data_json()).ok_or(DecodeError::InvalidPayload)? {
            let member = Member { key: key.to_owned(), value: value.to_owned() };
            let same = |other: &&mut Member| match member.name() {
                Some(name) => other.is(&name),
                None => other.key == member.key,
            };
            match self.members.iter_mut().find(same) {
                Some(earlier) => earlier.value = member.value,
                None => self.members.push(member),
            }
        }
        self.signed = Some(token.data_json().to_owned());
        // What is put into an empty session is a new one.
        if !self.is_empty() {
            self.created_at = (max_lifetime.is_some() || claims.created_at.is_some()).then_some(created_at);
            self.lifetime = claims.lifetime;
        }
        self.verified = Some(Verified {
            issued_at: claims.issued_at,
            created_at,
            lifetime: claims.lifetime,
            key_index: token.key_index(),
        });
        Ok(())
    }

    /// The session's JSON.
    pub fn json(&self) -> String {
        let members: Vec<String> = self.members.iter().map(|Member { key, value }| format!("{key}:{value}")).collect();
        format!("{{{}}}", members.join(","))
    }

    /// What is signed: the data to the letter, as long as no call edits it.
    pub fn text(&self) -> String {
        self.signed.clone().unwrap_or_else(|| self.json())
    }

    /// The value's JSON.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.members.iter().find(|member| member.is(key)).map(|member| member.value.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Inserts all pairs or none; of a repeated key, the last value.
    pub fn extend(&mut self, pairs: &[(&str, &str)]) -> Result<(), SessionError> {
        pairs.iter().try_for_each(|(_, value)| refuse_too_deep(value))?;
        let mut unique: Vec<(&str, &str)> = Vec::new();
        for (key, value) in pairs {
            match unique.iter_mut().find(|(other, _)| other == key) {
                Some((_, earlier)) => *earlier = value,
                None => unique.push((key, value)),
            }
        }
        self.insert(&unique)
    }

    /// Inserts all pairs or none.
    pub fn insert(&mut self, pairs: &[(&str, &str)]) -> Result<(), SessionError> {
        pairs.iter().try_for_each(|(_, value)| refuse_too_deep(value))?;
        let mut members = self.members.clone();
        let mut changed = false;
        for (key, value) in pairs {
            let member = members.iter_mut().find(|member| member.is(key));
            if member.as_ref().is_some_and(|member| canonical(&member.value) == canonical(value)) {
                continue;
            }
            changed = true;
            match member {
                Some(member) => member.value = (*value).to_owned(),
                None => members.push(Member::new(key, value)),
            }
        }
        self.change(members, changed)
    }

    /// Replaces all members. A value that stays the same keeps its text. Returns `None` if `pairs` is `None`, no object.
    pub fn write(&mut self, pairs: Option<Vec<(String, Box<RawValue>)>>) -> Option<Result<(), SessionError>> {
        let pairs = pairs?;
        let is_flat = pairs.iter().try_for_each(|(_, value)| refuse_too_deep(value.get()));
        Some(is_flat.and_then(|()| self.replace(&last_of_each(pairs))))
    }

    fn replace(&mut self, pairs: &[(String, Box<RawValue>)]) -> Result<(), SessionError> {
        let mut kept = 0;
        let written = |(key, value): &(String, Box<RawValue>)| {
            let same = |member: &&Member| member.is(key) && canonical(&member.value) == canonical(value.get());
            match self.members.iter().find(same) {
                Some(member) => {
                    kept += 1;
                    member.clone()
                }
                None => Member::new(key, value.get()),
            }
        };
        let members: Vec<Member> = pairs.iter().map(written).collect();
        let changed = kept != members.len() || kept != self.members.len();
        self.change(members, changed)
    }

    /// Removes `key` and returns whether it was present.
    pub fn remove(&mut self, key: &str) -> bool {
        let mut members = self.members.clone();
        members.retain(|member| !member.is(key));
        let removed = members.len() != self.members.len();
        self.change(members, removed).expect("smaller");
        removed
    }

    /// Makes a change unless the session would become too large.
    fn change(&mut self, members: Vec<Member>, changed: bool) -> Result<(), SessionError> {
        if !changed {
            return Ok(());
        }
        let length_before = self.text().len();
        let before = std::mem::replace(&mut self.members, members);
        let length = self.json().len();
        let size = self.largest_size(length);
        if length >= length_before && size > 4096 {
            self.members = before;
            return Err(SessionError::TooLarge { size, limit: 4096 });
        }
        self.signed = None;
        self.changed = true;
        self.emptied |= self.is_empty();
        Ok(())
    }

    /// Empties the session and begins a new one.
    pub fn clear(&mut self) {
        self.changed = true;
        self.cleared = true;
        self.members.clear();
        self.signed = None;
        self.created_at = None;
        self.lifetime = None;
    }

    /// Takes back all that was done to the session.
    pub fn discard(&mut self) {
        let opened = self.opened.clone();
        *self = Self { opened: self.opened.take(), ..*opened.expect("set when it was loaded") };
    }

    /// Puts this member into a map of all members. Returns `None` if no Rust map can hold them.
    pub fn modify(&mut self, key: &str, value: &str) -> Option<Result<(), SessionError>> {
        self.members.iter().map(Member::name).collect::<Option<Vec<_>>>()?;
        let others = self.members.iter().filter(|member| !member.is(key)).map(|member| member.value.as_str());
        let is_flat = others.chain([value]).try_for_each(refuse_too_deep);
        Some(is_flat.and_then(|()| self.insert(&[(key, value)])))
    }

    /// Signs the session again even if nothing changes.
    pub const fn renew(&mut self) {
        self.renewed = true;
    }

    /// Gives the session its own lifetime.
    pub fn set_lifetime(&mut self, lifetime: Lifetime) -> Result<(), SessionError> {
        let max_age = self.options.max_age.map(Duration::from_secs);
        if let Lifetime::For(lifetime) = lifetime {
            let is_whole = lifetime.subsec_nanos() == 0 && !lifetime.is_zero();
            if !is_whole || lifetime > self.options.longest_cookie() {
                return Err(SessionError::Lifetime { lifetime, max_age });
            }
        }
        if self.lifetime == Some(lifetime) {
            return Ok(());
        }
        let size = self.largest_size(self.text().len());
        if size > 4096 {
            return Err(SessionError::TooLarge { size, limit: 4096 });
        }
        self.lifetime = Some(lifetime);
        self.changed = true;
        Ok(())
    }

    /// Checks that the library's session has the same contents and the same origin.
    pub fn check_same(&self, session: &Session) {
        let json: Box<RawValue> = session.read().expect("an object");
        assert_eq!(json.get(), self.json());
        assert_eq!((session.len(), session.is_empty()), (self.members.len(), self.is_empty()));
        let unquoted = |member: &Member| member.key[1..member.key.len() - 1].to_owned();
        let keys: Vec<String> =
            self.members.iter().map(|member| member.name().unwrap_or_else(|| unquoted(member))).collect();
        assert_eq!(session.keys(), keys);
        for name in self.members.iter().filter_map(Member::name) {
            assert!(session.contains_key(&name), "{name:?}");
        }
        match (session.origin(), &self.verified) {
            (Origin::Verified { issued_at, created_at, lifetime, key_index, .. }, Some(verified)) => {
                assert_eq!((issued_at, created_at), (verified.issued_at, verified.created_at));
                assert_eq!((lifetime, key_index), (verified.lifetime, verified.key_index));
            }
            (Origin::Rejected(reason), None) => assert_eq!(Some(reason), self.rejected),
            (Origin::New, None) => assert!(!self.came_with_cookie),
            (origin, _) => panic!("{origin:?}"),
        }
    }
}

impl Member {
    fn new(key: &str, value: &str) -> Self {
        Self { key: serde_json::Value::from(key).to_string(), value: value.to_owned() }
    }
}
