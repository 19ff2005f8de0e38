//! Scripts of requests and of the calls on their sessions, run on the library and on a [`Model`] of the session.

mod answer;
mod call;
mod model;
mod options;
mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use session_cookie::{SessionError, SessionManager, UnixTime};

pub use self::model::Model;
use self::script::Script;
use crate::keys::{FALLBACK, NOW, PRIMARY, key};

/// Runs a script. Every call returns what the model returns, and every response has the model's `Set-Cookie`.
pub fn check(script: &[u8]) {
    let script = Script::parse(&String::from_utf8_lossy(script));
    let clock = Arc::new(AtomicU64::new(NOW.as_secs()));
    let time = Arc::clone(&clock);
    let manager = SessionManager::new(key(PRIMARY), script.options.config())
        .expect("checked by the script")
        .with_fallback_keys([key(FALLBACK)]).unwrap()
        .with_clock(move || UnixTime::from_secs(time.load(Ordering::Relaxed)));

    let mut cookie = script.cookie;
    for request in script.requests {
        let now = clock.load(Ordering::Relaxed).saturating_add(request.after);
        clock.store(now, Ordering::Relaxed);

        let session = manager.load(cookie.as_ref().map(|token| format!("session={token}")));
        let mut model = Model::load(script.options, cookie.as_deref(), UnixTime::from_secs(now));
        for call in &request.calls {
            call.run(&session, &mut model);
            model.check_same(&session);
        }

        let answer = manager.save(&session).expect("the first time");
        let touched = !request.calls.is_empty();
        let set_cookie = if touched { model.answer() } else { None };
        assert_eq!(answer.set_cookie(), set_cookie.as_deref());
        let varies = answer.headers(|_| [""; 0]).iter().any(|header| header.name == "vary");
        assert_eq!(varies, touched);
        assert_eq!(session.insert("late", 1), Err(SessionError::ResponseSent));

        if let Some(set_cookie) = set_cookie {
            let pair = set_cookie.split(';').next().unwrap_or_default();
            cookie = pair.strip_prefix("session=").filter(|token| !token.is_empty()).map(str::to_owned);
        }
    }
}
