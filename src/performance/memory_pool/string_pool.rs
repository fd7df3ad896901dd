use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::buffer_pool::BufferPoolConfig;
use super::buffer_store::BufferStore;
use super::pooled_buffer::BufferHome;
use super::stats::PoolStats;

/// The capacity of a new string for which none was asked.
const FIRST_CAPACITY: usize = 256;

/// Strings whose memory is used again: for text that is put together, used and thrown away. Size classes, bounds and
/// sharing are those of [`BufferPool`](super::BufferPool).
///
/// ```
/// use code_mesh_core::performance::memory_pool::StringPool;
/// use std::fmt::Write;
///
/// let pool = StringPool::new();
/// let mut line = pool.get();
/// write!(line, "{} of {}", 3, 7)?;
/// assert_eq!(&**line, "3 of 7");
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct StringPool {
    store: Arc<BufferStore>,
}

impl StringPool {
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

    /// Lends an empty string until the guard is dropped: the smallest idle one, or a new one of 256 bytes.
    pub fn get(&self) -> PooledString<'_> {
        let bytes = self.store.take_any(FIRST_CAPACITY);
        PooledString::new(bytes, BufferHome::Pool(&self.store))
    }

    /// Lends an empty string of at least `capacity` bytes until the guard is dropped.
    pub fn get_with_capacity(&self, capacity: usize) -> PooledString<'_> {
        PooledString::new(self.store.take(capacity), BufferHome::Pool(&self.store))
    }

    /// The same with a guard that borrows nothing, for tasks and threads of their own.
    pub fn get_owned_with_capacity(&self, capacity: usize) -> PooledString<'static> {
        let home = BufferHome::Shared(self.store.clone());
        PooledString::new(self.store.take(capacity), home)
    }

    /// Drops all idle strings.
    pub fn clear(&self) {
        self.store.clear();
    }

    /// What it did so far and what it holds.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.store.stats()
    }
}

impl Default for StringPool {
    fn default() -> Self {
        Self::new()
    }
}

/// A string lent by a pool, empty at first; it goes back when this is dropped, also by a panic. It can be sent to
/// another thread and held across `.await`.
#[must_use = "a lease that is dropped at once lends nothing"]
pub struct PooledString<'a> {
    text: String,
    /// `None` when it left the pool.
    home: Option<BufferHome<'a>>,
}

impl<'a> PooledString<'a> {
    fn new(bytes: Vec<u8>, home: BufferHome<'a>) -> Self {
        // No bytes are always text.
        let text = String::from_utf8(bytes).unwrap_or_default();
        Self {
            text,
            home: Some(home),
        }
    }

    /// Takes the string out of the pool for good, without copying it.
    #[must_use = "a string that is detached and dropped at once is lost to the pool"]
    pub fn detach(mut self) -> String {
        if let Some(home) = self.home.take() {
            home.store().forget(|counts| counts.detached += 1);
        }
        std::mem::take(&mut self.text)
    }
}

impl Deref for PooledString<'_> {
    type Target = String;

    fn deref(&self) -> &String {
        &self.text
    }
}

impl DerefMut for PooledString<'_> {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.text
    }
}

impl Drop for PooledString<'_> {
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            let text = std::mem::take(&mut self.text);
            home.store().give_back(text.into_bytes());
        }
    }
}

impl fmt::Debug for PooledString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PooledString").field(&self.text).finish()
    }
}
