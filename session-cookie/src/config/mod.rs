//! The cookie's options.

mod error;
mod validate;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use self::error::{ConfigError, ParseOptionError};
pub(crate) use self::validate::is_whole_seconds;

/// The longest time for which browsers keep a cookie (rfc6265bis, section 5.5).
pub(crate) const LONGEST_COOKIE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The cookie's attributes, and how long a session lives.
///
/// [`CookieConfig::default`] is VelociPy's, for development. [`CookieConfig::hardened`] is for production.
/// [`SessionManager::new`](crate::SessionManager::new) checks that the options make sense together.
///
/// ```
/// use std::time::Duration;
/// use session_cookie::{CookieConfig, SameSite};
///
/// let config = CookieConfig::default()
///     .with_name("__Host-session")
///     .with_max_age(Duration::from_secs(1800))
///     .with_secure(true)
///     .with_same_site(SameSite::Strict);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "each `with_…` returns the changed configuration"]
pub struct CookieConfig {
    pub(crate) name: String,
    pub(crate) max_age: Option<Duration>,
    pub(crate) default_lifetime: Option<Duration>,
    pub(crate) path: String,
    pub(crate) domain: Option<String>,
    /// `None` if nothing was said about it, which is warned of and means `false`.
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: bool,
    pub(crate) same_site: SameSite,
    pub(crate) partitioned: bool,
    pub(crate) refresh: Refresh,
    pub(crate) max_lifetime: Option<Duration>,
}

/// When a browser sends the cookie with requests that another site caused (rfc6265bis, section 5.6.7).
///
/// [`Display`](fmt::Display) writes it as the attribute's value, and [`FromStr`] reads that in upper or lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// With links that a user follows, not with forms, scripts or frames of other sites.
    #[default]
    Lax,
    /// Never. A user who comes back from another site (a link in a mail, an OAuth provider) arrives without a session.
    Strict,
    /// Always. Needs `Secure`.
    None,
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
            Self::None => "None",
        })
    }
}

impl FromStr for SameSite {
    type Err = ParseOptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Lax, Self::Strict, Self::None].into_iter();
        let same_site = all.find(|same_site| same_site.to_string().eq_ignore_ascii_case(text));
        same_site.ok_or(ParseOptionError("lax, strict or none"))
    }
}

/// When a session that was only read is signed again.
///
/// [`FromStr`] reads `on_change` in upper or lower case, or whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Refresh {
    /// Never: a session lives `max_age` from its last change.
    #[default]
    OnChange,
    /// When it was read and is older than this: a session lives `max_age` from its last use. Zero: every time.
    After(Duration),
}

impl FromStr for Refresh {
    type Err = ParseOptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("on_change") {
            return Ok(Self::OnChange);
        }
        let seconds = text.parse().map_err(|_| ParseOptionError("whole seconds, 0 for every time, or on_change"))?;
        Ok(Self::After(Duration::from_secs(seconds)))
    }
}

impl Default for CookieConfig {
    /// `session`, one hour, path `/`, `HttpOnly`, `SameSite=Lax`: the defaults of VelociPy.
    fn default() -> Self {
        Self {
            name: "session".to_owned(),
            max_age: Some(Duration::from_secs(3600)),
            default_lifetime: None,
            path: "/".to_owned(),
            domain: None,
            secure: None,
            http_only: true,
            same_site: SameSite::default(),
            partitioned: false,
            refresh: Refresh::default(),
            max_lifetime: None,
        }
    }
}

impl CookieConfig {
    /// For production behind HTTPS: `__Host-session`, `Secure`, `HttpOnly`, `SameSite=Strict`, one week.
    ///
    /// Browsers accept a `__Host-` cookie only from this very host and over HTTPS, so a neighbouring subdomain can't plant
    /// one.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SameSite, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// // A user who follows a link from a mail should arrive logged in.
    /// let config = CookieConfig::hardened().with_same_site(SameSite::Lax);
    /// assert!(set_cookie(config)?.ends_with("; Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=Lax"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn hardened() -> Self {
        Self {
            name: "__Host-session".to_owned(),
            max_age: Some(Duration::from_secs(7 * 24 * 60 * 60)),
            secure: Some(true),
            same_site: SameSite::Strict,
            ..Self::default()
        }
    }

    /// The cookie's name, an RFC 6265 token.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// let config = CookieConfig::default().with_name("shop");
    /// assert!(set_cookie(config)?.starts_with("shop=ey"));
    /// assert!(set_cookie(CookieConfig::default().with_name("my shop")).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How long a session lives after it was signed, in whole seconds, for the browser and for the server. `None`: this
    /// option sets no limit. Unless [`with_default_lifetime`](Self::with_default_lifetime) sets one, the browser then keeps the
    /// session until it closes, and the server accepts the cookie for ever, or up to
    /// [`with_max_lifetime`](Self::with_max_lifetime).
    ///
    /// Raising it brings back sessions that had expired and are still in a browser.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::time::Duration;
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// let half_an_hour = CookieConfig::default().with_max_age(Duration::from_secs(1800));
    /// assert!(set_cookie(half_an_hour)?.contains("; Max-Age=1800;"));
    /// let until_the_browser_closes = CookieConfig::default().with_max_age(None);
    /// assert!(!set_cookie(until_the_browser_closes)?.contains("Max-Age"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("ttl", "expires"))]
    pub fn with_max_age(mut self, max_age: impl Into<Option<Duration>>) -> Self {
        self.max_age = max_age.into();
        self
    }

    /// How long a session lives for which no lifetime was set, in whole seconds; at most `max_age`, which stays the
    /// limit for every session, and at most `max_lifetime`. So a login lasts an hour, and one with "remember me" a month:
    ///
    /// ```
    /// # use session_cookie::{Key, SessionManager};
    /// use std::time::Duration;
    /// use session_cookie::{CookieConfig, Lifetime, Session, SessionError};
    ///
    /// const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    ///
    /// fn remember(session: &Session) -> Result<(), SessionError> {
    ///     session.set_lifetime(Lifetime::For(MONTH))
    /// }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    ///
    /// let config = CookieConfig::default().with_max_age(MONTH).with_default_lifetime(Duration::from_secs(60 * 60));
    /// let manager = SessionManager::new(key, config)?;
    ///
    /// let session = manager.new_session();
    /// session.insert("user_id", "42")?;
    /// assert!(manager.save(&session)?.set_cookie().unwrap().contains("; Max-Age=3600;"));
    ///
    /// let session = manager.new_session();
    /// session.insert("user_id", "42")?;
    /// remember(&session)?;
    /// assert!(manager.save(&session)?.set_cookie().unwrap().contains("; Max-Age=2592000;"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_default_lifetime(mut self, default_lifetime: impl Into<Option<Duration>>) -> Self {
        self.default_lifetime = default_lifetime.into();
        self
    }

    /// The path below which the browser sends the cookie.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// let admin = CookieConfig::default().with_name("admin").with_path("/admin");
    /// assert!(set_cookie(admin)?.contains("; Path=/admin;"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sends the cookie to this domain and all its subdomains, instead of to this host only.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// // One login for www.example.com and shop.example.com.
    /// let config = CookieConfig::default().with_domain("example.com");
    /// assert!(set_cookie(config)?.contains("; Domain=example.com;"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Whether the browser sends the cookie over HTTPS only. Without this call it is `false`, which logs a warning once.
    ///
    /// Chromium keeps `Secure` and `__Host-` cookies on `http://localhost` too, so `true` works there in development.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// assert!(set_cookie(CookieConfig::default().with_secure(true))?.contains("; Secure"));
    /// # Ok(())
    /// # }
    /// ```
    pub const fn with_secure(mut self, secure: bool) -> Self {
        self.secure = Some(secure);
        self
    }

    /// Whether the cookie is hidden from JavaScript.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// // The page's script reads who is logged in. So can any script that an attacker gets into the page.
    /// assert!(!set_cookie(CookieConfig::default().with_http_only(false))?.contains("HttpOnly"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "httponly")]
    pub const fn with_http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// When the browser sends the cookie with requests that another site caused.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SameSite, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// // In a frame on other sites. Browsers refuse such a cookie without `Secure`, and so does the manager.
    /// let config = CookieConfig::default().with_same_site(SameSite::None);
    /// assert!(set_cookie(config.clone()).is_err());
    /// assert!(set_cookie(config.with_secure(true))?.ends_with("; SameSite=None"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "samesite")]
    pub const fn with_same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Whether the cookie is kept apart for each top-level site that embeds this one (CHIPS). Needs `Secure`.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SameSite, SessionManager};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = || Key::new("an example secret of 32 bytes or more");
    /// # let set_cookie = |config| -> Result<String, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key()?, config)?;
    /// #     let session = manager.new_session();
    /// #     session.insert("a", 1)?;
    /// #     Ok(manager.save(&session)?.set_cookie().unwrap_or_default().to_owned())
    /// # };
    /// let embedded = CookieConfig::hardened().with_same_site(SameSite::None).with_partitioned(true);
    /// assert!(set_cookie(embedded)?.contains("; Partitioned"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "chips")]
    pub const fn with_partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// When a session that was only read is signed again.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use session_cookie::{CookieConfig, Key, SessionManager, UnixTime};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    /// # let is_signed_again = |config: &CookieConfig, age| -> Result<bool, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key.clone(), config.clone())?;
    /// #     let [then, later] = [0, age].map(|age| manager.clone().with_clock(move || UnixTime::from_secs(1_700_000_000 + age)));
    /// #     let session = later.load([then.cookie_for(&serde_json::json!({"user_id": "42"}))?]);
    /// #     session.get::<String>("user_id")?;
    /// #     Ok(later.save(&session)?.set_cookie().is_some())
    /// # };
    /// use session_cookie::Refresh;
    ///
    /// // Logged out 25 to 30 minutes after the last visit. At most one response in five minutes sets the cookie.
    /// let config = CookieConfig::default()
    ///     .with_max_age(Duration::from_secs(1800))
    ///     .with_refresh(Refresh::After(Duration::from_secs(300)));
    /// assert!(!is_signed_again(&config, 299)?);
    /// assert!(is_signed_again(&config, 301)?);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("rolling", "sliding", "touch"))]
    pub const fn with_refresh(mut self, refresh: Refresh) -> Self {
        self.refresh = refresh;
        self
    }

    /// How long a session lives after it was created, in whole seconds, however often it is signed again.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use session_cookie::{CookieConfig, Key, SessionManager, UnixTime};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = Key::new("an example secret of 32 bytes or more")?;
    /// # let hours_logged_in = |config| -> Result<u64, Box<dyn std::error::Error>> {
    /// #     let manager = SessionManager::new(key, config)?;
    /// #     let at = |seconds: u64| manager.clone().with_clock(move || UnixTime::from_secs(1_700_000_000 + seconds));
    /// #     let mut cookie = at(0).cookie_for(&serde_json::json!({"user_id": "42"}))?;
    /// #     for seconds in (1800..).step_by(1800) {
    /// #         let manager = at(seconds);
    /// #         let session = manager.load([&cookie]);
    /// #         if session.is_empty() {
    /// #             return Ok((seconds - 1800) / 3600);
    /// #         }
    /// #         cookie = manager.save(&session)?.set_cookie().unwrap().split(';').next().unwrap().to_owned();
    /// #     }
    /// #     unreachable!()
    /// # };
    /// use session_cookie::Refresh;
    ///
    /// // Logged out 55 to 60 minutes after the last visit, and in any case a day after the login.
    /// let config = CookieConfig::default()
    ///     .with_refresh(Refresh::After(Duration::from_secs(300)))
    ///     .with_max_lifetime(Duration::from_secs(24 * 60 * 60));
    /// // So it is for someone who clicks every half hour.
    /// assert_eq!(hours_logged_in(config)?, 24);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "absolute_timeout")]
    pub fn with_max_lifetime(mut self, max_lifetime: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = max_lifetime.into();
        self
    }
}
