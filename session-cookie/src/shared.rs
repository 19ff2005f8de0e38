//! What all handles of one session share, and how they take turns.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::cookie_header::Candidates;
use crate::error::SessionError;
use crate::loaded::Loaded;
use crate::manager::SessionManager;
use crate::session::Session;

pub(crate) struct Shared {
    manager: SessionManager,
    /// The session that another manager loaded for the same request, before this one.
    outer: Option<Session>,
    state: Mutex<State>,
    update_over: Condvar,
}

struct State {
    candidates: Candidates,
    /// `None` until the session is touched.
    loaded: Option<Loaded>,
    /// The response's headers are out.
    sealed: bool,
    /// The thread that runs the closure of an `update`, during which nobody else writes.
    updating: Option<ThreadId>,
}

impl Shared {
    pub(crate) fn new(manager: SessionManager, outer: Option<Session>, candidates: Candidates) -> Self {
        let state = State { candidates, loaded: None, sealed: false, updating: None };
        Self { manager, outer, state: Mutex::new(state), update_over: Condvar::new() }
    }

    pub(crate) fn manager(&self) -> &SessionManager {
        &self.manager
    }

    pub(crate) fn outer(&self) -> Option<&Session> {
        self.outer.as_ref()
    }

    /// Looks at the session, even from inside an update.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Loaded) -> R) -> R {
        look(self.state().loaded(&self.manager))
    }

    /// Reads from the session.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&Loaded) -> Result<R, SessionError>) -> Result<R, SessionError> {
        let mut state = self.state();
        state.refuse_inside_update()?;
        read(state.loaded(&self.manager))
    }

    /// Changes the session, unless the response is out.
    pub(crate) fn write<R>(
        &self,
        write: impl FnOnce(&mut Loaded, &SessionManager) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        let mut state = self.turn()?;
        write(state.loaded(&self.manager), &self.manager)
    }

    /// Reads from the session, computes without holding it, and changes it, with no change by others in between.
    pub(crate) fn update<I, O, R>(
        &self,
        read: impl FnOnce(&Loaded) -> Result<I, SessionError>,
        compute: impl FnOnce(I) -> Result<O, SessionError>,
        write: impl FnOnce(&mut Loaded, &SessionManager, O) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        let mut state = self.turn()?;
        let input = read(state.loaded(&self.manager))?;
        state.updating = Some(thread::current().id());
        drop(state);
        let turn = UpdateTurn(self);
        let output = compute(input)?;
        let mut state = self.state();
        let result = state.refuse_sealed().and_then(|()| write(state.loaded(&self.manager), &self.manager, output));
        drop(state);
        drop(turn);
        result
    }

    /// Ends the session's changes, and lets `answer` see them. `None`: nobody touched it.
    pub(crate) fn seal<R>(
        &self,
        answer: impl FnOnce(Option<&Loaded>) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        let mut state = self.state();
        state.refuse_sealed()?;
        state.sealed = true;
        answer(state.loaded.as_ref())
    }

    /// Waits until no other thread updates.
    fn turn(&self) -> Result<MutexGuard<'_, State>, SessionError> {
        let mut state = self.state();
        while state.updating.is_some() {
            state.refuse_inside_update()?;
            state = self.update_over.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.refuse_sealed()?;
        Ok(state)
    }

    /// A panic while the lock was held is no reason to refuse: changes are made on a copy and put in place whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn loaded(&mut self, manager: &SessionManager) -> &mut Loaded {
        self.loaded.get_or_insert_with(|| manager.open(&self.candidates))
    }

    fn refuse_inside_update(&self) -> Result<(), SessionError> {
        if self.updating.is_some_and(|thread| thread == thread::current().id()) {
            return Err(SessionError::InsideUpdate);
        }
        Ok(())
    }

    fn refuse_sealed(&self) -> Result<(), SessionError> {
        if self.sealed { Err(SessionError::ResponseSent) } else { Ok(()) }
    }
}

/// Ends an update, whether it came to its end or panicked.
struct UpdateTurn<'a>(&'a Shared);

impl Drop for UpdateTurn<'_> {
    fn drop(&mut self) {
        self.0.state().updating = None;
        self.0.update_over.notify_all();
    }
}
