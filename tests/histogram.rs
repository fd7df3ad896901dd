//! The histogram against exact ranks, on data chosen to break it.
#![cfg(not(target_arch = "wasm32"))]

use code_mesh_core::performance::metrics::{Histogram, Unit, bucket_index, lower_bound};
use proptest::prelude::*;

/// The promised relative error of any quantile, with room for the last bits of the doubles.
const BOUND: f64 = 0.00542;

const QUANTILES: [f64; 15] = [
    0.0, 1e-9, 0.001, 0.01, 0.05, 0.07, 0.25, 0.5, 0.55, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0,
];

fn histogram_of(unit: Unit, values: &[f64]) -> Histogram {
    let mut histogram = Histogram::new(unit);
    values
        .iter()
        .for_each(|value| assert!(histogram.record(*value)));
    histogram
}

/// `max(1, ceil(q n))` by integers, for quantiles of at most nine decimals.
fn exact_rank(q: f64, n: usize) -> usize {
    let billionths = (q * 1e9).round() as u128;
    ((billionths * n as u128).div_ceil(1_000_000_000) as usize).max(1)
}

fn check_against_exact_ranks(unit: Unit, values: &[f64]) {
    let histogram = histogram_of(unit, values);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    assert_eq!(histogram.count(), sorted.len() as u64);
    assert_eq!(histogram.min(), sorted.first().copied());
    assert_eq!(histogram.max(), sorted.last().copied());
    let outside = sorted.iter().any(|value| !in_range(unit, *value));
    let mut previous = 0.0;
    for q in QUANTILES {
        let value = histogram.quantile(q).unwrap().unwrap();
        let exact = sorted[exact_rank(q, sorted.len()) - 1];
        assert!(
            value >= sorted[0] && value <= sorted[sorted.len() - 1],
            "q {q}: {value} outside [min, max]"
        );
        assert!(
            value >= previous,
            "q {q}: {value} below the quantile before it"
        );
        previous = value;
        if !outside || in_range(unit, exact) {
            assert!(
                (value - exact).abs() <= BOUND * exact,
                "q {q}: {value} instead of {exact}"
            );
        }
    }
}

fn in_range(unit: Unit, value: f64) -> bool {
    let bucketed = if unit == Unit::Milliseconds {
        value * 1e-3
    } else {
        value
    };
    value == 0.0 || bucket_index(bucketed).is_some()
}

/// A power of two of the range and its neighbours, one ulp away.
fn power_of_two() -> impl Strategy<Value = f64> {
    (-29i32..53, -1i64..=1).prop_map(|(exponent, ulps)| {
        f64::from_bits((2f64.powi(exponent).to_bits() as i64 + ulps) as u64)
    })
}

/// Anything from 1 ns to 18 h, evenly by magnitude.
fn duration_ms() -> impl Strategy<Value = f64> {
    (-6.0f64..7.8).prop_map(|magnitude| 10f64.powf(magnitude))
}

fn bucket_bound() -> impl Strategy<Value = f64> {
    (-1919i32..3392, -1i64..=1).prop_map(|(index, ulps)| {
        f64::from_bits((lower_bound(index).to_bits() as i64 + ulps) as u64)
    })
}

proptest! {
    #[test]
    fn quantiles_of_any_durations(values in prop::collection::vec(duration_ms(), 1..400)) {
        check_against_exact_ranks(Unit::Milliseconds, &values);
    }

    #[test]
    fn quantiles_around_powers_of_two(values in prop::collection::vec(power_of_two(), 1..200)) {
        check_against_exact_ranks(Unit::Base, &values);
        check_against_exact_ranks(Unit::Milliseconds, &values);
    }

    #[test]
    fn quantiles_around_bucket_bounds(values in prop::collection::vec(bucket_bound(), 1..200)) {
        check_against_exact_ranks(Unit::Base, &values);
    }

    #[test]
    fn quantiles_of_anything_finite(values in prop::collection::vec(0.0f64..f64::MAX, 1..200), tiny in prop::collection::vec(0u64..1 << 52, 0..50)) {
        let values: Vec<f64> = values.into_iter().chain(tiny.into_iter().map(f64::from_bits)).collect();
        check_against_exact_ranks(Unit::Base, &values);
        check_against_exact_ranks(Unit::Milliseconds, &values);
    }

    #[test]
    fn two_modes_and_a_long_tail(fast in 1e-3f64..1.0, slow in 1e3f64..1e6, n in 2usize..500) {
        let values: Vec<f64> = (0..n).map(|i| if i % 10 == 0 { slow * (1.0 + i as f64 / n as f64) } else { fast }).collect();
        check_against_exact_ranks(Unit::Milliseconds, &values);
    }

    #[test]
    fn recording_at_a_lower_scale_equals_merging_neighbours(values in prop::collection::vec(duration_ms(), 1..200), scale in -10i32..=6) {
        let histogram = histogram_of(Unit::Base, &values);
        let mut direct = std::collections::BTreeMap::new();
        for value in &values {
            *direct.entry(index_at_scale(*value, scale)).or_insert(0u64) += 1;
        }
        prop_assert_eq!(histogram.buckets_at_scale(scale), direct.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn correcting_for_coordinated_omission_equals_the_loop(value in 1u64..50_000, interval in 1u64..5_000) {
        let (value, interval) = (value as f64 / 8.0, interval as f64 / 8.0);
        let mut corrected = Histogram::new(Unit::Milliseconds);
        corrected.record_with_expected_interval(value, interval);
        let mut looped = histogram_of(Unit::Milliseconds, &[value]);
        let mut missed = value - interval;
        while missed >= interval {
            looped.record(missed);
            missed -= interval;
        }
        assert_same(&corrected, &looped);
    }

    #[test]
    fn what_cannot_be_recorded_changes_nothing(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        let mut histogram = Histogram::new(Unit::Milliseconds);
        let accepted = histogram.record(value);
        prop_assert_eq!(accepted, value.is_finite() && value >= 0.0);
        prop_assert_eq!(histogram.count(), u64::from(accepted));
        histogram.record_with_expected_interval(value, f64::from_bits(bits.rotate_left(13)));
        prop_assert!(histogram.count() == 0 || histogram.quantile(0.5).unwrap().is_some());
    }
}

fn index_at_scale(value: f64, scale: i32) -> i32 {
    // Independent of the table: the logarithm, corrected where it errs by comparing with the exact power below.
    if scale > 0 {
        // Bounds at positive scales are irrational, so the integer comparison of the core is the only exact one.
        return bucket_index(value).unwrap() >> (6 - scale);
    }
    let octave = value.log2().ceil() as i32 - 1;
    let octave = (octave - 1..=octave + 1)
        .find(|octave| value <= 2f64.powi(octave + 1))
        .unwrap();
    octave >> -scale
}

fn assert_same(a: &Histogram, b: &Histogram) {
    assert_eq!(a.buckets_at_scale(6), b.buckets_at_scale(6));
    assert_eq!(
        (a.count(), a.min(), a.max(), a.zero()),
        (b.count(), b.min(), b.max(), b.zero())
    );
    assert_eq!((a.underflow(), a.overflow()), (b.underflow(), b.overflow()));
    assert_eq!(a.sum(), b.sum());
}

#[test]
fn constants_sorted_and_reversed_data() {
    let ascending: Vec<f64> = (1..=2_000).map(f64::from).collect();
    let descending: Vec<f64> = ascending.iter().rev().copied().collect();
    let zipf: Vec<f64> = (1..=2_000).map(|rank| 1e6 / f64::from(rank)).collect();
    for values in [
        &ascending,
        &descending,
        &zipf,
        &vec![7.25; 1_000],
        &vec![0.0; 10],
        &vec![5e-324; 9],
    ] {
        check_against_exact_ranks(Unit::Milliseconds, values);
        check_against_exact_ranks(Unit::Base, values);
    }
    assert_same(
        &histogram_of(Unit::Base, &ascending),
        &histogram_of(Unit::Base, &descending),
    );
}

#[test]
fn a_quantile_outside_0_to_1_is_an_error() {
    let histogram = histogram_of(Unit::Base, &[1.0]);
    for q in [-0.1, 1.000_1, 99.0, f64::NAN] {
        let error = histogram.quantile(q).unwrap_err();
        assert!(
            error.to_string().contains("divide a percentile by 100"),
            "{error}"
        );
    }
    assert_eq!(Histogram::new(Unit::Base).quantile(0.5).unwrap(), None);
}

#[test]
fn a_stall_of_a_year_is_corrected_at_once() {
    let mut histogram = Histogram::new(Unit::Milliseconds);
    assert!(histogram.record_with_expected_interval(3.2e10, 1.0 / 1_024.0));
    assert_eq!(histogram.count(), 32_768_000_000_000);
    let median = histogram.quantile(0.5).unwrap().unwrap();
    assert!((median - 1.6e10).abs() < 0.006 * 1.6e10, "{median}");
    assert!(
        !histogram.record_with_expected_interval(1e300, 1e-300),
        "more missed values than can be counted"
    );
}

#[test]
fn floats_are_the_same_on_every_platform() {
    let values: Vec<f64> = (1..=1_000).map(f64::from).collect();
    let histogram = histogram_of(Unit::Milliseconds, &values);
    let bits = |q| histogram.quantile(q).unwrap().unwrap().to_bits();
    assert_eq!(
        [0.5, 0.95, 0.99].map(bits),
        [
            4_647_456_076_967_866_516,
            4_651_588_770_559_386_563,
            4_651_959_676_595_237_012
        ]
    );
}
