use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use super::super::clock::Clock;
use super::multi_level::MultiLevelCache;
use super::store::{Bytes, GuardedStore, Queue, StoreStats, open};

/// Writes that one operation does for earlier ones.
const SOME: usize = 2;

/// What is written to a store later, by whoever comes by.
pub(super) struct WriteBehind {
    queue: Mutex<Queue>,
    /// Held by the one who writes, so that the store sees the writes of a key in their order.
    writer: Mutex<()>,
}

impl WriteBehind {
    pub(super) fn new(most: usize) -> Self {
        Self {
            queue: Mutex::new(Queue::new(most)),
            writer: Mutex::default(),
        }
    }

    /// What waits to be written under this key.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Bytes>> {
        self.queue().get(name)
    }

    /// Has a write wait. The one that goes for it is one that the store could not be told of.
    pub(super) fn push(&self, name: String, bytes: Bytes, store: &GuardedStore) {
        let mut queue = self.queue();
        // Under the lock, so that nobody reads there between the two.
        if let Some(oldest) = queue.push(name, bytes) {
            store.distrust(&oldest);
        }
    }

    /// Writes some of what waits, where nobody else does.
    pub(super) fn write_some(&self, store: &GuardedStore, clock: &dyn Clock) {
        let _writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        for _ in 0..SOME {
            if !self.write_next(store, clock) {
                return;
            }
        }
    }

    /// [`WriteBehind::write_some`] for those who otherwise need not wait for the store, where it must be.
    pub(super) fn write_some_if_many(&self, store: &GuardedStore, clock: &dyn Clock) {
        let are_many = self.queue().is_more_than_half_full();
        if are_many {
            self.write_some(store, clock);
        }
    }

    /// Tries to write all that waits now; how many still wait.
    pub(super) fn flush(&self, store: &GuardedStore, clock: &dyn Clock) -> usize {
        let _writer = self.writer();
        let waiting = self.queue().len();
        for _ in 0..waiting {
            self.write_next(store, clock);
        }
        self.queue().len()
    }

    /// Forgets what waits, when the store is cleared.
    pub(super) fn clear(&self, store: &GuardedStore, clock: &dyn Clock) {
        let _writer = self.writer();
        drop(store.clear(clock));
        self.queue().clear();
    }

    pub(super) fn add_to(&self, stats: StoreStats) -> StoreStats {
        let queue = self.queue();
        StoreStats {
            pending: queue.len() as u64,
            dropped: queue.dropped(),
            ..stats
        }
    }

    /// Whether the next write was done.
    fn write_next(&self, store: &GuardedStore, clock: &dyn Clock) -> bool {
        let next = self.queue().next();
        let Some((name, bytes)) = next else {
            return false;
        };
        // Its time goes on while it waits; what is over then must not leave an older one there.
        let left = bytes.as_deref().and_then(|bytes| {
            let (_, left) = open(bytes, clock.since_epoch())?;
            Some((bytes, left))
        });
        let told = match left {
            Some((bytes, left)) => {
                let ttl = (left != Duration::MAX).then_some(left);
                store.set(&name, bytes, ttl, clock)
            }
            None => store.delete(&name, clock),
        };
        if told.is_ok() {
            self.queue().settle(&name, &bytes);
        }
        told.is_ok()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, ()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> MultiLevelCache<K, V> {
    /// Writes to the store what waits for that (see [`CacheBuilder::write_behind`](super::CacheBuilder::write_behind)),
    /// and gives how many writes still wait, because the store did not take them or because they came meanwhile. Waits for
    /// the store; linear in the writes that wait.
    pub fn flush(&self) -> usize {
        self.tier
            .as_ref()
            .map_or(0, |tier| tier.flush(&*self.clock))
    }
}
