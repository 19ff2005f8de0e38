use std::time::Duration;

use serde::Deserialize;
use session_cookie::{Lifetime, Session, SessionError};

/// How long a remembered login lasts, unless the configuration allows less.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The query of `POST /login`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Login {
    remember: Option<bool>,
}

impl Login {
    /// Gives the session the lifetime that was chosen: with "remember me" it outlives the browser, without it does not.
    /// A query without it keeps the configured lifetime.
    ///
    /// # Errors
    ///
    /// The errors of [`Session::set_lifetime`], except for a lifetime that is too long.
    pub fn choose_lifetime<E>(&self, session: &Session<E>) -> Result<(), SessionError> {
        let session = session.with_error::<SessionError>();
        match self.remember {
            None => Ok(()),
            Some(false) => session.set_lifetime(Lifetime::BrowserSession),
            Some(true) => match session.set_lifetime(Lifetime::For(REMEMBERED)) {
                Err(SessionError::Lifetime { max_age: Some(longest), .. }) => {
                    session.set_lifetime(Lifetime::For(longest))
                }
                chosen => chosen,
            },
        }
    }
}
