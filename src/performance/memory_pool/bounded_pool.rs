use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::Clock;
use super::acquire_error::AcquireError;
use super::bounded_state::State;
use super::hooks::{Hooks, Idle};
use super::on_unwind::OnUnwind;
use super::pooled::{Home, Pooled};
use super::stats::{Counts, Discarded, PoolStats};
use super::turns::{Grant, Turns};

/// At most so many objects, lent and idle together, for connections and the like. Who finds none free waits, first come
/// first served, and no longer than it wants. Made by [`ObjectPool::bounded_with_clock`](super::ObjectPool).
///
/// ```
/// use code_mesh_core::performance::memory_pool::ObjectPool;
/// use std::time::Duration;
///
/// let pool = ObjectPool::new(|| String::from("connection"), 10).bounded(2);
/// let first = pool.acquire(Duration::from_secs(1))?;
/// let second = pool.acquire(Duration::from_secs(1))?;
/// assert!(pool.acquire(Duration::from_millis(1)).is_err());
/// drop(first);
/// let third = pool.acquire(Duration::from_secs(1))?;
/// # Ok::<(), code_mesh_core::performance::memory_pool::AcquireError>(())
/// ```
pub struct BoundedPool<T> {
    hooks: Hooks<T>,
    total: usize,
    max_idle: usize,
    clock: Box<dyn Clock>,
    /// One lock for all: first come first served needs one order.
    state: Mutex<State<T>>,
}

impl<T> BoundedPool<T> {
    pub(super) fn new(
        hooks: Hooks<T>,
        max_idle: usize,
        total: usize,
        mut idle: VecDeque<Idle<T>>,
        mut counts: Counts,
        clock: Box<dyn Clock>,
    ) -> Self {
        let total = total.max(1);
        let max_idle = max_idle.min(total);
        counts.discarded.full += idle.len().saturating_sub(max_idle) as u64;
        idle.truncate(max_idle);
        let state = State {
            existing: idle.len(),
            idle,
            turns: Turns::new(),
            counts,
            peak: 0,
            waits: 0,
            timed_out: 0,
            wait_time: Duration::ZERO,
        };
        Self {
            hooks,
            total,
            max_idle,
            clock,
            state: Mutex::new(state),
        }
    }

    /// Lends an object until the guard is dropped, waiting for at most `timeout` (0 for not at all) where all are lent.
    /// Blocks the thread meanwhile. Making or validating one is not part of the time.
    ///
    /// In WebAssembly without threads nobody could give one back meanwhile: there it never waits.
    ///
    /// # Errors
    /// [`AcquireError`] when none came free in time.
    pub fn acquire(&self, timeout: Duration) -> Result<Pooled<'_, T>, AcquireError> {
        Ok(Pooled::new(self.take(timeout)?, Home::Bounded(self)))
    }

    /// The same with a guard that borrows nothing, for tasks and threads of their own.
    ///
    /// # Errors
    /// [`AcquireError`] when none came free in time.
    pub fn acquire_owned(
        self: &Arc<Self>,
        timeout: Duration,
    ) -> Result<Pooled<'static, T>, AcquireError>
    where
        T: 'static,
    {
        let object = self.take(timeout)?;
        Ok(Pooled::new(object, Home::SharedBounded(self.clone())))
    }

    /// Drops the idle objects that are too old.
    pub fn trim(&self) {
        let now = self.hooks.now();
        loop {
            let aged = self.lock().pop_aged(&self.hooks, now);
            match aged {
                Some(aged) => self.discard(aged, |_| ()),
                None => return,
            }
        }
    }

    /// How many requests wait at the moment.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().turns.len()
    }

    /// What it did so far and what it holds.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        let state = self.lock();
        let idle = state.idle.len() as u64;
        PoolStats {
            idle,
            in_use: state.existing as u64 - idle,
            peak_in_use: state.peak as u64,
            bytes_retained: idle * size_of::<T>() as u64,
            limit: Some(self.total as u64),
            waits: state.waits,
            timed_out: state.timed_out,
            wait_time: state.wait_time,
            ..state.counts.to_stats()
        }
    }

    fn take(&self, timeout: Duration) -> Result<T, AcquireError> {
        let mut grant = self.grant(timeout)?;
        while let Grant::Object(idle) = grant {
            if self.hooks.is_aged(&idle, self.hooks.now()) {
                grant = self.refuse(idle, |discarded| discarded.aged += 1);
                continue;
            }
            match self.checked(idle) {
                Ok(object) => return Ok(object),
                Err(idle) => grant = self.refuse(idle, |discarded| discarded.invalid += 1),
            }
        }
        let lost = OnUnwind::new(|| self.forget(|_| ()));
        let object = (self.hooks.make)();
        lost.disarm();
        self.lock().counts.missed += 1;
        Ok(object)
    }

    /// An object or the place for one, as soon as it is this request's turn.
    fn grant(&self, timeout: Duration) -> Result<Grant<T>, AcquireError> {
        let total = self.total;
        let at_once = self.lock().grant(total);
        if let Some(grant) = at_once {
            return Ok(grant);
        }
        if timeout.is_zero() {
            self.lock().timed_out += 1;
            return Err(AcquireError { total, timeout });
        }
        let started = self.clock.now();
        let turn = {
            let mut state = self.lock();
            match state.grant(total) {
                Some(grant) => return Ok(grant),
                None => state.turns.join(),
            }
        };
        turn.wait(timeout);
        let waited = self.clock.now().saturating_sub(started);
        let mut state = self.lock();
        let granted = state.turns.leave(&turn);
        state.waits += 1;
        state.wait_time = state.wait_time.saturating_add(waited);
        state.timed_out += u64::from(granted.is_none());
        granted.ok_or(AcquireError { total, timeout })
    }

    /// Asks the validation, if there is one.
    fn checked(&self, idle: Idle<T>) -> Result<T, Idle<T>> {
        let Some(validate) = &self.hooks.validate else {
            return Ok(idle.object);
        };
        let lost = OnUnwind::new(|| {
            self.forget(|counts| {
                counts.refused += 1;
                counts.discarded.poisoned += 1;
            });
        });
        // Declared after it, dropped before it: a place is free when its object is gone.
        let idle = idle;
        let valid = validate(&idle.object);
        lost.disarm();
        if valid { Ok(idle.object) } else { Err(idle) }
    }

    /// Drops an idle object that is not lent after all; what to take in its place.
    fn refuse(&self, idle: Idle<T>, cause: impl Fn(&mut Discarded)) -> Grant<T> {
        let count = |counts: &mut Counts| {
            counts.refused += 1;
            cause(&mut counts.discarded);
        };
        let lost = OnUnwind::new(|| self.forget(count));
        drop(idle);
        lost.disarm();
        let mut state = self.lock();
        count(&mut state.counts);
        match state.pop() {
            Some(idle) => {
                // Its own place comes with it, that of the refused one is free. Nobody waits while one is idle.
                state.existing -= 1;
                Grant::Object(idle)
            }
            None => Grant::Place,
        }
    }

    /// Counts an object that no longer exists for the pool and gives its place away.
    pub(super) fn forget(&self, count: impl FnOnce(&mut Counts)) {
        let mut state = self.lock();
        count(&mut state.counts);
        state.vacate();
    }

    /// Drops an object that nobody holds, then gives its place away.
    pub(super) fn discard<U>(&self, object: U, count: impl Fn(&mut Counts)) {
        // Also when the drop panics.
        let after = OnUnwind::new(|| self.forget(&count));
        drop(object);
        drop(after);
    }

    pub(super) fn give_back(&self, object: T) {
        let mut object = object;
        if let Some(reset) = &self.hooks.reset {
            let lost = OnUnwind::new(|| self.forget(|counts| counts.discarded.poisoned += 1));
            // Declared after it, dropped before it.
            let mut resetting = object;
            reset(&mut resetting);
            lost.disarm();
            object = resetting;
        }
        let since = self.hooks.now();
        let (surplus, aged);
        {
            let mut state = self.lock();
            aged = state.pop_aged(&self.hooks, since);
            surplus = state.give(Idle { object, since }, self.max_idle);
        }
        if let Some(aged) = aged {
            self.discard(aged, |_| ());
        }
        if let Some(surplus) = surplus {
            self.discard(surplus, |_| ());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No code of a user runs under the lock, so a panic cannot have left a half-made change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for BoundedPool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedPool")
            .field("total", &self.total)
            .field("hooks", &self.hooks)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
