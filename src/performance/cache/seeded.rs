use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

use siphasher::sip::SipHasher13;

/// Hashes keys under a secret of the cache, so that nobody who sends keys can make them meet. Unlike the one of the
/// standard library its secret can be kept, so that a snapshot's counters of popularity still mean the same keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seeded(pub(super) [u64; 2]);

impl Seeded {
    /// A secret that nobody knows.
    pub(super) fn random() -> Self {
        let state = RandomState::new();
        Self([state.hash_one(0_u8), state.hash_one(1_u8)])
    }

    pub(super) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.hash_one(key)
    }
}

impl BuildHasher for Seeded {
    type Hasher = SipHasher13;

    fn build_hasher(&self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.0[0], self.0[1])
    }
}
