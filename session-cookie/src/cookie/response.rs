//! The text of the `Set-Cookie` header.

use std::fmt::Write as _;

use session_codec::{Claims, Codec, Lifetime};

use super::MAX_COOKIE_SIZE;
use crate::config::{ConfigError, CookieConfig, LONGEST_COOKIE};
use crate::error::SessionError;

/// Bytes of the envelope without the data, the digits of `"m"`, and `"c"`, at most.
const LONGEST_CLAIMS: usize = r#"{"d":,"t":18446744073709551615,"m":}"#.len();

const LONGEST_CREATED_AT: usize = r#","c":18446744073709551615"#.len();

/// A cookie's name and attributes, as text that is the same for every session.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie {
    name: String,
    /// `; Path=/; HttpOnly` and so on: all but `Max-Age`.
    attributes: String,
    /// Digits of `"m"`, at most.
    longest_lifetime: usize,
    writes_created_at: bool,
    /// Bytes of the `Max-Age` attribute, at most.
    longest_max_age: usize,
}

impl SetCookie {
    /// # Errors
    ///
    /// [`ConfigError::NoRoomForSession`].
    pub(crate) fn new(config: &CookieConfig) -> Result<Self, ConfigError> {
        let CookieConfig { path, same_site, .. } = config;
        let domain = config.domain.as_ref().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let secure = if config.secure == Some(true) { "; Secure" } else { "" };
        let http_only = if config.http_only { "; HttpOnly" } else { "" };
        let partitioned = if config.partitioned { "; Partitioned" } else { "" };
        // That of `Session::set_lifetime`.
        let longest_lifetime = config.max_age.unwrap_or(LONGEST_COOKIE).min(LONGEST_COOKIE).as_secs();
        let longest_max_age =
            config.max_lifetime.map_or(longest_lifetime, |limit| limit.as_secs().min(longest_lifetime));
        let cookie = Self {
            name: config.name.clone(),
            attributes: format!("{domain}; Path={path}{secure}{http_only}; SameSite={same_site}{partitioned}"),
            longest_lifetime: digits(longest_lifetime),
            writes_created_at: config.max_lifetime.is_some(),
            longest_max_age: "; Max-Age=".len() + digits(longest_max_age),
        };
        let size = cookie.largest_size("{}".len(), false, None);
        if size > MAX_COOKIE_SIZE {
            return Err(ConfigError::NoRoomForSession { size, limit: MAX_COOKIE_SIZE });
        }
        Ok(cookie)
    }

    /// Gives the browser a session, for this many seconds or until it closes. Returns the token's length too.
    pub(crate) fn issue(&self, codec: &Codec, json: &str, claims: Claims, max_age: Option<u64>) -> (String, usize) {
        let size = self.largest_size(json.len(), claims.created_at.is_some(), claims.lifetime);
        let mut text = String::with_capacity(size);
        text.push_str(&self.name);
        text.push('=');
        let start = text.len();
        codec.append_unchecked(json, claims, &mut text);
        let token = text.len() - start;
        if let Some(max_age) = max_age {
            // Writing to a `String` never fails.
            _ = write!(text, "; Max-Age={max_age}");
        }
        text.push_str(&self.attributes);
        (text, token)
    }

    /// Makes the browser remove the cookie. `Expires` is for clients that do not know `Max-Age`.
    pub(crate) fn expire(&self) -> String {
        format!("{}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT{}", self.name, self.attributes)
    }

    /// Checks a session with this much JSON, a `"c"` or none, and a lifetime or none.
    ///
    /// # Errors
    ///
    /// [`SessionError::TooLarge`].
    pub(crate) fn check_size(&self, json: usize, has_c: bool, own: Option<Lifetime>) -> Result<(), SessionError> {
        let (size, limit) = (self.largest_size(json, has_c, own), MAX_COOKIE_SIZE);
        if size > limit { Err(SessionError::TooLarge { size, limit }) } else { Ok(()) }
    }

    /// Returns the size of the largest cookie that a session of this much JSON can become: with the most digits that its
    /// times can have. The session may carry a `"c"` although the configuration writes none, and an `"m"` from a time
    /// when it allowed longer ones.
    fn largest_size(&self, length: usize, carries_created_at: bool, carried: Option<Lifetime>) -> usize {
        let created_at = if carries_created_at || self.writes_created_at { LONGEST_CREATED_AT } else { 0 };
        let carried = match carried {
            Some(Lifetime::For(lifetime)) => {
                digits(lifetime.as_secs().saturating_add(u64::from(lifetime.subsec_nanos() > 0)))
            }
            Some(Lifetime::BrowserSession) | None => 1,
        };
        let json = length + LONGEST_CLAIMS + self.longest_lifetime.max(carried) + created_at;
        let token = (json * 4).div_ceil(3) + ".".len() + 43;
        self.name.len() + "=".len() + token + self.longest_max_age + self.attributes.len()
    }
}

/// How many digits a number of up to this has.
fn digits(max: u64) -> usize {
    max.checked_ilog10().map_or(1, |log| log as usize + 1)
}
