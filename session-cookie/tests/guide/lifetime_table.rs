//! The table of lifetimes in the guide: `max_age`, `default_lifetime`, `refresh`, `max_lifetime` and `set_lifetime` together.

use session_cookie::{CookieConfig, DecodeError, Lifetime, Origin, Refresh, Session, SessionManager, UnixTime};

use crate::common::*;

/// What `set_lifetime` was called with, if it was.
#[derive(Clone, Copy, Debug)]
enum Own {
    Unset,
    Browser,
    Secs(u64),
}

/// The last second, counted from the first answer, in which the server believes the cookie.
#[derive(Clone, Copy, Debug)]
enum Until {
    Second(u64),
    Ever,
}

/// `Max-Age` of an answer's cookie, and until when the server believes it.
type Sent = (Option<u64>, Until);

#[derive(Clone, Copy, Debug)]
struct Row {
    refresh: Refresh,
    max_age: Option<u64>,
    default_lifetime: Option<u64>,
    max_lifetime: Option<u64>,
    own: Own,
    /// The session's first answer, at second 0.
    first: Sent,
    /// The answer to a read at second 1801; at second 1800 none is sent.
    read: Option<Sent>,
    /// The answer at second 9500, after a change each 1900 seconds, or only a read where a read refreshes.
    late: Sent,
}

const fn row(
    (refresh, max_age, default_lifetime, max_lifetime, own): (Refresh, Option<u64>, Option<u64>, Option<u64>, Own),
    first: Sent,
    read: Option<Sent>,
    late: Sent,
) -> Row {
    Row { refresh, max_age, default_lifetime, max_lifetime, own, first, read, late }
}

const ON_CHANGE: Refresh = Refresh::OnChange;
const AFTER: Refresh = Refresh::After(seconds(1800));

#[rustfmt::skip]
const TABLE: [Row; 48] = {
    use Own::{Browser, Secs, Unset};
    use Until::{Ever, Second};
    const HOUR: Option<u64> = Some(3600);
    const DEFAULT: Option<u64> = Some(2400);
    const LIMIT: Option<u64> = Some(10_000);
    [
        row((ON_CHANGE, HOUR, None, None, Unset),       (Some(3600), Second(3600)), None, (Some(3600), Second(13_100))),
        row((ON_CHANGE, HOUR, None, None, Browser),     (None, Second(3600)),       None, (None, Second(13_100))),
        row((ON_CHANGE, HOUR, None, None, Secs(2400)),  (Some(2400), Second(2400)), None, (Some(2400), Second(11_900))),
        row((ON_CHANGE, HOUR, None, LIMIT, Unset),      (Some(3600), Second(3600)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, HOUR, None, LIMIT, Browser),    (None, Second(3600)),       None, (None, Second(10_000))),
        row((ON_CHANGE, HOUR, None, LIMIT, Secs(2400)), (Some(2400), Second(2400)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, None, None, None, Unset),       (None, Ever),               None, (None, Ever)),
        row((ON_CHANGE, None, None, None, Browser),     (None, Ever),               None, (None, Ever)),
        row((ON_CHANGE, None, None, None, Secs(2400)),  (Some(2400), Second(2400)), None, (Some(2400), Second(11_900))),
        row((ON_CHANGE, None, None, LIMIT, Unset),      (None, Second(10_000)),     None, (None, Second(10_000))),
        row((ON_CHANGE, None, None, LIMIT, Browser),    (None, Second(10_000)),     None, (None, Second(10_000))),
        row((ON_CHANGE, None, None, LIMIT, Secs(2400)), (Some(2400), Second(2400)), None, (Some(500), Second(10_000))),

        row((AFTER, HOUR, None, None, Unset),       (Some(3600), Second(3600)), Some((Some(3600), Second(5401))), (Some(3600), Second(13_100))),
        row((AFTER, HOUR, None, None, Browser),     (None, Second(3600)),       Some((None, Second(5401))),       (None, Second(13_100))),
        row((AFTER, HOUR, None, None, Secs(2400)),  (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(2400), Second(11_900))),
        row((AFTER, HOUR, None, LIMIT, Unset),      (Some(3600), Second(3600)), Some((Some(3600), Second(5401))), (Some(500), Second(10_000))),
        row((AFTER, HOUR, None, LIMIT, Browser),    (None, Second(3600)),       Some((None, Second(5401))),       (None, Second(10_000))),
        row((AFTER, HOUR, None, LIMIT, Secs(2400)), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(500), Second(10_000))),
        row((AFTER, None, None, None, Unset),       (None, Ever),               Some((None, Ever)),               (None, Ever)),
        row((AFTER, None, None, None, Browser),     (None, Ever),               Some((None, Ever)),               (None, Ever)),
        row((AFTER, None, None, None, Secs(2400)),  (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(2400), Second(11_900))),
        row((AFTER, None, None, LIMIT, Unset),      (None, Second(10_000)),     Some((None, Second(10_000))),     (None, Second(10_000))),
        row((AFTER, None, None, LIMIT, Browser),    (None, Second(10_000)),     Some((None, Second(10_000))),     (None, Second(10_000))),
        row((AFTER, None, None, LIMIT, Secs(2400)), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(500), Second(10_000))),

        row((ON_CHANGE, HOUR, DEFAULT, None, Unset), (Some(2400), Second(2400)), None, (Some(2400), Second(11_900))),
        row((ON_CHANGE, HOUR, DEFAULT, None, Browser), (None, Second(2400)), None, (None, Second(11_900))),
        row((ON_CHANGE, HOUR, DEFAULT, None, Secs(3000)), (Some(3000), Second(3000)), None, (Some(3000), Second(12_500))),
        row((ON_CHANGE, HOUR, DEFAULT, LIMIT, Unset), (Some(2400), Second(2400)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, HOUR, DEFAULT, LIMIT, Browser), (None, Second(2400)), None, (None, Second(10_000))),
        row((ON_CHANGE, HOUR, DEFAULT, LIMIT, Secs(3000)), (Some(3000), Second(3000)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, None, DEFAULT, None, Unset), (Some(2400), Second(2400)), None, (Some(2400), Second(11_900))),
        row((ON_CHANGE, None, DEFAULT, None, Browser), (None, Second(2400)), None, (None, Second(11_900))),
        row((ON_CHANGE, None, DEFAULT, None, Secs(3000)), (Some(3000), Second(3000)), None, (Some(3000), Second(12_500))),
        row((ON_CHANGE, None, DEFAULT, LIMIT, Unset), (Some(2400), Second(2400)), None, (Some(500), Second(10_000))),
        row((ON_CHANGE, None, DEFAULT, LIMIT, Browser), (None, Second(2400)), None, (None, Second(10_000))),
        row((ON_CHANGE, None, DEFAULT, LIMIT, Secs(3000)), (Some(3000), Second(3000)), None, (Some(500), Second(10_000))),

        row((AFTER, HOUR, DEFAULT, None, Unset), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(2400), Second(11_900))),
        row((AFTER, HOUR, DEFAULT, None, Browser), (None, Second(2400)), Some((None, Second(4201))), (None, Second(11_900))),
        row((AFTER, HOUR, DEFAULT, None, Secs(3000)), (Some(3000), Second(3000)), Some((Some(3000), Second(4801))), (Some(3000), Second(12_500))),
        row((AFTER, HOUR, DEFAULT, LIMIT, Unset), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(500), Second(10_000))),
        row((AFTER, HOUR, DEFAULT, LIMIT, Browser), (None, Second(2400)), Some((None, Second(4201))), (None, Second(10_000))),
        row((AFTER, HOUR, DEFAULT, LIMIT, Secs(3000)), (Some(3000), Second(3000)), Some((Some(3000), Second(4801))), (Some(500), Second(10_000))),
        row((AFTER, None, DEFAULT, None, Unset), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(2400), Second(11_900))),
        row((AFTER, None, DEFAULT, None, Browser), (None, Second(2400)), Some((None, Second(4201))), (None, Second(11_900))),
        row((AFTER, None, DEFAULT, None, Secs(3000)), (Some(3000), Second(3000)), Some((Some(3000), Second(4801))), (Some(3000), Second(12_500))),
        row((AFTER, None, DEFAULT, LIMIT, Unset), (Some(2400), Second(2400)), Some((Some(2400), Second(4201))), (Some(500), Second(10_000))),
        row((AFTER, None, DEFAULT, LIMIT, Browser), (None, Second(2400)), Some((None, Second(4201))), (None, Second(10_000))),
        row((AFTER, None, DEFAULT, LIMIT, Secs(3000)), (Some(3000), Second(3000)), Some((Some(3000), Second(4801))), (Some(500), Second(10_000))),
    ]
};

impl Row {
    fn config(&self) -> CookieConfig {
        CookieConfig::default()
            .with_max_age(self.max_age.map(seconds))
            .with_default_lifetime(self.default_lifetime.map(seconds))
            .with_max_lifetime(self.max_lifetime.map(seconds))
            .with_refresh(self.refresh)
    }

    fn at(&self, second: u64) -> SessionManager {
        manager_at(self.config(), NOW + second)
    }

    fn first_cookie(&self) -> String {
        let manager = self.at(0);
        let session = manager.load(NO_HEADERS);
        session.insert("n", 0).unwrap();
        match self.own {
            Own::Unset => {}
            Own::Browser => session.set_lifetime(Lifetime::BrowserSession).unwrap(),
            Own::Secs(secs) => session.set_lifetime(Lifetime::For(seconds(secs))).unwrap(),
        }
        save(&manager, &session).unwrap()
    }

    fn answer(&self, cookie: &str, second: u64, handler: impl FnOnce(&Session)) -> Option<String> {
        let manager = self.at(second);
        let session = manager.load([pair(cookie)]);
        assert!(matches!(session.origin(), Origin::Verified { .. }), "at {second}: {:?}, {self:?}", session.origin());
        handler(&session);
        save(&manager, &session)
    }

    /// The last cookie of a session that is used each 1900 seconds, up to second 9500.
    fn used(&self, handler: impl Fn(&Session, u64)) -> String {
        [1900, 3800, 5700, 7600, 9500].into_iter().fold(self.first_cookie(), |cookie, second| {
            self.answer(&cookie, second, |session| handler(session, second)).unwrap()
        })
    }

    fn assert_sent(&self, cookie: &str, (expected, until): Sent) {
        assert_eq!(max_age(cookie), expected, "{self:?}");
        let origin = |second| self.at(second).load([pair(cookie)]).origin();
        match until {
            Until::Second(last) => {
                assert!(matches!(origin(last), Origin::Verified { .. }), "still good at {last}: {self:?}");
                assert_eq!(origin(last + 1), Origin::Rejected(DecodeError::Expired), "over after {last}: {self:?}");
            }
            Until::Ever => {
                assert!(matches!(origin(1_000_000_000), Origin::Verified { .. }), "good for ever: {self:?}");
            }
        }
    }
}

#[test]
fn table_the_first_answer() {
    for row in TABLE {
        row.assert_sent(&row.first_cookie(), row.first);
    }
}

#[test]
fn table_a_read_when_no_refresh_is_due_yet() {
    for row in TABLE {
        assert_eq!(row.answer(&row.first_cookie(), 1800, |_| ()), None, "{row:?}");
    }
}

#[test]
fn table_a_read_when_a_refresh_is_due() {
    for row in TABLE {
        let answer = row.answer(&row.first_cookie(), 1801, |_| ());
        assert_eq!(answer.is_some(), row.read.is_some(), "{row:?}");
        if let (Some(cookie), Some(sent)) = (answer, row.read) {
            row.assert_sent(&cookie, sent);
        }
    }
}

#[test]
fn table_the_last_answer_of_a_session_that_is_in_use() {
    for row in TABLE {
        let change = |session: &Session, second| session.insert("n", second).unwrap();
        let look = |_: &Session, _| ();

        let cookie = if row.refresh == ON_CHANGE { row.used(change) } else { row.used(look) };

        row.assert_sent(&cookie, row.late);
    }
}

#[test]
fn table_a_renewal_is_worth_what_a_change_is() {
    for row in TABLE {
        let cookie = row.used(|session, _| session.renew());

        row.assert_sent(&cookie, row.late);
    }
}

#[test]
fn table_a_rotation_of_the_key_prolongs_nothing() {
    for row in TABLE {
        let first = row.first_cookie();
        let manager = SessionManager::new(old_key(), row.config())
            .unwrap()
            .with_fallback_keys([key()])
            .unwrap()
            .with_clock(|| UnixTime::from_secs(NOW + 1000));
        let session = manager.load([pair(&first)]);
        let _ = session.len();

        let cookie = save(&manager, &session).unwrap();

        assert_eq!(max_age(&cookie), row.first.0.map(|max_age| max_age - 1000), "{row:?}");
    }
}
