//! What the tests of the cache share; each uses a part of it.
#![allow(dead_code)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use code_mesh_core::performance::Clock;

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere from one seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Small numbers are far more frequent than large ones, as with keys that people ask for.
    pub(crate) fn skewed(&mut self, bound: u64) -> u64 {
        let within = 1 + self.below(bound);
        self.below(within)
    }
}

/// Seeds to run a test with; the one that fails is printed last.
pub(crate) fn seeds(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).inspect(|seed| println!("seed {seed}"))
}

/// A clock that may jump, also back.
#[derive(Debug, Default)]
pub(crate) struct JumpingClock {
    millis: AtomicU64,
}

impl JumpingClock {
    pub(crate) fn at(millis: u64) -> Self {
        Self {
            millis: AtomicU64::new(millis),
        }
    }

    pub(crate) fn set(&self, millis: u64) {
        self.millis.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn advance(&self, millis: u64) {
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Duration {
        Duration::from_millis(self.millis.load(Ordering::Relaxed))
    }

    fn since_epoch(&self) -> Duration {
        self.now() + Duration::from_secs(1_700_000_000)
    }

    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }
}
