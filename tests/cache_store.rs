//! A store behind the cache: what it gives, and that a broken one slows and spoils nothing.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/map_store.rs"]
mod map_store;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use code_mesh_core::performance::ManualClock;
use code_mesh_core::performance::cache::{
    Breaker, BreakerConfig, CacheConfig, MultiLevelCache, PlainCodec,
};
use map_store::MapStore;

type Cache = MultiLevelCache<String, String>;

fn set_up() -> (Arc<ManualClock>, Arc<MapStore>, Cache) {
    let clock = Arc::new(ManualClock::new());
    let store = Arc::new(MapStore::new(clock.clone()));
    let cache = cache_over(&clock, &store);
    (clock, store, cache)
}

fn cache_over(clock: &Arc<ManualClock>, store: &Arc<MapStore>) -> Cache {
    let config = CacheConfig {
        l1_size: 1,
        l2_size: 1,
        default_ttl: Duration::from_secs(10),
    };
    Cache::builder_with_clock(config, clock.clone())
        .store(store.clone(), PlainCodec, String::clone)
        .breaker(BreakerConfig {
            failures: 3,
            cool_down: Duration::from_secs(2),
            time_limit: Duration::from_millis(100),
        })
        .build()
}

fn fail() -> Result<String, ()> {
    Err(())
}

#[test]
fn what_left_the_memory_comes_from_the_store_until_its_time_is_over() {
    let (clock, store, cache) = set_up();
    for key in ["a", "b", "c", "d"] {
        cache.put(key.into(), key.to_uppercase());
    }
    let other = cache_over(&clock, &store);
    assert_eq!(
        other.get("a"),
        None,
        "a plain get does not wait for a store"
    );
    assert_eq!(other.get_through("a"), Some("A".into()));
    assert_eq!(other.get("a"), Some("A".into()), "it is in memory now");
    assert_eq!(other.get_or_load("b".into(), fail).unwrap(), "B");
    assert_eq!(other.stats().loads, 0);
    clock.advance(Duration::from_secs(10));
    assert_eq!(other.get_through("c"), None);
    assert!(other.get_or_load("d".into(), fail).is_err());
    let stats = other.stats().l3;
    assert_eq!((stats.hits, stats.misses), (4, 0), "{stats:?}");
}

#[test]
fn what_is_deleted_is_deleted_there_too() {
    let (_, store, cache) = set_up();
    for key in ["a", "b", "c"] {
        cache.put(key.into(), key.into());
    }
    cache.remove("a");
    cache.put_with_ttl("b".into(), "gone".into(), Duration::ZERO);
    assert_eq!(store.map.lock().unwrap().keys().collect::<Vec<_>>(), ["c"]);
    // A store knows no tags, so the value without them must not come back.
    cache.put_tagged("c".into(), "tagged".into(), &["t"]);
    cache.delete_tag("t");
    assert_eq!(cache.get_through("c"), None);
    cache.put("d".into(), "d".into());
    cache.clear();
    assert!(store.map.lock().unwrap().is_empty());
    store
        .map
        .lock()
        .unwrap()
        .insert("e".into(), b"foreign".to_vec());
    assert_eq!(cache.get_through("e"), None);
}

#[test]
fn a_dead_store_is_left_alone_and_not_believed_afterwards() {
    let (clock, store, cache) = set_up();
    cache.put("a".into(), "old".into());
    cache.put("b".into(), "old".into());
    store.is_down.store(true, Ordering::Relaxed);
    cache.put("a".into(), "new".into());
    cache.remove("b");
    assert_eq!(
        cache
            .get_or_load("c".into(), || Ok::<_, ()>("c".into()))
            .unwrap(),
        "c"
    );
    let calls = store.calls.load(Ordering::Relaxed);
    for key in 0..100 {
        cache.put(key.to_string(), "value".into());
        assert_eq!(cache.get_or_load(key.to_string(), fail).unwrap(), "value");
    }
    assert_eq!(
        store.calls.load(Ordering::Relaxed),
        calls,
        "nothing more was asked"
    );
    assert!(cache.stats().l3.skipped >= 100);
    assert_eq!(cache.get("99"), Some("value".into()));
    store.is_down.store(false, Ordering::Relaxed);
    clock.advance(Duration::from_secs(2));
    // What the store was not told of must not come back from it.
    assert_eq!(cache.get_through("b"), None);
    assert_eq!(cache.get_through("a"), None);
    cache.put("a".into(), "newer".into());
    let other = cache_over(&clock, &store);
    assert_eq!(other.get_through("a"), Some("newer".into()));
    assert_eq!(other.get_through("b"), None);
}

#[test]
fn a_store_that_is_slow_is_left_alone_like_a_dead_one() {
    let (_, store, cache) = set_up();
    store.takes.store(101, Ordering::Relaxed);
    for key in 0..10 {
        cache.put(key.to_string(), "value".into());
    }
    let stats = cache.stats().l3;
    assert_eq!((stats.slow, stats.failures, stats.skipped), (3, 0, 7));
}

#[test]
fn more_failed_writes_than_are_remembered_have_the_store_cleared() {
    let (clock, store, cache) = set_up();
    cache.put("survivor".into(), "old".into());
    store.is_down.store(true, Ordering::Relaxed);
    for key in 0..10_001 {
        cache.put(key.to_string(), "value".into());
    }
    store.is_down.store(false, Ordering::Relaxed);
    clock.advance(Duration::from_secs(2));
    assert_eq!(cache.get_through("survivor"), None);
    assert!(store.map.lock().unwrap().is_empty());
    cache.put("a".into(), "a".into());
    assert_eq!(
        cache_over(&clock, &store).get_through("a"),
        Some("a".into())
    );
}

#[test]
fn a_breaker_probes_once_a_cool_down() {
    let config = BreakerConfig {
        failures: 2,
        cool_down: Duration::from_secs(1),
        time_limit: Duration::from_secs(1),
    };
    let mut breaker = Breaker::new(config);
    let second = Duration::from_secs;
    let quick = Duration::ZERO;
    breaker.record(Err(()), quick, second(0));
    breaker.record(Ok(()), quick, second(0));
    breaker.record(Err(()), quick, second(0));
    assert!(
        breaker.admits(second(0)) && breaker.is_closed(),
        "not two in a row"
    );
    breaker.record(Err(()), quick, second(0));
    assert!(!breaker.admits(Duration::from_millis(999)));
    // A success that began before it opened does not close it.
    breaker.record(Ok(()), quick, second(0));
    assert!(!breaker.is_closed());
    assert!(breaker.admits(second(1)));
    assert!(!breaker.admits(second(1)), "one probe at a time");
    breaker.record(Err(()), quick, second(1));
    assert!(!breaker.admits(Duration::from_millis(1_999)));
    assert!(breaker.admits(second(2)));
    breaker.record(Ok(()), quick, second(2));
    assert!(breaker.admits(second(2)) && breaker.is_closed());
}
