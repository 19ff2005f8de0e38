use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Number;

use crate::config::{CookieConfig, ParseOptionError};

/// An option's value as the file or the environment has it, before it is checked.
///
/// Taking any value here, and refusing it later, keeps a wrong `secret_key` out of the messages of configuration crates,
/// which quote the line that they could not read.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Any")]
pub(super) enum Value {
    /// Absent, null, or empty text.
    #[default]
    NotSet,
    Text(String),
    List(Vec<Self>),
    /// Anything else, in words. Those of a number or a boolean are what its text would be.
    Other(String),
}

/// Each method reads the value as one type, from that type or from its text.
impl Value {
    pub(super) const fn is_set(&self) -> bool {
        !matches!(self, Self::NotSet)
    }

    pub(super) fn text(&self) -> Result<String, ParseOptionError> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            _ => Err(ParseOptionError("text")),
        }
    }

    pub(super) fn host_or_none(&self) -> Result<Option<String>, ParseOptionError> {
        self.or_none(self.text().ok(), "a host name, or none")
    }

    pub(super) fn boolean(&self) -> Result<bool, ParseOptionError> {
        self.words().to_ascii_lowercase().parse().map_err(|_| ParseOptionError("true or false"))
    }

    pub(super) fn seconds_or_none(&self) -> Result<Option<Duration>, ParseOptionError> {
        self.or_none(self.words().parse().ok().map(Duration::from_secs), "whole seconds, or none")
    }

    fn or_none<T>(&self, value: Option<T>, expected: &'static str) -> Result<Option<T>, ParseOptionError> {
        if self.is_none() { Ok(None) } else { value.map(Some).ok_or(ParseOptionError(expected)) }
    }

    /// Reads what has its own text form.
    pub(super) fn parsed<T: FromStr<Err = ParseOptionError>>(&self) -> Result<T, ParseOptionError> {
        self.words().parse()
    }

    pub(super) fn preset(&self) -> Result<CookieConfig, ParseOptionError> {
        let is_hardened = self.words().eq_ignore_ascii_case("hardened");
        is_hardened.then(CookieConfig::hardened).ok_or(ParseOptionError("hardened, or leave it out"))
    }

    /// A list, text with commas between its members, or a single member.
    pub(super) fn list(self) -> Vec<Self> {
        match self {
            _ if !self.is_set() || self.is_none() => Vec::new(),
            Self::Text(text) => text.split(',').map(|member| Self::from(member.to_owned())).collect(),
            Self::List(members) => members,
            _ => vec![self],
        }
    }

    fn is_none(&self) -> bool {
        self.words().eq_ignore_ascii_case("none")
    }

    fn words(&self) -> &str {
        match self {
            Self::NotSet => "not set",
            Self::List(_) => "a list",
            Self::Text(words) | Self::Other(words) => words,
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::NotSet } else { Self::Text(text) }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            other => f.write_str(other.words()),
        }
    }
}

/// Whatever a format can hold. The first variant that fits is taken, so reading it never fails.
#[derive(Deserialize)]
#[serde(untagged)]
enum Any {
    Known(Option<Known>),
    Unknown(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Known {
    Boolean(bool),
    Number(Number),
    /// Infinite, or not a number.
    Float(f64),
    Text(String),
    List(Vec<Value>),
}

impl From<Any> for Value {
    fn from(any: Any) -> Self {
        match any {
            Any::Known(None) => Self::NotSet,
            Any::Known(Some(Known::Boolean(value))) => Self::Other(value.to_string()),
            Any::Known(Some(Known::Number(number))) => Self::Other(number.to_string()),
            Any::Known(Some(Known::Float(float))) => Self::Other(float.to_string()),
            Any::Known(Some(Known::Text(text))) => Self::from(text),
            Any::Known(Some(Known::List(members))) => Self::List(members),
            Any::Unknown(_) => Self::Other("a table".to_owned()),
        }
    }
}
