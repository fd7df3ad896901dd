use super::super::error::Error;
use super::super::stats::{ExactSum, rank};
use super::bounds::{HIGHEST, LOWEST, PER_OCTAVE, SCALE, locate, representative};
use super::octaves::Octaves;
use super::omission;

/// The unit in which values come and the base unit in which they are put into buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Values are durations in milliseconds, put into buckets of seconds: the base unit of Prometheus and OTLP.
    Milliseconds,
    /// Values are in a base unit already (bytes, items, ratios) and are put into buckets as they are.
    Base,
}

impl Unit {
    /// The factor from the unit of the values to that of the buckets.
    pub(crate) fn bucketed(self, value: f64) -> f64 {
        match self {
            Self::Milliseconds => value * 1e-3,
            Self::Base => value,
        }
    }

    /// The way back, from the unit of the buckets to that of the values.
    pub(crate) fn given(self, value: f64) -> f64 {
        match self {
            Self::Milliseconds => value * 1e3,
            Self::Base => value,
        }
    }
}

/// A histogram of non-negative values: any quantile within 0.542 %, from 2^-30 to 2^53 of the base unit (0.93 ns and
/// up for durations), in about 2 KB for typical latencies.
///
/// Count, minimum, maximum and sum are exact, and [`Histogram::merge`] gives the same bits in any order and after any
/// split. Values in `(0, 2^-30]` count as underflow and values above 2^53 as overflow of the base unit; both are still
/// part of count, sum, minimum and maximum.
#[derive(Clone, Debug)]
pub struct Histogram {
    unit: Unit,
    count: u64,
    /// Infinity while empty.
    min: f64,
    /// 0 while empty.
    max: f64,
    sum: ExactSum,
    zero: u64,
    underflow: u64,
    overflow: u64,
    octaves: Octaves,
}

impl Histogram {
    /// An empty histogram. If unsure, use [`Unit::Milliseconds`] for durations and [`Unit::Base`] for all else.
    #[must_use]
    pub fn new(unit: Unit) -> Self {
        Self {
            unit,
            count: 0,
            min: f64::INFINITY,
            max: 0.0,
            sum: ExactSum::new(),
            zero: 0,
            underflow: 0,
            overflow: 0,
            octaves: Octaves::default(),
        }
    }

    /// Records one value. Returns `false`, and records nothing, for NaN, infinities and negative values.
    ///
    /// O(1); allocates 256 bytes at the first value of an octave and nothing after that.
    #[inline]
    pub fn record(&mut self, value: f64) -> bool {
        // Also false for NaN.
        if !(0.0..=f64::MAX).contains(&value) {
            return false;
        }
        // Adding 0 turns -0 into 0, so that equal values are equal bits.
        let value = value + 0.0;
        self.note(value, 1);
        self.sum.add(value);
        let bucketed = self.unit.bucketed(value);
        if bucketed > LOWEST && bucketed <= HIGHEST {
            let (octave, bucket) = locate(bucketed);
            self.octaves.increment(octave, bucket);
        } else {
            self.place_outside(value, bucketed, 1);
        }
        true
    }

    /// Records a value and, when it exceeds the interval at which values were expected, the values that a stalled
    /// caller could not record: `value - interval`, `value - 2 interval`, … down to `interval` (the correction for
    /// coordinated omission of HdrHistogram). An interval that is not positive and finite corrects nothing.
    ///
    /// Returns `false`, and records nothing, for a value that [`Histogram::record`] would reject or that stands for
    /// more than 2^53 missed ones. O(buckets), however many values were missed.
    pub fn record_with_expected_interval(&mut self, value: f64, interval: f64) -> bool {
        if !(interval > 0.0 && interval <= f64::MAX && value > interval) {
            return self.record(value);
        }
        let Some(missed) = omission::missed(value, interval) else {
            return false;
        };
        if !self.record(value) || missed == 0 {
            return value >= 0.0;
        }
        self.sum
            .add_falling_series(value - interval, interval, missed);
        let unit = self.unit;
        let nth = |k: u64| omission::nth_missed(value, interval, k);
        self.note(nth(missed), missed);
        let mut from = 1;
        while from <= missed {
            let largest = nth(from);
            let bucketed = unit.bucketed(largest);
            let until = if bucketed > LOWEST && bucketed <= HIGHEST {
                let (octave, bucket) = locate(bucketed);
                let index = octave * PER_OCTAVE as i32 + bucket as i32;
                let last = omission::last_in_bucket(value, interval, from, missed, |v| {
                    let v = unit.bucketed(v);
                    v > LOWEST && super::bounds::bucket_index(v) == Some(index)
                });
                self.octaves.add(index, last + 1 - from);
                last
            } else {
                let above = bucketed > HIGHEST;
                let last = omission::last_in_bucket(value, interval, from, missed, |v| {
                    let v = unit.bucketed(v);
                    if above { v > HIGHEST } else { v <= LOWEST }
                });
                self.place_outside(largest, bucketed, last + 1 - from);
                last
            };
            from = until + 1;
        }
        true
    }

    /// Adds all that `other` holds. Exact and bit-equal in any order.
    ///
    /// Both must have the same [`Unit`]; buckets of different units would be added blindly.
    pub fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.unit, other.unit);
        if other.count == 0 {
            return;
        }
        self.note(other.min, 0);
        self.note(other.max, other.count);
        self.sum.merge(&other.sum);
        self.zero = self.zero.saturating_add(other.zero);
        self.underflow = self.underflow.saturating_add(other.underflow);
        self.overflow = self.overflow.saturating_add(other.overflow);
        self.octaves.merge(&other.octaves);
    }

    /// Adds data that came from outside as plain numbers; counts that do not add up are the caller's to check.
    pub(crate) fn merge_parts(&mut self, parts: &Parts<'_>) -> Result<(), Error> {
        self.sum.add_limbs(parts.sum_exponent, parts.sum_limbs)?;
        self.note(parts.min + 0.0, 0);
        self.note(parts.max + 0.0, parts.count);
        self.zero = self.zero.saturating_add(parts.zero);
        self.underflow = self.underflow.saturating_add(parts.underflow);
        self.overflow = self.overflow.saturating_add(parts.overflow);
        for (index, count) in parts.indices.iter().zip(parts.counts) {
            self.octaves.add(*index, *count);
        }
        Ok(())
    }

    /// The value at quantile `q` in [0, 1]: within 0.542 % of the sample of rank `max(1, ceil(q n))`, never outside
    /// [minimum, maximum], and exact for the first and the last rank. `None` while empty. O(buckets).
    ///
    /// # Errors
    /// [`Error::InvalidQuantile`] when `q` is NaN or outside [0, 1].
    pub fn quantile(&self, q: f64) -> Result<Option<f64>, Error> {
        if !(0.0..=1.0).contains(&q) {
            return Err(Error::InvalidQuantile(q));
        }
        Ok((self.count > 0).then(|| self.value_at_rank(rank(q, self.count))))
    }

    /// How many values were recorded, zeros and those outside the bucketed range included.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The exact sum of the values as they were given.
    #[must_use]
    pub fn sum(&self) -> &ExactSum {
        &self.sum
    }

    /// The smallest value, exactly as it was given; `None` while empty.
    #[must_use]
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest value, exactly as it was given; `None` while empty.
    #[must_use]
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// How many values were exactly 0; they have a bucket of their own.
    #[must_use]
    pub fn zero(&self) -> u64 {
        self.zero
    }

    /// How many values lay in `(0, 2^-30]` of the base unit, below the first bucket.
    #[must_use]
    pub fn underflow(&self) -> u64 {
        self.underflow
    }

    /// How many values lay above 2^53 of the base unit, beyond the last bucket.
    #[must_use]
    pub fn overflow(&self) -> u64 {
        self.overflow
    }

    /// The unit of the values.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Calls `visit` with index and count of every bucket that is not empty, lowest first, at scale 6.
    pub fn for_each_bucket(&self, visit: impl FnMut(i32, u64)) {
        self.octaves.for_each(visit);
    }

    /// The buckets at a lower scale (fewer, wider buckets), exactly as if they had been recorded at it.
    /// Scales above 6 give scale 6; lowest is -10.
    #[must_use]
    pub fn buckets_at_scale(&self, scale: i32) -> Vec<(i32, u64)> {
        let shift = (SCALE - scale.clamp(-10, SCALE)) as u32;
        let mut merged: Vec<(i32, u64)> = Vec::new();
        self.octaves
            .for_each(|index, count| match merged.last_mut() {
                Some((last, sum)) if *last == index >> shift => *sum += count,
                _ => merged.push((index >> shift, count)),
            });
        merged
    }

    fn value_at_rank(&self, rank: u64) -> f64 {
        if rank <= 1 {
            return self.min;
        }
        if rank >= self.count {
            return self.max;
        }
        if rank <= self.zero {
            return 0.0;
        }
        let below = self.zero + self.underflow;
        let value = if rank <= below {
            self.unit.given(LOWEST / 2.0)
        } else {
            match self.octaves.find(rank - below) {
                Some(index) => self.unit.given(representative(index)),
                None => self.max,
            }
        };
        value.clamp(self.min, self.max)
    }

    #[inline(always)]
    fn note(&mut self, value: f64, n: u64) {
        self.count = self.count.saturating_add(n);
        // Not f64::min: a comparison is cheaper and neither side is NaN.
        if value < self.min {
            self.min = value;
        }
        if value > self.max {
            self.max = value;
        }
    }

    #[cold]
    fn place_outside(&mut self, value: f64, bucketed: f64, n: u64) {
        if value == 0.0 {
            self.zero += n;
        } else if bucketed > HIGHEST {
            self.overflow += n;
        } else {
            self.underflow += n;
        }
    }
}

/// A histogram as plain numbers, as it stands in a snapshot.
#[derive(Debug)]
pub struct Parts<'a> {
    /// How many values.
    pub count: u64,
    /// The smallest one.
    pub min: f64,
    /// The largest one.
    pub max: f64,
    /// How many were exactly 0.
    pub zero: u64,
    /// How many lay below the first bucket.
    pub underflow: u64,
    /// How many lay above the last bucket.
    pub overflow: u64,
    /// The buckets that are not empty, at scale 6.
    pub indices: &'a [i32],
    /// Their counts.
    pub counts: &'a [u64],
    /// The sum, in the form of [`ExactSum::to_limbs`].
    pub sum_exponent: i32,
    /// The sum's limbs.
    pub sum_limbs: &'a [u32],
}

impl Parts<'_> {
    /// What is wrong with them, if anything: a histogram could not have these numbers.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let in_range = |index: &i32| (-30 * 64..53 * 64).contains(index);
        let in_buckets = self
            .counts
            .iter()
            .try_fold(0u64, |sum, count| sum.checked_add(*count));
        let outside = self
            .zero
            .checked_add(self.underflow)
            .and_then(|sum| sum.checked_add(self.overflow));
        let finite = |value: f64| (0.0..=f64::MAX).contains(&value);
        if self.indices.len() != self.counts.len() {
            Some("expected as many bucket counts as bucket indices")
        } else if !self.indices.iter().all(in_range) {
            Some("expected bucket indices from -1920 to 3391")
        } else if in_buckets.zip(outside).and_then(|(a, b)| a.checked_add(b)) != Some(self.count) {
            Some("expected the buckets, zero, underflow and overflow to add up to the count")
        } else if self.count > 0 && !(finite(self.min) && finite(self.max) && self.min <= self.max)
        {
            Some("expected finite min and max with 0 <= min <= max")
        } else {
            None
        }
    }
}
