use std::any::Any;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::clock::Clock;
use super::codec::Codec;
use super::config::CacheConfig;
use super::multi_level::MultiLevelCache;
use super::policy::PolicyConfig;
use super::seeded::Seeded;
use super::settings::Settings;
use super::shard::{LevelBound, Shard, nanos};
use super::snapshot::CacheSnapshot;
use super::store::{BreakerConfig, GuardedStore, Store};
use super::tier::{Namer, Tier};
use super::write_behind::WriteBehind;

/// A cache with fewer entries is one shard, so that its policy sees every request.
const SHARDED_FROM: usize = 4_096;
const ENTRIES_PER_SHARD: usize = 2_048;
const DEFAULT_MOST_SHARDS: usize = 16;
const MOST_SHARDS: usize = 256;

/// Everything about a cache that is not in [`CacheConfig`].
pub struct CacheBuilder<K, V> {
    config: CacheConfig,
    clock: Box<dyn Clock>,
    settings: Settings<K, V>,
    bytes: [Option<u64>; 2],
    shards: Option<usize>,
    seed: Option<[u64; 2]>,
    breaker: BreakerConfig,
    most_pending: usize,
    behind: Option<Behind<K, V>>,
}

struct Behind<K, V> {
    store: Arc<dyn Store>,
    codec: Box<dyn Codec<V>>,
    name: Namer<K>,
}

impl<K: Hash + Eq, V: Clone> CacheBuilder<K, V> {
    pub(super) fn new(config: CacheConfig, clock: Box<dyn Clock>) -> Self {
        Self {
            config,
            clock,
            settings: Settings::new(nanos(config.default_ttl)),
            bytes: [None; 2],
            shards: None,
            seed: None,
            breaker: BreakerConfig::default(),
            most_pending: 0,
            behind: None,
        }
    }

    /// What an entry weighs, usually in bytes; without one every value weighs 0. It should be quick, and must not use the
    /// cache. Bound the levels by [`l1_bytes`](Self::l1_bytes) and [`l2_bytes`](Self::l2_bytes).
    #[must_use]
    pub fn weigher(mut self, weigh: impl Fn(&K, &V) -> u32 + Send + Sync + 'static) -> Self {
        self.settings.weigher = Some(Box::new(weigh));
        self
    }

    /// What the entries of the hot level may weigh together; default as much as they do. Never exceeded; shards have equal
    /// parts of it.
    #[must_use]
    pub fn l1_bytes(mut self, bytes: u64) -> Self {
        self.bytes[0] = Some(bytes);
        self
    }

    /// What the entries of the warm level may weigh together, with a codec as bytes; default as much as they do. Never
    /// exceeded; shards have equal parts of it.
    #[must_use]
    pub fn l2_bytes(mut self, bytes: u64) -> Self {
        self.bytes[1] = Some(bytes);
        self
    }

    /// Keeps the values of the warm level as bytes, compressed where that makes them shorter by an eighth at least.
    #[must_use]
    pub fn codec(mut self, codec: impl Codec<V> + 'static) -> Self {
        self.settings.codec = Some(Box::new(codec));
        self
    }

    /// Lets an entry go that nobody asked for so long, whatever its time to live; default never.
    #[must_use]
    pub fn idle_ttl(mut self, idle: Duration) -> Self {
        self.settings.idle_ttl = nanos(idle);
        self
    }

    /// Shortens each time to live by a share of up to so many percent, chosen by chance, so that what came together does
    /// not go together; 0 to 100, default 0. What is more is taken as 100.
    #[must_use]
    pub fn jitter(mut self, percent: u32) -> Self {
        self.settings.jitter_percent = percent.min(100);
        self
    }

    /// A value with less than this left of its time is loaded anew by [`get_or_load`](MultiLevelCache::get_or_load): one
    /// caller loads, and is given the present value where that fails, and the others are given the present one at once;
    /// default not at all. Keep it well below the time to live, or each call in turn loads. What is kept for ever is never
    /// loaded anew.
    #[must_use]
    pub fn refresh_ahead(mut self, time: Duration) -> Self {
        self.settings.refresh_ahead = nanos(time);
        self
    }

    /// For so long after its time a value is still given to [`get_or_load`](MultiLevelCache::get_or_load) while one caller
    /// loads a new one; default not at all.
    #[must_use]
    pub fn stale_while_revalidate(mut self, time: Duration) -> Self {
        self.settings.stale_while_revalidate = nanos(time);
        self
    }

    /// For so long after its time a value is still given to [`get_or_load`](MultiLevelCache::get_or_load) where the load
    /// of a new one fails; default not at all.
    #[must_use]
    pub fn stale_if_error(mut self, time: Duration) -> Self {
        self.settings.stale_if_error = nanos(time);
        self
    }

    /// Keeps the error of a failed load for so long, and gives it to those who ask meanwhile; default not at all. An error
    /// takes the place of an entry, and never that of a stale value.
    #[must_use]
    pub fn negative_ttl(mut self, time: Duration) -> Self {
        self.settings.negative_ttl = nanos(time);
        self
    }

    /// Which errors are kept for [`negative_ttl`](Self::negative_ttl); default all. Only errors of the type `E` are asked
    /// about, others are not kept.
    #[must_use]
    pub fn negative_when<E: Any>(
        mut self,
        keeps: impl Fn(&E) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.settings.is_negative = Some(Box::new(move |error| {
            error.downcast_ref::<E>().is_some_and(&keeps)
        }));
        self
    }

    /// A store behind the memory, with the form of its values and the name of a key in it. What is put goes to both; what
    /// is not in memory is looked up there by [`get_or_load`](MultiLevelCache::get_or_load) before it is loaded, and by
    /// [`get_through`](MultiLevelCache::get_through). Codec and store must not use the cache.
    #[must_use]
    pub fn store(
        mut self,
        store: impl Store + 'static,
        codec: impl Codec<V> + 'static,
        name: impl Fn(&K) -> String + Send + Sync + 'static,
    ) -> Self {
        self.behind = Some(Behind {
            store: Arc::new(store),
            codec: Box::new(codec),
            name: Box::new(name),
        });
        self
    }

    /// Has up to so many writes of the store wait, the last of each key; default 0: each put and deletion waits for the
    /// store. Lookups see what waits.
    ///
    /// What waits is written by [`flush`](MultiLevelCache::flush), and two writes at a time by later calls, as there is no
    /// thread of ours: by those that look into the store, and by puts and deletions while more than half of the places
    /// are taken. What the store does not take goes on waiting. Where there is no place, the oldest goes and is counted
    /// ([`StoreStats::dropped`]); what the store has for its key is then not believed. Dropping the cache writes nothing:
    /// flush it before. [`clear`](MultiLevelCache::clear) does not wait, and forgets what waits.
    ///
    /// [`StoreStats::dropped`]: super::StoreStats::dropped
    #[must_use]
    pub fn write_behind(mut self, max_pending: usize) -> Self {
        self.most_pending = max_pending;
        self
    }

    /// When the store is left alone.
    #[must_use]
    pub fn breaker(mut self, breaker: BreakerConfig) -> Self {
        self.breaker = breaker;
        self
    }

    /// Parts with a lock each, 1 to 256 and no more than entries; default one a 2,048 entries up to 16, and a single one
    /// below 4,096. More parts let more threads work at once; each has its share of the bounds.
    #[must_use]
    pub fn shards(mut self, shards: usize) -> Self {
        self.shards = Some(shards);
        self
    }

    /// The secret that keys are hashed by and chance is drawn from; default one that nobody knows. For repeatable tests,
    /// and for a cache that goes on with a snapshot.
    #[must_use]
    pub fn seed(mut self, seed: [u64; 2]) -> Self {
        self.seed = Some(seed);
        self
    }

    /// An empty cache.
    #[must_use]
    pub fn build(self) -> MultiLevelCache<K, V> {
        let sizes = [self.config.l1_size, self.config.l2_size]
            .map(|size| size.min(PolicyConfig::MAX_CAPACITY as usize));
        let shards = self.shard_count(sizes[0] + sizes[1]);
        let hasher = self.seed.map_or_else(Seeded::random, Seeded);
        let now = self.clock.now();
        let bound = |level: usize, shard: usize| LevelBound {
            // A shard of the largest cache there may be still fits into 32 bits.
            entries: part(sizes[level] as u64, shards, shard) as u32,
            bytes: self.bytes[level].map(|bytes| part(bytes, shards, shard)),
        };
        MultiLevelCache {
            shards: (0..shards)
                .map(|shard| {
                    let bounds = [bound(0, shard), bound(1, shard)];
                    Mutex::new(Shard::new(bounds, hasher, hasher.hash(&shard), now))
                })
                .collect(),
            settings: self.settings,
            clock: self.clock,
            hasher,
            tier: self.behind.map(|Behind { store, codec, name }| {
                let most = self.most_pending;
                let behind = (most > 0).then(|| WriteBehind::new(most));
                Tier::new(GuardedStore::new(store, self.breaker), codec, name, behind)
            }),
        }
    }

    /// A cache that goes on with a snapshot: with its secret, so that the counters of popularity mean the same keys.
    #[must_use]
    pub fn import(self, snapshot: CacheSnapshot<K, V>) -> MultiLevelCache<K, V>
    where
        K: Clone,
    {
        let cache = self.seed(snapshot.seed).build();
        cache.import(snapshot);
        cache
    }

    fn shard_count(&self, entries: usize) -> usize {
        let default = match entries {
            0..SHARDED_FROM => 1,
            _ => 1 << (entries / ENTRIES_PER_SHARD).ilog2(),
        };
        self.shards
            .unwrap_or(default.min(DEFAULT_MOST_SHARDS))
            .min(entries)
            .clamp(1, MOST_SHARDS)
    }
}

/// The share of one of several, so that all together are the whole.
fn part(whole: u64, parts: usize, index: usize) -> u64 {
    let (parts, index) = (parts as u64, index as u64);
    whole / parts + u64::from(index < whole % parts)
}

impl<K, V> fmt::Debug for CacheBuilder<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
