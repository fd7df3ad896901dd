use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::Clock;
use super::codec::Codec;
use super::store::{GuardedStore, StoreStats, open, seal};
use super::write_behind::WriteBehind;

/// Writes of so many keys may go to the store at once.
const WRITERS: usize = 16;

/// How a key is called in a store.
pub(super) type Namer<K> = Box<dyn Fn(&K) -> String + Send + Sync>;

/// The level behind the memory.
pub(super) struct Tier<K, V> {
    store: GuardedStore,
    codec: Box<dyn Codec<V>>,
    name: Namer<K>,
    /// Nothing where writes do not wait.
    behind: Option<WriteBehind>,
    /// Held while a key is written in memory and in the store, so that both see writes in one order.
    writers: [Mutex<()>; WRITERS],
}

/// What is to be done in the store.
pub(super) struct Write {
    name: String,
    /// What to put, and for how long; nothing to delete it.
    sealed: Option<(Vec<u8>, Option<Duration>)>,
}

impl<K, V> Tier<K, V> {
    pub(super) fn new(
        store: GuardedStore,
        codec: Box<dyn Codec<V>>,
        name: Namer<K>,
        behind: Option<WriteBehind>,
    ) -> Self {
        Self {
            store,
            codec,
            name,
            behind,
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
        let name = (self.name)(key);
        let Some(behind) = &self.behind else {
            return self.unseal(&self.store.get(&name, clock)?, clock);
        };
        if let Some(waiting) = behind.get(&name) {
            self.store.count(waiting.is_some());
            return self.unseal(waiting.as_deref()?, clock);
        }
        let found = self.store.get(&name, clock);
        // Who asks the store waits for it anyway.
        behind.write_some(&self.store, clock);
        self.unseal(&found?, clock)
    }

    fn unseal(&self, bytes: &[u8], clock: &dyn Clock) -> Option<(V, Duration)> {
        let (value, left) = open(bytes, clock.since_epoch())?;
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
    pub(super) fn apply(&self, Write { name, sealed }: Write, clock: &dyn Clock) {
        if let Some(behind) = &self.behind {
            behind.push(name, sealed.map(|(bytes, _)| bytes), &self.store);
            return;
        }
        let told = match sealed {
            Some((bytes, ttl)) => self.store.set(&name, &bytes, ttl, clock),
            None => self.store.delete(&name, clock),
        };
        drop(told);
    }

    /// Where many writes wait, does some of them. Not for one who has a turn.
    pub(super) fn catch_up(&self, clock: &dyn Clock) {
        if let Some(behind) = &self.behind {
            behind.write_some_if_many(&self.store, clock);
        }
    }

    /// Does all writes that wait; how many still do.
    pub(super) fn flush(&self, clock: &dyn Clock) -> usize {
        self.behind
            .as_ref()
            .map_or(0, |behind| behind.flush(&self.store, clock))
    }

    pub(super) fn clear(&self, clock: &dyn Clock) {
        match &self.behind {
            Some(behind) => behind.clear(&self.store, clock),
            None => drop(self.store.clear(clock)),
        }
    }

    pub(super) fn stats(&self) -> StoreStats {
        let stats = self.store.stats();
        self.behind
            .as_ref()
            .map_or(stats, |behind| behind.add_to(stats))
    }
}
