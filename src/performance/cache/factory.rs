use std::time::Duration;

use super::config::CacheConfig;

/// Caches for common uses, whose key and value are inferred from use.
///
/// Each has a `create_…_cache()`, natively on the system's clock, and the configuration it is made of; for a cache on
/// another clock, or with more options, begin with that.
#[derive(Clone, Copy, Debug)]
pub struct CacheFactory;

impl CacheFactory {
    /// Answers of models and services: 100 hot and 1,000 warm ones, for ten minutes.
    pub const RESPONSES: CacheConfig = CacheConfig {
        l1_size: 100,
        l2_size: 1_000,
        default_ttl: Duration::from_secs(600),
    };

    /// Results of tools and searches, which the next edit may change: 200 hot and 2,000 warm ones, for one minute.
    pub const TOOLS: CacheConfig = CacheConfig {
        l1_size: 200,
        l2_size: 2_000,
        default_ttl: Duration::from_secs(60),
    };

    /// Contents of files, put under what changes with them (path, time and size of the file): 200 hot and 800 warm ones,
    /// for five minutes.
    pub const FILES: CacheConfig = CacheConfig {
        l1_size: 200,
        l2_size: 800,
        default_ttl: Duration::from_secs(300),
    };

    /// Sessions: 500 hot and 9,500 warm ones, for a day, and no longer than half an hour after they were last asked for.
    pub const SESSIONS: CacheConfig = CacheConfig {
        l1_size: 500,
        l2_size: 9_500,
        default_ttl: Duration::from_secs(86_400),
    };

    /// How long a session lives that nobody asks for.
    pub const SESSION_IDLE: Duration = Duration::from_secs(1_800);
}
