use code_mesh_core::performance::metrics::{
    Definition, Handle, Kind, Losses, Outcome, Store, WindowConfig,
};
use wasm_bindgen::prelude::*;

use crate::module::{Module, Scratch, grow, module};
use crate::wire;

/// The `parent` of a series that has none.
const NO_PARENT: u32 = u32::MAX;

/// Calls `f` with a registry; gives `none` where there is none of that number.
fn with<T>(registry: u32, none: T, f: impl FnOnce(&mut Store, &mut Scratch) -> T) -> T {
    module(
        |Module {
             registries,
             scratch,
             ..
         }| match registries.get(registry) {
            Some(store) => f(store, scratch),
            None => none,
        },
    )
}

/// Makes a registry that began at `start_ms` and gives its number; `idle_expiry_ms` 0: the data of idle series is kept.
#[wasm_bindgen(js_name = registryNew)]
pub fn registry_new(start_ms: f64, idle_expiry_ms: f64) -> u32 {
    let store = Store::new(start_ms, (idle_expiry_ms > 0.0).then_some(idle_expiry_ms));
    module(|module| module.registries.add(store))
}

/// Drops a registry; its number may be given out again.
#[wasm_bindgen(js_name = registryFree)]
pub fn registry_free(registry: u32) {
    module(|module| module.registries.free(registry));
}

/// Makes a handle stand for a new series. Kinds: 0 operation, 1 histogram, 2 counter, 3 gauge; no window: 0 ms.
#[wasm_bindgen]
pub fn define(registry: u32, handle: u32, kind: u32, parent: u32, window_ms: f64, slices: u32) {
    let kind = match kind {
        0 => Kind::Operation,
        1 => Kind::Histogram,
        2 => Kind::Counter,
        _ => Kind::Gauge,
    };
    let parent = (parent != NO_PARENT).then(|| Handle::from_bits(parent));
    let window = (window_ms > 0.0).then_some(WindowConfig {
        length_ms: window_ms,
        slices,
    });
    with(registry, (), |store, _| {
        store.define(
            Handle::from_bits(handle),
            Definition {
                kind,
                parent,
                window,
            },
        )
    });
}

/// Where `n` handles can be copied to; valid until the next call of any export.
#[wasm_bindgen(js_name = inputHandles)]
pub fn input_handles(n: usize) -> *const u32 {
    module(|module| grow(&mut module.scratch.handles, n))
}

/// Where `n` numbers can be copied to; valid until the next call of any export.
#[wasm_bindgen(js_name = inputNumbers)]
pub fn input_numbers(n: usize) -> *const f64 {
    module(|module| grow(&mut module.scratch.numbers, n))
}

/// Records `n` records: handles with flags, then values and end times in the numbers (NaN: unknown, taken as `now`).
///
/// Flags (the two top bits of a handle): 0 completed, 1 aborted, 2 failed, 3 the time column holds the expected interval.
#[wasm_bindgen]
pub fn drain(registry: u32, n: usize, now: f64) {
    with(registry, (), |store, scratch| {
        let Some((values, times)) = scratch
            .numbers
            .get(..2 * n)
            .map(|columns| columns.split_at(n))
        else {
            return;
        };
        for ((bits, value), time) in scratch.handles.iter().zip(values).zip(times) {
            let handle = Handle::from_bits(*bits);
            let at = if time.is_nan() { now } else { *time };
            let outcome = match bits >> 30 {
                0 => Outcome::Completed,
                1 => Outcome::Aborted,
                2 => Outcome::Failed,
                _ => {
                    store.record_with_expected_interval(handle, *value, *time, now);
                    continue;
                }
            };
            store.record(handle, *value, outcome, at);
        }
    });
}

/// Writes a snapshot in the wire form and gives its place; its first number is its length. `reader` -1: everything
/// since the start, else what came since that reader last looked.
#[wasm_bindgen]
pub fn snapshot(registry: u32, now: f64, reader: i32) -> *const u32 {
    with(registry, std::ptr::null(), |store, scratch| {
        store.expire_idle(now);
        match usize::try_from(reader) {
            Err(_) => scratch.snapshot.write(store, now),
            Ok(reader) => scratch.snapshot.write(&store.take_since(reader, now), now),
        }
        scratch.snapshot.as_ptr()
    })
}

/// The value at quantile `q`, which the caller has checked; NaN while there is none.
#[wasm_bindgen]
pub fn quantile(registry: u32, handle: u32, q: f64) -> f64 {
    with(registry, f64::NAN, |store, _| {
        store
            .quantile(Handle::from_bits(handle), q)
            .ok()
            .flatten()
            .unwrap_or(f64::NAN)
    })
}

/// Drops all data; definitions and readers stay.
#[wasm_bindgen]
pub fn reset(registry: u32, now: f64) {
    with(registry, (), |store, _| store.reset(now));
}

/// Adds the series of a snapshot in the wire form, `len` numbers; gives how many of them were refused as impossible.
#[wasm_bindgen]
pub fn merge(registry: u32, len: usize) -> u32 {
    with(registry, 0, |store, scratch| {
        wire::merge(store, scratch.numbers.get(..len).unwrap_or_default())
    })
}

/// Adds counts of records that were lost elsewhere: before the module was loaded, or in another process.
#[wasm_bindgen(js_name = addLosses)]
pub fn add_losses(registry: u32, rejected: f64, dropped: f64, overflowed: f64, expired: f64) {
    let losses = Losses {
        rejected: rejected as u64,
        dropped: dropped as u64,
        overflowed: overflowed as u64,
        expired: expired as u64,
    };
    with(registry, (), |store, _| store.losses.add(&losses));
}

/// A delta reader's number, or -1 where there are 16 already.
#[wasm_bindgen(js_name = readerNew)]
pub fn reader_new(registry: u32, now: f64) -> i32 {
    with(registry, -1, |store, _| {
        store.add_reader(now).map_or(-1, |reader| reader as i32)
    })
}

/// Forgets a delta reader.
#[wasm_bindgen(js_name = readerFree)]
pub fn reader_free(registry: u32, reader: u32) {
    with(registry, (), |store, _| {
        store.remove_reader(reader as usize)
    });
}

/// A handle whose index can be given to another series, its data having expired; -1 where there is none.
#[wasm_bindgen]
pub fn recycle(registry: u32, now: f64) -> i32 {
    with(registry, -1, |store, _| {
        store
            .recycle(now)
            .map_or(-1, |handle| handle.to_bits() as i32)
    })
}

/// What JavaScript does to the input areas, for tests in Rust.
#[cfg(all(test, target_arch = "wasm32"))]
pub(crate) fn write_input(write: impl FnOnce(&mut Vec<u32>, &mut Vec<f64>)) {
    module(|module| write(&mut module.scratch.handles, &mut module.scratch.numbers));
}

/// What JavaScript copies out after a snapshot, for tests in Rust.
#[cfg(all(test, target_arch = "wasm32"))]
pub(crate) fn last_snapshot() -> Vec<f64> {
    module(|module| module.scratch.snapshot.to_doubles())
}
