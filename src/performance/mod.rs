//! The public Rust API.

pub mod cache;
mod clock;
mod error;
pub mod memory_pool;
pub mod metrics;
mod stats;

#[cfg(not(target_arch = "wasm32"))]
pub use crate::native::SystemClock;
pub use clock::{Clock, ManualClock};
pub use error::Error;
pub use metrics::{
    CollectorConfig, Histogram, MetricsCollector, PerformanceTracker, SeriesSpec, Snapshot,
    WasmPerformanceMonitor,
};
pub use stats::ExactSum;
