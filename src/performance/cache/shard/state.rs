use std::borrow::Borrow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::flight::Flight;
use super::super::policy::{Advice, Policy, PolicyConfig};
use super::super::seeded::Seeded;
use super::super::stats::{CacheStats, LevelStats};
use super::super::wheel::Wheel;
use super::dead::Dead;
use super::entry::{Entry, Held, Scratch};
use super::levels::{Level, LevelBound, Levels};
use super::steady::Steady;
use super::table::Table;
use super::tags::Tags;

/// Entries, and what decides over them.
pub(in super::super) struct Shard<K, V> {
    pub(super) table: Table,
    /// By slot, which the policy hands out.
    pub(super) entries: Vec<Option<Entry<K, V>>>,
    pub(super) policy: Policy,
    pub(super) levels: Levels,
    pub(super) wheel: Wheel,
    /// The wheel need not be asked before.
    pub(super) next_tick: u64,
    pub(super) tags: Tags,
    /// Until when nobody need ask for a slot, in nanoseconds; empty where that does not matter.
    pub(super) idle_until: Vec<u64>,
    pub(super) flights: HashMap<K, Arc<Flight<V>>, Seeded>,
    /// Counts the writes, so that what was read elsewhere meanwhile is known to be old.
    pub(super) writes: u64,
    pub(super) stats: CacheStats,
    pub(super) scratch: Option<Box<Scratch>>,
    steady: Steady,
    /// State of the generator of jitter.
    random: u64,
    capacity: u32,
}

/// A value on its way in.
pub(in super::super) struct Incoming<'a, K, V> {
    pub(in super::super) key: K,
    pub(in super::super) hash: u64,
    pub(in super::super) held: Held<V>,
    pub(in super::super) weight: u32,
    /// In nanoseconds, without jitter.
    pub(in super::super) ttl: u64,
    pub(in super::super) tags: &'a [&'a str],
}

/// Why an entry goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cause {
    Size,
    Weight,
    Expired,
    Deleted,
}

/// The half of a hash that finds the slot and counts popularity; the other half finds the shard.
pub(super) fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl<K, V> Shard<K, V> {
    pub(in super::super) fn new(
        bounds: [LevelBound; 2],
        hasher: Seeded,
        random: u64,
        now: Duration,
    ) -> Self {
        let [l1, l2] = bounds;
        let max_weight = l1.bytes.zip(l2.bytes);
        let capacity = l1.entries + l2.entries;
        let mut steady = Steady::new(now);
        Self {
            table: Table::new(),
            entries: Vec::new(),
            policy: Policy::new(PolicyConfig {
                capacity,
                // 0 would be no bound; the levels see to it that nothing is kept then.
                max_weight: max_weight.map_or(0, |(l1, l2)| l1.saturating_add(l2).max(1)),
            }),
            levels: Levels::new(bounds),
            wheel: Wheel::new(steady.at(now) / super::expiry::TICK),
            next_tick: u64::MAX,
            tags: Tags::default(),
            idle_until: Vec::new(),
            flights: HashMap::with_hasher(hasher),
            writes: 0,
            stats: CacheStats::default(),
            scratch: None,
            steady,
            random,
            capacity,
        }
    }

    /// The time of this shard.
    pub(in super::super) fn at(&mut self, now: Duration) -> u64 {
        self.steady.at(now)
    }

    #[inline]
    pub(in super::super) fn find<Q>(&self, hash: u64, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        self.table.find(upper(hash), |slot| {
            self.entries[slot as usize]
                .as_ref()
                .is_some_and(|entry| entry.key.borrow() == key)
        })
    }

    pub(super) fn entry(&self, slot: u32) -> Option<&Entry<K, V>> {
        self.entries.get(slot as usize)?.as_ref()
    }

    /// Takes an entry out of everything it is in.
    pub(super) fn evict(&mut self, slot: u32, cause: Cause, dead: &mut Dead<K, V>) {
        let Some(entry) = self.entries[slot as usize].take() else {
            return;
        };
        self.table.remove(entry.hash, slot);
        self.policy.remove(slot);
        self.levels.leave(slot);
        self.wheel.cancel(slot);
        self.tags.unfile(slot);
        let evictions = &mut self.stats.evictions;
        *match cause {
            Cause::Size => &mut evictions.size,
            Cause::Weight => &mut evictions.weight,
            Cause::Expired => &mut evictions.expired,
            Cause::Deleted => &mut evictions.deleted,
        } += 1;
        dead.take(entry);
    }

    pub(super) fn evict_victims(&mut self, cause: Cause, dead: &mut Dead<K, V>) {
        while let Some(victim) = self.policy.take_victim() {
            self.evict(victim, cause, dead);
        }
    }

    /// A time to live that was shortened by chance, so that what came together does not go together.
    pub(super) fn jittered(&mut self, ttl: u64, percent: u32) -> u64 {
        if percent == 0 || ttl == u64::MAX {
            return ttl;
        }
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let most = u128::from(ttl) * u128::from(percent) / 100;
        ttl - ((most * u128::from(z)) >> 64) as u64
    }

    /// What the policy expects of other sizes.
    pub(in super::super) fn advise(&self) -> [Advice; 5] {
        self.policy.advise()
    }

    pub(in super::super) fn window_percent(&self) -> u32 {
        self.policy.window_percent()
    }

    /// Its counts, and what it holds now.
    pub(in super::super) fn stats(&self) -> CacheStats {
        let level = |hits, level| LevelStats {
            hits,
            entries: u64::from(self.levels.len(level)),
            bytes: self.levels.bytes(level),
        };
        CacheStats {
            l1: level(self.stats.l1.hits, Level::L1),
            l2: level(self.stats.l2.hits, Level::L2),
            ..self.stats
        }
    }

    pub(in super::super) fn stats_mut(&mut self) -> &mut CacheStats {
        &mut self.stats
    }

    pub(in super::super) fn len(&self) -> usize {
        self.policy.len() as usize
    }

    pub(in super::super) fn writes(&self) -> u64 {
        self.writes
    }

    pub(super) fn capacity(&self) -> u32 {
        self.capacity
    }
}
