//! What the pool of objects promises, one thing at a time.
#![cfg(not(target_arch = "wasm32"))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use code_mesh_core::performance::memory_pool::{
    AcquireError, ObjectPool, PoolStats, Pooled, PooledBuffer, PooledString, SharedBytes,
    global_pools,
};
use code_mesh_core::performance::{ManualClock, MetricsCollector};

/// A pool whose objects are numbered as they are made.
fn numbered(max: usize) -> ObjectPool<u32> {
    let next = AtomicU32::new(0);
    ObjectPool::new(move || next.fetch_add(1, Ordering::Relaxed), max)
}

fn panics(work: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
}

/// What must hold while no lease begins or ends.
fn assert_conserved(stats: &PoolStats) {
    let accounted = stats.in_use + stats.idle + stats.detached + stats.discarded.total();
    assert_eq!(stats.created, accounted, "{stats:?}");
}

#[test]
fn what_was_given_back_last_is_lent_first() {
    let pool = numbered(10);
    let (first, second) = (pool.get(), pool.get());
    assert_eq!((*first, *second), (0, 1));
    drop(first);
    drop(second);
    assert_eq!(*pool.get(), 1);
    let stats = pool.stats();
    assert_eq!((stats.leases, stats.hits, stats.created), (3, 1, 2));
    assert_eq!((stats.idle, stats.in_use, stats.peak_in_use), (2, 0, 2));
    assert_eq!(stats.bytes_retained, 8);
    assert_conserved(&stats);
}

#[test]
fn no_more_than_max_are_kept() {
    for max in [0, 1, 3, 4, 31, 32, 100] {
        let pool = numbered(max);
        let lent: Vec<_> = (0..120).map(|_| pool.get()).collect();
        drop(lent);
        let stats = pool.stats();
        assert_eq!(stats.idle, max as u64);
        assert_eq!(stats.discarded.full, 120 - max as u64);
        // All that are kept can be lent again, whichever part of the pool they lie in.
        let again: Vec<_> = (0..max).map(|_| pool.get()).collect();
        assert_eq!(pool.stats().hits, max as u64);
        drop(again);
        assert_eq!(pool.stats().peak_in_use, 120);
        assert_conserved(&pool.stats());
    }
}

#[test]
fn prefilled_objects_are_made_in_advance_and_no_more_than_are_kept() {
    let pool = numbered(50).prefill(1_000);
    assert_eq!((pool.stats().created, pool.stats().idle), (50, 50));
    let _lent: Vec<_> = (0..51).map(|_| pool.get()).collect();
    assert_eq!((pool.stats().hits, pool.stats().created), (50, 51));
    assert_conserved(&pool.stats());
}

#[test]
fn reset_runs_when_an_object_is_given_back() {
    let pool = ObjectPool::new(Vec::<u8>::new, 4).reset(Vec::clear);
    let mut list = pool.get();
    list.extend_from_slice(b"secret");
    let place = list.as_ptr();
    drop(list);
    let list = pool.get();
    assert!(list.is_empty() && list.as_ptr() == place);
}

#[test]
fn an_object_that_is_no_longer_valid_is_not_lent() {
    let pool = numbered(10).validate(|number| number % 2 == 1);
    let lent: Vec<_> = (0..6).map(|_| pool.get()).collect();
    drop(lent);
    let lent: Vec<_> = (0..3).map(|_| pool.get()).collect();
    assert!(lent.iter().all(|number| **number % 2 == 1));
    assert_eq!(*pool.get(), 6);
    let stats = pool.stats();
    assert_eq!((stats.discarded.invalid, stats.hits), (3, 3));
    assert_eq!(stats.leases, 10);
    assert_conserved(&stats);
}

#[test]
fn objects_age_by_the_clock_they_were_given() {
    let clock = Arc::new(ManualClock::new());
    let pool = numbered(100)
        .prefill(3)
        .max_idle_age(Duration::from_secs(60), clock.clone());
    clock.advance(Duration::from_secs(60));
    assert!(*pool.get() < 3, "exactly as old as allowed");
    clock.advance(Duration::from_secs(1));
    // The one lent a second ago is young; the other two go.
    assert!(*pool.get() < 3);
    pool.trim();
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.discarded.aged), (1, 2));
    clock.advance(Duration::from_secs(61));
    assert_eq!(*pool.get(), 3);
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.discarded.aged), (1, 3));
    assert_eq!((stats.leases, stats.hits), (3, 2));
    assert_conserved(&stats);
}

#[test]
fn old_objects_leave_while_younger_ones_come_and_go() {
    let clock = Arc::new(ManualClock::new());
    let pool = numbered(3).max_idle_age(Duration::from_secs(10), clock.clone());
    let lent: Vec<_> = (0..3).map(|_| pool.get()).collect();
    drop(lent);
    for _ in 0..20 {
        clock.advance(Duration::from_secs(1));
        drop(pool.get());
    }
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.discarded.aged, stats.created), (1, 2, 3));
}

#[test]
fn an_object_held_during_a_panic_is_not_lent_again() {
    let pool = numbered(10);
    panics(|| {
        let _held = pool.get();
        panic!("on purpose");
    });
    assert_eq!(*pool.get(), 1);
    let stats = pool.stats();
    assert_eq!((stats.discarded.poisoned, stats.in_use), (1, 0));
    assert_conserved(&stats);
}

#[test]
fn a_lease_taken_and_ended_while_something_else_unwinds_is_not_poisoned() {
    struct LeasesWhenDropped<'a>(&'a ObjectPool<u32>);
    impl Drop for LeasesWhenDropped<'_> {
        fn drop(&mut self) {
            drop(self.0.get());
        }
    }
    let pool = numbered(10);
    panics(|| {
        let _last = LeasesWhenDropped(&pool);
        panic!("on purpose");
    });
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.discarded.poisoned), (1, 0));
}

#[test]
fn a_panic_in_a_function_of_the_user_loses_that_object_only() {
    let failing = Arc::new(AtomicBool::new(false));
    let fails = |failing: &Arc<AtomicBool>| {
        let failing = failing.clone();
        move || assert!(!failing.load(Ordering::Relaxed), "on purpose")
    };
    let check = fails(&failing);
    let making = ObjectPool::new(check, 10);
    let check = fails(&failing);
    let resetting = numbered(10).reset(move |_| check());
    let check = fails(&failing);
    let validating = numbered(10).validate(move |_| {
        check();
        true
    });
    drop((resetting.get(), resetting.get()));
    drop((validating.get(), validating.get()));
    failing.store(true, Ordering::Relaxed);
    panics(|| drop(making.get()));
    panics(|| drop(resetting.get()));
    panics(|| drop(validating.get()));
    failing.store(false, Ordering::Relaxed);
    drop((making.get(), resetting.get(), validating.get()));
    assert_eq!((making.stats().created, making.stats().idle), (1, 1));
    for stats in [resetting.stats(), validating.stats()] {
        assert_eq!(
            (stats.discarded.poisoned, stats.idle, stats.in_use),
            (1, 1, 0)
        );
        assert_conserved(&stats);
    }
}

#[test]
fn a_detached_object_never_comes_back() {
    let pool = ObjectPool::new(|| Box::new(7), 10);
    let held = pool.get();
    let place: *const i32 = &**held;
    let own = held.detach();
    assert_eq!(&*own as *const i32, place);
    drop(own);
    let stats = pool.stats();
    assert_eq!((stats.idle, stats.in_use, stats.detached), (0, 0, 1));
    assert_conserved(&stats);
}

#[test]
fn clearing_drops_what_is_idle() {
    let pool = numbered(50).prefill(50);
    let held = pool.get();
    pool.clear();
    assert_eq!(pool.stats().discarded.cleared, 49);
    drop(held);
    assert_eq!(pool.stats().idle, 1);
    assert_conserved(&pool.stats());
}

#[test]
fn bounded_lends_no_more_than_its_total() {
    let pool = numbered(10).prefill(2).bounded(3);
    let mut lent: Vec<_> = (0..3)
        .map(|_| pool.acquire(Duration::ZERO).expect("free"))
        .collect();
    let error = pool.acquire(Duration::ZERO).expect_err("all are lent");
    let expected = AcquireError {
        total: 3,
        timeout: Duration::ZERO,
    };
    assert_eq!(error, expected);
    let text = (&error as &dyn std::error::Error).to_string();
    assert!(text.contains("one of 3 pooled objects"), "{text}");
    // What is detached makes room for another.
    let _own = lent.pop().expect("three").detach();
    lent.push(pool.acquire(Duration::ZERO).expect("one left for good"));
    let stats = pool.stats();
    assert_eq!(
        (stats.limit, stats.in_use, stats.peak_in_use),
        (Some(3), 3, 3)
    );
    assert_eq!((stats.utilisation(), stats.timed_out), (1.0, 1));
    drop(lent);
    assert_conserved(&pool.stats());
}

#[test]
fn a_panic_gives_the_place_in_a_bounded_pool_free() {
    let failing = Arc::new(AtomicBool::new(true));
    let fails = failing.clone();
    let make = move || assert!(!fails.load(Ordering::Relaxed), "on purpose");
    let pool = ObjectPool::new(make, 1).bounded(1);
    panics(|| drop(pool.acquire(Duration::ZERO)));
    assert_eq!((pool.stats().created, pool.stats().in_use), (0, 0));
    failing.store(false, Ordering::Relaxed);
    panics(|| {
        let _held = pool.acquire(Duration::ZERO);
        panic!("on purpose");
    });
    assert!(pool.acquire(Duration::ZERO).is_ok());
    assert_eq!(pool.stats().discarded.poisoned, 1);
    assert_conserved(&pool.stats());
}

#[test]
fn bounded_ages_and_validates_too() {
    let clock = Arc::new(ManualClock::new());
    let pool = numbered(4)
        .validate(|number| *number != 1)
        .max_idle_age(Duration::from_secs(5), clock.clone())
        .bounded(2);
    let acquire = || pool.acquire(Duration::ZERO).expect("free");
    drop((acquire(), acquire()));
    assert_eq!(*acquire(), 0, "1 is invalid");
    clock.advance(Duration::from_secs(6));
    assert_eq!(*acquire(), 2, "0 is too old");
    clock.advance(Duration::from_secs(6));
    pool.trim();
    let stats = pool.stats();
    assert_eq!((stats.discarded.invalid, stats.discarded.aged), (1, 2));
    assert_eq!((stats.idle, stats.in_use), (0, 0));
    assert_conserved(&stats);
}

#[test]
fn statistics_appear_in_snapshots() {
    let collector = MetricsCollector::new();
    let pool = numbered(10).bounded(4);
    let held = pool.acquire(Duration::ZERO).expect("free");
    for _ in 0..2 {
        pool.stats().publish(&collector, "connections");
    }
    global_pools().publish(&collector);
    let gauges = collector.snapshot().gauges;
    assert_eq!(gauges["connections.leases"], 1.0);
    assert_eq!(gauges["connections.limit"], 4.0);
    assert_eq!(gauges["connections.utilisation"], 0.25);
    for key in [
        "buffer_pool.leases",
        "string_pool.bytes_retained",
        "interner.hit_ratio",
    ] {
        assert!(gauges.contains_key(key), "{key}");
    }
    drop(held);
}

#[test]
fn guards_of_global_and_shared_pools_can_go_anywhere() {
    fn goes_anywhere<T: Send + 'static>(_: &T) {}
    let pools = global_pools();
    let buffer: PooledBuffer<'static> = pools.buffer_pool().get_with_capacity(8192);
    let text: PooledString<'static> = pools.string_pool().get();
    goes_anywhere(&buffer);
    goes_anywhere(&text);
    goes_anywhere(&pools.interner().intern("name"));
    let shared: SharedBytes = buffer.freeze();
    goes_anywhere(&shared);
    let pool = Arc::new(numbered(1));
    let owned: Pooled<'static, u32> = pool.get_owned();
    goes_anywhere(&owned);
    let pool = Arc::new(numbered(1).bounded(1));
    goes_anywhere(&pool.acquire_owned(Duration::ZERO).expect("free"));
}
