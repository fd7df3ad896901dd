use super::histogram::{Histogram, Unit};
use super::since::Mergeable;

/// A histogram of operations and how many of them ended other than intended.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Every recorded value, however the operation ended.
    pub histogram: Histogram,
    /// How many of them ended with an error.
    pub errors: u64,
    /// How many of them were given up before they ended.
    pub aborted: u64,
}

impl Tally {
    pub(crate) fn new(unit: Unit) -> Self {
        Self {
            histogram: Histogram::new(unit),
            errors: 0,
            aborted: 0,
        }
    }
}

impl Mergeable for Tally {
    fn empty_like(&self) -> Self {
        Self::new(self.histogram.unit())
    }

    fn merge(&mut self, other: &Self) {
        self.histogram.merge(&other.histogram);
        self.errors = self.errors.saturating_add(other.errors);
        self.aborted = self.aborted.saturating_add(other.aborted);
    }
}
