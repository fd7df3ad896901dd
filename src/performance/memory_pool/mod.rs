//! Pools: objects, buffers and strings that are used again instead of allocated anew.
//!
//! ```
//! use code_mesh_core::performance::memory_pool::{ObjectPool, global_pools};
//!
//! let pool = ObjectPool::new(|| Vec::<u8>::new(), 100);
//! {
//!     let mut object = pool.get();
//!     object.push(1);
//! } // It goes back here.
//! assert_eq!(pool.stats().idle, 1);
//!
//! let mut buffer = global_pools().buffer_pool().get_with_capacity(8192);
//! buffer.extend_from_slice(b"data");
//! assert!(buffer.capacity() >= 8192);
//! ```

mod acquire_error;
mod bounded_pool;
mod bounded_state;
mod buffer_pool;
mod buffer_store;
mod building;
mod global;
mod hooks;
mod interner;
mod object_pool;
mod on_unwind;
mod pooled;
mod pooled_buffer;
mod shards;
mod shared_bytes;
mod size_class;
mod stats;
mod string_pool;
mod turns;
mod usage;

pub use acquire_error::AcquireError;
pub use bounded_pool::BoundedPool;
pub use buffer_pool::{BufferPool, BufferPoolConfig, OnReturn};
pub use global::{GlobalPools, global_pools};
pub use interner::{Interner, InternerConfig, InternerStats};
pub use object_pool::ObjectPool;
pub use pooled::Pooled;
pub use pooled_buffer::PooledBuffer;
pub use shared_bytes::SharedBytes;
pub use stats::{Discarded, PoolStats};
pub use string_pool::{PooledString, StringPool};
