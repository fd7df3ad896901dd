//! The cache under many threads: nothing is lost, nothing is loaded twice, nobody waits for ever.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cache.rs"]
mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, Weak, mpsc};
use std::thread;
use std::time::Duration;

use code_mesh_core::performance::ManualClock;
use code_mesh_core::performance::cache::{CacheConfig, LoadError, MultiLevelCache};
use common::Random;

const CONFIG: CacheConfig = CacheConfig {
    l1_size: 50,
    l2_size: 450,
    default_ttl: Duration::from_secs(1),
};

/// A value that is counted while it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(live: &Arc<AtomicUsize>) -> Self {
        live.fetch_add(1, Ordering::SeqCst);
        Self(live.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn every_value_is_held_once_and_dropped_once() {
    let live = Arc::new(AtomicUsize::new(0));
    let clock = Arc::new(ManualClock::new());
    let cache = MultiLevelCache::<u64, Counted>::builder_with_clock(CONFIG, clock.clone())
        .shards(4)
        .build();
    let lookups = AtomicUsize::new(0);
    thread::scope(|scope| {
        for seed in 0..4 {
            let (cache, live, clock, lookups) = (&cache, &live, &clock, &lookups);
            scope.spawn(move || {
                let mut random = Random(seed);
                for _ in 0..20_000 {
                    let key = random.skewed(1_500);
                    match random.below(12) {
                        0..=2 => cache.put(key, Counted::new(live)),
                        3 => cache.put_tagged(key, Counted::new(live), &["t"]),
                        4 => drop(cache.remove(&key)),
                        5 if random.below(500) == 0 => {
                            cache.delete_tag("t");
                        }
                        5 => clock.advance(Duration::from_micros(random.below(2_000))),
                        6 => {
                            let load = || match random.below(3) {
                                0 => Err(()),
                                _ => Ok(Counted::new(live)),
                            };
                            drop(cache.get_or_load(key, load));
                            lookups.fetch_add(1, Ordering::Relaxed);
                        }
                        _ => {
                            drop(cache.get(&key));
                            lookups.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let stats = cache.stats();
    assert_eq!(live.load(Ordering::SeqCst), cache.len());
    let evictions = stats.evictions;
    let left = evictions.size + evictions.weight + evictions.expired + evictions.deleted;
    assert_eq!(stats.insertions - left, cache.len() as u64);
    let told = stats.l1.hits + stats.l2.hits + stats.misses + stats.coalesced;
    assert_eq!(told, lookups.load(Ordering::Relaxed) as u64);
    assert!(evictions.expired > 0 && evictions.size > 0 && evictions.deleted > 0);
    drop(cache);
    assert_eq!(live.load(Ordering::SeqCst), 0);
}

const CROWD: usize = 300;

/// Has a crowd ask for one key, and the loader go on when all others wait for it.
fn stampede<E: Send + Sync + 'static>(
    cache: &MultiLevelCache<u32, u32>,
    load: impl Fn() -> Result<u32, E> + Sync,
) -> Vec<Result<u32, LoadError<E>>> {
    let barrier = Barrier::new(CROWD);
    let coalesced_before = cache.stats().coalesced;
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..CROWD {
            scope.spawn(|| {
                barrier.wait();
                let result = catch_unwind(AssertUnwindSafe(|| {
                    cache.get_or_load(7, || {
                        while cache.stats().coalesced - coalesced_before < CROWD as u64 - 1 {
                            thread::yield_now();
                        }
                        load()
                    })
                }));
                results.lock().unwrap().extend(result);
            });
        }
    });
    results.into_inner().unwrap()
}

#[test]
fn a_crowd_causes_one_load() {
    let cache = MultiLevelCache::new(CONFIG);
    let results = stampede(&cache, || Ok::<_, ()>(42));
    assert_eq!(results.len(), CROWD);
    assert!(results.iter().all(|result| *result.as_ref().unwrap() == 42));
    let stats = cache.stats();
    assert_eq!((stats.loads, stats.misses), (1, 1));
}

#[test]
fn a_failure_is_told_to_the_whole_crowd_and_not_kept() {
    let cache = MultiLevelCache::new(CONFIG);
    let results = stampede(&cache, || Err::<u32, _>("down"));
    assert_eq!(results.len(), CROWD);
    for result in results {
        assert!(matches!(result, Err(LoadError::Failed(error)) if *error == "down"));
    }
    assert_eq!((cache.stats().loads, cache.stats().load_failures), (1, 1));
    assert_eq!(cache.get_or_load(7, || Ok::<_, ()>(1)).unwrap(), 1);
}

#[test]
fn a_panic_lets_the_whole_crowd_go() {
    let cache = MultiLevelCache::new(CONFIG);
    let results = stampede::<()>(&cache, || panic!("the loader panics, as it should here"));
    // The one that panicked has no result.
    assert_eq!(results.len(), CROWD - 1);
    for result in results {
        assert!(matches!(result, Err(LoadError::Panicked)));
    }
    assert_eq!(cache.get_or_load(7, || Ok::<_, ()>(1)).unwrap(), 1);
}

#[test]
fn while_one_loads_anew_the_others_are_given_what_is_stale() {
    let clock = Arc::new(ManualClock::new());
    let cache = MultiLevelCache::<u32, u32>::builder_with_clock(CONFIG, clock.clone())
        .stale_while_revalidate(Duration::from_secs(1))
        .build();
    cache.put(1, 10);
    clock.advance(Duration::from_millis(1_500));
    let (begun, has_begun) = mpsc::channel();
    let (go, may_go) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let first = scope.spawn(|| {
            cache.get_or_load(1, move || {
                begun.send(()).unwrap();
                may_go.recv().unwrap();
                Ok::<_, ()>(11)
            })
        });
        has_begun.recv().unwrap();
        for _ in 0..50 {
            let stale = cache.get_or_load(1, || -> Result<u32, ()> { panic!("a second load") });
            assert_eq!(stale.unwrap(), 10);
        }
        assert_eq!(cache.get(&1), None, "a plain get gives what is fresh");
        go.send(()).unwrap();
        assert_eq!(first.join().unwrap().unwrap(), 11);
    });
    assert_eq!(cache.get(&1), Some(11));
    let stats = cache.stats();
    assert_eq!((stats.stale, stats.loads), (50, 1));
}

#[test]
fn a_write_of_another_thread_during_a_load_wins_for_all() {
    let cache = MultiLevelCache::<u32, u32>::new(CONFIG);
    let results = stampede(&cache, || {
        cache.put(7, 2);
        Ok::<_, ()>(1)
    });
    assert_eq!(results.len(), CROWD);
    assert!(results.iter().all(|result| *result.as_ref().unwrap() == 2));
    assert_eq!(cache.get(&7), Some(2));
}

/// A value whose drop uses the cache it was in.
#[derive(Clone)]
struct Meddling(Weak<MultiLevelCache<u32, Meddling>>);

impl Drop for Meddling {
    fn drop(&mut self) {
        if let Some(cache) = self.0.upgrade() {
            assert!(cache.len() <= 10);
        }
    }
}

#[test]
fn values_may_use_the_cache_when_they_are_dropped() {
    let config = CacheConfig {
        l1_size: 4,
        l2_size: 6,
        ..CONFIG
    };
    let cache = Arc::new(MultiLevelCache::new(config));
    for key in 0..100 {
        cache.put(key % 30, Meddling(Arc::downgrade(&cache)));
        cache.put(key % 30, Meddling(Arc::downgrade(&cache)));
        drop(cache.get(&(key % 7)));
        cache.remove(&(key % 11));
    }
    cache.clear();
    assert!(cache.is_empty());
}
