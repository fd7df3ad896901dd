use super::super::stats::ExactSum;
use super::histogram::Histogram;
use super::unit::Unit;

/// A histogram of operations and how many of them ended other than intended.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Every recorded value, however the operation ended. Of a counter only count and sum are used.
    pub histogram: Histogram,
    /// How many of them ended with an error.
    pub errors: u64,
    /// How many of them were given up before they ended.
    pub aborted: u64,
}

impl Tally {
    /// An empty tally.
    #[must_use]
    pub fn new(unit: Unit) -> Self {
        Self {
            histogram: Histogram::new(unit),
            errors: 0,
            aborted: 0,
        }
    }

    /// What a counter holds: a sum. It counts as one record where it is not 0, so that it shows.
    #[must_use]
    pub fn of_sum(sum: &ExactSum) -> Self {
        let mut tally = Self::new(Unit::Base);
        tally.histogram.note_sum(sum);
        tally
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.histogram.merge(&other.histogram);
        self.errors = self.errors.saturating_add(other.errors);
        self.aborted = self.aborted.saturating_add(other.aborted);
    }

    pub(crate) fn empty_like(&self) -> Self {
        Self::new(self.histogram.unit())
    }
}
