use std::fmt;

use crate::answer::Answer;
use crate::manager::SessionManager;
use crate::session::Session;

/// A request's session that has yet to be saved: what an adapter keeps until the response is there.
///
/// Dropped without a response (the client is gone, or a timeout outside answered), it ends the session's changes all the
/// same, so that a late one is an error and not lost in silence.
#[must_use = "the session is saved with `Unsaved::save`"]
pub struct Unsaved(Option<Session>);

impl SessionManager {
    /// The session of a request that other session layers may have seen before this one: the whole of what an adapter
    /// does on the way in.
    ///
    /// `outer` is the session that the request carries already. If this manager loaded it, or one around it, that
    /// session is the request's, and whoever loaded it saves it: there is nothing to save here. Else a new one is
    /// loaded, and the handlers inside see that.
    pub fn begin<I>(&self, outer: Option<&Session>, cookie_headers: I) -> (Session, Option<Unsaved>)
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let around = std::iter::successors(outer, |session| session.shared().outer());
        if let Some(own) = around.into_iter().find(|session| self.owns(session)) {
            return (own.clone(), None);
        }
        let session = self.load_inside(outer.cloned(), cookie_headers);
        (session.clone(), Some(Unsaved(Some(session))))
    }
}

impl Unsaved {
    /// What the response says about the session: [`SessionManager::save`], with a failure logged at error. The
    /// response then goes out without the session's headers.
    #[must_use]
    pub fn save(mut self) -> Option<Answer> {
        let session = self.0.take()?;
        session
            .shared()
            .manager()
            .save(&session)
            .inspect_err(|error| tracing::error!(%error, "the session was not saved"))
            .ok()
    }
}

impl Drop for Unsaved {
    fn drop(&mut self) {
        let Some(session) = self.0.take() else { return };
        if session.shared().manager().save(&session).is_ok_and(|answer| answer.set_cookie().is_some()) {
            tracing::warn!("a request ended without a response: the changes to its session are lost");
        }
    }
}

impl fmt::Debug for Unsaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unsaved").field(&self.0).finish()
    }
}
