//! Merges: exact, whatever the order and the split.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use code_mesh_core::performance::metrics::{Histogram, Unit};
use code_mesh_core::performance::{Error, ManualClock, MetricsCollector, SeriesSpec, Snapshot};
use common::random_operations::collector_after;
use proptest::prelude::*;

fn anything() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-6.0f64..7.8).prop_map(|magnitude| 10f64.powf(magnitude)),
        (0u64..f64::MAX.to_bits()).prop_map(f64::from_bits),
        Just(0.0),
    ]
}

proptest! {
    #[test]
    fn histograms_merge_bit_equal_after_any_split(values in prop::collection::vec((anything(), 0usize..5), 0..300), order in Just([0, 1, 2, 3, 4]).prop_shuffle()) {
        let mut whole = Histogram::new(Unit::Milliseconds);
        let mut parts = [0; 5].map(|_| Histogram::new(Unit::Milliseconds));
        for (value, part) in &values {
            whole.record(*value);
            parts[*part].record(*value);
        }
        let mut merged = Histogram::new(Unit::Milliseconds);
        order.iter().for_each(|part| merged.merge(&parts[*part]));
        prop_assert_eq!(merged.sum(), whole.sum());
        prop_assert_eq!(merged.sum().value().to_bits(), whole.sum().value().to_bits());
        prop_assert_eq!(merged.min().map(f64::to_bits), whole.min().map(f64::to_bits));
        prop_assert_eq!(merged.max().map(f64::to_bits), whole.max().map(f64::to_bits));
        prop_assert_eq!(merged.buckets_at_scale(6), whole.buckets_at_scale(6));
        prop_assert_eq!((merged.count(), merged.zero(), merged.underflow(), merged.overflow()), (whole.count(), whole.zero(), whole.underflow(), whole.overflow()));
        for q in [0.0, 0.1, 0.5, 0.9, 0.99, 1.0] {
            prop_assert_eq!(merged.quantile(q), whole.quantile(q));
        }
    }

    #[test]
    fn snapshots_merge_the_same_in_any_order_and_grouping(seeds in [1u32..1_000, 1_000..2_000, 2_000..3_000]) {
        let [a, b, c] = seeds.map(|seed| without_windows(collector_after(seed, 80).0.snapshot()));
        let left = merged(&merged(&a, &b), &c);
        let right = merged(&a, &merged(&b, &c));
        let turned = merged(&c, &merged(&b, &a));
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &turned);
        let json = |snapshot: &Snapshot| serde_json::to_string(snapshot).unwrap();
        prop_assert_eq!(json(&left), json(&turned));
    }
}

fn merged(a: &Snapshot, b: &Snapshot) -> Snapshot {
    let mut all = a.clone();
    all.merge(b).unwrap();
    all
}

fn without_windows(mut snapshot: Snapshot) -> Snapshot {
    snapshot
        .operations
        .values_mut()
        .for_each(|series| series.window = None);
    snapshot.clock.resolution = 1.0;
    snapshot
}

#[test]
fn a_name_that_has_labels_on_one_side_only_keeps_its_own_data() {
    let [plain, labelled] = [0, 1].map(|_| MetricsCollector::with_clock(ManualClock::new()));
    plain.operation("read").record_ms(1.0);
    labelled
        .operation(SeriesSpec::new("read").label("tool", "a"))
        .record_ms(2.0);
    let all = merged(&plain.snapshot(), &labelled.snapshot());
    assert_eq!(all.operations["read"].count, 2);
    assert!(all.operations["read"].total);
    assert_eq!(all.operations["read{}"].sum, 1.0);
    assert_eq!(all.operations["read{tool=\"a\"}"].sum, 2.0);
}

#[test]
fn a_snapshot_merged_with_an_empty_one_stays_what_it_was() {
    let snapshot = without_windows(collector_after(77, 500).0.snapshot());
    let mut empty = MetricsCollector::with_clock(ManualClock::new()).snapshot();
    (empty.started_at, empty.taken_at) = (snapshot.started_at, snapshot.taken_at);
    empty.clock = snapshot.clock;
    empty.series.limit = snapshot.series.limit;
    let mut expected = snapshot.clone();
    expected.series.active = merged(&snapshot, &empty).series.active;
    assert_eq!(merged(&snapshot, &empty), expected);
    assert_eq!(merged(&empty, &snapshot), expected);
}

#[test]
fn what_cannot_be_true_is_refused_and_changes_nothing() {
    let collector = MetricsCollector::with_clock(ManualClock::new());
    collector.operation("read").record_ms(1.0);
    let good = collector.snapshot();
    let broken = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = good.clone();
        change(&mut snapshot);
        let before = collector.snapshot();
        let error = collector.merge(&snapshot).unwrap_err();
        assert_eq!(collector.snapshot(), before);
        let mut target = good.clone();
        assert_eq!(target.merge(&snapshot).unwrap_err(), error);
        assert_eq!(target, good);
        error
    };
    let error = broken(&|snapshot| snapshot.schema_version = 2);
    assert_eq!(
        error,
        Error::UnsupportedSchema {
            expected: 1,
            found: 2
        }
    );
    let error = broken(&|snapshot| snapshot.operations.get_mut("read").unwrap().count = 5);
    assert!(error.to_string().contains("`read`"), "{error}");
    broken(&|snapshot| snapshot.operations.get_mut("read").unwrap().min = f64::NAN);
    broken(&|snapshot| snapshot.operations.get_mut("read").unwrap().min = 9.0);
    broken(&|snapshot| snapshot.operations.get_mut("read").unwrap().buckets.indices = vec![99_999]);
    broken(&|snapshot| snapshot.operations.get_mut("read").unwrap().buckets.counts = vec![1, 2]);
    broken(&|snapshot| {
        snapshot
            .operations
            .get_mut("read")
            .unwrap()
            .sum_exact
            .exponent = 3
    });
}
