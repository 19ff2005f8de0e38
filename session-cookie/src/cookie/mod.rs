//! The session's cookie as text: in a request, and in a response.

mod request;
mod response;

pub(crate) use self::request::Candidates;
pub(crate) use self::response::SetCookie;

/// The largest cookie that browsers are sure to keep, in bytes (RFC 6265, section 6.1): name, value and attributes.
pub(crate) const MAX_COOKIE_SIZE: usize = 4096;
