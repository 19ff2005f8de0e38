//! The cookie that this session would be sent in: how large it is, how long it lives, and what it looks like tampered with.

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use session_cookie::{Lifetime, Origin, Session, SessionError, SessionManager, UnixTime};

type Data = BTreeMap<String, Box<RawValue>>;

/// The `Set-Cookie` with which the demo tampers with the visitor's cookie, since the page's scripts can't: the session in it says
/// "admin", under a signature that is made up. A real one would be of use to a visitor who guesses what it signs. `None` for a
/// request without a session, which is loaded apart from the layer's: nothing is to refresh the cookie beside this.
///
/// # Errors
///
/// The errors of [`Session::write`].
pub fn broken_cookie<I>(manager: &SessionManager, cookie_headers: I) -> Result<Option<String>, SessionError>
where
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    let session = manager.load(cookie_headers);
    if session.is_empty() {
        return Ok(None);
    }
    let lifetime = match session.origin() {
        Origin::Verified { lifetime, .. } => lifetime,
        _ => None,
    };
    let admin = BTreeMap::from([("user_id", "1"), ("username", "admin")]);
    // A lifetime that this server no longer allows is left out.
    let signed = set_cookie(&admin, lifetime, manager).or_else(|_| set_cookie(&admin, None, manager))?;
    let (payload, signed) = signed.split_once('.').unwrap_or_default();
    let (signature, attributes) = signed.split_once(';').unwrap_or_default();
    Ok(Some(format!("{payload}.{};{attributes}", "A".repeat(signature.len()))))
}

/// What a visitor wants to know of the cookie.
pub(super) struct Facts {
    /// The size of the whole `Set-Cookie`, which is what browsers limit.
    pub(super) size: usize,
    /// `None`: never.
    pub(super) ends_at: Option<UnixTime>,
}

/// `None` for a session that came without a cookie, or that this server would not sign with its options of now.
pub(super) fn facts(session: &Session, manager: &SessionManager) -> Option<Facts> {
    let Origin::Verified { issued_at, created_at, lifetime, .. } = session.origin() else { return None };
    let data: Data = session.read().ok()?;
    let size = set_cookie(&data, lifetime, manager).ok()?.len();
    // The server believes a session that ends with the browser as long as one without a lifetime.
    let lifetime = lifetime.filter(|lifetime| *lifetime != Lifetime::BrowserSession);
    let set_cookie = set_cookie(&data, lifetime, manager).ok()?;
    let max_age = set_cookie.split("; ").find_map(|part| part.strip_prefix("Max-Age=")?.parse().ok());
    let max_lifetime = env::var("SESSION_MAX_LIFETIME").ok().and_then(|seconds| seconds.parse().ok());
    let ends = [(issued_at, max_age), (created_at, max_lifetime)]
        .map(|(since, seconds)| Some(since.since_epoch().saturating_add(Duration::from_secs(seconds?))));
    Some(Facts { size, ends_at: ends.into_iter().flatten().min().map(UnixTime::from_duration) })
}

fn set_cookie<T: Serialize>(
    data: &T,
    lifetime: Option<Lifetime>,
    manager: &SessionManager,
) -> Result<String, SessionError> {
    let copy = manager.new_session();
    copy.write(data)?;
    if let Some(lifetime) = lifetime {
        copy.set_lifetime(lifetime)?;
    }
    Ok(manager.save(&copy)?.set_cookie().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use session_cookie::{CookieConfig, Key};

    use super::*;

    #[test]
    fn a_broken_cookie_has_no_signature_of_the_key() {
        let manager = SessionManager::new(Key::generate().unwrap(), CookieConfig::default()).unwrap();
        let cookie = manager.cookie_for(&BTreeMap::from([("user_id", "42")])).unwrap();

        let broken = broken_cookie(&manager, [cookie]).unwrap().unwrap();

        assert!(broken.contains(&format!(".{};", "A".repeat(43))), "{broken}");
        assert!(manager.load([broken.split(';').next().unwrap()]).is_empty());
        assert_eq!(broken_cookie(&manager, ["theme=dark"]), Ok(None));
    }
}
