use code_mesh_core::performance::cache::Wheel;
use code_mesh_core::performance::cache::policy::{NO_SLOT, Policy, PolicyConfig, Segment};
use wasm_bindgen::prelude::*;

use crate::module::{Module, Scratch, module};

/// What the module knows of a cache whose keys and values JavaScript holds, by slot.
pub(crate) struct Cache {
    policy: Policy,
    /// When entries expire, in ticks of a millisecond.
    wheel: Wheel,
}

/// Gives `none` where there is no cache of that number.
fn with<T>(cache: u32, none: T, f: impl FnOnce(&mut Cache, &mut Scratch) -> T) -> T {
    module(
        |Module {
             caches, scratch, ..
         }| match caches.get(cache) {
            Some(cache) => f(cache, scratch),
            None => none,
        },
    )
}

/// Makes a cache and gives its number; `max_weight` 0 is no bound.
#[wasm_bindgen(js_name = cacheNew)]
pub fn cache_new(capacity: u32, max_weight: f64, now: f64) -> u32 {
    let config = PolicyConfig {
        capacity,
        max_weight: max_weight as u64,
    };
    let cache = Cache {
        policy: Policy::new(config),
        wheel: Wheel::for_slots(now as u64, capacity.saturating_add(1)),
    };
    module(|module| module.caches.add(cache))
}

/// Drops a cache; its number may be given out again.
#[wasm_bindgen(js_name = cacheFree)]
pub fn cache_free(cache: u32) {
    module(|module| module.caches.free(cache));
}

/// Takes in an entry at a slot that is free. Gives the first that goes for it, to be taken out by the caller, who then
/// asks [`cache_victim`] for more; -1: none, -2: the entry itself is too heavy and was not taken in.
#[wasm_bindgen(js_name = cacheInsert)]
pub fn cache_insert(cache: u32, slot: u32, hash: u32, weight: u32) -> i32 {
    with(cache, -1, |cache, _| {
        if cache.policy.insert_at(slot, hash, weight) {
            cache.victim()
        } else {
            -2
        }
    })
}

/// The value of an entry was replaced by one of another weight. Gives victims as [`cache_insert`] does, also the entry.
#[wasm_bindgen(js_name = cacheReweigh)]
pub fn cache_reweigh(cache: u32, slot: u32, weight: u32) -> i32 {
    with(cache, -1, |cache, _| {
        cache.policy.set_weight(slot, weight);
        cache.victim()
    })
}

/// The next entry that goes, or -1.
#[wasm_bindgen(js_name = cacheVictim)]
pub fn cache_victim(cache: u32) -> i32 {
    with(cache, -1, |cache, _| cache.victim())
}

/// An entry was asked for.
#[wasm_bindgen(js_name = cacheHit)]
pub fn cache_hit(cache: u32, slot: u32) {
    with(cache, (), |cache, _| cache.policy.hit(slot));
}

/// The first `n` handles are slots that were asked for, in this order.
#[wasm_bindgen(js_name = cacheHits)]
pub fn cache_hits(cache: u32, n: usize) {
    with(cache, (), |cache, scratch| {
        for &slot in scratch.handles.iter().take(n) {
            cache.policy.hit(slot);
        }
    });
}

/// An entry was deleted, or expired.
#[wasm_bindgen(js_name = cacheRemove)]
pub fn cache_remove(cache: u32, slot: u32) {
    with(cache, (), |cache, _| {
        cache.policy.remove(slot);
        cache.wheel.cancel(slot);
    });
}

/// Takes over `n` entries, each four handles: slot, hash, weight, segment; what goes first comes first. Gives how many of
/// them, from the first on, were taken before one found no room.
#[wasm_bindgen(js_name = cacheRestore)]
pub fn cache_restore(cache: u32, n: usize) -> usize {
    with(cache, 0, |cache, scratch| {
        let entries = scratch.handles.chunks_exact(4).take(n);
        entries
            .take_while(|entry| {
                let segment = match entry[3] {
                    0 => Segment::Window,
                    1 => Segment::Probation,
                    _ => Segment::Protected,
                };
                cache
                    .policy
                    .restore_at(entry[0], entry[1], entry[2], segment)
            })
            .count()
    })
}

/// Writes every slot with its segment, what goes first at the beginning, in the form `segment << 24 | slot`, over the
/// handles, and gives their place; `cacheLength` says how many there are.
#[wasm_bindgen(js_name = cacheOrder)]
pub fn cache_order(cache: u32) -> *const u32 {
    with(cache, std::ptr::null(), |cache, scratch| {
        scratch.handles.clear();
        let order = cache.policy.order();
        scratch
            .handles
            .extend(order.map(|(slot, segment)| (segment as u32) << 24 | slot));
        scratch.handles.as_ptr()
    })
}

/// How many entries a cache has.
#[wasm_bindgen(js_name = cacheLength)]
pub fn cache_length(cache: u32) -> u32 {
    with(cache, 0, |cache, _| cache.policy.len())
}

/// How many numbers the counters of popularity take up.
#[wasm_bindgen(js_name = cacheSketchLength)]
pub fn cache_sketch_length(cache: u32) -> usize {
    with(cache, 0, |cache, _| cache.policy.sketch().len())
}

/// The place of the counters of popularity, eight bytes a number.
#[wasm_bindgen(js_name = cacheSketch)]
pub fn cache_sketch(cache: u32) -> *const u32 {
    with(cache, std::ptr::null(), |cache, _| {
        cache.policy.sketch().as_ptr().cast()
    })
}

/// Takes over the first `n` numbers as counters of popularity, if there are as many as this cache has.
#[wasm_bindgen(js_name = cacheRestoreSketch)]
pub fn cache_restore_sketch(cache: u32, n: usize) {
    with(cache, (), |cache, scratch| {
        let numbers = scratch.numbers.iter().take(n);
        let words: Vec<u64> = numbers.map(|number| number.to_bits()).collect();
        cache.policy.restore_sketch(&words);
    });
}

/// How much of the cache is its window, in percent.
#[wasm_bindgen(js_name = cacheWindow)]
pub fn cache_window(cache: u32) -> u32 {
    with(cache, 0, |cache, _| cache.policy.window_percent())
}

/// What other sizes would have given, written over the numbers: five times entries, whether LRU, hit ratio, standard error.
#[wasm_bindgen(js_name = cacheAdvise)]
pub fn cache_advise(cache: u32) -> *const f64 {
    with(cache, std::ptr::null(), |cache, scratch| {
        scratch.numbers.clear();
        for advice in cache.policy.advise() {
            let (entries, lru) = (f64::from(advice.entries), f64::from(u8::from(advice.lru)));
            scratch
                .numbers
                .extend([entries, lru, advice.hit_ratio, advice.standard_error]);
        }
        scratch.numbers.as_ptr()
    })
}

/// An entry expires at this tick, and no longer when it did before.
#[wasm_bindgen(js_name = cacheSchedule)]
pub fn cache_schedule(cache: u32, slot: u32, due: f64) {
    with(cache, (), |cache, _| cache.wheel.schedule(slot, due as u64));
}

/// A slot whose time may have come by this tick, or -1. It is no longer scheduled.
#[wasm_bindgen(js_name = cacheDue)]
pub fn cache_due(cache: u32, now: f64) -> i32 {
    with(cache, -1, |cache, _| {
        cache.wheel.pop(now as u64).map_or(-1, |slot| slot as i32)
    })
}

/// No entry is due before this tick; infinite where none ever is.
#[wasm_bindgen(js_name = cacheNextTick)]
pub fn cache_next_tick(cache: u32) -> f64 {
    with(cache, f64::INFINITY, |cache, _| {
        cache
            .wheel
            .next_tick()
            .map_or(f64::INFINITY, |tick| tick as f64)
    })
}

impl Cache {
    fn victim(&mut self) -> i32 {
        let victim = self.policy.take_victim().unwrap_or(NO_SLOT);
        if victim != NO_SLOT {
            self.wheel.cancel(victim);
        }
        victim as i32
    }
}
