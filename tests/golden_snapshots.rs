//! Snapshots of random operations against files that the JavaScript tests read too.
//! `BLESS=1 cargo test --test golden_snapshots` writes them anew.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::fs;
use std::path::PathBuf;

use code_mesh_core::performance::{MetricsCollector, Snapshot};
use common::random_operations::collector_after;

const STEPS: u32 = 600;

fn check(name: &str, mut snapshot: Snapshot) {
    // The one field that belongs to the machine and not to what was recorded.
    snapshot.clock.resolution = 0.0;
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    let text = serde_json::to_string(&snapshot).unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let golden = fs::read_to_string(&file).expect("no golden file; BLESS=1 writes it");
    assert!(
        golden == text,
        "{name} differs from what is recorded now; if that is meant, BLESS=1 cargo test --test golden_snapshots"
    );
    let back: Snapshot = serde_json::from_str(&golden).unwrap();
    assert!(
        back == snapshot,
        "reading {name} back gives another snapshot"
    );
}

#[test]
fn random_operations_give_the_golden_snapshots() {
    for seed in 1..=4 {
        let (collector, _) = collector_after(seed, STEPS);
        check(&format!("snapshot-{seed}.json"), collector.snapshot());
    }
}

#[test]
fn merged_snapshots_give_the_golden_one() {
    let snapshots = [5, 6].map(|seed| collector_after(seed, STEPS).0.snapshot());
    let mut merged = snapshots[0].clone();
    merged.merge(&snapshots[1]).unwrap();
    check("merged-5-6.json", merged.clone());

    let collector = MetricsCollector::with_clock(code_mesh_core::performance::ManualClock::new());
    snapshots
        .iter()
        .for_each(|snapshot| collector.merge(snapshot).unwrap());
    let collected = collector.snapshot();
    for (key, series) in &merged.operations {
        let other = &collected.operations[key];
        assert_eq!(
            (&series.buckets, &series.sum_exact),
            (&other.buckets, &other.sum_exact),
            "{key}"
        );
        assert_eq!(
            (series.count, series.min, series.max),
            (other.count, other.min, other.max),
            "{key}"
        );
        assert_eq!(
            (series.errors, series.aborted, series.total),
            (other.errors, other.aborted, other.total),
            "{key}"
        );
    }
    assert_eq!(merged.operations.len(), collected.operations.len());
    assert_eq!(merged.counters, collected.counters);
    assert_eq!(merged.exact_counters, collected.exact_counters);
    assert_eq!(merged.gauges, collected.gauges);
    assert_eq!(
        (merged.rejected, merged.dropped),
        (collected.rejected, collected.dropped)
    );
}
