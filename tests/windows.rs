//! The recent past, on a clock that moves by hand.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use code_mesh_core::performance::{Error, ManualClock, MetricsCollector, SeriesSpec};
use proptest::prelude::*;

fn collector() -> (MetricsCollector, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    (MetricsCollector::with_clock(clock.clone()), clock)
}

proptest! {
    /// Steps of (milliseconds to wait, value to record) against a plain list.
    #[test]
    fn a_window_holds_the_running_slice_and_those_before_it(steps in prop::collection::vec((0u64..900, 1.0f64..1e6), 1..200)) {
        let (collector, clock) = collector();
        let operation = collector.operation(SeriesSpec::new("op").window_in_slices(Duration::from_secs(4), 4));
        let mut recorded = VecDeque::new();
        let mut now = 0;
        for (wait, value) in steps {
            clock.advance(Duration::from_millis(wait));
            now += wait;
            operation.record_ms(value);
            recorded.push_back((now, value));
            let oldest = (now / 1_000 + 1).saturating_sub(4) * 1_000;
            recorded.retain(|(at, _)| *at >= oldest);
            let snapshot = collector.snapshot();
            let window = snapshot.operations["op"].window.as_ref().unwrap();
            prop_assert_eq!(window.count, recorded.len() as u64);
            let values = || recorded.iter().map(|(_, value)| *value);
            let statistics = window.statistics.as_ref().unwrap();
            prop_assert_eq!(statistics.min, values().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(statistics.max, values().fold(0.0, f64::max));
        }
    }

    /// Several readers, each looking when it likes, see every value exactly once.
    #[test]
    fn readers_see_every_value_once(steps in prop::collection::vec((0usize..4, 1.0f64..1e3), 1..120)) {
        let (collector, clock) = collector();
        let operation = collector.operation("op");
        let counter = collector.counter("count");
        operation.record_ms(999_999.0);
        let mut readers: Vec<_> = (0..3).map(|_| collector.reader().unwrap()).collect();
        let mut pending = vec![Vec::new(); 3];
        for (action, value) in steps {
            clock.advance(Duration::from_millis(1));
            if action == 3 {
                operation.record_ms(value);
                counter.increment(value);
                pending.iter_mut().for_each(|values| values.push(value));
                continue;
            }
            let news = readers[action].read();
            let expected = std::mem::take(&mut pending[action]);
            match news.operations.get("op") {
                None => prop_assert!(expected.is_empty()),
                Some(series) => {
                    prop_assert_eq!(series.count, expected.len() as u64);
                    prop_assert_eq!(series.min, expected.iter().copied().fold(f64::INFINITY, f64::min));
                    prop_assert_eq!(series.max, expected.iter().copied().fold(0.0, f64::max));
                    prop_assert_eq!(series.sum, news.counters["count"]);
                }
            }
        }
        prop_assert!(collector.snapshot().operations["op"].max == 999_999.0);
    }
}

#[test]
fn an_empty_window_has_counts_only() {
    let (collector, clock) = collector();
    collector
        .operation(SeriesSpec::new("op").window(Duration::from_secs(6)))
        .record_ms(5.0);
    clock.advance(Duration::from_secs(60));
    let snapshot = collector.snapshot();
    let window = snapshot.operations["op"].window.clone().unwrap();
    assert_eq!(
        (window.count, window.statistics, window.seconds),
        (0, None, 6.0)
    );
    assert_eq!(snapshot.operations["op"].count, 1);
}

#[test]
fn the_total_of_a_labelled_name_has_a_window_of_its_own() {
    let (collector, clock) = collector();
    let window = Duration::from_secs(6);
    collector.operation(SeriesSpec::new("op").window(window));
    for tool in ["a", "b"] {
        collector
            .operation(SeriesSpec::new("op").label("tool", tool).window(window))
            .record_ms(1.0);
        clock.advance(Duration::from_secs(1));
    }
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.operations["op"].window.as_ref().unwrap().count, 2);
}

#[test]
fn there_are_sixteen_readers_at_most_and_a_dropped_one_makes_room() {
    let (collector, _) = collector();
    let mut readers: Vec<_> = (0..16).map(|_| collector.reader().unwrap()).collect();
    assert_eq!(
        collector.reader().unwrap_err(),
        Error::TooManyReaders { limit: 16 }
    );
    readers.pop();
    let mut reader = collector.reader().unwrap();
    collector.operation("op").record_ms(1.0);
    assert_eq!(reader.read().operations["op"].count, 1);
    assert!(reader.read().operations.is_empty());
}

#[test]
fn a_delta_counts_losses_since_the_last_look_only() {
    let (collector, _) = collector();
    collector.operation("op").record_ms(f64::NAN);
    let mut reader = collector.reader().unwrap();
    assert_eq!(reader.read().rejected, 0);
    collector.operation("op").record_ms(-1.0);
    assert_eq!(reader.read().rejected, 1);
    assert_eq!(collector.snapshot().rejected, 2);
}
