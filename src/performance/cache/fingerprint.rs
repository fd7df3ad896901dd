use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// 128 bits that stand for a long key: SipHash-1-3 with 128 bits of output (Aumasson, Bernstein: "SipHash: a fast
/// short-input PRF", 2012; one round a word as in Rust's own maps).
///
/// The seed is to be random and secret to one cache: then nobody who sends keys can make two of them collide on purpose,
/// and among n keys some two do by chance with probability n² / 2^129. Linear in the length of `bytes`.
#[must_use]
pub fn fingerprint(seed: [u64; 2], bytes: &[u8]) -> u128 {
    let mut hasher = SipHasher13::new_with_keys(seed[0], seed[1]);
    hasher.write(bytes);
    hasher.finish128().as_u128()
}
