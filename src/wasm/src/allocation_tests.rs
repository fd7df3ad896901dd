//! After a warm-up nothing in the module allocates that is called often: an allocator that counts proves it.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicU32, Ordering};

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    cache_due, cache_free, cache_hits, cache_insert, cache_new, cache_next_tick, cache_remove,
    cache_reweigh, cache_schedule, cache_victim, compress, decompress, define, drain, fingerprint,
    input_bytes, input_handles, input_numbers, quantile, registry_free, registry_new,
};

struct Counting(talc::TalckWasm);

static ALLOCATIONS: AtomicU32 = AtomicU32::new(0);

#[expect(unsafe_code, reason = "an allocator can be written in no other way")]
// SAFETY: every call is handed to the allocator that ships, as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { self.0.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { self.0.dealloc(old, layout) }
    }
}

#[global_allocator]
#[expect(
    unsafe_code,
    reason = "the tests run in one thread, as this allocator demands"
)]
static COUNTING: Counting = Counting(unsafe { talc::TalckWasm::new_global() });

/// How often `work`, done 2,000 times after as many for warming up, allocated.
fn allocations(mut work: impl FnMut(u32)) -> u32 {
    (0..2_000).for_each(&mut work);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    (2_000..4_000).for_each(&mut work);
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

#[wasm_bindgen_test]
fn the_allocator_counts() {
    assert_eq!(allocations(|_| drop(Box::new(1))), 2_000);
}

#[wasm_bindgen_test]
fn recording_and_quantiles_allocate_nothing() {
    let registry = registry_new(0.0, 0.0);
    define(registry, 3, 0, u32::MAX, 0.0, 0);
    define(registry, 4, 2, u32::MAX, 0.0, 0);
    let recording = allocations(|turn| {
        input_handles(2);
        input_numbers(4);
        crate::registry::write_input(|handles, numbers| {
            handles[..2].copy_from_slice(&[3, 4]);
            let value = f64::from(turn % 1000) / 7.0;
            numbers[..4].copy_from_slice(&[value, 1.0, f64::from(turn), f64::NAN]);
        });
        drain(registry, 2, f64::from(turn));
    });
    let reading = allocations(|_| {
        quantile(registry, 3, 0.5);
    });
    registry_free(registry);
    assert_eq!((recording, reading), (0, 0));
}

#[wasm_bindgen_test]
fn what_caches_do_allocates_nothing() {
    for max_weight in [0.0, 5000.0] {
        let cache = cache_new(500, max_weight, 0.0);
        let mut free: Vec<u32> = (0..=500).rev().collect();
        free.reserve(1000);
        let count = allocations(|turn| {
            let slot = free.pop().expect("one more than there may be");
            let mut victim =
                cache_insert(cache, slot, turn.wrapping_mul(0x9e37_79b1), 1 + turn % 20);
            cache_schedule(cache, slot, f64::from(turn + turn % 997));
            while victim >= 0 {
                free.push(victim as u32);
                victim = cache_victim(cache);
            }
            input_handles(64);
            crate::registry::write_input(|handles, _| {
                handles
                    .iter_mut()
                    .zip(0..64)
                    .for_each(|(handle, i)| *handle = (turn * i) % 500);
            });
            cache_hits(cache, 64);
            if turn % 7 == 0 && !free.contains(&slot) {
                cache_remove(cache, slot);
                free.push(slot);
            } else if turn % 5 == 0 && !free.contains(&slot) {
                let mut victim = cache_reweigh(cache, slot, 1 + turn % 30);
                while victim >= 0 {
                    free.push(victim as u32);
                    victim = cache_victim(cache);
                }
            }
            while cache_due(cache, f64::from(turn)) >= 0 {}
            cache_next_tick(cache);
        });
        cache_free(cache);
        assert_eq!(count, 0, "with at most {max_weight}");
    }
}

#[wasm_bindgen_test]
fn fingerprints_allocate_nothing_and_compression_only_its_table() {
    input_bytes(20_000);
    assert_eq!(
        allocations(|turn| {
            fingerprint(10_000, turn, 1, 2, 3);
        }),
        0
    );
    let compressed = compress(20_000);
    assert!(compressed > 0 && compressed < 1000);
    let compressing = allocations(|_| {
        compress(20_000);
    });
    assert!(compressing <= 2_000, "{compressing}: one table for each");
    assert_eq!(decompress(0, 5), 0, "nothing is no block");
}
