//! What needs no argument natively, because the platform has a clock.

use std::sync::OnceLock;

use super::SystemClock;
use crate::performance::{MetricsCollector, PerformanceTracker, WasmPerformanceMonitor};

impl MetricsCollector {
    /// An empty collector on the system's clock, with the default configuration.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock::new())
    }
}

impl Default for MetricsCollector {
    fn default() -> Self {
        Self::new()
    }
}

impl PerformanceTracker {
    /// A tracker with a collector of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::with_collector(MetricsCollector::new())
    }

    /// The tracker of this process, made at the first call.
    pub fn global() -> &'static Self {
        static GLOBAL: OnceLock<PerformanceTracker> = OnceLock::new();
        GLOBAL.get_or_init(Self::new)
    }
}

impl Default for PerformanceTracker {
    fn default() -> Self {
        Self::new()
    }
}

impl WasmPerformanceMonitor {
    /// A monitor with a collector of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::with_collector(MetricsCollector::new())
    }
}

impl Default for WasmPerformanceMonitor {
    fn default() -> Self {
        Self::new()
    }
}
