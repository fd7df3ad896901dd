//! What the cache promises, one thing at a time.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cache.rs"]
mod common;

use std::sync::Arc;
use std::time::Duration;

use code_mesh_core::performance::cache::{
    CacheBuilder, CacheConfig, CacheFactory, LoadError, MultiLevelCache, PutOptions, fingerprint,
};
use code_mesh_core::performance::{ManualClock, MetricsCollector};
use common::JumpingClock;

type Cache = MultiLevelCache<String, u32>;

fn config(l1_size: usize, l2_size: usize) -> CacheConfig {
    CacheConfig {
        l1_size,
        l2_size,
        default_ttl: Duration::from_secs(10),
    }
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn builder() -> (Arc<ManualClock>, CacheBuilder<String, u32>) {
    let clock = Arc::new(ManualClock::new());
    let builder = Cache::builder_with_clock(config(4, 16), clock.clone());
    (clock, builder)
}

fn fail() -> Result<u32, String> {
    Err("no".to_owned())
}

#[test]
fn values_are_given_out_until_their_time_is_over() {
    let (clock, builder) = builder();
    let cache = builder.build();
    cache.put("default".into(), 1);
    cache.put_with_ttl("short".into(), 2, ms(5));
    cache.put_with_ttl("ever".into(), 3, Duration::MAX);
    cache.put_with_ttl("never".into(), 4, Duration::ZERO);
    clock.advance(Duration::from_nanos(4_999_999));
    assert_eq!(cache.get("short"), Some(2));
    clock.advance(Duration::from_nanos(1));
    assert_eq!(cache.get("short"), None);
    assert!(!cache.has("short") && !cache.has("never"));
    clock.advance(Duration::from_secs(10));
    assert_eq!(cache.get_many(["default", "ever"]), [None, Some(3)]);
    cache.put_with_ttl("ever".into(), 5, Duration::ZERO);
    assert_eq!(cache.get("ever"), None);
    assert!(cache.is_empty());
}

#[test]
fn a_clock_that_goes_back_brings_nothing_back_and_prolongs_nothing() {
    let clock = Arc::new(JumpingClock::at(1_000_000));
    let cache = Cache::with_clock(config(4, 16), clock.clone());
    cache.put_with_ttl("a".into(), 1, ms(100));
    cache.put_with_ttl("b".into(), 2, ms(300));
    clock.advance(100);
    assert_eq!(cache.get("a"), None);
    clock.set(5);
    assert_eq!(cache.get("a"), None);
    assert_eq!(cache.get("b"), Some(2));
    clock.set(5 + 199);
    assert_eq!(cache.get("b"), Some(2));
    clock.set(5 + 200);
    assert_eq!(cache.get("b"), None);
    cache.put_with_ttl("c".into(), 3, ms(1_000));
    clock.set(100_000_000_000);
    assert_eq!(cache.get("c"), None);
}

#[test]
fn idle_entries_go_and_those_asked_for_stay() {
    let (clock, builder) = builder();
    let cache = builder.idle_ttl(ms(100)).build();
    cache.put("idle".into(), 1);
    cache.put("asked".into(), 2);
    for _ in 0..5 {
        clock.advance(ms(60));
        assert_eq!(cache.get("asked"), Some(2));
        assert_eq!(cache.peek("asked"), Some(2));
    }
    assert!(!cache.has("idle"));
    clock.advance(ms(100));
    assert_eq!(cache.peek("asked"), None);
    cache.purge_expired();
    assert_eq!(cache.len(), 0);
    assert_eq!(cache.stats().evictions.expired, 2);
}

#[test]
fn jitter_shortens_and_repeats_from_a_seed() {
    let lifetimes = |seed| {
        let clock = Arc::new(ManualClock::new());
        let cache =
            MultiLevelCache::<u32, u32>::builder_with_clock(config(500, 500), clock.clone())
                .jitter(20)
                .seed(seed)
                .build();
        cache.put_many((0..1_000).map(|key| (key, key)));
        clock.advance(ms(7_999));
        let early = cache.entries().len();
        clock.advance(ms(1_001));
        let middle = cache.entries().len();
        clock.advance(ms(1_000));
        (early, middle, cache.entries().len())
    };
    let (early, middle, late) = lifetimes([1, 2]);
    assert_eq!((early, late), (1_000, 0));
    // Half of them, within five standard deviations of a fair coin.
    assert!((420..=580).contains(&middle), "{middle} of 1,000 live");
    assert_eq!(lifetimes([1, 2]), (early, middle, late));
    assert_ne!(lifetimes([3, 4]).1, 0);
}

#[test]
fn what_is_asked_for_moves_up_and_the_coldest_moves_down() {
    let (_, builder) = builder();
    let cache = builder.build();
    for key in ["a", "b", "c", "d"] {
        cache.put(key.into(), 0);
    }
    // The hand passes a, which was asked for, and takes b.
    cache.get("a");
    cache.put("e".into(), 0);
    let before = cache.stats();
    assert_eq!((before.l1.entries, before.l2.entries), (4, 1));
    assert_eq!((before.l1.hits, before.demotions), (1, 1));
    cache.get("b");
    let after = cache.stats();
    assert_eq!(
        (after.l2.hits, after.promotions, after.demotions),
        (1, 1, 2)
    );
    cache.get("b");
    assert_eq!(cache.stats().l1.hits, 2);
    cache.get("c");
    assert_eq!(cache.stats().l2.hits, 2, "c was the next after b");
}

#[test]
fn sizes_of_nothing_keep_nothing_or_one_level() {
    let nothing = Cache::new(config(0, 0));
    nothing.put("a".into(), 1);
    assert_eq!((nothing.get("a"), nothing.stats().refused), (None, 1));
    let warm = Cache::new(config(0, 2));
    let hot = Cache::new(config(2, 0));
    for cache in [&warm, &hot] {
        cache.put("a".into(), 1);
        cache.put("b".into(), 2);
        assert_eq!((cache.get("a"), cache.get("b")), (Some(1), Some(2)));
    }
    assert_eq!((warm.stats().l2.hits, hot.stats().l1.hits), (2, 2));
}

#[test]
fn shards_share_the_bounds_exactly() {
    for shards in [1, 3, 7, 16] {
        let cache = MultiLevelCache::<u32, u32>::builder(config(100, 1_001))
            .shards(shards)
            .build();
        cache.put_many((0..50_000).map(|key| (key, key)));
        let stats = cache.stats();
        assert_eq!(stats.l1.entries, 100, "{shards} shards");
        assert_eq!(stats.l2.entries, 1_001, "{shards} shards");
        assert_eq!(cache.entries().len(), 1_101);
    }
}

#[test]
fn tags_delete_and_expire_together() {
    let (clock, builder) = builder();
    let cache = builder.build();
    cache.put_tagged("a".into(), 1, &["x", "y", "x"]);
    cache.put_tagged("b".into(), 2, &["y"]);
    cache.put_tagged("c".into(), 3, &["x"]);
    // The value that replaces another has its own tags.
    cache.put("c".into(), 4);
    assert_eq!(cache.delete_tag("x"), 1);
    assert_eq!(cache.get_many(["a", "b", "c"]), [None, Some(2), Some(4)]);
    assert_eq!(cache.expire_tag("y"), 1);
    assert_eq!(cache.get("b"), None);
    assert_eq!((cache.delete_tag("y"), cache.delete_tag("unknown")), (0, 0));
    let many: Vec<String> = (0..65).map(|tag| tag.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    cache.put_tagged("c".into(), 5, &many);
    assert_eq!((cache.get("c"), cache.stats().refused), (None, 1));
    cache.put_tagged("c".into(), 5, &many[..64]);
    clock.advance(Duration::from_secs(10));
    assert_eq!(cache.purge_expired(), 1);
    assert_eq!(cache.delete_tag("7"), 0);
}

#[test]
fn a_value_may_have_a_time_and_tags_of_its_own() {
    let (clock, builder) = builder();
    let cache = builder.build();
    let options = PutOptions::default().ttl(ms(50)).tags(&["x", "y"]);
    for key in ["a", "b"] {
        cache.put_with(key.into(), 1, options);
    }
    cache.put_with("b".into(), 2, PutOptions::default());
    assert_eq!(cache.delete_tag("y"), 1);
    cache.put_with("a".into(), 3, options);
    clock.advance(ms(50));
    assert_eq!(cache.get_many(["a", "b"]), [None, Some(2)]);
    cache.put_with("b".into(), 4, options.ttl(Duration::ZERO));
    assert_eq!(cache.get("b"), None);
}

#[test]
fn a_tag_that_is_expired_makes_stale_where_stale_values_are_given_out() {
    let (clock, builder) = builder();
    let cache = builder.stale_if_error(ms(100)).build();
    cache.put_tagged("a".into(), 1, &["x"]);
    assert_eq!(cache.expire_tag("x"), 1);
    assert_eq!(cache.get("a"), None);
    assert_eq!(cache.get_or_load("a".into(), fail).unwrap(), 1);
    clock.advance(ms(100));
    assert!(cache.get_or_load("a".into(), fail).is_err());
    cache.put_tagged("b".into(), 1, &["x"]);
    cache.expire_tag("x");
    let loaded = cache.get_or_load_tagged("b".into(), &["x"], || Ok::<_, String>(2));
    assert_eq!((loaded.unwrap(), cache.get("b")), (2, Some(2)));
    assert_eq!(cache.delete_tag("x"), 1);
}

#[test]
fn a_load_counts_once_and_is_kept() {
    let (clock, builder) = builder();
    let cache = builder.build();
    let load = || {
        clock.advance(ms(7));
        Ok::<_, String>(1)
    };
    assert_eq!(cache.get_or_load("a".into(), load).unwrap(), 1);
    assert_eq!(cache.get_or_load("a".into(), fail).unwrap(), 1);
    let stats = cache.stats();
    assert_eq!((stats.loads, stats.misses, stats.l1.hits), (1, 1, 1));
    assert_eq!(stats.load_time, ms(7));
    assert_eq!(stats.hit_ratio(), 0.5);
}

#[test]
fn a_failure_is_kept_only_where_that_is_asked_for() {
    let (clock, builder) = self::builder();
    let forgetful = builder.build();
    let (_, builder) = self::builder();
    assert!(forgetful.get_or_load("a".into(), fail).is_err());
    assert_eq!(
        forgetful
            .get_or_load("a".into(), || Ok::<_, String>(1))
            .unwrap(),
        1
    );
    assert_eq!(
        (forgetful.stats().loads, forgetful.stats().load_failures),
        (2, 1)
    );
    drop((clock, builder));

    let (clock, builder) = self::builder();
    let cache = builder
        .negative_ttl(ms(50))
        .negative_when(|error: &String| error == "no")
        .build();
    assert!(cache.get_or_load("a".into(), fail).is_err());
    let kept = cache.get_or_load("a".into(), || Ok::<_, String>(1));
    assert!(matches!(kept, Err(LoadError::Failed(error)) if *error == "no"));
    assert_eq!(cache.get("a"), None);
    assert!(!cache.has("a") && cache.entries().is_empty());
    let other = cache.get_or_load("a".into(), || Ok::<_, u8>(1));
    assert!(matches!(other, Err(LoadError::FailedElsewhere)));
    assert_eq!(cache.stats().negative_hits, 2);
    clock.advance(ms(50));
    assert_eq!(
        cache
            .get_or_load("a".into(), || Ok::<_, String>(1))
            .unwrap(),
        1
    );
    let unkept = cache.get_or_load("b".into(), || Err::<u32, _>("other".to_owned()));
    assert!(unkept.is_err());
    assert_eq!(
        cache
            .get_or_load("b".into(), || Ok::<_, String>(2))
            .unwrap(),
        2
    );
    // What is put takes the place of a kept error.
    assert!(cache.get_or_load("c".into(), fail).is_err());
    cache.put("c".into(), 3);
    assert_eq!(cache.get("c"), Some(3));
}

#[test]
fn a_stale_value_stands_in_for_a_failed_load_within_its_grace() {
    let (clock, builder) = builder();
    let cache = builder
        .stale_if_error(ms(500))
        .negative_ttl(ms(60_000))
        .build();
    cache.put("a".into(), 1);
    clock.advance(ms(10_499));
    assert_eq!(cache.get("a"), None);
    assert_eq!(cache.get_or_load("a".into(), fail).unwrap(), 1);
    assert_eq!(cache.stats().stale_on_error, 1);
    // The grace is over while it loads.
    let slow = || {
        clock.advance(ms(1));
        fail()
    };
    assert!(cache.get_or_load("a".into(), slow).is_err());
    assert_eq!(cache.purge_expired() + cache.len(), 1);
}

#[test]
fn a_write_during_a_load_wins() {
    let (_, builder) = builder();
    let cache = builder.build();
    let put = || {
        cache.put("a".into(), 2);
        Ok::<_, String>(1)
    };
    assert_eq!(cache.get_or_load("a".into(), put).unwrap(), 2);
    assert_eq!(cache.get("a"), Some(2));
    let forgets: [&dyn Fn(); 4] = [
        &|| assert!(!cache.remove("b")),
        &|| cache.clear(),
        &|| assert_eq!(cache.delete_tag("t"), 0),
        &|| assert_eq!(cache.expire_tag("t"), 0),
    ];
    for forget in forgets {
        let deleted = || {
            forget();
            Ok::<_, String>(1)
        };
        assert_eq!(
            cache
                .get_or_load_tagged("b".into(), &["t"], deleted)
                .unwrap(),
            1
        );
        assert_eq!(cache.get("b"), None, "what was loaded before is not kept");
    }
}

#[test]
fn a_loader_that_asks_for_its_own_key_is_told_so() {
    let (_, builder) = builder();
    let cache = builder.build();
    let outer = cache.get_or_load("a".into(), || {
        let inner = cache.get_or_load("a".into(), fail);
        assert!(matches!(inner, Err(LoadError::Recursive)));
        cache
            .get_or_load("b".into(), || Ok::<_, String>(5))
            .map_err(|_| String::new())
    });
    assert_eq!(outer.unwrap(), 5);
}

#[test]
fn a_snapshot_goes_on_where_the_cache_was() {
    let clock = Arc::new(JumpingClock::at(0));
    let cache = Cache::with_clock(config(3, 5), clock.clone());
    for round in 0..20 {
        for key in 0..8 {
            if round == 0 {
                cache.put(format!("k{key}"), key);
            }
            if key < 4 {
                cache.get(format!("k{key}").as_str());
            }
        }
    }
    cache.put_tagged("k0".into(), 10, &["t"]);
    cache.put_with_ttl("k1".into(), 11, Duration::MAX);
    let snapshot = cache.export();
    let restored = Cache::builder_with_clock(config(3, 5), clock.clone()).import(snapshot.clone());
    assert_eq!(restored.export(), snapshot);
    // What is popular there resists a scan here, as the counters came along.
    for key in 0..40 {
        restored.put(format!("scan{key}"), 0);
    }
    let kept = (0..4)
        .filter(|key| restored.has(format!("k{key}").as_str()))
        .count();
    assert!(kept >= 3, "{kept} of 4 popular keys survived");
    let later = Arc::new(JumpingClock::at(10_000));
    let late = Cache::builder_with_clock(config(3, 5), later).import(snapshot.clone());
    assert_eq!(late.entries(), [("k1".to_owned(), 11)]);
    let mut forged = snapshot;
    forged.shards[0].sketch.push(1);
    forged.shards[0].entries[0].fresh_until_ms = Some(0);
    let smaller = Cache::with_clock(config(1, 2), clock);
    assert_eq!(smaller.import(forged), 3);
    assert_eq!(smaller.len(), 3);
}

#[cfg(feature = "serde")]
#[test]
fn a_snapshot_survives_json() {
    let cache = Cache::new(config(3, 5));
    cache.put_tagged("a".into(), 1, &["t"]);
    let text = serde_json::to_string(&cache.export()).unwrap();
    let restored = Cache::builder(config(3, 5)).import(serde_json::from_str(&text).unwrap());
    assert_eq!((restored.get("a"), restored.delete_tag("t")), (Some(1), 1));
}

#[test]
fn counts_go_into_a_collector() {
    let (_, builder) = builder();
    let cache = builder.build();
    let metrics = MetricsCollector::with_clock(ManualClock::new());
    cache.put("a".into(), 1);
    cache.get("a");
    let first = cache.stats();
    first.publish(&metrics, "answers");
    cache.get("a");
    cache.get("b");
    cache.stats().publish_since(&first, &metrics, "answers");
    let snapshot = metrics.snapshot();
    assert_eq!(snapshot.counters["answers.hits{level=\"l1\"}"], 2.0);
    assert_eq!(snapshot.counters["answers.misses"], 1.0);
    assert_eq!(snapshot.counters["answers.insertions"], 1.0);
    assert_eq!(snapshot.gauges["answers.entries{level=\"l1\"}"], 1.0);
}

#[test]
fn advice_ranks_larger_caches_higher_where_they_are() {
    let cache = MultiLevelCache::<u64, ()>::builder(config(100, 900))
        .shards(4)
        .build();
    let mut random = common::Random(7);
    for _ in 0..100_000 {
        let key = random.skewed(8_000);
        if cache.get(&key).is_none() {
            cache.put(key, ());
        }
    }
    let advice = cache.advise();
    let of = |entries| {
        advice
            .iter()
            .find(|a| a.entries == entries && !a.lru)
            .unwrap()
    };
    assert!(of(4_000).hit_ratio > of(1_000).hit_ratio);
    assert!(of(1_000).hit_ratio > of(500).hit_ratio);
    assert!(
        advice.iter().all(|advice| advice.standard_error < 0.2),
        "{advice:?}"
    );
    assert!(
        [1, 10, 30, 60, 100].contains(&cache.window_percent()) || cache.window_percent() <= 100
    );
    let seen = cache.stats().hit_ratio();
    let told = of(1_000);
    assert!(
        (told.hit_ratio - seen).abs() < 4.0 * told.standard_error + 0.05,
        "told {told:?}, seen {seen}"
    );
}

#[test]
fn factories_infer_their_types_from_use() {
    let responses = CacheFactory::create_response_cache();
    responses.put(1_u8, "text");
    let tools = CacheFactory::create_tool_cache();
    tools.put("grep".to_string(), vec![1]);
    let files = CacheFactory::create_file_cache();
    files.put(Arc::<str>::from("a.rs"), Arc::<[u8]>::from(*b"fn"));
    let sessions = CacheFactory::create_session_cache();
    sessions.put("id".to_string(), 1_u64);
    assert_eq!(responses.get(&1), Some("text"));
    assert_eq!(tools.get("grep"), Some(vec![1]));
    assert_eq!(files.get("a.rs").as_deref(), Some(&b"fn"[..]));
    assert_eq!(sessions.get("id"), Some(1));
}

#[test]
fn fingerprints_differ_by_seed_and_by_any_byte() {
    let mut key = vec![b'x'; 20_000];
    let before = fingerprint([1, 2], &key);
    assert_eq!(before, fingerprint([1, 2], &key));
    assert_ne!(before, fingerprint([2, 1], &key));
    key[19_999] = b'y';
    assert_ne!(before, fingerprint([1, 2], &key));
    // The test vector of SipHash-1-3 with 128 bits for an empty input cannot be all zero.
    assert_ne!(fingerprint([0, 0], b""), 0);
}
