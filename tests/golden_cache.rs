//! One log of operations, the same in tests/js/golden-cache.test.mjs, has the same outcome natively and in the module:
//! what both come to is compared with one file. `BLESS=1 cargo test --test golden_cache` writes it anew.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/mulberry.rs"]
mod mulberry;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use code_mesh_core::performance::cache::policy::{Policy, PolicyConfig};
use code_mesh_core::performance::cache::{Wheel, compress, decompress, fingerprint};
use mulberry::Random;

const SEEDS: u32 = 6;
const STEPS: u32 = 30_000;

/// FNV-1a over what is decided, number by number.
struct Digest(u32);

impl Digest {
    fn add(&mut self, number: u32) {
        self.0 = (self.0 ^ number).wrapping_mul(0x0100_0193);
    }
}

/// Slots are handed out as JavaScript does it: what became free last comes first.
struct Slots {
    free: Vec<u32>,
    next: u32,
}

impl Slots {
    fn take(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        })
    }
}

fn outcome(seed: u32) -> u32 {
    let mut random = Random::new(seed);
    let capacity = 20 + random.below(2000);
    let max_weight = random.below(2) * capacity * 10;
    let mut policy = Policy::new(PolicyConfig {
        capacity,
        max_weight: u64::from(max_weight),
    });
    let mut wheel = Wheel::new(0);
    let mut slots = Slots {
        free: Vec::new(),
        next: 0,
    };
    let mut held: BTreeMap<u32, u32> = BTreeMap::new();
    let mut keys: BTreeMap<u32, u32> = BTreeMap::new();
    let mut digest = Digest(0x811c_9dc5);
    let mut now = 0;
    for _ in 0..STEPS {
        let key = random.below(capacity * 3);
        let key = random.below(key + 1);
        let weight = 1 + random.below(30);
        let what = random.below(20);
        let Some(&slot) = held.get(&key) else {
            let slot = slots.take();
            if !policy.insert_at(slot, key.wrapping_mul(0x9e37_79b1), weight) {
                digest.add(7);
                slots.free.push(slot);
                continue;
            }
            held.insert(key, slot);
            keys.insert(slot, key);
            if what < 10 {
                wheel.schedule(slot, u64::from(now + random.below(5000)));
            }
            while let Some(victim) = policy.take_victim() {
                digest.add(victim);
                wheel.cancel(victim);
                held.remove(&keys.remove(&victim).expect("a slot that is held"));
                slots.free.push(victim);
            }
            continue;
        };
        match what {
            0 => {
                policy.remove(slot);
                wheel.cancel(slot);
                held.remove(&key);
                keys.remove(&slot);
                slots.free.push(slot);
            }
            1 => {
                policy.set_weight(slot, weight);
                while let Some(victim) = policy.take_victim() {
                    digest.add(victim);
                    wheel.cancel(victim);
                    held.remove(&keys.remove(&victim).expect("a slot that is held"));
                    slots.free.push(victim);
                }
            }
            2 => {
                now += random.below(200);
                while let Some(due) = wheel.pop(u64::from(now)) {
                    digest.add(due);
                }
            }
            _ => policy.hit(slot),
        }
    }
    digest.add(policy.len());
    digest.add(policy.window_percent());
    for (slot, segment) in policy.order() {
        digest.add((segment as u32) << 24 | slot);
    }
    for word in policy.sketch() {
        digest.add(*word as u32);
        digest.add((*word >> 32) as u32);
    }
    for advice in policy.advise() {
        digest.add(advice.entries);
        digest.add((advice.hit_ratio * 1e9) as u32);
    }
    digest.0
}

/// A key as long as the seed says, and what became of it compressed.
fn bytes_outcome(seed: u32) -> u32 {
    let mut random = Random::new(seed);
    let length = random.below(3000) as usize;
    let text: Vec<u8> = (0..length).map(|_| b'a' + random.below(7) as u8).collect();
    let print = fingerprint([1 << 32 | u64::from(seed), 3 << 32 | 2], &text);
    let mut digest = Digest(0x811c_9dc5);
    (0..4).for_each(|word| digest.add((print >> (32 * word)) as u32));
    let mut block = Vec::new();
    compress(&text, &mut block);
    block.iter().for_each(|byte| digest.add(u32::from(*byte)));
    let mut back = Vec::new();
    if !block.is_empty() {
        decompress(&block, length, &mut back).unwrap();
        assert_eq!(back, text);
    }
    digest.0
}

#[test]
fn the_log_has_the_golden_outcome() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cache.json");
    let outcomes: Vec<[u32; 2]> = (1..=SEEDS)
        .map(|seed| [outcome(seed), bytes_outcome(seed)])
        .collect();
    let text = serde_json::to_string(&outcomes).unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let golden = fs::read_to_string(&file).expect("no golden file; BLESS=1 writes it");
    assert_eq!(
        golden, text,
        "if that is meant, BLESS=1 cargo test --test golden_cache"
    );
}
