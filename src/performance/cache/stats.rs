use std::time::Duration;

use super::store::StoreStats;

/// What a level in memory did and holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LevelStats {
    /// Fresh values found here.
    pub hits: u64,
    /// Entries held, those that have expired and were not reclaimed yet among them.
    pub entries: u64,
    /// Sum of their weights; bytes where the weigher gives bytes, and encoded bytes where there is a codec.
    pub bytes: u64,
}

/// How entries left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evictions {
    /// For others, because there were too many.
    pub size: u64,
    /// For others, because they weighed too much, or because the value could not become bytes.
    pub weight: u64,
    /// Because their time was over.
    pub expired: u64,
    /// Because they were deleted.
    pub deleted: u64,
    /// Values that were replaced under their key; the entry stayed.
    pub replaced: u64,
}

/// What a cache did since it was made, as plain data.
///
/// Each lookup counts once: as a hit of a level, a negative hit, stale, coalesced, or a miss. `insertions` less those
/// evicted by size, weight, expiry and deletion are the entries of both levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// The hot level.
    pub l1: LevelStats,
    /// The warm level.
    pub l2: LevelStats,
    /// The store behind both; its hits are misses of the memory.
    pub l3: StoreStats,
    /// Lookups that found nothing fresh in memory, or what is to be loaded ahead of its end, and load it.
    pub misses: u64,
    /// Lookups that were given a stale value while another caller loaded a new one.
    pub stale: u64,
    /// Lookups that were given a stale value because the load failed; they count as misses or coalesced as well.
    pub stale_on_error: u64,
    /// Lookups that waited for the load of another caller.
    pub coalesced: u64,
    /// Lookups that were told of an earlier failure.
    pub negative_hits: u64,
    /// Loaders called.
    pub loads: u64,
    /// Loaders that failed or panicked.
    pub load_failures: u64,
    /// Time spent in loaders, all together.
    pub load_time: Duration,
    /// Entries taken in.
    pub insertions: u64,
    /// Entries that moved from the warm to the hot level.
    pub promotions: u64,
    /// Entries that moved from the hot to the warm level.
    pub demotions: u64,
    /// Values that were not taken in: heavier than a level, or with more than 64 tags.
    pub refused: u64,
    /// Values that could not become bytes, and bytes that were no value.
    pub codec_failures: u64,
    /// How entries left.
    pub evictions: Evictions,
}

impl CacheStats {
    /// Share of lookups that found a value in memory, stale ones included, 0 to 1; 0 before the first.
    #[must_use]
    pub fn hit_ratio(&self) -> f64 {
        let hits = self.l1.hits + self.l2.hits + self.stale;
        let all = hits + self.negative_hits + self.coalesced + self.misses;
        if all == 0 {
            0.0
        } else {
            hits as f64 / all as f64
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (level, added) in [(&mut self.l1, other.l1), (&mut self.l2, other.l2)] {
            level.hits += added.hits;
            level.entries += added.entries;
            level.bytes += added.bytes;
        }
        self.load_time += other.load_time;
        for ((_, count), (_, added)) in self.counts_mut().into_iter().zip(other.counts()) {
            *count += added;
        }
    }

    /// The counts that only grow, by name, without those of the levels.
    pub(super) fn counts(&self) -> [(&'static str, u64); 17] {
        let mut copy = *self;
        copy.counts_mut().map(|(name, count)| (name, *count))
    }

    fn counts_mut(&mut self) -> [(&'static str, &mut u64); 17] {
        let evictions = &mut self.evictions;
        [
            ("misses", &mut self.misses),
            ("stale", &mut self.stale),
            ("stale_on_error", &mut self.stale_on_error),
            ("coalesced", &mut self.coalesced),
            ("negative_hits", &mut self.negative_hits),
            ("loads", &mut self.loads),
            ("load_failures", &mut self.load_failures),
            ("insertions", &mut self.insertions),
            ("promotions", &mut self.promotions),
            ("demotions", &mut self.demotions),
            ("refused", &mut self.refused),
            ("codec_failures", &mut self.codec_failures),
            ("evictions.size", &mut evictions.size),
            ("evictions.weight", &mut evictions.weight),
            ("evictions.expired", &mut evictions.expired),
            ("evictions.deleted", &mut evictions.deleted),
            ("evictions.replaced", &mut evictions.replaced),
        ]
    }
}
