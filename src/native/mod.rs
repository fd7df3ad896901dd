//! The native edge: the platform's clock, and the globals and defaults that need one.

mod caches;
mod clock;
mod defaults;
mod pools;
#[cfg(feature = "redis")]
mod redis_store;

pub use clock::SystemClock;
#[cfg(feature = "redis")]
pub use redis_store::{RedisConfig, RedisStore};
