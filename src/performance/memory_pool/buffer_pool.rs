use std::sync::Arc;

use super::buffer_store::BufferStore;
use super::pooled_buffer::{BufferHome, PooledBuffer};
use super::stats::PoolStats;

/// How much a pool of buffers or strings keeps, and how.
#[derive(Clone, Copy, Debug)]
pub struct BufferPoolConfig {
    /// Bytes of idle buffers in all, by their capacity; default 32 MiB. 0 keeps nothing.
    pub max_bytes: usize,
    /// Bytes of idle buffers in each size class; default 8 MiB. 0 keeps nothing.
    pub max_bytes_per_class: usize,
    /// What happens to the content of a buffer that is given back; default [`OnReturn::Keep`].
    pub on_return: OnReturn,
}

/// What happens to the content of a buffer that is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnReturn {
    /// It is cut to length 0. Safe code cannot read what is left behind that, but a dump of the memory shows it.
    Keep,
    /// It is overwritten with zeros, up to the capacity: for secrets. What a buffer left behind when it grew is not
    /// reached, so ask for enough.
    Zero,
}

impl Default for BufferPoolConfig {
    fn default() -> Self {
        Self {
            max_bytes: 32 << 20,
            max_bytes_per_class: 8 << 20,
            on_return: OnReturn::Keep,
        }
    }
}

/// Byte buffers that are used again, in size classes of powers of two from 64 B to 1 MiB. Clones share the buffers; any
/// thread may lease and give back.
///
/// A buffer is kept under the largest class that its capacity can serve when it is given back, so one that grew serves
/// larger requests from then on. A request is served from its class or, where that is empty, from one of the next
/// three. Larger requests than 1 MiB are served, not kept, and counted in
/// [`discarded.unfit`](super::Discarded::unfit).
///
/// The bounds in bytes are shared out to up to 8 parts, so that threads seldom meet; where a buffer does not fit into
/// what one part has left, less than the bound may be kept, never more.
///
/// ```
/// use code_mesh_core::performance::memory_pool::BufferPool;
///
/// let pool = BufferPool::new();
/// let mut buffer = pool.get_with_capacity(8192);
/// buffer.extend_from_slice(b"head and body");
/// let all = buffer.freeze();
/// let body = all.slice(9..);
/// drop(all);
/// assert_eq!(&body[..], b"body");
/// assert_eq!(pool.stats().in_use, 1);
/// drop(body); // The last that shows the buffer: now it goes back.
/// assert_eq!(pool.stats().idle, 1);
/// ```
#[derive(Clone, Debug)]
pub struct BufferPool {
    store: Arc<BufferStore>,
}

impl BufferPool {
    /// An empty pool with the default bounds.
    #[must_use]
    pub fn new() -> Self {
        Self::with_config(BufferPoolConfig::default())
    }

    /// An empty pool.
    #[must_use]
    pub fn with_config(config: BufferPoolConfig) -> Self {
        Self {
            store: Arc::new(BufferStore::new(config)),
        }
    }

    /// Lends an empty buffer of at least `capacity` bytes until the guard is dropped. Constant time, and no allocation,
    /// when one is idle; never waits for others to give back.
    #[inline]
    pub fn get_with_capacity(&self, capacity: usize) -> PooledBuffer<'_> {
        PooledBuffer::new(self.store.take(capacity), BufferHome::Pool(&self.store))
    }

    /// The same with a guard that borrows nothing, for tasks and threads of their own.
    pub fn get_owned_with_capacity(&self, capacity: usize) -> PooledBuffer<'static> {
        let home = BufferHome::Shared(self.store.clone());
        PooledBuffer::new(self.store.take(capacity), home)
    }

    /// Drops all idle buffers.
    pub fn clear(&self) {
        self.store.clear();
    }

    /// What it did so far and what it holds.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.store.stats()
    }

    /// The bytes kept in each size class, as `(size, bytes)`, the smallest first.
    pub fn bytes_by_class(&self) -> impl Iterator<Item = (usize, u64)> + use<> {
        let sizes = (0..).map(super::size_class::bytes_of);
        sizes.zip(self.store.bytes_by_class())
    }
}

impl Default for BufferPool {
    fn default() -> Self {
        Self::new()
    }
}
