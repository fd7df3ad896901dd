//! Snapshots as flat numbers: one border crossing however many series. The form is described in ARCHITECTURE.md.

use code_mesh_core::performance::metrics::{
    Entry, Handle, Histogram, Kind, Numbers, QUANTILES, Role, Store, Tally, Unit,
};
use code_mesh_core::performance::{Error, ExactSum};

/// Version of the form; JavaScript refuses another.
pub(crate) const VERSION: u32 = 1;

/// Numbers before the first series.
const HEADER: usize = 10;

/// Numbers of a histogram before its buckets.
const HEAD: usize = 15;

/// Writes all of a store.
pub(crate) fn write(store: &Store, now: f64, out: &mut Vec<f64>) {
    let losses = store.losses;
    out.clear();
    out.extend([0.0, f64::from(VERSION), store.started_ms, now]);
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
        write_entry(entry, out);
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
    match &entry.tally {
        None => out.push(entry.gauge),
        Some(tally) if entry.kind == Kind::Counter => {
            out.push(tally.histogram.sum().value());
            let (exponent, limbs) = tally.histogram.sum().to_limbs();
            out.extend([limbs.len() as f64, f64::from(exponent)]);
            out.extend(limbs.into_iter().map(f64::from));
        }
        Some(tally) => {
            write_tally(tally, out);
            out.push(
                entry
                    .window
                    .as_ref()
                    .map_or(0.0, |(length_ms, _)| *length_ms),
            );
            if let Some((_, tally)) = &entry.window {
                write_tally(tally, out);
            }
        }
    }
}

fn write_tally(tally: &Tally, out: &mut Vec<f64>) {
    let histogram = &tally.histogram;
    let (exponent, limbs) = histogram.sum().to_limbs();
    let at = out.len();
    // Room for every bucket there could be, so that the loop over them writes without asking for more.
    let most = histogram.most_buckets();
    out.resize(at + HEAD + 2 * most, 0.0);
    let (head, rest) = out[at..].split_at_mut(HEAD);
    let (indices, counts) = rest.split_at_mut(most);
    let mut free = indices.iter_mut().zip(counts.iter_mut());
    let quantiles = histogram.scan(QUANTILES, |index, count| {
        if let Some((free_index, free_count)) = free.next() {
            *free_index = f64::from(index);
            *free_count = count as f64;
        }
    });
    let buckets = most - free.len();
    let [p50, p95, p99] = quantiles.unwrap_or([f64::NAN; 3]);
    head.copy_from_slice(&[
        histogram.count() as f64,
        histogram.sum().value(),
        histogram.min().unwrap_or(f64::NAN),
        histogram.max().unwrap_or(f64::NAN),
        p50,
        p95,
        p99,
        tally.errors as f64,
        tally.aborted as f64,
        histogram.zero() as f64,
        histogram.underflow() as f64,
        histogram.overflow() as f64,
        buckets as f64,
        limbs.len() as f64,
        f64::from(exponent),
    ]);
    let from = at + HEAD + most;
    out.copy_within(from..from + buckets, at + HEAD + buckets);
    out.truncate(at + HEAD + 2 * buckets);
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
    let [first] = *take(rest, 1)? else {
        return None;
    };
    let tally = match kind as u32 {
        0 => read_tally(Unit::Milliseconds, first, rest)?,
        1 => read_tally(Unit::Base, first, rest)?,
        2 => {
            let [limbs, exponent] = *take(rest, 2)? else {
                return None;
            };
            read_exact(limbs, exponent, rest)?
                .ok()
                .map(|sum| Tally::of_sum(&sum))
        }
        _ => {
            store.merge_gauge(handle, first, last_ms);
            return Some(true);
        }
    };
    if let Some(tally) = &tally {
        store.merge(handle, tally, last_ms);
    }
    Some(tally.is_some())
}

/// A tally that begins with `count`, windowless; inside, `None` where its numbers cannot be true.
fn read_tally(unit: Unit, count: f64, rest: &mut &[f64]) -> Option<Option<Tally>> {
    let [
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
    ] = *take(rest, 14)?
    else {
        return None;
    };
    let indices = take(rest, buckets as usize)?;
    let counts = take(rest, buckets as usize)?;
    let sum = read_exact(limbs, exponent, rest)?;
    // The window's length, 0: a window means nothing in another process.
    take(rest, 1)?;
    let numbers = Numbers {
        count: count as u64,
        min,
        max,
        zero: zero as u64,
        underflow: underflow as u64,
        overflow: overflow as u64,
    };
    let buckets = indices
        .iter()
        .zip(counts)
        .map(|(index, count)| (*index as i32, *count as u64));
    let histogram = sum
        .ok()
        .and_then(|sum| Histogram::restore(unit, &numbers, sum, buckets).ok());
    Some(histogram.map(|histogram| Tally {
        histogram,
        errors: errors as u64,
        aborted: aborted as u64,
    }))
}

fn read_exact(limbs: f64, exponent: f64, rest: &mut &[f64]) -> Option<Result<ExactSum, Error>> {
    let limbs = take(rest, limbs as usize)?;
    Some(ExactSum::from_limbs(
        exponent as i32,
        limbs.iter().map(|limb| *limb as u32),
    ))
}

fn take<'a>(rest: &mut &'a [f64], n: usize) -> Option<&'a [f64]> {
    let (taken, left) = rest.split_at_checked(n)?;
    *rest = left;
    Some(taken)
}
