//! Counters, gauges and histograms: recorded by handle, merged exactly, read as plain snapshots.

mod bounds;
mod collector;
mod handle;
mod histogram;
mod instrument;
mod instruments;
mod interner;
mod losses;
mod octaves;
mod omission;
mod performance_monitor;
mod reader;
mod series;
mod series_snapshot;
mod shared;
mod since;
mod slot;
mod snapshot;
mod snapshot_merge;
mod spec;
mod store;
mod tally;
mod timer;
mod tracker;
mod unit;
mod view;
mod window;

pub use bounds::{SCALE, bucket_index, lower_bound};
pub use collector::{CollectorConfig, MetricsCollector};
pub use handle::{Handle, Outcome};
pub use histogram::{Histogram, Numbers};
pub use instruments::{Counter, Gauge, Operation, ValueHistogram};
pub use losses::Losses;
pub use performance_monitor::{TimerStart, WasmPerformanceMonitor};
pub use reader::DeltaReader;
pub use series_snapshot::{
    Buckets, ExactSumParts, QUANTILES, SeriesSnapshot, Statistics, WindowSnapshot,
};
pub use since::MAX_READERS;
pub use snapshot::{ClockInfo, SCHEMA_VERSION, SeriesCounts, Snapshot};
pub use spec::SeriesSpec;
pub use store::{Definition, Kind, Store};
pub use tally::Tally;
pub use timer::Timer;
pub use tracker::PerformanceTracker;
pub use unit::Unit;
pub use view::{Entry, Role};
pub use window::WindowConfig;
