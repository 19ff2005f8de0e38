//! The browser's cookies, read through the DevTools protocol.

use serde::Deserialize;
use serde_json::json;

use super::Chromium;

/// A cookie in the browser's jar.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host it is for; with a dot in front, the domain and all below.
    pub domain: String,
    /// The path below which it is sent.
    pub path: String,
    /// When it ends, in seconds since 1970; below zero if with the browser.
    pub expires: f64,
    /// Whether it is hidden from scripts.
    pub http_only: bool,
    /// Whether it is sent over TLS only.
    pub secure: bool,
    /// Whether it ends with the browser.
    pub session: bool,
    /// `Strict`, `Lax` or `None`, if the server said so.
    pub same_site: Option<String>,
    /// The top-level site that it is kept for (CHIPS).
    #[serde(default)]
    pub partition_key: Option<PartitionKey>,
}

/// The site for which a partitioned cookie is kept.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct PartitionKey {
    /// Scheme and registrable domain of the page that the address bar shows.
    pub top_level_site: String,
}

impl Chromium {
    /// All cookies in the jar.
    #[must_use]
    #[track_caller]
    pub fn cookies(&self) -> Vec<Cookie> {
        let answer = self.devtools("Storage.getCookies", json!({}));
        let cookies = answer.get("cookies").cloned().unwrap_or_default();
        serde_json::from_value(cookies).unwrap_or_else(|error| panic!("{error} in {answer}"))
    }

    /// The only cookie in the jar.
    ///
    /// # Panics
    ///
    /// When there is none, or more than one.
    #[must_use]
    #[track_caller]
    pub fn only_cookie(&self) -> Cookie {
        let mut cookies = self.cookies();
        match cookies.pop() {
            Some(cookie) if cookies.is_empty() => cookie,
            last => panic!("one cookie expected, found {last:?} and {cookies:?}"),
        }
    }

    /// Puts another value into this cookie, as its owner can who opens the browser's tools.
    #[track_caller]
    pub fn change_cookie(&self, cookie: &Cookie, value: &str) {
        self.devtools(
            "Storage.setCookies",
            json!({ "cookies": [{
                "name": cookie.name,
                "value": value,
                "domain": cookie.domain,
                "path": cookie.path,
                "expires": cookie.expires,
                "httpOnly": cookie.http_only,
                "secure": cookie.secure,
                "sameSite": cookie.same_site,
            }] }),
        );
    }

    /// Empties the jar, and stays at the page.
    #[track_caller]
    pub fn forget_cookies(&self) {
        self.devtools("Storage.clearCookies", json!({}));
    }

    /// Empties the jar and the cache, and leaves the page.
    #[track_caller]
    pub fn forget_all(&self) {
        self.open("about:blank");
        self.forget_cookies();
        for command in ["Emulation.clearDeviceMetricsOverride", "Network.clearBrowserCache"] {
            self.devtools(command, json!({}));
        }
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [] }));
    }
}
