/// Counts of what was not recorded where it was meant to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Values that no series can hold: NaN, infinities, negative durations.
    pub rejected: u64,
    /// Records that reached no series of their own, those in an overflow series included.
    pub dropped: u64,
    /// Records that went to an overflow series.
    pub overflowed: u64,
    /// Series whose data was dropped because nothing came for long.
    pub expired: u64,
}

impl Losses {
    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        self.rejected = self.rejected.saturating_add(other.rejected);
        self.dropped = self.dropped.saturating_add(other.dropped);
        self.overflowed = self.overflowed.saturating_add(other.overflowed);
        self.expired = self.expired.saturating_add(other.expired);
    }

    /// What came since these counts were `before`.
    pub(super) fn since(&self, before: &Self) -> Self {
        Self {
            rejected: self.rejected - before.rejected,
            dropped: self.dropped - before.dropped,
            overflowed: self.overflowed - before.overflowed,
            expired: self.expired - before.expired,
        }
    }
}
