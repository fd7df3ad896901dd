use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::Clock;
use super::builder::CacheBuilder;
use super::config::CacheConfig;
use super::put_options::PutOptions;
use super::seeded::Seeded;
use super::settings::Settings;
use super::shard::{Dead, Held, Incoming, Shard, nanos};
use super::tier::Tier;

/// A cache of a hot and a warm level in memory, and by choice a store behind them. Any thread may use it; `get` gives an
/// owned clone, so let values that are costly to clone be `Arc`s.
///
/// What stays is decided by one policy over both levels (see [`Policy`](super::policy::Policy)); an entry that is asked
/// for moves to the hot level. Without weigher, codec and store it is bounded by [`CacheConfig`] alone. Expired entries
/// are never given out, and are reclaimed by later calls, a few each.
///
/// ```
/// use code_mesh_core::performance::cache::{CacheConfig, CacheFactory, MultiLevelCache};
/// use std::time::Duration;
///
/// let config = CacheConfig {
///     l1_size: 100,
///     l2_size: 1000,
///     default_ttl: Duration::from_secs(300),
/// };
/// let cache = MultiLevelCache::new(config);
/// cache.put("key".to_string(), "value".to_string());
/// cache.put_with_ttl("short".to_string(), "lived".to_string(), Duration::from_secs(60));
/// assert_eq!(cache.get("key"), Some("value".to_string()));
/// assert_eq!(cache.get(&"short".to_string()), Some("lived".to_string()));
///
/// // Key and value are inferred from use.
/// let responses = CacheFactory::create_response_cache();
/// responses.put("prompt".to_string(), vec![1_u8, 2, 3]);
/// assert_eq!(responses.get(&"prompt".to_string()), Some(vec![1, 2, 3]));
/// ```
pub struct MultiLevelCache<K, V> {
    pub(super) shards: Box<[Mutex<Shard<K, V>>]>,
    pub(super) settings: Settings<K, V>,
    pub(super) clock: Box<dyn Clock>,
    pub(super) hasher: Seeded,
    pub(super) tier: Option<Tier<K, V>>,
}

impl<K: Hash + Eq, V: Clone> MultiLevelCache<K, V> {
    /// An empty cache on a clock of yours.
    pub fn with_clock(config: CacheConfig, clock: impl Clock + 'static) -> Self {
        Self::builder_with_clock(config, clock).build()
    }

    /// For what is not in the configuration.
    pub fn builder_with_clock(
        config: CacheConfig,
        clock: impl Clock + 'static,
    ) -> CacheBuilder<K, V> {
        CacheBuilder::new(config, Box::new(clock))
    }

    /// The value of a key, if it is in memory and fresh. Constant time on average; takes one lock for a moment, and never
    /// waits for a store or a loader.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hasher.hash(key);
        let mut dead = Dead::new();
        let (mut shard, now) = self.open(hash);
        shard.get(hash, key, now, &self.settings, &mut dead)
    }

    /// [`MultiLevelCache::get`], and where that finds nothing, what the store has, which is then in memory as well. Waits
    /// for the store.
    pub fn get_through<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        let found = self.get(key);
        let (None, Some(tier)) = (&found, &self.tier) else {
            return found;
        };
        let hash = self.hasher.hash(key);
        let key = key.to_owned();
        let writes = self.lock(hash).writes();
        let (value, left) = tier.read(&key, &*self.clock)?;
        let incoming = Incoming {
            weight: self.settings.weigh(&key, &value),
            held: Held::Value(value.clone()),
            key,
            hash,
            ttl: nanos(left),
            tags: &[],
        };
        let mut dead = Dead::new();
        let (mut shard, now) = self.open(hash);
        shard.back_fill(incoming, writes, now, &self.settings, &mut dead);
        Some(value)
    }

    /// The value of a key, if it is in memory and fresh, without counting or moving anything.
    pub fn peek<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hasher.hash(key);
        let (shard, now) = self.open(hash);
        let slot = shard.find(hash, key)?;
        Some(shard.peek(slot, now, &self.settings)?.1)
    }

    /// Whether a key has a fresh value in memory, without counting or moving anything.
    pub fn has<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hasher.hash(key);
        let (shard, now) = self.open(hash);
        shard
            .find(hash, key)
            .is_some_and(|slot| shard.is_fresh(slot, now, &self.settings))
    }

    /// Puts a value for the default time, in the place of the one that was there. It wins over loads that are under way
    /// for the key. Constant time on average; with a store it waits for that.
    pub fn put(&self, key: K, value: V) {
        self.put_with(key, value, PutOptions::default());
    }

    /// [`MultiLevelCache::put`] for a time of its own: [`Duration::MAX`] is for ever, and [`Duration::ZERO`] only deletes
    /// what was there.
    pub fn put_with_ttl(&self, key: K, value: V, ttl: Duration) {
        self.put_with(key, value, PutOptions::default().ttl(ttl));
    }

    /// [`MultiLevelCache::put`] under tags, by which it can be deleted or expired together with others: see
    /// [`PutOptions::tags`].
    pub fn put_tagged(&self, key: K, value: V, tags: &[&str]) {
        self.put_with(key, value, PutOptions::default().tags(tags));
    }

    /// Takes out a key, and gives whether it had a fresh value in memory.
    pub fn remove<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        let hash = self.hasher.hash(key);
        // The store first: from there nobody brings back what is no longer in memory.
        let turn = self.tier.as_ref().map(|tier| {
            let turn = tier.turn(hash);
            tier.apply(tier.delete(&key.to_owned()), &*self.clock);
            turn
        });
        let was_there = {
            let mut dead = Dead::new();
            let (mut shard, now) = self.open(hash);
            shard.remove(hash, key, now, &self.settings, &mut dead)
        };
        drop(turn);
        self.catch_up();
        was_there
    }

    /// The same as [`MultiLevelCache::remove`].
    pub fn delete<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        self.remove(key)
    }

    /// Takes out everything, of the store too. Linear.
    pub fn clear(&self) {
        let _turns = self.tier.as_ref().map(|tier| {
            let turns = tier.every_turn();
            tier.clear(&*self.clock);
            turns
        });
        for shard in &self.shards {
            let mut dead = Dead::new();
            lock(shard).clear(&mut dead);
        }
    }

    /// The values of keys, in their order, each as by [`MultiLevelCache::get`].
    pub fn get_many<'a, Q>(&self, keys: impl IntoIterator<Item = &'a Q>) -> Vec<Option<V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized + 'a,
    {
        keys.into_iter().map(|key| self.get(key)).collect()
    }

    /// Puts values, each as by [`MultiLevelCache::put`].
    pub fn put_many(&self, entries: impl IntoIterator<Item = (K, V)>) {
        for (key, value) in entries {
            self.put(key, value);
        }
    }

    /// What is in memory and fresh, in no order. Linear; shard by shard, so that what is written meanwhile may be missing.
    pub fn entries(&self) -> Vec<(K, V)>
    where
        K: Clone,
    {
        let mut entries = Vec::with_capacity(self.len());
        for shard in &self.shards {
            let (shard, now) = self.enter(shard);
            let fresh = shard
                .slots()
                .filter_map(|slot| shard.peek(slot, now, &self.settings));
            entries.extend(fresh.map(|(key, value)| (key.clone(), value)));
        }
        entries
    }

    /// Takes out what has expired, and gives how many entries that were. Linear in those; other calls do a little of it
    /// each.
    pub fn purge_expired(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| {
                let mut dead = Dead::new();
                let (mut shard, now) = self.enter(shard);
                shard.reclaim(now, &self.settings, &mut dead, u32::MAX)
            })
            .sum()
    }

    pub(super) fn write(&self, key: K, value: V, ttl: u64, tags: &[&str]) {
        let hash = self.hasher.hash(&key);
        let weight = self.settings.weigh(&key, &value);
        let turn = self.tier.as_ref().map(|tier| {
            let write = tier.put(&key, &value, duration(ttl), tags, &*self.clock);
            let turn = tier.turn(hash);
            tier.apply(write, &*self.clock);
            turn
        });
        {
            let incoming = Incoming {
                key,
                hash,
                held: Held::Value(value),
                weight,
                ttl,
                tags,
            };
            let mut dead = Dead::new();
            let (mut shard, now) = self.open(hash);
            shard.put(incoming, now, &self.settings, &mut dead);
        }
        drop(turn);
        self.catch_up();
    }

    /// Does some of the writes to the store that wait, where they are many.
    fn catch_up(&self) {
        if let Some(tier) = &self.tier {
            tier.catch_up(&*self.clock);
        }
    }
}

impl<K, V> MultiLevelCache<K, V> {
    /// Entries in memory: with those that are stale, that stand for an error, or that have expired and were not reclaimed
    /// yet ([`MultiLevelCache::purge_expired`]).
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shard of a hash, and its time.
    #[inline]
    pub(super) fn open(&self, hash: u64) -> (MutexGuard<'_, Shard<K, V>>, u64) {
        self.enter(self.shard(hash))
    }

    pub(super) fn enter<'a>(
        &self,
        shard: &'a Mutex<Shard<K, V>>,
    ) -> (MutexGuard<'a, Shard<K, V>>, u64) {
        // Before the lock is taken: nobody should wait for a clock.
        let now = self.clock.now();
        let mut shard = lock(shard);
        let now = shard.at(now);
        (shard, now)
    }

    pub(super) fn lock(&self, hash: u64) -> MutexGuard<'_, Shard<K, V>> {
        lock(self.shard(hash))
    }

    fn shard(&self, hash: u64) -> &Mutex<Shard<K, V>> {
        &self.shards[self.shard_index(hash)]
    }

    pub(super) fn shard_index(&self, hash: u64) -> usize {
        (((hash & u64::from(u32::MAX)) * self.shards.len() as u64) >> 32) as usize
    }
}

impl<K, V> fmt::Debug for MultiLevelCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultiLevelCache")
            .field("len", &self.len())
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}

/// The inverse of [`nanos`].
pub(super) fn duration(nanos: u64) -> Duration {
    match nanos {
        u64::MAX => Duration::MAX,
        _ => Duration::from_nanos(nanos),
    }
}

/// A value that panicked while it was cloned or compared left nothing half done.
pub(super) fn lock<K, V>(shard: &Mutex<Shard<K, V>>) -> MutexGuard<'_, Shard<K, V>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
