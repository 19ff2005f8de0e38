//! A browser with one cookie jar: keeps what `Set-Cookie` says, for as long as it says.

use session_cookie::{Session, SessionManager};

use super::set_cookie::{max_age, pair};

#[derive(Clone, Default)]
pub(crate) struct Browser {
    cookie: Option<Kept>,
}

#[derive(Clone)]
struct Kept {
    pair: String,
    /// `None`: until the browser closes.
    until: Option<u64>,
}

impl Browser {
    /// One request: the cookie goes out, the handler runs, the answer's cookie comes back.
    pub(crate) fn visits<R>(&mut self, manager: &SessionManager, now: u64, handler: impl FnOnce(&Session) -> R) -> R {
        let session = self.opens(manager, now);
        let result = handler(&session);
        self.receives(manager.save(&session).unwrap().set_cookie(), now);
        result
    }

    /// The first half of a request.
    pub(crate) fn opens(&self, manager: &SessionManager, now: u64) -> Session {
        manager.load(self.sends(now))
    }

    /// The value of the `Cookie` header.
    pub(crate) fn sends(&self, now: u64) -> Option<&str> {
        let kept = self.cookie.as_ref().filter(|kept| kept.until.is_none_or(|until| now < until))?;
        Some(&kept.pair)
    }

    /// The second half of a request. `Max-Age=0` removes (RFC 6265, section 5.3).
    pub(crate) fn receives(&mut self, set_cookie: Option<&str>, now: u64) {
        if let Some(set_cookie) = set_cookie {
            let until = max_age(set_cookie).map(|max_age| now.saturating_add(max_age));
            self.cookie = Some(Kept { pair: pair(set_cookie).to_owned(), until });
        }
    }

    /// The browser is closed and opened again.
    pub(crate) fn restarts(&mut self) {
        self.cookie = self.cookie.take().filter(|kept| kept.until.is_some());
    }
}
