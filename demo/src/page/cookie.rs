//! The cookie that this session would be sent in: how large it is, how long it lives, and what it looks like tampered with.

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

use serde_json::value::{RawValue, to_raw_value};
use session_cookie::{Lifetime, Origin, Session, SessionError, SessionManager, UnixTime};

type Data = BTreeMap<String, Box<RawValue>>;

/// The `Set-Cookie` with which the demo tampers with the visitor's cookie, since the page's scripts can't: the session in it says
/// "admin", and the signature is the one that was made for the session as it is. `None` for an empty session.
///
/// # Errors
///
/// The errors of [`Session::read`].
pub fn broken_cookie<E>(session: &Session<E>, manager: &SessionManager) -> Result<Option<String>, SessionError> {
    let session = session.with_error::<SessionError>();
    let data: Data = session.read()?;
    if data.is_empty() {
        return Ok(None);
    }
    let mut tampered = data.clone();
    for (key, value) in [("user_id", "1"), ("username", "admin")] {
        tampered.extend(to_raw_value(value).ok().map(|value| (key.to_owned(), value)));
    }
    let lifetime = match session.origin() {
        Origin::Verified { lifetime, .. } => lifetime,
        _ => None,
    };
    let [signed, tampered] = [data, tampered].map(|data| set_cookie(&data, lifetime, manager));
    let (signed, tampered) = (signed?, tampered?);
    let payload = tampered.split_once('.').map_or("", |(payload, _)| payload);
    let signature_and_attributes = signed.split_once('.').map_or("", |(_, rest)| rest);
    Ok(Some(format!("{payload}.{signature_and_attributes}")))
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

fn set_cookie(data: &Data, lifetime: Option<Lifetime>, manager: &SessionManager) -> Result<String, SessionError> {
    let copy = manager.new_session();
    copy.write(data)?;
    if let Some(lifetime) = lifetime {
        copy.set_lifetime(lifetime)?;
    }
    Ok(manager.save(&copy)?.set_cookie().unwrap_or_default().to_owned())
}
