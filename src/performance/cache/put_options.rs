use std::hash::Hash;
use std::time::Duration;

use super::multi_level::MultiLevelCache;
use super::shard::nanos;

/// How one value is put; by default for the default time, under no tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutOptions<'a> {
    ttl: Option<Duration>,
    tags: &'a [&'a str],
}

impl<'a> PutOptions<'a> {
    /// For how long; default [`CacheConfig::default_ttl`](super::CacheConfig::default_ttl). [`Duration::MAX`] is for ever,
    /// and [`Duration::ZERO`] only deletes what was there.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Under which tags it can be deleted or expired together with others; default none. Up to 64; a value with more is
    /// not kept, and counted as refused. With a store it stays in memory only: a store knows no tags.
    #[must_use]
    pub fn tags(mut self, tags: &'a [&'a str]) -> Self {
        self.tags = tags;
        self
    }
}

impl<K: Hash + Eq, V: Clone> MultiLevelCache<K, V> {
    /// [`MultiLevelCache::put`] for a time or under tags of its own.
    ///
    /// ```
    /// use code_mesh_core::performance::cache::{CacheConfig, MultiLevelCache, PutOptions};
    /// use std::time::Duration;
    ///
    /// let cache = MultiLevelCache::new(CacheConfig::default());
    /// let options = PutOptions::default().ttl(Duration::from_secs(5)).tags(&["user:1"]);
    /// cache.put_with("name".to_string(), "Ada", options);
    /// assert_eq!(cache.delete_tag("user:1"), 1);
    /// ```
    pub fn put_with(&self, key: K, value: V, options: PutOptions<'_>) {
        let ttl = options.ttl.map_or(self.settings.default_ttl, nanos);
        self.write(key, value, ttl, options.tags);
    }
}
