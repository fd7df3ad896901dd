//! Random operations on a pool, step by step beside a naive model that knows every object.
#![cfg(not(target_arch = "wasm32"))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use code_mesh_core::performance::ManualClock;
use code_mesh_core::performance::memory_pool::{BoundedPool, ObjectPool, PoolStats, Pooled};

#[path = "common/random.rs"]
mod random;
use random::Random;

/// What the functions given to the pool do next, and what they did.
#[derive(Default)]
struct Script {
    fail_make: AtomicBool,
    fail_reset: AtomicBool,
    fail_validate: AtomicBool,
    made: AtomicU64,
    alive: AtomicU64,
}

struct Thing {
    number: u64,
    valid: bool,
    script: Arc<Script>,
}

impl Drop for Thing {
    fn drop(&mut self) {
        self.script.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

fn obey(order: &AtomicBool) {
    assert!(!order.load(Ordering::Relaxed), "on purpose");
}

enum Pool {
    Free(ObjectPool<Thing>),
    Bounded(BoundedPool<Thing>),
}

impl Pool {
    fn lease(&self) -> Option<Pooled<'_, Thing>> {
        match self {
            Self::Free(pool) => Some(pool.get()),
            Self::Bounded(pool) => pool.acquire(Duration::ZERO).ok(),
        }
    }

    fn trim(&self) {
        match self {
            Self::Free(pool) => pool.trim(),
            Self::Bounded(pool) => pool.trim(),
        }
    }

    fn stats(&self) -> PoolStats {
        match self {
            Self::Free(pool) => pool.stats(),
            Self::Bounded(pool) => pool.stats(),
        }
    }
}

/// All that a pool promises, in the plainest way.
struct Model {
    max: usize,
    total: Option<usize>,
    age: Option<Duration>,
    now: Duration,
    /// Number, validity and time of return; the last was given back last.
    idle: Vec<(u64, bool, Duration)>,
    stats: PoolStats,
}

#[derive(Debug, PartialEq)]
enum Lease {
    Lent(u64),
    Refused,
    Panicked,
}

impl Model {
    fn is_aged(&self, since: Duration) -> bool {
        self.age.is_some_and(|age| self.now - since > age)
    }

    fn raise_peak(&mut self) {
        self.stats.peak_in_use = self.stats.peak_in_use.max(self.stats.in_use + 1);
    }

    fn lease(&mut self, script: &Script) -> Lease {
        if self.idle.is_empty() && self.total == Some(self.stats.in_use as usize) {
            self.stats.timed_out += 1;
            return Lease::Refused;
        }
        if self.total.is_some() || !self.idle.is_empty() {
            self.raise_peak();
        }
        while let Some((number, valid, since)) = self.idle.pop() {
            if self.is_aged(since) {
                self.stats.discarded.aged += 1;
            } else if script.fail_validate.load(Ordering::Relaxed) {
                self.stats.discarded.poisoned += 1;
                return Lease::Panicked;
            } else if !valid {
                self.stats.discarded.invalid += 1;
            } else {
                self.stats.hits += 1;
                return self.lent(number);
            }
        }
        if script.fail_make.load(Ordering::Relaxed) {
            return Lease::Panicked;
        }
        self.raise_peak();
        self.stats.created += 1;
        self.lent(script.made.load(Ordering::Relaxed))
    }

    fn lent(&mut self, number: u64) -> Lease {
        self.stats.leases += 1;
        self.stats.in_use += 1;
        Lease::Lent(number)
    }

    fn give_back(&mut self, number: u64, valid: bool) {
        self.stats.in_use -= 1;
        if self.idle.first().is_some_and(|first| self.is_aged(first.2)) {
            self.idle.remove(0);
            self.stats.discarded.aged += 1;
        }
        if self.idle.len() < self.total.map_or(self.max, |total| total.min(self.max)) {
            self.idle.push((number, valid, self.now));
        } else {
            self.stats.discarded.full += 1;
        }
    }

    fn trim(&mut self) {
        let before = self.idle.len();
        let (age, now) = (self.age, self.now);
        self.idle
            .retain(|(_, _, since)| age.is_none_or(|age| now - *since <= age));
        self.stats.discarded.aged += (before - self.idle.len()) as u64;
    }
}

fn run(seed: u64) {
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let clock = Arc::new(ManualClock::new());
    let script = Arc::new(Script::default());
    // So few that they lie in one part of the pool, and the order is that of a stack.
    let max = random.below(8);
    let total = (random.below(2) == 0).then(|| random.below(6) + 1);
    let age = (random.below(3) > 0).then(|| Duration::from_secs(random.below(20) as u64));
    let (making, resetting, validating) = (script.clone(), script.clone(), script.clone());
    let make = move || {
        obey(&making.fail_make);
        making.alive.fetch_add(1, Ordering::Relaxed);
        Thing {
            number: making.made.fetch_add(1, Ordering::Relaxed),
            valid: true,
            script: making.clone(),
        }
    };
    let mut pool = ObjectPool::new(make, max)
        .reset(move |_| obey(&resetting.fail_reset))
        .validate(move |thing| {
            obey(&validating.fail_validate);
            thing.valid
        });
    if let Some(age) = age {
        pool = pool.max_idle_age(age, clock.clone());
    }
    let pool = match total {
        Some(total) => Pool::Bounded(pool.bounded(total)),
        None => Pool::Free(pool),
    };
    let mut model = Model {
        max,
        total,
        age,
        now: Duration::ZERO,
        idle: Vec::new(),
        stats: pool.stats(),
    };
    let mut held: Vec<Pooled<'_, Thing>> = Vec::new();
    for step in 0..2_000 {
        for order in [&script.fail_make, &script.fail_reset, &script.fail_validate] {
            order.store(random.below(12) == 0, Ordering::Relaxed);
        }
        match random.below(10) {
            0..4 => {
                let expected = model.lease(&script);
                let got = match catch_unwind(AssertUnwindSafe(|| pool.lease())) {
                    Ok(Some(lease)) => {
                        held.push(lease);
                        Lease::Lent(held[held.len() - 1].number)
                    }
                    Ok(None) => Lease::Refused,
                    Err(_) => Lease::Panicked,
                };
                assert_eq!(got, expected, "step {step}");
            }
            4 => {
                let by = Duration::from_secs(random.below(6) as u64);
                clock.advance(by);
                model.now += by;
            }
            5 if random.below(4) == 0 => {
                pool.trim();
                model.trim();
            }
            _ if held.is_empty() => {}
            6 => {
                drop(held.swap_remove(random.below(held.len())).detach());
                model.stats.in_use -= 1;
                model.stats.detached += 1;
            }
            7 if random.below(3) == 0 => {
                let lease = held.swap_remove(random.below(held.len()));
                let panicked = catch_unwind(AssertUnwindSafe(move || {
                    let _held = lease;
                    panic!("on purpose");
                }));
                assert!(panicked.is_err());
                model.stats.in_use -= 1;
                model.stats.discarded.poisoned += 1;
            }
            _ => {
                let mut lease = held.swap_remove(random.below(held.len()));
                lease.valid = random.below(6) > 0;
                let (number, valid) = (lease.number, lease.valid);
                let given = catch_unwind(AssertUnwindSafe(move || drop(lease)));
                let failing = script.fail_reset.load(Ordering::Relaxed);
                assert_eq!(given.is_err(), failing, "step {step}");
                if failing {
                    model.stats.in_use -= 1;
                    model.stats.discarded.poisoned += 1;
                } else {
                    model.give_back(number, valid);
                }
            }
        }
        model.stats.idle = model.idle.len() as u64;
        model.stats.bytes_retained = model.stats.idle * size_of::<Thing>() as u64;
        let stats = pool.stats();
        assert_eq!(stats, model.stats, "step {step}");
        let alive = script.alive.load(Ordering::Relaxed);
        assert_eq!(alive, stats.idle + stats.in_use, "step {step}");
    }
    script.fail_reset.store(false, Ordering::Relaxed);
    drop(held);
    drop(pool);
    assert_eq!(script.alive.load(Ordering::Relaxed), 0);
}

#[test]
fn a_pool_does_what_a_naive_model_does() {
    // A thousand panics on purpose would hide the seed.
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload_as_str() != Some("on purpose") {
            say(info);
        }
    }));
    (1..=200).for_each(run);
}
