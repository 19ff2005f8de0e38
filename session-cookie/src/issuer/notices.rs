//! Log lines that an operator has to see, and that a client can cause at will: at most one a minute of each kind.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_secs(60);

/// What a line is about.
#[derive(Clone, Copy)]
pub(crate) enum Notice {
    /// A cookie from the future: its server's clock is wrong.
    FromFuture,
    /// Several authentic cookies of one name.
    SeveralAuthentic,
    /// A session that was first touched after the response's headers.
    TouchedLate,
    /// A request that ended without a response.
    NoResponse,
    /// A cookie that is too large to be signed again.
    TooLarge,
    /// A cookie that is too large, and smaller than before.
    StillLarge,
    /// A cookie that is too large to come back.
    LostChange,
    /// A response that already sets a cookie of the session's name.
    OtherSetCookie,
    /// A response that shared caches may store.
    SharedCache,
}

/// How many kinds of [`Notice`] there are.
const KINDS: usize = Notice::SharedCache as usize + 1;

#[derive(Default)]
pub(crate) struct Notices {
    kinds: [Mutex<Counted>; KINDS],
    twin_found: AtomicBool,
}

#[derive(Default)]
struct Counted {
    last_line: Option<Instant>,
    since: u64,
}

impl Notices {
    /// Logs the notice with the number of events since its last line, if another line is due: at warn, or at error where a
    /// change is lost.
    pub(crate) fn log(&self, notice: Notice, cookie: &str, size: Option<usize>, header: Option<&str>) {
        let text = match notice {
            Notice::FromFuture => "a session cookie was signed by a server whose clock is ahead of this one's",
            Notice::SeveralAuthentic => {
                "a browser sent several authentic session cookies: one of an older domain or path is still in it, and a logout \
                 reaches only one"
            }
            Notice::TouchedLate => "a session was first touched after the response's headers: no Vary, no refresh",
            Notice::NoResponse => "a request ended without a response: the changes to its session are lost",
            Notice::TooLarge => "the session cookie is too large to be signed again; the old one stays",
            Notice::StillLarge => "the session cookie is larger than browsers surely keep, but smaller than before",
            Notice::LostChange => "the session cookie is too large to come back; the old one stays: a change is lost",
            Notice::OtherSetCookie => "a response sets a cookie of the session's name too: one replaces the other",
            Notice::SharedCache => "a response with a session's Set-Cookie lets shared caches store it; don't cache it",
        };
        match (self.count(notice), notice) {
            (None, _) => {}
            (Some(count), Notice::LostChange) => tracing::error!(cookie, size, header, count, "{text}"),
            (Some(count), _) => tracing::warn!(cookie, size, header, count, "{text}"),
        }
    }

    /// Counts one event. Returns the number of events since the last line, if another line is due.
    fn count(&self, notice: Notice) -> Option<u64> {
        let mut counted = self.kinds.get(notice as usize)?.lock().unwrap_or_else(PoisonError::into_inner);
        counted.since += 1;
        if counted.last_line.is_some_and(|last_line| last_line.elapsed() < PAUSE) {
            return None;
        }
        counted.last_line = Some(Instant::now());
        Some(std::mem::take(&mut counted.since))
    }

    /// Returns whether this is the first time that another manager of the same cookie name is found.
    pub(crate) fn is_first_twin(&self) -> bool {
        !self.twin_found.swap(true, Ordering::Relaxed)
    }
}
