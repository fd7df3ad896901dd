//! Lookups that load: where their values come from, what is loaded ahead of its end, and functions that are cached.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::Cell;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use code_mesh_core::performance::ManualClock;
use code_mesh_core::performance::cache::{
    CacheBuilder, CacheConfig, LoadError, Lookup, MultiLevelCache, Outcome, PlainCodec, Store,
    StoreError,
};

type Cache = MultiLevelCache<String, String>;

const SECOND: Duration = Duration::from_secs(1);

fn builder() -> (Arc<ManualClock>, CacheBuilder<String, String>) {
    let clock = Arc::new(ManualClock::new());
    let config = CacheConfig {
        l1_size: 4,
        l2_size: 4,
        default_ttl: 10 * SECOND,
    };
    let builder = Cache::builder_with_clock(config, clock.clone());
    (clock, builder)
}

fn fail() -> Result<String, ()> {
    Err(())
}

fn give(value: &str) -> impl FnOnce() -> Result<String, ()> {
    || Ok(value.to_owned())
}

fn found(value: &str, outcome: Outcome) -> Lookup<String> {
    let value = value.to_owned();
    Lookup { value, outcome }
}

fn lookup(cache: &Cache, load: impl FnOnce() -> Result<String, ()>) -> Lookup<String> {
    cache.lookup("a".into(), load).unwrap()
}

/// A store of one value.
#[derive(Default)]
struct Drawer(Mutex<Option<Vec<u8>>>);

impl Store for Drawer {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn set(&self, _: &str, bytes: &[u8], _: Option<Duration>) -> Result<(), StoreError> {
        *self.0.lock().unwrap() = Some(bytes.to_vec());
        Ok(())
    }

    fn delete(&self, _: &str) -> Result<(), StoreError> {
        self.clear()
    }

    fn clear(&self) -> Result<(), StoreError> {
        *self.0.lock().unwrap() = None;
        Ok(())
    }
}

#[test]
fn a_lookup_tells_where_its_value_came_from() {
    let (clock, builder) = builder();
    let drawer = Arc::new(Drawer::default());
    let cache = builder
        .stale_if_error(SECOND)
        .store(drawer, PlainCodec, String::clone)
        .build();
    assert!(matches!(
        cache.lookup("a".into(), fail),
        Err(LoadError::Failed(_))
    ));
    assert_eq!(lookup(&cache, give("one")), found("one", Outcome::Miss));
    assert_eq!(lookup(&cache, fail), found("one", Outcome::Hit));
    clock.advance(10 * SECOND);
    assert_eq!(lookup(&cache, fail), found("one", Outcome::Grace));
    assert_eq!(lookup(&cache, give("two")), found("two", Outcome::Miss));
    cache.put("a".into(), "three".into());
    assert_eq!(lookup(&cache, fail), found("three", Outcome::Hit));
}

#[test]
fn what_was_in_the_store_is_told_from_what_was_loaded() {
    let drawer = Arc::new(Drawer::default());
    let (_, first) = builder();
    let (_, second) = builder();
    let [first, second] = [first, second].map(|builder| {
        builder
            .store(drawer.clone(), PlainCodec, String::clone)
            .build()
    });
    first.put("a".into(), "one".into());
    assert_eq!(lookup(&second, fail), found("one", Outcome::Store));
    assert_eq!(lookup(&second, fail), found("one", Outcome::Hit));
}

/// Asks in another thread, and while that one loads, has `meanwhile` done; what the other was given.
fn while_loading(
    cache: &Cache,
    load: impl FnOnce() -> Result<String, ()> + Send,
    meanwhile: impl FnOnce(),
) -> Lookup<String> {
    let (begun, has_begun) = mpsc::channel();
    let (go, may_go) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let pilot = scope.spawn(move || {
            lookup(cache, || {
                begun.send(()).unwrap();
                // Where `meanwhile` panics, the sender is gone, and nobody waits for ever.
                let _ = may_go.recv();
                load()
            })
        });
        let go = go;
        has_begun.recv().unwrap();
        meanwhile();
        go.send(()).unwrap();
        pilot.join().unwrap()
    })
}

#[test]
fn who_is_given_something_stale_or_waits_is_told_so() {
    let (clock, builder) = builder();
    let cache = builder.stale_while_revalidate(SECOND).build();
    cache.put("a".into(), "one".into());
    clock.advance(10 * SECOND);
    let pilot = while_loading(&cache, give("two"), || {
        assert_eq!(lookup(&cache, fail), found("one", Outcome::Stale));
    });
    assert_eq!(pilot, found("two", Outcome::Miss));
    cache.remove("a");
    thread::scope(|scope| {
        let mut waiter = None;
        while_loading(&cache, give("three"), || {
            waiter = Some(scope.spawn(|| lookup(&cache, fail)));
            while cache.stats().coalesced == 0 {
                thread::yield_now();
            }
        });
        let waiter = waiter.unwrap().join().unwrap();
        assert_eq!(waiter, found("three", Outcome::Coalesced));
    });
}

#[test]
fn near_the_end_of_its_time_one_loads_and_the_others_are_given_what_is_there() {
    let (clock, builder) = builder();
    let cache = builder.refresh_ahead(2 * SECOND).build();
    cache.put("a".into(), "one".into());
    clock.advance(8 * SECOND);
    assert_eq!(lookup(&cache, give("early")), found("one", Outcome::Hit));
    clock.advance(Duration::from_nanos(1));
    let pilot = while_loading(&cache, give("two"), || {
        for _ in 0..50 {
            assert_eq!(lookup(&cache, fail), found("one", Outcome::Hit));
        }
        assert_eq!(cache.get("a"), Some("one".into()));
    });
    assert_eq!(pilot, found("two", Outcome::Miss));
    let stats = cache.stats();
    assert_eq!((stats.loads, stats.l1.hits, stats.misses), (1, 52, 1));
    // The new value has the whole time again.
    clock.advance(8 * SECOND);
    assert_eq!(lookup(&cache, fail), found("two", Outcome::Hit));
}

#[test]
fn a_load_ahead_that_fails_leaves_the_value_until_its_time_is_over() {
    let (clock, builder) = builder();
    let cache = builder
        .refresh_ahead(2 * SECOND)
        .negative_ttl(60 * SECOND)
        .build();
    cache.put("a".into(), "one".into());
    clock.advance(9 * SECOND);
    assert_eq!(lookup(&cache, fail), found("one", Outcome::Hit));
    let stats = cache.stats();
    assert_eq!((stats.load_failures, stats.stale_on_error), (1, 0));
    assert_eq!(cache.get("a"), Some("one".into()));
    // A loader that asks for its own key is given what is there.
    let inner = || {
        cache
            .get_or_load("a".into(), fail)
            .map_err(drop)
            .map(|value| value + " and a half")
    };
    assert_eq!(
        lookup(&cache, inner),
        found("one and a half", Outcome::Miss)
    );
    clock.advance(9 * SECOND);
    // The time is over while it loads.
    let slow = || {
        clock.advance(SECOND);
        fail()
    };
    assert!(cache.lookup("a".into(), slow).is_err());
}

#[test]
fn what_is_for_ever_is_not_loaded_ahead_and_the_store_does_not_stand_in_for_a_load() {
    let (clock, builder) = builder();
    let drawer = Arc::new(Drawer::default());
    let cache = builder
        .refresh_ahead(2 * SECOND)
        .store(drawer, PlainCodec, String::clone)
        .build();
    cache.put("a".into(), "one".into());
    clock.advance(9 * SECOND);
    assert_eq!(lookup(&cache, give("two")), found("two", Outcome::Miss));

    let (_, builder) = self::builder();
    let cache = builder.refresh_ahead(Duration::MAX).build();
    cache.put_with_ttl("a".into(), "ever".into(), Duration::MAX);
    assert_eq!(lookup(&cache, fail), found("ever", Outcome::Hit));
}

#[test]
fn a_wrapped_function_is_asked_once_a_key() {
    let (clock, builder) = builder();
    let cache = builder.build();
    let calls = Cell::new(0);
    let shout = cache.wrap(|key: &String| {
        calls.set(calls.get() + 1);
        match key.as_str() {
            "" => Err("expected a word, got none"),
            word => Ok(word.to_uppercase()),
        }
    });
    for _ in 0..3 {
        assert_eq!(shout("a".into()).unwrap(), "A");
        assert_eq!(shout("b".into()).unwrap(), "B");
    }
    assert_eq!(calls.get(), 2);
    cache.put("a".into(), "put".into());
    assert_eq!(shout("a".into()).unwrap(), "put");
    clock.advance(10 * SECOND);
    assert_eq!(shout("a".into()).unwrap(), "A");
    assert!(matches!(shout(String::new()), Err(LoadError::Failed(_))));
    assert!(shout(String::new()).is_err());
    assert_eq!(calls.get(), 5);
}
