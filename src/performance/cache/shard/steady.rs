use std::time::Duration;

/// Time in nanoseconds that never goes back: where the clock does, it goes on from where it was, so that an expired value
/// does not come back and the others keep the time they had left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    last: u64,
    /// What was lost by going back, all together.
    lost: u64,
}

/// Threads read the clock before they take the lock, so one may come with an older time than the last: what is older by
/// less is no step back of the clock, and time stands still for it.
const TOLERANCE: u64 = 50_000_000;

impl Steady {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            last: nanos(now),
            lost: 0,
        }
    }

    #[inline]
    pub(super) fn at(&mut self, now: Duration) -> u64 {
        let now = nanos(now);
        let back = self.last.saturating_sub(now);
        if back > TOLERANCE {
            self.lost = self.lost.saturating_add(back);
            self.last = now;
        }
        self.last = self.last.max(now);
        self.last.saturating_add(self.lost)
    }
}

/// 584 years and more are for ever.
#[inline]
pub(in super::super) fn nanos(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(duration.subsec_nanos()))
}
