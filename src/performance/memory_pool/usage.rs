use std::sync::atomic::{AtomicI64, Ordering};

/// The most that was in use at once, over all parts of a pool.
#[derive(Debug, Default)]
pub(super) struct Peak {
    announced: AtomicI64,
    highest: AtomicI64,
}

/// How much is in use in one part, under its lock.
///
/// A sum that all threads write at every lease would cost more than the lease. So a part announces a rise at once and a
/// fall only when it is more than one: whoever leases and gives back in turns writes nothing shared. The peak is exact
/// while one thread leases, and over by at most one for each further part.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// Below 0 where a thread gives back what others lease.
    in_use: i64,
    announced: i64,
}

impl Level {
    #[inline]
    pub(super) fn rise(&mut self, peak: &Peak) {
        self.in_use += 1;
        if self.in_use > self.announced {
            self.announced += 1;
            let all = peak.announced.fetch_add(1, Ordering::Relaxed) + 1;
            if all > peak.highest.load(Ordering::Relaxed) {
                peak.highest.fetch_max(all, Ordering::Relaxed);
            }
        }
    }

    #[inline]
    pub(super) fn fall(&mut self, peak: &Peak) {
        self.in_use -= 1;
        if self.announced > self.in_use + 1 {
            self.announced -= 1;
            peak.announced.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub(super) fn in_use(&self) -> i64 {
        self.in_use
    }
}

impl Peak {
    pub(super) fn highest(&self) -> u64 {
        self.highest.load(Ordering::Relaxed).max(0) as u64
    }
}
