//! Scripts of requests and of the calls on their sessions, run on the library and on a [`Model`] of the session.

mod answer;
mod call;
mod headers;
mod model;
mod options;
mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use session_cookie::{CookieConfig, SessionError, SessionManager, UnixTime};

pub use self::model::Model;
use self::script::{Script, Step};
use crate::keys::{FALLBACK, NOW, PRIMARY, STRANGER, key};

/// Runs a script. Every call returns what the model returns, and every response has the model's headers.
pub fn check(script: &[u8]) {
    let script = Script::parse(&String::from_utf8_lossy(script));
    let clock = Clock::default();
    let time = clock.clone();
    let manager = SessionManager::new(key(PRIMARY), script.options.config())
        .expect("checked by the script")
        .with_fallback_keys([key(FALLBACK)])
        .expect("one is not too many")
        .with_clock(move || time.now());
    let sibling = manager.sibling(CookieConfig::default().with_name("sibling")).expect("another name");

    let mut cookie = script.cookie;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for request in script.requests {
        clock.advance(request.after);
        manager.set_keys(key(PRIMARY), [key(FALLBACK)]).expect("one is not too many");
        before.extend(request.others.0.iter().cloned());
        after.extend(request.others.1.iter().cloned());
        let cookies: Vec<&str> = before.iter().chain(&cookie).chain(&after).map(String::as_str).collect();

        let session = manager.load(cookies.iter().map(|token| format!("session={token}")));
        let mut model = Model::load(script.options, &cookies, clock.now());
        assert!(sibling.load(cookies.iter().map(|token| format!("sibling={token}"))).is_empty(), "it has other keys");
        for step in &request.steps {
            match step {
                Step::Call(call) => {
                    call.run(&session, &mut model);
                    model.check_same(&session);
                }
                Step::Wait(time) => clock.advance(*time),
                Step::ExchangeKeys => manager.set_keys(key(STRANGER), []).expect("no fallback key"),
            }
        }

        model.now = clock.now();
        let answer = manager.save(&session).expect("the first time");
        let is_touched = request.steps.iter().any(|step| matches!(step, Step::Call(_)));
        let set_cookie = if is_touched { model.answer() } else { None };
        assert_eq!(answer.set_cookie(), set_cookie.as_deref());
        assert_eq!(answer.holds_change(), is_touched && model.holds_change());
        headers::check(&answer, &request, is_touched, set_cookie.as_deref());
        assert_eq!(session.insert("late", 1), Err(SessionError::ResponseSent));

        if let Some(set_cookie) = set_cookie {
            let pair = set_cookie.split(';').next().unwrap_or_default();
            cookie = pair.strip_prefix("session=").filter(|token| !token.is_empty()).map(str::to_owned);
        }
    }
}

/// A clock that the script moves. It has milliseconds.
#[derive(Clone)]
struct Clock(Arc<AtomicU64>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(NOW.as_secs() * 1000)))
    }
}

impl Clock {
    fn now(&self) -> UnixTime {
        UnixTime::from_duration(Duration::from_millis(self.0.load(Ordering::Relaxed)))
    }

    fn advance(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_millis()).expect("136 years at most"), Ordering::Relaxed);
    }
}
