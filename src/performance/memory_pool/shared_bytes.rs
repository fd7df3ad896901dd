use std::fmt;
use std::ops::{Bound, Deref, RangeBounds};
use std::sync::Arc;

use super::buffer_store::BufferStore;

/// Read-only bytes that clones and slices share, never copied. Cloning and slicing cost a count; the buffer goes back to
/// its pool, if it has one, when the last of them is dropped.
#[derive(Clone)]
pub struct SharedBytes {
    owner: Arc<Owner>,
    start: usize,
    end: usize,
}

struct Owner {
    bytes: Vec<u8>,
    store: Option<Arc<BufferStore>>,
}

impl SharedBytes {
    pub(super) fn new(bytes: Vec<u8>, store: Option<Arc<BufferStore>>) -> Self {
        Self {
            start: 0,
            end: bytes.len(),
            owner: Arc::new(Owner { bytes, store }),
        }
    }

    /// A part of it, sharing the same memory.
    ///
    /// # Panics
    /// Where the range does not lie within, as slices do.
    #[must_use]
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Self {
        let range = (range.start_bound().cloned(), range.end_bound().cloned());
        // Panics as it should, with the message people know.
        let length = self[range].len();
        let skipped = match range.0 {
            Bound::Included(start) => start,
            Bound::Excluded(before) => before + 1,
            Bound::Unbounded => 0,
        };
        Self {
            owner: self.owner.clone(),
            start: self.start + skipped,
            end: self.start + skipped + length,
        }
    }
}

impl From<Vec<u8>> for SharedBytes {
    /// Shares bytes of no pool, without copying them.
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes, None)
    }
}

impl Deref for SharedBytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.owner.bytes[self.start..self.end]
    }
}

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl PartialEq for SharedBytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedBytes {}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(store) = &self.store {
            store.give_back(std::mem::take(&mut self.bytes));
        }
    }
}

impl fmt::Debug for SharedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBytes")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
