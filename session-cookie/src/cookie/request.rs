//! Finds the session's cookies in the request's `Cookie` headers.
//!
//! It works on bytes, so that other cookies never cost the session, whatever they hold. It splits the header as browsers
//! write it (RFC 6265, section 4.2.1), and skips anything of another form.

use super::MAX_COOKIE_SIZE;

/// How many cookies of one name are tried: enough to outlast a sibling subdomain's junk, few enough that a flood of them
/// stays cheap to reject.
pub(crate) const MAX_CANDIDATES: usize = 8;

/// How many names of other cookies are logged, and how many bytes of each: they are the client's text.
const MAX_OTHERS: usize = 16;
const MAX_NAME_SIZE: usize = 64;

/// The cookies that have the session's name.
#[derive(Default)]
pub(crate) struct Candidates {
    /// Their values, at most [`MAX_CANDIDATES`] of them, each with the `;` that no value holds at its end.
    values: Vec<u8>,
    /// The names of the other cookies, if they are to be logged.
    pub(crate) others: Option<Vec<String>>,
}

impl Candidates {
    /// Reads all `Cookie` headers as one (RFC 9113, section 8.2.3). A cookie whose name and value are larger than
    /// [`MAX_COOKIE_SIZE`] is kept as an empty value: it counts as present but never verifies.
    pub(crate) fn find<I: IntoIterator<Item: AsRef<[u8]>>>(name: &str, headers: I) -> Self {
        let mut found = Self { values: Vec::new(), others: tracing::enabled!(tracing::Level::DEBUG).then(Vec::new) };
        let mut count = 0;
        for header in headers {
            for pair in split_at_semicolons(header.as_ref()) {
                if let Some(value) = pair.trim_ascii_start().strip_prefix(name.as_bytes()).and_then(value_after_name) {
                    if count == MAX_CANDIDATES {
                        return found;
                    }
                    count += 1;
                    let value = if name.len() + value.len() <= MAX_COOKIE_SIZE { value } else { b"" };
                    found.values.reserve(value.len() + 1);
                    found.values.extend_from_slice(value);
                    found.values.push(b';');
                } else if let Some(others) = found.others.as_mut().filter(|others| others.len() < MAX_OTHERS) {
                    others.extend(name_of(pair));
                }
            }
        }
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        split_at_semicolons(&self.values)
    }
}

fn split_at_semicolons(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
        let (pair, after) = rest.split_at_checked(end).filter(|_| !rest.is_empty())?;
        rest = after.strip_prefix(b";").unwrap_or(after);
        Some(pair)
    })
}

/// A pair without `=` has no name: it is a value, and none is logged.
fn name_of(pair: &[u8]) -> Option<String> {
    let name = pair.get(..memchr::memchr(b'=', pair)?)?.trim_ascii();
    Some(String::from_utf8_lossy(name.get(..MAX_NAME_SIZE).unwrap_or(name)).into_owned())
}

/// What follows `=`, without surrounding space and one pair of double quotes.
fn value_after_name(rest: &[u8]) -> Option<&[u8]> {
    let value = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    Some(value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value))
}
