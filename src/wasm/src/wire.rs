//! Snapshots as flat numbers: one border crossing however many series. The form is described in ARCHITECTURE.md.

use code_mesh_core::performance::ExactSum;
use code_mesh_core::performance::metrics::{Entry, Handle, Kind, Parts, Role, Store, Tally, Value};

/// Version of the form; JavaScript refuses another.
const VERSION: f64 = 1.0;

/// Numbers before the first series.
const HEADER: usize = 10;

/// Quantiles that every snapshot shows.
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// Writes all of a store.
pub(crate) fn write(store: &Store, now: f64, out: &mut Vec<f64>) {
    let losses = store.losses;
    out.clear();
    out.extend([0.0, VERSION, store.started_ms, now]);
    out.extend(
        [
            losses.rejected,
            losses.dropped,
            losses.overflowed,
            losses.expired,
        ]
        .map(|n| n as f64),
    );
    out.extend([store.active() as f64, 0.0]);
    let mut series = 0.0;
    store.visit(now, &mut |entry| {
        series += 1.0;
        write_entry(&entry, out);
    });
    out[HEADER - 1] = series;
    out[0] = out.len() as f64;
}

fn write_entry(entry: &Entry<'_>, out: &mut Vec<f64>) {
    let kind = match entry.kind {
        Kind::Operation => 0.0,
        Kind::Histogram => 1.0,
        Kind::Counter => 2.0,
        Kind::Gauge => 3.0,
    };
    let role = match entry.role {
        Role::Plain => 0.0,
        Role::Total => 1.0,
        Role::Own => 2.0,
    };
    out.extend([f64::from(entry.handle.to_bits()), kind, role, entry.last_ms]);
    match &entry.value {
        Value::Tally(tally, window) => {
            write_tally(tally, out);
            out.push(window.as_ref().map_or(0.0, |(length_ms, _)| *length_ms));
            if let Some((_, tally)) = window {
                write_tally(tally, out);
            }
        }
        Value::Sum(sum) => write_sum(sum, out),
        Value::Gauge(value) => out.push(*value),
    }
}

fn write_tally(tally: &Tally, out: &mut Vec<f64>) {
    let histogram = &tally.histogram;
    let nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    out.extend([
        histogram.count() as f64,
        histogram.sum().value(),
        nan(histogram.min()),
        nan(histogram.max()),
    ]);
    out.extend(QUANTILES.map(|q| nan(histogram.quantile(q).ok().flatten())));
    let counts = [
        tally.errors,
        tally.aborted,
        histogram.zero(),
        histogram.underflow(),
        histogram.overflow(),
    ];
    out.extend(counts.map(|n| n as f64));
    let (exponent, limbs) = histogram.sum().to_limbs();
    let at = out.len();
    out.extend([0.0, limbs.len() as f64, f64::from(exponent)]);
    histogram.for_each_bucket(|index, _| out.push(f64::from(index)));
    out[at] = (out.len() - at - 3) as f64;
    histogram.for_each_bucket(|_, count| out.push(count as f64));
    out.extend(limbs.into_iter().map(f64::from));
}

fn write_sum(sum: &ExactSum, out: &mut Vec<f64>) {
    let (exponent, limbs) = sum.to_limbs();
    out.extend([sum.value(), limbs.len() as f64, f64::from(exponent)]);
    out.extend(limbs.into_iter().map(f64::from));
}

/// Adds series in the same form, windows left out; gives how many were refused.
pub(crate) fn merge(store: &mut Store, numbers: &[f64]) -> u32 {
    let mut rest = numbers;
    let mut refused = 0;
    while !rest.is_empty() {
        match merge_entry(store, &mut rest) {
            Some(accepted) => refused += u32::from(!accepted),
            None => return refused + 1,
        }
    }
    refused
}

/// Adds the next entry; `None` where the numbers end in the middle of one.
fn merge_entry(store: &mut Store, rest: &mut &[f64]) -> Option<bool> {
    let [handle, kind, _, last_ms] = *take(rest, 4)? else {
        return None;
    };
    let handle = Handle::from_bits(handle as u32);
    match kind as u32 {
        0 | 1 => merge_tally(store, handle, last_ms, rest),
        2 => {
            let [_, limbs, exponent] = *take(rest, 3)? else {
                return None;
            };
            let limbs = cast(take(rest, limbs as usize)?, |limb| limb as u32);
            Some(
                store
                    .merge_counter(handle, exponent as i32, &limbs, last_ms)
                    .is_ok(),
            )
        }
        _ => {
            let [value] = *take(rest, 1)? else {
                return None;
            };
            store.merge_gauge(handle, value, last_ms);
            Some(true)
        }
    }
}

fn merge_tally(store: &mut Store, handle: Handle, last_ms: f64, rest: &mut &[f64]) -> Option<bool> {
    let [
        count,
        _,
        min,
        max,
        _,
        _,
        _,
        errors,
        aborted,
        zero,
        underflow,
        overflow,
        buckets,
        limbs,
        exponent,
    ] = *take(rest, 15)?
    else {
        return None;
    };
    let indices = cast(take(rest, buckets as usize)?, |index| index as i32);
    let counts = cast(take(rest, buckets as usize)?, |count| count as u64);
    let limbs = cast(take(rest, limbs as usize)?, |limb| limb as u32);
    // The window's length, 0: a window has no meaning in another process.
    take(rest, 1)?;
    let parts = Parts {
        count: count as u64,
        min,
        max,
        zero: zero as u64,
        underflow: underflow as u64,
        overflow: overflow as u64,
        indices: &indices,
        counts: &counts,
        sum_exponent: exponent as i32,
        sum_limbs: &limbs,
    };
    Some(
        store
            .merge_histogram(handle, &parts, [errors as u64, aborted as u64], last_ms)
            .is_ok(),
    )
}

fn take<'a>(rest: &mut &'a [f64], n: usize) -> Option<&'a [f64]> {
    let (taken, left) = rest.split_at_checked(n)?;
    *rest = left;
    Some(taken)
}

fn cast<T>(numbers: &[f64], convert: impl Fn(f64) -> T) -> Vec<T> {
    numbers.iter().map(|number| convert(*number)).collect()
}
