use super::collector::MetricsCollector;
use super::spec::SeriesSpec;
use super::timer::Timer;

/// Times operations by name. `PerformanceTracker::global()` is the one of the process; any thread may use it.
///
/// ```
/// use code_mesh_core::performance::PerformanceTracker;
///
/// let operation = PerformanceTracker::global().start_operation("file_processing");
/// // … the work; an early return records it as aborted …
/// operation.finish();
/// ```
#[derive(Clone, Debug)]
pub struct PerformanceTracker {
    collector: MetricsCollector,
}

impl PerformanceTracker {
    /// A tracker that records into a collector of yours.
    #[must_use]
    pub fn with_collector(collector: MetricsCollector) -> Self {
        Self { collector }
    }

    /// Starts an operation. Its guard records when it is finished, and as aborted when it is dropped before.
    pub fn start_operation(&self, series: impl Into<SeriesSpec>) -> Timer {
        self.collector.operation(series).start()
    }

    /// The collector that holds what was recorded.
    #[must_use]
    pub fn collector(&self) -> &MetricsCollector {
        &self.collector
    }
}
