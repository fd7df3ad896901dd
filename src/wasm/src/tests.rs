//! The exports as JavaScript calls them.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    add_losses, define, describe, drain, merge, quantile, reader_free, reader_new, recycle,
    registry_free, registry_new, reset, snapshot,
};

const NO_PARENT: u32 = u32::MAX;
const LENGTH: usize = 0;
const REJECTED: usize = 4;
const DROPPED: usize = 5;
const SERIES: usize = 9;
const FIRST: usize = 10;

fn record(registry: u32, records: &[(u32, f64, f64)]) {
    let n = records.len();
    crate::registry::write_input(|handles, numbers| {
        handles.resize(n.max(handles.len()), 0);
        numbers.resize((2 * n).max(numbers.len()), 0.0);
        for (i, (handle, value, time)) in records.iter().enumerate() {
            handles[i] = *handle;
            numbers[i] = *value;
            numbers[n + i] = *time;
        }
    });
    drain(registry, n, 100.0);
}

fn taken(registry: u32, reader: i32) -> Vec<f64> {
    assert!(!snapshot(registry, 100.0, reader).is_null());
    crate::registry::last_snapshot()
}

#[wasm_bindgen_test]
fn the_description_is_a_list_of_numbers() {
    let description: js_sys::Array = describe().into();
    assert_eq!(description.length(), 5);
    assert_eq!(description.get(0).as_f64(), Some(1.0));
}

#[wasm_bindgen_test]
fn records_come_back_as_numbers() {
    let registry = registry_new(0.0, 0.0);
    define(registry, 3, 0, NO_PARENT, 0.0, 0);
    let failed = 3 | 2 << 30;
    record(
        registry,
        &[
            (3, 1.0, f64::NAN),
            (failed, 3.0, 50.0),
            (3, f64::NAN, 1.0),
            (77, 1.0, 1.0),
        ],
    );
    let wire = taken(registry, -1);
    assert_eq!(wire[LENGTH] as usize, wire.len());
    assert_eq!(
        (wire[REJECTED], wire[DROPPED], wire[SERIES]),
        (1.0, 1.0, 1.0)
    );
    // handle, kind, role, last; then count, sum, min, max.
    assert_eq!(
        wire[FIRST..FIRST + 8],
        [3.0, 0.0, 0.0, 100.0, 2.0, 4.0, 1.0, 3.0]
    );
    assert_eq!(quantile(registry, 3, 1.0), 3.0);
    assert!(quantile(registry, 4, 0.5).is_nan());
    registry_free(registry);
    assert!(snapshot(registry, 0.0, -1).is_null());
}

#[wasm_bindgen_test]
fn a_snapshot_merges_into_another_registry() {
    let registry = registry_new(0.0, 0.0);
    define(registry, 3, 0, NO_PARENT, 0.0, 0);
    define(registry, 4, 2, NO_PARENT, 0.0, 0);
    define(registry, 5, 3, NO_PARENT, 0.0, 0);
    record(
        registry,
        &[(3, 0.25, 9.0), (3, 1e9, 9.0), (4, 0.1, 9.0), (5, -2.0, 9.0)],
    );
    let other = registry_new(0.0, 0.0);
    for (handle, kind) in [(3, 0), (4, 2), (5, 3)] {
        define(other, handle, kind, NO_PARENT, 0.0, 0);
    }
    let wire = taken(registry, -1);
    let series = with_buckets(&wire[FIRST..]);
    crate::registry::write_input(|_, numbers| *numbers = series.clone());
    assert_eq!(merge(other, series.len()), 0);
    assert_eq!(bits(&taken(other, -1)[FIRST..]), bits(&wire[FIRST..]));
    // Cut off in the middle, it is refused and nothing panics.
    for length in 1..series.len() {
        reset(other, 0.0);
        merge(other, length);
    }
}

/// Of a wire that begins with one histogram: the same with its octaves written as buckets, as JavaScript hands it in.
fn with_buckets(wire: &[f64]) -> Vec<f64> {
    let body = 4;
    let (octaves, after) = (wire[body + 15] as usize, body + 16);
    let mut indices = Vec::new();
    let mut counts = Vec::new();
    for octave in wire[after..after + 33 * octaves].chunks_exact(33) {
        for (pair, number) in octave[1..].iter().enumerate() {
            for (half, shift) in [0, 32].into_iter().enumerate() {
                let count = (number.to_bits() >> shift) as u32;
                if count > 0 {
                    indices.push(64.0 * octave[0] + (2 * pair + half) as f64);
                    counts.push(f64::from(count));
                }
            }
        }
    }
    let mut all = wire[..after].to_vec();
    all[body + 12] = indices.len() as f64;
    all[body + 15] = 0.0;
    all.extend(indices.into_iter().chain(counts));
    all.extend(&wire[after + 33 * octaves..]);
    all
}

/// Counts may look like NaN, which equals nothing.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

#[wasm_bindgen_test]
fn readers_and_losses_and_recycling() {
    let registry = registry_new(0.0, 10.0);
    define(registry, 3, 0, NO_PARENT, 0.0, 0);
    let reader = reader_new(registry, 0.0);
    record(registry, &[(3, 1.0, 20.0)]);
    add_losses(registry, 1.0, 2.0, 0.0, 0.0);
    let news = taken(registry, reader);
    assert_eq!(
        (news[REJECTED], news[DROPPED], news[SERIES]),
        (1.0, 2.0, 0.0)
    );
    reader_free(registry, reader as u32);
    assert_eq!(recycle(registry, 100.0), 3);
}
