//! Cookie options, and the `Set-Cookie` that they lead to.

use std::time::Duration;

use arbitrary::Arbitrary;
use cookie::Cookie;
use session_codec::UnixTime;
use session_cookie::{
    CookieConfig, Key, Lifetime, Refresh, SameSite, SecretFlaw, Session, SessionError, SessionManager, SessionSettings,
    SettingsError,
};

use crate::keys::{NOW, PRIMARY, key};

/// The longest time for which browsers keep a cookie: 400 days (rfc6265bis, section 5.5).
pub const LONGEST_COOKIE: Duration = Duration::from_secs(34_560_000);

/// All options of a cookie; `None` means the default.
#[derive(Arbitrary, Clone, Debug)]
pub struct Options {
    prefix: Option<Prefix>,
    name: Option<String>,
    max_age: Option<Option<Seconds>>,
    path: Option<String>,
    domain: Option<String>,
    secure: bool,
    http_only: bool,
    same_site: Site,
    partitioned: bool,
    refresh: Option<Seconds>,
    max_lifetime: Option<Seconds>,
    lifetime: Option<Option<Seconds>>,
    // Last, so that the inputs in corpora/ keep their meaning.
    default_lifetime: Option<Seconds>,
    secret: Option<String>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Prefix {
    Secure,
    Host,
    Http,
    HostHttp,
    HostInAnyCase,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Site {
    Lax,
    Strict,
    None,
}

/// A time, mostly in whole seconds.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Seconds {
    Few(u16),
    Any(u64),
    Fraction(u16, u32),
}

impl Seconds {
    fn duration(self) -> Duration {
        match self {
            Self::Few(seconds) => Duration::from_secs(seconds.into()),
            Self::Any(seconds) => Duration::from_secs(seconds),
            Self::Fraction(seconds, nanos) => Duration::new(seconds.into(), nanos % 1_000_000_000),
        }
    }
}

impl Options {
    /// Checks that the manager accepts the options if and only if they keep the rules, and that `Set-Cookie` and removal then
    /// have the requested attributes and no others.
    pub fn check(&self) {
        let config = self.config();
        self.check_settings();
        if let Some(secret) = &self.secret {
            check_secret(secret);
        }
        match SessionManager::new(key(PRIMARY), config) {
            Ok(manager) => {
                assert!(self.keeps_the_rules(), "accepted");
                self.check_cookies(&manager.with_clock(|| NOW));
            }
            Err(error) => {
                let lacks_room = error.option() == "name" && self.may_lack_room();
                assert!(!self.keeps_the_rules() || lacks_room, "{error}");
                assert!(!error.to_string().contains(['\n', '\r', '\0']), "{error}");
            }
        }
    }

    fn config(&self) -> CookieConfig {
        let mut config = CookieConfig::default()
            .with_name(self.name())
            .with_max_age(self.max_age())
            .with_path(self.path())
            .with_secure(self.secure)
            .with_http_only(self.http_only)
            .with_same_site(match self.same_site {
                Site::Lax => SameSite::Lax,
                Site::Strict => SameSite::Strict,
                Site::None => SameSite::None,
            })
            .with_partitioned(self.partitioned)
            .with_refresh(self.refresh.map_or(Refresh::OnChange, |after| Refresh::After(after.duration())))
            .with_max_lifetime(self.max_lifetime.map(Seconds::duration))
            .with_default_lifetime(self.default_lifetime.map(Seconds::duration));
        if let Some(domain) = &self.domain {
            config = config.with_domain(domain);
        }
        config
    }

    fn name(&self) -> String {
        let prefix = match self.prefix {
            None => "",
            Some(Prefix::Secure) => "__Secure-",
            Some(Prefix::Host) => "__Host-",
            Some(Prefix::Http) => "__Http-",
            Some(Prefix::HostHttp) => "__Host-Http-",
            Some(Prefix::HostInAnyCase) => "__hOsT-",
        };
        format!("{prefix}{}", self.name.as_deref().unwrap_or("session"))
    }

    fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/")
    }

    fn max_age(&self) -> Option<Duration> {
        self.max_age.map_or(Some(Duration::from_secs(3600)), |max_age| max_age.map(Seconds::duration))
    }

    /// Checks rules 19 to 22 of `session-cookie/src/guide/rules.md`, except for the room that a long name leaves.
    fn keeps_the_rules(&self) -> bool {
        let name = self.name();
        let is_token =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c));
        let attributes = is_path(self.path()) && self.domain.as_deref().is_none_or(is_host_name);

        let lower = name.to_lowercase();
        let begins = |prefix: &str| lower.starts_with(prefix);
        let needs_secure = begins("__secure-") || begins("__host-") || begins("__http-");
        let needs_http_only = begins("__http-") || begins("__host-http-");
        let prefixes = (self.secure || !needs_secure)
            && (self.http_only || !needs_http_only)
            && (!begins("__host-") || (self.domain.is_none() && self.path() == "/"));
        let insecure = !self.secure && (self.partitioned || matches!(self.same_site, Site::None));

        let (max_age, max_lifetime) = (self.max_age(), self.max_lifetime.map(Seconds::duration));
        let default_lifetime = self.default_lifetime.map(Seconds::duration);
        let limits = [max_age, max_lifetime].into_iter().flatten();
        let times = limits.clone().chain(default_lifetime).all(is_whole)
            && default_lifetime.is_none_or(|lifetime| limits.clone().all(|limit| lifetime <= limit))
            && !matches!((max_age, max_lifetime), (Some(max_age), Some(max_lifetime)) if max_lifetime < max_age)
            && self
                .refresh
                .map(Seconds::duration)
                .is_none_or(|after| after <= LONGEST_COOKIE && limits.min().is_none_or(|limit| after < limit));
        is_token && attributes && prefixes && !insecure && times
    }

    /// Returns whether the name may be too long for a session to fit beside it: path and domain take up to 1024 bytes each,
    /// everything else less than 512.
    fn may_lack_room(&self) -> bool {
        self.name().len() > 4096 - 2 * 1024 - 512
    }

    /// Checks that the same options, given as text, make the same configuration, where blank text means the default. Skips
    /// options that no text can express: fractions of a second, and `none` as a domain.
    fn check_settings(&self) {
        let seconds = |time: Option<Duration>| match time {
            None => Some("none".to_owned()),
            Some(time) => (time.subsec_nanos() == 0).then(|| time.as_secs().to_string()),
        };
        let refresh = self.refresh.map(Seconds::duration);
        let [max_lifetime, default_lifetime] =
            [self.max_lifetime, self.default_lifetime].map(|time| seconds(time.map(Seconds::duration)));
        let (Some(max_age), Some(max_lifetime), Some(default_lifetime), Some(after)) =
            (seconds(self.max_age()), max_lifetime, default_lifetime, seconds(refresh))
        else {
            return;
        };
        let domain = self.domain.clone().unwrap_or_else(|| "none".to_owned());
        if self.domain.is_some() && domain.eq_ignore_ascii_case("none") {
            return;
        }
        let settings = serde_json::json!({
            "name": self.name(),
            "max_age": max_age,
            "path": self.path(),
            "domain": domain,
            "secure": self.secure.to_string(),
            "http_only": self.http_only,
            "same_site": format!("{:?}", self.same_site),
            "partitioned": self.partitioned.to_string(),
            "refresh": if refresh.is_none() { "on_change" } else { after.as_str() },
            "max_lifetime": max_lifetime,
            "default_lifetime": default_lifetime,
        });
        let settings: SessionSettings = serde_json::from_value(settings).expect("known names");
        let mut meant = self.clone();
        if self.name().is_empty() {
            meant.name = None;
        }
        meant.path = meant.path.filter(|path| !path.is_empty());
        meant.domain = meant.domain.filter(|domain| !domain.is_empty());
        assert_eq!(settings.cookie_config(), Ok(meant.config()));
    }

    fn check_cookies(&self, manager: &SessionManager) {
        let session = manager.load([""; 0]);
        match session.insert("k", "v") {
            Ok(()) => {}
            Err(SessionError::TooLarge { .. }) if self.may_lack_room() => return,
            Err(error) => panic!("{error}"),
        }
        let lifetime = self
            .lifetime
            .map(|lifetime| lifetime.map_or(Lifetime::BrowserSession, |seconds| Lifetime::For(seconds.duration())));
        let lifetime = lifetime.filter(|lifetime| self.check_lifetime(&session, *lifetime));
        let answer = manager.save(&session).expect("the first time");
        let text = answer.set_cookie().expect("it changed");
        assert!(text.len() <= 4096, "{} bytes", text.len());
        let cookie = self.check_attributes(text);
        let max_age = match lifetime {
            Some(Lifetime::BrowserSession) => None,
            Some(Lifetime::For(lifetime)) => Some(lifetime),
            None => self.default_lifetime.map(Seconds::duration).or(self.max_age()),
        };
        let limits = [self.max_lifetime.map(Seconds::duration), Some(LONGEST_COOKIE)];
        let max_age = max_age.map(|max_age| limits.into_iter().flatten().fold(max_age, Duration::min));
        assert_eq!(max_age_of(text), max_age.map(|max_age| max_age.as_secs()));
        assert_eq!(cookie.expires(), None);

        let (pair, _) = text.split_once(';').expect("attributes");
        let session = manager.load([pair]);
        assert_eq!(session.get("k"), Ok(Some("v".to_owned())), "it comes back");
        for session in [session, manager.load([""; 0])] {
            session.clear();
            let answer = manager.save(&session).expect("the first time");
            let text = answer.set_cookie().expect("it was cleared");
            let removal = self.check_attributes(text);
            assert_eq!((removal.value(), max_age_of(text)), ("", Some(0)));
            let expires = removal.expires_datetime().expect("an Expires").unix_timestamp();
            assert_eq!(UnixTime::from_secs(expires.try_into().expect("not before 1970")), UnixTime::from_secs(0));
        }
    }

    /// Checks that the session takes a lifetime if and only if it keeps rule 22. Returns whether it took it.
    fn check_lifetime(&self, session: &Session, lifetime: Lifetime) -> bool {
        let keeps_the_rule = match lifetime {
            Lifetime::BrowserSession => true,
            Lifetime::For(lifetime) => {
                is_whole(lifetime)
                    && lifetime <= self.max_age().map_or(LONGEST_COOKIE, |max_age| max_age.min(LONGEST_COOKIE))
            }
        };
        match session.set_lifetime(lifetime) {
            Ok(()) => assert!(keeps_the_rule, "took {lifetime:?}"),
            Err(SessionError::Lifetime { .. }) => assert!(!keeps_the_rule, "refused {lifetime:?}"),
            Err(error) => panic!("{error}"),
        }
        keeps_the_rule
    }

    /// Checks that the `cookie` crate reads back the requested attributes, and that there are no others.
    fn check_attributes<'a>(&self, text: &'a str) -> Cookie<'a> {
        assert!(text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{text:?}");
        let cookie = Cookie::parse(text).expect("a Set-Cookie");
        assert_eq!(cookie.name(), self.name());
        assert_eq!(cookie.path(), Some(self.path()));
        // The `cookie` crate drops a leading dot, as browsers do.
        let domain = self.domain.as_deref().map(|domain| domain.strip_prefix('.').unwrap_or(domain));
        assert_eq!(cookie.domain().unwrap_or_default(), domain.unwrap_or_default());
        assert!(self.domain.as_ref().is_none_or(|domain| text.contains(&format!("; Domain={domain};"))), "{text:?}");
        assert_eq!(cookie.secure().unwrap_or(false), self.secure);
        assert_eq!(cookie.http_only().unwrap_or(false), self.http_only);
        assert_eq!(cookie.partitioned().unwrap_or(false), self.partitioned);
        assert_eq!(format!("{:?}", cookie.same_site().expect("a SameSite")), format!("{:?}", self.same_site));

        let names: Vec<&str> =
            text.split("; ").skip(1).map(|attribute| attribute.split('=').next().unwrap_or_default()).collect();
        let known = |name: &&str| {
            ["Max-Age", "Expires", "Domain", "Path", "Secure", "HttpOnly", "SameSite", "Partitioned"].contains(name)
        };
        assert!(names.iter().all(known), "{text:?}");
        assert!(names.iter().enumerate().all(|(at, name)| !names[..at].contains(name)), "{text:?}");
        assert_eq!(text.matches(';').count(), names.len(), "{text:?}");
        cookie
    }
}

/// Checks that settings take a secret if and only if it is as long as it has to be and neither begins nor ends with white
/// space or a quote, and that they take every byte of it.
fn check_secret(secret: &str) {
    let is_padding = |character: &char| character.is_whitespace() || "\"'".contains(*character);
    let is_padded = secret.chars().next().as_ref().is_some_and(is_padding)
        || secret.chars().last().as_ref().is_some_and(is_padding);
    let settings = SessionSettings::default().with_secret_key(secret).with_fallback_keys([secret]);

    let primary = settings.key().map(|key| key.fingerprint().to_string());
    let fallback = settings.fallback_keys().map(|keys| keys.iter().map(|key| key.fingerprint().to_string()).collect());
    let expected = Key::new(secret).map(|key| key.fingerprint().to_string());

    match expected {
        _ if secret.is_empty() => {
            assert!(matches!(primary, Err(SettingsError::MissingKey { .. })), "{primary:?}");
            assert!(matches!(fallback, Err(SettingsError::Key { flaw: SecretFlaw::Empty, .. })), "{fallback:?}");
        }
        _ if is_padded => {
            assert!(
                matches!(primary, Err(SettingsError::Key { number: None, flaw: SecretFlaw::Padded, .. })),
                "{primary:?}"
            );
            assert!(
                matches!(fallback, Err(SettingsError::Key { number: Some(1), flaw: SecretFlaw::Padded, .. })),
                "{fallback:?}"
            );
        }
        Ok(fingerprint) => assert_eq!((primary, fallback), (Ok(fingerprint.clone()), Ok(vec![fingerprint]))),
        Err(_) => {
            assert!(matches!(primary, Err(SettingsError::Key { flaw: SecretFlaw::TooShort, .. })), "{primary:?}");
            assert!(matches!(fallback, Err(SettingsError::Key { flaw: SecretFlaw::TooShort, .. })), "{fallback:?}");
        }
    }
}

/// A path of a URL (RFC 3986, section 3.3): slashes and `pchar`, but for the semicolon.
fn is_path(path: &str) -> bool {
    const UNRESERVED: &str = "-._~";
    const SUB_DELIMS: &str = "!$&'()*+,=";
    let is_pchar = |character: char| {
        character.is_ascii_alphanumeric()
            || UNRESERVED.contains(character)
            || SUB_DELIMS.contains(character)
            || matches!(character, '%' | ':' | '@')
    };
    path.len() <= 1024 && path.starts_with('/') && path.split('/').all(|segment| segment.chars().all(is_pchar))
}

fn is_host_name(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let labels = match labels.as_slice() {
        // What was before a leading dot.
        ["", labels @ ..] => labels,
        labels => labels,
    };
    let is_label_character =
        |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    domain.len() <= 1024
        && !labels.is_empty()
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(is_label_character))
}

fn is_whole(time: Duration) -> bool {
    time >= Duration::from_secs(1) && time.subsec_nanos() == 0
}

/// Reads `Max-Age` from the text, since the `cookie` crate's number ends at `i64::MAX`. Skips the cookie itself, which may
/// have that name too.
fn max_age_of(text: &str) -> Option<u64> {
    let value = text.split("; ").skip(1).find_map(|attribute| attribute.strip_prefix("Max-Age="))?;
    Some(value.parse().expect("digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_called_max_age_is_no_attribute() {
        assert_eq!(max_age_of("Max-Age=token; Path=/"), None);
        assert_eq!(max_age_of("Max-Age=token; Max-Age=60; Path=/"), Some(60));
    }
}
