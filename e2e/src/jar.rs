//! A client's cookie jar.

use crate::raw_http::Response;

/// A jar with room for the one cookie that these servers set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar(Option<String>);

impl Jar {
    /// A jar with this token in its cookie.
    #[must_use]
    pub fn with_token(token: &str) -> Self {
        Self(Some(format!("session={token}")))
    }

    /// What `Cookie` says.
    #[must_use]
    pub fn cookie(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Keeps the cookie that the answer sets, or drops the one that it removes. Returns whether it did either.
    ///
    /// # Panics
    ///
    /// When a `Set-Cookie` is not ASCII, or not of the session.
    pub fn take(&mut self, response: &Response) -> bool {
        let mut is_changed = false;
        for set_cookie in response.header_lines("set-cookie") {
            let set_cookie = str::from_utf8(set_cookie).expect("a Set-Cookie is ASCII");
            let mut parts = set_cookie.split(';').map(str::trim_ascii);
            let cookie = parts.next().filter(|cookie| cookie.starts_with("session="));
            let cookie = cookie.unwrap_or_else(|| panic!("an unexpected cookie: {set_cookie}"));
            let is_removal = parts.any(|attribute| attribute.eq_ignore_ascii_case("max-age=0"));
            self.0 = (!is_removal).then(|| cookie.to_owned());
            is_changed = true;
        }
        is_changed
    }
}
