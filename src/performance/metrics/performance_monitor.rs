use std::time::Duration;

use super::super::error::Error;
use super::collector::MetricsCollector;
use super::snapshot::Snapshot;
use super::spec::SeriesSpec;

/// The monitor of the npm package, with the same calls natively.
///
/// ```
/// use code_mesh_core::performance::WasmPerformanceMonitor;
///
/// let monitor = WasmPerformanceMonitor::new();
/// let timer = monitor.start_timer("operation");
/// // … the work …
/// monitor.end_timer("operation", timer);
/// assert_eq!(monitor.snapshot().operations["operation"].count, 1);
/// ```
#[derive(Clone, Debug)]
pub struct WasmPerformanceMonitor {
    collector: MetricsCollector,
}

/// When a timer of a [`WasmPerformanceMonitor`] was started. Plain data: one that is never ended records nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "end_timer needs it"]
pub struct TimerStart(Duration);

impl WasmPerformanceMonitor {
    /// A monitor that records into a collector of yours.
    #[must_use]
    pub fn with_collector(collector: MetricsCollector) -> Self {
        Self { collector }
    }

    /// Reads the clock. The name is that of `end_timer`; it is taken here so that both calls read alike.
    pub fn start_timer(&self, _name: &str) -> TimerStart {
        TimerStart(self.collector.shared.clock.now())
    }

    /// Records the time since `timer` was started.
    pub fn end_timer(&self, name: impl Into<SeriesSpec>, timer: TimerStart) {
        let now = self.collector.shared.clock.now();
        self.collector
            .operation(name)
            .record(now.saturating_sub(timer.0));
    }

    /// Records a duration in milliseconds; NaN, infinities and negative ones are counted as rejected.
    pub fn record(&self, name: impl Into<SeriesSpec>, milliseconds: f64) {
        self.collector.operation(name).record_ms(milliseconds);
    }

    /// Adds to a counter.
    pub fn increment(&self, name: impl Into<SeriesSpec>, by: f64) {
        self.collector.counter(name).increment(by);
    }

    /// Sets a gauge.
    pub fn gauge(&self, name: impl Into<SeriesSpec>, value: f64) {
        self.collector.gauge(name).set(value);
    }

    /// The value of operation `key` at quantile `q`; see [`MetricsCollector::quantile`].
    ///
    /// # Errors
    /// [`Error::InvalidQuantile`].
    pub fn quantile(&self, key: &str, q: f64) -> Result<Option<f64>, Error> {
        self.collector.quantile(key, q)
    }

    /// All since the start, as plain data.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.collector.snapshot()
    }

    /// The collector that holds what was recorded.
    #[must_use]
    pub fn collector(&self) -> &MetricsCollector {
        &self.collector
    }
}
