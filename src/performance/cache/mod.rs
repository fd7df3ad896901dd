//! Caches that keep what will be asked for again.

mod advice;
mod builder;
mod codec;
mod config;
mod factory;
mod fingerprint;
mod flight;
mod load;
mod lookup;
mod multi_level;
pub mod policy;
mod put_options;
mod report;
mod room;
mod seeded;
mod settings;
mod shard;
mod snapshot;
mod stats;
mod store;
mod tagging;
mod tier;
mod warm;
mod wheel;
mod write_behind;

#[cfg(all(feature = "redis", not(target_arch = "wasm32")))]
pub use crate::native::{RedisConfig, RedisStore};
pub use builder::CacheBuilder;
pub use codec::{Codec, CodecError, PlainCodec};
pub use config::CacheConfig;
pub use factory::CacheFactory;
pub use fingerprint::fingerprint;
pub use load::LoadError;
pub use lookup::{Lookup, Outcome};
pub use multi_level::MultiLevelCache;
pub use put_options::PutOptions;
pub use shard::{EntrySnapshot, Level, ShardSnapshot};
pub use snapshot::CacheSnapshot;
pub use stats::{CacheStats, Evictions, LevelStats};
pub use store::{Breaker, BreakerConfig, GuardedStore, Store, StoreError, StoreStats};
pub use warm::{Compressor, MalformedBytes, compress, decompress};
pub use wheel::Wheel;
