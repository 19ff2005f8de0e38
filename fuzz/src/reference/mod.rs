//! The rules of `session-cookie/src/guide/rules.md` and of the RFCs, implemented a second time: with other crates, written for
//! clarity rather than speed. The checks compare the library with it.

mod cookie_header;
mod envelope;
mod json;
mod response;
mod signed_last;
mod token;

pub use cookie_header::candidates;
pub use envelope::{Envelope, lifetime, lifetime_seconds, read_envelope, same_seconds};
pub use json::{Canonical, canonical, is_deeper, is_json, is_object, members};
pub use response::{cache_control, directives, ends_its_quotes, names, vary};
pub use signed_last::{Signed, fresh_time, not_from_the_future, open_signed_last};
pub use token::{Authentic, Limits, authenticate, sign, sign_json, verify};
