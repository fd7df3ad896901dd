use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::Clock;
use super::codec::Codec;
use super::store::{GuardedStore, StoreStats, open, seal};

/// Writes of so many keys may go to the store at once.
const WRITERS: usize = 16;

/// How a key is called in a store.
pub(super) type Namer<K> = Box<dyn Fn(&K) -> String + Send + Sync>;

/// The level behind the memory.
pub(super) struct Tier<K, V> {
    store: GuardedStore,
    codec: Box<dyn Codec<V>>,
    name: Namer<K>,
    /// Held while a key is written in memory and in the store, so that both see writes in one order.
    writers: [Mutex<()>; WRITERS],
}

/// What is to be done in the store once it is done in memory.
pub(super) struct Write {
    name: String,
    /// What to put, and for how long; nothing to delete it.
    sealed: Option<(Vec<u8>, Option<Duration>)>,
}

impl<K, V> Tier<K, V> {
    pub(super) fn new(store: GuardedStore, codec: Box<dyn Codec<V>>, name: Namer<K>) -> Self {
        Self {
            store,
            codec,
            name,
            writers: [const { Mutex::new(()) }; WRITERS],
        }
    }

    /// The turn to write a key of this hash.
    pub(super) fn turn(&self, hash: u64) -> MutexGuard<'_, ()> {
        self.writers[hash as usize % WRITERS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn to write all.
    pub(super) fn every_turn(&self) -> [MutexGuard<'_, ()>; WRITERS] {
        std::array::from_fn(|turn| self.turn(turn as u64))
    }

    /// The value of a key and for how long it is still good.
    pub(super) fn read(&self, key: &K, clock: &dyn Clock) -> Option<(V, Duration)> {
        let bytes = self.store.get(&(self.name)(key), clock)?;
        let (value, left) = open(&bytes, clock.since_epoch())?;
        Some((self.codec.decode(value).ok()?, left))
    }

    /// Makes a value ready. One with tags is deleted instead: the store could not be told when a tag is.
    pub(super) fn put(
        &self,
        key: &K,
        value: &V,
        ttl: Duration,
        tags: &[&str],
        clock: &dyn Clock,
    ) -> Write {
        let mut bytes = Vec::new();
        let for_ever = ttl == Duration::MAX;
        let good_until = match for_ever {
            true => Duration::MAX,
            false => clock.since_epoch().saturating_add(ttl),
        };
        seal(good_until, &mut bytes);
        let is_kept =
            tags.is_empty() && !ttl.is_zero() && self.codec.encode(value, &mut bytes).is_ok();
        Write {
            name: (self.name)(key),
            sealed: is_kept.then_some((bytes, (!for_ever).then_some(ttl))),
        }
    }

    pub(super) fn delete(&self, key: &K) -> Write {
        Write {
            name: (self.name)(key),
            sealed: None,
        }
    }

    /// A store that cannot be told is not believed later; the caller has nothing to do about it.
    pub(super) fn apply(&self, write: &Write, clock: &dyn Clock) {
        let told = match &write.sealed {
            Some((bytes, ttl)) => self.store.set(&write.name, bytes, *ttl, clock),
            None => self.store.delete(&write.name, clock),
        };
        drop(told);
    }

    pub(super) fn clear(&self, clock: &dyn Clock) {
        drop(self.store.clear(clock));
    }

    pub(super) fn stats(&self) -> StoreStats {
        self.store.stats()
    }
}
