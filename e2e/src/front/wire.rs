//! Requests and responses recorded from the wire.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub(super) struct Wire(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    requests: Vec<SentRequest>,
    set_cookies: Vec<String>,
}

impl Wire {
    pub(super) fn note_request(&self, head: &[u8]) {
        self.noted().requests.push(SentRequest(String::from_utf8_lossy(head).into_owned()));
    }

    pub(super) fn note_response_line(&self, line: &[u8]) {
        if let Some(value) = header_value(&String::from_utf8_lossy(line), "set-cookie") {
            self.noted().set_cookies.push(value.to_owned());
        }
    }

    pub(super) fn request(&self, target: &str) -> Option<SentRequest> {
        self.noted().requests.iter().rfind(|request| request.target() == Some(target)).cloned()
    }

    pub(super) fn set_cookie(&self) -> Option<String> {
        self.noted().set_cookies.last().cloned()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The head of a request, as a browser sent it.
#[derive(Clone, Debug)]
pub struct SentRequest(String);

impl SentRequest {
    /// The value of a header, if it was sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.lines().skip(1).find_map(|line| header_value(line, name))
    }

    fn target(&self) -> Option<&str> {
        self.0.split(' ').nth(1)
    }
}

fn header_value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}

/// Cuts a stream at each end mark, wherever its blocks begin and end.
pub(super) struct Splitter {
    end: &'static [u8],
    unread: Vec<u8>,
}

impl Splitter {
    pub(super) fn at(end: &'static [u8]) -> Self {
        Self { end, unread: Vec::new() }
    }

    pub(super) fn split(&mut self, bytes: &[u8], mut piece: impl FnMut(&[u8])) {
        self.unread.extend_from_slice(bytes);
        while let Some(start) = self.unread.windows(self.end.len()).position(|window| window == self.end) {
            piece(&self.unread[..start]);
            self.unread.drain(..start + self.end.len());
        }
    }
}
