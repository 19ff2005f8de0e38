//! What all handles of one session share, and how they take turns.
//!
//! The lock is held to take a snapshot of the record or to put a change in, and for nothing else: no code but this
//! crate's runs under it, so that none can hang a thread by using the session.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use session_codec::UnixTime;

use crate::cookie::Candidates;
use crate::error::SessionError;
use crate::issuer::{Answer, Findings, Issuer};
use crate::record::{Members, Origin, Record};

pub(crate) struct SessionLock {
    pub(crate) issuer: Arc<Issuer>,
    candidates: Candidates,
    /// When the request came, if it brought a cookie.
    came_at: Option<UnixTime>,
    state: Mutex<State>,
    update_over: Condvar,
}

#[derive(Default)]
struct State {
    /// `None` until the session is touched.
    record: Option<Arc<Record>>,
    /// The response's headers are out.
    response_sent: bool,
    /// A session further in has set a cookie of the same name.
    is_superseded: bool,
    /// The thread that runs the closure of an update, during which no other thread changes the session.
    updating: Option<ThreadId>,
}

impl SessionLock {
    pub(crate) fn new(issuer: Arc<Issuer>, candidates: Candidates) -> Self {
        let came_at = (!candidates.is_empty()).then(|| (issuer.options.clock)());
        Self { issuer, candidates, came_at, state: Mutex::default(), update_over: Condvar::new() }
    }

    fn open(&self) -> (Arc<Record>, Findings) {
        let (record, found) = match self.came_at {
            Some(came_at) => self.issuer.open(&self.candidates, came_at),
            None => (Record::empty(Origin::New), Findings::default()),
        };
        (Arc::new(record), found)
    }

    /// Returns the record as it is, even from inside an update.
    pub(crate) fn peek(&self) -> Arc<Record> {
        self.snapshot(self.state())
    }

    /// Returns the record as it is, unless this thread is updating it.
    pub(crate) fn read(&self) -> Result<Arc<Record>, SessionError> {
        let state = self.state();
        state.refuse_inside_update()?;
        Ok(self.snapshot(state))
    }

    fn snapshot(&self, state: MutexGuard<'_, State>) -> Arc<Record> {
        if let Some(record) = &state.record {
            return Arc::clone(record);
        }
        drop(state);
        let (opened, found) = self.open();
        let mut state = self.state();
        let record = Arc::clone(state.record.get_or_insert_with(|| Arc::clone(&opened)));
        let response_sent = state.response_sent;
        drop(state);
        // Of threads that open the session at the same time, one logs what it found.
        if Arc::ptr_eq(&record, &opened) {
            self.issuer.log(&self.candidates, &record, &found, response_sent);
        }
        record
    }

    /// Changes the record, unless the response is out.
    pub(crate) fn write<R>(&self, write: impl FnOnce(&mut Record, &Issuer) -> R) -> Result<R, SessionError> {
        let opened = self.peek();
        let mut state = self.turn()?;
        Ok(write(Arc::make_mut(state.record.get_or_insert(opened)), &self.issuer))
    }

    /// Replaces the session's members with the result of `edit`. Returns whether that is a change.
    pub(crate) fn change(&self, edit: impl FnOnce(&Members) -> Option<Members>) -> Result<bool, SessionError> {
        let changed = self.write(|record, issuer| match edit(&record.members) {
            Some(members) => record.change(members, &issuer.options.cookie).map(|()| true),
            None => Ok(false),
        });
        changed.flatten()
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
        let (result, members) = edit(&record.members)?;
        drop(record);

        let mut state = self.state();
        state.refuse_response_sent()?;
        if let (Some(record), Some(members)) = (&mut state.record, members) {
            Arc::make_mut(record).change(members, &self.issuer.options.cookie)?;
        }
        Ok(result)
    }

    /// Puts the record back as the request brought it. It is opened again, which costs nothing to requests that discard nothing.
    pub(crate) fn discard(&self) -> Result<(), SessionError> {
        // What nobody touched has no changes, and stays untouched: no header of the response is to depend on it.
        if self.turn()?.record.is_some() {
            let (opened, _) = self.open();
            self.turn()?.record = Some(opened);
        }
        Ok(())
    }

    /// Ends the session's changes, and decides what the response says about them.
    pub(crate) fn save(&self) -> Result<Answer, SessionError> {
        let mut state = self.state();
        state.refuse_response_sent()?;
        state.response_sent = true;
        let (record, is_superseded) = (state.record.clone(), state.is_superseded);
        drop(state);
        Ok(self.issuer.answer(record.as_deref(), is_superseded))
    }

    /// Ends the session's changes without an answer. Returns whether there were any.
    pub(crate) fn close(&self) -> bool {
        let mut state = self.state();
        state.response_sent = true;
        state.record.as_ref().is_some_and(|record| record.holds_change())
    }

    /// Lets the session set no cookie.
    pub(crate) fn supersede(&self) {
        self.state().is_superseded = true;
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
        let is_inside = self.updating.is_some_and(|thread| thread == thread::current().id());
        if is_inside { Err(SessionError::InsideUpdate) } else { Ok(()) }
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
