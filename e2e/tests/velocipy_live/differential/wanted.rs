//! The differences that are wanted. `session-codec/README.md` lists them for users, in the same order and words.

use std::{fmt, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Limits, NOW, here::Reader, token};

/// Properties of a token for which VelociPy's verdict may differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Difference {
    Future,
    JustExpired,
    NotJson,
    TooLargeForACookie,
    OwnLifetimeOver,
    DefaultLifetimeOver,
    OddClaim,
    MemberTwice,
    MemberWithoutName,
    NegativeTimestamp,
    BooleanTimestamp,
    TimestampBeyondFloats,
    OtherBase64,
    DeeplyNested,
    LongInteger,
    NotAscii,
}

use Difference::*;

impl Difference {
    pub(crate) const ALL: [Self; 16] = [
        Future,
        JustExpired,
        NotJson,
        TooLargeForACookie,
        OwnLifetimeOver,
        DefaultLifetimeOver,
        OddClaim,
        MemberTwice,
        MemberWithoutName,
        NegativeTimestamp,
        BooleanTimestamp,
        TimestampBeyondFloats,
        OtherBase64,
        DeeplyNested,
        LongInteger,
        NotAscii,
    ];

    /// The first cell of its row in the README.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Future => "has a `t` more than 60 seconds ahead",
            JustExpired => "is too old by less than a microsecond",
            NotJson => "holds `NaN` or `Infinity`",
            TooLargeForACookie => "makes a cookie of more than 4096 bytes",
            OwnLifetimeOver => "is older than its `m`",
            DefaultLifetimeOver => "is older than the `default_lifetime`, without an `m` above 0",
            OddClaim => "has a `c` or `m` that is no number of zero or more",
            MemberTwice => "has a member of the envelope twice",
            MemberWithoutName => "names a member of the envelope by half a surrogate pair",
            NegativeTimestamp => "has a `t` below zero",
            BooleanTimestamp => "has `true` or `false` as its `t`",
            TimestampBeyondFloats => "has an integer beyond 1.8e308 as its `t`",
            OtherBase64 => "spells its base64 in another way",
            DeeplyNested => "nests deeper than Python's stack",
            LongInteger => "holds an integer of more than 4300 digits",
            NotAscii => "is not ASCII",
        }
    }

    /// What VelociPy makes of such a token, by the README; or else it does what this project does.
    pub(crate) fn there(self) -> &'static [&'static str] {
        match self {
            TooLargeForACookie => &["accepted", "RecursionError"],
            TimestampBeyondFloats => &["OverflowError"],
            DeeplyNested => &["RecursionError"],
            LongInteger => &["refused"],
            NotAscii => &["UnicodeEncodeError", "TypeError"],
            _ => &["accepted"],
        }
    }

    /// What this project makes of every such token.
    pub(crate) fn here(self) -> &'static str {
        if matches!(self, DeeplyNested | LongInteger) { "accepted" } else { "refused" }
    }

    /// The first difference that this token may make, found without session-codec.
    pub(crate) fn of(token: &[u8], reader: Reader, limits: Limits) -> Option<Self> {
        if !token.is_ascii() && token.contains(&b'.') {
            return Some(NotAscii);
        }
        let payload = token::authentic_payload(token)?;
        if reader == Reader::Session && "session".len() + token.len() > 4096 {
            return Some(TooLargeForACookie);
        }
        let Some(envelope) = token::envelope(payload) else { return Some(OtherBase64) };
        of_envelope(std::str::from_utf8(&envelope).ok()?, limits)
    }
}

fn of_envelope(json: &str, limits: Limits) -> Option<Difference> {
    let syntax = outside_strings(json);
    if ["NaN", "Infinity"].iter().any(|word| syntax.contains(word)) {
        return Some(NotJson);
    }
    if syntax.matches(['[', '{']).count() > 500 {
        return Some(DeeplyNested);
    }
    if syntax.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 4300) {
        return Some(LongInteger);
    }

    let Envelope(members) = serde_json::from_str(json).ok()?;
    let names: Vec<Option<String>> = members.iter().map(|(name, _)| serde_json::from_str(name).ok()).collect();
    if names.iter().enumerate().any(|(at, name)| names[..at].contains(name)) {
        return Some(MemberTwice);
    }
    if names.contains(&None) {
        return Some(MemberWithoutName);
    }
    let member = |name: &str| {
        let at = names.iter().position(|other| other.as_deref() == Some(name))?;
        Some(members[at].1)
    };
    if ["c", "m"].into_iter().filter_map(member).any(|claim| number(claim).is_none_or(|seconds| seconds < 0.0)) {
        return Some(OddClaim);
    }
    of_timestamp(member("t")?, member("m"), limits)
}

fn of_timestamp(t: &str, m: Option<&str>, limits: Limits) -> Option<Difference> {
    if matches!(t, "true" | "false") {
        return Some(BooleanTimestamp);
    }
    let float = number(t)?;
    if float.is_infinite() && !t.contains(['.', 'e', 'E']) {
        return Some(TimestampBeyondFloats);
    }
    if float < 0.0 {
        return Some(NegativeTimestamp);
    }

    let (now, t) = (nanoseconds(&NOW.to_string()), nanoseconds(t));
    if t > now + nanoseconds("60") {
        return Some(Future);
    }
    let age = now.saturating_sub(t);
    let own_lifetime = m.map(nanoseconds).filter(|lifetime| *lifetime != 0);
    if own_lifetime.is_some_and(|lifetime| age > lifetime) {
        return Some(OwnLifetimeOver);
    }
    let default_lifetime = limits.default_lifetime.filter(|_| own_lifetime.is_none());
    if default_lifetime.is_some_and(|lifetime| age > nanoseconds(&lifetime.to_string())) {
        return Some(DefaultLifetimeOver);
    }
    let max_age = limits.max_age?;
    let is_expired_there = NOW - float > max_age as f64;
    (age > nanoseconds(&max_age.to_string()) && !is_expired_there).then_some(JustExpired)
}

/// Reads the text of a number of zero or more. Finer digits are cut off, as in session-codec.
fn nanoseconds(number: &str) -> u128 {
    let number = number.trim_start_matches('-');
    if number.contains(['e', 'E']) {
        return Duration::try_from_secs_f64(number.parse().unwrap()).map_or(u128::MAX, |seconds| seconds.as_nanos());
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    format!("{whole}{fraction:0<9.9}").parse().unwrap_or(u128::MAX)
}

/// `None`: the JSON value is no number.
fn number(json: &str) -> Option<f64> {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then(|| json.parse().unwrap())
}

/// The JSON without the contents of its strings.
fn outside_strings(json: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    let mut outside = String::new();
    for c in json.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ if !inside => outside.push(c),
            _ => {}
        }
    }
    outside
}

/// A JSON object's members as their texts, repeated ones too.
struct Envelope<'a>(Vec<(&'a str, &'a str)>);

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members.push((name.get(), value.get()));
                }
                Ok(Envelope(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
