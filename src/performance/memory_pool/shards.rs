use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Threads lease from one of so many parts of a pool, so that they seldom meet. A power of two.
pub(super) const MOST_SHARDS: usize = 8;

/// The parts of a pool. Each thread has its own one and looks into the others when that cannot serve it.
pub(super) struct Shards<S> {
    /// A power of two of them.
    shards: Box<[Shard<S>]>,
}

/// On cache lines of its own, or threads would disturb each other without sharing anything.
#[repr(align(128))]
struct Shard<S> {
    /// What is worth knowing before locking; exact while nobody holds the lock.
    hint: AtomicU32,
    state: Mutex<S>,
}

impl<S> Shards<S> {
    /// As many as asked, rounded down to a power of two, from 1 to [`MOST_SHARDS`].
    pub(super) fn new(wanted: usize, mut make: impl FnMut(usize, usize) -> S) -> Self {
        let wanted = wanted.clamp(1, MOST_SHARDS);
        let count = 1 << wanted.ilog2();
        let shard = |index| Shard {
            hint: AtomicU32::new(0),
            state: Mutex::new(make(index, count)),
        };
        Self {
            shards: (0..count).map(shard).collect(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.shards.len()
    }

    /// The one of this thread.
    #[inline]
    pub(super) fn own(&self) -> usize {
        own_number() & (self.shards.len() - 1)
    }

    /// All of them, `first` first.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = usize> + use<S> {
        let count = self.shards.len();
        (0..count).map(move |step| (first + step) & (count - 1))
    }

    #[inline]
    pub(super) fn lock(&self, index: usize) -> MutexGuard<'_, S> {
        // No code of a user runs under the lock, so a panic cannot have left a half-made change.
        self.shards[index]
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    pub(super) fn hint(&self, index: usize) -> u32 {
        self.shards[index].hint.load(Ordering::Relaxed)
    }

    /// To be called while the shard is locked.
    #[inline]
    pub(super) fn set_hint(&self, index: usize, hint: u32) {
        self.shards[index].hint.store(hint, Ordering::Relaxed);
    }

    /// Each in turn, locked.
    pub(super) fn each(&self, mut look: impl FnMut(&mut S)) {
        self.from(0).for_each(|index| look(&mut self.lock(index)));
    }
}

impl<S> fmt::Debug for Shards<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shards")
            .field("count", &self.shards.len())
            .finish_non_exhaustive()
    }
}

/// The number of this thread: they are counted as they come.
#[inline]
fn own_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    OWN.with(|own| {
        if own.get() == usize::MAX {
            own.set(NEXT.fetch_add(1, Ordering::Relaxed) & (usize::MAX >> 1));
        }
        own.get()
    })
}
