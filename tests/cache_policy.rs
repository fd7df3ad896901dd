//! What the policy and the wheel promise, held against naive models. The seed of a failure is printed.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{HashMap, HashSet};

use code_mesh_core::performance::cache::Wheel;
use code_mesh_core::performance::cache::policy::{NO_SLOT, Policy, PolicyConfig, Segment};

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere from one seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

fn seeds() -> impl Iterator<Item = u64> {
    (1..=20).inspect(|seed| println!("seed {seed}"))
}

fn hash_of(key: u64) -> u32 {
    (Random(key).next() >> 32) as u32
}

/// A cache of keys over the policy, as an edge builds one; panics where the policy breaks its word.
struct Keys {
    policy: Policy,
    slots: HashMap<u64, u32>,
    keys: HashMap<u32, (u64, u32)>,
    capacity: u32,
    max_weight: u64,
}

impl Keys {
    fn new(capacity: u32, max_weight: u64) -> Self {
        Self {
            policy: Policy::new(PolicyConfig {
                capacity,
                max_weight,
            }),
            slots: HashMap::new(),
            keys: HashMap::new(),
            capacity,
            max_weight,
        }
    }

    fn request(&mut self, key: u64, weight: u32) -> bool {
        if let Some(&slot) = self.slots.get(&key) {
            self.policy.hit(slot);
            return true;
        }
        let slot = self.policy.insert(hash_of(key), weight);
        self.drop_victims(slot);
        if slot == NO_SLOT {
            assert!(u64::from(weight) > self.max_weight && self.max_weight > 0);
            return false;
        }
        self.slots.insert(key, slot);
        let before = self.keys.insert(slot, (key, weight));
        assert!(before.is_none(), "slot {slot} was handed out twice");
        self.check();
        false
    }

    fn drop_victims(&mut self, keep: u32) {
        while let Some(slot) = self.policy.take_victim() {
            assert_ne!(slot, keep, "what was just taken in went");
            let (key, _) = self.keys.remove(&slot).expect("a victim that was held");
            self.slots.remove(&key);
        }
    }

    fn check(&self) {
        let weight: u64 = self.keys.values().map(|&(_, w)| u64::from(w)).sum();
        assert_eq!(self.policy.len() as usize, self.keys.len());
        assert!(self.policy.len() <= self.capacity);
        if self.max_weight > 0 {
            assert_eq!(self.policy.weight(), weight);
            assert!(weight <= self.max_weight);
        }
    }
}

#[test]
fn random_operations_keep_the_bounds_and_lose_no_slot() {
    for seed in seeds() {
        let mut random = Random(seed);
        let capacity = 1 + random.below(300) as u32;
        let max_weight = [0, 1000][random.below(2) as usize];
        let mut keys = Keys::new(capacity, max_weight);
        for _ in 0..20_000 {
            let key = random.below(u64::from(capacity) * 3);
            let heaviest = if random.below(50) == 0 { 1500 } else { 40 };
            let weight = random.below(heaviest) as u32;
            match random.below(20) {
                0 => {
                    if let Some(slot) = keys.slots.remove(&key) {
                        keys.keys.remove(&slot);
                        keys.policy.remove(slot);
                    }
                }
                1 => {
                    if let Some(&slot) = keys.slots.get(&key) {
                        keys.keys.get_mut(&slot).expect("held").1 = weight;
                        keys.policy.set_weight(slot, weight);
                        let fits = max_weight == 0 || u64::from(weight) <= max_weight;
                        keys.drop_victims(if fits { slot } else { NO_SLOT });
                    }
                }
                _ => {
                    keys.request(key, weight);
                }
            }
            keys.check();
        }
        let order: HashSet<u32> = keys.policy.order().map(|(slot, _)| slot).collect();
        assert_eq!(order, keys.keys.keys().copied().collect());
    }
}

#[test]
fn what_is_in_no_use_is_ignored() {
    let mut policy = Policy::new(PolicyConfig {
        capacity: 2,
        max_weight: 0,
    });
    for slot in [0, 7, NO_SLOT] {
        policy.hit(slot);
        policy.remove(slot);
        policy.set_weight(slot, 3);
        assert_eq!(policy.frequency(slot), 0);
    }
    assert!(policy.is_empty());
}

#[test]
fn a_loop_larger_than_the_cache_keeps_most_of_it() {
    let mut keys = Keys::new(500, 0);
    let hits = (0..100_000).filter(|i| keys.request(i % 1000, 1)).count();
    // The best there is would be 50 %, LRU gives none.
    assert!(hits > 45_000, "{hits}");
}

#[test]
fn where_only_recency_counts_it_becomes_lru() {
    // A key comes again after 400 others, and then never more: only what goes by recency still has it.
    let mut keys = Keys::new(500, 0);
    let requests = 60_000_u64;
    let hits = (0..requests)
        .filter(|&i| {
            let key = if i % 2 == 0 { i } else { i.saturating_sub(401) };
            keys.request(key, 1)
        })
        .count();
    assert_eq!(keys.policy.window_percent(), 100);
    assert!(hits as u64 > requests * 45 / 100, "{hits}");
}

#[test]
fn a_restored_policy_goes_on_as_the_one_it_was_made_from() {
    let mut keys = Keys::new(100, 0);
    let mut random = Random(5);
    for _ in 0..5000 {
        keys.request(random.below(20) * random.below(20), 1);
    }
    let mut other = Policy::new(PolicyConfig {
        capacity: 100,
        max_weight: 0,
    });
    other.restore_sketch(keys.policy.sketch());
    let order: Vec<_> = keys.policy.order().collect();
    for &(slot, segment) in &order {
        assert_ne!(
            other.restore(hash_of(keys.keys[&slot].0), 1, segment),
            NO_SLOT
        );
    }
    let hashes = |policy: &Policy, key_of: &dyn Fn(u32) -> u32| {
        policy
            .order()
            .map(|(slot, segment)| (key_of(slot), segment as u8))
            .collect::<Vec<_>>()
    };
    let before = hashes(&keys.policy, &|slot| hash_of(keys.keys[&slot].0));
    let after = hashes(&other, &|slot| {
        hash_of(keys.keys[&order[slot as usize].0].0)
    });
    assert_eq!(before, after);
    if keys.policy.len() == 100 {
        assert_eq!(other.restore(1, 1, order[0].1), NO_SLOT);
    }
}

#[test]
fn advice_ranks_what_a_loop_needs() {
    let mut keys = Keys::new(400, 0);
    for i in 0..200_000 {
        keys.request(i % 1000, 1);
    }
    let advice = keys.policy.advise();
    assert_eq!(advice[0].entries, 1600);
    assert!(advice[0].hit_ratio > 0.95, "{advice:?}");
    let lru = advice.iter().find(|a| a.lru).expect("plain LRU is tried");
    assert!(lru.hit_ratio < 0.05 && lru.standard_error.is_finite());
}

#[test]
fn the_wheel_finds_everything_when_it_is_due_and_not_before() {
    for seed in seeds() {
        let mut random = Random(seed);
        let mut now = random.below(1 << 40);
        let mut wheel = Wheel::new(now);
        let mut deadlines: HashMap<u32, u64> = HashMap::new();
        for _ in 0..20_000 {
            let slot = random.below(200) as u32;
            match random.below(10) {
                0..=5 => {
                    let reach = random.below(42);
                    let due = now + random.below(1 << reach);
                    wheel.schedule(slot, due);
                    deadlines.insert(slot, due);
                }
                6 => {
                    wheel.cancel(slot);
                    deadlines.remove(&slot);
                }
                _ => {
                    let reach = random.below(38);
                    let moved = random.below(1 << reach);
                    now += moved;
                    let next = wheel.next_tick();
                    let mut refiled = 0;
                    let mut due = HashSet::new();
                    while let Some(slot) = wheel.pop(now) {
                        let deadline = deadlines[&slot];
                        if deadline > now {
                            wheel.schedule(slot, deadline);
                            refiled += 1;
                            assert!(refiled < 200 * 40, "it goes round in circles");
                        } else {
                            deadlines.remove(&slot);
                            assert!(due.insert(slot));
                            assert!(next.is_some_and(|tick| tick <= now));
                        }
                    }
                    let late = deadlines.values().filter(|&&at| at < now).count();
                    assert_eq!(late, 0, "at {now}");
                }
            }
            assert_eq!(wheel.len() as usize, deadlines.len());
        }
        // A clock that goes back.
        assert_eq!(wheel.pop(0), None);
    }
}

#[test]
fn slots_may_be_chosen_by_the_caller() {
    let config = PolicyConfig {
        capacity: 3,
        max_weight: 100,
    };
    let mut policy = Policy::new(config);
    assert!(policy.insert_at(5, hash_of(1), 1));
    assert!(!policy.insert_at(5, hash_of(2), 1), "the slot is in use");
    assert!(!policy.insert_at(6, hash_of(2), 101), "it weighs too much");
    assert!(policy.restore_at(0, hash_of(2), 1, Segment::Probation));
    // What the policy chooses itself is none of them.
    let own = policy.insert(hash_of(3), 1);
    assert!(own != 5 && own != 0);
    assert!(
        !policy.restore_at(7, hash_of(4), 1, Segment::Window),
        "full"
    );
    assert_eq!((policy.len(), policy.take_victim()), (3, None));
    assert!(policy.insert_at(9, hash_of(5), 1));
    let victim = policy.take_victim().expect("one more than there may be");
    assert!(victim != 9 && policy.take_victim().is_none());
    assert!(
        policy.insert_at(victim, hash_of(6), 1),
        "a victim's slot is free"
    );
}
