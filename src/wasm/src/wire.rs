//! Snapshots as flat numbers: one border crossing however many series. The form is described in ARCHITECTURE.md.

use code_mesh_core::performance::metrics::{
    Entry, Handle, Histogram, Kind, Numbers, QUANTILES, Role, Store, Tally, Unit,
};
use code_mesh_core::performance::{Error, ExactSum};

/// Version of the form; JavaScript refuses another.
pub(crate) const VERSION: u32 = 1;

/// Numbers before the first series.
const HEADER: usize = 10;

/// A snapshot on its way out: doubles, as the 32-bit halves that counts can be copied among as they are.
#[derive(Debug, Default)]
pub(crate) struct Wire(Vec<u32>);

impl Wire {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Where it lies; every double is 8 bytes from there on, little endian.
    pub(crate) fn as_ptr(&self) -> *const u32 {
        self.0.as_ptr()
    }

    /// Writes all of a store in the place of what was there.
    pub(crate) fn write(&mut self, store: &Store, now: f64) {
        let losses = store.losses;
        self.0.clear();
        self.put([0.0, f64::from(VERSION), store.started_ms, now]);
        self.put(
            [
                losses.rejected,
                losses.dropped,
                losses.overflowed,
                losses.expired,
            ]
            .map(|n| n as f64),
        );
        self.put([store.active() as f64, 0.0]);
        let mut series = 0.0;
        store.visit(now, &mut |entry| {
            series += 1.0;
            self.put_entry(entry);
        });
        self.set(HEADER - 1, series);
        self.set(0, self.len() as f64);
    }

    fn put_entry(&mut self, entry: &Entry<'_>) {
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
        self.put([f64::from(entry.handle.to_bits()), kind, role, entry.last_ms]);
        match &entry.tally {
            None => self.put([entry.gauge]),
            Some(tally) if entry.kind == Kind::Counter => {
                let sum = tally.histogram.sum();
                let (exponent, limbs) = sum.to_limbs();
                self.put([sum.value(), limbs.len() as f64, f64::from(exponent)]);
                self.put(limbs.into_iter().map(f64::from));
            }
            Some(tally) => {
                self.put_tally(tally);
                self.put([entry
                    .window
                    .as_ref()
                    .map_or(0.0, |(length_ms, _)| *length_ms)]);
                if let Some((_, tally)) = &entry.window {
                    self.put_tally(tally);
                }
            }
        }
    }

    fn put_tally(&mut self, tally: &Tally) {
        let histogram = &tally.histogram;
        let (exponent, limbs) = histogram.sum().to_limbs();
        let [p50, p95, p99] = histogram.quantiles(QUANTILES).unwrap_or([f64::NAN; 3]);
        let carries = histogram.carries();
        self.put([
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
            carries.len() as f64,
            limbs.len() as f64,
            f64::from(exponent),
            0.0,
        ]);
        let at = self.len() - 1;
        let mut octaves = 0.0;
        // As they lie in memory: picking out the counts that are not 0 is left to readers that want them.
        histogram.for_each_octave(&mut |octave, counts| {
            self.put([f64::from(octave)]);
            self.0.extend_from_slice(counts);
            octaves += 1.0;
        });
        self.set(at, octaves);
        self.put(carries.iter().map(|(index, _)| f64::from(*index)));
        self.put(
            carries
                .iter()
                .map(|(_, multiple)| *multiple as f64 * 4_294_967_296.0),
        );
        self.put(limbs.into_iter().map(f64::from));
    }

    /// Doubles so far.
    fn len(&self) -> usize {
        self.0.len() / 2
    }

    fn put(&mut self, numbers: impl IntoIterator<Item = f64>) {
        for number in numbers {
            // Not as a slice: copying 8 bytes by an instruction for blocks takes longer than the rest.
            let [low, high] = halves(number);
            self.0.push(low);
            self.0.push(high);
        }
    }

    fn set(&mut self, at: usize, number: f64) {
        self.0[2 * at..2 * at + 2].copy_from_slice(&halves(number));
    }

    /// What JavaScript copies out.
    #[cfg(all(test, target_arch = "wasm32"))]
    pub(crate) fn to_doubles(&self) -> Vec<f64> {
        let doubles = self.0.chunks_exact(2);
        doubles
            .map(|pair| f64::from_bits(u64::from(pair[1]) << 32 | u64::from(pair[0])))
            .collect()
    }
}

fn halves(number: f64) -> [u32; 2] {
    let bits = number.to_bits();
    [bits as u32, (bits >> 32) as u32]
}

/// Adds series in the same form, every bucket by its index, without octaves and windows; gives how many were refused.
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
        _,
    ] = *take(rest, 15)?
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
