//! The same random operations as tests/js/random-operations.mjs draws from the same seed, so that the module and the
//! JavaScript form can be held against the native core, bit by bit.

use std::sync::Arc;
use std::time::Duration;

use super::mulberry::Random;
use code_mesh_core::performance::metrics::Outcome;
use code_mesh_core::performance::{CollectorConfig, ManualClock, MetricsCollector, SeriesSpec};

/// An integer times a power of two: the same double in every language.
fn value(random: &mut Random) -> f64 {
    let mantissa = f64::from(random.below(1_000_000) + 1);
    let exponent = random.below(40) as i32 - 30;
    mantissa * 2f64.powi(exponent)
}

/// A collector that did `steps` random operations, and the clock it did them on.
pub(crate) fn collector_after(seed: u32, steps: u32) -> (MetricsCollector, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    // So that an operation of 2 s can have begun before the first step.
    clock.advance(Duration::from_secs(10));
    let config = CollectorConfig {
        max_series: 12,
        ..CollectorConfig::default()
    };
    let collector = MetricsCollector::with_config(config, clock.clone());
    let mut random = Random::new(seed);
    for _ in 0..steps {
        step(&collector, &clock, &mut random);
    }
    (collector, clock)
}

fn step(collector: &MetricsCollector, clock: &ManualClock, random: &mut Random) {
    let name = format!("operation-{}", random.below(4));
    match random.below(12) {
        0 | 1 => collector.operation(&*name).record_ms(value(random)),
        2 => {
            let tool = ["read", "write", "\"odd\"\n"][random.below(3) as usize];
            collector
                .operation(SeriesSpec::new(name).label("tool", tool))
                .record_ms(value(random));
        }
        3 => {
            let windowed = SeriesSpec::new("windowed").window_in_slices(Duration::from_secs(6), 6);
            collector.operation(windowed).record_ms(value(random));
        }
        4 => {
            let milliseconds = random.below(2_000);
            let outcome = if random.below(2) == 0 {
                Outcome::Failed
            } else {
                Outcome::Aborted
            };
            let duration = Duration::from_millis(u64::from(milliseconds));
            collector.operation(&*name).record_as(duration, outcome);
        }
        5 => {
            let duration = Duration::from_millis(u64::from(random.below(100_000)));
            let interval = Duration::from_millis(u64::from(random.below(1_000) + 1));
            collector
                .operation(&*name)
                .record_with_expected_interval(duration, interval);
        }
        6 => collector
            .counter("counted")
            .increment(f64::from(random.below(1_000))),
        7 => collector.counter("measured").increment(value(random)),
        8 => collector.gauge("level").set(value(random) - 1_000.0),
        9 => collector
            .histogram("size", "bytes")
            .record(value(random) * 1_024.0),
        10 => {
            let garbage =
                [f64::NAN, f64::INFINITY, -1.0, 0.0, 5e-324, f64::MAX][random.below(6) as usize];
            collector.operation(&*name).record_ms(garbage);
        }
        _ => clock.advance(Duration::from_millis(u64::from(random.below(700)))),
    }
}
