//! Performance monitoring, caches and pools as a plain Rust library: percentiles that are right and merge exactly, at
//! a cost nobody notices. The same core, compiled to WebAssembly, is the npm package `@code-mesh/perf`; browser, Node
//! and Rust write the same [`Snapshot`](performance::Snapshot).
//!
//! ```
//! use code_mesh_core::performance::PerformanceTracker;
//!
//! let tracker = PerformanceTracker::global();
//! let operation = tracker.start_operation("file_processing");
//! // … the work …
//! operation.finish();
//!
//! let snapshot = tracker.collector().snapshot();
//! assert_eq!(snapshot.operations["file_processing"].count, 1);
//! ```

#![forbid(unsafe_code)]

#[cfg(not(target_arch = "wasm32"))]
mod native;
pub mod performance;
#[cfg(doctest)]
mod readme;
