//! What the library is compared with: the same rules, read off `session-cookie/src/guide/rules.md` and the RFCs, with other crates and no haste.

mod cookie_header;
mod envelope;
mod json;
mod token;

pub use cookie_header::candidates;
pub use envelope::{Envelope, read_envelope, same_seconds, whole_seconds};
pub use json::{Canonical, canonical, is_json, is_object, members};
pub use token::{Authentic, Limits, authentic, judge, sign, sign_json};
