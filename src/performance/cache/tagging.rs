use std::hash::Hash;

use super::multi_level::MultiLevelCache;
use super::shard::Dead;

impl<K: Hash + Eq, V: Clone> MultiLevelCache<K, V> {
    /// Deletes what carries a tag, and gives how many entries that were. Loads under way for such keys no longer count.
    /// Linear in the entries with the tag.
    pub fn delete_tag(&self, tag: &str) -> usize {
        self.shards
            .iter()
            .map(|shard| {
                let mut dead = Dead::new();
                self.enter(shard).0.delete_tag(tag, &mut dead)
            })
            .sum()
    }

    /// Makes what carries a tag stale, so that it is loaded anew; where no stale values are given out, it is deleted.
    /// Gives how many entries that were. Linear in the entries with the tag.
    pub fn expire_tag(&self, tag: &str) -> usize {
        self.shards
            .iter()
            .map(|shard| {
                let mut dead = Dead::new();
                let (mut shard, now) = self.enter(shard);
                shard.expire_tag(tag, now, &self.settings, &mut dead)
            })
            .sum()
    }
}
