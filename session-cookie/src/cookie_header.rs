//! Finds the session's cookies in the request's `Cookie` headers.
//!
//! Works on bytes, since what other cookies hold must never cost the session: the header is split as browsers write
//! it (RFC 6265, section 4.2.1), and what is not of that form is passed over.

/// How many cookies of one name are tried: enough that a sibling subdomain's junk logs nobody out, few enough that
/// verifying them costs no attacker's money's worth.
pub(crate) const MAX_CANDIDATES: usize = 8;

/// The values of the cookies that have the session's name, at most [`MAX_CANDIDATES`] of them.
#[derive(Default)]
pub(crate) struct Candidates {
    /// One after another.
    values: Vec<u8>,
    /// Where each ends.
    ends: [usize; MAX_CANDIDATES],
    count: usize,
}

impl Candidates {
    /// Reads all `Cookie` headers as one (RFC 9113, section 8.2.3). A cookie of more than `max_size` bytes, name and
    /// value, is kept as an empty value: it is there, and can't verify.
    pub(crate) fn find<I>(name: &str, headers: I, max_size: usize) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let mut found = Self::default();
        for header in headers {
            let mut rest = header.as_ref();
            while !rest.is_empty() {
                let (pair, after) = split_at_semicolon(rest);
                rest = after;
                if let Some(value) = pair.trim_ascii_start().strip_prefix(name.as_bytes()).and_then(value_after_name) {
                    let Some(end) = found.ends.get_mut(found.count) else { return found };
                    if name.len() + value.len() <= max_size {
                        found.values.extend_from_slice(value);
                    }
                    *end = found.values.len();
                    found.count += 1;
                }
            }
        }
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().take(self.count).map(move |end| {
            let value = self.values.get(start..*end).unwrap_or_default();
            start = *end;
            value
        })
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
