use std::fmt;

/// What a response says about its session, as [`SessionManager::save`](crate::SessionManager::save) decided.
///
/// `Debug` shows whether there is a cookie, and not the cookie.
#[derive(Clone)]
#[must_use = "the response's headers have to be set"]
pub struct Answer {
    touched: bool,
    set_cookie: Option<String>,
}

/// A header to set on a response. `Debug` hides the value of a sensitive one.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseHeader {
    /// The header's name, in lower case.
    pub name: &'static str,
    /// Its value: ASCII, unless the response's own header was not.
    pub value: String,
    /// Whether it is added to the headers of that name (`Set-Cookie`), or replaces them, since it repeats their values
    /// (`Vary`).
    pub append: bool,
    /// Whether it holds the session. Such a value must not be logged, nor compressed across requests.
    pub sensitive: bool,
}

impl fmt::Debug for ResponseHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHeader")
            .field("name", &self.name)
            .field("value", if self.sensitive { &".." } else { &self.value })
            .field("append", &self.append)
            .field("sensitive", &self.sensitive)
            .finish()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("touched", &self.touched)
            .field("set_cookie", &self.set_cookie.as_ref().map(|_| ".."))
            .finish()
    }
}

impl Answer {
    pub(crate) fn new(touched: bool, set_cookie: Option<String>) -> Self {
        Self { touched, set_cookie }
    }

    /// Returns the value of the `Set-Cookie` header, if one is sent.
    #[must_use]
    pub fn set_cookie(&self) -> Option<&str> {
        self.set_cookie.as_deref()
    }

    /// Returns the headers to set, given the values of `Vary` and `Cache-Control` that the response has already.
    ///
    /// - `Set-Cookie`, if the browser's cookie changes.
    /// - `Vary: Cookie`, merged with what is there, if the session was touched: the response depends on it.
    /// - `Cache-Control: private`, if there is a `Set-Cookie` and the response has no `Cache-Control` yet. One
    ///   that says `public` is left alone and logged at warn, since a shared cache may then hand one user's session to
    ///   another (RFC 9111, section 7.3).
    #[must_use]
    pub fn headers<V, C>(&self, vary: V, cache_control: C) -> Vec<ResponseHeader>
    where
        V: IntoIterator,
        V::Item: AsRef<[u8]>,
        C: IntoIterator,
        C::Item: AsRef<[u8]>,
    {
        let mut headers = Vec::new();
        if self.touched {
            headers.extend(vary_with_cookie(vary));
        }
        if let Some(set_cookie) = self.set_cookie() {
            headers.extend(private_unless_set(cache_control));
            headers.push(ResponseHeader {
                name: "set-cookie",
                value: set_cookie.to_owned(),
                append: true,
                sensitive: true,
            });
        }
        headers
    }
}

fn header(name: &'static str, value: String) -> ResponseHeader {
    ResponseHeader { name, value, append: false, sensitive: false }
}

fn vary_with_cookie<V>(vary: V) -> Option<ResponseHeader>
where
    V: IntoIterator,
    V::Item: AsRef<[u8]>,
{
    let mut all = String::new();
    let mut is_text = true;
    for value in vary {
        let value = value.as_ref().trim_ascii();
        if directives(value).any(|name| name == b"*" || name.eq_ignore_ascii_case(b"cookie")) {
            return None;
        }
        match std::str::from_utf8(value) {
            Ok("") => {}
            Ok(value) => {
                all.push_str(value);
                all.push_str(", ");
            }
            Err(_) => is_text = false,
        }
    }
    if !is_text {
        // A value that is not text can't be merged: it stays, and ours is appended.
        return Some(ResponseHeader { append: true, ..header("vary", "Cookie".to_owned()) });
    }
    all.push_str("Cookie");
    Some(header("vary", all))
}

fn private_unless_set<C>(cache_control: C) -> Option<ResponseHeader>
where
    C: IntoIterator,
    C::Item: AsRef<[u8]>,
{
    let mut is_set = false;
    for value in cache_control {
        is_set = true;
        if directives(value.as_ref()).any(|name| name.eq_ignore_ascii_case(b"public")) {
            tracing::warn!(
                "a response with a session's Set-Cookie says Cache-Control: public; a shared cache may hand the session to others"
            );
        }
    }
    (!is_set).then(|| header("cache-control", "private".to_owned()))
}

fn directives(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}
