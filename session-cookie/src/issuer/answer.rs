use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::notices::{Notice, Notices};

/// Headers by which a site tells its own cache what to store, whatever `Cache-Control` says (RFC 9213, and those before it; the last
/// is nginx's).
const CDN_HEADERS: [&str; 5] = [
    "cdn-cache-control",
    "surrogate-control",
    "cloudflare-cdn-cache-control",
    "vercel-cdn-cache-control",
    "x-accel-expires",
];

/// What a response says about its session, as [`SessionManager::save`](crate::SessionManager::save) decided.
///
/// `Debug` shows whether there is a cookie, and not the cookie.
#[derive(Clone, Debug)]
#[must_use = "the response's headers have to be set"]
pub struct Answer {
    pub(super) is_touched: bool,
    pub(super) holds_change: bool,
    pub(super) set_cookie: Option<SetCookie>,
}

#[derive(Clone)]
pub(super) struct SetCookie {
    pub(super) value: String,
    /// For the log.
    pub(super) why: &'static str,
    /// A session further in has set a cookie of the same name, which a layer in between may have dropped.
    pub(super) is_superseded: bool,
    pub(super) notices: Arc<Notices>,
}

/// A header to set on a response. `Debug` hides the value of a sensitive one.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseHeader {
    /// The header's name, in lower case.
    pub name: &'static str,
    /// Its value: ASCII, unless the response's own header was not.
    pub value: String,
    /// Whether it is added to the headers of that name (`Set-Cookie`), or replaces them, since it repeats their values
    /// (`Vary`, `Cache-Control`).
    pub append: bool,
    /// Whether it holds the session. Such a value must not be logged, nor compressed across requests.
    pub sensitive: bool,
}

impl fmt::Debug for ResponseHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, if self.sensitive { ".." } else { &self.value })
    }
}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt("..", f)
    }
}

impl Answer {
    /// Returns the value of the `Set-Cookie` header, if one is sent.
    #[must_use]
    pub fn set_cookie(&self) -> Option<&str> {
        let set_cookie = self.set_cookie.as_ref().filter(|set_cookie| !set_cookie.is_superseded)?;
        Some(&set_cookie.value)
    }

    /// Returns whether a call changed or renewed the session, so that something is lost if the answer is not sent. A
    /// refresh that is due, or a cookie that a fallback key signed, is not a change.
    #[must_use]
    pub fn holds_change(&self) -> bool {
        self.holds_change
    }

    /// Returns the headers to set. `response` returns the values that the response has already for a name in lower case.
    ///
    /// - `Set-Cookie`, if the browser's cookie changes.
    /// - `Vary: Cookie`, merged with what is there, if the session was touched: the response depends on it.
    /// - `Cache-Control` with `private`, if there is a `Set-Cookie` and the response says neither `private` nor
    ///   `no-store`. What else it says stays, but for `public` and `s-maxage`: with these a shared cache may hand one user's
    ///   session to another (RFC 9111, section 7.3). They are taken out and logged at warn, as is a header that lets a
    ///   CDN store the response.
    ///
    /// A cookie of the session's name that the response sets already is logged at warn too: one replaces the other.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// # session.insert("a", 1)?;
    /// let response = http::HeaderMap::new();
    /// for header in manager.save(&session)?.headers(|name| response.get_all(name)) {
    ///     println!("{}: {}", header.name, header.value);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn headers<V: IntoIterator<Item: AsRef<[u8]>>>(
        &self,
        response: impl Fn(&'static str) -> V,
    ) -> Vec<ResponseHeader> {
        let headers = self.clone().resolve(response).into_iter().flatten().map(|(name, value, append)| {
            ResponseHeader { name, value: value.into_owned(), append, sensitive: name == "set-cookie" }
        });
        headers.collect()
    }

    /// Sets the headers that [`headers`](Self::headers) returns, with fewer copies.
    ///
    /// ```
    /// # use session_cookie::{CookieConfig, Key, SessionManager};
    /// # let manager = SessionManager::new(Key::new("an example secret of 32 bytes or more")?, CookieConfig::default())?;
    /// # let session = manager.new_session();
    /// let mut response = http::Response::new("hello");
    /// session.insert("a", 1)?;
    /// manager.save(&session)?.apply(response.headers_mut());
    /// assert!(response.headers().contains_key("set-cookie"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "http")]
    #[cfg_attr(docsrs, doc(cfg(feature = "http")))]
    pub fn apply(self, headers: &mut http::HeaderMap) {
        // A response has few headers: to walk over them is faster than to look each name up.
        let values = |name| headers.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value);
        for (name, value, append) in self.resolve(values).into_iter().flatten() {
            let value = match value {
                Cow::Borrowed(value) => Ok(http::HeaderValue::from_static(value)),
                Cow::Owned(value) => http::HeaderValue::try_from(value),
            };
            // It never fails: the value consists of a checked configuration, base64 and text from a valid header value.
            let Ok(mut value) = value else { continue };
            value.set_sensitive(name == "set-cookie");
            let name = http::HeaderName::from_static(name);
            match append {
                true => _ = headers.append(name, value),
                false => _ = headers.insert(name, value),
            }
        }
    }

    fn resolve<V: IntoIterator<Item: AsRef<[u8]>>>(self, response: impl Fn(&'static str) -> V) -> [Option<Header>; 3] {
        let vary = if self.is_touched { vary_with_cookie(response("vary")) } else { None };
        let Some(SetCookie { value, why, is_superseded, notices }) = self.set_cookie else { return [vary, None, None] };
        let cookie = value.split('=').next().unwrap_or_default();
        if response("set-cookie").into_iter().any(|other| has_name(other.as_ref(), cookie)) {
            if is_superseded {
                return [vary, None, None];
            }
            notices.log(Notice::OtherSetCookie, cookie, None, None);
        }
        let (cache_control, was_shared) = private(response("cache-control"));
        let cdn_may_store = CDN_HEADERS.into_iter().find(|name| lets_store(response(name)));
        if let Some(header) = was_shared.then_some("cache-control").or(cdn_may_store) {
            notices.log(Notice::SharedCache, cookie, None, Some(header));
        }
        tracing::debug!(cookie, why, "session cookie set");
        [vary, cache_control, Some(("set-cookie", value.into(), true))]
    }
}

/// A header's name, its value, and whether it is appended.
type Header = (&'static str, Cow<'static, str>, bool);

fn vary_with_cookie(vary: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Option<Header> {
    let values: Vec<_> = vary.into_iter().collect();
    let names_cookie = |value: &[u8]| {
        let mut names = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|name| name == b"*" || name.eq_ignore_ascii_case(b"cookie"))
    };
    if values.iter().any(|value| names_cookie(value.as_ref())) {
        return None;
    }
    let texts: Result<Vec<&str>, _> = values.iter().map(|value| std::str::from_utf8(value.as_ref())).collect();
    // A value that is not text can't be merged: it stays, and ours is appended.
    let append = texts.is_err();
    let texts = texts.unwrap_or_default().into_iter().map(str::trim_ascii).filter(|text| !text.is_empty());
    let value = texts.rev().fold(Cow::Borrowed("Cookie"), |value, text| format!("{text}, {value}").into());
    Some(("vary", value, append))
}

/// Returns the `Cache-Control` that keeps the response out of shared caches, if it is another than the one given, and whether
/// that one let them store it.
fn private(cache_control: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (Option<Header>, bool) {
    let shares = |directive: &String| is_directive(directive, "public") || is_directive(directive, "s-maxage");
    let (shared, kept): (Vec<_>, Vec<_>) = directives(cache_control).into_iter().partition(shares);
    let was_shared = !shared.is_empty();
    let says = |name: &str| kept.iter().any(|directive| directive.eq_ignore_ascii_case(name));
    // Caches that know `must-understand` ignore a `no-store` beside it (RFC 9111, section 5.2.2.3).
    let is_private = says("private") || (says("no-store") && !says("must-understand"));
    if is_private && !was_shared {
        return (None, false);
    }
    let value = match kept.join(", ") {
        kept if is_private => kept.into(),
        kept if kept.is_empty() => Cow::Borrowed("private"),
        // First, since an unclosed quote at the end would swallow it.
        kept => format!("private, {kept}").into(),
    };
    (Some(("cache-control", value, false)), was_shared)
}

/// `private="x"` keeps only the field `x` out of shared caches (RFC 9111, section 5.2.2.7), and `no-cache` stores. A time of
/// `0` is nginx's word for not to store.
fn lets_store(values: impl IntoIterator<Item = impl AsRef<[u8]>>) -> bool {
    let forbids = |directive: &String| matches!(directive.to_ascii_lowercase().as_str(), "private" | "no-store" | "0");
    let directives = directives(values);
    !directives.is_empty() && !directives.iter().any(forbids)
}

fn is_directive(directive: &str, name: &str) -> bool {
    directive.split('=').next().is_some_and(|found| trim(found).eq_ignore_ascii_case(name))
}

/// Returns the directives of all values of a header. A value that is not text says nothing that a cache could understand.
fn directives(values: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<String> {
    let mut all = Vec::new();
    for value in values {
        let text = std::str::from_utf8(value.as_ref()).unwrap_or_default();
        all.extend(split_at_commas(text).map(str::to_owned));
    }
    all
}

/// Splits at commas outside of quoted strings.
fn split_at_commas(text: &str) -> impl Iterator<Item = &str> {
    let (mut in_quotes, mut is_escaped) = (false, false);
    let parts = text.split(move |char| {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' if in_quotes => is_escaped = true,
            '"' => in_quotes = !in_quotes,
            _ => return char == ',' && !in_quotes,
        }
        false
    });
    parts.map(trim).filter(|directive| !directive.is_empty())
}

/// Only these are white space in a header (RFC 9110, section 5.6.3).
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn has_name(set_cookie: &[u8], name: &str) -> bool {
    set_cookie.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii() == name.as_bytes()
}
