//! The application's options and keys, and what it decides with them.

use std::error::Error;
use std::time::Duration;

use session_codec::{DecodeError, Key, Lifetime, UnixTime, Verified};
use session_cookie::{CookieConfig, Origin, SessionManager, SessionSettings};

use crate::args::InspectArgs;
use crate::report::End;

/// The options that decide which cookie is taken, and how long it lives.
pub(crate) struct Options {
    pub(crate) name: String,
    config: CookieConfig,
    is_sibling: bool,
    max_age: Option<Duration>,
    is_default_age: bool,
    default_lifetime: Option<Duration>,
    max_lifetime: Option<Duration>,
}

impl Options {
    /// # Errors
    ///
    /// As in the application, in its words.
    pub(crate) fn new(args: &InspectArgs) -> Result<Self, Box<dyn Error>> {
        let InspectArgs { name, max_age, default_lifetime, max_lifetime, preset, sibling, .. } = args;
        let config =
            |limits| Ok::<_, Box<dyn Error>>(serde_json::from_value::<SessionSettings>(limits)?.cookie_config()?);
        let (default_name, default_age) = defaults(config(serde_json::json!({ "preset": preset }))?)?;
        let config = config(serde_json::json!({
            "max_age": max_age, "default_lifetime": default_lifetime, "max_lifetime": max_lifetime, "preset": preset,
        }))?;
        // A wrong value is refused by now.
        let limit = |text: &Option<String>, default: Option<Duration>| match text.as_deref() {
            None | Some("") => default,
            Some(text) => text.parse().ok().map(Duration::from_secs),
        };
        Ok(Self {
            name: sibling.as_ref().or(name.as_ref()).filter(|name| !name.is_empty()).cloned().unwrap_or(default_name),
            // Whether the cookie is `Secure`, which some names need, is not seen here.
            config: config.with_secure(true),
            is_sibling: sibling.is_some(),
            max_age: limit(max_age, default_age),
            is_default_age: [max_age, preset].iter().all(|option| option.as_deref().is_none_or(str::is_empty)),
            default_lifetime: limit(default_lifetime, None),
            max_lifetime: limit(max_lifetime, None),
        })
    }

    /// Makes the application that has these keys, and whose clock shows this time.
    ///
    /// # Errors
    ///
    /// As in the application.
    pub(crate) fn application(&self, keys: &[Key], now: UnixTime) -> Result<SessionManager, Box<dyn Error>> {
        let (key, fallback_keys) = keys.split_first().ok_or("no key is given")?;
        let manager =
            |config| SessionManager::new(key.clone(), config)?.with_fallback_keys(fallback_keys.iter().cloned());
        let config = self.config.clone().with_name(&self.name);
        let manager = if self.is_sibling {
            // Any main session that has another name.
            manager(CookieConfig::default().with_name(format!("main-{}", self.name)))
                .and_then(|main| main.sibling(config))
        } else {
            manager(config)
        };
        Ok(manager?.with_clock(move || now))
    }

    /// Returns when a session with these claims ends, and by which option.
    pub(crate) fn end(&self, signed: &Verified) -> Option<End> {
        let own = match signed.claims().lifetime {
            Some(Lifetime::For(lifetime)) => Some(("own lifetime", lifetime)),
            _ => self.default_lifetime.map(|limit| ("default_lifetime", limit)),
        };
        let [issued_at, created_at] = [signed.issued_at(), signed.created_at()].map(UnixTime::since_epoch);
        let hint = |option| match option {
            "max_age" if self.is_default_age => {
                ", the default; give --preset hardened or --max-age as the application has it"
            }
            _ => "",
        };
        let end = |(option, since, limit)| End {
            at: UnixTime::from_duration(Duration::saturating_add(since, limit)),
            option,
            limit: format!("{option} {} s{}", limit.as_secs(), hint(option)),
        };
        let own = own.map(|(option, limit)| (option, issued_at, limit));
        let max_age = self.max_age.map(|limit| ("max_age", issued_at, limit));
        let max_lifetime = self.max_lifetime.map(|limit| ("max_lifetime", created_at, limit));
        [own, max_age, max_lifetime].into_iter().flatten().map(end).min_by_key(|end| end.at)
    }
}

/// Returns the cookie's name, and its `Max-Age`. A `CookieConfig` does not tell its options, so they are read off a new session's cookie.
fn defaults(config: CookieConfig) -> Result<(String, Option<Duration>), Box<dyn Error>> {
    let manager = SessionManager::new(Key::generate()?, config)?;
    let session = manager.new_session();
    session.insert("any", true)?;
    let answer = manager.save(&session)?;
    let mut parts = answer.set_cookie().unwrap_or_default().split("; ");
    let name = parts.next().and_then(|pair| pair.split_once('=')).map_or("", |(name, _)| name);
    let max_age = parts.find_map(|part| part.strip_prefix("Max-Age=")).and_then(|seconds| seconds.parse().ok());
    Ok((name.to_owned(), max_age.map(Duration::from_secs)))
}

/// Returns what the application finds in a request with these cookies.
pub(crate) fn origin(application: &SessionManager, name: &str, values: &[&str]) -> Origin {
    application.load(values.iter().map(|value| format!("{name}={value}"))).origin()
}

/// Returns whether a key of the application signed the cookie.
pub(crate) const fn is_authentic(origin: Origin) -> bool {
    !matches!(origin, Origin::New | Origin::Rejected(DecodeError::Malformed | DecodeError::InvalidSignature))
}
