use std::time::Duration;

/// Time in nanoseconds that never goes back: where the clock does, it goes on from where it was, so that an expired value
/// does not come back and the others keep the time they had left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    last: u64,
    /// What was lost by going back, all together.
    lost: u64,
}

impl Steady {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            last: nanos(now),
            lost: 0,
        }
    }

    pub(super) fn at(&mut self, now: Duration) -> u64 {
        let now = nanos(now);
        if now < self.last {
            self.lost = self.lost.saturating_add(self.last - now);
        }
        self.last = now;
        now.saturating_add(self.lost)
    }
}

/// 584 years and more are for ever.
pub(in super::super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
