//! The core as a plain Rust library compiled to WebAssembly by somebody else: on a clock of theirs.
#![cfg(target_arch = "wasm32")]

use std::sync::Arc;
use std::time::Duration;

use code_mesh_core::performance::metrics::{Histogram, Unit};
use code_mesh_core::performance::{ManualClock, MetricsCollector, PerformanceTracker};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn a_tracker_works_on_a_clock_that_is_given_to_it() {
    let clock = Arc::new(ManualClock::new());
    let tracker = PerformanceTracker::with_collector(MetricsCollector::with_clock(clock.clone()));
    let operation = tracker.start_operation("parse");
    clock.advance(Duration::from_millis(7));
    operation.finish();
    drop(tracker.start_operation("parse"));
    let snapshot = tracker.collector().snapshot();
    let parse = &snapshot.operations["parse"];
    assert_eq!((parse.count, parse.aborted, parse.max), (2, 1, 7.0));
}

#[wasm_bindgen_test]
fn quantiles_are_those_of_the_native_library() {
    let mut histogram = Histogram::new(Unit::Milliseconds);
    (1..=1_000).for_each(|value| assert!(histogram.record(f64::from(value))));
    let bits = |q| histogram.quantile(q).unwrap().unwrap().to_bits();
    // The same assertion stands in the native tests: `floats_are_the_same_on_every_platform`.
    assert_eq!(
        [0.5, 0.95, 0.99].map(bits),
        [
            4_647_456_076_967_866_516,
            4_651_588_770_559_386_563,
            4_651_959_676_595_237_012
        ]
    );
}
