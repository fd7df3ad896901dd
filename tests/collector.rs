//! Series, their bound and their end.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;
use std::time::Duration;

use code_mesh_core::performance::{CollectorConfig, ManualClock, MetricsCollector, SeriesSpec};

const OVERFLOW: &str = "{otel.metric.overflow=\"true\"}";

fn collector(max_series: usize, idle_expiry: Option<u64>) -> (MetricsCollector, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    let config = CollectorConfig {
        max_series,
        idle_expiry: idle_expiry.map(Duration::from_secs),
    };
    (MetricsCollector::with_config(config, clock.clone()), clock)
}

#[test]
fn what_comes_beyond_the_bound_is_counted_not_lost() {
    let (collector, _) = collector(2, None);
    for name in ["a", "b", "c", "d", "c"] {
        collector.operation(name).record_ms(1.0);
    }
    collector.counter("e").increment(2.0);
    collector.gauge("f").set(3.0);
    let snapshot = collector.snapshot();
    assert_eq!(
        snapshot.operations.keys().collect::<Vec<_>>(),
        ["a", "b", OVERFLOW]
    );
    assert_eq!(snapshot.operations[OVERFLOW].count, 3);
    assert_eq!(snapshot.counters[OVERFLOW], 2.0);
    assert!(snapshot.gauges.is_empty());
    assert_eq!((snapshot.dropped, snapshot.series.overflowed), (5, 4));
    assert_eq!((snapshot.series.active, snapshot.series.limit), (2, 2));
}

#[test]
fn labels_add_up_under_the_bare_name() {
    let (collector, _) = collector(100, None);
    let read = |tool| collector.operation(SeriesSpec::new("tool").label("name", tool));
    read("read").record_ms(1.0);
    read("write").record_ms(3.0);
    collector.operation("tool").record_ms(5.0);
    collector
        .counter(SeriesSpec::new("hits").label("level", "1"))
        .increment(2.0);
    collector
        .counter(SeriesSpec::new("hits").label("level", "2"))
        .increment(3.0);
    let snapshot = collector.snapshot();
    let total = &snapshot.operations["tool"];
    assert_eq!(
        (total.count, total.sum, total.min, total.max, total.total),
        (3, 9.0, 1.0, 5.0, true)
    );
    assert_eq!(snapshot.operations["tool{}"].sum, 5.0);
    assert_eq!(snapshot.operations["tool{name=\"read\"}"].sum, 1.0);
    assert_eq!(snapshot.counters["hits"], 5.0);
    assert!(!snapshot.counters.contains_key("hits{}"));
    assert_eq!(collector.quantile("tool", 1.0).unwrap(), Some(5.0));
    assert_eq!(
        collector.quantile("tool{name=\"write\"}", 0.5).unwrap(),
        Some(3.0)
    );
    assert_eq!(collector.quantile("nothing", 0.5).unwrap(), None);
}

#[test]
fn an_idle_series_loses_its_data_but_its_handle_means_the_same() {
    let (collector, clock) = collector(100, Some(10));
    let (idle, busy) = (collector.operation("idle"), collector.operation("busy"));
    idle.record_ms(1.0);
    for _ in 0..4 {
        clock.advance(Duration::from_secs(5));
        busy.record_ms(2.0);
    }
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.operations.keys().collect::<Vec<_>>(), ["busy"]);
    assert_eq!(snapshot.series.expired, 1);
    idle.record_ms(7.0);
    assert_eq!(collector.snapshot().operations["idle"].sum, 7.0);
}

#[test]
fn the_place_of_an_idle_series_is_given_away_and_its_old_handle_reaches_nobody_else() {
    let (collector, clock) = collector(2, Some(10));
    let (first, second) = (collector.operation("first"), collector.operation("second"));
    first.record_ms(1.0);
    clock.advance(Duration::from_secs(11));
    second.record_ms(2.0);
    let third = collector.operation("third");
    third.record_ms(3.0);
    first.record_ms(100.0);
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.operations["third"].sum, 3.0);
    assert_eq!(snapshot.operations["second"].sum, 2.0);
    assert!(!snapshot.operations.contains_key("first"));
    assert_eq!(snapshot.operations[OVERFLOW].sum, 100.0);
    assert_eq!(snapshot.dropped, 1);
}

#[test]
fn a_series_that_never_recorded_is_idle_since_it_was_made() {
    let (collector, clock) = collector(2, Some(10));
    let (first, second) = (collector.operation("first"), collector.operation("second"));
    collector.operation("third").record_ms(1.0);
    first.record_ms(1.0);
    assert_eq!(collector.snapshot().operations["first"].count, 1);
    clock.advance(Duration::from_secs(11));
    collector.operation("fourth").record_ms(4.0);
    second.record_ms(2.0);
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.operations["fourth"].sum, 4.0);
    assert_eq!(snapshot.series.active + 1, snapshot.operations.len() as u64);
}

#[test]
fn what_a_labelled_series_recorded_stays_in_its_total_when_it_expires() {
    let (collector, clock) = collector(100, Some(10));
    let mut reader = collector.reader().unwrap();
    collector
        .operation(SeriesSpec::new("op").label("user", "1"))
        .record_ms(1.0);
    assert_eq!(reader.read().operations["op"].count, 1);
    clock.advance(Duration::from_secs(5));
    collector
        .operation(SeriesSpec::new("op").label("user", "2"))
        .record_ms(2.0);
    clock.advance(Duration::from_secs(8));
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.operations["op"].count, 2);
    assert!(!snapshot.operations.contains_key("op{user=\"1\"}"));
    // The reader had seen the expired one; it must not see it again as the total's.
    assert_eq!(reader.read().operations["op"].count, 1);
}

#[test]
fn a_reset_drops_data_and_keeps_handles() {
    let (collector, clock) = collector(100, None);
    let operation = collector.operation("op");
    operation.record_ms(1.0);
    operation.record_ms(f64::NAN);
    clock.advance(Duration::from_secs(1));
    collector.reset();
    assert!(collector.snapshot().operations.is_empty());
    clock.advance(Duration::from_secs(2));
    operation.record_ms(3.0);
    let snapshot = collector.snapshot();
    assert_eq!((snapshot.operations["op"].count, snapshot.rejected), (1, 0));
    assert_eq!(snapshot.operations["op"].rate, 0.5);
}

#[test]
fn counters_are_exact_and_say_so_where_a_double_is_not() {
    let (collector, _) = collector(100, None);
    let counter = collector.counter("seconds");
    (0..10).for_each(|_| counter.increment(0.1));
    counter.increment(-1.0);
    counter.increment(f64::INFINITY);
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.counters["seconds"], 1.0);
    assert!(snapshot.exact_counters.contains_key("seconds"));
    assert_eq!(snapshot.rejected, 2);
    let other = MetricsCollector::with_clock(ManualClock::new());
    other.merge(&snapshot).unwrap();
    assert_eq!(other.snapshot().exact_counters, snapshot.exact_counters);
}

#[test]
fn the_later_setting_of_a_gauge_wins_a_merge() {
    let (early, early_clock) = collector(10, None);
    let (late, late_clock) = collector(10, None);
    early_clock.advance(Duration::from_secs(1));
    late_clock.advance(Duration::from_secs(2));
    early.gauge("level").set(5.0);
    late.gauge("level").set(-5.0);
    let (a, b) = (early.snapshot(), late.snapshot());
    for (first, second) in [(&a, &b), (&b, &a)] {
        let mut merged = first.clone();
        merged.merge(second).unwrap();
        assert_eq!(merged.gauges["level"], -5.0);
    }
    late.merge(&a).unwrap();
    assert_eq!(late.snapshot().gauges["level"], -5.0);
}

#[test]
fn a_snapshot_names_what_it_holds_while_indices_are_given_away() {
    let (collector, clock) = collector(2, Some(10));
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=2_000 {
                clock.advance(Duration::from_secs(11));
                let operation = collector.operation(number.to_string());
                operation.record_ms(f64::from(number));
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            let snapshot = collector.snapshot();
            for (key, series) in snapshot
                .operations
                .iter()
                .filter(|(key, _)| *key != OVERFLOW)
            {
                assert_eq!(
                    (series.min.to_string(), series.max.to_string()),
                    (key.clone(), key.clone())
                );
            }
        }
    });
}
