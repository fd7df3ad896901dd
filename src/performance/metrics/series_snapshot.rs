use super::super::error::Error;
use super::super::stats::ExactSum;
use super::bounds::SCALE;
use super::histogram::{Histogram, Numbers};
use super::tally::Tally;
use super::unit::Unit;

/// The quantiles that every snapshot shows.
pub const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// One histogram in a snapshot. Values are in milliseconds for operations, in `unit` for other histograms.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase")
)]
pub struct SeriesSnapshot {
    /// Unit of the values; empty for operations, whose values are milliseconds.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "String::is_empty")
    )]
    pub unit: String,
    /// How many values were recorded, at least 1.
    pub count: u64,
    /// The exact sum, rounded once.
    pub sum: f64,
    /// `sum / count`, never outside [min, max].
    pub mean: f64,
    /// The smallest value, exactly as recorded.
    pub min: f64,
    /// The largest value, exactly as recorded.
    pub max: f64,
    /// The median, within 0.542 %.
    pub p50: f64,
    /// The 0.95 quantile, within 0.542 %.
    pub p95: f64,
    /// The 0.99 quantile, within 0.542 %.
    pub p99: f64,
    /// Values per second between `startedAt` and `takenAt` of the snapshot.
    pub rate: f64,
    /// How many of the operations ended with an error; they are part of the count.
    pub errors: u64,
    /// How many of the operations were given up; they are part of the count.
    pub aborted: u64,
    /// How many values were exactly 0.
    pub zero: u64,
    /// How many values lay in (0, 2^-30] of the bucketed unit.
    pub underflow: u64,
    /// How many values lay above 2^53 of the bucketed unit.
    pub overflow: u64,
    /// When the last value came, in milliseconds since the Unix epoch.
    pub last_at: f64,
    /// True where this is the sum of what stands under the name's labels and under `name{}`.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "std::ops::Not::not")
    )]
    pub total: bool,
    /// Scale of the buckets: always 6 here.
    pub scale: i32,
    /// The buckets that are not empty.
    pub buckets: Buckets,
    /// The sum without rounding.
    pub sum_exact: ExactSumParts,
    /// The recent past, for a series that keeps a window.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub window: Option<WindowSnapshot>,
}

/// Buckets that are not empty: bucket `i` holds `(2^(i/64), 2^((i+1)/64)]`, of seconds for operations.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Buckets {
    /// Ascending bucket indices.
    pub indices: Vec<i32>,
    /// The count of each, at least 1.
    pub counts: Vec<u64>,
}

/// An [`ExactSum`] as plain numbers: `Σ limbs[i] * 2^(32 i + exponent)`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExactSumParts {
    /// Exponent of the lowest limb: -1074 + 32 k, 0 for a sum of 0.
    pub exponent: i32,
    /// 32-bit limbs, lowest first, neither end 0.
    pub limbs: Vec<u32>,
}

/// The last N seconds of a series. Without values in them, only the counts are there.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase")
)]
pub struct WindowSnapshot {
    /// Its length in seconds.
    pub seconds: f64,
    /// How many values came in it.
    pub count: u64,
    /// Their exact sum, rounded once.
    pub sum: f64,
    /// Values per second, over the window or over the time since the start where that is shorter.
    pub rate: f64,
    /// How many ended with an error.
    pub errors: u64,
    /// How many were given up.
    pub aborted: u64,
    /// How many were exactly 0.
    pub zero: u64,
    /// How many lay below the buckets.
    pub underflow: u64,
    /// How many lay above the buckets.
    pub overflow: u64,
    /// Scale of the buckets.
    pub scale: i32,
    /// The buckets that are not empty.
    pub buckets: Buckets,
    /// The sum without rounding.
    pub sum_exact: ExactSumParts,
    /// Mean, extremes and quantiles; absent without values.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub statistics: Option<Statistics>,
}

/// What only a histogram with values has.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Statistics {
    /// `sum / count`, never outside [min, max].
    pub mean: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The median, within 0.542 %.
    pub p50: f64,
    /// The 0.95 quantile, within 0.542 %.
    pub p95: f64,
    /// The 0.99 quantile, within 0.542 %.
    pub p99: f64,
}

impl Statistics {
    fn of(histogram: &Histogram) -> Option<Self> {
        let (min, max) = histogram.min().zip(histogram.max())?;
        let [p50, p95, p99] = histogram.quantiles(QUANTILES)?;
        let mean = (histogram.sum().value() / histogram.count() as f64).clamp(min, max);
        Some(Self {
            mean,
            min,
            max,
            p50,
            p95,
            p99,
        })
    }
}

impl Buckets {
    fn of(histogram: &Histogram) -> Self {
        let mut buckets = Self::default();
        histogram.for_each_bucket(|index, count| {
            buckets.indices.push(index);
            buckets.counts.push(count);
        });
        buckets
    }
}

impl From<&ExactSum> for ExactSumParts {
    fn from(sum: &ExactSum) -> Self {
        let (exponent, limbs) = sum.to_limbs();
        Self { exponent, limbs }
    }
}

impl SeriesSnapshot {
    /// What a tally shows; `elapsed_ms` is what its rate is over.
    pub(super) fn of(tally: &Tally, unit: &str, elapsed_ms: f64) -> Self {
        let histogram = &tally.histogram;
        let Statistics {
            mean,
            min,
            max,
            p50,
            p95,
            p99,
        } = Statistics::of(histogram).unwrap_or_default();
        Self {
            unit: unit.to_owned(),
            count: histogram.count(),
            sum: histogram.sum().value(),
            mean,
            min,
            max,
            p50,
            p95,
            p99,
            rate: rate(histogram.count(), elapsed_ms),
            errors: tally.errors,
            aborted: tally.aborted,
            zero: histogram.zero(),
            underflow: histogram.underflow(),
            overflow: histogram.overflow(),
            scale: SCALE,
            buckets: Buckets::of(histogram),
            sum_exact: histogram.sum().into(),
            ..Self::default()
        }
    }

    /// The same data as a tally, that can be merged and asked for any quantile.
    pub(super) fn to_tally(&self, key: &str, unit: Unit) -> Result<Tally, Error> {
        let malformed = |problem| Error::MalformedSeries {
            key: key.to_owned(),
            problem,
        };
        let Buckets { indices, counts } = &self.buckets;
        if indices.len() != counts.len() {
            return Err(malformed(
                "expected as many bucket counts as bucket indices",
            ));
        }
        let sum = self
            .sum_exact
            .to_sum()
            .map_err(|_| malformed("expected an exact sum within the range of a double"))?;
        let numbers = Numbers {
            count: self.count,
            min: self.min,
            max: self.max,
            zero: self.zero,
            underflow: self.underflow,
            overflow: self.overflow,
        };
        let buckets = indices.iter().copied().zip(counts.iter().copied());
        let histogram = Histogram::restore(unit, &numbers, sum, buckets).map_err(malformed)?;
        Ok(Tally {
            histogram,
            errors: self.errors,
            aborted: self.aborted,
        })
    }
}

impl ExactSumParts {
    pub(super) fn to_sum(&self) -> Result<ExactSum, Error> {
        ExactSum::from_limbs(self.exponent, self.limbs.iter().copied())
    }
}

impl WindowSnapshot {
    pub(super) fn of(tally: &Tally, length_ms: f64, elapsed_ms: f64) -> Self {
        let histogram = &tally.histogram;
        Self {
            seconds: length_ms / 1e3,
            count: histogram.count(),
            sum: histogram.sum().value(),
            rate: rate(histogram.count(), length_ms.min(elapsed_ms)),
            errors: tally.errors,
            aborted: tally.aborted,
            zero: histogram.zero(),
            underflow: histogram.underflow(),
            overflow: histogram.overflow(),
            scale: SCALE,
            buckets: Buckets::of(histogram),
            sum_exact: histogram.sum().into(),
            statistics: Statistics::of(histogram),
        }
    }
}

/// Values per second; 0 where no time has passed.
pub(super) fn rate(count: u64, elapsed_ms: f64) -> f64 {
    if elapsed_ms > 0.0 {
        count as f64 * 1e3 / elapsed_ms
    } else {
        0.0
    }
}
