//! Random operations on the cache, held against naive models. The seed of a failure is printed.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cache.rs"]
mod common;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use code_mesh_core::performance::Clock;
use code_mesh_core::performance::cache::{CacheConfig, MultiLevelCache, PlainCodec};
use common::{JumpingClock, Random, seeds};

const KEYS: u64 = 60;
const TAGS: [&str; 3] = ["red", "green", "blue"];
const DEFAULT_TTL: u64 = 1_000;
const IDLE_TTL: u64 = 700;

fn config(l1_size: usize, l2_size: usize) -> CacheConfig {
    CacheConfig {
        l1_size,
        l2_size,
        default_ttl: Duration::from_millis(DEFAULT_TTL),
    }
}

/// What a key must give, if anything: values, times in milliseconds since the start, tags.
#[derive(Default)]
struct Model {
    entries: BTreeMap<u64, Expected>,
    now: u64,
}

struct Expected {
    value: u64,
    fresh_until: u64,
    idle_until: u64,
    tags: BTreeSet<&'static str>,
}

impl Model {
    fn put(&mut self, key: u64, value: u64, ttl: u64, tags: &[&'static str]) {
        let entry = Expected {
            value,
            fresh_until: self.now.saturating_add(ttl),
            idle_until: self.now + IDLE_TTL,
            tags: tags.iter().copied().collect(),
        };
        self.entries.insert(key, entry);
    }

    fn expire(&mut self) {
        let now = self.now;
        self.entries
            .retain(|_, entry| now < entry.fresh_until.min(entry.idle_until));
    }

    fn get(&mut self, key: u64) -> Option<u64> {
        let idle_until = self.now + IDLE_TTL;
        let entry = self.entries.get_mut(&key)?;
        entry.idle_until = idle_until;
        Some(entry.value)
    }
}

/// With room for all keys the cache must agree with the model in everything; without, in what it still has.
fn run(seed: u64, l1_size: usize, l2_size: usize, with_codec: bool) {
    let mut random = Random(seed);
    let clock = Arc::new(JumpingClock::at(1_000_000));
    let mut builder = MultiLevelCache::<u64, Vec<u8>>::builder_with_clock(
        config(l1_size, l2_size),
        clock.clone(),
    )
    .idle_ttl(Duration::from_millis(IDLE_TTL))
    .seed([seed, 0])
    .shards(1 + seed as usize % 3);
    if with_codec {
        builder = builder.codec(PlainCodec);
    }
    let cache = builder.build();
    let has_room_for_all = l2_size >= 3 * KEYS as usize;
    let mut model = Model::default();
    let bytes = |value: u64| value.to_le_bytes().repeat(20);
    for step in 0..4_000 {
        let key = random.below(KEYS);
        let tags = &TAGS[..random.below(4) as usize];
        let compare = |found: Option<Vec<u8>>, expected: Option<u64>| match (found, expected) {
            (Some(found), Some(expected)) => assert_eq!(found, bytes(expected), "step {step}"),
            (None, Some(_)) => assert!(!has_room_for_all, "step {step}: lost a value"),
            (Some(_), None) => panic!("step {step}: gave what is not there any more"),
            (None, None) => {}
        };
        match random.below(16) {
            0..=3 => {
                let found = cache.get(&key);
                // Where the cache lost it, the model forgets it too: its idle time would go on.
                let expected = if found.is_some() || has_room_for_all {
                    model.get(key)
                } else {
                    model.entries.remove(&key);
                    None
                };
                compare(found, expected);
            }
            4..=6 => {
                cache.put_tagged(key, bytes(step), tags);
                model.put(key, step, DEFAULT_TTL, tags);
            }
            7 => {
                let ttl = random.skewed(5_000);
                cache.put_with_ttl(key, bytes(step), Duration::from_millis(ttl));
                model.put(key, step, ttl, &[]);
            }
            8 => {
                let was_there = cache.remove(&key);
                let expected = model.entries.remove(&key).is_some();
                assert!(
                    was_there == expected || !has_room_for_all && expected,
                    "step {step}"
                );
            }
            9 => {
                let by = random.skewed(900);
                model.now += by;
                clock.advance(by);
            }
            // Ahead is time that went by; back is none. What went by before counts as far as the cache has seen it.
            10 => {
                cache.purge_expired();
                let before = clock.now().as_millis() as u64;
                let after = match random.below(3) {
                    0 => before + random.below(1_000),
                    // By less it would be a thread that came late.
                    _ => before - 100 - random.below(2_000),
                };
                clock.set(after);
                model.now += after.saturating_sub(before);
                cache.purge_expired();
            }
            11 => {
                let tag = TAGS[random.below(3) as usize];
                let gone = if random.below(2) == 0 {
                    cache.purge_expired();
                    cache.delete_tag(tag)
                } else {
                    cache.purge_expired();
                    cache.expire_tag(tag)
                };
                let before = model.entries.len();
                model.entries.retain(|_, entry| !entry.tags.contains(tag));
                let expected = before - model.entries.len();
                assert!(
                    gone == expected || !has_room_for_all && gone < expected,
                    "step {step}"
                );
            }
            12 => compare(
                cache.peek(&key),
                model.entries.get(&key).map(|entry| entry.value),
            ),
            13 => {
                let entries = cache.entries();
                for (key, value) in &entries {
                    let expected = model.entries.get(key).expect("a live entry");
                    assert_eq!(*value, bytes(expected.value), "step {step}");
                }
                assert!(entries.len() == model.entries.len() || !has_room_for_all);
            }
            14 => {
                let expected = model.entries.contains_key(&key);
                assert!(cache.has(&key) == expected || !has_room_for_all && expected);
            }
            _ => {
                let loaded = cache.get_or_load(key, || Ok::<_, ()>(bytes(step)));
                let loaded = loaded.expect("the loader cannot fail");
                match model.get(key) {
                    Some(value) if loaded == bytes(value) => {}
                    known => {
                        assert!(known.is_none() || !has_room_for_all, "step {step}");
                        assert_eq!(loaded, bytes(step));
                        model.put(key, step, DEFAULT_TTL, &[]);
                    }
                }
            }
        }
        model.expire();
        let stats = cache.stats();
        assert!(stats.l1.entries <= l1_size as u64 && stats.l2.entries <= l2_size as u64);
        assert_eq!(cache.len() as u64, stats.l1.entries + stats.l2.entries);
        let evictions = stats.evictions;
        let left = evictions.size + evictions.weight + evictions.expired + evictions.deleted;
        assert_eq!(stats.insertions - left, cache.len() as u64, "step {step}");
    }
    cache.purge_expired();
    assert!(cache.len() == model.entries.len() || !has_room_for_all);
}

#[test]
fn with_room_for_all_it_is_a_map_with_expiry() {
    for seed in seeds(12) {
        run(seed, 7, 3 * KEYS as usize, seed % 2 == 0);
    }
}

#[test]
fn without_room_it_forgets_but_never_lies() {
    for seed in seeds(12) {
        run(
            seed,
            1 + seed as usize % 9,
            seed as usize % 20,
            seed % 2 == 0,
        );
    }
}

/// Second chance over the hot level, as one would write it down.
#[derive(Default)]
struct NaiveLevels {
    /// The hand is at the front.
    l1: VecDeque<(u64, bool)>,
    l2: VecDeque<u64>,
    hits: [u64; 2],
}

impl NaiveLevels {
    const L1_SIZE: usize = 5;

    fn enter(&mut self, key: u64) {
        while self.l1.len() >= Self::L1_SIZE {
            match self.l1.pop_front() {
                Some((key, true)) => self.l1.push_back((key, false)),
                Some((key, false)) => self.l2.push_back(key),
                None => unreachable!("it is full"),
            }
        }
        self.l1.push_back((key, false));
    }

    fn leave(&mut self, key: u64) {
        self.l1.retain(|&(other, _)| other != key);
        self.l2.retain(|&other| other != key);
    }

    fn get(&mut self, key: u64) {
        if let Some((_, visited)) = self.l1.iter_mut().find(|(other, _)| *other == key) {
            *visited = true;
            self.hits[0] += 1;
        } else if self.l2.contains(&key) {
            self.leave(key);
            self.enter(key);
            self.hits[1] += 1;
        }
    }
}

#[test]
fn levels_are_those_of_a_naive_clock() {
    for seed in seeds(20) {
        let mut random = Random(seed);
        let cache =
            MultiLevelCache::<u64, u64>::builder(config(NaiveLevels::L1_SIZE, 1_000)).build();
        let mut naive = NaiveLevels::default();
        for _ in 0..2_000 {
            let key = random.skewed(40);
            match random.below(10) {
                0..=6 => {
                    cache.get(&key);
                    naive.get(key);
                }
                7..=8 => {
                    cache.put_with_ttl(key, key, Duration::MAX);
                    naive.leave(key);
                    naive.enter(key);
                }
                _ => {
                    cache.delete(&key);
                    naive.leave(key);
                }
            }
            let stats = cache.stats();
            assert_eq!([stats.l1.hits, stats.l2.hits], naive.hits);
            let held = [stats.l1.entries, stats.l2.entries];
            assert_eq!(held, [naive.l1.len() as u64, naive.l2.len() as u64]);
        }
    }
}
