use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::buffer_store::BufferStore;
use super::shared_bytes::SharedBytes;

/// A buffer lent by a pool, empty at first; it goes back when this is dropped, also by a panic: bytes are cleared in any
/// case. It can be sent to another thread and held across `.await`.
#[must_use = "a lease that is dropped at once lends nothing"]
pub struct PooledBuffer<'a> {
    bytes: Vec<u8>,
    /// `None` when it left the pool.
    home: Option<BufferHome<'a>>,
}

/// Where a buffer goes back to.
#[derive(Clone)]
pub(super) enum BufferHome<'a> {
    Pool(&'a Arc<BufferStore>),
    Shared(Arc<BufferStore>),
}

impl BufferHome<'_> {
    #[inline]
    pub(super) fn store(&self) -> &BufferStore {
        match self {
            Self::Pool(store) => store,
            Self::Shared(store) => store,
        }
    }

    pub(super) fn into_shared(self) -> Arc<BufferStore> {
        match self {
            Self::Pool(store) => store.clone(),
            Self::Shared(store) => store,
        }
    }
}

impl<'a> PooledBuffer<'a> {
    #[inline]
    pub(super) fn new(bytes: Vec<u8>, home: BufferHome<'a>) -> Self {
        Self {
            bytes,
            home: Some(home),
        }
    }

    /// Makes the content read-only and shareable, without copying it. The buffer goes back to the pool when the last
    /// clone or slice is dropped. Allocates once, a few words.
    #[must_use = "bytes that are dropped at once are lost"]
    pub fn freeze(mut self) -> SharedBytes {
        let store = self.home.take().map(BufferHome::into_shared);
        SharedBytes::new(std::mem::take(&mut self.bytes), store)
    }

    /// Takes the buffer out of the pool for good, without copying it.
    #[must_use = "a buffer that is detached and dropped at once is lost to the pool"]
    pub fn detach(mut self) -> Vec<u8> {
        if let Some(home) = self.home.take() {
            home.store().forget(|counts| counts.detached += 1);
        }
        std::mem::take(&mut self.bytes)
    }
}

impl Deref for PooledBuffer<'_> {
    type Target = Vec<u8>;

    #[inline]
    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for PooledBuffer<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Drop for PooledBuffer<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            home.store().give_back(std::mem::take(&mut self.bytes));
        }
    }
}

impl fmt::Debug for PooledBuffer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PooledBuffer")
            .field("len", &self.bytes.len())
            .field("capacity", &self.bytes.capacity())
            .finish_non_exhaustive()
    }
}
