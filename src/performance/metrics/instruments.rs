use std::fmt;
use std::time::Duration;

use super::super::clock::to_millis;
use super::handle::Outcome;
use super::instrument::Instrument;
use super::timer::Timer;

/// A histogram of durations; clones record into the same series.
#[derive(Clone)]
pub struct Operation(pub(super) Instrument);

/// A histogram of values in a base unit; clones record into the same series.
#[derive(Clone)]
pub struct ValueHistogram(pub(super) Instrument);

/// A sum that only grows; clones add to the same series.
#[derive(Clone)]
pub struct Counter(pub(super) Instrument);

/// A value that was set last; clones set the same series.
#[derive(Clone)]
pub struct Gauge(pub(super) Instrument);

impl Operation {
    /// Starts a timer that records when it is finished, and as aborted when it is dropped before.
    #[must_use = "a timer that is dropped at once records an aborted operation"]
    pub fn start(&self) -> Timer {
        Timer::start(self.0.clone())
    }

    /// Records a completed operation. O(1).
    pub fn record(&self, duration: Duration) {
        self.record_as(duration, Outcome::Completed);
    }

    /// Records an operation that ended in some other way. It counts like any; failed and aborted ones are counted
    /// apart as well.
    pub fn record_as(&self, duration: Duration, outcome: Outcome) {
        self.0
            .record(to_millis(duration), outcome, self.0.shared.now_ms());
    }

    /// Records a duration in milliseconds as it is; NaN, infinities and negative ones are counted as rejected.
    pub fn record_ms(&self, milliseconds: f64) {
        self.0.record_now(milliseconds);
    }

    /// Records an operation of a caller that starts one every `interval`, with those it could not start meanwhile: the
    /// correction for coordinated omission. O(buckets).
    pub fn record_with_expected_interval(&self, duration: Duration, interval: Duration) {
        self.0
            .record_with_expected_interval(to_millis(duration), to_millis(interval));
    }

    /// Times `work`.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let timer = self.start();
        let result = work();
        timer.finish();
        result
    }
}

impl ValueHistogram {
    /// Records a value; NaN, infinities and negative ones are counted as rejected. O(1).
    pub fn record(&self, value: f64) {
        self.0.record_now(value);
    }
}

impl Counter {
    /// Adds `by`; what is negative or not finite is counted as rejected. O(1), and the sum is exact.
    pub fn increment(&self, by: f64) {
        self.0.record_now(by);
    }
}

impl Gauge {
    /// Sets the value; what is not finite is counted as rejected.
    pub fn set(&self, value: f64) {
        self.0.record_now(value);
    }
}

macro_rules! debug_as_key {
    ($($instrument:ident),*) => {$(
        impl fmt::Debug for $instrument {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($instrument)).field(&self.0.key()).finish()
            }
        }
    )*};
}

debug_as_key!(Operation, ValueHistogram, Counter, Gauge);
