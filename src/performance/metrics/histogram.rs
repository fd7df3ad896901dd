use super::super::error::Error;
use super::super::stats::{ExactSum, rank};
use super::bounds::{HIGHEST, LOWEST, PER_OCTAVE, SCALE, locate, representative};
use super::octaves::Octaves;
use super::omission::Missed;
use super::unit::Unit;

/// Where a value is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Zero,
    Underflow,
    Bucket(i32),
    Overflow,
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
    #[inline(always)]
    pub fn record(&mut self, value: f64) -> bool {
        if !self.note(value) {
            return false;
        }
        let bucketed = self.unit.bucketed(value);
        if bucketed > LOWEST && bucketed <= HIGHEST {
            let (octave, bucket) = locate(bucketed);
            self.octaves.increment(octave, bucket);
        } else {
            self.put(self.place(value), 1);
        }
        true
    }

    /// The same, where speed matters less than another copy of the code.
    #[inline(never)]
    pub(crate) fn record_rarely(&mut self, value: f64) -> bool {
        let accepted = self.note(value);
        if accepted {
            self.put(self.place(value), 1);
        }
        accepted
    }

    /// Counts and sums a value without putting it into a bucket: all that a counter needs.
    #[inline(always)]
    pub(crate) fn note(&mut self, value: f64) -> bool {
        // Also false for NaN.
        let accepted = (0.0..=f64::MAX).contains(&value);
        if accepted {
            self.sum.add(value);
            // Adding 0 turns -0 into 0, so that equal values are equal bits.
            self.widen(value + 0.0, 1);
        }
        accepted
    }

    /// Adds a whole sum at once and counts it as one; nothing where it is 0.
    pub(crate) fn note_sum(&mut self, sum: &ExactSum) {
        self.sum.merge(sum);
        self.count += u64::from(*sum != ExactSum::new());
    }

    /// Records a value and, when it exceeds the interval at which values were expected, the values that a stalled
    /// caller could not record: `value - interval`, `value - 2 interval`, … down to `interval` (the correction for
    /// coordinated omission of HdrHistogram). An interval that is not positive and finite corrects nothing.
    ///
    /// Returns `false`, and records nothing, for a value that [`Histogram::record`] would reject or that stands for
    /// more than 2^53 missed ones. O(buckets), however many values were missed.
    pub fn record_with_expected_interval(&mut self, value: f64, interval: f64) -> bool {
        let Some(missed) = Missed::of(value, interval) else {
            return false;
        };
        if !self.record_rarely(value) {
            return false;
        }
        if missed.count > 0 {
            self.sum.add_falling_series(value, interval, missed.count);
            self.widen(missed.nth(missed.count), missed.count);
        }
        let mut from = 1;
        while from <= missed.count {
            let place = self.place(missed.nth(from));
            let last = missed.last_from(from, &|value| self.place(value) == place);
            self.put(place, last + 1 - from);
            from = last + 1;
        }
        true
    }

    /// Adds all that `other` holds. Exact and bit-equal in any order.
    ///
    /// Both must have the same [`Unit`]; buckets of different units would be added blindly.
    pub fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.count = self.count.saturating_add(other.count);
        // Not by `widen`: the minimum of an empty histogram, infinity, must not become a maximum.
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.put(Place::Zero, other.zero);
        self.put(Place::Underflow, other.underflow);
        self.put(Place::Overflow, other.overflow);
        other
            .octaves
            .for_each(&mut |index, n| self.octaves.add(index, n));
    }

    /// Makes a histogram from the plain numbers of a snapshot.
    ///
    /// # Errors
    /// What is wrong with them, when a histogram could not have these numbers.
    pub fn restore(
        unit: Unit,
        numbers: &Numbers,
        sum: ExactSum,
        buckets: impl Iterator<Item = (i32, u64)>,
    ) -> Result<Self, &'static str> {
        let mut restored = Self {
            sum,
            ..Self::new(unit)
        };
        let mut counted = 0u64;
        let mut put = |restored: &mut Self, place, n| {
            counted = counted.saturating_add(n);
            restored.put(place, n);
        };
        put(&mut restored, Place::Zero, numbers.zero);
        put(&mut restored, Place::Underflow, numbers.underflow);
        put(&mut restored, Place::Overflow, numbers.overflow);
        for (index, n) in buckets {
            if !(-1920..3392).contains(&index) {
                return Err("expected bucket indices from -1920 to 3391");
            }
            put(&mut restored, Place::Bucket(index), n);
        }
        if counted != numbers.count {
            return Err(
                "expected the buckets, zero, underflow and overflow to add up to the count",
            );
        }
        if counted > 0 {
            if !(0.0 <= numbers.min && numbers.min <= numbers.max && numbers.max <= f64::MAX) {
                return Err("expected finite min and max with 0 <= min <= max");
            }
            restored.widen(numbers.min + 0.0, 0);
            restored.widen(numbers.max, counted);
        }
        Ok(restored)
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
        Ok(self.quantiles([q]).map(|[value]| value))
    }

    /// The values at ascending quantiles in [0, 1], in one pass over the octaves. `None` while empty.
    #[must_use]
    pub fn quantiles<const N: usize>(&self, quantiles: [f64; N]) -> Option<[f64; N]> {
        if self.count == 0 {
            return None;
        }
        let ranks = quantiles.map(|q| rank(q, self.count));
        let mut found = [None; N];
        let below = self.zero + self.underflow;
        self.octaves
            .find(&ranks.map(|rank| rank.saturating_sub(below)), &mut found);
        let mut values = [0.0; N];
        for ((value, rank), bucket) in values.iter_mut().zip(ranks).zip(found) {
            *value = self.value_at(rank, bucket);
        }
        Some(values)
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
    pub fn for_each_bucket(&self, mut visit: impl FnMut(i32, u64)) {
        self.octaves.for_each(&mut visit);
    }

    /// Visits the octaves that were ever touched, lowest first, each with its 64 buckets' counts below 2^32; what a count
    /// has beyond that is in [`Histogram::carries`]. Octave `o` holds the buckets `64 o .. 64 o + 64`.
    pub fn for_each_octave(&self, visit: &mut dyn FnMut(i32, &[u32; 64])) {
        self.octaves.for_each_octave(visit);
    }

    /// Bucket index and how many times 2^32 are to be added to its count in [`Histogram::for_each_octave`]; of a few
    /// buckets, if any.
    #[must_use]
    pub fn carries(&self) -> &[(i32, u64)] {
        self.octaves.carries()
    }

    /// The buckets at a lower scale (fewer, wider buckets), exactly as if they had been recorded at it.
    /// Scales above 6 give scale 6; lowest is -10.
    #[must_use]
    pub fn buckets_at_scale(&self, scale: i32) -> Vec<(i32, u64)> {
        let shift = (SCALE - scale.clamp(-10, SCALE)) as u32;
        let mut merged: Vec<(i32, u64)> = Vec::new();
        self.octaves
            .for_each(&mut |index, count| match merged.last_mut() {
                Some((last, sum)) if *last == index >> shift => *sum += count,
                _ => merged.push((index >> shift, count)),
            });
        merged
    }

    /// The value of a rank, given the bucket it lies in if it lies in one.
    fn value_at(&self, rank: u64, bucket: Option<i32>) -> f64 {
        if rank <= 1 {
            self.min
        } else if rank >= self.count {
            self.max
        } else if rank <= self.zero {
            0.0
        } else if rank <= self.zero + self.underflow {
            self.clamped(LOWEST / 2.0)
        } else {
            bucket.map_or(self.max, |index| self.clamped(representative(index)))
        }
    }

    fn clamped(&self, bucketed: f64) -> f64 {
        // Not `clamp`, which would panic if the extremes were ever in disorder.
        self.unit.given(bucketed).max(self.min).min(self.max)
    }

    /// Takes `value` into the extremes and counts it `n` times.
    #[inline(always)]
    fn widen(&mut self, value: f64, n: u64) {
        self.count = self.count.saturating_add(n);
        // Not f64::min: a comparison is cheaper and neither side is NaN.
        if value < self.min {
            self.min = value;
        }
        if value > self.max {
            self.max = value;
        }
    }

    fn place(&self, value: f64) -> Place {
        let bucketed = self.unit.bucketed(value);
        if value == 0.0 {
            Place::Zero
        } else if bucketed <= LOWEST {
            Place::Underflow
        } else if bucketed > HIGHEST {
            Place::Overflow
        } else {
            let (octave, bucket) = locate(bucketed);
            Place::Bucket(octave * PER_OCTAVE as i32 + bucket as i32)
        }
    }

    fn put(&mut self, place: Place, n: u64) {
        let count = match place {
            Place::Zero => &mut self.zero,
            Place::Underflow => &mut self.underflow,
            Place::Overflow => &mut self.overflow,
            Place::Bucket(index) => return self.octaves.add(index, n),
        };
        *count = count.saturating_add(n);
    }
}

/// The single numbers of a histogram in a snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers {
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
}
