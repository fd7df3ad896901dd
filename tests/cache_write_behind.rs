//! Writes that wait: who sees them, when the store is told, and what goes when there are too many.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cache.rs"]
mod common;
#[path = "common/map_store.rs"]
mod map_store;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use code_mesh_core::performance::cache::{BreakerConfig, CacheConfig, MultiLevelCache, PlainCodec};
use code_mesh_core::performance::{ManualClock, MetricsCollector};
use common::Random;
use map_store::MapStore;

type Cache = MultiLevelCache<String, String>;

const SECOND: Duration = Duration::from_secs(1);

/// A memory of two entries, so that what is asked for comes from what waits, or from the store.
fn cache_over(clock: &Arc<ManualClock>, store: &Arc<MapStore>, max_pending: usize) -> Cache {
    let config = CacheConfig {
        l1_size: 1,
        l2_size: 1,
        default_ttl: 10 * SECOND,
    };
    Cache::builder_with_clock(config, clock.clone())
        .store(store.clone(), PlainCodec, String::clone)
        .breaker(BreakerConfig {
            failures: 3,
            cool_down: 2 * SECOND,
            ..BreakerConfig::default()
        })
        .write_behind(max_pending)
        .build()
}

fn set_up(max_pending: usize) -> (Arc<ManualClock>, Arc<MapStore>, Cache) {
    let clock = Arc::new(ManualClock::new());
    let store = Arc::new(MapStore::new(clock.clone()));
    let cache = cache_over(&clock, &store, max_pending);
    (clock, store, cache)
}

fn fail() -> Result<String, ()> {
    Err(())
}

fn calls(store: &MapStore) -> u64 {
    store.calls.load(Ordering::Relaxed)
}

#[test]
fn what_waits_is_seen_and_written_once_a_key() {
    let (clock, store, cache) = set_up(100);
    for round in 0..5 {
        for key in ["a", "b", "c", "d", "e"] {
            cache.put(key.into(), format!("{key}{round}"));
        }
    }
    cache.remove("b");
    for key in ["a", "c", "d", "e"] {
        assert_eq!(cache.get_through(key), Some(format!("{key}4")));
        assert_eq!(
            cache.get_or_load(key.into(), fail).unwrap(),
            format!("{key}4")
        );
    }
    assert_eq!(cache.get_through("b"), None);
    assert!(cache.get_or_load("b".into(), fail).is_err());
    assert_eq!((calls(&store), cache.stats().l3.pending), (0, 5));
    assert_eq!(cache.flush(), 0);
    assert_eq!((calls(&store), cache.stats().l3.pending), (5, 0));
    assert_eq!(store.keys(), ["a", "c", "d", "e"]);
    let other = cache_over(&clock, &store, 0);
    assert_eq!(other.get_through("a"), Some("a4".into()));
    assert_eq!((cache.flush(), other.flush()), (0, 0));
}

#[test]
fn a_deletion_that_waits_hides_what_the_store_has() {
    let (_, store, cache) = set_up(100);
    for key in ["a", "b", "c"] {
        cache.put(key.into(), "old".into());
    }
    cache.flush();
    cache.remove("a");
    cache.put_tagged("b".into(), "tagged".into(), &["t"]);
    cache.delete_tag("t");
    assert_eq!(cache.get_through("a"), None);
    assert_eq!(cache.get_through("b"), None);
    assert_eq!(store.keys(), ["a", "b", "c"]);
    cache.flush();
    assert_eq!(store.keys(), ["c"]);
}

#[test]
fn later_calls_write_some() {
    let (_, store, cache) = set_up(10);
    for key in 0..5 {
        cache.put(key.to_string(), "value".into());
    }
    assert_eq!(calls(&store), 0);
    // More than half of the places are taken now, and two writes are done.
    cache.put("5".into(), "value".into());
    assert_eq!(store.keys(), ["0", "1"]);
    // A deletion that is the fifth waits.
    cache.remove("unknown");
    assert_eq!(cache.stats().l3.pending, 5);
    // Who looks into the store does two more.
    assert_eq!(cache.get_through("also unknown"), None);
    assert_eq!(store.keys(), ["0", "1", "2", "3"]);
    assert!(cache.get_or_load("unknown again".into(), fail).is_err());
    assert_eq!(store.keys(), ["0", "1", "2", "3", "4", "5"]);
    for key in 0..1_000 {
        cache.put(key.to_string(), "value".into());
        assert!(cache.stats().l3.pending <= 6);
    }
    assert_eq!((cache.flush(), cache.stats().l3.dropped), (0, 0));
    assert_eq!(store.keys().len(), 1_000);
}

#[test]
fn a_store_that_is_down_makes_no_more_wait_than_may_and_is_not_believed() {
    let (clock, store, cache) = set_up(10);
    cache.put("a".into(), "old".into());
    cache.flush();
    store.is_down.store(true, Ordering::Relaxed);
    cache.put("a".into(), "new".into());
    for key in 0..100 {
        cache.put(key.to_string(), "value".into());
        assert!(cache.stats().l3.pending <= 10);
    }
    let stats = cache.stats().l3;
    assert_eq!((stats.pending, stats.dropped), (10, 91), "{stats:?}");
    assert_eq!(stats.failures, 3, "it is left alone");
    assert_eq!(cache.flush(), 10);
    store.is_down.store(false, Ordering::Relaxed);
    clock.advance(2 * SECOND);
    assert_eq!(cache.flush(), 0);
    assert_eq!(store.keys().len(), 11);
    // Its write was dropped, and what the store has is older than that.
    assert_eq!(cache.get_through("a"), None);
    assert_eq!(store.keys().len(), 10);

    let metrics = MetricsCollector::with_clock(ManualClock::new());
    cache.put("a".into(), "newer".into());
    cache.stats().publish(&metrics, "answers");
    let snapshot = metrics.snapshot();
    assert_eq!(snapshot.counters["answers.store.dropped"], 91.0);
    assert_eq!(snapshot.gauges["answers.store.pending"], 1.0);
}

#[test]
fn what_the_store_does_not_take_holds_up_no_other() {
    let (_, store, cache) = set_up(10);
    for key in ["a", "b", "c", "d"] {
        cache.put(key.into(), "value".into());
    }
    store.is_down.store(true, Ordering::Relaxed);
    assert_eq!(cache.get_through("unknown"), None);
    store.is_down.store(false, Ordering::Relaxed);
    // The one that failed is tried again when the others were.
    assert_eq!(cache.get_through("unknown"), None);
    assert_eq!(store.keys(), ["b", "c"]);
    assert_eq!(cache.get_through("a"), Some("value".into()));
    assert_eq!(cache.flush(), 0);
    assert_eq!(store.keys(), ["a", "b", "c", "d"]);
}

#[test]
fn a_value_whose_time_is_over_while_it_waits_leaves_no_older_one() {
    let (clock, store, cache) = set_up(100);
    cache.put_with_ttl("a".into(), "old".into(), Duration::MAX);
    cache.put_with_ttl("b".into(), "ever".into(), Duration::MAX);
    cache.flush();
    cache.put("a".into(), "short".into());
    clock.advance(4 * SECOND);
    cache.put("c".into(), "later".into());
    clock.advance(6 * SECOND);
    assert_eq!(cache.get_through("a"), None);
    cache.flush();
    assert_eq!(store.keys(), ["b", "c"]);
    let other = cache_over(&clock, &store, 0);
    assert_eq!(other.get_through("c"), Some("later".into()));
    clock.advance(4 * SECOND);
    assert_eq!(cache_over(&clock, &store, 0).get_through("c"), None);
}

#[test]
fn a_cache_that_is_cleared_or_dropped_writes_nothing() {
    let (_, store, cache) = set_up(100);
    cache.put("a".into(), "value".into());
    cache.flush();
    cache.put("b".into(), "value".into());
    cache.clear();
    assert_eq!(
        (cache.get_through("a"), cache.get_through("b")),
        (None, None)
    );
    assert_eq!((cache.flush(), store.keys().len()), (0, 0));
    cache.put("c".into(), "value".into());
    drop(cache);
    assert!(store.keys().is_empty());
}

/// Each key is written by one thread, which always finds its last write, while others read the same keys.
fn writers_find_their_writes(max_pending: usize) {
    const WRITERS: u64 = 3;
    let (clock, store, cache) = set_up(max_pending);
    let done = AtomicBool::new(false);
    let last = thread::scope(|scope| {
        for seed in 0..2 {
            let (cache, done) = (&cache, &done);
            scope.spawn(move || {
                let mut random = Random(100 + seed);
                while !done.load(Ordering::Relaxed) {
                    cache.get_through(&random.below(WRITERS * 5).to_string());
                }
            });
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|seed| {
                let cache = &cache;
                scope.spawn(move || {
                    let mut random = Random(seed);
                    let mut last = vec![None; 5];
                    for step in 0..3_000 {
                        let index = random.below(5);
                        let key = (index * WRITERS + seed).to_string();
                        let own = &mut last[index as usize];
                        match random.below(5) {
                            0 => *own = None,
                            1 | 2 => *own = Some(step.to_string()),
                            _ => {
                                assert_eq!(cache.get_through(&key), *own, "seed {seed}, key {key}");
                                continue;
                            }
                        }
                        match own.clone() {
                            Some(value) => cache.put(key, value),
                            None => drop(cache.remove(&key)),
                        }
                    }
                    last
                })
            })
            .collect();
        let last: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::Relaxed);
        last
    });
    assert_eq!((cache.flush(), cache.stats().l3.dropped), (0, 0));
    let other = cache_over(&clock, &store, 0);
    for (seed, last) in last.into_iter().enumerate() {
        for (index, own) in last.unwrap().into_iter().enumerate() {
            let key = (index as u64 * WRITERS + seed as u64).to_string();
            assert_eq!(other.get_through(&key), own, "key {key}");
        }
    }
}

#[test]
fn writers_find_their_writes_whether_they_wait_or_not() {
    for max_pending in [0, 15, 200] {
        println!("{max_pending} may wait");
        writers_find_their_writes(max_pending);
    }
}
