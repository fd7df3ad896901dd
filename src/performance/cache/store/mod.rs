//! The level behind the memory: a store of bytes, and what keeps a broken one from slowing the rest.

mod breaker;
mod debts;
mod envelope;
mod guarded;
mod interface;
mod queue;

pub use breaker::{Breaker, BreakerConfig};
pub(super) use envelope::{open, seal};
pub use guarded::{GuardedStore, StoreStats};
pub use interface::{Store, StoreError};
pub(super) use queue::{Bytes, Queue};
