//! A client's cookie jar.

use e2e::raw_http::Response;

/// A jar with room for the one cookie that these servers set.
#[derive(Debug, Default)]
pub(crate) struct Jar(Option<String>);

impl Jar {
    /// What `Cookie` says.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Takes what the answer sets, and drops what it removes.
    pub(crate) fn take(&mut self, response: &Response) {
        for set_cookie in response.header_lines("set-cookie") {
            let set_cookie = str::from_utf8(set_cookie).expect("a Set-Cookie is ASCII");
            let mut parts = set_cookie.split(';').map(str::trim_ascii);
            let cookie = parts.next().filter(|cookie| cookie.starts_with("session="));
            let cookie = cookie.unwrap_or_else(|| panic!("nobody else sets cookies here: {set_cookie}"));
            let is_removal = parts.any(|attribute| attribute.eq_ignore_ascii_case("max-age=0"));
            self.0 = (!is_removal).then(|| cookie.to_owned());
        }
    }
}
