//! What all handles of one session share, and how they take turns.
//!
//! The lock is held to take a snapshot of the record or to put a change in, and for nothing else: no code but this
//! crate's runs under it, so that none can hang a thread by using the session.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::cookie::Candidates;
use crate::error::SessionError;
use crate::issuer::{Answer, Issuer};
use crate::record::{Members, Record};

pub(crate) struct SessionLock {
    issuer: Arc<Issuer>,
    candidates: Candidates,
    state: Mutex<State>,
    update_over: Condvar,
}

#[derive(Default)]
struct State {
    /// `None` until the session is touched.
    record: Option<Arc<Record>>,
    /// The response's headers are out.
    response_sent: bool,
    /// The thread that runs the closure of an update, during which no other thread changes the session.
    updating: Option<ThreadId>,
}

impl SessionLock {
    pub(crate) fn new(issuer: Arc<Issuer>, candidates: Candidates) -> Self {
        Self { issuer, candidates, state: Mutex::default(), update_over: Condvar::new() }
    }

    pub(crate) fn issuer(&self) -> &Arc<Issuer> {
        &self.issuer
    }

    /// Returns the record as it is, even from inside an update.
    pub(crate) fn peek(&self) -> Arc<Record> {
        if let Some(record) = &self.state().record {
            return Arc::clone(record);
        }
        let (opened, rejected) = self.issuer.open(&self.candidates);
        let record = Arc::clone(self.state().record.get_or_insert_with(|| Arc::new(opened)));
        // Only now: a log subscriber that uses the session has to find it open.
        self.issuer.log_rejected(&rejected);
        record
    }

    /// Returns the record as it is, unless this thread is updating it.
    pub(crate) fn read(&self) -> Result<Arc<Record>, SessionError> {
        self.state().refuse_inside_update()?;
        Ok(self.peek())
    }

    /// Changes the record, unless the response is out.
    pub(crate) fn write<R>(
        &self,
        write: impl FnOnce(&mut Record, &Issuer) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        let opened = self.peek();
        let mut state = self.turn()?;
        write(Arc::make_mut(state.record.get_or_insert(opened)), &self.issuer)
    }

    /// Replaces the session's members with the result of `edit`. Returns whether that is a change.
    pub(crate) fn change(&self, edit: impl FnOnce(&Members) -> Option<Members>) -> Result<bool, SessionError> {
        self.write(|record, issuer| match edit(record.members()) {
            Some(members) => record.change(members, &issuer.cookie).map(|()| true),
            None => Ok(false),
        })
    }

    /// Like [`SessionLock::change`], for an edit that runs the application's code, with no change by other threads in
    /// between.
    pub(crate) fn update<R>(
        &self,
        edit: impl FnOnce(&Members) -> Result<(R, Option<Members>), SessionError>,
    ) -> Result<R, SessionError> {
        let opened = self.peek();
        let mut state = self.turn()?;
        let record = Arc::clone(state.record.get_or_insert(opened));
        state.updating = Some(thread::current().id());
        drop(state);
        let _turn = UpdateTurn(self);
        let (result, members) = edit(record.members())?;
        drop(record);

        let mut state = self.state();
        state.refuse_response_sent()?;
        if let (Some(record), Some(members)) = (&mut state.record, members) {
            Arc::make_mut(record).change(members, &self.issuer.cookie)?;
        }
        Ok(result)
    }

    /// Ends the session's changes, and decides what the response says about them.
    pub(crate) fn save(&self) -> Result<Answer, SessionError> {
        let mut state = self.state();
        state.refuse_response_sent()?;
        state.response_sent = true;
        let record = state.record.clone();
        drop(state);
        self.issuer.answer(record.as_deref())
    }

    /// Waits until no other thread updates.
    fn turn(&self) -> Result<MutexGuard<'_, State>, SessionError> {
        let mut state = self.state();
        while state.updating.is_some() {
            state.refuse_inside_update()?;
            state = self.update_over.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.refuse_response_sent()?;
        Ok(state)
    }

    /// Poisoning is ignored: an edit is applied whole or not at all.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn refuse_inside_update(&self) -> Result<(), SessionError> {
        if self.updating.is_some_and(|thread| thread == thread::current().id()) {
            return Err(SessionError::InsideUpdate);
        }
        Ok(())
    }

    fn refuse_response_sent(&self) -> Result<(), SessionError> {
        if self.response_sent { Err(SessionError::ResponseSent) } else { Ok(()) }
    }
}

/// Ends an update, also when its closure fails or panics.
struct UpdateTurn<'a>(&'a SessionLock);

impl Drop for UpdateTurn<'_> {
    fn drop(&mut self) {
        self.0.state().updating = None;
        self.0.update_over.notify_all();
    }
}
