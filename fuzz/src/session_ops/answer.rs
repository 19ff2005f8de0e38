//! The response that the model expects, by rules 5, 9, 12, 13 and 22 and the table of lifetimes (`session-cookie/src/guide`).

use std::time::Duration;

use session_codec::{Lifetime, UnixTime};

use super::model::Model;
use super::options::Options;
use crate::config::LONGEST_COOKIE;
use crate::keys::PRIMARY;
use crate::reference::{self, fresh_time};

const ATTRIBUTES: &str = "; Path=/; HttpOnly; SameSite=Lax";

impl Model {
    /// Returns the whole `Set-Cookie`, to the letter.
    pub fn answer(&self) -> Option<String> {
        if self.is_empty() {
            let removal = format!("session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT{ATTRIBUTES}");
            return self.is_removed().then_some(removal);
        }
        let fresh_time = fresh_time(&self.signed_at, self.now);
        let Some(verified) = &self.verified else { return self.sign(fresh_time) };
        let age = self.now.since_epoch().saturating_sub(verified.issued_at.since_epoch());
        let is_due = |after: u64| after == 0 || age > Duration::from_secs(after);
        if self.changed || self.renewed || self.options.refresh.is_some_and(is_due) {
            self.sign(fresh_time)
        } else if verified.key_index > 0 {
            self.sign(verified.issued_at.as_secs())
        } else {
            None
        }
    }

    fn is_removed(&self) -> bool {
        self.cleared || (self.emptied && self.came_with_cookie)
    }

    /// Returns whether something is lost if the response is not sent: not a session that was empty and is empty again.
    pub fn holds_change(&self) -> bool {
        (self.changed || self.renewed) && (!self.is_empty() || self.is_removed())
    }

    fn sign(&self, issued_at: u64) -> Option<String> {
        let created_at = self.created_at.or(self.options.max_lifetime.map(|_| self.now));
        let member =
            |name, seconds: Option<u64>| seconds.map(|seconds| format!(r#","{name}":{seconds}"#)).unwrap_or_default();
        let json = format!(
            r#"{{"d":{},"t":{issued_at}{}{}}}"#,
            self.text(),
            member("c", created_at.map(UnixTime::as_secs)),
            member("m", self.lifetime.map(reference::lifetime_seconds)),
        );
        let token = reference::sign_json(PRIMARY, json.as_bytes());
        let max_age = self.max_age(issued_at, created_at).map(|max_age| format!("; Max-Age={max_age}"));
        let set_cookie = format!("session={token}{}{ATTRIBUTES}", max_age.unwrap_or_default());
        if set_cookie.len() <= 4096 {
            return Some(set_cookie);
        }
        assert!(
            !self.fitted,
            "it fitted when it came, and no later call made it too large: {} bytes",
            set_cookie.len()
        );
        let comes_back = "session".len() + token.len() <= 4096;
        (self.changed && comes_back).then_some(set_cookie)
    }

    /// Returns how much longer the server accepts the cookie: at least one second, and no longer than a browser keeps it.
    fn max_age(&self, issued_at: u64, created_at: Option<UnixTime>) -> Option<u64> {
        let Options { max_age, max_lifetime, default_lifetime, .. } = self.options;
        let own = match self.lifetime {
            Some(Lifetime::BrowserSession) => return None,
            Some(Lifetime::For(lifetime)) => Some(lifetime.as_secs()),
            None => default_lifetime,
        };
        let longest = [own, max_age].into_iter().flatten().min()?;
        let now = self.now.as_secs();
        let left = |limit: u64, since: u64| limit.saturating_sub(now.saturating_sub(since));
        let until_end = max_lifetime.zip(created_at).map(|(limit, created_at)| left(limit, created_at.as_secs()));
        let until_expiry = left(longest, issued_at);
        Some(until_end.unwrap_or(u64::MAX).min(until_expiry).min(LONGEST_COOKIE.as_secs()).max(1))
    }

    /// Returns the size of the largest `Set-Cookie` that a session with this much JSON can have.
    pub(super) fn largest_size(&self, json_length: usize) -> usize {
        let latest = u64::MAX;
        let longest = self.options.longest_cookie().as_secs();
        let lifetime = longest.max(self.lifetime.map_or(0, reference::lifetime_seconds));
        let created_at = if self.options.max_lifetime.is_some() || self.created_at.is_some() {
            format!(r#","c":{latest}"#)
        } else {
            String::new()
        };
        let around = format!(r#"{{"d":,"t":{latest}{created_at},"m":{lifetime}}}"#);
        let payload = base64::encoded_len(json_length + around.len(), false).expect("far from overflow");
        let max_age = longest.min(self.options.max_lifetime.unwrap_or(u64::MAX));
        format!("session=.{}; Max-Age={max_age}{ATTRIBUTES}", "s".repeat(43)).len() + payload
    }
}
