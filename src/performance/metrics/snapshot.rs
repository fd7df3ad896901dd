use std::collections::BTreeMap;

use super::super::stats::ExactSum;
use super::losses::Losses;
use super::series_snapshot::{ExactSumParts, SeriesSnapshot, WindowSnapshot};
use super::spec::bare_name;
use super::store::Kind;
use super::view::{Entry, Role};

/// Version of the snapshot's form; raised when a reader of the old one could misunderstand the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// The largest integer up to which every integer is a double: 2^53.
const MAX_SAFE: f64 = 9_007_199_254_740_992.0;

/// Everything a collector holds, as plain data: the same form from browser, Node and Rust.
///
/// Keys are `name`, or `name{label="value"}` with the labels sorted. Where a name has labels, the bare name holds the
/// total of all of them, and `name{}` what was recorded without labels.
///
/// When you read one with `serde_json`, switch on its feature `float_roundtrip`: without it some doubles come back one
/// bit off.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase")
)]
pub struct Snapshot {
    /// Version of this form: 1.
    pub schema_version: u32,
    /// When recording began, in milliseconds since the Unix epoch; of a delta, the look before.
    pub started_at: f64,
    /// When the snapshot was taken, in milliseconds since the Unix epoch.
    pub taken_at: f64,
    /// What is known of the clock.
    pub clock: ClockInfo,
    /// Histograms of durations, in milliseconds.
    pub operations: BTreeMap<String, SeriesSnapshot>,
    /// Histograms of other values.
    pub histograms: BTreeMap<String, SeriesSnapshot>,
    /// Sums that only grow, each rounded once.
    pub counters: BTreeMap<String, f64>,
    /// The sums without rounding of those counters that are not an integer up to 2^53.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "BTreeMap::is_empty")
    )]
    pub exact_counters: BTreeMap<String, ExactSumParts>,
    /// Values that were set last.
    pub gauges: BTreeMap<String, f64>,
    /// When each gauge was set, in milliseconds since the Unix epoch.
    pub gauge_times: BTreeMap<String, f64>,
    /// Values that no series can hold: NaN, infinities, negative ones.
    pub rejected: u64,
    /// Records that reached no series of their own: lost in a full buffer, or put into an overflow series.
    pub dropped: u64,
    /// Counts of series.
    pub series: SeriesCounts,
}

/// What is known of the clock that the durations were read from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ClockInfo {
    /// Its smallest step, in milliseconds. Durations of few steps say little.
    pub resolution: f64,
}

/// Counts of series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SeriesCounts {
    /// Series that hold data.
    pub active: u64,
    /// How many there may be.
    pub limit: u64,
    /// Records that went to an overflow series; they are part of `dropped`.
    pub overflowed: u64,
    /// How often the data of an idle series was dropped.
    pub expired: u64,
}

impl Snapshot {
    pub(super) fn empty(started_at: f64, taken_at: f64) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            started_at,
            taken_at,
            ..Self::default()
        }
    }

    /// Puts an entry under `key`; times of the entry are relative to `epoch_ms`.
    pub(super) fn add(&mut self, key: &str, unit: &str, entry: &Entry<'_>, epoch_ms: f64) {
        let elapsed_ms = self.taken_at - self.started_at;
        let key = if entry.role == Role::Own {
            format!("{key}{{}}")
        } else {
            key.to_owned()
        };
        match (&entry.tally, entry.kind) {
            (None, _) => {
                self.gauge_times
                    .insert(key.clone(), epoch_ms + entry.last_ms);
                self.gauges.insert(key, entry.gauge);
            }
            (Some(tally), Kind::Counter) => self.set_counter(key, tally.histogram.sum()),
            (Some(tally), kind) => {
                let mut series = SeriesSnapshot::of(tally, unit, elapsed_ms);
                series.total = entry.role == Role::Total;
                series.last_at = epoch_ms + entry.last_ms;
                let window = entry.window.as_ref();
                series.window = window
                    .map(|(length_ms, tally)| WindowSnapshot::of(tally, *length_ms, elapsed_ms));
                let entries = if kind == Kind::Operation {
                    &mut self.operations
                } else {
                    &mut self.histograms
                };
                entries.insert(key, series);
            }
        }
    }

    pub(super) fn set_counter(&mut self, key: String, sum: &ExactSum) {
        let value = sum.value();
        let mut rounded = ExactSum::new();
        rounded.add(value);
        if value > MAX_SAFE || value != value.trunc() || rounded != *sum {
            self.exact_counters.insert(key.clone(), sum.into());
        } else {
            self.exact_counters.remove(&key);
        }
        self.counters.insert(key, value);
    }

    pub(super) fn losses(&self) -> Losses {
        Losses {
            rejected: self.rejected,
            dropped: self.dropped,
            overflowed: self.series.overflowed,
            expired: self.series.expired,
        }
    }

    pub(super) fn set_losses(&mut self, losses: &Losses) {
        (self.rejected, self.dropped) = (losses.rejected, losses.dropped);
        (self.series.overflowed, self.series.expired) = (losses.overflowed, losses.expired);
    }

    /// Whether a counter is the total of labelled ones, so that merging it as well would count twice.
    pub(super) fn is_counter_total(&self, key: &str) -> bool {
        let prefix = format!("{key}{{");
        let from_there = self.counters.range(prefix.clone()..).map(|(next, _)| next);
        from_there
            .take_while(|next| next.starts_with(&prefix))
            .any(|next| bare_name(next) == key)
    }

    /// A counter's sum without rounding.
    pub(super) fn exact_counter(&self, key: &str) -> ExactSum {
        let exact = self
            .exact_counters
            .get(key)
            .and_then(|parts| parts.to_sum().ok());
        exact.unwrap_or_else(|| {
            let rounded = self.counters.get(key).copied().unwrap_or(0.0);
            let mut sum = ExactSum::new();
            if rounded.is_finite() {
                sum.add(rounded);
            }
            sum
        })
    }
}
