//! Caches on the system's clock.

use std::hash::Hash;

use super::SystemClock;
use crate::performance::cache::{CacheBuilder, CacheConfig, CacheFactory, MultiLevelCache};

impl<K: Hash + Eq, V: Clone> MultiLevelCache<K, V> {
    /// An empty cache on the system's clock.
    #[must_use]
    pub fn new(config: CacheConfig) -> Self {
        Self::with_clock(config, SystemClock::new())
    }

    /// For what is not in the configuration, on the system's clock.
    #[must_use]
    pub fn builder(config: CacheConfig) -> CacheBuilder<K, V> {
        Self::builder_with_clock(config, SystemClock::new())
    }
}

impl CacheFactory {
    /// For answers of models and services: see [`CacheFactory::RESPONSES`].
    #[must_use]
    pub fn create_response_cache<K: Hash + Eq, V: Clone>() -> MultiLevelCache<K, V> {
        MultiLevelCache::new(Self::RESPONSES)
    }

    /// For results of tools: see [`CacheFactory::TOOLS`].
    #[must_use]
    pub fn create_tool_cache<K: Hash + Eq, V: Clone>() -> MultiLevelCache<K, V> {
        MultiLevelCache::new(Self::TOOLS)
    }

    /// For contents of files: see [`CacheFactory::FILES`].
    #[must_use]
    pub fn create_file_cache<K: Hash + Eq, V: Clone>() -> MultiLevelCache<K, V> {
        MultiLevelCache::new(Self::FILES)
    }

    /// For sessions: see [`CacheFactory::SESSIONS`].
    #[must_use]
    pub fn create_session_cache<K: Hash + Eq, V: Clone>() -> MultiLevelCache<K, V> {
        MultiLevelCache::builder(Self::SESSIONS)
            .idle_ttl(Self::SESSION_IDLE)
            .build()
    }
}
