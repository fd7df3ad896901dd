use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::hooks::Idle;

/// What a request for an object gets.
pub(super) enum Grant<T> {
    Object(Idle<T>),
    /// One may be made: the place of it is taken already.
    Place,
}

/// One who waits. What it waits for is put here, not where the next best could take it away.
pub(super) struct Turn<T> {
    granted: Mutex<Option<Grant<T>>>,
    changed: Condvar,
}

impl<T> Turn<T> {
    fn slot(&self) -> MutexGuard<'_, Option<Grant<T>>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grant(&self, grant: Grant<T>) {
        *self.slot() = Some(grant);
        self.changed.notify_one();
    }

    /// Waits, at most so long. What is granted stays in its slot.
    pub(super) fn wait(&self, timeout: Duration) {
        // A program of one thread would wait for itself.
        if cfg!(all(target_family = "wasm", not(target_feature = "atomics"))) {
            return;
        }
        let waited = self
            .changed
            .wait_timeout_while(self.slot(), timeout, |granted| granted.is_none());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn take(&self) -> Option<Grant<T>> {
        self.slot().take()
    }
}

/// The requests that wait, in the order in which they came.
pub(super) struct Turns<T> {
    waiting: VecDeque<Arc<Turn<T>>>,
}

impl<T> Turns<T> {
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn join(&mut self) -> Arc<Turn<T>> {
        let turn = Arc::new(Turn {
            granted: Mutex::new(None),
            changed: Condvar::new(),
        });
        self.waiting.push_back(turn.clone());
        turn
    }

    /// Gives to who waits longest; hands it back where nobody does.
    pub(super) fn grant(&mut self, grant: Grant<T>) -> Result<(), Grant<T>> {
        match self.waiting.pop_front() {
            Some(turn) => {
                turn.grant(grant);
                Ok(())
            }
            None => Err(grant),
        }
    }

    /// Ends the waiting of one. It may have been granted something in the moment before.
    pub(super) fn leave(&mut self, turn: &Arc<Turn<T>>) -> Option<Grant<T>> {
        let granted = turn.take();
        if granted.is_none() {
            self.waiting.retain(|other| !Arc::ptr_eq(other, turn));
        }
        granted
    }
}
