//! This project's two readers of a token, with their clock stopped.

use std::time::Duration;

use e2e::velocipy::Verdict;
use serde_json::value::RawValue;
use session_codec::{Codec, Key, UnixTime};
use session_cookie::{CookieConfig, Origin, SessionManager};

use super::{Limits, NOW, token::SECRET};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reader {
    Codec,
    Session,
}

pub(crate) struct Here {
    codec: Codec,
    manager: SessionManager,
}

impl Here {
    pub(crate) fn new(limits: Limits) -> Self {
        let key = Key::new(SECRET).unwrap();
        let max_age = limits.max_age.map(Duration::from_secs);
        let default_lifetime = limits.default_lifetime.map(Duration::from_secs);
        let codec = max_age.into_iter().fold(Codec::new(key.clone()), Codec::with_max_age);
        let config = CookieConfig::default().with_max_age(max_age).with_default_lifetime(default_lifetime);
        Self {
            codec: default_lifetime.into_iter().fold(codec, Codec::with_default_lifetime),
            manager: SessionManager::new(key, config).unwrap().with_clock(now),
        }
    }

    /// The verdict holds the session's text as it was kept. Returns `None` if this reader can't get the token.
    pub(crate) fn load(&self, reader: Reader, token: &[u8]) -> Option<Verdict> {
        match reader {
            Reader::Codec => Some(self.decode(token)),
            Reader::Session => can_be_a_cookie(token).then(|| self.load_session(token)),
        }
    }

    fn decode(&self, token: &[u8]) -> Verdict {
        match self.codec.decode::<Box<RawValue>>(token, now()) {
            Ok(data) => Verdict::Accepted(data.get().to_owned()),
            Err(_reason) => Verdict::Refused,
        }
    }

    fn load_session(&self, token: &[u8]) -> Verdict {
        let session = self.manager.load([[b"session=", token].concat()]);
        match session.origin() {
            Origin::Verified { .. } => {
                let data = session.read::<Box<RawValue>>();
                // An error is no session that the other side could have too, and so is reported with its token.
                Verdict::Accepted(data.map_or_else(|error| error.to_string(), |data| data.get().to_owned()))
            }
            Origin::Rejected(_reason) => {
                assert!(session.is_empty());
                Verdict::Refused
            }
            origin => panic!("a cookie that came is {origin:?}"),
        }
    }
}

pub(crate) fn now() -> UnixTime {
    UnixTime::from_duration(Duration::from_secs_f64(NOW))
}

/// Whether a header can carry the value unchanged.
fn can_be_a_cookie(token: &[u8]) -> bool {
    !token.iter().any(|byte| matches!(byte, b'\0'..=b' ' | b'"' | b';'))
}
