use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::config::{CookieConfig, ParseOptionError};

/// An option's value as the file or the environment has it, before it is checked.
///
/// Taking any value here, and refusing it later, keeps a wrong `secret_key` out of the messages of configuration crates,
/// which quote the line that they could not read.
#[derive(Clone, Default)]
pub(super) enum Value {
    /// Absent, null, or empty text.
    #[default]
    NotSet,
    Boolean(bool),
    Integer(u64),
    Text(String),
    List(Vec<Self>),
    /// Anything else, in words.
    Other(String),
}

/// Each method reads the value as one type, from that type or from its text.
impl Value {
    pub(super) const fn is_set(&self) -> bool {
        !matches!(self, Self::NotSet)
    }

    pub(super) fn text(&self) -> Result<String, ParseOptionError> {
        self.as_text().map(str::to_owned).ok_or(ParseOptionError("text"))
    }

    pub(super) fn host_or_none(&self) -> Result<Option<String>, ParseOptionError> {
        match self {
            none if none.is_none() => Ok(None),
            Self::Text(host) => Ok(Some(host.clone())),
            _ => Err(ParseOptionError("a host name, or none")),
        }
    }

    pub(super) fn boolean(&self) -> Result<bool, ParseOptionError> {
        match self {
            Self::Boolean(value) => Ok(*value),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(ParseOptionError("true or false")),
        }
    }

    pub(super) fn seconds_or_none(&self) -> Result<Option<Duration>, ParseOptionError> {
        let seconds = match self {
            none if none.is_none() => return Ok(None),
            Self::Integer(seconds) => Some(*seconds),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        };
        let seconds = seconds.ok_or(ParseOptionError("whole seconds, or none"))?;
        Ok(Some(Duration::from_secs(seconds)))
    }

    /// Reads what has its own text form.
    pub(super) fn parsed<T: FromStr<Err = ParseOptionError>>(&self) -> Result<T, ParseOptionError> {
        match self {
            Self::Integer(number) => number.to_string().parse(),
            // No text of any option: the error says what is.
            value => value.as_text().unwrap_or_default().parse(),
        }
    }

    /// A list, text with commas between its members, or a single member.
    pub(super) fn list(self) -> Vec<Self> {
        match self {
            Self::NotSet => Vec::new(),
            Self::Text(_) if self.is_none() => Vec::new(),
            Self::Text(text) => text.split(',').map(|member| Self::from(member.to_owned())).collect(),
            Self::List(members) => members,
            other => vec![other],
        }
    }

    pub(super) fn preset(&self) -> Result<CookieConfig, ParseOptionError> {
        match self {
            Self::Text(text) if text.eq_ignore_ascii_case("hardened") => Ok(CookieConfig::hardened()),
            _ => Err(ParseOptionError("hardened, or leave it out")),
        }
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn is_none(&self) -> bool {
        self.as_text().is_some_and(|text| text.eq_ignore_ascii_case("none"))
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
            Self::NotSet => f.write_str("not set"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(_) => f.write_str("a list"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a setting")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Boolean(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
                Ok(Value::Integer(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
                Ok(u64::try_from(value).map_or_else(|_| Value::Other(value.to_string()), Value::Integer))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Other(value.to_string()))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
                Ok(Value::from(value.to_owned()))
            }

            fn visit_unit<E: Error>(self) -> Result<Value, E> {
                Ok(Value::NotSet)
            }

            fn visit_none<E: Error>(self) -> Result<Value, E> {
                Ok(Value::NotSet)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
                Value::deserialize(deserializer)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = list.next_element()? {
                    members.push(member);
                }
                Ok(Value::List(members))
            }

            /// A table, which no option is; or a number, as `serde_json` hands it on where a crate of the build has its
            /// feature `arbitrary_precision` on.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let mut value = Value::Other("a table".to_owned());
                while let Some((key, member)) = map.next_entry::<String, Value>()? {
                    if let ("$serde_json::private::Number", Value::Text(number)) = (key.as_str(), member) {
                        value = number.parse().map_or(Value::Other(number), Value::Integer);
                    }
                }
                Ok(value)
            }
        }

        deserializer.deserialize_any(Any)
    }
}
