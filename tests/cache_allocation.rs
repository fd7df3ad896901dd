//! After warm-up, a hit allocates nothing, nor does a put that evicts; and memory stays flat, however long it goes on.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unsafe_code)]

#[path = "common/cache.rs"]
mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use code_mesh_core::performance::cache::{CacheConfig, MultiLevelCache};
use common::{JumpingClock, Random};

/// Counts what the thread that asks allocates, so that tests do not disturb each other.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

fn count(allocations: u64, bytes: i64) {
    ALLOCATIONS.set(ALLOCATIONS.get() + allocations);
    LIVE.set(LIVE.get() + bytes);
}

// SAFETY: every call goes on to the system's allocator as it is; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, -(layout.size() as i64));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size as i64 - layout.size() as i64);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn config(l1_size: usize, l2_size: usize) -> CacheConfig {
    CacheConfig {
        l1_size,
        l2_size,
        default_ttl: Duration::from_secs(5),
    }
}

#[test]
fn a_warm_cache_allocates_nothing() {
    let clock = std::sync::Arc::new(JumpingClock::at(0));
    let cache = MultiLevelCache::<u64, u64>::builder_with_clock(config(100, 900), clock.clone())
        .weigher(|_, value| 16 + (value % 16) as u32)
        .l1_bytes(1_500)
        .l2_bytes(15_000)
        .idle_ttl(Duration::from_millis(250))
        .jitter(20)
        .build();
    let mut random = Random(1);
    let mut round = |operations: u64| {
        for step in 0..operations {
            let key = random.skewed(5_000);
            if cache.get(&key).is_none() {
                cache.put(key, random.next());
            }
            if step % 4 == 0 {
                cache.put_with_ttl(random.skewed(5_000), step, Duration::from_millis(60));
                clock.advance(1);
            }
            if step % 16 == 0 {
                cache.remove(&random.skewed(5_000));
            }
        }
    };
    round(100_000);
    let before = ALLOCATIONS.get();
    round(100_000);
    assert_eq!(ALLOCATIONS.get() - before, 0);
    let stats = cache.stats();
    assert!(
        stats.evictions.size + stats.evictions.weight > 10_000,
        "{stats:?}"
    );
    assert!(
        stats.evictions.expired > 1_000 && stats.promotions > 1_000,
        "{stats:?}"
    );
}

/// 10^6 operations; `CACHE_OPERATIONS=10000000` makes it 10^7.
#[test]
fn memory_stays_flat() {
    let operations = std::env::var("CACHE_OPERATIONS").map_or(1_000_000, |count| {
        count.parse().expect("CACHE_OPERATIONS is a number")
    });
    let clock = std::sync::Arc::new(JumpingClock::at(0));
    let cache = MultiLevelCache::<String, String>::with_clock(config(500, 4_500), clock.clone());
    let mut random = Random(2);
    let mut round = |operations: u64| {
        for step in 0..operations {
            let key = format!("key {:08}", random.skewed(40_000));
            match step % 8 {
                0..=3 => drop(cache.get(key.as_str())),
                4 => cache.put_tagged(key, format!("{step:032}"), &["tag"]),
                5 => drop(cache.get_or_load(key, || Ok::<_, ()>(format!("{step:032}")))),
                6 => drop(cache.remove(key.as_str())),
                _ => cache.put(key, format!("{step:032}")),
            }
            if step % 64 == 0 {
                clock.advance(1 + random.below(20));
            }
        }
        cache.clear();
        LIVE.get()
    };
    let before = round(operations / 10);
    let most = (0..9).map(|_| round(operations / 10)).max();
    let grown = most.unwrap_or(0) - before;
    // Tables of entries that were never all full at once may still have doubled once.
    assert!(grown < 200_000, "grew by {grown} bytes");
}
