use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::super::clock::Clock;
use super::breaker::{Breaker, BreakerConfig};
use super::debts::{Debt, Debts};
use super::interface::{Store, StoreError};

/// What was asked of a store, and how that went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Values that were asked for and there.
    pub hits: u64,
    /// Values that were asked for and not there, or could not be had.
    pub misses: u64,
    /// Values put, and deletions.
    pub writes: u64,
    /// Calls that failed.
    pub failures: u64,
    /// Calls that took longer than the limit.
    pub slow: u64,
    /// Calls that were not made, because the store was left alone.
    pub skipped: u64,
    /// Writes that wait now, where a cache writes behind.
    pub pending: u64,
    /// Writes that waited and had to go for others.
    pub dropped: u64,
}

/// A store that is left alone for a while after it failed or was slow several times in a row (see [`Breaker`]), and that
/// is not believed where it could not be told of a write: such a key is deleted there before it is read again. Up to
/// 10,000 such keys are remembered, in this process; when there are more, the store is cleared before it is read.
pub struct GuardedStore {
    store: Box<dyn Store>,
    config: BreakerConfig,
    state: Mutex<State>,
}

struct State {
    breaker: Breaker,
    debts: Debts,
    stats: StoreStats,
}

impl GuardedStore {
    /// Around any store.
    pub fn new(store: impl Store + 'static, config: BreakerConfig) -> Self {
        Self {
            store: Box::new(store),
            config,
            state: Mutex::new(State {
                breaker: Breaker::new(config),
                debts: Debts::default(),
                stats: StoreStats::default(),
            }),
        }
    }

    /// The bytes under this key; nothing where the store cannot tell.
    pub fn get(&self, key: &str, clock: &dyn Clock) -> Option<Vec<u8>> {
        let debt = self.state().debts.of(key);
        let found = match debt {
            Debt::Nothing => self.call(clock, |store| store.get(key)).ok().flatten(),
            Debt::Delete => self.delete(key, clock).ok().and(None),
            Debt::Clear => self.clear(clock).ok().and(None),
        };
        self.count(found.is_some());
        found
    }

    /// Puts bytes under this key, for so long.
    ///
    /// # Errors
    /// As the store says, or that it is left alone.
    pub fn set(
        &self,
        key: &str,
        bytes: &[u8],
        ttl: Option<Duration>,
        clock: &dyn Clock,
    ) -> Result<(), StoreError> {
        self.write(key, clock, |store| store.set(key, bytes, ttl))
    }

    /// Deletes what is under this key.
    ///
    /// # Errors
    /// As the store says, or that it is left alone.
    pub fn delete(&self, key: &str, clock: &dyn Clock) -> Result<(), StoreError> {
        self.write(key, clock, |store| store.delete(key))
    }

    /// Deletes all of ours.
    ///
    /// # Errors
    /// As the store says, or that it is left alone.
    pub fn clear(&self, clock: &dyn Clock) -> Result<(), StoreError> {
        let answer = self.call(clock, |store| store.clear());
        let mut state = self.state();
        state.stats.writes += 1;
        match answer {
            Ok(()) => state.debts.settle_all(),
            Err(_) => state.debts.owe_all(),
        }
        answer
    }

    /// What is under this key is not to be believed: it is deleted before it is read.
    pub(in super::super) fn distrust(&self, key: &str) {
        self.state().debts.owe(key);
    }

    /// Counts a question that was answered in its place.
    pub(in super::super) fn count(&self, found: bool) {
        let stats = &mut self.state().stats;
        match found {
            true => stats.hits += 1,
            false => stats.misses += 1,
        }
    }

    /// Its counts.
    pub fn stats(&self) -> StoreStats {
        self.state().stats
    }

    /// Whether it is asked as ever, and not left alone.
    pub fn is_healthy(&self) -> bool {
        self.state().breaker.is_closed()
    }

    fn write(
        &self,
        key: &str,
        clock: &dyn Clock,
        write: impl FnOnce(&dyn Store) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let answer = self.call(clock, write);
        let mut state = self.state();
        state.stats.writes += 1;
        match answer {
            Ok(()) => state.debts.settle(key),
            Err(_) => state.debts.owe(key),
        }
        answer
    }

    fn call<T>(
        &self,
        clock: &dyn Clock,
        ask: impl FnOnce(&dyn Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let start = clock.now();
        {
            let mut state = self.state();
            if !state.breaker.admits(start) {
                state.stats.skipped += 1;
                return Err(StoreError::new(
                    "expected a store that answers; it failed several times and is left alone for a while",
                ));
            }
        }
        let answer = ask(&*self.store);
        let now = clock.now();
        let took = now.saturating_sub(start);
        let mut state = self.state();
        state
            .breaker
            .record(answer.as_ref().map(drop).map_err(drop), took, now);
        state.stats.failures += u64::from(answer.is_err());
        state.stats.slow += u64::from(took > self.config.time_limit);
        answer
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for GuardedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedStore")
            .field("config", &self.config)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
