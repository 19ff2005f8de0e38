//! What the test servers of both frameworks share: the start, the log, and what their routes do with a session.
//!
//! A test server has the demo's routes, and in front of them those that a demo should not have:
//!
//! | route | does |
//! | --- | --- |
//! | `POST /login?user=NAME&remember=BOOLEAN` | empties the session and logs in; without a name, as the demo's user. Remembered it is for 30 days, or until the browser closes |
//! | `GET /login` | takes the message that `/guarded` left, and answers `{"message":...}` |
//! | `GET /logout`, `POST /logout` | empties the session |
//! | `GET /guarded` | runs the guide's guard: 303 to `/login`, or `{"ok":true}` |
//! | `GET /cached?cache_control=TEXT` | counts a visit in the session, and sends this `Cache-Control`, or none |
//! | `POST /upload` | reads its body to the end, and then counts a visit |
//! | `GET /greeting` | reads a value whose `Deserialize` reads another one of the session |
//! | `POST /several?main=ACTION&second=ACTION&third=ACTION` | does `read`, `write`, `fill` or `clear` with the `text` of the session and its two siblings, or nothing, and answers what it then reads |
//!
//! Each of them is under `/app` too. `CLOCK_AHEAD` is how many seconds the session's clock is ahead, and `THIRD_NAME` the name of the
//! third session's cookie, which is `third`. Two workers serve, and the log's subscriber reads the session at each event.

pub(crate) mod current;
mod guard;
mod log;

use std::{env, net::TcpListener, time::Duration};

use demo::Demo;
use serde::{Deserialize, Deserializer, Serialize};
use session_cookie::{
    CookieConfig, Lifetime, SameSite, Session, SessionError, SessionManager, SessionSettings, UnixTime,
};

pub(crate) use guard::guard;

/// Starts the log, takes the options from the environment as the demo does, listens, and says where.
pub(crate) fn start() -> Demo {
    log::start();
    let settings = SessionSettings::from_env().expect("the variables are right");
    let manager: SessionManager = settings.try_into().expect("the options are right");
    let manager = match env::var("CLOCK_AHEAD") {
        Ok(seconds) => {
            let ahead = Duration::from_secs(seconds.parse().expect("CLOCK_AHEAD is seconds"));
            manager.with_clock(move || UnixTime::from_duration(UnixTime::now().since_epoch() + ahead))
        }
        Err(_) => manager,
    };
    let listener = TcpListener::bind(env::var("BIND").expect("BIND is set")).expect("the address is free");
    listener.set_nonblocking(true).expect("a socket can be non-blocking");
    println!("listening on http://{}", listener.local_addr().expect("a bound socket has an address"));
    Demo { manager, listener }
}

/// Marks the first sibling of the session.
pub(crate) struct Second;
/// Marks the other one.
pub(crate) struct Third;

/// Makes the managers of the siblings.
pub(crate) fn siblings(manager: &SessionManager) -> [SessionManager; 2] {
    let second = CookieConfig::default().with_name("second").with_same_site(SameSite::Strict);
    let third = CookieConfig::default().with_name(env::var("THIRD_NAME").unwrap_or_else(|_| "third".to_owned()));
    [second.with_max_age(Duration::from_secs(600)), third]
        .map(|config| manager.sibling(config.with_secure(false)).expect("the options are right"))
}

/// The query of `POST /login`.
#[derive(Deserialize)]
pub(crate) struct Login {
    user: Option<String>,
    remember: Option<bool>,
}

/// Logs in as the guide says: of what was there before the login, the cart alone is kept.
pub(crate) fn log_in(session: &Session, login: &Login) -> Result<(), SessionError> {
    let (user_id, username) = login.user.as_deref().map_or(("42", "alice"), |user| (user, user));
    let cart: Option<Vec<String>> = session.take("cart").unwrap_or_default();
    session.clear();
    if let Some(cart) = cart {
        session.insert("cart", cart)?;
    }
    if let Some(remember) = login.remember {
        const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
        session.set_lifetime(if remember { Lifetime::For(MONTH) } else { Lifetime::BrowserSession })?;
    }
    session.extend([("user_id", user_id), ("username", username)])
}

/// The answer of `GET /login`.
#[derive(Serialize)]
pub(crate) struct Message {
    message: Option<String>,
}

/// Takes the message of the session.
pub(crate) fn take_message(session: &Session) -> Result<Message, SessionError> {
    Ok(Message { message: session.take("message")? })
}

/// The query of `GET /cached`.
#[derive(Deserialize)]
pub(crate) struct Cached {
    pub(crate) cache_control: Option<String>,
}

/// The answer of `GET /cached`.
#[derive(Serialize)]
pub(crate) struct Visits {
    visits: u64,
}

/// Changes the session, so that the answer sets its cookie.
pub(crate) fn count_visit(session: &Session) -> Result<Visits, SessionError> {
    let visits = session.update("visits", |visits: &mut u64| {
        *visits += 1;
        *visits
    })?;
    Ok(Visits { visits })
}

/// A value that is complete only with another one of the session.
#[derive(Serialize)]
pub(crate) struct Greeting(String);

impl<'de> Deserialize<'de> for Greeting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let user_id = String::deserialize(deserializer)?;
        Ok(Self(format!("hello {}, user {user_id}", current::text("username").unwrap_or_default())))
    }
}

/// The query of `POST /several`: what to do with each session.
#[derive(Deserialize)]
pub(crate) struct Actions {
    main: Option<Action>,
    second: Option<Action>,
    third: Option<Action>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Read,
    /// Stores a short text.
    Write,
    /// Stores the longest text that fits into the cookie.
    Fill,
    Clear,
}

/// The answer of `POST /several`: the text of each session that was touched.
#[derive(Serialize)]
pub(crate) struct Texts {
    main: Option<String>,
    second: Option<String>,
    third: Option<String>,
}

/// Does with each session what the query says.
pub(crate) fn several(
    main: &Session,
    second: &Session,
    third: &Session,
    actions: Actions,
) -> Result<Texts, SessionError> {
    Ok(Texts {
        main: act(main, actions.main)?,
        second: act(second, actions.second)?,
        third: act(third, actions.third)?,
    })
}

fn act(session: &Session, action: Option<Action>) -> Result<Option<String>, SessionError> {
    match action {
        None => return Ok(None),
        Some(Action::Read) => {}
        Some(Action::Write) => session.insert("text", "short")?,
        Some(Action::Fill) => fill(session),
        Some(Action::Clear) => session.clear(),
    }
    session.get("text")
}

fn fill(session: &Session) {
    let fits = |length: usize| session.insert("text", "x".repeat(length)).is_ok();
    // A refused text leaves the one before it, and each that is taken is longer.
    let mut step = 4096;
    let mut length = 0;
    while step > 0 {
        if fits(length + step) {
            length += step;
        }
        step /= 2;
    }
}
