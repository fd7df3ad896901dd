use std::hash::Hash;

use super::multi_level::{MultiLevelCache, lock};
use super::shard::{Dead, EntrySnapshot, ShardSnapshot};

/// A cache as plain data: its fresh values, the order in which they would go, and what is known of their popularity. It
/// holds the secret by which keys are hashed, so keep it where the values themselves may lie.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CacheSnapshot<K, V> {
    /// The secret that keys are hashed by.
    pub seed: [u64; 2],
    /// The parts of the cache.
    pub shards: Vec<ShardSnapshot<K, V>>,
}

impl<K: Clone + Hash + Eq, V: Clone> MultiLevelCache<K, V> {
    /// All that is in memory and fresh, as plain data. Linear; shard by shard.
    pub fn export(&self) -> CacheSnapshot<K, V> {
        let parts = self.shards.iter().map(|shard| {
            let (shard, now) = self.enter(shard);
            shard.export(now, self.clock.since_epoch(), &self.settings)
        });
        CacheSnapshot {
            seed: self.hasher.0,
            shards: parts.collect(),
        }
    }

    /// Takes in what is still fresh of a snapshot, where it stood, as long as there is room and the key is not there;
    /// gives how many entries. Their popularity comes along where the secret and the sizes are those of the snapshot: see
    /// [`CacheBuilder::import`](super::CacheBuilder::import).
    pub fn import(&self, snapshot: CacheSnapshot<K, V>) -> usize {
        let is_same = snapshot.seed == self.hasher.0 && snapshot.shards.len() == self.shards.len();
        let mut parts: Vec<Vec<(u64, EntrySnapshot<K, V>)>> = Vec::new();
        parts.resize_with(self.shards.len(), Vec::new);
        for (index, part) in snapshot.shards.into_iter().enumerate() {
            if is_same {
                lock(&self.shards[index]).import_sketch(part.capacity, &part.sketch);
            }
            for entry in part.entries {
                let hash = self.hasher.hash(&entry.key);
                parts[self.shard_index(hash)].push((hash, entry));
            }
        }
        let epoch = self.clock.since_epoch();
        let taken_in = parts.into_iter().zip(&self.shards).map(|(part, shard)| {
            let mut dead = Dead::new();
            let (mut shard, now) = self.enter(shard);
            shard.import(part, now, epoch, &self.settings, &mut dead)
        });
        taken_in.sum()
    }
}
