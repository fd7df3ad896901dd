//! After a warm-up, leasing and recording allocate nothing: an allocator that counts proves it.
#![cfg(not(target_arch = "wasm32"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use code_mesh_core::performance::memory_pool::{
    BufferPool, Interner, ObjectPool, StringPool, global_pools,
};
use code_mesh_core::performance::{ManualClock, MetricsCollector, SeriesSpec};

thread_local! {
    /// Of this thread only: the test harness allocates on others.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator can be written in no other way")]
// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn count() {
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get() + 1));
}

/// How often `work`, done 10,000 times after a warm-up, allocated.
fn allocations(mut work: impl FnMut(usize)) -> u64 {
    (0..1_000).for_each(&mut work);
    let before = ALLOCATIONS.get();
    (0..10_000).for_each(&mut work);
    ALLOCATIONS.get() - before
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|_| drop(Box::new(1))), 10_000);
}

#[test]
fn leasing_objects_allocates_nothing() {
    let pool = Arc::new(ObjectPool::new(|| vec![0u8; 1_000], 100).reset(Vec::clear));
    let mut held = Vec::with_capacity(10);
    let leased = allocations(|step| {
        held.extend((0..step % 10).map(|_| pool.get()));
        held.clear();
        drop(pool.get_owned());
    });
    assert_eq!(leased, 0);
    let bounded = ObjectPool::new(|| vec![0u8; 1_000], 100).bounded(5);
    let acquired = allocations(|_| drop(bounded.acquire(Duration::from_secs(1))));
    assert_eq!(acquired, 0);
}

#[test]
fn leasing_buffers_strings_and_names_allocates_nothing() {
    let pool = BufferPool::new();
    let buffers = allocations(|step| {
        let mut buffer = pool.get_with_capacity(64 << (step % 10));
        buffer.extend_from_slice(b"data");
    });
    assert_eq!(buffers, 0);
    let global = global_pools().buffer_pool();
    assert_eq!(allocations(|_| drop(global.get_with_capacity(8_192))), 0);
    let strings = StringPool::new();
    let texts = allocations(|step| {
        let mut text = strings.get();
        write!(text, "step {step}").expect("a string takes all");
    });
    assert_eq!(texts, 0);
    let names = Interner::new();
    let known = ["read", "write", "search"];
    assert_eq!(allocations(|step| drop(names.intern(known[step % 3]))), 0);
    // Sharing costs the one count that the clones share.
    let frozen = allocations(|_| drop(pool.get_with_capacity(100).freeze().slice(..0)));
    assert_eq!(frozen, 10_000);
}

#[test]
fn recording_by_handle_allocates_nothing() {
    let clock = Arc::new(ManualClock::new());
    let collector = MetricsCollector::with_clock(clock.clone());
    let operation = collector.operation(SeriesSpec::new("read").label("tool", "file"));
    let (counter, gauge) = (collector.counter("hits"), collector.gauge("level"));
    let sizes = collector.histogram("size", "bytes");
    let interval = Duration::from_millis(9);
    let recorded = allocations(|step| {
        let value = 1.0 + (step % 1_000) as f64;
        operation.record_ms(value);
        let timer = operation.start();
        clock.advance(Duration::from_millis(step as u64 % 50));
        timer.finish();
        operation.record_with_expected_interval(10 * interval, interval);
        counter.increment(1.0);
        gauge.set(value);
        sizes.record(value);
    });
    assert_eq!(recorded, 0);
    assert_eq!(collector.snapshot().operations["read"].count, 11_000 * 12);
}
