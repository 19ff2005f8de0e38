//! Finds the session's cookies in the request's `Cookie` headers.
//!
//! It works on bytes, so that other cookies never cost the session, whatever they hold. It splits the header as browsers
//! write it (RFC 6265, section 4.2.1), and skips anything of another form.

use super::MAX_COOKIE_SIZE;

/// How many cookies of one name are tried: enough to outlast a sibling subdomain's junk, few enough that a flood of them
/// stays cheap to reject.
pub(crate) const MAX_CANDIDATES: usize = 8;

/// The values of the cookies that have the session's name, at most [`MAX_CANDIDATES`] of them.
#[derive(Default)]
pub(crate) struct Candidates(Vec<Vec<u8>>);

impl Candidates {
    /// Reads all `Cookie` headers as one (RFC 9113, section 8.2.3). A cookie whose name and value are larger than
    /// [`MAX_COOKIE_SIZE`] is kept as an empty value: it counts as present but never verifies.
    pub(crate) fn find<I>(name: &str, headers: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let mut found = Vec::new();
        for header in headers {
            let mut rest = header.as_ref();
            while !rest.is_empty() {
                let (pair, after) = split_at_semicolon(rest);
                rest = after;
                if let Some(value) = pair.trim_ascii_start().strip_prefix(name.as_bytes()).and_then(value_after_name) {
                    if found.len() == MAX_CANDIDATES {
                        return Self(found);
                    }
                    let fits = name.len() + value.len() <= MAX_COOKIE_SIZE;
                    found.push(if fits { value.to_vec() } else { Vec::new() });
                }
            }
        }
        Self(found)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }
}

fn split_at_semicolon(header: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b';', header).and_then(|at| header.split_at_checked(at)) {
        Some((pair, rest)) => (pair, rest.strip_prefix(b";").unwrap_or(rest)),
        None => (header, &[]),
    }
}

/// What follows `=`, without surrounding space and one pair of double quotes.
fn value_after_name(rest: &[u8]) -> Option<&[u8]> {
    let value = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    Some(value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value))
}
